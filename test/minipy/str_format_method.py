# str.format: positions, names, attributes, items, conversions, nested specs and errors.
# RUN: %run_script %s

print("{} {}".format(1, "two"), "{1} {0} {1}".format("a", "b"), "{x}-{y}".format(x=1, y=[2]))
print("{{}} {{{}}}".format(5), "{}".format(None), "no fields".format(1, 2), "{0}{0}".format("ab"))
print("{:5d}|{:<5}|{:>5}|{:^5}|{:*^9}|".format(42, "a", "b", "c", "mid"))
print("{:.2f} {:08.3f} {:+} {:,} {:e} {:%}".format(3.14159, -3.14159, 7, 1234567, 12345.678, 0.25))
print("{!r} {!s} {!r:>6} {!a}".format("q", "q", "q", "é"))
print("{0[1]} {0[0]} {d[key]} {d[k2]}".format([10, 20], d={"key": "v", "k2": 3}))
print("{:{}} {:{w}.{p}f}|".format("x", 4, 2.71828, w=8, p=2))
print("{0:>{1}}|{0:<{1}}|{0:{fill}^{1}}".format("m", 7, fill="-"))


class Point:
    def __init__(self, x, y):
        self.x = x
        self.y = y

    def __format__(self, spec):
        if spec == "polar":
            return f"<{self.x * self.x + self.y * self.y}>"
        return f"({self.x:{spec}}, {self.y:{spec}})"


p = Point(3, 4)
print("{0.x} {0.y} {p.x}".format(p, p=p), "{:polar} {:03d} {}".format(p, p, p), format(p, "5.1f"))
print(format(3.14159, ".3f"), format(255, "x"), format("s", ">4"), format(12), format(None) == "None")

for template, arguments in [("{}{}", (1,)), ("{0} {}", (1, 2)), ("{", ()), ("}", ()), ("{a}", ()), ("{:d}", ("x",)),
                            ("{:s}", (5,)), ("{5}", (1,)), ("{!x}", (1,)), ("{:q}", (1,)), ("{0[9]}", ([1],)),
                            ("{0.nope}", (1,))]:
    try:
        print(template.format(*arguments))
    except (ValueError, IndexError, KeyError, AttributeError) as error:
        print(template, type(error).__name__ + ":", error)

template = "{name:<10}{amount:>8.2f}"
for name, amount in [("tea", 2.5), ("coffee", 3.125), ("cake", 12)]:
    print(template.format(name=name, amount=amount))
print("{name} {age}".format(**{"name": "Bo", "age": 7}), "{}-{}".format(*"ab"))
