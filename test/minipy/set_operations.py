# Sets: operators, methods, comparison, mutation, and against a plain definition.
# RUN: %run_script %s

a, b = {1, 2, 3, 4}, {3, 4, 5}
show = sorted
print(show(a | b), show(a & b), show(a - b), show(b - a), show(a ^ b))
print(show(a.union(b, [9], "x") - {"x"}), show(a.intersection(b, [4])), show(a.difference(b, [1])), show(a.symmetric_difference(b)))
print({1, 2} <= a, {1, 2} < a, a <= a, a < a, a >= {4}, a > {9}, a.issubset(range(10)), a.issuperset([1]), a.isdisjoint([7]), a.isdisjoint(b))
print(a == {4, 3, 2, 1}, a != b, set() == set(), {1} == frozenset([1]), {1} == [1], {1, 2} < {2, 3}, {2, 3} < {1, 2})
print(3 in a, 9 not in a, len(a), bool(set()), set(), {1}, set("a"), {None}, repr({"it's"}))

c = {1}
print(c.add(2), c.add(2), c.discard(9), c.discard(1), c, c.update([3], (4, 5)), show(c), c.remove(3), show(c))
print(c.intersection_update([4, 2]), show(c), c.difference_update([2]), c, c.symmetric_difference_update([4, 8]), c, c.pop(), c)
d = e = {1, 2, 3}
d |= {4}
d &= {2, 3, 4, 5}
d -= {3}
d ^= {2, 10}
print(show(d), d is e, d.copy() is d, d.copy() == d, d.clear(), e)

for attempt in [lambda: set().pop(), lambda: {1}.remove(2), lambda: {[]}, lambda: {1} | [2], lambda: set(5), lambda: a[0],
                lambda: {1} < [1], lambda: {1}.add([]), lambda: {1} + {2}, lambda: {1}.union(5), lambda: hash({1})]:
    try:
        print(attempt())
    except (KeyError, TypeError) as error:
        print(type(error).__name__ + ":", error)

print(show({x * x % 7 for x in range(20)}), show(set("mississippi")), show(set([1, 1.0, True, 2])), len({(), (1,), ()}))
print(show({1, 2, 3}.union()), {*[1, 2], *{2}} == {1, 2}, set({"k": "v"}), set(range(3)) == {0, 1, 2})

seed = 7
left, right = [], []
for step in range(400):
    seed = seed * 1103515245 % 2 ** 31 + 12345
    (left if seed // 64 % 2 else right).append(seed // 1024 % 90)
x, y = set(left), set(right)
assert show(x & y) == [n for n in range(90) if n in left and n in right]
assert show(x | y) == [n for n in range(90) if n in left or n in right]
assert show(x - y) == [n for n in range(90) if n in left and n not in right]
assert x ^ y == (x | y) - (x & y) and x & y <= x <= x | y
assert len(x | y) == len(x) + len(y) - len(x & y)
print(len(x), len(y), len(x & y), sum(x ^ y))
grow = set()
for i in range(3000):
    grow.add(i * i % 1009)
    if i % 3 == 0:
        grow.discard(i % 1009)
print(len(grow), sum(grow), all(n in grow for n in list(grow)))
