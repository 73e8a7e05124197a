# Ints, floats and bools that are equal compare, hash and index as one key.
# RUN: %run_script %s

print(1 == 1.0, 1 == True, 0 == False, 1.0 == True, 2 == 2.5, 0 == -0.0)
print(1 < 1.5 < 2, 2 ** 53 == 2.0 ** 53, 2 ** 53 + 1 == 2.0 ** 53, 2 ** 53 + 1 > 2.0 ** 53)
print(10 ** 400 > 1e308, -(10 ** 400) < -1e308, 10 ** 400 < float("inf"))
print(hash(1) == hash(1.0) == hash(True), hash(2 ** 70) == hash(2.0 ** 70), hash(0.0) == hash(0))
print(hash(-1), hash(-2), hash(0), hash(12345), hash(2 ** 61 - 1), hash(2 ** 61))

table = {1: "int"}
table[1.0] = "float"
table[True] = "bool"
print(table, len(table))
print({1, 1.0, True, 2, 2.0}, {0.5: "half"}[1 / 2])
print(1 in [1.0], 1.0 in (1,), True in {1: 0}, [1, 2.0, True].index(True), [1, 1.0, True].count(1))

values = [3, 1.5, True, -2, 0.0, False, 10 ** 20, -1e19]
print(sorted(values))
print(max(values), min(values))
print([1, 2] == [1.0, 2.0], (0, 1) == (False, True), {"a": 1} == {"a": 1.0})

nan = float("nan")
print(nan in [nan], [nan] == [nan], nan == nan)

for a, b in [(1, "1"), (1, None), (1, [1]), ("a", b"a"), ((1,), [1])]:
    print(a == b, a != b)
    try:
        a < b
    except TypeError as error:
        print(error)

one = 1
print(one is not None, type(1) is int, type(True) is bool, isinstance(True, int))
print(int(2.0) == 2.0, float(3) == 3, 3 .__class__.__name__, 3.5 .__class__.__name__)
