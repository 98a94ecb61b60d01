#!/usr/bin/env python3
"""Runs clang-tidy over the product's sources. A file whose text, headers and rules are unchanged since it last
passed is not checked again; the memory is <build>/tidy-passed."""
import concurrent.futures
import hashlib
import json
import os
import pathlib
import subprocess
import sys

root, build = (pathlib.Path(a).resolve() for a in sys.argv[1:3])
commands = json.loads((build / "compile_commands.json").read_text())
rooms = tuple(str(root / top) + os.sep for top in ("app", "models", "views"))
files = sorted({c["file"] for c in commands if c["file"].startswith(rooms)})

common = hashlib.sha256((root / ".clang-tidy").read_bytes())
for top in ("app", "models", "views"):
    for header in sorted((root / top).rglob("*.h")):
        common.update(header.read_bytes())
memory = build / "tidy-passed"
passed = set(memory.read_text().split()) if memory.exists() else set()


def key(file):
    digest = common.copy()
    digest.update(pathlib.Path(file).read_bytes())
    return digest.hexdigest()


def check(file):
    return subprocess.run(
        ["clang-tidy-14", "-p", str(build), "--quiet", "--warnings-as-errors=*",
         "--extra-arg=-Wno-unknown-warning-option", "--extra-arg=-Wno-ignored-optimization-argument", file],
        capture_output=True, text=True)


todo = [file for file in files if key(file) not in passed]
failures = 0
with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
    for file, result in zip(todo, pool.map(check, todo)):
        if result.returncode == 0:
            passed.add(key(file))
        else:
            failures += 1
            print(result.stdout, flush=True)
            if "error:" not in result.stdout:
                print(result.stderr, flush=True)
memory.write_text("\n".join(sorted(passed & {key(file) for file in files})))
print(f"{len(files)} files, {len(todo)} checked now, {failures} with findings")
sys.exit(1 if failures else 0)
