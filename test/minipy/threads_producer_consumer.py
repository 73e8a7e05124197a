# Producers and consumers: a queue with locks as semaphores, a bounded buffer, end markers.
# RUN: %run_script %s

import thread


class Semaphore:
    """Counts in a list of locks that waiting threads sleep on."""

    def __init__(self, n):
        self.n, self.sleepers = n, []

    def down(self):
        mine = None
        with thread.atomic:
            if self.n > 0:
                self.n -= 1
            else:
                mine = thread.allocate_lock()
                mine.acquire()
                self.sleepers.append(mine)
        if mine is not None:
            mine.acquire()

    def up(self):
        with thread.atomic:
            if self.sleepers:
                self.sleepers.pop(0).release()
            else:
                self.n += 1


class Queue:
    def __init__(self, size):
        self.items, self.free, self.used, self.longest = [], Semaphore(size), Semaphore(0), 0

    def put(self, item):
        self.free.down()
        with thread.atomic:
            self.items.append(item)
            self.longest = max(self.longest, len(self.items))
        self.used.up()

    def get(self):
        self.used.down()
        with thread.atomic:
            item = self.items.pop(0)
        self.free.up()
        return item


PRODUCERS, CONSUMERS, ITEMS = 3, 2, 60
queue, results = Queue(5), [[] for _ in range(CONSUMERS)]
finished = Semaphore(0)


def produce(me):
    for i in range(ITEMS):
        queue.put((me, i))
    finished.up()


def consume(me):
    while True:
        item = queue.get()
        if item is None:
            break
        results[me].append(item)
    finished.up()


for me in range(CONSUMERS):
    thread.start_new_thread(consume, (me,))
for me in range(PRODUCERS):
    thread.start_new_thread(produce, (me,))
for _ in range(PRODUCERS):
    finished.down()
for _ in range(CONSUMERS):
    queue.put(None)
for _ in range(CONSUMERS):
    finished.down()
everything = sorted(item for result in results for item in result)
print(len(everything), everything == [(p, i) for p in range(PRODUCERS) for i in range(ITEMS)], queue.longest <= 5, queue.items)
for result in results:  # each consumer sees the items of one producer in order
    for p in range(PRODUCERS):
        mine = [i for who, i in result if who == p]
        assert mine == sorted(mine)

# A pipeline of three stages
first, second, output = Queue(2), Queue(2), []


def stage(source, function, sink):
    while True:
        item = source.get()
        if item is None:
            sink(None)
            break
        sink(function(item))
    finished.up()


thread.start_new_thread(stage, (first, lambda n: n * n, second.put))
thread.start_new_thread(stage, (second, lambda n: f"<{n}>", output.append))
for n in range(20):
    first.put(n)
first.put(None)
finished.down()
finished.down()
print(" ".join(output[:-1]), output[-1])
