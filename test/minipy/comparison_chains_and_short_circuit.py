# Chained comparisons, and/or, conditional expressions: each operand evaluated at most once.
# RUN: %run_script %s

log = []


def v(value):
    log.append(value)
    return value


def show(result):
    print(result, log)
    log.clear()


show(v(1) < v(2) < v(3))
show(v(3) < v(2) < v(1))
show(v(1) < v(3) > v(2) != v(5) == v(5))
show(v(1) == v(1) in [v(1), v(2)])
show(v(0) and v(1))
show(v(2) and v(3) and v(0) and v(9))
show(v(0) or v("") or v(7) or v(8))
show(v(1) or v(2) and v(3))
show((v(1) or v(2)) and v(3))
show(not v(0) and v(5))
show(v("a") if v(1) else v("b"))
show(v("a") if v(0) else v("b") if v(0) else v("c"))
show([v(1), v(2)][v(0)])
show(v(1) + v(2) * v(3) ** v(2))
show({v("k"): v("value"), **{v("l"): v(2)}})
show(max(v(3), *[v(5), v(4)], key=v(abs)))

x = 5
print(0 < x < 10, 0 < x > 10, x == 5 == 5.0, 1 < 2 > 1 < 3, 1 in [1] == True, (1 in [1]) == True)
print(not x == 5, not (x != 5), x is not None is not True, 2 not in [1] in [[1]])
print("a" < "b" < "c", "a" < "c" < "b", [1] < [2] <= [2], None is None is None)
print(-x ** 2, (-x) ** 2, 2 ** 3 ** 2, -2 ** -1, 7 - 3 - 2, 100 / 10 / 2, 7 // 2 * 2 + 7 % 2, ~1 + 2, not 1 + 1)
print(1 << 2 + 1, 1 | 2 ^ 3 & 6, 5 & 3 == 1, (5 & 3) == 1, 10 - 2 ** 2 * 2, 3 * -2, 2 - -3, +-+1)
print(1 if x > 3 else 2 if x > 1 else 3, (lambda: 1 if x else 2)(), [i if i % 2 else -i for i in range(4)])


class Fuzzy:
    def __init__(self, name, truth):
        self.name, self.truth = name, truth

    def __bool__(self):
        log.append(self.name)
        return self.truth

    def __lt__(self, other):
        return Fuzzy(self.name + "<" + other.name, self.truth)

    def __repr__(self):
        return f"<{self.name}>"


p, q, r = Fuzzy("p", True), Fuzzy("q", False), Fuzzy("r", True)
show(p < q < r)
show(q < p < r)
show(p and q or r)
show(not q)
if p and not q: show("statement")
show([f for f in (p, q, r) if f])
