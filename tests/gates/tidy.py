#!/usr/bin/env python3
"""Runs clang-tidy over the product's sources. The files of one folder are checked together as one translation unit,
because nearly all the time goes into Qt's headers; files that cannot stand together (equal names in unnamed
namespaces) are taken out of it and checked in a next one, at last alone. A group that is unchanged since it passed
is not checked again; the memory is <build>/tidy-passed."""
import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile

ROOT, BUILD = (pathlib.Path(a).resolve() for a in sys.argv[1:3])
KEPT = re.compile(r"^(-I|-D|-std)")
TOGETHER_ROUNDS = 4


def folders():
    """folder -> (its sources, the compiler arguments of the first)"""
    found = {}
    for entry in json.loads((BUILD / "compile_commands.json").read_text()):
        files = [file for file in compiled(pathlib.Path(entry["file"])) if file.is_relative_to(ROOT) and
                 file.relative_to(ROOT).parts[0] in {"app", "models", "views"}]
        words = shlex.split(entry["command"])
        arguments = [w for w in words if KEPT.match(w)]
        for word, following in zip(words, words[1:]):
            if word == "-isystem":
                arguments += [word, following]
        for file in files:
            found.setdefault(file.parent, ([], arguments))[0].append(file)
    if not found:
        sys.exit(f"{BUILD / 'compile_commands.json'} names no source of the product")
    return found


def compiled(file):
    """The sources that a compiler call reads: several where a room is compiled together."""
    if not file.name.startswith("unity_"):
        return [file]
    return [pathlib.Path(name) for name in re.findall(r'^#include "(/.+[.]cpp)"', file.read_text(), re.M)]


def run(files, arguments):
    with tempfile.NamedTemporaryFile("w", suffix=".cpp") as unit:
        unit.writelines(f'#include "{file}" // NOLINT\n' for file in files)
        unit.flush()
        return subprocess.run(
            ["clang-tidy-14", "--quiet", f"--config-file={ROOT / '.clang-tidy'}", "--warnings-as-errors=*", unit.name,
             "--", *arguments, "-ferror-limit=0"], capture_output=True, text=True)


def check(files, arguments, rounds=TOGETHER_ROUNDS):
    """Findings as text; empty when there are none."""
    result = run(files, arguments)
    if result.returncode == 0:
        return ""
    if "[clang-diagnostic-error]" not in result.stdout or len(files) == 1:
        return result.stdout or result.stderr
    clashing = [file for file in files if re.search(
        re.escape(str(file)) + r":\d+:\d+: error: .*\[clang-diagnostic-error\]", result.stdout)]
    staying = [file for file in files if file not in clashing]
    if rounds == 0 or not staying or not clashing:
        return "".join(check([file], arguments) for file in files)
    return check(staying, arguments, rounds - 1) + check(clashing, arguments, rounds - 1)


common = hashlib.sha256((ROOT / ".clang-tidy").read_bytes())
for top in ("app", "models", "views"):
    for header in sorted((ROOT / top).rglob("*.h")):
        common.update(header.read_bytes())


def key(folder, files):
    digest = common.copy()
    digest.update(str(folder).encode())
    for file in sorted(files):
        digest.update(file.read_bytes())
    return digest.hexdigest()


work = {key(folder, files): (files, arguments) for folder, (files, arguments) in folders().items()}
memory = BUILD / "tidy-passed"
passed = set(memory.read_text().split()) if memory.exists() else set()
todo = [(name, *work[name]) for name in sorted(work, key=lambda name: -len(work[name][0])) if name not in passed]
failed = 0
with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
    for (name, _, _), findings in zip(todo, pool.map(lambda task: check(task[1], task[2]), todo)):
        if findings:
            failed += 1
            print(findings, flush=True)
        else:
            passed.add(name)
memory.write_text("\n".join(sorted(passed & set(work))))
print(f"{sum(len(files) for files, _ in work.values())} files in {len(work)} folders, {len(todo)} folders checked now, "
      f"{failed} with findings")
sys.exit(1 if failed else 0)
