#!/usr/bin/env python3
"""summary.py WORK PACKAGE LIBRARY: one line of JSON from what tools/realworld.sh left.

LIBRARY is the archive whose text is compared, in the folder of each variant.
"""
import datetime
import glob
import json
import os
import statistics
import subprocess
import sys

work, package, library = sys.argv[1:]


def content(variant, name):
    try:
        with open(f"{work}/{package}.{variant}/{name}", encoding="utf-8") as file:
            return file.read().strip()
    except FileNotFoundError:
        return None


def text_size(variant):
    path = f"{work}/{package}.{variant}/{library}"
    if not os.path.exists(path):
        return None
    lines = subprocess.run(["size", "-t", path], check=True, capture_output=True, text=True)
    return int(lines.stdout.splitlines()[-1].split()[0])


def slowdown(variant):
    """[median, least, most] of the ratios of the rounds."""
    plain, other = ((content(v, "work.times") or "").split() for v in ("plain", variant))
    ratios = [float(b) / float(a) for a, b in zip(plain, other)]
    if not ratios:
        return None
    values = statistics.median(ratios), min(ratios), max(ratios)
    return [round(value, 2) for value in values]


def main():
    variants = ["plain", "ame", "transactions", "facts"]
    commits = {content(v, "ame_commit") for v in variants} - {None}
    plain, ame = text_size("plain"), text_size("ame")
    line = {
        "package": os.path.basename(glob.glob(f"{work}/{package}_*.dsc")[0])[:-4],
        "commit": " ".join(sorted(commits)),
        "date": datetime.date.today().isoformat(),
    }
    for name in ["plain", "ame", "transactions", "forced", "facts", "facts_forced"]:
        line[name] = content(name.replace("facts_forced", "facts").replace("forced", "transactions"), name + ".passed")
    for variant in variants[1:]:
        line["slowdown_" + variant] = slowdown(variant)
    line["text"] = round(ame / plain, 2) if plain and ame else None
    compiled = content("ame", "compile.ratio")
    line["compile"] = json.loads(compiled) if compiled else None
    print(json.dumps(line))


main()
