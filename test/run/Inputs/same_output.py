#!/usr/bin/env python3
"""Compares a program compiled by ame with the same program compiled plainly.

usage: same_output.py [--cxx] [--always] SOURCE [FLAGS]...

Each FLAGS (one argument, "-O2 -flto") is one build with ame. Its output and its
status must be those of plain clang at -O1, where nothing is ever undone. With
--always each is built in whole-program mode as well."""

import argparse
import difflib
import os
import pathlib
import shlex
import subprocess
import sys

SECONDS = 120  # for one program, on a slow machine


def build(command, program):
    done = subprocess.run(command + ["-o", program], text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    sys.stdout.write(done.stdout)
    if done.returncode != 0:
        sys.exit(f"did not compile: {shlex.join(command)}")


def run(program):
    done = subprocess.run([program], text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, timeout=SECONDS)
    return done.stdout + f"status {done.returncode}\n"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--cxx", action="store_true")
    parser.add_argument("--always", action="store_true")
    parser.add_argument("--plain", default="")
    parser.add_argument("source")
    parser.add_argument("flags", nargs="*")
    arguments, more = parser.parse_known_args()
    builds = arguments.flags + more or ["-O0", "-O2"]
    if arguments.always:
        builds += [flags + " -fame-mode=always" for flags in builds]
    clang, ame, include, folder = (os.environ[name] for name in (
        "SAME_CLANG", "SAME_AME", "SAME_INCLUDE", "SAME_FOLDER"))
    if arguments.cxx:
        clang, ame = clang + "++", ame.removesuffix("cc") + "c++"

    os.makedirs(folder, exist_ok=True)
    program = str(pathlib.Path(folder) / pathlib.Path(arguments.source).name)
    build([clang, "-w", "-O1", "-I", include, "-pthread", arguments.source,
           *shlex.split(arguments.plain)], program + ".plain")
    wanted = run(program + ".plain")
    sys.stdout.write(wanted)
    failed = False
    for number, flags in enumerate(builds):
        name = f"{program}.{number}"
        build([ame, "-w", *shlex.split(flags), arguments.source], name)
        found = run(name)
        if found != wanted:
            failed = True
            print(f"FAILED: other output with {flags}")
            sys.stdout.writelines(difflib.unified_diff(
                wanted.splitlines(True), found.splitlines(True), "plain", "ame"))
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
