# Slices of lists: reading, assigning, deleting, with every sign of step.
# RUN: %run_script %s

a = list(range(10))
print(a[2:5], a[::-1], a[8:2:-2], a[-3:], a[:], a[:] is a, a[20:], a[5:2])
a[2:4] = ["x", "y", "z"]
print(a)
a[0:3] = []
print(a)
a[1:1] = [100, 200]
print(a)
a[len(a):] = (7, 7)
a[:0] = "ab"
print(a)
a[::2] = [0] * len(a[::2])
print(a)
a[::-3] = range(len(a[::-3]))
print(a)
a[:] = [1, 2, 3]
print(a)
a[1:2] = a
print(a)

b = list(range(12))
del b[3]
del b[-1]
del b[1:3]
print(b)
del b[::2]
print(b)
del b[:]
print(b)
b = list(range(10))
del b[::-3]
print(b)
del b[5:2], b[100:]
print(b)

for bad in [lambda: a.__setitem__(slice(0, 4, 2), [1]), lambda: a.__setitem__(10, 1),
            lambda: a.__setitem__(slice(0, 1), 5), lambda: a[::0], lambda: a["k"], lambda: a[1.0]]:
    try:
        print(bad())
    except (ValueError, IndexError, TypeError) as error:
        print(type(error).__name__ + ":", error)


# Against a plain definition, for many bounds
def slowly(items, start, stop, step):
    return [items[i] for i in range(*slice(start, stop, step).indices(len(items)))]


bounds = [None, 0, 1, 3, 7, 8, -1, -3, -8, -9]
items = list("abcdefgh")
cases = 0
for start in bounds:
    for stop in bounds:
        for step in [None, 1, 2, 3, -1, -2, -5]:
            part = items[start:stop:step]
            assert part == slowly(items, start, stop, step)
            changed = items[:]
            changed[start:stop:step] = part
            assert changed == items, (start, stop, step)
            remaining = items[:]
            del remaining[start:stop:step]
            assert sorted(remaining + part) == items
            cases += 1
print(cases, "slices")
c = [1, 2, 3, 4, 5]
c[1:3], c[0] = [9], "zero"
print(c)
c[0:2] += ["added"]
print(c)
