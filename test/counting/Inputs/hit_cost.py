"""hit_cost.py AME.s PLAIN.s FUNCTION=LIMIT...: how many instructions the straight way
through each function, on which no branch is taken, has more than the plain function."""

import re
import sys


def straight(path, function):
    count, inside = 0, False
    for line in open(path):
        line = line.split("#")[0].rstrip()
        if line == f"{function}:":
            inside = True
        elif inside and re.match(r"\t[a-z]", line):
            count += 1
            if re.match(r"\tret", line):
                return count
    sys.exit(f"{path}: no way through {function}")


ame, plain = sys.argv[1:3]
failed = False
for wanted in sys.argv[3:]:
    function, limit = wanted.split("=")
    more = straight(ame, function) - straight(plain, function)
    failed |= more > int(limit)
    print(f"{function}: {more} instructions more, {limit} are allowed")
sys.exit(failed)
