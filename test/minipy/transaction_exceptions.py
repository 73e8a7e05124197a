# An exception that leaves a task ends the run and is raised again by transaction.run().
# RUN: %run_script %s

import transaction


class TaskError(Exception):
    pass


state = []


def fails(message):
    state.append("before")
    raise TaskError(message)


transaction.add(fails, "the message")
try:
    transaction.run(4)
    print("never printed")
except TaskError as error:
    print(type(error).__name__, error, error.args, state)
transaction.run(2)
print("runs again, without tasks")


def handled(i):
    try:
        if i % 2:
            raise KeyError(i)
        state.append(i)
    except KeyError as error:
        state.append(-error.args[0])
    finally:
        state.append("f")


state.clear()
for i in range(8):
    transaction.add(handled, i)
transaction.run(3)
print(sorted(entry for entry in state if entry != "f"), state.count("f"))


def chained():
    try:
        {}["missing"]
    except KeyError as error:
        raise ValueError("chained") from error


for function in [chained, lambda: 1 / 0, lambda: [][3], lambda: undefined_name, lambda: int("x")]:
    transaction.add(function)
    try:
        transaction.run(2)
        print("never printed")
    except (ValueError, ZeroDivisionError, IndexError, NameError) as error:
        print(type(error).__name__, error, repr(error.__cause__))


def wrong_arguments(a, b):
    pass


transaction.add(wrong_arguments, 1)
try:
    transaction.run(1)
except TypeError as error:
    print(error)

# Many tasks fail: exactly one of their exceptions comes out, and nothing is left behind.
def sometimes(i):
    done.append(i)
    if i % 10 == 7:
        raise TaskError(i)


done = []
for i in range(50):
    transaction.add(sometimes, i)
try:
    transaction.run(4)
    print("never printed")
except TaskError as error:
    print("a task failed", error.args[0] % 10, error.args[0] in done, len(done) == len(set(done)))


def recovers(n):
    if n == 0:
        raise TaskError("at last")
    transaction.add(recovers, n - 1)


transaction.add(recovers, 5)
try:
    transaction.run(2)
except TaskError as error:
    print(error)


def deep(n):
    return deep(n + 1) if n < 50 else 1 // 0


transaction.add(deep, 0)
try:
    transaction.run(2)
except ZeroDivisionError as error:
    depth, where = 0, error.__traceback__
    while where:
        depth, where = depth + 1, where.tb_next
    print(error, depth > 50)
