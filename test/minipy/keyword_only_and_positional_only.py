# Parameters after * and before /: what may be passed how, and with which defaults.
# RUN: %run_script %s


def keyword_only(a, *, b, c=3):
    return a, b, c


print(keyword_only(1, b=2), keyword_only(a=1, b=2, c=4), keyword_only(1, c=5, b=6))


def after_star(*args, last="default", **rest):
    return args, last, rest


print(after_star(1, 2), after_star(1, last=3), after_star(last=0, other=1))


def positional_only(a, b=2, /):
    return a, b


print(positional_only(1), positional_only(1, 5))


def mixed(a, /, b, *, c):
    return a, b, c


print(mixed(1, 2, c=3), mixed(1, b=2, c=3))


def name_reuse(a, /, **kwargs):
    return a, kwargs


print(name_reuse(1, a=2, b=3))


def all_kinds(p1, p2=20, /, n1=30, n2=40, *rest, k1, k2=60, **others):
    return p1, p2, n1, n2, rest, k1, k2, others


print(all_kinds(1, k1=5))
print(all_kinds(1, 2, 3, 4, 5, 6, k1=7, k2=8, k3=9))
print(all_kinds(1, n2=4, k1=5, p2="a keyword of others"))

f = lambda a, /, b, *, c=1: (a, b, c)
print(f(1, 2), f(1, b=2, c=3))


class Builder:
    def __init__(self, *, name, size=1):
        self.name, self.size = name, size

    def resized(self, /, *, by):
        return Builder(name=self.name, size=self.size * by)

    def __repr__(self):
        return f"Builder({self.name!r}, {self.size})"


print(Builder(name="x").resized(by=3), Builder(size=2, name="y"))
for call in [lambda: keyword_only(1), lambda: keyword_only(1, 2), lambda: positional_only(a=1), lambda: mixed(a=1, b=2, c=3), lambda: mixed(1, 2, 3),
             lambda: Builder("x"), lambda: Builder(), lambda: f(1, 2, 3), lambda: all_kinds(k1=1), lambda: keyword_only(1, b=2, d=3)]:
    try:
        print(call())
    except TypeError as error:
        print(error)


def late(*, x=[], y=len("abc")):
    x.append(y)
    return x


print(late(), late(y=0), late(x=["own"]))


def forward(*args, **kwargs):
    return all_kinds(*args, **kwargs)


print(forward(1, 2, k1=3, k2=4, more=5))
