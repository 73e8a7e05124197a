# List, set and dict comprehensions: filters, nesting, scope and the order of evaluation.
# RUN: %run_script %s

print([x * x for x in range(6)], [x for x in range(20) if x % 2 if x % 3])
print([(x, y) for x in range(3) for y in range(x)], [x + y for x in "ab" for y in "cd"])
print([[i * j for j in range(1, 4)] for i in range(1, 4)])
print([a + b for a, b in zip([1, 2], [3, 4])], [first for first, *_ in ["abc", "de"]])
print(["even" if x % 2 == 0 else "odd" for x in range(3)])
print({c: ord(c) for c in "abc"}, {v: k for k, v in {"x": 1, "y": 2}.items()})
print(sorted({x % 3 for x in range(10)}), len({(x, y) for x in range(3) for y in range(3)}))
print([y for x in [1, 2, 3] if (y := x * 2) > 2], [*(x for x in "ab"), *[1, 2]])

matrix = [[1, 2, 3], [4, 5, 6]]
print([[row[i] for row in matrix] for i in range(3)])
print([cell for row in matrix for cell in row if cell % 2])
print([sum(row) for row in matrix], [list(column) for column in zip(*matrix)])

x = "outer"
print([x for x in range(3)], x)
functions = [lambda: i for i in range(3)]
print([f() for f in functions])
functions = [lambda i=i: i for i in range(3)]
print([f() for f in functions])


def scope():
    n = 10
    values = [n + i for i in range(3)]
    nested = [[n * i + j for j in range(2)] for i in range(2)]
    return values, nested, (lambda: [n for _ in range(2)])()


print(scope())


class Holder:
    sizes = [1, 2, 3]
    doubled = [s * 2 for s in sizes]


print(Holder.doubled)

order = []


def note(label, value):
    order.append(label)
    return value


print({note("key", k): note("value", k * 2) for k in note("iterable", [1, 2]) if note("filter", True)}, order)
try:
    [1 / d for d in [1, 0]]
except ZeroDivisionError as error:
    print(error)
try:
    [undefined for _ in range(1)]
except NameError as error:
    print(error)
primes = [n for n in range(2, 60) if all(n % d for d in range(2, int(n ** 0.5) + 1))]
print(primes)
print([(a, b, c) for c in range(1, 30) for b in range(1, c) for a in range(1, b) if a * a + b * b == c * c])
