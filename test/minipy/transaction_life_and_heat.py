# Simulations in rounds: each round's strips are tasks, the result is that of one thread.
# RUN: %run_script %s

import transaction


class Strip:
    def __init__(self, low, high):
        self.low, self.high, self.rows = low, high, None


def life_rows(grid, strip):
    height, width = len(grid), len(grid[0])
    rows = []
    for y in range(strip.low, strip.high):
        above, here, below = grid[y - 1], grid[y], grid[(y + 1) % height]
        row = []
        for x in range(width):
            left, right = x - 1, (x + 1) % width
            n = above[left] + above[x] + above[right] + here[left] + here[right] + below[left] + below[x] + below[right]
            row.append(int(n == 3 or n == 2 and here[x]))
        rows.append(row)
    strip.rows = rows


def heat_rows(grid, strip):
    height, width = len(grid), len(grid[0])
    rows = []
    for y in range(strip.low, strip.high):
        row = list(grid[y])
        if 0 < y < height - 1:
            for x in range(1, width - 1):
                row[x] = (grid[y][x - 1] + grid[y][x + 1] + grid[y - 1][x] + grid[y + 1][x]) / 4
        rows.append(row)
    strip.rows = rows


def simulate(rows_of, grid, rounds, nthreads, parts=4):
    height = len(grid)
    for _ in range(rounds):
        strips = [Strip(i * height // parts, (i + 1) * height // parts) for i in range(parts)]
        for strip in strips:
            transaction.add(rows_of, grid, strip)
        transaction.run(nthreads)
        grid = [row for strip in strips for row in strip.rows]
    return grid


size = 16
start = [[int((x * 7 + y * 13 + x * y) % 5 == 0) for x in range(size)] for y in range(size)]
worlds = [simulate(life_rows, start, 8, nthreads, parts) for nthreads, parts in [(1, 1), (2, 4), (4, 5)]]
print(worlds[0] == worlds[1] == worlds[2], sum(map(sum, start)), sum(map(sum, worlds[0])))
for row in worlds[1]:
    print("".join(".#"[cell] for cell in row))
plate = [[100.0 if y == 0 else 0.0 for x in range(10)] for y in range(10)]
plates = [simulate(heat_rows, plate, 12, nthreads) for nthreads in (1, 3)]
print(plates[0] == plates[1])
for row in plates[1][:6]:
    print(" ".join(f"{t:6.2f}" for t in row))
