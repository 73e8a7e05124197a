# Exceptions in atomic blocks: they leave the block, nothing is rolled back, nesting is closed.
# RUN: %run_script %s

import thread

state = []
try:
    with thread.atomic:
        state.append("kept")
        raise ValueError("leaves the block")
except ValueError as error:
    print(error, state)
with thread.atomic:
    with thread.atomic:
        state.append("nested")
    state.append("still atomic")
print(state)


def early(how):
    for i in range(3):
        with thread.atomic:
            if how == "return":
                return "returned"
            if how == "break":
                break
            if how == "continue":
                continue
            if how == "raise":
                raise KeyError(i)
    return f"loop ended at {i}"


for how in ["return", "break", "continue", "raise", "none"]:
    try:
        print(how, early(how))
    except KeyError as error:
        print(how, repr(error))


def generator():
    for i in range(3):
        with thread.atomic:
            value = i * i
        yield value


print(list(generator()))
lock = thread.allocate_lock()
lock.acquire()
released = []


def other():
    with thread.atomic:
        released.append("other thread runs: no atomic block is left open")
    lock.release()


thread.start_new_thread(other, ())
lock.acquire()
print(released)

THREADS = 4
failures, successes = [0], [0]
done = [thread.allocate_lock() for _ in range(THREADS)]


class Refused(Exception):
    pass


level = [10]


def take_and_give(me):
    for i in range(100):
        try:
            with thread.atomic:
                if level[0] < (i + me) % 4:
                    raise Refused(me)
                level[0] -= (i + me) % 4
                try:
                    if i % 9 == 0:
                        raise ZeroDivisionError
                finally:
                    level[0] += (i + me) % 4
                successes[0] += 1
        except Refused:
            with thread.atomic:
                failures[0] += 1
        except ZeroDivisionError:
            with thread.atomic:
                failures[0] += 1
    done[me].release()


for one in done:
    one.acquire()
for me in range(THREADS):
    thread.start_new_thread(take_and_give, (me,))
for one in done:
    one.acquire()
print(level, failures[0] + successes[0], failures[0])


def raises_in_thread(me):
    try:
        try:
            with thread.atomic:
                state.append(me)
                {}["missing"]
        except KeyError as error:
            raise RuntimeError("from thread") from error
    except RuntimeError as error:
        caught.append((type(error).__name__, repr(error.__cause__)))
    done[me].release()


caught = []
for me in range(THREADS):
    thread.start_new_thread(raises_in_thread, (me,))
for one in done:
    one.acquire()
print(caught, sorted(state[-THREADS:]))
