# Functions as values: lambdas, map/filter/reduce, partial application, dispatch tables.
# RUN: %run_script %s

square = lambda x: x * x
print(square(5), (lambda a, b=2, *c, **d: (a, b, c, d))(1, 3, 4, k=5), (lambda: (yield))() is None)
print(list(map(square, range(5))), sorted(["b", "C", "a"], key=lambda s: s.lower()), max([(1, "x"), (3, "a")], key=lambda p: p[1]))


def reduce(function, items, initial):
    for item in items:
        initial = function(initial, item)
    return initial


print(reduce(lambda a, b: a * b, range(1, 11), 1), reduce(lambda a, b: b + a, "abc", ""), reduce(max, [3, 9, 2], 0))


def partial(function, *fixed, **named):
    return lambda *args, **kwargs: function(*fixed, *args, **{**named, **kwargs})


power_of_two = partial(pow, 2)
print(power_of_two(10), partial(sorted, reverse=True)([1, 3, 2]), partial(int, base=2)("1010"))

operations = {"+": lambda a, b: a + b, "-": lambda a, b: a - b, "*": lambda a, b: a * b, "/": lambda a, b: a / b, "max": max}
for name in sorted(operations):
    print(name, operations[name](7, 2), end="; ")
print()


def flip(f):
    return lambda a, b: f(b, a)


def fix(f):
    return lambda *args: f(fix(f), *args)


print(flip(operations["-"])(1, 10), fix(lambda me, n: n < 2 and 1 or n * me(n - 1))(6))
print([f(3) for f in (square, str, float, lambda x: -x, [10, 20, 30, 40].__getitem__, bool)])


def church(n):
    return lambda f: lambda x: reduce(lambda acc, _: f(acc), range(n), x)


plus = lambda m: lambda n: lambda f: lambda x: m(f)(n(f)(x))
times = lambda m: lambda n: lambda f: m(n(f))
to_int = lambda n: n(lambda x: x + 1)(0)
print(to_int(plus(church(3))(church(4))), to_int(times(church(6))(church(7))), to_int(church(2)(church(5))))


def pipeline(*stages):
    def run(value):
        for stage in stages:
            value = stage(value)
        return value
    return run


clean = pipeline(str.strip, str.lower, lambda s: s.split(), lambda words: [w for w in words if w.isalpha()], len)
print(clean("  Some Words 4 you  "), list(map(pipeline(int, square, str), ["3", "4"])))
methods = [str.upper, str.title, lambda s: s[::-1]]
print([method("two words") for method in methods], list(map(str.strip, [" a ", "b "])), [append for append in [[].append]][0](1))
items = []
for add in [items.append, items.extend]:
    add("xy")
print(items, list(map(dict.get, [{"a": 1}, {}], "aa")), list(map(lambda *a: sum(a), [1, 2], [3, 4], [5, 6])))
print((lambda x: (lambda y: x + y))(1)(2), (lambda f, *a: f(*a))(max, 1, 5, 3), callable(square), callable(len), callable(5), callable(str))
print(list(filter(lambda p: all(p % d for d in range(2, p)), range(2, 30))))
compose = lambda *fs: reduce(lambda f, g: lambda x: f(g(x)), fs, lambda x: x)
print(compose(square, lambda x: x + 1)(4), compose()(7))
