# Decorators: of functions, methods and classes; stacked, with arguments, as classes.
# RUN: %run_script %s


def logged(function):
    def wrapper(*args, **kwargs):
        log.append((function.__name__, args, kwargs))
        return function(*args, **kwargs)
    wrapper.__name__ = function.__name__
    return wrapper


def repeat(times):
    print("making repeat", times)

    def decorate(function):
        print("decorating", function.__name__)
        return lambda *args: [function(*args) for _ in range(times)]
    return decorate


log = []


@logged
def add(a, b=1):
    return a + b


print(add(1), add(2, b=3), add.__name__, log)


@repeat(2)
@repeat(3)
def greet(name):
    return "hi " + name


print(greet("bo"))


class CountCalls:
    def __init__(self, function):
        self.function, self.calls = function, 0

    def __call__(self, *args):
        self.calls += 1
        return self.function(*args)


@CountCalls
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


print(fib(10), fib.calls)


def memoize(function):
    cache = {}

    def cached(*args):
        if args not in cache:
            cache[args] = function(*args)
        return cache[args]
    cached.cache = cache
    return cached


@memoize
def ways(steps, sizes):
    if steps == 0:
        return 1
    return sum(ways(steps - size, sizes) for size in sizes if size <= steps)


print(ways(60, (1, 2, 5)), len(ways.cache))

registry = {}


def register(name):
    def add_to_registry(thing):
        registry[name] = thing
        return thing
    return add_to_registry


@register("square")
def square(x):
    return x * x


@register("shape")
class Shape:
    @staticmethod
    def kind():
        return "shape"

    @classmethod
    @logged
    def create(cls):
        return cls()

    @property
    def area(self):
        return 42

    @logged
    def scale(self, by):
        return self.area * by


log.clear()
print(sorted(registry), registry["square"](5), registry["shape"] is Shape)
print(Shape.kind(), Shape().area, Shape().scale(2), type(Shape.create()).__name__, len(log), log[0][0])


def add_repr(cls):
    cls.__repr__ = lambda self: f"{cls.__name__}({', '.join(f'{k}={v!r}' for k, v in sorted(self.__dict__.items()))})"
    return cls


@add_repr
class Point:
    def __init__(self, x, y):
        self.x, self.y = x, y


print(Point(1, "two"))
decorators = [lambda f: (lambda: f() + 1), lambda f: (lambda: f() * 10)]


@decorators[0]
@decorators[1]
def value():
    return 4


@(lambda f: f())
def immediately():
    return "called at once"


print(value(), immediately)
