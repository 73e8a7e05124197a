# Map and reduce with tasks: private results first, merged in short transactions or at the end.
# RUN: %run_script %s

import thread
import transaction

WORDS = "lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor incididunt ut labore et dolore magna aliqua".split()
TEXTS = [" ".join(WORDS[(i * i + k * 3) % len(WORDS)] for k in range(60)) for i in range(16)]
counts, index = {}, {}


def count(number, text):
    mine = {}
    for word in text.split():
        mine[word] = mine.get(word, 0) + 1
    for word, n in mine.items():
        counts[word] = counts.get(word, 0) + n
        index.setdefault(word, []).append(number)


for number, text in enumerate(TEXTS):
    transaction.add(count, number, text)
transaction.run(4)
expected = {}
for text in TEXTS:
    for word in text.split():
        expected[word] = expected.get(word, 0) + 1
print(counts == expected, sum(counts.values()), sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:4])
print({word: len(set(numbers)) == len(numbers) for word, numbers in index.items()} == {word: True for word in expected}, sorted(index["magna"])[:5])


class Slot:
    """Where one task leaves its result: a different object for each."""

    def __init__(self):
        self.value = None


def parallel_map(function, items, nthreads):
    slots = [Slot() for _ in items]

    def run(slot, item):
        slot.value = function(item)

    for slot, item in zip(slots, items):
        transaction.add(run, slot, item)
    transaction.run(nthreads)
    return [slot.value for slot in slots]


for nthreads in [1, 2, 4]:
    print(nthreads, parallel_map(lambda n: n ** 3, range(10), nthreads), parallel_map(str.upper, ["a", "b"], nthreads), parallel_map(len, [], nthreads))


def matrix_product(a, b, nthreads):
    columns = list(zip(*b))
    return parallel_map(lambda row: [sum(x * y for x, y in zip(row, column)) for column in columns], a, nthreads)


n = 14
a = [[(i * j + 1) % 10 for j in range(n)] for i in range(n)]
b = [[(i + 2 * j) % 10 for j in range(n)] for i in range(n)]
products = [matrix_product(a, b, nthreads) for nthreads in (1, 3, 4)]
print(products[0] == products[1] == products[2], products[0][3][:5], sum(map(sum, products[0])))


def merge_sort(data, nthreads):
    runs = parallel_map(sorted, [data[i::8] for i in range(8)], nthreads)
    while len(runs) > 1:
        runs = parallel_map(lambda pair: merge(*pair), list(zip(runs[::2], runs[1::2])), nthreads)
    return runs[0]


def merge(a, b):
    out, i, j = [], 0, 0
    while i < len(a) and j < len(b):
        if a[i] <= b[j]:
            out.append(a[i])
            i += 1
        else:
            out.append(b[j])
            j += 1
    return out + a[i:] + b[j:]


data = [(k * 7919) % 1013 for k in range(500)]
print(merge_sort(data, 4) == sorted(data))
histogram = [0] * 10


def throw_dice(seed):
    mine = [0] * 10
    for _ in range(300):
        seed = (seed * 1103515245 + 12345) % 2 ** 31
        mine[seed // 65536 % 10] += 1
    with thread.atomic:
        for i, n in enumerate(mine):
            histogram[i] += n


for seed in range(8):
    transaction.add(throw_dice, seed)
transaction.run(4)
print(sum(histogram), histogram)
