# Name lookup: local, enclosing, global, built-in; global and nonlocal declarations.
# RUN: %run_script %s

x = "global"


def read():
    return x


def shadow():
    x = "local"
    return x, read()


def write():
    global x, fresh
    x = "written"
    fresh = "made by a function"


print(read(), shadow())
write()
print(x, fresh, read())


def outer():
    x = "outer"

    def middle():
        def inner():
            nonlocal x
            x += "+inner"
            return x

        return inner

    step = middle()
    return step(), step(), x


print(outer(), x)


def levels():
    a = 1

    def second():
        b = 2

        def third():
            nonlocal a, b
            a, b = a * 10, b * 10
            c = a + b

            def fourth():
                global x
                x = "from the fourth"
                return a, b, c, x

            return fourth()

        result = third()
        return result, b

    return second(), a


print(levels(), x)


def before_assignment():
    try:
        print(x)
    except UnboundLocalError as error:
        print(type(error).__name__)
    x = 1


before_assignment()
len = lambda value: "shadowed"
print(len("abc"))
del len
print(len("abc"))


class Scope:
    x = "class"
    y = x + "!"

    def method(self):
        return x, self.x

    z = [x for _ in range(2)]
    w = [n for n in x]


print(Scope().method(), Scope.y, Scope.z, Scope.w)


def parameters(a, b=x, *c, d=None, **e):
    a = a + 1
    locals_seen = (a, b, c, d, e)

    def use():
        return a + len(c)

    a += 100
    return locals_seen, use()


print(parameters(1), parameters(1, 2, 3, d=4, f=5))
for loop_variable in range(3):
    pass
print(loop_variable)
try:
    raise ValueError
except ValueError as caught:
    pass
try:
    caught
except NameError as error:
    print(error)


def conditional(flag):
    if flag:
        maybe = 1
    return maybe


print(conditional(True))
try:
    conditional(False)
except UnboundLocalError as error:
    print(type(error).__name__)


def counter():
    n = [0]

    def up():
        n[0] += 1
        return n[0]

    return up


first, second = counter(), counter()
print(first(), first(), second(), first())
print(__name__, "x" in globals(), globals()["x"] is x, "first" in globals())


def local_names():
    a, b = 1, 2
    return sorted(locals().items())


print(local_names())
