# del of names, items, slices and attributes; names are unbound afterwards.
# RUN: %run_script %s

x, y, z = 1, 2, 3
del x
del y, z
for name in ["x", "y", "z"]:
    try:
        print({"x": lambda: x, "y": lambda: y, "z": lambda: z}[name]())
    except NameError as error:
        print(error)
x = "again"
print(x)


def local():
    value = 1
    del value
    try:
        print(value)
    except UnboundLocalError as error:
        print(type(error).__name__)
    value = 2
    return value


print(local())


def delete_twice():
    value = 1
    del value
    del value


try:
    delete_twice()
except NameError as error:
    print(type(error).__name__, "value" in str(error))


def cell():
    value = 1

    def inner():
        return value

    print(inner())
    del value
    try:
        inner()
    except NameError as error:
        print("free variable" in str(error))
    value = 3
    return inner()


print(cell())

items = [0, 1, 2, 3, 4, 5]
del items[0], items[-1], items[1:3]
print(items)
table = {"a": 1, "b": 2, "c": 3}
del table["a"], (table["b"])
print(table)


class Thing:
    shared = "class"

    def __init__(self):
        self.own = 1
        self.shared = "instance"

    def __delattr__(self, name):
        print("deleting", name)
        object.__delattr__(self, name)


thing = Thing()
print(thing.shared)
del thing.shared
print(thing.shared)
del thing.own
print(hasattr(thing, "own"))
for attempt in ["own", "shared"]:
    try:
        delattr(thing, attempt)
    except AttributeError as error:
        print(type(error).__name__)
del Thing.shared
print(hasattr(thing, "shared"))
try:
    del items[10]
except IndexError as error:
    print(error)
try:
    del undefined
except NameError as error:
    print(error)
nested = {"k": [1, [2, 3]]}
del nested["k"][1][0]
print(nested)
for n in range(3):
    pass
del n
print("n" in globals(), "x" in globals())
