# list.sort and sorted: stability, keys, reverse, presorted runs, errors in comparisons.
# RUN: %run_script %s

people = [("Ann", 30), ("Bob", 25), ("Cid", 30), ("Dee", 25), ("Eve", 35), ("Fay", 30)]
print(sorted(people, key=lambda p: p[1]))
print(sorted(people, key=lambda p: p[1], reverse=True))
print(sorted(people, key=lambda p: (-p[1], p[0])))
by_length = sorted("the quick brown fox jumps over the lazy dog".split(), key=len)
print(by_length)
print(sorted([3, 1, 2], reverse=True), sorted("hello"), sorted({"b": 1, "a": 2}), sorted((2, 1)), sorted([]))
print(sorted([True, 0.5, 0, 2, -1]), sorted([[2], [1, 5], [1]]), sorted(["b", "B", "a", "A"]), sorted("bBaA", key=str.lower))

seed = 12345


def random(limit):
    global seed
    seed = (seed * 1103515245 + 12345) % 2 ** 31
    return seed // 65536 % limit


for size in [0, 1, 2, 3, 10, 31, 32, 33, 63, 64, 65, 100, 200, 500]:
    data = [(random(size // 2 + 1), i) for i in range(size)]
    result = sorted(data, key=lambda pair: pair[0])
    assert all(result[i] < result[i + 1] for i in range(size - 1)), "not stable"
    result = sorted(data, key=lambda pair: pair[0], reverse=True)
    assert all((-result[i][0], result[i][1]) < (-result[i + 1][0], result[i + 1][1]) for i in range(size - 1))
    assert sorted(sorted(data)) == sorted(data) == sorted(data[::-1])
    data.sort()
    assert data == sorted(data)
for shape in [list(range(200)), list(range(200, 0, -1)), list(range(100)) * 2, [1] * 150,
              [i ^ 1 for i in range(200)], list(range(90)) + list(range(300, 200, -1)) + [5]]:
    ordered = sorted(shape)
    assert all(ordered[i] <= ordered[i + 1] for i in range(len(ordered) - 1)) and sum(ordered) == sum(shape)
print("sorted and stable")

calls = []


def key(x):
    calls.append(x)
    return -x


print(sorted([2, 3, 1], key=key), calls)


class Version:
    def __init__(self, text):
        self.parts = [int(part) for part in text.split(".")]

    def __lt__(self, other):
        return self.parts < other.parts

    def __repr__(self):
        return ".".join(map(str, self.parts))


print(sorted([Version(v) for v in ["1.10", "1.9", "1.2.3", "2", "0.99"]]))
for bad in [lambda: sorted([1, "a"]), lambda: sorted([None, None]), lambda: [2, 1].sort(key=5), lambda: sorted(5),
            lambda: sorted([1, 0], key=lambda x: 1 / x)]:
    try:
        print(bad())
    except (TypeError, ZeroDivisionError) as error:
        print(error)
