# Closures: captured variables are shared, live as long as needed, and can be rebound.
# RUN: %run_script %s


def make_counter(start=0, step=1):
    value = start

    def increment():
        nonlocal value
        value += step
        return value

    def reset(to=start):
        nonlocal value
        value = to

    return increment, reset


increment, reset = make_counter(10, 5)
print(increment(), increment(), reset(), increment(), reset(0), increment())
other, _ = make_counter()
print(other(), other(), increment())

print([f() for f in [lambda: i for i in range(4)]], [f() for f in [lambda i=i: i for i in range(4)]])


def adders():
    result = []
    for i in range(3):
        def add(x):
            return x + i
        result.append(add)
    i = 100
    return result


print([f(1) for f in adders()])


def compose(*functions):
    def composed(x):
        for f in reversed(functions):
            x = f(x)
        return x
    return composed


print(compose(str, lambda x: x * 2, int)("21"), compose()(5))


def curry(f, n):
    def collect(*args):
        if len(args) >= n:
            return f(*args)
        return lambda *more: collect(*args, *more)
    return collect


add3 = curry(lambda a, b, c: (a, b, c), 3)
print(add3(1)(2)(3), add3(1, 2)(3), add3(1)(2, 3))


def account(balance):
    history = []

    def dispatch(action, amount=0):
        nonlocal balance
        if action == "deposit":
            balance += amount
        elif action == "withdraw":
            if amount > balance:
                raise ValueError(f"insufficient: {balance}")
            balance -= amount
        history.append((action, amount))
        return balance

    dispatch.history = history
    return dispatch


a, b = account(100), account(5)
print(a("deposit", 50), a("withdraw", 120), b("deposit", 1), a.history, b.history)
try:
    a("withdraw", 31)
except ValueError as error:
    print(error)


def recursive_closure(n):
    def even(k):
        return True if k == 0 else odd(k - 1)

    def odd(k):
        return False if k == 0 else even(k - 1)

    return even(n)


print([recursive_closure(n) for n in range(4)])


def y(f):
    return (lambda g: g(g))(lambda g: f(lambda *args: g(g)(*args)))


print(y(lambda self: lambda n: 1 if n < 2 else n * self(n - 1))(20))


def pair(a, b):
    return lambda select: select(a, b)


linked = pair(1, pair(2, pair(3, None)))


def total(node):
    return 0 if node is None else node(lambda a, _: a) + total(node(lambda _, b: b))


print(total(linked))


def shadowing(x):
    def inner(x):
        return x * 2
    return inner(x + 1), (lambda x: x)(5), x


print(shadowing(1))


class Method:
    def __init__(self, n):
        self.n = n

    def bound(self):
        return lambda k: self.n * k


print(Method(6).bound()(7), list(map(Method(3).bound(), range(3))))
