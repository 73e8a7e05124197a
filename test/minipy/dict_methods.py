# Every method of dict, with defaults, return values and errors.
# RUN: %run_script %s

d = {"a": 1, "b": 2}
print(d["a"], d.get("a"), d.get("x"), d.get("x", 9), "a" in d, "x" not in d, len(d))
print(d.setdefault("a", 100), d.setdefault("c", 3), d.setdefault("n"), d)
print(d.pop("n"), d.pop("zz", "none"), d.popitem(), d)
print(d.update({"b": 20, "e": 5}), d, d.update([("f", 6), ["g", 7]], h=8), d, d.update(i=9), len(d))
copy = d.copy()
copy["a"] = "changed"
print(d["a"], copy["a"], copy == d, {"x": 1, "y": 2} == {"y": 2, "x": 1}, {} == {})
print(d.clear(), d, bool(d), bool({0: 0}))
print(dict(), dict(a=1, b=2), dict([("k", "v")]), dict({"x": 1}, y=2), dict(zip("ab", [1, 2])))
print({**{"a": 1, "b": 2}, "b": 3, **{"c": 4}}, {"a": 1} | {"a": 2, "b": 3})
e = {"a": 1}
alias = e
e |= {"z": 26}
print(alias, alias is e, dict.fromkeys("abc", 0), dict.fromkeys([1, 2]))
del e["a"]
print(e, list(e), [k for k in e], list(reversed({"p": 1, "q": 2})))

for attempt in [lambda: e["missing"], lambda: e.pop("missing"), lambda: {}.popitem(), lambda: e[[]], lambda: {[]: 1},
                lambda: e.__delitem__(5), lambda: dict([1]), lambda: dict(5), lambda: {1: 2} < {1: 3}, lambda: {{}: 1},
                lambda: e.get(), lambda: {} + {}, lambda: dict([("a", 1, 2)]), lambda: {}.nope]:
    try:
        print(attempt())
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        print(type(error).__name__ + ":", error)
try:
    del e["missing"]
except KeyError as error:
    print(repr(error), error.args)

mixed = {1: "int", "1": "str", (1,): "tuple", None: "none", 1.5: "float", b"1": "bytes", frozenset([1]): "frozen", len: "f"}
print(mixed[1], mixed["1"], mixed[(1,)], mixed[None], mixed[1.5], mixed[b"1"], mixed[frozenset({1})], mixed[len])
counts = {}
for word in "the cat and the dog and the bird".split():
    counts[word] = counts.get(word, 0) + 1
print(counts, sorted(counts.items(), key=lambda item: (-item[1], item[0])))
groups = {}
for n in range(12):
    groups.setdefault(n % 4, []).append(n)
print(groups)
nested = {}
for path in ["a/b/c", "a/b/d", "a/x", "q"]:
    node = nested
    for part in path.split("/"):
        node = node.setdefault(part, {})
print(nested)
nested["a"]["b"]["c"] = nested["q"]
nested["q"]["shared"] = True
print(nested["a"]["b"]["c"])
