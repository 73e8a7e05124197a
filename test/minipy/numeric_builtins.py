# abs, min, max, sum, pow, divmod and round with all of their arguments.
# RUN: %run_script %s

print(abs(-5), abs(5), abs(-2.5), abs(-(10 ** 25)), abs(True))
print(min(3, 1, 2), max(3, 1, 2), min([3, 1, 2]), max("hello"), min("hello"), max((1, 2), (1, 3)))
print(max(["aa", "b", "cccc"], key=len), min(["aa", "b", "cccc"], key=len))
print(max([], default="none"), min((), default=0), max(-3, 2, key=abs))
print(max([1, 1.0, True]), min([True, 1, 1.0]))
print(sum([]), sum([1, 2, 3]), sum((1, 2), 10), sum([[1], [2, 3]], []), sum(range(101)))
print(sum(x * x for x in range(10)), sum([0.1] * 10) > 0.99, sum([1.5, 2]))
print(pow(2, 10), pow(2, -1), pow(2, 0.5), pow(3, 200, 7), pow(-3, 3, 10), pow(5, 0, 1))
print(pow(2, 10 ** 6, 10 ** 9 + 7), pow(10 ** 30, 10 ** 20, 10 ** 12 + 39))
print(divmod(17, 5), divmod(-17, 5), divmod(17.5, 5), divmod(10 ** 30, 7))
print(round(3.7), round(-3.7), round(3.14159, 3), round(1234, -2), round(0.5), round(1.5))

for attempt in [lambda: max([]), lambda: min(()), lambda: sum(["a"]), lambda: sum([1], "x"),
                lambda: abs("x"), lambda: max(1, "a"), lambda: max(1), lambda: pow(2, 3, 0),
                lambda: divmod(1, 0), lambda: round("x"), lambda: min(None)]:
    try:
        print(attempt())
    except (TypeError, ValueError, ZeroDivisionError) as error:
        print(type(error).__name__ + ":", error)


class Money:
    def __init__(self, cents):
        self.cents = cents

    def __add__(self, other):
        return Money(self.cents + (other.cents if isinstance(other, Money) else other))

    __radd__ = __add__

    def __lt__(self, other):
        return self.cents < other.cents

    def __gt__(self, other):
        return self.cents > other.cents

    def __abs__(self):
        return Money(abs(self.cents))

    def __repr__(self):
        return f"Money({self.cents})"


wallet = [Money(250), Money(-100), Money(75)]
print(sum(wallet), max(wallet), min(wallet), abs(wallet[1]), sorted(wallet))
