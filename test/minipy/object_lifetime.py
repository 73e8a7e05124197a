# Objects go when their last reference goes: seen through generators closed at that moment.
# RUN: %run_script %s

log = []


def witness(name):
    """A generator whose finally block tells when the last reference went."""
    def run():
        try:
            yield
        finally:
            log.append(name)
    generator = run()
    next(generator)
    return generator


def seen():
    result = " ".join(log)
    log.clear()
    return result or "-"


a = witness("a")
print(seen())
b = a
del a
print(seen())
b = None
print(seen())

items = [witness("i0"), witness("i1"), witness("i2")]
items.pop(1)
print(seen())
items[0] = None
print(seen())
items.clear()
print(seen())
table = {"k": witness("old")}
table["k"] = witness("new")
print(seen())
table.pop("k")
print(seen())
table["x"] = table["y"] = witness("shared")
del table["x"]
print(seen())
del table
print(seen())
pair = (witness("p"), [witness("q")])
pair = pair[1]
print(seen())
pair = 0
print(seen())


class Holder:
    def __init__(self, name):
        self.held = witness(name)


h = Holder("first")
h.held = witness("second")
print(seen())
h = Holder("third")
print(seen())
del h
print(seen())


def local():
    inside = witness("local")
    print(seen())
    return 5


local()
print(seen())


def argument(x):
    x = None
    return seen()


print(argument(witness("argument")))
print(seen())
closure = (lambda held: lambda: held)(witness("cell"))
print(seen())
closure = None
print(seen())
for turn in range(3):
    w = witness(f"turn{turn}")
print(seen())
del w
print(seen())
try:
    held = witness("raised")
    raise ValueError(held)
except ValueError as error:
    del held
    print(seen())
print(seen())


def failing():
    kept = witness("frame")
    raise KeyError("minipy's tracebacks, unlike CPython's, keep no frames")


try:
    failing()
except KeyError as error:
    pass
print(seen())
[witness("list"), 1][1]
print(seen())
(witness(f"t{i}") for i in range(3)).close()
print(seen(), [1 for _ in map(lambda i: witness(f"m{i}"), range(2))], seen())
nested = None
for i in range(5000):
    nested = [nested, i]
nested.append(witness("deep"))
nested[0].append(witness("deeper"))
nested = None
print(seen())
default = {}
for i in range(100):
    default[i % 10] = witness(str(i))
print(len(log), log[0], log[-1])
log.clear()
while default:
    default.popitem()
print(seen())
