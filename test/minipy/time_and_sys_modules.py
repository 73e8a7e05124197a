# time and sys: clocks go forward, sleeping takes time, output and limits.
# RUN: %run_script %s

import sys
import time

start = time.time()
first = time.perf_counter()
time.sleep(0.02)
second = time.perf_counter()
print(second > first, second - first >= 0.019, time.time() >= start, time.time() > 1_600_000_000)
print(type(start).__name__, time.monotonic() <= time.monotonic())
print(type(sys.argv).__name__, len(sys.argv), sys.argv[0].endswith("time_and_sys_modules.py"))
print(sys.maxsize > 2 ** 31, sys.getrecursionlimit() >= 100)
sys.stdout.write("written\n")
sys.stdout.write("in ")
sys.stdout.write("pieces\n")
print("a", "b", sep="-", end="!\n")
print()
print(sep="x")
print("no newline", end="")
print("", "", sep="|")
print(1, "two", 3.0, None, [4], sep=", ")
print("x", "y", sep="", end="")
print(*range(3), sep="\n")
sys.stdout.flush()
print("flushed", flush=True)


class Loud:
    def __str__(self):
        return "LOUD"


print(Loud(), [str(Loud())], end=".\n", sep=None)
for bad in [lambda: print("x", sep=5), lambda: print("x", end=1), lambda: time.sleep(-1), lambda: time.sleep("x")]:
    try:
        bad()
    except (TypeError, ValueError) as error:
        print(type(error).__name__)
laps = [time.perf_counter() for _ in range(1000)]
print(all(a <= b for a, b in zip(laps, laps[1:])))
