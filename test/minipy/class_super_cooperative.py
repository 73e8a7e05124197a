# super(): cooperative calls along the MRO, in classmethods, properties, closures, __new__.
# RUN: %run_script %s


class Root:
    def __init__(self, **rest):
        assert not rest, rest
        self.trace = ["Root"]

    def draw(self):
        return ["Root.draw"]


class Shape(Root):
    def __init__(self, shape="none", **rest):
        super().__init__(**rest)
        self.shape = shape
        self.trace.append("Shape")

    def draw(self):
        return ["Shape.draw"] + super().draw()


class Coloured(Root):
    def __init__(self, colour="grey", **rest):
        super().__init__(**rest)
        self.colour = colour
        self.trace.append("Coloured")

    def draw(self):
        return ["Coloured.draw"] + super().draw()


class Both(Shape, Coloured):
    def __init__(self, **rest):
        super().__init__(**rest)
        self.trace.append("Both")

    def draw(self):
        return ["Both.draw"] + super().draw()


both = Both(shape="round", colour="red")
print(both.trace, both.shape, both.colour)
print(both.draw(), Shape().draw(), super(Both, both).draw(), super(Shape, both).draw())


class Counter:
    made = 0

    @classmethod
    def create(cls, *args):
        cls.made += 1
        return cls(*args)

    @staticmethod
    def helper(x):
        return x + 1

    @property
    def value(self):
        return 10


class Named(Counter):
    def __init__(self, name="x"):
        self.name = name

    @classmethod
    def create(cls, *args):
        made = super().create(*args)
        made.name += "!"
        return made

    @staticmethod
    def helper(x):
        return Counter.helper(x) * 2

    @property
    def value(self):
        return super().value + 1


n = Named.create("n")
print(n.name, n.value, n.helper(3), Named.made, Counter.made, type(n).__name__)


class Comprehending(Shape):
    def draw(self):
        plain = super().draw()
        later = lambda: super(Comprehending, self).draw()
        inner = [step for step in super(Comprehending, self).draw()]

        def closure():
            return __class__.__name__, super(__class__, self).draw()
        return plain == later() == inner, closure()


print(Comprehending().draw())


class Base:
    def __repr__(self):
        return f"{type(self).__name__}()"

    def __eq__(self, other):
        return type(self) is type(other)

    def __getattr__(self, name):
        if name.startswith("auto_"):
            return name[5:]
        raise AttributeError(f"no {name} here")

    def __setattr__(self, name, value):
        super().__setattr__(name, value * 2)


class Derived(Base):
    def __repr__(self):
        return "derived from " + super().__repr__()

    def __eq__(self, other):
        return super().__eq__(other) and self.k == other.k

    def __getattr__(self, name):
        return "got " + super().__getattr__(name)


d, e = Derived(), Derived()
d.k, e.k = 5, 6
print(d, d == e, d == d, d.k, d.auto_matic)
for bad in [lambda: d.manual, lambda: super(Derived, d).nothing, lambda: super(Derived, 5), lambda: super(5, d)]:
    try:
        print(bad())
    except (AttributeError, TypeError) as error:
        print(type(error).__name__)


def outside():
    return super()


try:
    outside()
except RuntimeError as error:
    print(error)


class ListWithLog(list):
    def append(self, item):
        super().append((len(self), item))


log = ListWithLog()
log.append("a")
log.append("b")
print(log, len(log), log[1])
