/* The global interpreter lock of minipy-gil.
 *
 * One thread at a time runs bytecode. The lock is a flag under a mutex, not the
 * mutex itself, because a plain mutex is unfair: the thread that releases it
 * and asks for it again at once nearly always wins, and the others starve. So a
 * thread that offers the lock (Py_GilOffer, every so many checkpoints) waits
 * until one of those who asked has really had it.
 *
 * Inside an atomic block (Py_AtomicDepth > 0) the lock is neither offered nor
 * dropped, not even around a blocking call: that is what makes the block atomic
 * in this build.
 *
 * In the other build transactions take the place of all this and the file is
 * empty (which it can tell by the macro of the header alone). */
#include "mutual_exclusion.h"

#ifndef __AME__
#include <pthread.h>

enum { CHECKPOINTS_PER_TURN = 10000 };

_Thread_local int Py_GilCountdown = CHECKPOINTS_PER_TURN;
_Thread_local int Py_AtomicDepth = 0;

static pthread_mutex_t gil_mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t gil_freed = PTHREAD_COND_INITIALIZER;
static pthread_cond_t gil_switched = PTHREAD_COND_INITIALIZER;
static int gil_held, gil_waiters;
static unsigned long gil_turns; /* how many times it was taken */

static void take_locked(void) {
  ++gil_waiters;
  while (gil_held)
    pthread_cond_wait(&gil_freed, &gil_mutex);
  --gil_waiters;
  gil_held = 1;
  ++gil_turns;
  Py_GilCountdown = CHECKPOINTS_PER_TURN;
  pthread_cond_broadcast(&gil_switched);
}

static void drop_locked(void) {
  gil_held = 0;
  pthread_cond_signal(&gil_freed);
}

void Py_GilTake(void) {
  if (Py_AtomicDepth > 0)
    return;
  pthread_mutex_lock(&gil_mutex);
  take_locked();
  pthread_mutex_unlock(&gil_mutex);
}

void Py_GilDrop(void) {
  if (Py_AtomicDepth > 0)
    return;
  pthread_mutex_lock(&gil_mutex);
  drop_locked();
  pthread_mutex_unlock(&gil_mutex);
}

void Py_GilOffer(void) {
  Py_GilCountdown = CHECKPOINTS_PER_TURN;
  if (Py_AtomicDepth > 0)
    return;
  pthread_mutex_lock(&gil_mutex);
  if (gil_waiters > 0) {
    unsigned long mine = gil_turns;
    drop_locked();
    while (gil_turns == mine)
      pthread_cond_wait(&gil_switched, &gil_mutex);
    take_locked();
  }
  pthread_mutex_unlock(&gil_mutex);
}
#else
typedef int gil_is_not_compiled_here; /* ISO C forbids an empty file */
#endif
