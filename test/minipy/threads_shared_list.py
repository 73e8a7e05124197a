# Threads share lists: appends, pops, slots of their own, sorting whole snapshots, swaps.
# RUN: %run_script %s

import thread

THREADS = 5


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


shared = []
parallel(lambda me: [shared.append(me * 1000 + i) for i in range(200)])
print(len(shared), sorted(shared) == [me * 1000 + i for me in range(THREADS) for i in range(200)])
print([[x for x in shared if x // 1000 == me] == list(range(me * 1000, me * 1000 + 200)) for me in range(THREADS)])

taken = [[] for _ in range(THREADS)]


def take(me):
    while True:
        with thread.atomic:
            if not shared:
                return
            item = shared.pop()
        taken[me].append(item)


parallel(take)
print(shared, sorted(sum(taken, [])) == [me * 1000 + i for me in range(THREADS) for i in range(200)])

slots = [None] * 50


def own_slots(me):
    for i in range(me, 50, THREADS):
        slots[i] = sum(range(i + 1))


parallel(own_slots)
print(slots[:6], slots == [i * (i + 1) // 2 for i in range(50)])

permutation, wrong = list(range(40)), []


def shuffle(me):
    state = me + 1
    for _ in range(100):
        state = state * 1103515245 % 2 ** 31 + 12345
        i, j = state // 7 % 40, state // 1000 % 40
        with thread.atomic:
            permutation[i], permutation[j] = permutation[j], permutation[i]
        if state % 8 == 0:
            with thread.atomic:
                snapshot = permutation[:]
            if sorted(snapshot) != list(range(40)):
                wrong.append(snapshot)


parallel(shuffle)
print(sorted(permutation) == list(range(40)), wrong)

ordered = []


def insert_sorted(me):
    for i in range(40):
        value = (i * 37 + me * 11) % 101
        with thread.atomic:
            k = len(ordered)
            while k > 0 and ordered[k - 1] > value:
                k -= 1
            ordered.insert(k, value)


parallel(insert_sorted)
print(len(ordered), ordered == sorted(ordered), sum(ordered) == sum((i * 37 + me * 11) % 101 for me in range(THREADS) for i in range(40)))

matrix = [[0] * 8 for _ in range(8)]


def add_diagonal(me):
    for i in range(8):
        for j in range(8):
            with thread.atomic:
                matrix[i][j] += (i + 1) * (me + 1)
                matrix[j][i] -= (i + 1) * (me + 1)


parallel(add_diagonal)
print([sum(row) for row in matrix], sum(map(sum, matrix)), all(matrix[i][j] == 0 for i in range(8) for j in range(8)))
stack = []


def push_pop(me):
    for i in range(100):
        with thread.atomic:
            stack.extend([me, i])
        with thread.atomic:
            del stack[-2:]


parallel(push_pop)
print(stack)
