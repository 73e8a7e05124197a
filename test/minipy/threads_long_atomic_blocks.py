# Long computations with allocation inside atomic blocks, beside short ones of other threads.
# RUN: %run_script %s

import thread

THREADS = 3
board, log, snapshots = {"rounds": 0, "items": []}, [], []
done = [thread.allocate_lock() for _ in range(THREADS + 1)]


def long_block(me):
    for i in range(4):
        with thread.atomic:
            before = board["rounds"]
            items = [[k, str(k) * 3, {"k": k, "t": (k, -k)}] for k in range(150)]
            items.sort(key=lambda item: item[1])
            text = ",".join(item[1] for item in items)
            total = sum(item[2]["t"][0] for item in items)
            board["items"].append((me, i, len(text), total))
            board["rounds"] = before + 1
    done[me].release()


def short_blocks(me):
    for i in range(150):
        with thread.atomic:
            same = board["rounds"] == len(board["items"])
            log.append(same)
        if i % 50 == 0:
            with thread.atomic:
                snapshots.append((len(board["items"]), board["rounds"]))
    done[me].release()


for lock in done:
    lock.acquire()
for me in range(THREADS):
    thread.start_new_thread(long_block, (me,))
thread.start_new_thread(short_blocks, (THREADS,))
for lock in done:
    lock.acquire()
print(board["rounds"], sorted(board["items"]))
print(len(log), all(log), all(a == b for a, b in snapshots))


def primes_below(n):
    flags = [True] * n
    for i in range(2, int(n ** 0.5) + 1):
        if flags[i]:
            for j in range(i * i, n, i):
                flags[j] = False
    return [i for i in range(2, n) if flags[i]]


shared, counts = {}, []


def publish(me):
    with thread.atomic:
        for p in primes_below(600 + me):
            shared.setdefault(p, []).append(me)
        counts.append(len(shared))
    done[me].release()


for me in range(THREADS):
    thread.start_new_thread(publish, (me,))
for lock in done[:THREADS]:
    lock.acquire()
print(len(shared), all(sorted(who) == [m for m in range(THREADS) if p < 600 + m] for p, who in shared.items()), counts[-1] == len(shared))
depth_seen = []


def recursive_block(n):
    with thread.atomic:
        depth_seen.append(n)
        if n:
            recursive_block(n - 1)


def nest(me):
    recursive_block(40)
    done[me].release()


for me in range(THREADS):
    thread.start_new_thread(nest, (me,))
for lock in done[:THREADS]:
    lock.acquire()
print(depth_seen == list(range(40, -1, -1)) * THREADS)
