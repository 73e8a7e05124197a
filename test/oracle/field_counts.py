#!/usr/bin/env python3
"""Sums up what field_counts.c has written.

    field_counts.py FILE        for each class of fact the share that was kept,
    field_counts.py -v FILE     and for each field
    field_counts.py -p FILE     and for each place that has lost it

An access that needs no barrier for another reason (a local, a constant) is left
out. Writes of immutable fields always have barriers: only their reads count. The
last column: how many of the lost ones were in memory that the transaction had
allocated itself, where a barrier does nothing.
"""
import collections
import sys


def read(path):
    """The counts of each field; under "field,place" those of a place."""
    totals = collections.defaultdict(lambda: [0] * 8)
    for line in open(path):
        field, *numbers = line.split()
        totals[field] = [a + int(b) for a, b in zip(totals[field], numbers)]
    return totals


def kept_and_lost(field, numbers):
    """How many kept the fact, lost it, lost it in new memory."""
    ways = [numbers[:4]] if field.endswith("=immutable") else [numbers[:4], numbers[4:]]
    kept, barrier, new = (sum(way[at] for way in ways) for at in (0, 2, 3))
    return kept, barrier + new, new


def show(name, kept, lost, new):
    share = f"{100 * kept / (kept + lost):7.2f} %" if kept + lost else "        -"
    print(f"{name:52} {kept + lost:14,} {kept:14,} {share} {new or '':>10}")


def main():
    verbose, places = sys.argv[1] in ("-v", "-p"), []
    totals = read(sys.argv[-1])
    print(f"{'':52} {'executed':>14} {'kept':>14} {'share':>9} {'new memory':>10}")
    classes = collections.defaultdict(lambda: [0, 0, 0])
    for field, numbers in sorted(totals.items(), key=lambda item: -sum(item[1])):
        counted = kept_and_lost(field.split(",")[0], numbers)
        kept, lost, new = counted
        if "," in field:
            if lost:
                places.append((lost, new, field))
            continue
        for sum_of in (classes[field.split("=")[1]], classes["all"]):
            for at, number in enumerate(counted):
                sum_of[at] += number
        if verbose and kept + lost:
            show(field, *counted)
    for name, counted in sorted(classes.items(), key=lambda item: item[0] == "all"):
        show(name, *counted)
    for lost, new, place in sorted(places, reverse=True) if sys.argv[1] == "-p" else []:
        print(f"{place:52} {lost:14,} lost" + (f", {new:,} in new memory" if new else ""))


main()
