# property: getter, setter, deleter, docs, inheritance, computed and validated values.
# RUN: %run_script %s


class Temperature:
    def __init__(self, celsius=0):
        self.celsius = celsius

    @property
    def celsius(self):
        """Degrees Celsius."""
        return self._celsius

    @celsius.setter
    def celsius(self, value):
        if value < -273.15:
            raise ValueError(f"{value} is below absolute zero")
        self._celsius = value

    @property
    def fahrenheit(self):
        return self.celsius * 9 / 5 + 32

    @fahrenheit.setter
    def fahrenheit(self, value):
        self.celsius = (value - 32) * 5 / 9

    @fahrenheit.deleter
    def fahrenheit(self):
        print("deleting")
        self._celsius = None


t = Temperature(100)
print(t.celsius, t.fahrenheit)
t.fahrenheit = 212 - 18
print(t.celsius)
t.celsius += 10
print(t.celsius, t.fahrenheit)
del t.fahrenheit
print(t._celsius)
for action in [lambda: Temperature(-300), lambda: setattr(t, "celsius", -274), lambda: delattr(t, "celsius")]:
    try:
        action()
        print("accepted")
    except (ValueError, AttributeError) as error:
        print(error)


class ReadOnly:
    def __init__(self, x):
        self._x = x
        self.reads = 0

    @property
    def x(self):
        self.reads += 1
        return self._x

    doubled = property(lambda self: self._x * 2)

    def _get(self):
        return self._x

    def _set(self, value):
        self._x = value

    managed = property(_get, _set)


r = ReadOnly(4)
print(r.x, r.x, r.reads, r.doubled, r.managed)
r.managed = 50
print(r.x, r.doubled)
for name in ["x", "doubled"]:
    try:
        setattr(r, name, 1)
    except AttributeError as error:
        print(error)


class Base:
    @property
    def kind(self):
        return "base"

    @property
    def label(self):
        return f"<{self.kind}>"


class Derived(Base):
    @property
    def kind(self):
        return "derived of " + super().kind


class Replaced(Base):
    kind = "a plain attribute"


print(Base().label, Derived().label, Replaced().label, isinstance(Base.kind, property))


class Cached:
    computed = 0

    @property
    def value(self):
        if "_value" not in self.__dict__:
            Cached.computed += 1
            self._value = sum(range(1000))
        return self._value


c = Cached()
print(c.value, c.value, Cached.computed)


class Failing:
    @property
    def broken(self):
        return self.missing

    @property
    def zero(self):
        return 1 / 0


for name in ["broken", "zero"]:
    try:
        getattr(Failing(), name)
    except (AttributeError, ZeroDivisionError) as error:
        print(type(error).__name__, error)
print(getattr(Failing(), "broken", "default"), hasattr(Failing(), "broken"))


class Rectangle:
    def __init__(self, width, height):
        self.width, self.height = width, height

    area = property(lambda self: self.width * self.height)

    @property
    def size(self):
        return self.width, self.height

    @size.setter
    def size(self, pair):
        self.width, self.height = pair


box = Rectangle(2, 3)
box.size = 4, 5
print(box.area, box.size, box.width)
box.size, other = (1, 2), "other"
print(box.area, other)
