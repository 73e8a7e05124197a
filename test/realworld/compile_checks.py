#!/usr/bin/env python3
"""compile_checks.py FOLDER [jobs=N] [KEY=VALUE...]: is what ame-cc makes of a package sound?

FOLDER holds a build of it, and in `commands` what was compiled (tools/realworld.sh). Each
file is compiled again, and the results thrown away:

  three times, one of them with LLVM's verifier after each pass, one without random
  addresses: no error, and three times the same bytes;
  with -g, while LLVM notes what each pass does to debug information: ame's passes drop
  none. Code that they add has no place only where it belongs to none: addresses and the
  thread's block, computed ahead for several accesses.

Prints one line of JSON with the keys given; `wrong` has what is not as it should be, and
then the status is 1.
"""
import collections
import concurrent.futures
import datetime
import json
import os
import subprocess
import sys
import tempfile

from compile_times import compilations

# The plugin's passes, and what they may add without a place.
PASSES = "ame::"
PLACELESS = {"getelementptr", "load", "inttoptr", "call"}


def output_to(command, path):
    """The command with another output; dependencies are not written."""
    words, rest = [], iter(command)
    for word in rest:
        if word in ("-o", "-MF", "-MT", "-MQ"):
            next(rest, None)
        elif word not in ("-MD", "-MMD", "-MP"):
            words.append(word)
    return words + ["-o", path]


def compile_to(path, where, command, extra=(), launcher=()):
    """The output's contents, or what the compiler says."""
    command = [*launcher, *output_to(command, path), *extra]
    environment = {**os.environ, "SOURCE_DATE_EPOCH": "1"}
    done = subprocess.run(command, cwd=where, env=environment, capture_output=True, check=False)
    if done.returncode:
        return None, done.stderr.decode(errors="replace")[-500:]
    with open(path, "rb") as file:
        return file.read(), ""


def debug_changes(path):
    """Counts (metadata, action, instruction) of all that ame's passes did."""
    changes = collections.Counter()
    with open(path, encoding="utf-8", errors="replace") as file:
        for line in map(json.loads, filter(str.strip, file)):
            if line["pass"].startswith(PASSES):
                for bug in (bug for bugs in line["bugs"] for bug in bugs):
                    changes[bug["metadata"], bug["action"], bug.get("instr", "")] += 1
    return changes


def check(name, where, command):
    """What is wrong with one file, and what happened to its debug information."""
    wrong, changes = [], collections.Counter()
    with tempfile.TemporaryDirectory() as folder:
        path, report = os.path.join(folder, "out.o"), os.path.join(folder, "debug.json")
        first, message = compile_to(path, where, command)
        verified, complaint = compile_to(path, where, command, ["-Xclang", "-llvm-verify-each"])
        fixed, _ = compile_to(path, where, command, launcher=["setarch", "-R"])
        if first is None or verified is None:
            wrong.append(f"{name}: {message or complaint}")
        elif not first == verified == fixed:
            wrong.append(f"{name}: not the same output each time")
        preserve = "-fverify-debuginfo-preserve"
        _, message = compile_to(path, where, command, [
            "-g", "-Xclang", preserve, "-Xclang", f"{preserve}-export={report}"])
        if os.path.exists(report):
            changes = debug_changes(report)
        elif message:
            wrong.append(f"{name}, with -g: {message}")
    for (metadata, action, instruction), times in changes.items():
        if action == "drop" or instruction not in PLACELESS:
            wrong.append(f"{name}: {action} {metadata} {instruction} {times} times")
    return wrong, changes


def main():
    folder, *given = sys.argv[1:]
    keys = dict(word.split("=", 1) for word in given)
    jobs = int(keys.pop("jobs", 1))
    found = compilations(os.path.realpath(folder))
    wrong, changes = [], collections.Counter()
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        for complaints, changed in pool.map(
                lambda item: check(item[0], *item[1]), sorted(found.items())):
            wrong += complaints
            changes += changed
    print(json.dumps({
        **keys,
        "date": datetime.date.today().isoformat(),
        "files": len(found),
        "without_place": {kind[2]: n for kind, n in sorted(changes.items()) if kind[1] != "drop"},
        "wrong": wrong,
    }))
    return 1 if wrong or not found else 0


sys.exit(main())
