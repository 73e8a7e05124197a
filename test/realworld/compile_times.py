#!/usr/bin/env python3
"""compile_times.py PLAIN AME [ROUNDS]: how much longer do the files of a package compile?

Both folders hold a build of the same package, and in `commands` what was compiled
(tools/realworld.sh). Each compilation is run again, by both compilers in turn, ROUNDS (3)
times, or once where that takes a second; the least user CPU time of each counts. Prints
JSON: the sums, their ratio, and the largest files' times and ratios. The output of the last run replaces the object file,
with the same contents.
"""
import json
import os
import subprocess
import sys

LONG = 1.0
SOURCES = (".c", ".cc", ".cpp", ".cxx")


def compilations(folder):
    """{name of the source: (folder, command)}, without what configuring has tried."""
    found = {}
    with open(os.path.join(folder, "commands"), encoding="utf-8") as file:
        records = file.read().split("\x1e\0")
    for record in records[:-1]:
        where, *command = record.split("\0")[:-1]
        sources = [word for word in command[1:] if word.endswith(SOURCES)]
        if len(sources) != 1 or "-E" in command:
            continue
        path = os.path.join(where, sources[0])
        name = os.path.relpath(path, folder)
        if os.path.exists(path) and os.path.isdir(where) and "conftest" not in name:
            found[name] = where, command
    return found


def user_seconds(where, command):
    child = subprocess.Popen(
        command, cwd=where, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(child.pid, 0)
    if status:
        sys.exit(f"compile_times.py: does not compile again: {command}, in {where}")
    return usage.ru_utime


def main():
    plain, ame = (compilations(os.path.realpath(folder)) for folder in sys.argv[1:3])
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 3
    names = sorted(plain.keys() & ame.keys())
    times = {}
    for name in names:
        runs = []
        while len(runs) < rounds and sum(map(sum, runs)) < LONG:
            runs.append((user_seconds(*plain[name]), user_seconds(*ame[name])))
        times[name] = [min(column) for column in zip(*runs)]
    sums = [sum(column) for column in zip(*times.values())]
    slowest = sorted(times, key=lambda name: times[name][0], reverse=True)[:8]
    print(
        json.dumps(
            {
                "files": len(names),
                "seconds": [round(value, 2) for value in sums],
                "ratio": round(sums[1] / sums[0], 2),
                "largest": {
                    name: [round(times[name][0], 2), round(times[name][1] / times[name][0], 2)]
                    for name in slowest
                },
            }
        )
    )


if __name__ == "__main__":
    main()
