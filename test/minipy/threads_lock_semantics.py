# allocate_lock: acquire, release, locked, with, try-acquire, errors, waiting inside atomic.
# RUN: %run_script %s

import thread

lock = thread.allocate_lock()
print(lock.locked(), lock.acquire(), lock.locked(), lock.acquire(False), lock.release(), lock.locked())
print(lock.acquire(False), lock.acquire(False), lock.locked())
lock.release()
try:
    lock.release()
except RuntimeError as error:
    print("RuntimeError", "release" in str(error))
with lock as value:
    print(value, lock.locked())
print(lock.locked())
try:
    with lock:
        raise ValueError("inside")
except ValueError as error:
    print(error, lock.locked())

# Inside an atomic block a free lock can be had, but nobody may wait there.
with thread.atomic:
    print(lock.acquire(), lock.acquire(False), lock.release())
lock.acquire()
try:
    with thread.atomic:
        lock.acquire()
    print("never printed")
except RuntimeError as error:
    print("RuntimeError", type(error).__name__)
lock.release()

# Any thread may release; a lock is a message "go on".
steps = []
ping, pong = thread.allocate_lock(), thread.allocate_lock()
ping.acquire()
pong.acquire()


def other():
    for i in range(5):
        ping.acquire()
        steps.append(f"ping{i}")
        pong.release()


thread.start_new_thread(other, ())
for i in range(5):
    ping.release()
    pong.acquire()
    steps.append(f"pong{i}")
print(steps)

# A chain of threads, each of which waits for the one before
links = [thread.allocate_lock() for _ in range(8)]
order = []


def link(i):
    links[i].acquire()
    order.append(i)
    links[i + 1].release()


for one in links:
    one.acquire()
for i in reversed(range(7)):
    thread.start_new_thread(link, (i,))
links[0].release()
links[7].acquire()
print(order)


class Barrier:
    def __init__(self, n):
        self.n, self.waiting, self.gate = n, 0, thread.allocate_lock()
        self.gate.acquire()

    def wait(self):
        with thread.atomic:
            self.waiting += 1
            last = self.waiting == self.n
        if last:
            self.gate.release()
        self.gate.acquire()
        self.gate.release()


barrier, before, after = Barrier(4), [], []
done = [thread.allocate_lock() for _ in range(3)]


def meet(me):
    before.append(me)
    barrier.wait()
    after.append(len(before))
    done[me].release()


for one in done:
    one.acquire()
for me in range(3):
    thread.start_new_thread(meet, (me,))
before.append("main")
barrier.wait()
for one in done:
    one.acquire()
print(len(before), after)
print(len({thread.allocate_lock() for _ in range(5)}), type(lock.locked()).__name__)
