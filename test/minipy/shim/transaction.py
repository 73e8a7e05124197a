"""CPython stand-in for minipy's built-in module `transaction`.

add() queues a task; run() runs all the queued tasks, and those that they add
in their turn, on a pool of threads.  Each task is one atomic block.  The first
exception that leaves a task ends the run and is raised again by run(); tasks
that had not begun by then are dropped.
"""

import _thread

import thread

__all__ = ["add", "run"]

_tasks = []
_DEFAULT_THREADS = 4


def add(function, *arguments):
    with thread.atomic:
        _tasks.append((function, arguments))


class _Pool:
    def __init__(self):
        self.running = 0
        self.error = None

    def take(self):
        """A task; None when there is none now; False when all is over."""
        with thread.atomic:
            if self.error is not None:
                del _tasks[:]
            if _tasks:
                self.running += 1
                return _tasks.pop(0)
            return None if self.running else False

    def perform(self, task):
        function, arguments = task
        try:
            with thread.atomic:
                function(*arguments)
        except BaseException as error:
            with thread.atomic:
                if self.error is None:
                    self.error = error
        finally:
            with thread.atomic:
                self.running -= 1

    def work(self, finished):
        import time

        try:
            while True:
                task = self.take()
                if task is False:
                    return
                if task is None:
                    time.sleep(0.001)
                else:
                    self.perform(task)
        finally:
            finished.release()


def run(nthreads=None):
    pool = _Pool()
    locks = []
    for _ in range(nthreads or _DEFAULT_THREADS):
        finished = _thread.allocate_lock()
        finished.acquire()
        locks.append(finished)
        _thread.start_new_thread(pool.work, (finished,))
    for finished in locks:
        finished.acquire()
    if pool.error is not None:
        raise pool.error
