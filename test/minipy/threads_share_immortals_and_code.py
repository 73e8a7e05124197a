# RUN: %run_script %s
# RUN: env AME_OPTIONS=block_us=500:stats_file=%t.json %ame_build/bin/minipy %s
# RUN: %python -c "import json; a = json.load(open('%t.json'))['all']; print(a); assert a['commits'] > 60 and a['causes']['REFCOUNT'] == 0 and a['aborts'] <= 5"
# Intent: threads that use None, True, small integers, types, code objects and the
# module's dict all the time do not conflict: their reference counts cause no
# abort. (The few that are allowed are the list of results and its lock.)
import thread

class Point:
    def __init__(self, x, y):
        self.x = x
        self.y = y
    def norm(self):
        return self.x * self.x + self.y * self.y

LIMIT = 10
TABLE = {"a": 1, "b": 2}
NAMES = ("a", "b", None, True)

def helper(p, flag=None):
    if flag is None:
        return p.norm() % 7
    return True

def work(rounds):
    total = 0
    for i in range(rounds):
        with thread.atomic:
            p = Point(i % LIMIT, 3)
            items = [None, True, False, 1, 2, 3, helper, Point, int, str, TABLE, NAMES]
            for x in items:
                if isinstance(x, int):
                    total += 1
                elif x is None:
                    total += helper(p)
            total += TABLE["a"] + len(NAMES)
            d = {"n": None, "t": True, "p": p}
            total += len(d)
            fs = [lambda v: v for _ in range(3)]
            total += fs[0](1)
    return total

done = []
lock = thread.allocate_lock()

def run(rounds, finished):
    total = work(rounds)
    with lock:
        done.append(total)
    finished.release()

ends = []
for i in range(3):
    finished = thread.allocate_lock()
    finished.acquire()
    ends.append(finished)
    thread.start_new_thread(run, (4000, finished))
for finished in ends:
    finished.acquire()
print(done[0] == done[1] == done[2], done[0])
