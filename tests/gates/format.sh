#!/usr/bin/env bash
# Fails when clang-format would change a file; ./dev format mends it.
set -euo pipefail
cd "$1"
find app models views tests \( -name '*.cpp' -o -name '*.h' \) -not -path '*/node_modules/*' -print0 |
    xargs -0 clang-format-14 --dry-run --Werror
