# Keys with their own __hash__ and __eq__: collisions, identity first, errors inside them.
# RUN: %run_script %s


class Key:
    def __init__(self, name, bucket):
        self.name = name
        self.bucket = bucket

    def __hash__(self):
        return self.bucket

    def __eq__(self, other):
        comparisons.append((self.name, other.name if isinstance(other, Key) else other))
        return isinstance(other, Key) and self.name == other.name

    def __repr__(self):
        return f"Key({self.name})"


comparisons = []
d = {}
keys = [Key(name, 7) for name in "abcdef"]
for i, key in enumerate(keys):
    d[key] = i
print(d, len(comparisons))
comparisons.clear()
print([d[key] for key in keys], [d[Key(name, 7)] for name in "fa"], Key("z", 7) in d, Key("a", 8) in d)
del d[Key("c", 7)]
print(d, Key("c", 7) in d, d[Key("d", 7)])
d[Key("c", 7)] = "new"
print(d)

colliding = {Key(str(i), i % 3): i for i in range(60)}
print(len(colliding), all(colliding[Key(str(i), i % 3)] == i for i in range(60)))
for i in range(0, 60, 2):
    del colliding[Key(str(i), i % 3)]
print(len(colliding), sorted(colliding.values()) == list(range(1, 60, 2)))
print(len({Key("s", i % 2) for i in range(10)}))


class Never:
    def __eq__(self, other):
        return False

    def __hash__(self):
        return 1


never = Never()
print(never == never, never in {never: 1}, never in [never], Never() in {never: 1})


class NoHash:
    def __eq__(self, other):
        return True


class Failing:
    def __hash__(self):
        return 5

    def __eq__(self, other):
        raise ValueError("cannot compare")


class BadHash:
    def __hash__(self):
        return "x"


table = {Failing(): 1}
for attempt in [lambda: {NoHash(): 1}, lambda: table[Failing()], lambda: table.get(Failing()), lambda: {BadHash()},
                lambda: table.setdefault(Failing(), 2), lambda: hash([]), lambda: hash({}), lambda: hash(set())]:
    try:
        print(attempt())
    except (TypeError, ValueError) as error:
        print(error)
print(len(table), hash(Key("x", 2 ** 61)) == hash(2 ** 61), hash(Key("y", -1)))
print({1: "a", 1.0: "b", True: "c"}, {"a": 1, "a": 2}, {0: 1, -0.0: 2, False: 3})
numbers = {float(i): i for i in range(5)}
print([numbers[i] for i in range(5)], {2 ** 64: 1}[2.0 ** 64])
