# Tuples: literals, indexing, comparison, hashing, unpacking, immutability.
# RUN: %run_script %s

empty, one, pair = (), (1,), (1, 2)
print(empty, one, pair, type((1)), type((1,)), len(pair), ((),), (1, (2, (3,))))
t = (5, "a", None, 2.5, [1])
print(t[0], t[-1], t[1:3], t[::-1], t[10:], t.index("a"), t.count(5), "a" in t)
t[4].append(2)
print(t)
print((1, 2) + (3,), (1, 2) * 2, 0 * (1,), tuple("abc"), tuple([1, 2]), tuple(), tuple(range(3)))
print((1, 2) == (1, 2), (1, 2) < (1, 3), (1,) < (1, 0), () < (0,), (2,) > (1, 5), (1, "a") != (1, "b"))
print(hash((1, 2)) == hash((1, 2)), hash((1, 2)) == hash((1.0, 2.0)), {(1, 2): "x"}[(1, 2)], {(): 0}[()])

for attempt in [lambda: t.__setitem__, lambda: t[9], lambda: hash((1, [])), lambda: (1,) + [2], lambda: (1,).index(5),
                lambda: t["x"], lambda: (1, 2) < (1, "a"), lambda: tuple(5), lambda: t.append]:
    try:
        print(attempt())
    except (TypeError, IndexError, ValueError, AttributeError) as error:
        print(type(error).__name__ + ":", error)
try:
    t[0] = 1
except TypeError as error:
    print(error)
try:
    t[4] += [3]
except TypeError as error:
    print(error, t)

a, b = 1, 2
a, b = b, a
print(a, b)
(x, y), z = (1, 2), 3
print(x, y, z)
for i, (name, (low, high)) in enumerate([("a", (1, 2)), ("b", (3, 4))]):
    print(i, name, low, high)


def many():
    return 1, "two", [3]


first, *rest = many()
print(many(), first, rest)
grid = {(x, y): x * y for x in range(3) for y in range(3)}
print(grid[2, 1], (2, 2) in grid, max(grid), len(grid))
nested = ((1, 2), (1, (2,)), (1, (2, 0)))
print(nested, sorted([(2, "b"), (1, "z"), (2, "a")]), max((1, 9), (2, 0)))
u = (1, 2)
v = u
u += (3,)
print(u, v, tuple(v) is v, v[:] == v)
print(min(zip("cab", range(3))), sum(((1,), (2,)), ()))
