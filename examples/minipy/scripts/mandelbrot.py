# Draws the Mandelbrot set: how many steps each point takes to escape.
#
#     minipy mandelbrot.py WIDTH HEIGHT STEPS THREADS       (720 400 250 4)
#
# Each row is one task.  It makes a list of its own, so that tasks meet nowhere
# but in the queue that hands them out.  The picture printed is a small one,
# taken from the computed points; the digest covers all of them.

import sys
import transaction

SHADES = " .:-=+*#%@"


class Row:
    def __init__(self, y):
        self.y = y
        self.steps = None
        self.digest = 0


def compute(row, width, height, limit):
    ci = 2.4 * (row.y + 0.5) / height - 1.2
    steps = []
    digest = 0
    for x in range(width):
        cr = 3.2 * (x + 0.5) / width - 2.2
        zr = zi = 0.0
        n = 0
        while n < limit:
            rr = zr * zr
            ii = zi * zi
            if rr + ii > 4.0:
                break
            zi = 2.0 * zr * zi + ci
            zr = rr - ii + cr
            n += 1
        steps.append(n)
        digest = (digest * 31 + n) % 1000000007
    row.steps = steps
    row.digest = digest


def picture(rows, width, height, limit):
    columns, lines = min(72, width), min(24, height)
    for line in range(lines):
        steps = rows[(2 * line + 1) * height // (2 * lines)].steps
        shown = [steps[(2 * column + 1) * width // (2 * columns)] for column in range(columns)]
        print("".join(SHADES[-1] if n == limit else SHADES[min(n, 40) * 9 // 41] for n in shown).rstrip())


def main():
    if len(sys.argv) != 5:
        sys.exit("usage: mandelbrot.py WIDTH HEIGHT STEPS THREADS")
    width, height, limit, threads = map(int, sys.argv[1:])
    rows = [Row(y) for y in range(height)]
    for row in rows:
        transaction.add(compute, row, width, height, limit)
    transaction.run(threads)

    picture(rows, width, height, limit)
    digest = 0
    for row in rows:
        digest = (digest * 1000003 + row.digest) % (2 ** 61 - 1)
    inside = sum(row.steps.count(limit) for row in rows)
    print(f"{width} x {height} points, {sum(sum(row.steps) for row in rows)} steps, {inside} points do not escape")
    print(f"digest {digest:016x}")


main()
