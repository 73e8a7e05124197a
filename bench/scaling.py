#!/usr/bin/env python3
"""Scaling of minipy from one thread to two, as a share of what the machine gives.

  bench/scaling.py [--rounds N] [BUILD-FOLDER]

Each round runs, one after another: the control (plain C threads that share
nothing) with one and two threads, then each job of examples/minipy/scripts with
one and two threads on the same minipy. A control's two threads do twice the
work, a job's two threads share the same work. A round whose control did not
scale by 1.8 is repeated, at most five times; then "no second core" is said.
Prints median, minimum and maximum of (job's scaling / control's scaling).
"""
import argparse, pathlib, statistics, subprocess, tempfile, time

ROOT = pathlib.Path(__file__).resolve().parent.parent
SCRIPTS = ROOT / "examples/minipy/scripts"
JOBS = {
    "bank": ["bank.py", "1000", "200", "4"],
    "mandelbrot": ["mandelbrot.py", "480", "320", "150"],
    "nqueens": ["nqueens.py", "12"],
    "inverted index": ["inverted_index.py", "made:40"],
    "printing blocks": ["printing_blocks.py", "250"],
}


def build_control(folder):
    binary = folder / "control"
    subprocess.run(["cc", "-O2", "-o", str(binary), str(ROOT / "bench/control.c"), "-lpthread"], check=True)
    return binary


def control_scaling(binary):
    seconds = [float(subprocess.run([str(binary), str(n), "400"], check=True, capture_output=True, text=True).stdout)
               for n in (1, 2)]
    return 2 * seconds[0] / seconds[1]


def job_seconds(minipy, job, threads):
    start = time.perf_counter()
    subprocess.run([str(minipy), str(SCRIPTS / job[0]), *job[1:], str(threads)], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def one_round(control, minipy, job):
    for _ in range(5):
        available = control_scaling(control)
        if available >= 1.8:
            one, two = job_seconds(minipy, job, 1), job_seconds(minipy, job, 2)
            return (one / two) / available
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("build", nargs="?", default=str(ROOT / "build"))
    options = parser.parse_args()
    minipy = pathlib.Path(options.build) / "bin/minipy"
    with tempfile.TemporaryDirectory() as folder:
        control = build_control(pathlib.Path(folder))
        for name, job in JOBS.items():
            shares = [share for share in (one_round(control, minipy, job) for _ in range(options.rounds)) if share]
            if shares:
                print(f"{name:16} {statistics.median(shares):.2f} ({min(shares):.2f}-{max(shares):.2f}) of the control's scaling, {len(shares)} rounds")
            else:
                print(f"{name:16} no second core")


if __name__ == "__main__":
    main()
