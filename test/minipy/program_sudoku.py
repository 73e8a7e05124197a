# A sudoku solver with candidate sets and backtracking.
# RUN: %run_script %s

PUZZLES = ["530070000600195000098000060800060003400803001700020006060000280000419005000080079",
           "000000907000420180000705026100904000050000040000507009920108000034059000507000000",
           "100007090030020008009600500005300900010080002600004000300000010040000007007000300"]
CELLS = [(row, column) for row in range(9) for column in range(9)]


def box(row, column):
    return row // 3 * 3 + column // 3


UNITS = {cell: {other for other in CELLS if other != cell and (other[0] == cell[0] or other[1] == cell[1] or box(*other) == box(*cell))}
         for cell in CELLS}


class Contradiction(Exception):
    pass


class Board:
    def __init__(self, text=None):
        self.options = {cell: set(range(1, 10)) for cell in CELLS}
        if text:
            for cell, digit in zip(CELLS, text):
                if digit != "0":
                    self.place(cell, int(digit))

    def copy(self):
        other = Board()
        other.options = {cell: set(options) for cell, options in self.options.items()}
        return other

    def place(self, cell, digit):
        if digit not in self.options[cell]:
            raise Contradiction(cell, digit)
        self.options[cell] = {digit}
        for other in UNITS[cell]:
            self.exclude(other, digit)

    def exclude(self, cell, digit):
        options = self.options[cell]
        if digit not in options:
            return
        options.remove(digit)
        if not options:
            raise Contradiction(cell)
        if len(options) == 1:
            (last,) = options
            for other in UNITS[cell]:
                self.exclude(other, last)

    def __str__(self):
        return "".join(str(min(options)) if len(options) == 1 else "." for options in self.options.values())


guesses = 0


def solve(board):
    global guesses
    unsure = [(len(options), cell) for cell, options in board.options.items() if len(options) > 1]
    if not unsure:
        return board
    _, cell = min(unsure)
    for digit in sorted(board.options[cell]):
        guesses += 1
        attempt = board.copy()
        try:
            attempt.place(cell, digit)
            return solve(attempt)
        except Contradiction:
            continue
    raise Contradiction("no digit fits", cell)


for puzzle in PUZZLES:
    guesses = 0
    try:
        solution = str(solve(Board(puzzle)))
        rows = [solution[i:i + 9] for i in range(0, 81, 9)]
        print("\n".join(rows))
        assert all(sorted(row) == list("123456789") for row in rows) and all(sorted(c) == list("123456789") for c in zip(*rows))
        assert all(p in ("0", s) for p, s in zip(puzzle, solution))
        print(guesses, "guesses")
    except Contradiction as error:
        print("unsolvable", error.args[0])
try:
    Board("55" + "0" * 79)
except Contradiction as error:
    print("contradiction in", error.args)
