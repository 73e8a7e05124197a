# range: lengths, membership, indexing, slicing, equality, big bounds, reverse.
# RUN: %run_script %s

print(range(5), range(1, 5), range(0, 10, 3), range(5, 0, -2), repr(range(0)))
for r in [range(5), range(2, 9, 3), range(9, 2, -3), range(0), range(5, 5), range(5, 1), range(-3, 3), range(0, 7, 7)]:
    items = list(r)
    print(r, len(r), items, list(reversed(r)), bool(r))
    assert [r[i] for i in range(len(r))] == items
    assert [r[-i] for i in range(1, len(r) + 1)] == items[::-1]
    assert all((n in r) == (n in items) for n in range(-5, 12))
    assert sum(r) == sum(items)

r = range(10, 50, 5)
print(r[1], r[-1], r[2:5], r[::-1], r[::2], r[100:], r.index(20), r.count(20), r.count(21), 20 in r, "a" in r, 20.0 in r)
print(r.start, r.stop, r.step, range(True, 3), range(3) == range(0, 3, 1), range(0, 3, 2) == range(0, 4, 2), range(0) == range(2, 1), range(2) == [0, 1])
for attempt in [lambda: r[8], lambda: r[-9], lambda: range(1.5), lambda: range(0, 5, 0), lambda: range(), lambda: range("a"),
                lambda: r.index(11), lambda: range(1, 2, 3, 4)]:
    try:
        print(attempt())
    except (IndexError, TypeError, ValueError) as error:
        print(type(error).__name__ + ":", error)

big = range(10 ** 18, 10 ** 18 + 10, 4)
print(list(big), len(big), 10 ** 18 + 4 in big, big[-1])
print([i for i in range(-10, 10, 4)], list(range(3)) * 2, tuple(range(2)), max(range(5)), min(range(3, 9)))
iterator = iter(range(3))
print(next(iterator), list(iterator), list(iterator))
r = range(2)
print([(a, b) for a in r for b in r], isinstance(r, range), type(r).__name__, hash(range(3)) == hash(range(0, 3)), {range(2): "r"}[range(0, 2)])
total = 0
for i in range(10000):
    if i % 3 == 0 or i % 5 == 0:
        total += i
print(total, i)
for i in range(3):
    i = 100  # the loop's own counter does not mind
    print(i, end=" ")
print()
for i in range(0):
    pass
print(i)
