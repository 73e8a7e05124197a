# Data structures built of objects: linked list, AVL tree, trie, LRU cache, ring buffer.
# RUN: %run_script %s


class Link:
    def __init__(self, value, next=None):
        self.value, self.next = value, next


class LinkedList:
    def __init__(self, items=()):
        self.head = None
        for item in reversed(list(items)):
            self.head = Link(item, self.head)

    def __iter__(self):
        link = self.head
        while link:
            yield link.value
            link = link.next

    def reverse(self):
        before, link = None, self.head
        while link:
            link.next, before, link = before, link, link.next
        self.head = before
        return self

    def remove(self, value):
        dummy = link = Link(None, self.head)
        while link.next:
            if link.next.value == value:
                link.next = link.next.next
            else:
                link = link.next
        self.head = dummy.next


items = LinkedList("abcabc")
items.remove("a")
print(list(items), "".join(items.reverse()), list(LinkedList()), sum(LinkedList(range(3000))))


class Avl:
    def __init__(self, key):
        self.key, self.left, self.right, self.height = key, None, None, 1


def height(node):
    return node.height if node else 0


def update(node):
    node.height = 1 + max(height(node.left), height(node.right))
    return node


def rotate(node, side, other):
    child = getattr(node, side)
    setattr(node, side, getattr(child, other))
    setattr(child, other, update(node))
    return update(child)


def insert(node, key):
    if node is None:
        return Avl(key)
    if key < node.key:
        node.left = insert(node.left, key)
    elif key > node.key:
        node.right = insert(node.right, key)
    update(node)
    for side, other, sign in [("left", "right", 1), ("right", "left", -1)]:
        if (height(node.left) - height(node.right)) * sign > 1:
            child = getattr(node, side)
            if height(getattr(child, side)) < height(getattr(child, other)):
                setattr(node, side, rotate(child, other, side))
            return rotate(node, side, other)
    return node


def in_order(node):
    return in_order(node.left) + [node.key] + in_order(node.right) if node else []


root = None
for i in range(400):
    root = insert(root, i)
for i in range(400, 900):
    root = insert(root, i * 7919 % 1009 + 400)
keys = in_order(root)
print(len(keys), keys == sorted(set(keys)), root.height, root.key)


class Trie:
    def __init__(self):
        self.children, self.end = {}, False

    def add(self, word):
        node = self
        for c in word:
            node = node.children.setdefault(c, Trie())
        node.end = True

    def starting(self, prefix):
        node = self
        for c in prefix:
            if c not in node.children:
                return []
            node = node.children[c]
        return list(node.words(prefix))

    def words(self, prefix=""):
        if self.end:
            yield prefix
        for c in sorted(self.children):
            yield from self.children[c].words(prefix + c)


trie = Trie()
for word in "to tea ted ten i in inn tent do dot".split():
    trie.add(word)
print(trie.starting("te"), trie.starting("in"), trie.starting("x"), len(list(trie.words())))


class Lru:
    def __init__(self, size):
        self.size, self.entries, self.hits, self.misses = size, {}, 0, 0

    def get(self, key, make):
        if key in self.entries:
            self.hits += 1
            value = self.entries.pop(key)
        else:
            self.misses += 1
            value = make(key)
            if len(self.entries) >= self.size:
                del self.entries[next(iter(self.entries))]
        self.entries[key] = value
        return value


cache = Lru(3)
for key in [1, 2, 3, 1, 4, 1, 2, 5, 1]:
    cache.get(key, lambda k: k * k)
print(cache.entries, cache.hits, cache.misses)


class Ring:
    def __init__(self, size):
        self.slots, self.start, self.used = [None] * size, 0, 0

    def put(self, item):
        self.slots[(self.start + self.used) % len(self.slots)] = item
        if self.used < len(self.slots):
            self.used += 1
        else:
            self.start = (self.start + 1) % len(self.slots)

    def __iter__(self):
        return (self.slots[(self.start + i) % len(self.slots)] for i in range(self.used))


ring = Ring(4)
snapshots = []
for i in range(7):
    ring.put(i)
    snapshots.append("".join(map(str, ring)))
print(snapshots)
