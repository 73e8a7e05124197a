#!/usr/bin/env python3
"""Runs scripts with a minipy binary and with python3, and compares the two.

    run_script.py --minipy build/minipy test/minipy/closures.py [more scripts]
    run_script.py --minipy build/minipy --args '500 100 8 2' bank.py
    run_script.py --minipy build/minipy-gil --minipy build/minipy --all [-j 2]

python3 runs with test/minipy/shim on its path, which holds the modules
`thread` and `transaction`.  Standard output and the exit status must agree.
A comment within a script's first ten lines can ask for more:

    # compare: stderr    standard error must agree as well, apart from lines
                         that only underline something (spaces, ^ and ~)
    # compare: blocks    standard output is taken as blocks of lines, parted by
                         empty lines, which may come in any order
    # args: a b c        command line arguments of the script

The exit status is 0 when everything agrees, 1 when something does not.
lit runs it through %run_script, which lit.local.cfg defines.
"""

import argparse
import concurrent.futures
import difflib
import os
import pathlib
import re
import shlex
import signal
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
UNDERLINE = re.compile(r"[ ^~]+")
DIRECTIVE = re.compile(r"#\s*(compare|args):\s*(.*?)\s*$")


class Directives:
    """What the comments at the top of a script ask for."""

    def __init__(self, script):
        self.compare = set()
        self.arguments = []
        with open(script, encoding="utf-8") as lines:
            for line, _ in zip(lines, range(10)):
                found = DIRECTIVE.match(line)
                if found and found[1] == "compare":
                    self.compare.update(found[2].split())
                elif found:
                    self.arguments = shlex.split(found[2])
        unknown = self.compare - {"stderr", "blocks"}
        if unknown:
            sys.exit(f"{script}: unknown '# compare:' of {sorted(unknown)}")


class Outcome:
    """What one run of a script left behind."""

    def __init__(self, status, stdout, stderr, seconds):
        self.status = status
        self.stdout = stdout
        self.stderr = stderr
        self.seconds = seconds


def run(command, environment, timeout):
    start = time.monotonic()
    # In a session of its own, so that a script that hangs ends with all of
    # the processes it may have started (a wrapper like valgrind, say).
    process = subprocess.Popen(
        command, env=environment, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
    try:
        out, err = process.communicate(timeout=timeout)
        status = process.returncode
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        out, err = process.communicate()
        status = f"timeout after {timeout:g} s"
    if isinstance(status, int) and status < 0:
        status = f"signal {signal.Signals(-status).name}"
    seconds = time.monotonic() - start
    return Outcome(status, out.decode("utf-8", "backslashreplace"),
                   err.decode("utf-8", "backslashreplace"), seconds)


def python_environment():
    environment = dict(os.environ)
    environment.update(PYTHONPATH=str(HERE / "shim"), PYTHONIOENCODING="utf-8",
                       PYTHONDONTWRITEBYTECODE="1", PYTHONHASHSEED="0")
    return environment


def without_underlines(text):
    return [line for line in text.splitlines() if not UNDERLINE.fullmatch(line)]


def in_sorted_blocks(text):
    blocks = sorted(block.strip("\n") for block in re.split(r"\n{2,}", text))
    return "\n\n".join(block for block in blocks if block).splitlines()


def diff(what, expected, actual):
    return list(difflib.unified_diff(expected, actual, f"{what} of python3",
                                     f"{what} of minipy", lineterm=""))


def differences(directives, expected, actual):
    """The lines of a report; empty when the two outcomes agree."""
    report = []
    lines = in_sorted_blocks if "blocks" in directives.compare else str.splitlines
    report += diff("stdout", lines(expected.stdout), lines(actual.stdout))
    if not report and "blocks" not in directives.compare \
            and expected.stdout != actual.stdout:
        report.append("stdout differs in its line ends")
    if "stderr" in directives.compare:
        report += diff("stderr", without_underlines(expected.stderr),
                       without_underlines(actual.stderr))
    if expected.status != actual.status:
        report.append(f"exit status of python3: {expected.status}, "
                      f"of minipy: {actual.status}")
    if report and "stderr" not in directives.compare and actual.stderr:
        report.append("stderr of minipy:")
        report += actual.stderr.splitlines()[-20:]
    return report


class Verdict:
    """What came out for one script and one interpreter."""

    def __init__(self, script, minipy, report, expected, actual):
        self.name = f"{script} with {minipy}"
        self.report = report
        self.times = f"python3 {expected.seconds:.2f} s, " \
                     f"minipy {actual.seconds:.2f} s"


def check(script, options):
    """Runs a script with python3 and with each of the interpreters."""
    directives = Directives(script)
    arguments = directives.arguments
    if options.args is not None:
        arguments = shlex.split(options.args)
    expected = run([options.python, script, *arguments], python_environment(),
                   options.timeout)
    verdicts = []
    for minipy in options.minipy:
        actual = run([*shlex.split(minipy), script, *arguments],
                     dict(os.environ), options.timeout)
        report = differences(directives, expected, actual)
        verdicts.append(Verdict(script, minipy, report, expected, actual))
    return verdicts


def all_scripts():
    return [str(path) for path in sorted(HERE.glob("*.py"))
            if path.name != pathlib.Path(__file__).name]


def parse_options():
    parser = argparse.ArgumentParser(
        description="Compares what minipy and python3 make of scripts.")
    parser.add_argument("scripts", nargs="*")
    parser.add_argument("--minipy", action="append", metavar="COMMAND",
                        help="an interpreter under test, may hold arguments; "
                             "can be given several times (default: $MINIPY)")
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--args", help="the script's arguments, instead of "
                                       "those its '# args:' line gives")
    parser.add_argument("--all", action="store_true",
                        help="all scripts beside this file")
    parser.add_argument("--timeout", type=float, default=60, metavar="S")
    parser.add_argument("-j", "--jobs", type=int, default=1)
    parser.add_argument("-v", "--verbose", action="store_true",
                        help="times of the scripts that agree, too")
    options = parser.parse_args()
    if not options.minipy and "MINIPY" in os.environ:
        options.minipy = [os.environ["MINIPY"]]
    if not options.minipy:
        parser.error("which interpreter? give --minipy or set MINIPY")
    if options.all:
        options.scripts += all_scripts()
    if not options.scripts:
        parser.error("which scripts? name some, or give --all")
    return options


def main():
    options = parse_options()
    failed = total = 0
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for verdicts in pool.map(lambda script: check(script, options),
                                 options.scripts):
            for verdict in verdicts:
                total += 1
                if verdict.report:
                    failed += 1
                    print(f"FAIL {verdict.name} ({verdict.times})",
                          *verdict.report, sep="\n", flush=True)
                elif options.verbose:
                    print(f"ok   {verdict.name} ({verdict.times})", flush=True)
    if total > 1 or failed:
        print(f"{total - failed} of {total} agree")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
