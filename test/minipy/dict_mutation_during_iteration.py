# Changing a dict or set while it is iterated is noticed; changing values is fine.
# RUN: %run_script %s

d = {i: i for i in range(5)}
for key in d:
    d[key] = key * 10
print(d)

try:
    for key in d:
        d[key + 100] = 1
except RuntimeError as error:
    print(error, len(d))
try:
    for key in d:
        del d[key]
except RuntimeError as error:
    print(error, len(d))
try:
    for key, value in d.items():
        d.clear()
except RuntimeError as error:
    print(error, d)

s = {1, 2, 3}
try:
    for element in s:
        s.add(element + 10)
except RuntimeError as error:
    print(error)

d = {i: i for i in range(10)}
for key in list(d):
    if key % 3:
        del d[key]
print(d)
for key in sorted(d, reverse=True):
    d[key + 1] = "new"
print(d)

items = [1, 2, 3, 4, 5, 6]
for item in items:
    if item % 2 == 0:
        items.remove(item)
print(items)
items = list(range(6))
for item in items[:]:
    items.remove(item)
print(items)
iterator = iter([1, 2, 3])
print(list(iterator), list(iterator))
values = [1, 2, 3]
iterator = iter(values)
print(next(iterator))
values.clear()
print(next(iterator, "ended"))
values.extend([7, 8, 9])
print(next(iterator, "stays ended"))

d = {"a": 1}
try:
    for key in d:
        d.pop(key)
        d["b"] = 2
        print("same size", d)
        break
except RuntimeError as error:
    print(error)
visited = []
work = {"start": ["x", "y"], "x": ["z"], "y": [], "z": ["start"]}
frontier = dict.fromkeys(["start"])
while frontier:
    node = next(iter(frontier))
    del frontier[node]
    visited.append(node)
    frontier.update(dict.fromkeys(n for n in work[node] if n not in visited))
print(visited)
