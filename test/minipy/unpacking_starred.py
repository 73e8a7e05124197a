# Unpacking: nested targets, starred targets and expressions, and their errors.
# RUN: %run_script %s

a, b, c = 1, 2, 3
[d, e] = "xy"
(f, (g, h)), i = (1, [2, 3]), 4
print(a, b, c, d, e, f, g, h, i)
first, *middle, last = range(6)
print(first, middle, last)
*start, end = "abc"
head, *tail = [1]
print(start, end, head, tail)
(a, *b), *c = ["xyz", 1, 2]
print(a, b, c)
for x, *rest in [(1, 2, 3), "ab", [9]]:
    print(x, rest)
for i, (k, v) in enumerate({"p": 1, "q": 2}.items()):
    print(i, k, v)

print([*range(3), *"ab", 9], (*[1], 2), {*[1, 2], *[2]}, {**{"a": 1}, **{"a": 2, "b": 3}}, *[1, 2], sep="|")
box = [0, 0]
box[0], box[1] = 5, 6
box[0], box[1] = box[1], box[0]
print(box)
i = 0
i, box[i] = 1, "index is one by now"
print(i, box)


class Target:
    pass


t = Target()
t.x, (t.y, *t.z) = 1, (2, 3, 4)
print(t.x, t.y, t.z)
*box[0:1], box[-1] = [7, 8, 9]
print(box)
a = b = c = [1]
a.append(2)
print(b, c is a)
x = y, z = 1, 2
print(x, y, z)


def swap(pair):
    a, b = pair
    return b, a


def function(*args, **kwargs):
    return args, kwargs


print(swap((1, 2)), function(*[1, 2], 3, *(4,), **{"k": 5}, j=6), function(*"ab", *[]))
a, b = {"k1": 1, "k2": 2}
c, d = (n * n for n in [3, 4])
print(a, b, c, d)


def unpack_two(value):
    a, b = value


def unpack_star(value):
    a, *b, c = value


for function, value in [(unpack_two, [1]), (unpack_two, [1, 2, 3]), (unpack_two, 5), (unpack_two, ""), (unpack_star, [1]),
                        (unpack_two, None), (unpack_two, {1: 2}), (unpack_star, iter([1, 2]))]:
    try:
        print(function(value))
    except (ValueError, TypeError) as error:
        print(type(error).__name__ + ":", error)
fib = [0, 1]
while len(fib) < 10:
    *_, p, q = fib
    fib = [*fib, p + q]
print(fib)
