#!/usr/bin/env python3
"""Sums up what field_counts.c has written.

    field_counts.py FILE        for each class of fact the share that was kept,
    field_counts.py -v FILE     and for each field
    field_counts.py -p FILE     and for each place that has lost it

An access that needs no barrier for another reason (a local, a constant) is left
out. Writes of immutable fields always have barriers: only their reads count.
"""
import collections
import sys


def read(path):
    """The counts of each field; under "field,place" those of a place."""
    totals = collections.defaultdict(lambda: [0] * 6)
    for line in open(path):
        field, *numbers = line.split()
        totals[field] = [a + int(b) for a, b in zip(totals[field], numbers)]
    return totals


def kept_and_lost(field, numbers):
    reads_kept, _, reads_lost, writes_kept, _, writes_lost = numbers
    if field.endswith("=immutable"):
        return reads_kept, reads_lost
    return reads_kept + writes_kept, reads_lost + writes_lost


def show(name, kept, lost):
    share = f"{100 * kept / (kept + lost):7.2f} %" if kept + lost else "        -"
    print(f"{name:52} {kept + lost:14,} {kept:14,} {share}")


def main():
    verbose, places = sys.argv[1] in ("-v", "-p"), []
    totals = read(sys.argv[-1])
    print(f"{'':52} {'executed':>14} {'kept':>14} {'share':>9}")
    classes = collections.defaultdict(lambda: [0, 0])
    for field, numbers in sorted(totals.items(), key=lambda item: -sum(item[1])):
        kept, lost = kept_and_lost(field.split(",")[0], numbers)
        if "," in field:
            if lost:
                places.append((lost, field))
            continue
        for sum_of in (classes[field.split("=")[1]], classes["all"]):
            sum_of[0] += kept
            sum_of[1] += lost
        if verbose and kept + lost:
            show(field, kept, lost)
    for name, (kept, lost) in sorted(classes.items(), key=lambda item: item[0] == "all"):
        show(name, kept, lost)
    for lost, place in sorted(places, reverse=True) if sys.argv[1] == "-p" else []:
        print(f"{place:52} {lost:14,} lost")


main()
