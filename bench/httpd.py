#!/usr/bin/env python3
"""How examples/httpd compares with itself under one mutex: wrk on the loopback.

  bench/httpd.py [--rounds N] [--seconds N] [--write] [BUILD-FOLDER]

Each round measures every request on one build and right after it on the other one.
Prints a table: requests a second, median (least-greatest of the rounds), and the median
of the rounds' ratios. --write puts it into docs/httpd.md. Needs wrk and a quiet machine."""

import argparse
import http.client
import os
import pathlib
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
SOURCE = ROOT / "examples/httpd/httpd.c"
PAGE = ROOT / "docs/httpd.md"
KEYS = 200
REQUESTS = [("/k1", "all change one counter"), ("/", "reads all keys"), ("spread", "few of them meet")]
# wrk has no list of addresses: its script draws one for each request.
SPREAD = 'request = function() return wrk.format("GET", "/k" .. math.random(0, %d)) end\n' % (KEYS - 1)


def build(tree, folder):
    clang = shutil.which("clang-19") or shutil.which("clang")
    commands = {"ame": [str(tree / "bin/ame-cc"), "-O2"],
                "mutex": [clang, "-O2", f"-I{ROOT}/include", "-pthread"]}
    for name, command in commands.items():
        subprocess.run([*command, str(SOURCE), "-o", str(folder / name)], check=True)
    (folder / "spread.lua").write_text(SPREAD)
    return list(commands)


class Server:
    def __init__(self, program):
        self.process = subprocess.Popen([str(program), "-t", "600"], stdout=subprocess.PIPE, text=True)
        self.port = int(re.search(r":(\d+)", self.process.stdout.readline())[1])
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        for i in range(KEYS):
            connection.request("PUT", f"/k{i}", str(i))
            connection.getresponse().read()
        connection.close()

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.process.kill()
        self.process.wait()


def requests_a_second(server, request, folder, seconds):
    command = ["wrk", "-t", "2", "-c", "8", "-d", str(seconds)]
    path = request
    if request == "spread":
        command += ["-s", str(folder / "spread.lua")]
        path = "/"
    output = subprocess.run([*command, f"http://127.0.0.1:{server.port}{path}"],
                            capture_output=True, text=True, check=True).stdout
    if re.search("Non-2xx|Socket errors", output):
        sys.exit(f"wrong answers:\n{output}")
    return float(re.search(r"Requests/sec: +([\d.]+)", output)[1])


def measure(names, folder, rounds, seconds):
    """{(request, build): [requests a second of each round]}"""
    found = {}
    for number in range(rounds):
        for request, _ in REQUESTS:
            for name in names:
                with Server(folder / name) as server:
                    found.setdefault((request, name), []).append(
                        requests_a_second(server, request, folder, seconds))
        print(f"round {number + 1}/{rounds}", file=sys.stderr)
    return found


def text_of(values):
    low, middle, high = min(values) / 1000, statistics.median(values) / 1000, max(values) / 1000
    return f"{middle:.1f}K ({low:.1f}K–{high:.1f}K)"


def table(found):
    lines = ["| request | ame | one mutex | ame over mutex |", "| --- | --- | --- | --- |"]
    for request, meaning in REQUESTS:
        ame, mutex = found[request, "ame"], found[request, "mutex"]
        ratio = statistics.median(a / m for a, m in zip(ame, mutex))
        what = "`GET /kN`, N at random" if request == "spread" else f"`GET {request}`"
        lines.append(f"| {what} ({meaning}) | {text_of(ame)} | {text_of(mutex)} | {ratio:.2f} |")
    return "\n".join(lines)


def commit():
    return subprocess.run(["git", "-C", str(ROOT), "rev-parse", "--short", "HEAD"],
                          capture_output=True, text=True).stdout.strip() or "unknown"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=3)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("build", nargs="?", default=str(ROOT / "build"))
    options = parser.parse_args()
    if not shutil.which("wrk"):
        sys.exit("bench/httpd.py: wrk not found: run tools/deps.sh")
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        names = build(pathlib.Path(options.build), folder)
        text = table(measure(names, folder, options.rounds, options.seconds))
    print(text)
    if options.write:
        made = (f"`bench/httpd.py --write`: `wrk -t 2 -c 8 -d {options.seconds}`, {KEYS} keys, {options.rounds} rounds at {commit()}, "
                f"{os.cpu_count()} cores ({platform.machine()}), requests a second, median (least–greatest); wrk runs on the same cores.")
        page = PAGE.read_text()
        page = re.sub(r"(<!-- measured -->\n).*?(<!-- end measured -->)",
                      lambda match: f"{match[1]}{made}\n\n{text}\n{match[2]}", page, flags=re.S)
        PAGE.write_text(page)


if __name__ == "__main__":
    main()
