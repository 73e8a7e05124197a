# What may stand in an f-string: any expression, quotes, nesting, !r, =, lambdas, calls.
# RUN: %run_script %s

name, values, table = "World", [3, 1, 2], {"k": "v", "n": {"m": 5}}
print(f"Hello, {name}!", F"{name}", f"", f"{{}}", f"{{{name}}}", f"{{{{", f"a{{b}}c{name}d")
print(f"{1 + 2 * 3} {values[0]} {values[-1]} {values[1:]} {table['k']} {table['n']['m']}")
print(f"{name.upper()} {len(values)} {sorted(values)} {max(values) - min(values)}")
print(f"{'yes' if values else 'no'} {not values} {1 < 2 < 3} {values == [3, 1, 2]} {None}")
print(f"{[v * 2 for v in values]} { {v: v * v for v in values} } {sum(v for v in values)} {(1, 2)}")
print(f"{(lambda a: a + 1)(5)} {(lambda: 'x')()} {'nested ' + f'{name} {len(name)}'}")
print(f"{name!r} {name!s} {name!r:>10} {'it' + chr(39) + 's'!r}")
print(f"{name=} {len(name)=} {name = } {values[0]=:>4} {name=!s} {1 + 1=}")
print(f'{"double"} {table["k"]}', f"""{'single'} {table["k"]}
second line {name}""")
print("plain " f"{name} " "plain {not a field} " f"{1}")
print(rf"\d{name}\n", f"tab\t{name}\x41", fr"{1}\{2}")
print(f"{3.0} {True} {b'x'} {...} {(1,)} {[]} {'%'} {'a' 'b'}")
print(f"{(total := sum(values))} {total * 2}", total)
print(f"{values[0]:{values[0]}}|{name:{len(name) + 3}}|{name:>{values[0] * 3}}")


class Loud:
    def __repr__(self):
        return "Loud()"

    def __str__(self):
        return "LOUD"

    def __format__(self, spec):
        return "formatted:" + spec


loud = Loud()
print(f"{loud} {loud!r} {loud!s} {loud:abc} {loud!r:>8} {[loud]} {loud=}")


def table_of(rows):
    return "\n".join(f"{i:>2}. {key:<6}{value!r:>8}" for i, (key, value) in enumerate(rows, 1))


print(table_of([("one", 1), ("two", "2"), ("pi", 3.14)]))


def counter():
    n = 0

    def step():
        nonlocal n
        n += 1
        return n

    return step


step = counter()
print(f"{step()} {step()} {step()}", f"{step()}{step()}")
try:
    f"{undefined_name}"
except NameError as error:
    print(error)
print(f"{name[0]}{name[-1]}{name[1:3]}" f"{values}"[::-1], f"{name}" == "World", f"{name}" in {"World": 1})
