"""CPython stand-in for minipy's built-in module `thread`.

run_script.py puts this folder on PYTHONPATH, so that python3 can run the very
same scripts as minipy and its output can be taken as the expected one.

`atomic` is one re-entrant lock here: blocks under it exclude each other, which
is all that a script may count on.  Waiting for a lock inside an atomic block
is refused, as minipy refuses it: whoever would release the lock might need the
atomic block to be over first.
"""

import _thread
from _thread import get_ident, start_new_thread

__all__ = ["start_new_thread", "allocate_lock", "atomic", "get_ident"]


class _Atomic:
    def __init__(self):
        self._lock = _thread.RLock()

    def __enter__(self):
        self._lock.acquire()
        return self

    def __exit__(self, kind, value, where):
        self._lock.release()
        return False

    def _held(self):
        return self._lock._is_owned()


atomic = _Atomic()


class _Lock:
    def __init__(self):
        self._lock = _thread.allocate_lock()

    def acquire(self, blocking=True):
        if self._lock.acquire(False):
            return True
        if not blocking:
            return False
        if atomic._held():
            raise RuntimeError("cannot wait for a lock inside an atomic block")
        return self._lock.acquire()

    def release(self):
        self._lock.release()

    def locked(self):
        return self._lock.locked()

    def __enter__(self):
        return self.acquire()

    def __exit__(self, kind, value, where):
        self.release()
        return False


def allocate_lock():
    return _Lock()
