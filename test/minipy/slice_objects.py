# slice objects, slice.indices, and classes that receive them in __getitem__.
# RUN: %run_script %s

s = slice(1, 10, 2)
print(s, s.start, s.stop, s.step, slice(5), slice(1, 2), slice(None), repr(slice("a", None, [1])))
print(s == slice(1, 10, 2), s == slice(1, 10), s != slice(None))
for bounds in [(None,), (5,), (-3, None), (None, -2), (2, 8, 3), (None, None, -1), (-100, 100), (8, 2, -2), (3, 3), (100, None, -4)]:
    print(bounds, slice(*bounds).indices(10), "abcdefghij"[slice(*bounds)])
items = list(range(10))
print(items[s], "0123456789"[s], tuple(items)[s], range(10)[s])
items[slice(2, 4)] = ["x"]
del items[slice(-2, None)]
print(items)


class Probe:
    def __getitem__(self, index):
        return index

    def __setitem__(self, index, value):
        print("set", index, value)

    def __delitem__(self, index):
        print("del", index)


p = Probe()
print(p[1], p[1:2], p[:], p[::2], p[1, 2], p[1:2, ::3], p["k"], p[...], p[-1:], p[()], p[None:None])
p[1:2] = "value"
p[0, 1:3] = 5
del p[::2]
p[1] = p[2] = 0


class Vector:
    def __init__(self, values):
        self.values = list(values)

    def __getitem__(self, index):
        if isinstance(index, slice):
            return Vector(self.values[index])
        if isinstance(index, tuple):
            return Vector(self.values[i] for i in index)
        return self.values[index]

    def __setitem__(self, index, value):
        if isinstance(index, slice):
            for i in range(*index.indices(len(self.values))):
                self.values[i] = value
        else:
            self.values[index] = value

    def __len__(self):
        return len(self.values)

    def __repr__(self):
        return f"Vector({self.values})"


v = Vector(range(8))
print(v[2], v[-1], v[2:5], v[::-1], v[0, 3, 5], len(v[1:]))
v[::3] = -1
v[1] += 10
print(v, list(v), 12 in v, -1 in v)
try:
    "abc"[slice("x")]
except TypeError as error:
    print(error)
try:
    slice(1, 2, 0).indices(5)
except ValueError as error:
    print(error)
