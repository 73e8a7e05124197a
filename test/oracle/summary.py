#!/usr/bin/env python3
"""summary.py REPORT KEY=VALUE...: one line of JSON from what the oracle's programs have
appended to REPORT (AME_ORACLE_REPORT).

It has the keys given, the sums of the accesses of each kind, and each violation with how
often it ended a program. The status is 1 when there was one, or no access at all.
"""
import collections
import datetime
import json
import os
import sys


def read_report(path):
    accesses, violations = collections.Counter(), collections.Counter()
    with open(path, encoding="utf-8", errors="replace") as file:
        for line in file:
            if line.startswith("violation: "):
                violations[line[len("violation: "):].strip()] += 1
                continue
            for part in line.strip().split(", "):
                kind, _, number = part.rpartition(" ")
                accesses[kind] += int(number)
    return accesses, violations


def main():
    path, *given = sys.argv[1:]
    accesses, violations = read_report(path) if os.path.exists(path) else ({}, {})
    line = {"date": datetime.date.today().isoformat()}
    for key, value in (word.split("=", 1) for word in given):
        line[key] = int(value) if value.isdigit() and key != "commit" else value
    line["accesses"] = dict(sorted(accesses.items()))
    line["violations"] = dict(violations)
    print(json.dumps(line))
    return 1 if violations or not any(accesses.values()) else 0


sys.exit(main())
