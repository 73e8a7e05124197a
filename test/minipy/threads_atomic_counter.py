# Many threads add to shared counters inside thread.atomic: no addition may get lost.
# RUN: %run_script %s

import thread

THREADS, ROUNDS = 6, 400


class Counter:
    def __init__(self):
        self.value = 0


total, boxed, table, parts = Counter(), [0], {"n": 0}, [0] * THREADS
finished = [thread.allocate_lock() for _ in range(THREADS)]


def work(me):
    for i in range(ROUNDS):
        with thread.atomic:
            total.value += 1
            boxed[0] = boxed[0] + 2
            table["n"] += i
        parts[me] += 1
    finished[me].release()


for lock in finished:
    lock.acquire()
for me in range(THREADS):
    thread.start_new_thread(work, (me,))
for lock in finished:
    lock.acquire()
print(total.value, boxed[0], table["n"], parts)
assert total.value == THREADS * ROUNDS == sum(parts)

# An invariant between two variables, seen by readers only whole
pair, broken, running = [0, 0], [], [0]
finished = [thread.allocate_lock() for _ in range(4)]


def writer(me):
    for i in range(200):
        with thread.atomic:
            pair[0] += 1
            waste = sum(range(20))
            pair[1] -= 1
    finished[me].release()


def reader(me):
    for i in range(200):
        with thread.atomic:
            a = pair[0]
            waste = sum(range(20))
            b = pair[1]
        if a + b != 0:
            broken.append((a, b))
    finished[me].release()


for lock in finished:
    lock.acquire()
for me, function in enumerate([writer, reader, writer, reader]):
    thread.start_new_thread(function, (me,))
for lock in finished:
    lock.acquire()
print(pair, broken)
