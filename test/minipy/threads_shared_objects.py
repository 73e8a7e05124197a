# Objects, closures, classes and long strings shared by threads: references come and go.
# RUN: %run_script %s

import thread

THREADS = 4


def parallel(function, n=THREADS):
    done = [thread.allocate_lock() for _ in range(n)]

    def body(me):
        function(me)
        done[me].release()

    for lock in done:
        lock.acquire()
    for me in range(n):
        thread.start_new_thread(body, (me,))
    for lock in done:
        lock.acquire()


class Node:
    def __init__(self, value, next=None):
        self.value, self.next = value, next


class Shared:
    total = 0

    def __init__(self):
        self.head, self.size = None, 0

    def push(self, value):
        with thread.atomic:
            self.head = Node(value, self.head)
            self.size += 1
            Shared.total += value

    def pop(self):
        with thread.atomic:
            if self.head is None:
                return None
            node, self.head = self.head, self.head.next
            self.size -= 1
            return node.value


stack, popped = Shared(), [[] for _ in range(THREADS)]


def push_and_pop(me):
    for i in range(150):
        stack.push(me * 1000 + i)
        if i % 3 == 2:
            popped[me].append(stack.pop())


parallel(push_and_pop)
rest = []
while stack.size:
    rest.append(stack.pop())
everything = sorted(sum(popped, rest))
print(len(rest), stack.head, everything == [me * 1000 + i for me in range(THREADS) for i in range(150)], Shared.total == sum(everything))

# The same few objects are referred to and dropped all the time.
words = ["".join([chr(97 + i)] * (i + 1)) for i in range(6)]
current = [words[0]]


def exchange(me):
    for i in range(300):
        mine = current[0]
        current[0] = words[(i + me) % 6]
        held = [mine, current[0], (mine, mine), {mine: current}]
        del held[1]
        assert mine in words


parallel(exchange)
print(current[0] in words, words)


def make_counter():
    n = 0

    def step(by=1):
        nonlocal n
        with thread.atomic:
            n += by
            return n
    return step


step, returned = make_counter(), [[] for _ in range(THREADS)]
parallel(lambda me: [returned[me].append(step()) for _ in range(100)])
print(sorted(sum(returned, [])) == list(range(1, THREADS * 100 + 1)), all(r == sorted(r) for r in returned), step(0))


class Config:
    version = 0
    text = "v0"


torn = []


def publish(me):
    for i in range(80):
        with thread.atomic:
            Config.version += 1
            Config.text = f"v{Config.version}"
        with thread.atomic:
            version, text = Config.version, Config.text
        if text != f"v{version}":
            torn.append((version, text))


parallel(publish)
print(Config.version, Config.text, torn)

graph = {i: Node(i) for i in range(20)}


def relink(me):
    for i in range(100):
        a, b = (i * 7 + me) % 20, (i * 3 + me * 5) % 20
        with thread.atomic:
            graph[a].next, graph[b].next = graph[b], graph[a]


parallel(relink)
print(all(node.next is None or node.next in graph.values() for node in graph.values()), [node.value for node in graph.values()] == list(range(20)))
for node in graph.values():
    node.next = None
replaced = [None]


def replace_big(me):
    for i in range(40):
        replaced[0] = {k: [k] * 5 for k in range(30)}
        seen = replaced[0]
        assert len(seen) == 30 and seen[7] == [7] * 5


parallel(replace_big)
print(len(replaced[0]))
