# Wrong calls are refused with the same messages as in CPython.
# RUN: %run_script %s


def none():
    pass


def one(a):
    pass


def two(a, b):
    pass


def three(a, b, c):
    pass


def default(a, b=1):
    pass


def star(a, *args):
    pass


def keyword(a, *, k, m):
    pass


def keyword_default(*, k=1):
    pass


def positional(a, b, /):
    pass


def everything(a, b=1, /, c=2, *, d):
    pass


class Thing:
    def method(self, a):
        pass

    @staticmethod
    def static(a):
        pass

    @classmethod
    def make(cls, a):
        pass


class WithInit:
    def __init__(self, a, b=1):
        pass


thing = Thing()
calls = [
    lambda: none(1), lambda: none(1, 2), lambda: none(k=1), lambda: one(), lambda: one(1, 2), lambda: one(1, a=2), lambda: one(b=1),
    lambda: two(), lambda: two(1), lambda: two(b=1), lambda: three(), lambda: three(b=1), lambda: default(), lambda: default(1, 2, 3),
    lambda: default(b=1), lambda: default(1, c=3), lambda: star(), lambda: star(k=1), lambda: keyword(1), lambda: keyword(1, k=1),
    lambda: keyword(1, 2, k=1, m=2), lambda: keyword_default(1), lambda: keyword_default(z=1), lambda: positional(1), lambda: positional(a=1, b=2),
    lambda: positional(1, b=2), lambda: everything(1), lambda: everything(1, 2, 3, 4, d=5), lambda: everything(a=1, d=2),
    lambda: thing.method(), lambda: thing.method(1, 2), lambda: Thing.method(), lambda: Thing.method(thing), lambda: thing.static(),
    lambda: thing.make(), lambda: WithInit(), lambda: WithInit(1, 2, 3), lambda: WithInit(1, c=1), lambda: Thing(1),
    lambda: one(**{"a": 1, "b": 2}), lambda: one(*[1, 2]), lambda: one(1, **{"a": 2}), lambda: two(**{1: 2}), lambda: one(*5), lambda: one(**5),
    lambda: five(), lambda: text(), lambda: nothing(), lambda: empty(), lambda: thing(), lambda: (lambda x: x)(),
]
five, text, nothing, empty = 5, "text", None, []
for call in calls:
    try:
        print("accepted", call())
    except TypeError as error:
        print(error)
print(default(1), star(1, 2, 3), keyword(1, m=1, k=2), positional(1, 2), everything(1, d=2), thing.method(1), Thing.method(thing, 1))
