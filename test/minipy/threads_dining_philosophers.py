# Dining philosophers three ways: ordered locks, a waiter, and both forks in an atomic block.
# RUN: %run_script %s

import thread

SEATS, MEALS = 5, 30


def parallel(function):
    done = [thread.allocate_lock() for _ in range(SEATS)]

    def body(me):
        function(me)
        done[me].release()

    for lock in done:
        lock.acquire()
    for me in range(SEATS):
        thread.start_new_thread(body, (me,))
    for lock in done:
        lock.acquire()


class Table:
    def __init__(self):
        self.forks = [thread.allocate_lock() for _ in range(SEATS)]
        self.holder = [None] * SEATS
        self.meals = [0] * SEATS
        self.clashes = []

    def eat(self, me):
        for fork in (me, (me + 1) % SEATS):
            if self.holder[fork] is not None:
                self.clashes.append((me, fork))
            self.holder[fork] = me
        self.meals[me] += 1
        for fork in (me, (me + 1) % SEATS):
            if self.holder[fork] != me:
                self.clashes.append((me, fork))
            self.holder[fork] = None

    def report(self, how):
        print(how, self.meals, self.clashes, self.holder, any(fork.locked() for fork in self.forks))


def ordered(table, me):
    low, high = sorted([me, (me + 1) % SEATS])
    with table.forks[low]:
        with table.forks[high]:
            table.eat(me)


def waiter(table, me):
    with room:
        table.forks[me].acquire()
        table.forks[(me + 1) % SEATS].acquire()
    try:
        table.eat(me)
    finally:
        table.forks[me].release()
        table.forks[(me + 1) % SEATS].release()


def atomic(table, me):
    with thread.atomic:
        table.eat(me)


def polite(table, me):
    while True:
        with table.forks[me]:
            if table.forks[(me + 1) % SEATS].acquire(False):
                try:
                    table.eat(me)
                    return
                finally:
                    table.forks[(me + 1) % SEATS].release()


room = thread.allocate_lock()
for how in [ordered, waiter, atomic, polite]:
    table = Table()
    parallel(lambda me: [how(table, me) for _ in range(MEALS)])
    table.report(how.__name__)
