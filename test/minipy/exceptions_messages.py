# The messages of the everyday errors, as CPython words them.
# RUN: %run_script %s


class Thing:
    def __init__(self):
        self.value = 1

    @property
    def fixed(self):
        return 1


def function():
    return later_local
    later_local = 1


thing, number, none, text, items, table = Thing(), 5, None, "text", [1, 2], {"a": 1}
attempts = [
    lambda: undefined, lambda: function(), lambda: thing.missing, lambda: Thing.missing, lambda: none.attribute, lambda: number.nope,
    lambda: text.nope, lambda: items.nope, lambda: function.nope, lambda: setattr(thing, "fixed", 2), lambda: setattr(number, "x", 1),
    lambda: number + text, lambda: text + number, lambda: items + text, lambda: none + 1, lambda: thing + 1, lambda: 1 + thing, lambda: text * text,
    lambda: text - 1, lambda: number - none, lambda: number @ 2, lambda: number // text, lambda: items ** 2, lambda: number | 1.5, lambda: -text,
    lambda: ~1.5, lambda: +none, lambda: thing < thing, lambda: number < text, lambda: none > 1, lambda: items >= (1,), lambda: table < table,
    lambda: number[0], lambda: none["x"], lambda: function[0], lambda: thing[0], lambda: text[none], lambda: items[text], lambda: items[5],
    lambda: items[-3], lambda: text[9], lambda: (1,)[1], lambda: table["b"], lambda: table[5], lambda: table[[]], lambda: table[(1, [])],
    lambda: number(), lambda: thing(), lambda: none(), lambda: len(number), lambda: len(thing), lambda: iter(none), lambda: list(number),
    lambda: [x for x in thing], lambda: 3 in number, lambda: none in text, lambda: int([]), lambda: int("12a"), lambda: float([]), lambda: float("x"),
    lambda: int(none), lambda: "".join([1]), lambda: text.index("z"), lambda: items.index(9), lambda: items.remove(9), lambda: [].pop(),
    lambda: set().pop(), lambda: {}.popitem(), lambda: chr(-1), lambda: ord("ab"), lambda: isinstance(1, 5), lambda: issubclass(1, int),
    lambda: range(1, 2, 0), lambda: sum([none]), lambda: sorted([1, "a"]), lambda: min([]), lambda: hash([]), lambda: abs(text), lambda: round(text),
    lambda: text.split(5), lambda: text.replace("a"), lambda: text.startswith(5), lambda: text.center("x"), lambda: divmod(1, "a"), lambda: pow("a", 2),
    lambda: dict([5]), lambda: super(), lambda: type("X"), lambda: getattr(thing, 5), lambda: getattr(thing, "nope"), lambda: object(5),
    lambda: {**number}, lambda: [*number], lambda: print(*none), lambda: "%d" % text, lambda: "{}".format(), lambda: f"{text:d}", lambda: bool(1, 2),
    lambda: next(number), lambda: reversed(number), lambda: enumerate(), lambda: zip(number), lambda: map(), lambda: text.encode(5),
    lambda: 10 ** 400 * 1.0, lambda: 1 << -1, lambda: 0 ** -1, lambda: 5 % 0, lambda: 5.0 // 0,
]
for i, attempt in enumerate(attempts):
    try:
        print(i, "accepted", attempt())
    except Exception as error:
        print(i, type(error).__name__ + ":", error)
