# A binary heap and graph searches: Dijkstra, breadth first, topological order, components.
# RUN: %run_script %s


class Heap:
    def __init__(self, items=()):
        self.items = []
        for item in items:
            self.push(item)

    def push(self, item):
        items = self.items
        items.append(item)
        i = len(items) - 1
        while i and items[i] < items[(i - 1) // 2]:
            items[i], items[(i - 1) // 2] = items[(i - 1) // 2], items[i]
            i = (i - 1) // 2

    def pop(self):
        items = self.items
        top, last = items[0], items.pop()
        if items:
            items[0] = last
            i = 0
            while True:
                child = 2 * i + 1
                if child + 1 < len(items) and items[child + 1] < items[child]:
                    child += 1
                if child >= len(items) or items[i] <= items[child]:
                    break
                items[i], items[child] = items[child], items[i]
                i = child
        return top

    def __bool__(self):
        return bool(self.items)


heap = Heap([5, 2, 8, 1, 9, 3, 7, 1])
print([heap.pop() for _ in range(8)], bool(heap))


def graph(n):
    edges = {i: {} for i in range(n)}
    for i in range(n):
        for j in [(i * 7 + 3) % n, (i * i + 1) % n, (i + 1) % n]:
            if i != j:
                edges[i][j] = edges[j][i] = (i * j) % 17 + 1
    return edges


def dijkstra(edges, start):
    distance, before, heap = {start: 0}, {}, Heap([(0, start)])
    done = set()
    while heap:
        d, node = heap.pop()
        if node in done:
            continue
        done.add(node)
        for neighbour, weight in sorted(edges[node].items()):
            if d + weight < distance.get(neighbour, 10 ** 9):
                distance[neighbour] = d + weight
                before[neighbour] = node
                heap.push((d + weight, neighbour))
    return distance, before


def path(before, goal):
    steps = [goal]
    while goal in before:
        goal = before[goal]
        steps.append(goal)
    return steps[::-1]


edges = graph(200)
distance, before = dijkstra(edges, 0)
print(len(distance), distance[137], path(before, 137), sum(distance.values()), max(distance.items(), key=lambda kv: (kv[1], -kv[0])))
for a in edges:  # no edge may shorten a distance
    for b, weight in edges[a].items():
        assert distance[b] <= distance[a] + weight


def breadth_first(edges, start):
    levels, frontier, seen = [], [start], {start}
    while frontier:
        levels.append(len(frontier))
        following = []
        for node in frontier:
            for neighbour in sorted(edges[node]):
                if neighbour not in seen:
                    seen.add(neighbour)
                    following.append(neighbour)
        frontier = following
    return levels


print(breadth_first(edges, 0))


def topological(needs):
    order, state = [], {}

    def visit(node, trail):
        if state.get(node) == "done":
            return
        if state.get(node) == "open":
            raise ValueError("cycle: " + " > ".join(trail[trail.index(node):] + [node]))
        state[node] = "open"
        for other in needs.get(node, []):
            visit(other, trail + [node])
        state[node] = "done"
        order.append(node)

    for node in sorted(needs):
        visit(node, [])
    return order


print(topological({"app": ["lib", "log"], "lib": ["core"], "log": ["core", "io"], "io": [], "core": []}))
try:
    topological({"a": ["b"], "b": ["c"], "c": ["a"]})
except ValueError as error:
    print(error)


class UnionFind:
    def __init__(self, n):
        self.parent = list(range(n))

    def find(self, x):
        while self.parent[x] != x:
            self.parent[x] = self.parent[self.parent[x]]
            x = self.parent[x]
        return x

    def join(self, a, b):
        a, b = self.find(a), self.find(b)
        self.parent[a] = b
        return a != b


weights = sorted((w, a, b) for a in edges for b, w in edges[a].items() if a < b)
forest = UnionFind(200)
tree = [(w, a, b) for w, a, b in weights if forest.join(a, b)]
print(len(tree), sum(w for w, _, _ in tree), tree[-1])
