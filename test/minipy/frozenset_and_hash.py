# frozenset: hashing, use as a key, mixing with set; hash equality of equal values.
# RUN: %run_script %s

f = frozenset([3, 1, 2, 3])
print(len(f), sorted(f), f == {1, 2, 3}, f == frozenset({2, 3, 1}), frozenset(), frozenset([5]))
print(hash(f) == hash(frozenset([1, 2, 3])), hash(frozenset()) == hash(frozenset([])))
print(type(f | {4}).__name__, type({4} | f).__name__, type(f & f).__name__, type(f.union([1])).__name__)
print(sorted(f - {1}), sorted(f ^ {1, 9}), f <= {1, 2, 3, 4}, f.isdisjoint([8]), 2 in f)

d = {frozenset("ab"): "ab", frozenset("cd"): "cd"}
print(d[frozenset("ba")], frozenset("dc") in d, frozenset("ac") in d)
family = {frozenset([1, 2]), frozenset([2, 1]), frozenset([3])}
print(len(family), frozenset([1, 2]) in family, frozenset([f, 1]) == frozenset([1, frozenset([1, 2, 3])]))
for name in ["add", "remove", "pop", "clear", "update"]:
    print(name, hasattr(f, name), hasattr(set(), name))
try:
    f.add(1)
except AttributeError as error:
    print(error)
try:
    frozenset([[]])
except TypeError as error:
    print(error)
print(frozenset(f) is f, f.copy() == f)

pairs = [(1, 1.0), (0, False), ("a" + "b", "ab"), ((1, 2), (1.0, 2)), (2 ** 80, 2.0 ** 80), (frozenset("xy"), frozenset("yx")),
         (b"k", b"k"), (None, None), ("é", "\u00e9"), (-0.0, 0), ((), tuple([]))]
for x, y in pairs:
    assert x == y and hash(x) == hash(y), (x, y)
print("equal values have equal hashes")


def powerset(items):
    sets = [frozenset()]
    for item in items:
        sets += [s | {item} for s in sets]
    return sets


subsets = powerset("abcd")
print(len(subsets), len(set(subsets)), sorted("".join(sorted(s)) for s in subsets))
print(sum(1 for s in subsets for t in subsets if s <= t), sum(1 for s in subsets for t in subsets if not s & t))
memo = {}


def partitions(remaining):
    if not remaining:
        return 1
    if remaining not in memo:
        first = min(remaining)
        rest = remaining - {first}
        memo[remaining] = sum(partitions(rest - s) for s in powerset(rest))
    return memo[remaining]


print([partitions(frozenset(range(n))) for n in range(7)], len(memo))
