# Threads that share nothing but their code: generators, exceptions, recursion, big numbers, strings.
# RUN: %run_script %s

import thread

results = [None] * 8
done = [thread.allocate_lock() for _ in range(8)]


def fibonacci():
    a, b = 0, 1
    while True:
        yield a
        a, b = b, a + b


def generators(seed):
    total = 0
    for i, n in enumerate(fibonacci()):
        total = (total * 31 + n + seed) % 1000003
        if i == 200:
            return total


def exceptions(seed):
    log = []
    for i in range(60):
        try:
            try:
                if (i + seed) % 3 == 0:
                    raise KeyError(i)
                if (i + seed) % 5 == 0:
                    raise ValueError(seed)
                log.append(10 // ((i + seed) % 4))
            except KeyError as error:
                raise IndexError(error.args[0]) from error
            finally:
                log.append("f")
        except IndexError as error:
            log.append(error.__cause__.args[0])
        except (ValueError, ZeroDivisionError) as error:
            log.append(type(error).__name__)
    return sum(len(str(entry)) for entry in log), log[:8]


def recursion(seed):
    def depth(n):
        return 1 + depth(n + 1)

    def hanoi(n):
        return 0 if n == 0 else 2 * hanoi(n - 1) + 1

    try:
        depth(0)
    except RecursionError:
        return hanoi(10 + seed), "RecursionError"


def big_numbers(seed):
    product = 1
    for n in range(2, 120 + seed):
        product *= n
    return sum(map(int, str(product))), product % 1000003


def strings(seed):
    text = ""
    for i in range(150):
        text += chr(97 + (i * i + seed) % 26)
    parts = text.split("e")
    return len(parts), "-".join(sorted(parts))[:30], text.upper().count("A"), f"{text[:5]:>10}|{seed:05d}"


def sorting(seed):
    data = [(i * 7919 + seed) % 1009 for i in range(400)]
    return sorted(data) == sorted(data, reverse=True)[::-1], sorted(data, key=lambda n: (n % 10, n))[:5]


def classes(seed):
    class Local:
        count = 0

        def __init__(self, n):
            self.n = n
            Local.count += 1

        def __add__(self, other):
            return Local(self.n + other.n)

    total = Local(0)
    for i in range(80):
        total = total + Local(i * seed)
    return total.n, Local.count


def dictionaries(seed):
    table = {}
    for i in range(500):
        table.setdefault((i * seed) % 37, []).append(i)
    while len(table) > 5:
        table.popitem()
    return {key: len(value) for key, value in table.items()}


WORK = [generators, exceptions, recursion, big_numbers, strings, sorting, classes, dictionaries]


def body(me):
    results[me] = [WORK[(me + step) % 8](step + 1) for step in range(8)]
    done[me].release()


for lock in done:
    lock.acquire()
for me in range(8):
    thread.start_new_thread(body, (me,))
for lock in done:
    lock.acquire()
alone = {(function, step): function(step + 1) for function in WORK for step in range(8)}
print(all(results[me][step] == alone[WORK[(me + step) % 8], step] for me in range(8) for step in range(8)))
for step in range(8):
    print(WORK[step].__name__, results[0][step])
