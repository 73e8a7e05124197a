# A long atomic block that allocates a lot, beside a thread that commits short
# blocks all the time: the long one commits, and no short one waits for long.
#   long_block.py SIZE     (the long block keeps SIZE lists of 8 numbers and SIZE
#                           texts of a thousand characters: 1.2 KB each)
import sys
import time
import thread

size = int(sys.argv[1]) if len(sys.argv) > 1 else 400000
state = {"stop": False, "short": 0, "worst": 0.0}
done = thread.allocate_lock()
done.acquire()
started = thread.allocate_lock()
started.acquire()
shared = [0] * 64


def short_blocks():
    count = 0
    worst = 0.0
    while not state["stop"]:
        start = time.perf_counter()
        with thread.atomic:
            shared[0] = shared[0] + 1
            shared[1] = shared[1] - 1
        took = time.perf_counter() - start
        if took > worst:
            worst = took
        count = count + 1
        if count == 1:
            started.release()
        time.sleep(0)  # pauses the transaction: each short block commits by itself
    state["short"] = count
    state["worst"] = worst
    done.release()


def long_block():
    start = time.perf_counter()
    with thread.atomic:
        kept = []
        text = "x" * 1000
        total = 0
        for i in range(size):
            item = [i, i + 1, i + 2, i + 3, i + 4, i + 5, i + 6, i + 7]
            kept.append(item)
            kept.append(text + str(i))
            total = total + item[7] - item[0]
    return time.perf_counter() - start, total, len(kept)


thread.start_new_thread(short_blocks, ())
started.acquire()
took, total, kept = long_block()
state["stop"] = True
done.acquire()
print("long block:", kept // 2, "lists, total", total, "sum of the pair", shared[0] + shared[1])
print("long block %.2f s; %d short blocks, the longest %.1f ms"
      % (took, state["short"], state["worst"] * 1000), file=sys.stderr)
