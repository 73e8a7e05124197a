# Every method of list, its return value and its errors.
# RUN: %run_script %s

a = [3, 1, 4]
print(a.append(1), a.extend((5, 9)), a.extend("ab"), a)
print(a.insert(0, "first"), a.insert(100, "last"), a.insert(-1, "before last"), a)
print(a.pop(), a.pop(0), a.pop(-2), a)
print(a.remove(1), a, a.index(9), a.index("a", 2), a.count(1), a.count("zz"))
print(a.reverse(), a, a.copy(), a.copy() is a, a.copy() == a)
a.clear()
print(a, len(a), bool(a))

numbers = [5, 2, 9, 1]
print(numbers.sort(), numbers, numbers.sort(reverse=True), numbers)

for attempt in [lambda: [].pop(), lambda: [1].pop(5), lambda: [1].remove(2), lambda: [1].index(2),
                lambda: [1][1], lambda: [1, 2].index(1, 1), lambda: [1].extend(5), lambda: numbers["x"],
                lambda: [1] + (2,), lambda: [1].append(), lambda: [1].append(1, 2), lambda: [1].nope,
                lambda: [1] * "a", lambda: [1].insert("a", 1)]:
    try:
        print(attempt())
    except (IndexError, ValueError, TypeError, AttributeError) as error:
        print(type(error).__name__ + ":", error)

print([1, 2] + [3], [1, 2] * 2, 2 * [0], [1] * 0, [1] * -1, [[0] * 2] * 2)
b = [1]
alias = b
b += [2]
b += "xy"
b *= 2
print(b, alias is b)
b = b + [3]
print(len(b), len(alias), alias is b)
print([1, 2] == [1, 2], [1, 2] != [2, 1], [1, 2] < [1, 3], [1] < [1, 0], [] < [0], [2] > [1, 9])
print(2 in [1, 2], 3 not in [1, 2], list(), list("abc"), list((1, 2)), list(range(3)), list({"k": 1}))

shared = [[]] * 3
shared[0].append("x")
print(shared)
own = [[] for _ in range(3)]
own[0].append("x")
print(own)

growing = []
for i in range(1000):
    growing.append(i)
    if i % 3 == 0:
        growing.pop(len(growing) // 2)
print(len(growing), growing[::100], sum(growing))
while growing:
    growing.pop()
print(growing)
queue = [1]
for item in queue:  # a list may grow while it is iterated
    if item < 50:
        queue.append(item * 2)
print(queue)
