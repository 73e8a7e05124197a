# Threads build one dict together: growth, deletion and lookups of a table shared by all.
# RUN: %run_script %s

import thread

THREADS = 4


def parallel(function, n=THREADS):
    done = [thread.allocate_lock() for _ in range(n)]

    def body(me):
        function(me)
        done[me].release()

    for lock in done:
        lock.acquire()
    for me in range(n):
        thread.start_new_thread(body, (me,))
    for lock in done:
        lock.acquire()


table = {}


def fill(me):
    for i in range(me, 1200, THREADS):
        table[f"key{i}"] = (me, i)


parallel(fill)
print(len(table), all(table[f"key{i}"] == (i % THREADS, i) for i in range(1200)))
for me in range(THREADS):  # every thread's own keys are in the order of insertion
    assert [i for who, i in table.values() if who == me] == list(range(me, 1200, THREADS))


def thin(me):
    for i in range(me, 1200, THREADS):
        if i % 3:
            del table[f"key{i}"]
        else:
            table[f"key{i}"] = i


parallel(thin)
print(len(table), sum(table.values()), "key3" in table, "key4" in table)

counts = {}


def count(me):
    for i in range(300):
        with thread.atomic:
            counts[i % 10] = counts.get(i % 10, 0) + 1


parallel(count)
print(sorted(counts.items()))

groups = {}


def group(me):
    for i in range(150):
        with thread.atomic:
            groups.setdefault((i * i) % 7, []).append((me, i))


parallel(group)
print({key: len(members) for key, members in sorted(groups.items())})
print(all(sorted(members) == [(me, i) for me in range(THREADS) for i in range(150) if i * i % 7 == key] for key, members in groups.items()))

seen_sizes, slots = [], {}


def churn(me):
    for i in range(100):
        with thread.atomic:
            slots[me, i % 5] = i
            slots[me, "double"] = i * 2
            same = slots[me, "double"] == 2 * slots[me, i % 5]
            copy = dict(slots)
        if not same or copy[me, "double"] != 2 * i:
            seen_sizes.append((me, i))
        if i % 7 == 0:
            with thread.atomic:
                slots.pop((me, i % 5))


parallel(churn)
print(seen_sizes, len(slots), sorted(v for k, v in slots.items() if k[1] == "double"))
cache, computed = {}, []


def lookup(n):
    with thread.atomic:
        if n not in cache:
            computed.append(n)
            cache[n] = sum(k for k in range(1, n) if n % k == 0)
        return cache[n]


answers = [None] * THREADS


def perfect(me):
    answers[me] = [n for n in range(2, 130) if lookup(n) == n]


parallel(perfect)
print(answers, len(computed), sorted(computed) == list(range(2, 130)))
