# Augmented assignment: every operator, every kind of target, evaluated once, in place or not.
# RUN: %run_script %s

x = 7
x += 3; x -= 1; x *= 4
print(x)
x //= 5; x **= 3; x %= 100
print(x)
x <<= 4; x >>= 1; x |= 1; x &= 0xff; x ^= 0x0f
print(x)
x /= 2
print(x)
s = "ab"
s += "c"
s *= 2
print(s)
a = b = [1]
a += [2]
a *= 2
print(b, a is b)
t = u = (1,)
t += (2,)
print(t, u)
d = {"n": 1, "l": []}
d["n"] += 5
d["l"] += "xy"
print(d)
m = [[0, 0], [0, 0]]
m[1][0] += 3
m[-1][-1] -= 4
m[0] += [9]
print(m)

calls = []


def target():
    calls.append("target")
    return d


def key():
    calls.append("key")
    return "n"


def value():
    calls.append("value")
    return 10


target()[key()] += value()
print(d["n"], calls)


class Counter:
    total = 100

    def __init__(self):
        self.n = 0

    def __iadd__(self, other):
        self.n += other
        return self

    def __add__(self, other):
        return "added"

    def __isub__(self, other):
        return "replaced"


c = keep = Counter()
c += 5
c += 1
print(c is keep, c.n, c + 1)
c.total += 1
print(c.total, Counter.total, keep.total)
Counter.total *= 2
print(Counter.total, c.total)
c -= 1
print(c)


class OnlyAdd:
    def __add__(self, other):
        return ("add", other)


o = OnlyAdd()
o += 3
print(o)


def bump():
    global x
    x += 1


def nonlocal_bump():
    n = 0

    def step(by):
        nonlocal n
        n += by
        return n

    return [step(1), step(10), n]


bump()
print(x, nonlocal_bump())


def unbound():
    fresh += 1


for attempt in [unbound, lambda: d.__setitem__("zz", d["zz"] + 1), lambda: exec_add(5, "x"), lambda: exec_add([], 5), lambda: exec_add("a", 1)]:
    def exec_add(left, right):
        left += right
        return left

    try:
        print(attempt())
    except (UnboundLocalError, KeyError, TypeError) as error:
        print(type(error).__name__ + ":", error)
i, items = 0, [1, 2, 3]
items[i] += items[i + 1] * 10
print(items)
big = 2 ** 64
big -= 1
big *= big
big //= 2 ** 64 + 1
print(big)
