# Cellular worlds: the game of life on sets, on lists, and a rule-110 automaton.
# RUN: %run_script %s


class Life:
    def __init__(self, text):
        self.live = {(x, y) for y, line in enumerate(text.splitlines()) for x, c in enumerate(line) if c == "#"}

    def step(self):
        counts = {}
        for x, y in self.live:
            for dx in (-1, 0, 1):
                for dy in (-1, 0, 1):
                    if dx or dy:
                        counts[x + dx, y + dy] = counts.get((x + dx, y + dy), 0) + 1
        self.live = {cell for cell, n in counts.items() if n == 3 or n == 2 and cell in self.live}
        return self

    def show(self):
        xs, ys = [x for x, _ in self.live], [y for _, y in self.live]
        return "\n".join("".join("#" if (x, y) in self.live else "." for x in range(min(xs), max(xs) + 1)) for y in range(min(ys), max(ys) + 1))

    def shape(self):
        left, top = min(x for x, _ in self.live), min(y for _, y in self.live)
        return frozenset((x - left, y - top) for x, y in self.live)


GLIDER = ".#.\n..#\n###"
glider = Life(GLIDER)
first = glider.shape()
positions = []
for i in range(12):
    if glider.shape() == first:
        positions.append((i, min(glider.live)))
    glider.step()
print(positions)
r_pentomino = Life(".##\n##.\n.#.")
sizes = []
for _ in range(40):
    sizes.append(len(r_pentomino.live))
    r_pentomino.step()
print(sizes)
print(r_pentomino.show())


def on_lists(grid):
    height, width = len(grid), len(grid[0])

    def neighbours(x, y):
        return sum(grid[(y + dy) % height][(x + dx) % width] for dy in (-1, 0, 1) for dx in (-1, 0, 1) if (dx, dy) != (0, 0))
    return [[int(neighbours(x, y) in (2, 3)) if grid[y][x] else int(neighbours(x, y) == 3) for x in range(width)] for y in range(height)]


size = 16
grid = [[0] * size for _ in range(size)]
world = Life(GLIDER)
for x, y in world.live:
    grid[y + 2][x + 2] = 1
for _ in range(20):
    grid = on_lists(grid)
    world.step()
print({(x, y) for y in range(size) for x in range(size) if grid[y][x]} == {(x + 2, y + 2) for x, y in world.live})


def seen_before(state, step, limit):
    seen = {}
    for i in range(limit):
        key = tuple(map(tuple, state))
        if key in seen:
            return seen[key], i - seen[key]
        seen[key] = i
        state = step(state)
    return None


blinker = [[0] * 5 for _ in range(5)]
blinker[2][1] = blinker[2][2] = blinker[2][3] = 1
print(seen_before(blinker, on_lists, 10))
print(seen_before([[int((x * 5 + y * 3) % 7 < 3) for x in range(8)] for y in range(8)], on_lists, 200))


def rule(number, cells):
    n = len(cells)
    return [number >> (cells[i - 1] << 2 | cells[i] << 1 | cells[(i + 1) % n]) & 1 for i in range(n)]


cells = [0] * 47 + [1]
for _ in range(14):
    print("".join(" #"[c] for c in cells).rstrip())
    cells = rule(110, cells)
