# Dicts keep insertion order through overwriting, deletion, growth and reinsertion.
# RUN: %run_script %s

d = {}
for i in [5, 3, 9, 1]:
    d[i] = str(i)
d[3] = "again"
print(d)
del d[9]
d[9] = "back"
print(d, list(d.values()))
d.pop(5)
d[5] = "end"
print(list(d), d.popitem(), list(d))

big = {}
for i in range(2000):
    big[i * 7919 % 2003] = i
print(len(big), list(big)[:5], list(big)[-3:], [big[k] for k in list(big)[::400]])
assert list(big) == [i * 7919 % 2003 for i in range(2000)]
for i in range(0, 2000, 2):
    del big[i * 7919 % 2003]
assert list(big.values()) == list(range(1, 2000, 2))
for i in range(0, 2000, 2):
    big[i * 7919 % 2003] = -i
assert list(big.values())[:1000] == list(range(1, 2000, 2)) and len(big) == 2000
print(list(big.items())[999:1002])


# A model of a dict as a list of pairs, against the real one
class Model:
    def __init__(self):
        self.pairs = []

    def set(self, key, value):
        for pair in self.pairs:
            if pair[0] == key:
                pair[1] = value
                return
        self.pairs.append([key, value])

    def delete(self, key):
        self.pairs = [pair for pair in self.pairs if pair[0] != key]


model, real, seed = Model(), {}, 1
for step in range(3000):
    seed = seed * 69069 % 2 ** 32 + 1
    key = seed // 1000 % 40
    if seed // 77 % 5 < 2 and key in real:
        model.delete(key)
        del real[key]
    else:
        model.set(key, step)
        real[key] = step
    if step % 100 == 0:
        assert [list(pair) for pair in real.items()] == model.pairs
print(len(real), list(real.items()) == [tuple(pair) for pair in model.pairs], seed)

strings = {f"key{i}": i for i in range(500)}
for i in range(500):
    if i % 5:
        strings.pop(f"key{i}")
print(len(strings), list(strings)[:4], sum(strings.values()), "key5" in strings, "key6" in strings)
for _ in range(20000):  # filled and emptied over and over
    strings["x"] = 1
    del strings["x"]
print(len(strings), list(strings)[-1])
fifo = {}
for i in range(3000):
    fifo[i] = i
    if len(fifo) > 10:
        del fifo[next(iter(fifo))]
print(list(fifo))
merged = {"b": 1, "a": 2}
merged.update({"c": 3, "b": 4})
print(merged, {**merged, "a": 0}, list(merged.copy()))
