# Tables and memos: longest common subsequence, knapsack, edit distance, coins, partitions.
# RUN: %run_script %s


def memo(function):
    known = {}

    def lookup(*key):
        try:
            return known[key]
        except KeyError:
            known[key] = function(*key)
            return known[key]
    return lookup


def lcs(a, b):
    table = [[""] * (len(b) + 1) for _ in range(len(a) + 1)]
    for i, x in enumerate(a):
        for j, y in enumerate(b):
            if x == y:
                table[i + 1][j + 1] = table[i][j] + x
            else:
                table[i + 1][j + 1] = max(table[i][j + 1], table[i + 1][j], key=len)
    return table[-1][-1]


print(lcs("AGGTAB", "GXTXAYB"), lcs("the quick brown fox", "a queer brow of an ox"))


def distance(a, b):
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        previous, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (x != y))
    return row[-1]


print([distance(a, b) for a, b in [("kitten", "sitting"), ("", "abc"), ("same", "same"), ("intention", "execution")]])


def knapsack(items, capacity):
    best = [(0, ())] * (capacity + 1)
    for name, weight, value in items:
        for room in range(capacity, weight - 1, -1):
            total, chosen = best[room - weight]
            if total + value > best[room][0]:
                best[room] = (total + value, chosen + (name,))
    return best[capacity]


print(knapsack([("gold", 10, 60), ("silver", 20, 100), ("bronze", 30, 120), ("tin", 5, 28)], 55))


@memo
def coins(amount, kinds):
    if amount == 0:
        return 1
    if amount < 0 or not kinds:
        return 0
    return coins(amount - kinds[0], kinds) + coins(amount, kinds[1:])


print(coins(200, (100, 50, 20, 10, 5, 2, 1)))


@memo
def partitions(n, largest):
    if n == 0:
        return 1
    return sum(partitions(n - k, min(k, n - k)) for k in range(1, min(n, largest) + 1))


print([partitions(n, n) for n in [1, 5, 10, 50, 100]])


@memo
def catalan(n):
    return 1 if n == 0 else sum(catalan(i) * catalan(n - 1 - i) for i in range(n))


print([catalan(n) for n in range(12)], catalan(60))


def longest_increasing(sequence):
    tails, links, where = [], [None] * len(sequence), []
    for i, x in enumerate(sequence):
        low, high = 0, len(tails)
        while low < high:
            middle = (low + high) // 2
            if tails[middle] < x:
                low = middle + 1
            else:
                high = middle
        if low == len(tails):
            tails.append(x)
            where.append(i)
        else:
            tails[low], where[low] = x, i
        links[i] = where[low - 1] if low else None
    result, i = [], where[-1]
    while i is not None:
        result.append(sequence[i])
        i = links[i]
    return result[::-1]


print(longest_increasing([n * 37 % 101 for n in range(40)]))


@memo
def best_parenthesization(i, j):
    if i == j:
        return 0, f"M{i}"
    options = []
    for k in range(i, j):
        left, right = best_parenthesization(i, k), best_parenthesization(k + 1, j)
        options.append((left[0] + right[0] + sizes[i] * sizes[k + 1] * sizes[j + 1], f"({left[1]}{right[1]})"))
    return min(options)


sizes = [30, 35, 15, 5, 10, 20, 25]
print(best_parenthesization(0, len(sizes) - 2))
