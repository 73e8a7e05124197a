# transaction.add and run: every task runs exactly once, with its arguments; runs can be repeated.
# RUN: %run_script %s

import thread
import transaction

results = [None] * 40


def square(i, n):
    results[i] = n * n


for i in range(40):
    transaction.add(square, i, i + 1)
print(results[:3])
transaction.run(4)
print(results[:5], results == [(i + 1) ** 2 for i in range(40)])

for threads in [1, 2, 3, 8]:
    runs = []
    for i in range(25):
        transaction.add(runs.append, i)
    transaction.run(threads)
    print(threads, len(runs), sorted(runs) == list(range(25)))
transaction.run(2)
print("a run without tasks returns")
transaction.add(results.__setitem__, 0, "default number of threads")
transaction.run()
print(results[0])
transaction.add(lambda *args: results.append(args), 1, "two", [3])
transaction.run(nthreads=2)
print(results[-1])


class Task:
    def __init__(self, low, high):
        self.low, self.high, self.primes = low, high, []

    def run(self):
        for n in range(self.low, self.high):
            if n > 1 and all(n % d for d in range(2, int(n ** 0.5) + 1)):
                self.primes.append(n)


tasks = [Task(low, low + 100) for low in range(0, 1500, 100)]
for task in tasks:
    transaction.add(task.run)
transaction.run(3)
primes = [p for task in tasks for p in task.primes]
print(len(primes), primes[:8], primes[-1], primes == sorted(primes))

# Each task is one atomic block: it sees a shared state that no other task is halfway through.
pair, broken = [0, 0], []


def step(n):
    a, b = pair
    pair[0] = a + n
    if sum(range(50)) != 1225 or a + b != 0:
        broken.append(n)
    pair[1] = b - n


for n in range(60):
    transaction.add(step, n)
transaction.run(4)
print(pair, broken)


def nested():
    with thread.atomic:
        pair[0] += 1
        with thread.atomic:
            pair[1] += 1


for _ in range(10):
    transaction.add(nested)
transaction.run(4)
print(pair)
order = []


def in_order(n):
    order.append(n)


for n in range(10):
    transaction.add(in_order, n)
transaction.run(1)
print(sorted(order) == list(range(10)))
