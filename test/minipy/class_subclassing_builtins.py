# Subclasses of list, dict, int, str, tuple and set: own methods beside the inherited ones.
# RUN: %run_script %s


class Stack(list):
    def push(self, item):
        self.append(item)
        return self

    @property
    def top(self):
        return self[-1]


s = Stack([1, 2])
s.push(3).push(4)
s.label = "attributes work"
print(s, s.top, len(s), s.label, isinstance(s, list), s == [1, 2, 3, 4], s[1:], sorted(s, reverse=True), type(s).__name__)


class Default(dict):
    def __init__(self, make, *args):
        super().__init__(*args)
        self.make = make

    def __missing__(self, key):
        self[key] = value = self.make()
        return value


d = Default(list, {"x": [0]})
d["a"].append(1)
d["a"].append(2)
d["b"].append(3)
print(d, len(d), "a" in d, d.get("none"), sorted(d), isinstance(d, dict), d == {"x": [0], "a": [1, 2], "b": [3]})


class Counter(dict):
    def __getitem__(self, key):
        return self.get(key, 0)

    def add(self, items):
        for item in items:
            self[item] += 1
        return self

    def most(self, n):
        return sorted(self.items(), key=lambda pair: (-pair[1], pair[0]))[:n]


print(Counter().add("abracadabra").most(3), Counter()["nothing"], Counter(a=5)["a"])


class Metres(int):
    def __repr__(self):
        return f"{int(self)}m"

    def __add__(self, other):
        return Metres(int(self) + int(other))


m = Metres(5) + 7
print(m, [m], m * 2, type(m).__name__, m == 12, m > 11, {12: "same key"}[m], sum([m, m], Metres(0)), hash(m) == hash(12))


class Name(str):
    def initials(self):
        return "".join(part[0] for part in self.split())

    def __len__(self):
        return 100


n = Name("Ada King Lovelace")
print(n, n.initials(), len(n), n.upper(), n[:3], n == "Ada King Lovelace", {n: 1}["Ada King Lovelace"], isinstance(n, str), n + "!")


class Point(tuple):
    def __new__(cls, x, y):
        return super().__new__(cls, (x, y))

    x = property(lambda self: self[0])
    y = property(lambda self: self[1])

    def __add__(self, other):
        return Point(self.x + other.x, self.y + other.y)


p = Point(1, 2) + Point(10, 20)
x, y = p
print(p, p.x, p.y, x + y, p == (11, 22), {p: "key"}[(11, 22)], isinstance(p, tuple), len(p))


class Tags(set):
    def add(self, tag):
        super().add(tag.lower())


t = Tags()
for tag in ["A", "b", "a", "B"]:
    t.add(tag)
print(sorted(t), len(t), "a" in t, isinstance(t, set), t == {"a", "b"})


class Positive(float):
    def __new__(cls, value):
        if value < 0:
            raise ValueError("negative")
        return super().__new__(cls, value)


print(Positive(2.5) + 1, type(Positive(1)).__name__)
try:
    Positive(-1)
except ValueError as error:
    print(error)


class History(list):
    def __setitem__(self, i, value):
        log.append((i, self[i], value))
        super().__setitem__(i, value)

    def __contains__(self, item):
        return any(item == old for _, old, _ in log) or super().__contains__(item)

    def __iter__(self):
        return (item * 10 for item in super().__iter__())


log = []
h = History([1, 2, 3])
h[0] = 9
print(log, h[0], 1 in h, 2 in h, 7 in h, [item for item in h], sum(h), h)
