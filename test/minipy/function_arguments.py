# Passing arguments: defaults, keywords, *args, **kwargs, and their combinations.
# RUN: %run_script %s


def f(a, b=2, *args, c, d=4, **kwargs):
    return a, b, args, c, d, kwargs


print(f(1, c=3))
print(f(1, 5, 6, 7, c=3, e=8))
print(f(c=3, a=1))
print(f(*[1, 2, 3], **{"c": 4, "z": 5}))
print(f(1, *(2,), *[3], c=0, **{"d": 1}, **{"q": 2}))


def g(*args, **kwargs):
    return args, kwargs


print(g(), g(1), g(x=1), g(1, *"ab", y=2, **{"z": 3}))
print(g(*range(3), **dict(a=1)), g(**{}), g(*[]), g(*{"k": 1}))


def defaults(a, b=[], *, c=None):
    b.append(a)
    if c is None:
        c = []
    c.append(a)
    return b, c


print(defaults(1), defaults(2), defaults(3, []), defaults(4))

n = 1


def early(x=n):
    return x


n = 2
print(early(), early(n))


def order(a=print("default a", end=" "), b=print("default b")):
    return a, b


print(order())


def trace(x):
    print("arg", x, end="; ")
    return x


g(trace(1), *[trace(2)], k=trace(3), **{"m": trace(4)})
print()


def outer(*args, **kwargs):
    return g(*args, extra=True, **kwargs)


print(outer(1, 2, a=3))


def modify(sequence, number, mapping):
    sequence.append("seen")
    number += 1
    mapping = {"new": 1}
    return number, mapping


items, count, table = [], 5, {}
print(modify(items, count, table), items, count, table)


def many(a, b, c, d, e, f, g, h, i, j):
    return a + b + c + d + e + f + g + h + i + j


print(many(*range(10)), many(j=0, i=1, h=2, g=3, f=4, e=5, d=6, c=7, b=8, a=9))
print((lambda *a, k=1, **b: (a, k, b))(1, 2, k=3, z=4), (lambda: None)())


def returns_nothing():
    pass


def returns_early(x):
    if x:
        return
    return "late"


print(returns_nothing(), returns_early(1), returns_early(0), f.__name__, g.__name__, (lambda: 0).__name__)


def documented():
    """One line of documentation."""


print(documented.__doc__, g.__doc__)


def annotated(a: int, b: "text" = "x", *c: float, d: list = None, **e: dict) -> str:
    return a, b, c, d, e


print(annotated(1), annotated(1, 2, 3, d=4, z=5))
kwargs = {"b": 1}


def keep(**own):
    own["a"] = 2
    return own


print(keep(**kwargs), kwargs)
