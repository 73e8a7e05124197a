/* CPython with all of it inside inevitable transactions: one begins when a thread
 * has got the interpreter's lock and ends when it is about to give it away. So
 * at any time there is one, and whoever waits for the lock, for input or for
 * another thread does it outside, as a transaction must not.
 *
 * Nothing in CPython is changed: the linker's --wrap sends calls from other
 * files to the functions here. The thread state changes hands through
 * _PyThreadState_Swap, right after the lock was got or right before it is given
 * away. Its first owner gets it while the interpreter starts, with nobody to wait
 * for; a thread that ends gives it away in _PyEval_ReleaseLock. Locks of Python
 * programs are waited for and released between two transactions. */
#include <ame/ame.h>

static void enter(void) {
  if (ame_in_transaction())
    return;
  ame_enter();
  ame_become_inevitable("running Python");
}

static void leave(void) {
  if (ame_in_transaction())
    ame_leave();
}

int __real_Py_BytesMain(int count, char **arguments);
int __wrap_Py_BytesMain(int count, char **arguments);
int __wrap_Py_BytesMain(int count, char **arguments) {
  enter();
  const int status = __real_Py_BytesMain(count, arguments);
  leave();
  return status;
}

void *__real__PyThreadState_Swap(void *current, void *next);
void *__wrap__PyThreadState_Swap(void *current, void *next);
void *__wrap__PyThreadState_Swap(void *current, void *next) {
  void *last = __real__PyThreadState_Swap(current, next);
  if (next)
    enter();
  else
    leave();
  return last;
}

void __real__PyEval_ReleaseLock(void *thread_state);
void __wrap__PyEval_ReleaseLock(void *thread_state);
void __wrap__PyEval_ReleaseLock(void *thread_state) {
  leave();
  __real__PyEval_ReleaseLock(thread_state);
}

/* Locks inside the interpreter, waited for with its lock held. */
int __real_PyThread_acquire_lock_timed(void *lock, long long us, int interruptible);
int __wrap_PyThread_acquire_lock_timed(void *lock, long long us, int interruptible);
int __wrap_PyThread_acquire_lock_timed(void *lock, long long us, int interruptible) {
  const int inside = ame_in_transaction();
  if (!inside)
    return __real_PyThread_acquire_lock_timed(lock, us, interruptible);
  int result = __real_PyThread_acquire_lock_timed(lock, 0, 0);
  if (result || us == 0)
    return result;
  leave();
  result = __real_PyThread_acquire_lock_timed(lock, us, interruptible);
  enter();
  return result;
}

int __wrap_PyThread_acquire_lock(void *lock, int wait);
int __wrap_PyThread_acquire_lock(void *lock, int wait) {
  return __wrap_PyThread_acquire_lock_timed(lock, wait ? -1 : 0, 0);
}

/* Whoever waits for it is woken by a commit. */
void __real_PyThread_release_lock(void *lock);
void __wrap_PyThread_release_lock(void *lock);
void __wrap_PyThread_release_lock(void *lock) {
  const int inside = ame_in_transaction();
  leave();
  __real_PyThread_release_lock(lock);
  if (inside)
    enter();
}
