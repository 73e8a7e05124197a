# Rich comparison of classes: reflection, NotImplemented, __eq__ and __hash__, sorting.
# RUN: %run_script %s


class Version:
    def __init__(self, *parts):
        self.parts = parts

    def __eq__(self, other):
        if not isinstance(other, Version):
            return NotImplemented
        return self.parts == other.parts

    def __lt__(self, other):
        if not isinstance(other, Version):
            return NotImplemented
        return self.parts < other.parts

    def __le__(self, other):
        return self < other or self == other

    def __hash__(self):
        return hash(self.parts)

    def __repr__(self):
        return "v" + ".".join(map(str, self.parts))


a, b, c = Version(1, 2), Version(1, 10), Version(1, 2)
print(a == c, a != c, a is c, a < b, a > b, b > a, a <= c, a >= b, a == "1.2", a != "1.2", {a: "x"}[c], len({a, b, c}))
print(sorted([b, a, Version(0, 9), Version(1)]), max(a, b), min([b, a, c]), [a, b] == [c, b], (a,) < (b,), a in [c], [b, a].index(c), [a, c].count(a))
for bad in [lambda: a < 5, lambda: 5 > a, lambda: a >= "x", lambda: sorted([a, 1])]:
    try:
        print(bad())
    except TypeError as error:
        print(error)


class Loud:
    def __init__(self, name):
        self.name = name


def install(method, symbol):
    def compare(self, other):
        log.append(f"{self.name}{symbol}{getattr(other, 'name', other)}")
        return NotImplemented if self.name == "quiet" else f"result {symbol}"
    setattr(Loud, method, compare)


log = []
for method, symbol in [("__eq__", "=="), ("__ne__", "!="), ("__lt__", "<"), ("__le__", "<="), ("__gt__", ">"), ("__ge__", ">=")]:
    install(method, symbol)
x, quiet = Loud("x"), Loud("quiet")
print(x == 1, x != 1, x < 1, x <= 1, x > 1, x >= 1, log)
log.clear()
print(1 == x, 1 != x, 1 < x, 1 <= x, 1 > x, 1 >= x, log)
log.clear()
print(quiet == 1, quiet != 1, quiet == quiet, quiet != quiet, log)
log.clear()
print(quiet < x, quiet >= x, log)
try:
    quiet < quiet
except TypeError as error:
    print(error)


class Parent:
    def __eq__(self, other):
        log.append("Parent")
        return True


class Child(Parent):
    def __eq__(self, other):
        log.append("Child")
        return True


log.clear()
print(Parent() == Child(), Child() == Parent(), Parent() == Parent(), log)


class EqualOnly:
    def __eq__(self, other):
        return True


class NotEqualDerived(EqualOnly):
    pass


print(EqualOnly() == 5, EqualOnly() != 5, 5 == EqualOnly(), NotEqualDerived() != None, EqualOnly() in [1])
for kind in [EqualOnly, NotEqualDerived]:
    try:
        hash(kind())
    except TypeError as error:
        print(error)


class Plain:
    pass


p, q = Plain(), Plain()
print(p == p, p == q, p != q, p == 1, [p] == [p], {p: 1}[p], hash(p) == hash(p))


class Interval:
    def __init__(self, low, high):
        self.low, self.high = low, high

    def __lt__(self, other):
        return self.high < other.low

    def __contains__(self, n):
        return self.low <= n <= self.high


i, j = Interval(1, 3), Interval(5, 9)
print(i < j, j > i, i > j, 2 in i, 4 in i, sorted([j, i])[0] is i)
