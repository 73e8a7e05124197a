#!/usr/bin/env python3
"""Random Python scripts on minipy: results as python3's, no object leaks.

  tools/random_scripts.py MINIPY [--seconds N] [--seed N] [--log FILE] [--keep FOLDER]

Each script is drawn from a seed. It runs on python3 (with the shim of
test/minipy for threads) and on MINIPY; the outputs must be the same, MINIPY must
end well, and sys._live_objects must not grow from one run of the script's main
function to the next. Appends one line of JSON to the log; prints each failing
seed, and keeps its script. The exit status is 1 if any failed."""

import argparse
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
SHIM = ROOT / "test" / "minipy" / "shim"

HEAD = '''\
import sys, time
import thread

class Node:
    count = 0
    def __init__(self, value, child=None):
        self.value = value
        self.child = child
    def total(self):
        return self.value + (self.child.total() if self.child is not None else 0)

class Loud(Node):
    def total(self):
        return 2 * super().total() % 1000003

shared = {"none": None, "yes": True, "words": ("a", "b", "c"), "n": 7}
table = {}
'''

TAIL = '''\
def main():
    results = []
    run(body, results)
    results.sort()
    table.clear()
    return results

print(main())
live = getattr(sys, "_live_objects", None)
if live:
    counts = []
    for turn in range(4):
        main()
        wait = 0
        # Threads that have just ended may still hold something. The list holds
        # one number more each time.
        while turn > 1 and wait < 250 and live() - counts[-1] > 1:
            time.sleep(0.01)
            wait += 1
        counts.append(live())
    if counts[-1] - counts[-2] != 1:
        print("LEAK", counts)
'''

ALONE = '''\
def run(body, results):
    results.append(body(1))
'''

THREADS = '''\
def run(body, results):
    def work(n):
        result = body(n)
        with thread.atomic:
            results.append(result)
    for n in range(3):
        thread.start_new_thread(work, (n,))
    while True:
        with thread.atomic:
            if len(results) == 3:
                break
        time.sleep(0.001)
'''


class Script:
    """Statements that leave x, an integer, in a state that depends on all."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.threads = self.random.random() < 0.5

    def number(self):
        return self.random.choice(["x", "i", "n", str(self.random.randrange(1000)),
                                   "x % 17", "len(s)", "len(l)"])

    def value(self):
        n = self.number
        return self.random.choice([
            lambda: n(), lambda: "None", lambda: "True", lambda: f"str({n()})",
            lambda: f"({n()}, {n()})", lambda: f"[{n()}, {n()}]", lambda: "Node",
            lambda: f"Node({n()})", lambda: f"Loud({n()}, Node({n()}))",
            lambda: f"{{'k': {n()}}}", lambda: f"float({n()} % 100)",
            lambda: f"10 ** ({n()} % 40)", lambda: "shared", lambda: "shared['words']",
            # No free variables: what they captured might hold them in turn, and
            # minipy collects no cycles.
            lambda: f"(lambda v: v + {self.random.randrange(99)})", lambda: "s * 2 if len(s) < 200 else ''",
            lambda: f"range({n()} % 9)"])()

    def simple(self):
        n, v = self.number, self.value
        return self.random.choice([
            lambda: f"x = (x * 31 + {n()}) % 1000003",
            lambda: f"l.append({v()})", lambda: f"l = [{v()}, {v()}] + l[:20]",
            lambda: "l = l[::-1]", lambda: "if l: l.pop()",
            lambda: f"if l: l[x % len(l)] = {v()}",
            lambda: f"d[{n()} % 50] = {v()}", lambda: f"d.pop({n()} % 50, None)",
            lambda: f"d['key' + str({n()} % 9)] = {v()}",
            lambda: "x += len(d) + len(l)", lambda: f"s = (s + str({v()!s}))[-50:] if False else s + str({n()})",
            lambda: "s = s[-40:].replace('1', 'ab')", lambda: "s = '-'.join([s[:5], s[5:9], 'z'])",
            lambda: f"o = Node({n()}, o if x % 5 else None)",
            lambda: f"o = Loud({n()})", lambda: "x = (x + o.total()) % 1000003",
            lambda: f"o.value = {n()}", lambda: f"o.extra = {v()}",
            lambda: "t = (x, s, l[:3], o)", lambda: "x += len(t) + t[0] % 3",
            lambda: "a, *rest = (x, 1, 2, 3); x = a + sum(rest)",
            lambda: f"x += sum(v * 2 for v in range({n()} % 12))",
            lambda: f"x += sum([v for v in range({n()} % 12) if v % 2])",
            lambda: "x += len({k: str(k) for k in range(x % 9)})",
            lambda: f"f = lambda v, w={n()}: (v + w) % 1000003", lambda: "x = f(x)",
            lambda: "x += len(sorted([len(s), x, i]))",
            lambda: f"x += len(f'{{x}}:{{s[:3]}}:{{i:>{self.random.randrange(1, 9)}}}')",
            lambda: "with thread.atomic: table[(n, i % 10)] = (x, s[:5], None)",
            lambda: "with thread.atomic: x += len(table.get((n, i % 10), ())) ",
            lambda: "x += isinstance(o, Loud) + (shared['none'] is None)",
            lambda: "x += len(shared['words']) + shared['n'] + shared['yes']",
            lambda: "x = int(str(x)) ^ (1 << (i % 70)) % 1000003",
        ])()

    def block(self, depth):
        indent = "    " * depth
        lines = []
        for _ in range(self.random.randrange(1, 5)):
            kind = self.random.random()
            if kind < 0.65 or depth > 3:
                lines.append(indent + self.simple())
            elif kind < 0.75:
                lines.append(f"{indent}for i in range({self.random.randrange(1, 12)}):")
                lines += self.block(depth + 1)
            elif kind < 0.83:
                lines.append(f"{indent}if x % {self.random.randrange(2, 5)}:")
                lines += self.block(depth + 1)
                lines.append(indent + "else:")
                lines += self.block(depth + 1)
            elif kind < 0.92:
                lines.append(indent + "try:")
                lines += self.block(depth + 1)
                lines.append(f"{indent}    if x % 3 == {self.random.randrange(3)}: raise ValueError(s, x)")
                lines.append(indent + "except ValueError as e:")
                lines.append(indent + "    x += len(e.args)")
                lines += self.block(depth + 1)
                if self.random.random() < 0.3:
                    lines.append(indent + "finally:")
                    lines += self.block(depth + 1)
            else:
                lines.append(indent + "def g(n):")
                lines.append(indent + "    i = 0")
                lines.append(indent + "    while i < 3:")
                lines.append(indent + "        yield (i, n * i)")
                lines.append(indent + "        i += 1")
                lines.append(indent + "x += sum([q for p, q in g(x % 100)])")
        return lines

    def text(self):
        body = ["def body(n):", "    x, s, l, d, i = n + 1, 'seed', [], {}, 0",
                "    o, t, f = Node(1), (0,), lambda v: v + 1",
                f"    for i in range({self.random.randrange(5, 60)}):"]
        body += self.block(2) + self.block(2)
        body += ["        l = l[-30:]; s = s[-300:]"]
        body += ["    return (x % 1000003, s[-20:], len(l), len(d))", ""]
        return "\n".join([HEAD, *body, THREADS if self.threads else ALONE, TAIL])


def execute(command, path, environment=None):
    try:
        done = subprocess.run([*command, path], capture_output=True, text=True,
                              timeout=120, env=environment)
        return done.stdout, done.returncode, done.stderr
    except subprocess.TimeoutExpired:
        return "", "time is over", ""


def judge(minipy, path):
    """Empty, or what is wrong. None: python3 does not like the script itself."""
    python = dict(os.environ, PYTHONPATH=str(SHIM))
    expected, status, _ = execute([sys.executable, "-W", "ignore"], path, python)
    if status != 0:
        return None
    output, status, errors = execute([minipy], path)
    if status != 0:
        return f"status {status}: {errors.strip()[-300:]}"
    if output != expected:
        return f"output {output[-200:]!r}, expected {expected[-200:]!r}"
    return ""


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("minipy")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--scripts", type=int, default=0, help="stop after so many")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--log")
    parser.add_argument("--what", default="", help="a remark for the log")
    parser.add_argument("--keep", default=".")
    chosen = parser.parse_args()
    end = time.monotonic() + chosen.seconds
    started = time.monotonic()
    seed, good, skipped, failures = chosen.seed, 0, 0, []
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "script.py"
        while time.monotonic() < end and not (chosen.scripts and good >= chosen.scripts):
            path.write_text(Script(seed).text())
            wrong = judge(chosen.minipy, str(path))
            if wrong is None:
                skipped += 1
            elif wrong:
                failures.append(seed)
                kept = pathlib.Path(chosen.keep) / f"failed-{seed}.py"
                kept.parent.mkdir(parents=True, exist_ok=True)
                kept.write_text(path.read_text())
                print(f"seed {seed}: {wrong} (kept as {kept})", flush=True)
            else:
                good += 1
            seed += 1
    seconds = round(time.monotonic() - started)
    commit = subprocess.run(["git", "-C", ROOT, "rev-parse", "--short", "HEAD"],
                            capture_output=True, text=True).stdout.strip()
    if chosen.log:
        with open(chosen.log, "a") as log:
            log.write(json.dumps({"commit": commit, "what": chosen.what, "seed": chosen.seed,
                                  "scripts": good, "seconds": seconds,
                                  "failed": failures}) + "\n")
    print(f"random scripts: {good} good, {skipped} skipped, {len(failures)} failed, {seconds} s")
    return 1 if failures or not good else 0


if __name__ == "__main__":
    sys.exit(main())
