/* The program's own locks inside transactions.
 *
 * A transaction takes a lock for real, without waiting, and keeps it until its
 * end: an unlock takes effect at the commit, when the data is published, and an
 * abort gives back what the attempt has taken. So code that uses the lock
 * without transactions is excluded as it would be, and sees committed data
 * only. When the lock is taken, the attempt is undone, sleeps, and runs again:
 * nobody waits for a lock of the program while owning anything. The exception
 * is a transaction that cannot be undone any more; that one waits, and says so
 * when it takes long.
 *
 * `real` counts what the attempt has taken, `logical` what the program thinks
 * it has taken: an unlock of a lock taken before the block counts -1. Waking
 * (condition variables, semaphores) waits for the commit, before the unlocks.
 */
#define _GNU_SOURCE
#include "libc_access.h"

#include <errno.h>
#include <inttypes.h>
#include <mimalloc.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <threads.h>
#include <time.h>
#include <unistd.h>

struct lock_kind {
  const char *name;
  int (*try)(void *lock);
  int (*wait)(void *lock);
  int (*unlock)(void *lock);
};

struct held_lock {
  const struct lock_kind *kind;
  void *lock;
  int real, logical;
};

struct wake {
  int (*fn)(void *object);
  void *object;
};

struct ame_mutexes {
  struct held_lock *held;
  size_t count, capacity;
  struct wake *wakes;
  size_t wake_count, wake_capacity;
  unsigned waits; /* of this transaction in vain */
};

enum { LONGEST_PAUSE_US = 1000 };

void ame_mutexes_thread_start(struct transaction *tx) {
  tx->mutexes = mi_zalloc(sizeof *tx->mutexes);
  if (!tx->mutexes)
    ame_fatal("out of memory for another thread");
}

/* --- kinds of locks ------------------------------------------------------ */

#define OPERATION(operation)                                                   \
  static int do_##operation(void *lock) { return operation(lock); }
OPERATION(pthread_mutex_trylock)
OPERATION(pthread_mutex_lock)
OPERATION(pthread_mutex_unlock)
OPERATION(pthread_rwlock_tryrdlock)
OPERATION(pthread_rwlock_rdlock)
OPERATION(pthread_rwlock_trywrlock)
OPERATION(pthread_rwlock_wrlock)
OPERATION(pthread_rwlock_unlock)
OPERATION(pthread_cond_signal)
OPERATION(pthread_cond_broadcast)
OPERATION(sem_post)

static int spin_try(void *lock) {
  return pthread_spin_trylock((pthread_spinlock_t *)lock);
}
static int spin_wait(void *lock) {
  return pthread_spin_lock((pthread_spinlock_t *)lock);
}
static int spin_unlock(void *lock) {
  return pthread_spin_unlock((pthread_spinlock_t *)lock);
}

static const struct lock_kind
    a_mutex = {"a mutex", do_pthread_mutex_trylock, do_pthread_mutex_lock,
               do_pthread_mutex_unlock},
    a_reader = {"a read lock", do_pthread_rwlock_tryrdlock,
                do_pthread_rwlock_rdlock, do_pthread_rwlock_unlock},
    a_writer = {"a write lock", do_pthread_rwlock_trywrlock,
                do_pthread_rwlock_wrlock, do_pthread_rwlock_unlock},
    a_spinlock = {"a spin lock", spin_try, spin_wait, spin_unlock};

/* --- the attempt's locks ------------------------------------------------- */

/* Of the running transaction, whose end has to look at it. */
static struct ame_mutexes *own_mutexes(void) {
  struct transaction *tx = ame_self();
  tx->to_end |= AME_END_LOCKS;
  return tx->mutexes;
}

static struct held_lock *find_or_add(const struct lock_kind *kind, void *lock) {
  struct ame_mutexes *own = own_mutexes();
  for (size_t i = 0; i < own->count; i++)
    if (own->held[i].lock == lock)
      return &own->held[i];
  own->held =
      ame_own_grow(own->held, own->count, &own->capacity, sizeof *own->held);
  own->held[own->count] = (struct held_lock){.kind = kind, .lock = lock};
  return &own->held[own->count++];
}

static void unlock_all(struct ame_mutexes *own, bool committed) {
  for (size_t i = own->count; i-- > 0;) {
    const struct held_lock *held = &own->held[i];
    const int surplus = held->real - (committed ? held->logical : 0);
    for (int n = 0; n < surplus; n++)
      held->kind->unlock(held->lock);
  }
  own->count = 0;
}

void ame_mutexes_commit(struct transaction *tx) {
  struct ame_mutexes *own = tx->mutexes;
  for (size_t i = 0; i < own->wake_count; i++)
    own->wakes[i].fn(own->wakes[i].object);
  own->wake_count = 0;
  unlock_all(own, true);
  own->waits = 0;
}

void ame_mutexes_abort(struct transaction *tx) {
  tx->mutexes->wake_count = 0;
  unlock_all(tx->mutexes, false);
}

void ame_mutexes_pause(struct transaction *tx) {
  struct ame_mutexes *own = tx->mutexes;
  const unsigned shift = own->waits < 7 ? own->waits++ : 7;
  const unsigned us = 10u << shift;
  const struct timespec pause = {
      0, 1000L * (us < LONGEST_PAUSE_US ? us : LONGEST_PAUSE_US)};
  nanosleep(&pause, NULL);
}

/* --- locking ------------------------------------------------------------- */

/* The lock's holder may be waiting for this very transaction. */
static int wait_irreversibly(const struct lock_kind *kind, void *lock) {
  const struct timespec pause = {0, 1000000};
  const uint64_t start = ame_os_ticks();
  const uint64_t patience =
      (uint64_t)ame_options.stuck_seconds * 1000000 * ame_os_ticks_per_microsecond();
  int result;
  while ((result = kind->try(lock)) == EBUSY) {
    if (ame_os_ticks() - start > patience) {
      dprintf(STDERR_FILENO,
              "ame: warning: an inevitable transaction ('%s', because of %s) "
              "has waited %" PRIu32 " s for %s whose holder may be waiting for it: lock "
              "before the atomic block, or before what makes it inevitable\n",
              ame_self()->name ? ame_self()->name : "unnamed",
              ame_self()->must_be_inevitable, ame_options.stuck_seconds,
              kind->name);
      return kind->wait(lock);
    }
    nanosleep(&pause, NULL);
  }
  return result;
}

static int take(const struct lock_kind *kind, void *lock, bool may_wait) {
  struct held_lock *held = find_or_add(kind, lock);
  if (held->logical < held->real || held->logical < 0) {
    held->logical++; /* unlocked by this block, but not yet for real */
    return 0;
  }
  int result = kind->try(lock);
  if (result == EBUSY && held->real && may_wait)
    ame_fatal("%s is locked twice by one transaction", kind->name);
  if (result == EBUSY && may_wait) {
    if (!ame_is_inevitable())
      ame_abort(AME_ABORT_MUTEX);
    result = wait_irreversibly(kind, lock);
  }
  if (result == 0 || result == EOWNERDEAD) {
    held->real++;
    held->logical++;
  }
  return result;
}

static int release(const struct lock_kind *kind, void *lock) {
  find_or_add(kind, lock)->logical--;
  return 0;
}

static bool is_over(clockid_t clock, const struct timespec *until) {
  struct timespec deadline, now;
  __ame_read_copy(&deadline, until, sizeof deadline);
  clock_gettime(clock, &now);
  return now.tv_sec > deadline.tv_sec ||
         (now.tv_sec == deadline.tv_sec && now.tv_nsec >= deadline.tv_nsec);
}

static int take_until(const struct lock_kind *kind, void *lock, clockid_t clock,
                      const struct timespec *until) {
  for (;;) {
    const int result = take(kind, lock, false);
    if (result != EBUSY)
      return result;
    if (is_over(clock, until))
      return ETIMEDOUT;
    if (!ame_is_inevitable())
      ame_abort(AME_ABORT_MUTEX);
    ame_mutexes_pause(ame_self());
  }
}

/* --- the calls ----------------------------------------------------------- */

#define LOCKING(name, type, kind, may_wait)                                    \
  AME_WRAPPER(int, name, (type * lock)) {                                      \
    return ame_active() ? take(&kind, (void *)lock, may_wait) : name(lock);    \
  }
#define UNLOCKING(name, type, kind)                                            \
  AME_WRAPPER(int, name, (type * lock)) {                                      \
    return ame_active() ? release(&kind, (void *)lock) : name(lock);           \
  }

LOCKING(pthread_mutex_lock, pthread_mutex_t, a_mutex, true)
LOCKING(pthread_mutex_trylock, pthread_mutex_t, a_mutex, false)
UNLOCKING(pthread_mutex_unlock, pthread_mutex_t, a_mutex)
LOCKING(pthread_rwlock_rdlock, pthread_rwlock_t, a_reader, true)
LOCKING(pthread_rwlock_tryrdlock, pthread_rwlock_t, a_reader, false)
LOCKING(pthread_rwlock_wrlock, pthread_rwlock_t, a_writer, true)
LOCKING(pthread_rwlock_trywrlock, pthread_rwlock_t, a_writer, false)
UNLOCKING(pthread_rwlock_unlock, pthread_rwlock_t, a_writer)
LOCKING(pthread_spin_lock, pthread_spinlock_t, a_spinlock, true)
LOCKING(pthread_spin_trylock, pthread_spinlock_t, a_spinlock, false)
UNLOCKING(pthread_spin_unlock, pthread_spinlock_t, a_spinlock)

AME_WRAPPER(int, pthread_mutex_timedlock,
            (pthread_mutex_t * lock, const struct timespec *until)) {
  return ame_active() ? take_until(&a_mutex, lock, CLOCK_REALTIME, until)
                      : pthread_mutex_timedlock(lock, until);
}

/* glibc's mtx_t is a pthread_mutex_t; the results have other names. */
static int as_thrd(int result) {
  switch (result) {
  case 0:
    return thrd_success;
  case EBUSY:
    return thrd_busy;
  case ETIMEDOUT:
    return thrd_timedout;
  default:
    return thrd_error;
  }
}

AME_WRAPPER(int, mtx_lock, (mtx_t * lock)) {
  return ame_active() ? as_thrd(take(&a_mutex, lock, true)) : mtx_lock(lock);
}
AME_WRAPPER(int, mtx_trylock, (mtx_t * lock)) {
  return ame_active() ? as_thrd(take(&a_mutex, lock, false))
                      : mtx_trylock(lock);
}
AME_WRAPPER(int, mtx_timedlock, (mtx_t * lock, const struct timespec *until)) {
  return ame_active()
             ? as_thrd(take_until(&a_mutex, lock, CLOCK_REALTIME, until))
             : mtx_timedlock(lock, until);
}
AME_WRAPPER(int, mtx_unlock, (mtx_t * lock)) {
  return ame_active() ? as_thrd(release(&a_mutex, lock)) : mtx_unlock(lock);
}

/* --- waking -------------------------------------------------------------- */

static int wake_later(int (*fn)(void *), void *object) {
  if (!ame_active())
    return fn(object);
  struct ame_mutexes *own = own_mutexes();
  own->wakes = ame_own_grow(own->wakes, own->wake_count, &own->wake_capacity,
                            sizeof *own->wakes);
  own->wakes[own->wake_count++] = (struct wake){fn, object};
  return 0;
}

AME_WRAPPER(int, pthread_cond_signal, (pthread_cond_t * condition)) {
  return wake_later(do_pthread_cond_signal, condition);
}
AME_WRAPPER(int, pthread_cond_broadcast, (pthread_cond_t * condition)) {
  return wake_later(do_pthread_cond_broadcast, condition);
}
AME_WRAPPER(int, cnd_signal, (cnd_t * condition)) {
  return wake_later(do_pthread_cond_signal, condition);
}
AME_WRAPPER(int, cnd_broadcast, (cnd_t * condition)) {
  return wake_later(do_pthread_cond_broadcast, condition);
}
AME_WRAPPER(int, sem_post, (sem_t * semaphore)) {
  return wake_later(do_sem_post, semaphore);
}
