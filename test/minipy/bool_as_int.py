# bool is an int with two values: truth of every type, arithmetic, and/or/not results.
# RUN: %run_script %s

print(True + True, True * 5, -True, True - False, True / 2, True << 3, sum([True, False, True]))
print(True & False, True | False, True ^ True, True & 3, ~True)
print(repr(True), str(False), int(True), float(True), "%d" % True, f"{True} {True:d} {True:5}|")

for value in [0, 1, -1, 0.0, 0.1, "", "0", [], [0], (), (None,), {}, {0: 0}, set(), {0},
              None, range(0), range(1), b"", b"\0", Ellipsis, int, len]:
    print(bool(value), not value, end="; ")
print()


class Sized:
    def __init__(self, n):
        self.n = n

    def __len__(self):
        return self.n


class Truthy(Sized):
    def __bool__(self):
        return True


print(bool(Sized(0)), bool(Sized(2)), bool(Truthy(0)), bool(object()))

print(0 or "default", "" or [] or None, 3 and 4, 0 and 1, [] and 1, None or 0 or 5)
print(not 0, not not 3, not [] == True)
print(bool(), bool(True), type(1 < 2), (1 < 2) is True)
print(any([0, "", None]), any([0, 3]), all([]), all([1, "a"]), all([1, 0]))
print([["no", "yes"][flag] for flag in [True, False, 2 > 1]])
print(isinstance(True, int), issubclass(bool, int), bool.__mro__)
print(True == 1, True is True, hash(True), {True: "a"}[1], min(True, False), sorted([True, False]))


class Odd:
    def __bool__(self):
        return 2


try:
    bool(Odd())
except TypeError as error:
    print(error)
