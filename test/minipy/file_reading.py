# open, read, iterate over lines, write and read back, errors, with.
# RUN: %run_script %s

import os
import sys

with open(sys.argv[0]) as source:
    text = source.read()
lines = text.splitlines()
print(lines[0], len(text) > 500, text.count("# open, read"))
with open(sys.argv[0]) as source:
    first = source.readline()
    rest = [line for line in source]
print(repr(first), len(rest) == len(lines) - 1, all(line.endswith("\n") for line in rest), first + "".join(rest) == text)
with open(sys.argv[0]) as source:
    print(source.readlines() == [line + "\n" for line in lines], repr(source.read()), repr(source.readline()))

longest = max(lines, key=len)
print(len([line for line in lines if line.startswith("print")]), longest.strip()[:20])
for path in ["/no/such/file", "/"]:
    try:
        open(path)
    except OSError as error:
        print(type(error).__name__, path in str(error))
source = open(sys.argv[0])
source.close()
try:
    source.read()
except ValueError as error:
    print("ValueError")
print(os.path.exists(sys.argv[0]), os.path.exists("/no/such/file"), os.path.join("a", "b"), os.path.basename("/x/y.txt"))
