# Counts the ways to place n queens on an n by n board so that none attacks another.
#
#     minipy nqueens.py N THREADS          (13 takes CPython a few seconds)
#
# Each legal placement of queens in the first two rows is one task, which
# searches the rest of the board on its own and leaves what it found in an
# object that no other task touches.  Rows, columns and diagonals are sets of
# bits; a task shares nothing but the code with the others.

import sys
import transaction


class Task:
    def __init__(self, first, second):
        self.first = first
        self.second = second
        self.solutions = 0
        self.boards = 0


def search(full, columns, falling, rising):
    """(solutions, boards looked at) below a board of legally placed queens."""
    if columns == full:
        return 1, 1
    solutions = 0
    boards = 1
    free = full & ~(columns | falling | rising)
    while free:
        queen = free & -free
        free ^= queen
        more, looked_at = search(full, columns | queen, (falling | queen) << 1 & full, (rising | queen) >> 1)
        solutions += more
        boards += looked_at
    return solutions, boards


def run_task(task, n):
    full = (1 << n) - 1
    a, b = 1 << task.first, 1 << task.second
    falling = (a << 1 | b) << 1 & full
    rising = (a >> 1 | b) >> 1
    task.solutions, task.boards = search(full, a | b, falling, rising)


def main():
    if len(sys.argv) != 3:
        sys.exit("usage: nqueens.py N THREADS")
    n = int(sys.argv[1])
    threads = int(sys.argv[2])
    tasks = [Task(first, second) for first in range(n) for second in range(n) if abs(first - second) > 1]
    for task in tasks:
        transaction.add(run_task, task, n)
    transaction.run(threads)

    digest = 0
    for task in tasks:
        digest = (digest * 1000003 + task.solutions * 31 + task.boards) % (2 ** 61 - 1)
    by_first = [sum(task.solutions for task in tasks if task.first == column) for column in range(n)]
    print(f"{n} queens: {sum(task.solutions for task in tasks)} solutions, {sum(task.boards for task in tasks)} boards in {len(tasks)} tasks")
    print("by column of the first queen:", *by_first)
    assert by_first == by_first[::-1], "mirror images must be equally many"
    print(f"digest {digest:016x}")


main()
