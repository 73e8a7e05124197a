# sys.exit with a text prints it to stderr and ends with status 1.
# RUN: %run_script %s
# compare: stderr

import sys


def generator():
    try:
        yield 1
    finally:
        print("generator closed")


print("start")
for value in generator():
    print(value)
    break
if len(sys.argv) == 1:
    sys.exit("usage: this is the message\nof two lines")
print("never printed")
