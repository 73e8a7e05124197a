# start_new_thread: arguments, keywords, methods and callables as bodies, identities, results.
# RUN: %run_script %s

import thread

main_ident = thread.get_ident()
print(type(main_ident).__name__, thread.get_ident() == main_ident)


class Waiting:
    """Counts finished threads; wait() returns when all have finished."""

    def __init__(self):
        self.locks = []

    def start(self, function, *args, **kwargs):
        lock = thread.allocate_lock()
        lock.acquire()
        self.locks.append(lock)

        def body(*args, **kwargs):
            try:
                function(*args, **kwargs)
            finally:
                lock.release()

        return thread.start_new_thread(body, args, kwargs)

    def wait(self):
        for lock in self.locks:
            lock.acquire()
        self.locks.clear()


group, seen = Waiting(), []
group.start(lambda *args, **kwargs: seen.append((args, kwargs)), 1, "two", key=3)
group.wait()
print(seen)
seen.clear()
group.start(seen.append, "a builtin as body")
group.wait()


class Worker:
    def __init__(self, name):
        self.name = name

    def run(self, n, *, scale=1):
        seen.append(f"{self.name} {n * scale}")

    def __call__(self):
        seen.append(f"{self.name} called")

    @classmethod
    def make(cls, name):
        seen.append(cls(name).name)

    @staticmethod
    def plain(x):
        seen.append(x)


for start in [lambda: group.start(Worker("w").run, 5, scale=10), lambda: group.start(Worker("callable")), lambda: group.start(Worker.make, "made"),
              lambda: group.start(Worker.plain, "static")]:
    start()
    group.wait()
print(seen)

idents = []


def note():
    idents.append(thread.get_ident() != main_ident and thread.get_ident() == thread.get_ident())


for _ in range(3):
    group.start(note)
group.wait()
print(idents)


def starts_more(n):
    with thread.atomic:
        seen.append(n)
    if n > 1:
        inner = Waiting()
        for _ in range(2):
            inner.start(starts_more, n - 1)
        inner.wait()


seen.clear()
group.start(starts_more, 4)
group.wait()
print(sorted(seen), len(seen))
for bad in [lambda: thread.start_new_thread(5, ()), lambda: thread.start_new_thread(note, 5), lambda: thread.start_new_thread(note)]:
    try:
        bad()
        print("accepted")
    except TypeError as error:
        print("TypeError")
chain = []


def relay(n, message):
    if n == 0:
        chain.append(message)
        gate.release()
    else:
        thread.start_new_thread(relay, (n - 1, message + str(n)))


gate = thread.allocate_lock()
gate.acquire()
thread.start_new_thread(relay, (), {"n": 9, "message": "relay "})
gate.acquire()
print(chain)
