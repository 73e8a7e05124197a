# Arithmetic operators of classes: both sides, NotImplemented, in place, unary, subclasses first.
# RUN: %run_script %s


class Fraction:
    def __init__(self, n, d=1):
        if d == 0:
            raise ZeroDivisionError("denominator is zero")
        if d < 0:
            n, d = -n, -d
        a, b = abs(n), d
        while b:
            a, b = b, a % b
        self.n, self.d = n // (a or 1), d // (a or 1)

    @staticmethod
    def of(value):
        return value if isinstance(value, Fraction) else Fraction(value) if isinstance(value, int) else None

    def __add__(self, other):
        other = Fraction.of(other)
        return NotImplemented if other is None else Fraction(self.n * other.d + other.n * self.d, self.d * other.d)

    __radd__ = __add__

    def __neg__(self):
        return Fraction(-self.n, self.d)

    def __sub__(self, other):
        return self + -other

    def __rsub__(self, other):
        return -self + other

    def __mul__(self, other):
        other = Fraction.of(other)
        return NotImplemented if other is None else Fraction(self.n * other.n, self.d * other.d)

    __rmul__ = __mul__

    def __truediv__(self, other):
        return self * Fraction(1, other) if isinstance(other, int) else self * Fraction(other.d, other.n)

    def __rtruediv__(self, other):
        return Fraction(other) / self

    def __pow__(self, k):
        return Fraction(self.n ** k, self.d ** k)

    def __float__(self):
        return self.n / self.d

    def __int__(self):
        return self.n // self.d

    def __abs__(self):
        return Fraction(abs(self.n), self.d)

    def __pos__(self):
        return self

    def __repr__(self):
        return f"{self.n}/{self.d}"


half, third = Fraction(1, 2), Fraction(1, 3)
print(half + third, half - third, half * third, half / third, half + 1, 1 + half, 2 - half, 3 * third, 1 / third, half / 2, half ** 3)
print(-half, +half, abs(Fraction(-3, 6)), float(third) == 1 / 3, int(Fraction(7, 2)), sum([half, third, third], Fraction(0)), sum([half, half]))
h = half
h += third
h *= 6
print(h, half)
for bad in [lambda: half + "x", lambda: "x" + half, lambda: half * 1.5, lambda: half // third, lambda: half % 2, lambda: Fraction(1, 0), lambda: half @ half, lambda: ~half]:
    try:
        print(bad())
    except (TypeError, ZeroDivisionError) as error:
        print(error)


class Show:
    def __init__(self, name):
        self.name = name


def install(symbol, name):
    setattr(Show, f"__{name}__", lambda self, other: f"{self.name}{symbol}{other}")
    setattr(Show, f"__r{name}__", lambda self, other: f"{other}{symbol}r{self.name}")


for symbol, name in [("+", "add"), ("-", "sub"), ("*", "mul"), ("/", "truediv"), ("//", "floordiv"), ("%", "mod"), ("**", "pow"), ("<<", "lshift"),
                     (">>", "rshift"), ("&", "and"), ("|", "or"), ("^", "xor"), ("@", "matmul")]:
    install(symbol, name)
s = Show("s")
print(s + 1, s - 1, s * 1, s / 1, s // 1, s % 1, s ** 1, s << 1, s >> 1, s & 1, s | 1, s ^ 1, s @ 1)
print(1 + s, 1 - s, 1 * s, 1 / s, 1 // s, 1 % s, 1 ** s, 1 << s, 1 >> s, 1 & s, 1 | s, 1 ^ s, 1 @ s)


class Parent:
    def __add__(self, other):
        return "Parent.add"

    def __radd__(self, other):
        return "Parent.radd"


class Child(Parent):
    def __radd__(self, other):
        return "Child.radd"


class Stranger:
    def __radd__(self, other):
        return "Stranger.radd"


class Declines:
    def __add__(self, other):
        return NotImplemented

    def __iadd__(self, other):
        return NotImplemented


print(Parent() + Child(), Child() + Parent(), Parent() + Parent(), Parent() + Stranger(), Declines() + Stranger(), Declines() + Child(), 5 + Stranger())
d = Declines()
d += Stranger()
print(d)
try:
    Declines() + Declines()
except TypeError as error:
    print(error)


class Index:
    def __index__(self):
        return 2


print([10, 20, 30][Index()], "abcd"[Index():], range(10)[Index()], [0] * Index())
