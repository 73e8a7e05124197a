# Blocks of lines written in atomic blocks come together, whatever the order of the blocks.
# RUN: %run_script %s

import thread

THREADS, BLOCKS, LINES = 4, 12, 5
output = []
done = [thread.allocate_lock() for _ in range(THREADS)]


def write(me):
    for block in range(BLOCKS):
        with thread.atomic:
            for line in range(LINES):
                output.append(f"thread {me} block {block} line {line}")
    done[me].release()


for lock in done:
    lock.acquire()
for me in range(THREADS):
    thread.start_new_thread(write, (me,))
for lock in done:
    lock.acquire()

print(len(output))
together = True
order = []
for start in range(0, len(output), LINES):
    block = output[start:start + LINES]
    heads = {line.split(" line ")[0] for line in block}
    together = together and len(heads) == 1 and [line[-1] for line in block] == list("01234")
    order.append(block[0].split()[1:4:2])
print(together)
for me in range(THREADS):
    print(me, [int(block) for who, block in order if int(who) == me] == list(range(BLOCKS)))
for line in sorted(output)[:7]:
    print(line)


class Log:
    def __init__(self):
        self.text = ""

    def section(self, title, body):
        with thread.atomic:
            self.text += f"[{title}]\n"
            for line in body:
                self.text += f"  {line}\n"
            self.text += "\n"


log = Log()


def report(me):
    for i in range(5):
        log.section(f"{me}.{i}", [f"{me}.{i}.{k}" for k in range(3)])
    done[me].release()


for me in range(THREADS):
    thread.start_new_thread(report, (me,))
for lock in done:
    lock.acquire()
sections = sorted(log.text.strip().split("\n\n"))
print(len(sections))
print(sections[0])
print(sections[-1])
