# Container protocols of classes: items, len, contains, iteration, calling, contexts, formatting.
# RUN: %run_script %s


class SparseVector:
    def __init__(self, size, **values):
        self.size = size
        self.values = {int(k[1:]): v for k, v in values.items()}

    def __len__(self):
        return self.size

    def __getitem__(self, i):
        if i < 0:
            i += self.size
        if not 0 <= i < self.size:
            raise IndexError(f"index {i} out of range")
        return self.values.get(i, 0)

    def __setitem__(self, i, value):
        if value:
            self.values[i] = value
        else:
            self.values.pop(i, None)

    def __delitem__(self, i):
        self.values = {k - (k > i): v for k, v in self.values.items() if k != i}
        self.size -= 1

    def __contains__(self, value):
        log.append(f"contains {value}")
        return value in self.values.values() or value == 0 and len(self.values) < self.size

    def __reversed__(self):
        return (self[i] for i in range(self.size - 1, -1, -1))


log = []
v = SparseVector(5, _1=10, _3=30)
print(len(v), v[1], v[-2], v[0], list(v), 30 in v, 7 not in v, list(reversed(v)), log)
v[0] = 5
v[1] = 0
v[2] += 8
del v[3]
print(list(v), len(v), bool(v), bool(SparseVector(0)), sum(v), max(v), [*v], dict(enumerate(v)))
for bad in [lambda: v[10], lambda: v["x"], lambda: v[-9]]:
    try:
        print(bad())
    except (IndexError, TypeError) as error:
        print(type(error).__name__)


class Grid:
    def __init__(self, width, height):
        self.width, self.height, self.cells = width, height, {}

    def __getitem__(self, key):
        x, y = key
        if isinstance(x, slice):
            return [self[i, y] for i in range(*x.indices(self.width))]
        if isinstance(y, slice):
            return [self[x, j] for j in range(*y.indices(self.height))]
        return self.cells.get((x, y), ".")

    def __setitem__(self, key, value):
        self.cells[key] = value

    def __iter__(self):
        for y in range(self.height):
            yield "".join(self[:, y])

    def __str__(self):
        return "\n".join(self)

    def __format__(self, spec):
        return spec.join(self) if spec else str(self)

    def __call__(self, x, y, *, value="@"):
        self[x, y] = value
        return self

    def __eq__(self, other):
        return isinstance(other, Grid) and list(self) == list(other)


g = Grid(4, 3)
g[0, 0] = "#"
g(1, 1)(2, 2, value="%")
print(g)
print(f"{g:|}", g[:, 0], g[1, :], "#..." in g, list(g)[1:], g == Grid(4, 3), g == g)


class Bag:
    def __init__(self, items=()):
        self.counts = {}
        for item in items:
            self.counts[item] = self.counts.get(item, 0) + 1

    def __iter__(self):
        for item, count in self.counts.items():
            for _ in range(count):
                yield item

    def __len__(self):
        return sum(self.counts.values())

    def __and__(self, other):
        return Bag(x for x, n in self.counts.items() for _ in range(min(n, other.counts.get(x, 0))))

    def __repr__(self):
        return f"Bag({list(self)})"


b, c = Bag("mississippi"), Bag("misspelling")
print(b, len(b), b & c, "s" in b, "z" in b, sorted(b), set(b) == set("misp"), list(zip(b, range(2))))


class Multiplier:
    def __init__(self, n):
        self.n = n

    def __call__(self, *args, scale=1):
        return [a * self.n * scale for a in args]


print(Multiplier(3)(1, 2), Multiplier(2)(5, scale=10), list(map(Multiplier(2), [1, 2])), callable(Multiplier(1)))


class NotIterable:
    __iter__ = None


class BadLen:
    def __init__(self, n):
        self.n = n

    def __len__(self):
        return self.n


for bad in [lambda: len(BadLen(-1)), lambda: len(BadLen("x")), lambda: list(BadLen(1)), lambda: 1 in BadLen(1), lambda: BadLen(1)[0], lambda: iter(NotIterable())]:
    try:
        print(bad())
    except (TypeError, ValueError) as error:
        print(type(error).__name__ + ":", error)
