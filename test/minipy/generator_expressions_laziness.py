# Generator expressions: lazy evaluation, scope, immediate first iterable, chaining.
# RUN: %run_script %s

log = []


def note(x):
    log.append(x)
    return x


g = (note(x) * 2 for x in range(3))
print(log, next(g), log, list(g), log)
log.clear()
g = (x for x in note([1, 2]))
print(log, list(g))
try:
    g = (x for x in undefined_name)
except NameError as error:
    print(error)
g = (undefined_name for x in [1])
try:
    next(g)
except NameError as error:
    print(error)

n = 10
g = (x + n for x in range(3))
n = 100
print(list(g))
items = [1, 2, 3]
g = (x for x in items)
items.append(4)
print(list(g), list(g))

print(sum(x * x for x in range(10)), max(len(w) for w in "a bbb cc".split()), ",".join(str(x) for x in range(4)), all(x < 5 for x in range(5)))
print(sorted((x, y) for x in range(2) for y in "ab" if x or y == "a"), dict((k, k * 2) for k in "ab"), set(x % 2 for x in range(9)) == {0, 1})
log.clear()
print(any(note(x) > 1 for x in range(10)), log)

squares = (x * x for x in range(1000000000))
odd = (x for x in squares if x % 2)
big = (x for x in odd if x > 50)
print(next(big), next(big), next(squares))


def naturals():
    n = 0
    while True:
        yield n
        n += 1


def take(n, source):
    return [next(source) for _ in range(n)]


print(take(5, (x for x in naturals() if x % 7 == 3)))


def sieve(source):
    p = next(source)
    yield p
    yield from sieve(x for x in source if x % p)


print(take(15, sieve(x for x in naturals() if x > 1)))
rows = ((i * j for j in range(1, 4)) for i in range(1, 4))
print([list(row) for row in rows])
print([[y for y in (x, -x)] for x in (z + 1 for z in range(2))], (lambda: list(n for _ in range(2)))())


def nested(limit):
    factor = 3
    return (factor * x + limit for x in (y for y in range(limit) if y % 2))


print(list(nested(6)), type(x for x in []).__name__)
text = "the cat sat on the mat the end"
words = (w for w in text.split())
counts = {}
for w in (w.upper() for w in words if len(w) == 3):
    counts[w] = counts.get(w, 0) + 1
print(counts, list(words))
a, b, c = (x ** 3 for x in range(1, 4))
print(a, b, c, *(x for x in "xyz"), [*(x for x in range(2)), 9])
print(next((x for x in [1, 5, 8] if x > 4), None), next((x for x in [] if x), "none"), 9 in (x * x for x in naturals()), sum((y := x) for x in range(3)), y)
