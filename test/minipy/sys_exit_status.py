# sys.exit: finally blocks and with blocks run, the status reaches the caller.
# RUN: %run_script %s
# args: one two

import sys

print(len(sys.argv), sys.argv[1:])
for argument in [None, 0, 1, True, "text", (1, 2)]:
    try:
        sys.exit(argument)
    except SystemExit as error:
        print(repr(error), error.code)
try:
    sys.exit()
except SystemExit as error:
    print(error.code, error.args)
try:
    try:
        sys.exit(9)
    except Exception:
        print("SystemExit is no Exception")
except BaseException as error:
    print(type(error).__name__)


class Resource:
    def __enter__(self):
        print("acquired")

    def __exit__(self, kind, value, where):
        print("released", kind.__name__, value.code)


def deep(n):
    if n == 0:
        sys.exit(7)
    try:
        deep(n - 1)
    finally:
        print("finally", n)


with Resource():
    deep(3)
print("never printed")
