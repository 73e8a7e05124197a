#!/usr/bin/env python3
"""compile_checks.py FOLDER [jobs=N] [watch=SECONDS] [KEY=VALUE...]: is what ame-cc makes of a package sound?

FOLDER holds a build of it, and in `commands` what was compiled (tools/realworld.sh). Each
file is compiled again, and the results thrown away:

  three times, one of them with LLVM's verifier after each pass, one without random
  addresses: no error, and three times the same bytes;
  with -g, while LLVM notes what each pass does to debug information: ame's passes lose no
  variable and no function. At -O0, where each access has a place in the source, so has
  all code that they add; but the thread's block is looked up at a function's begin, and
  local variables have none there, as clang's. (At -O2 much that the optimiser has moved
  has none, nor have its barriers then.) LLVM's watch takes the square of a file's size:
  at -O2 it ends after 3 seconds (watch=) of CPU time.

Prints one line of JSON with the keys given: how many files there are, how many of them
were watched at -O2 to their end, and in `wrong` what is not as it should be; then the
status is 1.
"""
import collections
import concurrent.futures
import datetime
import json
import os
import signal
import subprocess
import sys
import tempfile

from compile_times import compilations

PASSES = "ame::"  # the plugin's
PLACELESS = {"call", "alloca"}  # of llvm.threadlocal.address; clang's have none either
KILLED = {-signal.SIGKILL, 128 + signal.SIGKILL}  # at the end of its time


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
    """The output's contents, or what the compiler says; None: it was killed."""
    command = [*launcher, *output_to(command, path), *extra]
    environment = {**os.environ, "SOURCE_DATE_EPOCH": "1"}
    done = subprocess.run(command, cwd=where, env=environment, capture_output=True, check=False)
    if done.returncode in KILLED:
        return None, None
    if done.returncode:
        return None, done.stderr.decode(errors="replace")[-500:]
    with open(path, "rb") as file:
        return file.read(), ""


def debug_changes(path):
    """Counts (metadata, action, instruction) of all that ame's passes did."""
    changes = collections.Counter()
    with open(path, encoding="utf-8", errors="replace") as file:
        whole = (line for line in file if line.endswith("\n") and line.strip())
        for line in map(json.loads, whole):
            if line["pass"].startswith(PASSES):
                for bug in (bug for bugs in line["bugs"] for bug in bugs):
                    changes[bug["metadata"], bug["action"], bug.get("instr", "")] += 1
    return changes


def debug_complaints(name, level, where, command, folder, launcher=()):
    """What is wrong, and whether all was watched."""
    path, report = os.path.join(folder, "debug.o"), os.path.join(folder, level)
    option = "-fverify-debuginfo-preserve"
    _, message = compile_to(path, where, command, [
        level, "-g", "-Xclang", option, "-Xclang", f"{option}-export={report}"], launcher)
    if message:
        return [f"{name}, {level} -g: {message}"], False
    changes = debug_changes(report) if os.path.exists(report) else {}
    return [
        f"{name}, {level}: {action} {metadata} {instruction}, {times} times"
        for (metadata, action, instruction), times in changes.items()
        if metadata != "DILocation" or (level == "-O0" and instruction not in PLACELESS)
    ], message is not None


def check(name, where, command, seconds):
    """What is wrong with one file, and whether all of it was watched at -O2."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "out.o")
        first, message = compile_to(path, where, command)
        verified, complaint = compile_to(path, where, command, ["-Xclang", "-llvm-verify-each"])
        fixed, _ = compile_to(path, where, command, launcher=["setarch", "-R"])
        wrong = []
        if first is None or verified is None:
            wrong.append(f"{name}: {message or complaint}")
        elif not first == verified == fixed:
            wrong.append(f"{name}: not the same output each time")
        wrong += debug_complaints(name, "-O0", where, command, folder)[0]
        complaints, watched = debug_complaints(
            name, "-O2", where, command, folder, ["prlimit", f"--cpu={seconds}"])
    return wrong + complaints, watched


def main():
    folder, *given = sys.argv[1:]
    keys = dict(word.split("=", 1) for word in given)
    jobs, seconds = int(keys.pop("jobs", 1)), int(keys.pop("watch", 3))
    found = compilations(os.path.realpath(folder))
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        results = list(pool.map(lambda item: check(item[0], *item[1], seconds), sorted(found.items())))
    wrong = [complaint for complaints, _ in results for complaint in complaints]
    print(json.dumps({
        **keys,
        "date": datetime.date.today().isoformat(),
        "files": len(found),
        "watched": sum(watched for _, watched in results),
        "wrong": wrong,
    }))
    return 1 if wrong or not found else 0


sys.exit(main())
