# Tasks that add tasks: trees, work lists, a fixed point, a search, all in one run().
# RUN: %run_script %s

import transaction

visits = []


def tree(path, depth):
    visits.append(path)
    if depth:
        transaction.add(tree, path + "l", depth - 1)
        transaction.add(tree, path + "r", depth - 1)


transaction.add(tree, "", 6)
transaction.run(4)
print(len(visits), len(set(visits)), sorted(visits, key=lambda p: (len(p), p))[:8])

# Reachability in a graph
edges = {n: [(n * 3 + 1) % 200, (n * 7 + 2) % 200, n // 2] for n in range(200) if n % 11}
reached = set()


def reach(node):
    if node in reached:
        return
    reached.add(node)
    for other in edges.get(node, []):
        transaction.add(reach, other)


transaction.add(reach, 5)
transaction.run(4)


def reach_alone(start):
    seen, stack = set(), [start]
    while stack:
        node = stack.pop()
        if node not in seen:
            seen.add(node)
            stack.extend(edges.get(node, []))
    return seen


print(len(reached), reached == reach_alone(5))

# A sum by halves: the last of two children to finish combines them
class Sum:
    def __init__(self, low, high, parent=None):
        self.low, self.high, self.parent, self.waiting, self.value = low, high, parent, 2, 0

    def run(self):
        if self.high - self.low <= 16:
            self.value = sum(n * n for n in range(self.low, self.high))
            self.finished()
        else:
            middle = (self.low + self.high) // 2
            transaction.add(Sum(self.low, middle, self).run)
            transaction.add(Sum(middle, self.high, self).run)

    def finished(self):
        if self.parent is None:
            return
        self.parent.value += self.value
        self.parent.waiting -= 1
        if self.parent.waiting == 0:
            transaction.add(self.parent.finished)


root = Sum(0, 1000)
transaction.add(root.run)
transaction.run(3)
print(root.value, root.value == sum(n * n for n in range(1000)))

# Quicksort: each task partitions its part of the list in place
data = [(n * 7919 + 13) % 1009 for n in range(600)]
expected = sorted(data)


def quicksort(low, high):
    if high - low < 2:
        return
    pivot = data[(low + high) // 2]
    i, j = low, high - 1
    while i <= j:
        while data[i] < pivot:
            i += 1
        while data[j] > pivot:
            j -= 1
        if i <= j:
            data[i], data[j] = data[j], data[i]
            i, j = i + 1, j - 1
    transaction.add(quicksort, low, j + 1)
    transaction.add(quicksort, i, high)


transaction.add(quicksort, 0, len(data))
transaction.run(4)
print(data == expected)
chain = []


def countdown(n):
    chain.append(n)
    if n:
        transaction.add(countdown, n - 1)


transaction.add(countdown, 30)
transaction.run(4)
print(chain == list(range(30, -1, -1)))
