# repr of nested and recursive containers; equality and copying of nested structures.
# RUN: %run_script %s

data = {"list": [1, 2.5, "three", None, True], "tuple": (1,), "empty": ([], (), {}, set(), "", b""),
        "nested": {"a": {"b": {"c": [{"d": (1, [2, (3, {4})])}]}}}, 5: {6}, ("k",): frozenset([7])}
print(data)
print(str(data) == repr(data), len(repr(data)))

a = [1]
a.append(a)
print(a, a[1] is a, a[1][1][1][0], len(a))
d = {"self": None}
d["self"] = d
d["list"] = [d]
print(d)
x, y = [], []
x.append(y)
y.append(x)
print(x, y)
t = ([],)
t[0].append(t)
print(t)
a.pop()
d.clear()
x.clear()
t[0].clear()


class Node:
    def __init__(self, value, *children):
        self.value = value
        self.children = list(children)

    def __repr__(self):
        if not self.children:
            return f"Node({self.value!r})"
        return f"Node({self.value!r}, {', '.join(map(repr, self.children))})"

    def __eq__(self, other):
        return self.value == other.value and self.children == other.children

    def depth(self):
        return 1 + max([child.depth() for child in self.children], default=0)


tree = Node("root", Node(1, Node("x")), Node((2,)), Node([3], Node(None), Node({"k": "v"})))
print(tree, tree.depth())
print(tree == Node("root", Node(1, Node("x")), Node((2,)), Node([3], Node(None), Node({"k": "v"}))), tree != Node("root"))


def copy(value):
    if isinstance(value, list):
        return [copy(item) for item in value]
    if isinstance(value, dict):
        return {key: copy(item) for key, item in value.items()}
    return value


original = {"a": [1, [2, {"b": [3]}]], "c": {}}
clone = copy(original)
clone["a"][1][1]["b"].append("changed")
shallow = original.copy()
shallow["c"]["seen"] = True
print(original, clone)
deep = current = []
for _ in range(50):
    current.append([])
    current = current[0]
print(repr(deep), len(repr(deep)))
print([[1, 2], [3]] == [[1, 2], [3]], {"a": [1]} == {"a": [1]}, [(1, [2])] < [(1, [3])], [[]] == [[]], [{}] != [[]])
print([0.1, 1e100, -0.0, 10 ** 20, "it's", 'q"', "\n", b"\x00"], (None,), {1: (2,)}, {"": ""}, [...], [print, len][0] is print)
