#!/usr/bin/env python3
"""Runs the demonstration's programs on both builds of minipy and compares them.

    demo.py FOLDER        FOLDER holds minipy-gil and minipy

The serial run (minipy-gil with one thread) gives the output that every other
run must reproduce and the time that the ratios refer to. The counts come from
the runtime's own statistics (AME_OPTIONS=stats_file=...)."""

import glob
import json
import os
import subprocess
import sys
import tempfile
import time

SCRIPTS = "examples/minipy/scripts/"
TIMEOUT = 120  # seconds a run
RUNS = [("minipy-gil", 1), ("minipy-gil", 2), ("minipy", 1), ("minipy", 2)]


def programs():
    """Name, script and arguments but the last, which is the number of threads."""
    licences = [path for path in sorted(glob.glob("/usr/share/common-licenses/*"))
                if os.path.isfile(path) and not os.path.islink(path)]
    documents = sorted(glob.glob("docs/*.md")) + ["README.md"]
    return [
        ("inverted index", "inverted_index.py", licences + documents),
        ("n-queens", "nqueens.py", ["11"]),
        ("Mandelbrot", "mandelbrot.py", ["320", "192", "150"]),
        ("bank", "bank.py", ["1000", "120", "8"]),
    ]


class Run:
    """One run of one script, and what the runtime counted."""

    def __init__(self, folder, interpreter, script, arguments, threads):
        with tempfile.NamedTemporaryFile(suffix=".json") as statistics:
            environment = dict(os.environ)
            environment["AME_OPTIONS"] = f"stats_file={statistics.name}"
            start = time.monotonic()
            done = subprocess.run(
                [os.path.join(folder, interpreter), SCRIPTS + script, *arguments,
                 str(threads)],
                env=environment, stdin=subprocess.DEVNULL, capture_output=True,
                timeout=TIMEOUT)
            self.seconds = time.monotonic() - start
            text = statistics.read()
        self.output = done.stdout
        self.error = done.stderr.decode(errors="replace").strip()
        self.status = done.returncode
        self.counts = json.loads(text)["all"] if text else None

    def row(self, name, interpreter, threads, serial):
        counts = self.counts or {}
        cells = [counts.get(key, "-") for key in ("commits", "aborts", "inevitable")]
        return (f"{name:15} {interpreter:11} {threads:7} {self.seconds:8.2f} "
                f"{serial / self.seconds:9.2f} "
                + " ".join(f"{cell:>10}" for cell in cells))


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    folder = sys.argv[1]
    failures = []
    outputs = []
    print(f"{'program':15} {'interpreter':11} {'threads':>7} {'seconds':>8} "
          f"{'GIL/this':>9} {'commits':>10} {'aborts':>10} {'inevitable':>10}")
    for name, script, arguments in programs():
        serial = None
        for interpreter, threads in RUNS:
            what = f"{name} on {interpreter} with {threads} threads"
            try:
                run = Run(folder, interpreter, script, arguments, threads)
            except subprocess.TimeoutExpired:
                failures.append(f"{what}: no end after {TIMEOUT} s")
                continue
            serial = serial or run
            print(run.row(name, interpreter, threads, serial.seconds), flush=True)
            if run.status != 0 or not run.output:
                failures.append(f"{what}: exit status {run.status}: {run.error[-500:]}")
            elif run.output != serial.output:
                failures.append(f"{what}: its output differs from the serial run's")
            elif interpreter == "minipy" and not run.counts:
                failures.append(f"{what}: the runtime wrote no statistics")
        if serial:
            outputs.append((name, serial.output.decode(errors="replace")))
    print("\nThe programs' summaries:")
    for name, output in outputs:
        print(f"  {name}: {output.strip().splitlines()[-1] if output.strip() else '(nothing)'}")
    for failure in failures:
        print(f"demo: FAILED: {failure}", file=sys.stderr)
    if failures:
        sys.exit(1)
    print("demo: OK")


if __name__ == "__main__":
    main()
