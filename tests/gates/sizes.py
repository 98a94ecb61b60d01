#!/usr/bin/env python3
"""Fails when a source file is over 500 lines or the median file is over 150."""
import pathlib
import statistics
import sys

root = pathlib.Path(sys.argv[1]).resolve()
lines = {}
for top in ("app", "models", "views", "tests"):
    for file in (root / top).rglob("*"):
        if file.suffix in {".h", ".cpp", ".c", ".py"} and "node_modules" not in file.parts:
            lines[file.relative_to(root).as_posix()] = len(file.read_text(encoding="utf-8").splitlines())
long = {name: count for name, count in lines.items() if count > 500}
median = statistics.median(lines.values())
for name, count in sorted(long.items()):
    print(f"{name}: {count} lines; split it, the limit is 500")
print(f"{len(lines)} files, median {median:g} lines")
sys.exit(1 if long or median > 150 else 0)
