# Recursion of every kind; too deep a recursion raises RecursionError and can be handled.
# RUN: %run_script %s


def ackermann(m, n):
    if m == 0:
        return n + 1
    if n == 0:
        return ackermann(m - 1, 1)
    return ackermann(m - 1, ackermann(m, n - 1))


print(ackermann(2, 3), ackermann(1, 100))


def hanoi(n, a="A", b="B", c="C"):
    if n == 0:
        return []
    return hanoi(n - 1, a, c, b) + [a + c] + hanoi(n - 1, b, a, c)


print(len(hanoi(9)), " ".join(hanoi(3)))


def permutations(items):
    if not items:
        yield []
    for i, item in enumerate(items):
        for rest in permutations(items[:i] + items[i + 1:]):
            yield [item] + rest


print(["".join(p) for p in permutations("abc")], sum(1 for _ in permutations(list(range(6)))))


def flatten(items):
    return [leaf for item in items for leaf in (flatten(item) if isinstance(item, list) else [item])]


print(flatten([1, [2, [3, [4, []], 5]], [[6]]]))


def depth(n):
    return 0 if n == 0 else 1 + depth(n - 1)


print(depth(500))


def endless(n):
    return endless(n + 1) + 1


for attempt in range(3):
    try:
        endless(0)
    except RecursionError as error:
        print(type(error).__name__, "maximum recursion depth exceeded" in str(error), isinstance(error, RuntimeError))


class Loop:
    def __repr__(self):
        return repr(self)

    def __eq__(self, other):
        return self == other

    def __getattr__(self, name):
        return getattr(self, name + "x")

    def __len__(self):
        return len(self)


for operation in [lambda: repr(Loop()), lambda: Loop() == 1, lambda: Loop().attribute, lambda: len(Loop()), lambda: [Loop()] == [5]]:
    try:
        operation()
    except RecursionError:
        print("RecursionError")


def even(n):
    return n == 0 or odd(n - 1)


def odd(n):
    return n != 0 and even(n - 1)


print(even(300), odd(301), even(7))
chain = None
for i in range(50000):
    chain = [chain]
count = 0
node = chain
while node is not None:
    node = node[0]
    count += 1
print(count)
del chain, node  # freeing a long chain must not overflow the C stack
chain = None
for i in range(30000):
    chain = {"next": (chain,)}
chain = None
print("freed", depth(400))


def binary_search(items, wanted, low, high):
    if low >= high:
        return -1
    middle = (low + high) // 2
    if items[middle] == wanted:
        return middle
    if items[middle] < wanted:
        return binary_search(items, wanted, middle + 1, high)
    return binary_search(items, wanted, low, middle)


squares = [n * n for n in range(1000)]
print(binary_search(squares, 123 ** 2, 0, 1000), binary_search(squares, 5, 0, 1000))
