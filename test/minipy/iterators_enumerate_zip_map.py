# The iterator builtins: iter, next, enumerate, zip, map, filter, reversed, any, all, sorted.
# RUN: %run_script %s

print(list(enumerate("abc")), list(enumerate(["x", "y"], 5)), list(enumerate([], start=3)))
print(list(zip([1, 2, 3], "ab")), list(zip()), list(zip([1])), list(zip("ab", "cd", "ef")), dict(zip("ab", range(9))))
print(list(map(str, [1, 2])), list(map(lambda a, b: a * b, [1, 2, 3], [4, 5])), list(map(len, ["a", "bb"])))
print(list(filter(None, [0, 1, "", "a", None, []])), list(filter(lambda n: n % 2, range(6))))
print(list(reversed([1, 2, 3])), "".join(reversed("abc")), list(reversed(range(4))), list(reversed((1, 2))))
print(any(n > 3 for n in [1, 5]), all(n > 3 for n in [5, 1]), any([]), all([]))

iterator = iter([1, 2])
print(iter(iterator) is iterator, next(iterator), next(iterator), next(iterator, "default"))
try:
    next(iterator)
except StopIteration as error:
    print("StopIteration", error.args)
lazy = map(print, ["a", "b", "c"])
print(next(lazy))
pulled = []


def source():
    for i in range(10):
        pulled.append(i)
        yield i


print(list(zip(source(), "abc")), pulled)
pulled.clear()
print(any(n == 3 for n in source()), pulled)
print(list(zip(*[iter(range(6))] * 2)), list(zip(*[(1, "a"), (2, "b")])))
numbers = iter([3, 1, 2, 3, 4])
print(3 in numbers, list(numbers), sum(map(int, "1234")), max(map(len, ["a", "bbb"])))

rolls = iter([4, 2, 6, 1])
print(list(iter(lambda: next(rolls), 6)), next(rolls))


class Countdown:
    def __init__(self, n):
        self.n = n

    def __iter__(self):
        return self

    def __next__(self):
        if self.n == 0:
            raise StopIteration
        self.n -= 1
        return self.n


class Squares:
    def __getitem__(self, i):
        if i >= 5:
            raise IndexError(i)
        return i * i

    def __len__(self):
        return 5


print(list(Countdown(3)), sorted(Countdown(3)), list(enumerate(Countdown(2))), list(zip(Countdown(3), Squares())))
print(list(Squares()), 9 in Squares(), list(reversed(Squares())), sum(Squares()), [*Squares()], max(Squares()))
a, b, *c = Squares()
print(a, b, c)
for attempt in [lambda: iter(5), lambda: next([1]), lambda: zip(1), lambda: map(len), lambda: enumerate(5), lambda: list(map(5, [1])),
                lambda: reversed({1}), lambda: [].__next__, lambda: sum(5), lambda: list(map(lambda x: 1 // x, [1, 0]))]:
    try:
        print(attempt())
    except (TypeError, AttributeError, ZeroDivisionError) as error:
        print(type(error).__name__ + ":", error)
