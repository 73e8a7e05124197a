# Locks as mutual exclusion: counters under locks, several locks, a read-modify-write of a dict.
# RUN: %run_script %s

import thread

THREADS = 5


def parallel(function, n=THREADS):
    done = [thread.allocate_lock() for _ in range(n)]

    def body(me):
        try:
            function(me)
        finally:
            done[me].release()

    for lock in done:
        lock.acquire()
    for me in range(n):
        thread.start_new_thread(body, (me,))
    for lock in done:
        lock.acquire()


guard = thread.allocate_lock()
count = 0


def increment(me):
    global count
    for _ in range(200):
        with guard:
            now = count
            for _ in range(3):
                pass
            count = now + 1


parallel(increment)
print(count, guard.locked())

locks = [thread.allocate_lock() for _ in range(4)]
cells = [0] * 4


def spread(me):
    for i in range(120):
        k = (me + i) % 4
        locks[k].acquire()
        cells[k] = cells[k] + 1
        locks[k].release()


parallel(spread)
print(sum(cells), max(cells) - min(cells) <= THREADS)

words = "the quick brown fox jumps over the lazy dog the end".split()
counts = {}


def tally(me):
    for word in words[me::THREADS] * 20:
        with guard:
            if word in counts:
                counts[word] += 1
            else:
                counts[word] = 1


parallel(tally)
print(sorted(counts.items()))

# Two locks at a time, always in the same order
balance = [1000, 1000, 1000]


def transfer(me):
    for i in range(60):
        a, b = (me + i) % 3, (me + i + 1) % 3
        low, high = min(a, b), max(a, b)
        with locks[low], locks[high]:
            balance[a] -= i
            balance[b] += i


parallel(transfer)
print(sum(balance), [lock.locked() for lock in locks])


class Monitor:
    def __init__(self):
        self.lock, self.log = thread.allocate_lock(), []

    def add(self, item):
        with self.lock:
            self.log.append(("in", item))
            self.log.append(("out", item))


monitor = Monitor()
parallel(lambda me: [monitor.add((me, i)) for i in range(30)])
print(len(monitor.log), all(monitor.log[i][1] == monitor.log[i + 1][1] for i in range(0, len(monitor.log), 2)))
print([[i for who, i in (item for kind, item in monitor.log if kind == "in") if who == me] == list(range(30)) for me in range(THREADS)])
