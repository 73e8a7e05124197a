# Tracebacks through recursion (repeated lines are folded) and through a reraise.
# RUN: %run_script %s
# compare: stderr


def descend(n):
    if n == 0:
        raise ValueError("bottom")
    descend(n - 1)


def guard(function, *args):
    try:
        function(*args)
    except ValueError as error:
        print("guard saw", error)
        raise


def last(error):
    depth = 0
    where = error.__traceback__
    while where is not None:
        depth += 1
        where = where.tb_next
    return depth


try:
    guard(descend, 20)
except ValueError as error:
    print(last(error))
guard(descend, 7)
