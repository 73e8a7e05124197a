# yield from: delegation of values, send, throw, return values, and flattening.
# RUN: %run_script %s


def inner():
    received = yield 1
    print("inner received", received)
    received = yield 2
    print("inner received", received)
    return "inner result"


def outer():
    result = yield from inner()
    print("result", result)
    yield from [10, 20]
    yield from "ab"
    yield from (n * n for n in range(3))
    last = yield from ()
    print("from an empty tuple", last)
    return "outer result"


g = outer()
print(next(g), g.send("x"), g.send("y"), list(g))
g = outer()
values = []
try:
    values.append(next(g))
    while True:
        values.append(g.send(None))
except StopIteration as stop:
    print(values, stop.value)


def flatten(items):
    for item in items:
        if isinstance(item, (list, tuple)):
            yield from flatten(item)
        else:
            yield item


print(list(flatten([1, [2, (3, [4, [[5]]])], [], [[]], 6])))


class Tree:
    def __init__(self, value, left=None, right=None):
        self.value, self.left, self.right = value, left, right

    def __iter__(self):
        if self.left:
            yield from self.left
        yield self.value
        if self.right:
            yield from self.right

    def insert(self, value):
        side = "left" if value < self.value else "right"
        child = getattr(self, side)
        if child:
            child.insert(value)
        else:
            setattr(self, side, Tree(value))


root = Tree(50)
for i in range(40):
    root.insert(i * 37 % 101)
print(list(root), list(root) == sorted(root))


def catcher():
    while True:
        try:
            yield "waiting"
        except ValueError as error:
            print("caught", error)
        except KeyError:
            return "stopped by KeyError"


def delegate():
    result = yield from catcher()
    yield result
    try:
        yield from catcher()
    except ZeroDivisionError:
        yield "propagated to the delegate"


g = delegate()
print(next(g), g.throw(ValueError("v")), g.throw(KeyError()), next(g), g.throw(ZeroDivisionError()), list(g))


def cleanup(name):
    try:
        yield name
    finally:
        print("cleanup", name)


def chain():
    yield from cleanup("first")
    yield from cleanup("second")


g = chain()
next(g)
g.close()
print(list(chain()))


def deep(n):
    if n:
        yield n
        result = yield from deep(n - 1)
        return result + 1
    return 0


def total_depth(n):
    depth = yield from deep(n)
    yield f"depth {depth}"


print(list(total_depth(5)), sum(1 for _ in deep(100)))


def tokens(text):
    for word in text.split():
        yield word


def expression(stream):
    values = []
    for token in stream:
        if token == "(":
            values.append((yield from expression(stream)))
        elif token == ")":
            return values
        else:
            yield token
            values.append(token)
    return values


g = expression(tokens("a ( b ( c d ) e ) ( f )"))
seen = []
while True:
    try:
        seen.append(next(g))
    except StopIteration as stop:
        print(seen, stop.value)
        break
for bad in [5, None]:
    def wrong():
        yield from bad

    try:
        list(wrong())
    except TypeError as error:
        print(error)
