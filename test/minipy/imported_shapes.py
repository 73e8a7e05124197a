# A module for import_local_module.py; run by itself it is a script like any other.
# RUN: %run_script %s
"""Shapes and their areas."""

import math

print("imported_shapes is executed as", __name__ if __name__ == "__main__" else "a module")
created = 0
_hidden = "not for import *"


class Square:
    def __init__(self, side):
        global created
        created += 1
        self.side = side

    def area(self):
        return self.side ** 2


def circle(radius):
    return math.floor(math.pi * radius ** 2)


def how_many():
    return created


if __name__ == "__main__":
    print(Square(3).area(), circle(2), how_many(), __doc__)
