# type, isinstance and issubclass over built-in and user types, with tuples; reprs of types.
# RUN: %run_script %s

values = [1, True, 1.5, "s", b"b", None, [], (), {}, set(), frozenset(), range(1), slice(1), Ellipsis, NotImplemented, int, len, print]
for value in values:
    print(type(value).__name__, repr(type(value)), end="; ")
print()
print(isinstance(True, int), isinstance(1, bool), isinstance(1, (str, int)), isinstance("x", ()), isinstance(1, ((str, (int,)), list)))
print(issubclass(bool, int), issubclass(int, object), issubclass(int, (str, float)), isinstance(int, type), isinstance(type, object), issubclass(type, object))
print(type(type(1)) is type, type(1) == int, type(1.0) is not int, object.__name__)


def function():
    yield


class Meta:
    def method(self):
        pass


print([type(x).__name__ for x in [function, function(), Meta, Meta(), Meta().method, Meta.method, lambda: 0, [].append, (x for x in []), iter([]), iter(()),
                                  iter(""), iter({}), iter(set()), iter(range(0)), {}.keys(), {}.values(), {}.items(), enumerate([]), zip(), map(len, []),
                                  filter(None, []), reversed([]), super(Meta, Meta()), property(), staticmethod(len), classmethod(len)]])


class A:
    pass


class B(A):
    pass


a, b = A(), B()
print(isinstance(b, A), isinstance(a, B), type(b) is A, type(b) is B, issubclass(B, A), issubclass(A, B), issubclass(A, A), isinstance(A, type))
print(repr(A), str(B), A.__name__, B.__module__, f"{A}", [A, int], {"t": B})


def describe(value):
    table = [(bool, "truth"), (int, "integer"), ((list, tuple), "sequence"), (str, "text"), (type(None), "nothing"), (type, "class"), (type(len), "builtin")]
    for kind, name in table:
        if isinstance(value, kind):
            return name
    return type(value).__name__


print([describe(v) for v in [True, 5, [1], (2,), "t", None, int, len, 2.5, {}, A, a, describe]])
for bad in [lambda: isinstance(1, 1), lambda: isinstance(1, "int"), lambda: isinstance(1, (int, 1)), lambda: isinstance("x", (int, 1)), lambda: issubclass(1, int),
            lambda: issubclass(int, 1), lambda: isinstance(1), lambda: type(1, 2), lambda: type("X", 5, {})]:
    try:
        print(bad())
    except TypeError as error:
        print(error)
print(int.__bases__, bool.__bases__, object.__bases__, B.__bases__ == (A,))
print({int: "i", str: "s", A: "a"}[type(5)], [kind("7") for kind in (int, float, str, bool, list)])
print(len({type(v) for v in [1, 2, "a", 1.0, True]}), hash(int) == hash(int), int == int, int != str, int is type(3))
