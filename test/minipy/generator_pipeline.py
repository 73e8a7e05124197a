# Pipelines of generators: parsing, windowing, merging, grouping, itertools by hand.
# RUN: %run_script %s

RAW = """\
2024-01-01 10 ok
2024-01-01 -5 bad
# comment
2024-01-02 20 ok

2024-01-02 7 ok
2024-01-03 x broken
2024-01-03 30 ok
"""


def lines(text):
    for number, line in enumerate(text.split("\n"), 1):
        yield number, line


def meaningful(source):
    return ((n, line) for n, line in source if line and not line.startswith("#"))


def parsed(source, errors):
    for number, line in source:
        day, amount, status = line.split()
        try:
            yield day, int(amount), status
        except ValueError as error:
            errors.append(f"line {number}: {error}")


def grouped(source, key):
    current, group = None, []
    for item in source:
        k = key(item)
        if group and k != current:
            yield current, group
            group = []
        current = k
        group.append(item)
    if group:
        yield current, group


errors = []
for day, entries in grouped(parsed(meaningful(lines(RAW)), errors), lambda entry: entry[0]):
    print(day, sum(amount for _, amount, _ in entries), [status for *_, status in entries])
print(errors)


def merge(*sources):
    heads = [[next(s), i, s] for i, s in enumerate(map(iter, sources))]
    while heads:
        heads.sort(key=lambda head: head[:2])
        smallest = heads[0]
        yield smallest[0]
        try:
            smallest[0] = next(smallest[2])
        except StopIteration:
            heads.pop(0)


print(list(merge([1, 4, 9], range(0, 10, 3), (n for n in [2, 2, 8]))))


def windows(source, size):
    window = []
    for item in source:
        window.append(item)
        if len(window) == size:
            yield tuple(window)
            window.pop(0)


def product(*pools):
    if not pools:
        yield ()
    else:
        for first in pools[0]:
            for rest in product(*pools[1:]):
                yield (first,) + rest


def combinations(items, k):
    if k == 0:
        yield ()
        return
    for i in range(len(items) - k + 1):
        for rest in combinations(items[i + 1:], k - 1):
            yield (items[i],) + rest


def cycle(items):
    while True:
        yield from items


def take_while(predicate, source):
    for item in source:
        if not predicate(item):
            return
        yield item


def accumulate(source):
    total = 0
    for item in source:
        total += item
        yield total


print(list(windows("abcdef", 3)), ["".join(p) for p in product("ab", "cd", "e")])
print(list(combinations([1, 2, 3, 4], 2)), sum(1 for _ in combinations(range(12), 5)))
print([c for c, _ in zip(cycle("xyz"), range(7))], list(take_while(lambda n: n < 20, accumulate(range(100)))))


def tee(source, n):
    buffers = [[] for _ in range(n)]

    def reader(mine):
        while True:
            if not mine:
                try:
                    item = next(source)
                except StopIteration:
                    return
                for buffer in buffers:
                    buffer.append(item)
            yield mine.pop(0)
    return [reader(buffer) for buffer in buffers]


a, b = tee(iter(range(5)), 2)
print([next(a), next(a)], list(b), list(a))
