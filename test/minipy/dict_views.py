# keys(), values() and items(): live views, membership, set operations, iteration.
# RUN: %run_script %s

d = {"a": 1, "b": 2, "c": 3}
keys, values, items = d.keys(), d.values(), d.items()
print(keys, values, items)
d["d"] = 4
del d["a"]
print(keys, values, items, len(keys), len(values), len(items))
print("b" in keys, "a" in keys, 4 in values, ("b", 2) in items, ("b", 3) in items, "b" in items)
print(list(keys), sorted(values), dict(items) == d, list(reversed(d)))
for key, value in d.items():
    print(key, value, end=" ")
print()

other = {"c": 3, "d": 5, "x": 6}
print(sorted(keys & other.keys()), sorted(keys | other.keys()), sorted(keys - other.keys()), sorted(keys ^ other.keys()))
print(sorted(items & other.items()), keys == {"b", "c", "d"}, d.keys() == d.copy().keys())
print(max(d, key=d.get), max(d.items(), key=lambda item: item[1]), sum(d.values()), "".join(d))

iterator = iter(d)
print(next(iterator), next(iterator), next(iterator), next(iterator, "done"))
swapped = {value: key for key, value in d.items()}
print(swapped, list(zip(d.keys(), d.values())) == list(d.items()))
print(sorted(d.items(), key=lambda item: -item[1]), [k for k, v in d.items() if v % 2 == 0])
print(isinstance(iter(keys), type(iter({}.keys()))), len({}.items()), list({}.values()))
for name in ["keys", "values", "items"]:
    print(name, [entry for entry in getattr(d, name)()])
try:
    keys[0]
except TypeError as error:
    print(error)
try:
    d.keys(1)
except TypeError as error:
    print("TypeError")

inventory = {"apple": (3, 0.5), "pear": (2, 0.75), "fig": (10, 0.2)}
for i, (name, (count, price)) in enumerate(inventory.items(), 1):
    print(f"{i}. {name:<6} {count:>3} x {price:.2f} = {count * price:.2f}")
print(f"{sum(count * price for count, price in inventory.values()):.2f}")
