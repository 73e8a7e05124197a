# Making instances: __new__ and __init__, instances from cached objects, type() of three arguments.
# RUN: %run_script %s


class Point:
    def __new__(cls, *args):
        log.append(("new", cls.__name__, args))
        return super().__new__(cls)

    def __init__(self, x=0, y=0):
        log.append(("init", x, y))
        self.x, self.y = x, y


log = []
p = Point(1, 2)
print(log, p.x, p.y)


class Interned:
    known = {}

    def __new__(cls, name):
        if name not in cls.known:
            made = object.__new__(cls)
            made.name = name
            cls.known[name] = made
        return cls.known[name]


print(Interned("a") is Interned("a"), Interned("a") is Interned("b"), len(Interned.known), Interned("b").name)


class Factory:
    def __new__(cls, kind):
        if kind == "int":
            return 42
        return object.__new__(cls)

    def __init__(self, kind):
        self.kind = kind


print(Factory("int"), Factory("other").kind)


class Returns:
    def __init__(self):
        return 5


try:
    Returns()
except TypeError as error:
    print(error)


class Failing:
    def __init__(self, n):
        self.n = 10 // n


try:
    Failing(0)
except ZeroDivisionError as error:
    print(error)
Made = type("Made", (Point,), {"z": 3, "total": lambda self: self.x + self.y + self.z})
m = Made(1, 2)
print(Made.__name__, m.total(), isinstance(m, Point), [c.__name__ for c in Made.__mro__], type(m) is Made)
classes = [type(f"C{i}", (), {"n": i}) for i in range(3)]
print([c().n for c in classes], [c.__name__ for c in classes])


class Again:
    def __init__(self):
        self.n = getattr(self, "n", 0) + 1


a = Again()
a.__init__()
print(a.n)


class NoInit(Point):
    pass


class OwnInit(Point):
    def __init__(self, text):
        super().__init__(*map(int, text.split(",")))


print(NoInit(5).x, OwnInit("7,8").y, NoInit().y)
b = object.__new__(Point)
print(hasattr(b, "x"), isinstance(b, Point))
try:
    object(1)
except TypeError as error:
    print("TypeError")
print([cls() for cls in [int, float, str, list, dict, tuple, bool, bytes]])
