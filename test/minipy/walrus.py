# Assignment expressions in conditions, comprehensions, calls and f-strings.
# RUN: %run_script %s

if (n := len("hello")) > 3:
    print(n)
data = iter([5, 3, 0, 8])
while (value := next(data)) != 0:
    print(value, end=" ")
print(value, list(data))

print([y for x in range(6) if (y := x * x) % 2 == 0], y)
print([(last := x) for x in "abc"], last)
print((a := 1) + (b := a + 1), a, b)
print(any((witness := x) > 3 for x in [1, 5, 2]), witness)
print({(k := i): k * 2 for i in range(3)}, k)
print(f"{(total := 10)} {total + 1} {(t := 'x')!r:>5}", total, t)
print((c := [1, 2]), c.append(3), c)
print(not (d := 0), d, (e := 5) if not d else None, (lambda: (z := 3) * z)())
print((x := 1, 2), x, (y := (1, 2)), y)


def classify(text):
    if (number := parse(text)) is None:
        return "not a number"
    elif (half := number // 2) * 2 == number:
        return f"twice {half}"
    return f"odd {number}"


def parse(text):
    return int(text) if text.isdigit() else None


print([classify(t) for t in ["12", "7", "x"]])


def collatz(n):
    steps = [n]
    while (n := n // 2 if n % 2 == 0 else 3 * n + 1) != 1:
        steps.append(n)
    return steps


print(collatz(6))


def keyword(x=0, *, y=0):
    return x, y


print(keyword((p := 4), y=(q := p + 1)), p, q)
counter = 0


def scoped():
    global counter
    if (counter := counter + 1) > 1:
        return "again"
    inner = [counter := counter + i for i in range(3)]
    return inner


print(scoped(), counter, scoped())
chunks, text = [], "abcdefgh"
while chunk := text[:3]:
    chunks.append(chunk)
    text = text[3:]
print(chunks)
running = 0
print([running := running + n for n in [1, 2, 3, 4]], running)
matches = [m for word in "apple bob kayak level tree noon".split() if (m := word) == m[::-1]]
print(matches)
items = [1, 2, 3]
items[(i := 1)] = "set"
print(items, i, items[(i := i + 1)])
