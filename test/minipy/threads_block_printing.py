# Several prints in one atomic block come out together: stdout is compared block by block.
# RUN: %run_script %s
# compare: blocks

import thread

THREADS, BLOCKS = 4, 6
done = [thread.allocate_lock() for _ in range(THREADS)]


def work(me):
    for block in range(BLOCKS):
        total = sum(n * n for n in range(50 * (me + 1)))
        with thread.atomic:
            print(f"== thread {me} block {block}")
            for line in range(3):
                print(f"   line {line}:", "x" * (me + line), total + line, sep=" ")
            print("   end", end=" of the ")
            print("block")
            print()
    done[me].release()


for lock in done:
    lock.acquire()
for me in range(THREADS):
    thread.start_new_thread(work, (me,))
for lock in done:
    lock.acquire()
print("all threads are done")
