/* What it takes to replace the interpreter's lock: the whole difference between
 * minipy-gil and minipy.
 *
 * Compiled by clang alone (minipy-gil), threads take turns under one global
 * interpreter lock, which the eval loop offers to others every so many
 * checkpoints. Compiled by ame-cc (minipy), the same places begin, commit and
 * pause transactions: the lock's take and drop become the boundaries of an open
 * transaction, and all threads run in parallel. Nothing else in the interpreter
 * knows which of the two it is. */
#ifndef MINIPY_MUTUAL_EXCLUSION_H
#define MINIPY_MUTUAL_EXCLUSION_H

#ifdef __AME__
/* --- transactions ------------------------------------------------------- */
#include <ame/ame.h>

#define Py_REFCOUNT AME_REFCOUNT
#define Py_IMMUTABLE AME_IMMUTABLE
#define Py_COUNTER AME_COUNTER
#define Py_THREADLOCAL AME_THREADLOCAL
#define Py_NOTRACK AME_NOTRACK

/* Once, before the first take: objects whose count only reaches zero when the
 * deltas of several transactions are merged are destroyed through this hook. */
#define Py_MUTUAL_EXCLUSION_INIT() ame_refcount_on_zero(_Py_DeallocByCount)
#define Py_GIL_TAKE() ame_enter()
#define Py_GIL_DROP() ame_leave()
#define Py_CHECKPOINT() ame_checkpoint()
#define Py_ALLOW_THREADS AME_OUTSIDE
#define Py_ATOMIC_PUSH() ame_atomic_push()
#define Py_ATOMIC_POP() ame_atomic_pop()
#define Py_ATOMIC_DEPTH() ame_atomic_depth()
#define Py_AFTER_COMMIT(fn, arg) ame_on_commit((fn), (arg))

#else
/* --- one lock ------------------------------------------------------------ */
void Py_GilTake(void);
void Py_GilDrop(void);
void Py_GilOffer(void);
extern _Thread_local int Py_GilCountdown, Py_AtomicDepth;

#define Py_REFCOUNT
#define Py_COUNTER
#define Py_IMMUTABLE
#define Py_THREADLOCAL
#define Py_NOTRACK

#define Py_MUTUAL_EXCLUSION_INIT() ((void)0)
#define Py_GIL_TAKE() Py_GilTake()
#define Py_GIL_DROP() Py_GilDrop()
#define Py_CHECKPOINT()                                                        \
  ((void)(--Py_GilCountdown < 0 && (Py_GilOffer(), 0)))
#define Py_ALLOW_THREADS                                                       \
  for (int py_once_ = (Py_GilDrop(), 1); py_once_; py_once_ = 0, Py_GilTake())
#define Py_ATOMIC_PUSH() ((void)++Py_AtomicDepth)
#define Py_ATOMIC_POP() ((void)--Py_AtomicDepth)
#define Py_ATOMIC_DEPTH() Py_AtomicDepth
#define Py_AFTER_COMMIT(fn, arg) ((fn)(arg))
#endif

#define Py_INCREF(o) ((void)++((PyObject *)(o))->ob_refcnt)
#define Py_DECREF(o)                                                           \
  do {                                                                         \
    PyObject *py_dead_ = (PyObject *)(o);                                      \
    if (--py_dead_->ob_refcnt == 0)                                            \
      _Py_Dealloc(py_dead_);                                                   \
  } while (0)
#define Py_XINCREF(o)                                                          \
  do {                                                                         \
    PyObject *py_maybe_ = (PyObject *)(o);                                     \
    if (py_maybe_)                                                             \
      Py_INCREF(py_maybe_);                                                    \
  } while (0)
#define Py_XDECREF(o)                                                          \
  do {                                                                         \
    PyObject *py_maybe_ = (PyObject *)(o);                                     \
    if (py_maybe_)                                                             \
      Py_DECREF(py_maybe_);                                                    \
  } while (0)

#endif
