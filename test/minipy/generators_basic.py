# Generators: laziness, state between values, return, several at once, in every consumer.
# RUN: %run_script %s


def count(start=0, step=1):
    while True:
        yield start
        start += step


def take(n, iterable):
    for i, item in enumerate(iterable):
        if i == n:
            return
        yield item


print(list(take(5, count())), list(take(3, count(10, -2))))
log = []


def noisy(n):
    log.append("start")
    for i in range(n):
        log.append(f"before {i}")
        yield i
        log.append(f"after {i}")
    log.append("end")
    return "result"


g = noisy(2)
print(log, iter(g) is g)
print(next(g), log)
print(next(g), log)
try:
    next(g)
except StopIteration as stop:
    print(stop.value, stop.args, log[-1])
try:
    next(g)
except StopIteration as stop:
    print(stop.value, stop.args)
print(list(g), next(g, "default"))


def fibonacci():
    a, b = 0, 1
    while True:
        yield a
        a, b = b, a + b


first, second = fibonacci(), fibonacci()
print([next(first) for _ in range(8)], [next(second) for _ in range(3)], next(first))


def empty():
    return
    yield


def conditional(flag):
    if flag:
        yield "yes"


print(list(empty()), list(conditional(True)), list(conditional(False)), sum(take(4, fibonacci())))


def tree(n):
    return None if n == 0 else (tree(n // 2), n, tree(n // 3))


def walk(node):
    if node:
        left, value, right = node
        for item in walk(left):
            yield item
        yield value
        for item in walk(right):
            yield item


print(list(walk(tree(12))))
a, b, *c = take(5, count(1))
print(a, b, c, max(take(4, count(3))), "".join(map(str, take(3, count()))), dict(zip("ab", count())), 7 in count(), sorted(take(3, count(0, -1))))
print([*take(2, count())], tuple(take(2, count())), {*take(2, count())} == {0, 1}, list(enumerate(take(2, "xyz"))), any(n > 5 for n in count()))


class Range:
    def __init__(self, n):
        self.n = n

    def __iter__(self):
        for i in range(self.n):
            yield i * 10


r = Range(3)
print(list(r), list(r), [(x, y) for x in r for y in r if x < y])


def with_try(n):
    try:
        for i in range(n):
            yield i
    finally:
        log.append("cleaned")


for value in with_try(10):
    if value == 2:
        break
print(value, list(with_try(2)))


def locals_survive(x):
    y = x * 2
    received = yield y
    z = [x, y, received]
    yield z
    z.append("more")
    yield z


print(list(locals_survive(5)))
try:
    for x in (1 // (3 - n) for n in count()):
        print(x, end=" ")
except ZeroDivisionError as error:
    print(error)


def raising():
    yield 1
    raise KeyError("inside")


g = raising()
print(next(g))
try:
    next(g)
except KeyError as error:
    print(error, list(g))


def stops():
    yield 1
    raise StopIteration("leaks")


try:
    list(stops())
except RuntimeError as error:
    print(error, type(error.__cause__).__name__)
running = None


def reenter():
    yield next(running)


running = reenter()
try:
    next(running)
except ValueError as error:
    print(error)
