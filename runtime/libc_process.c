/* Ending the process or the thread, and waiting for other threads.
 *
 * exit and its kin leave the block like return: it commits, with its output and
 * its deferred calls, and what runs at exit is outside of it. abort and failed
 * assertions say that the block is not fit to commit: only its output so far
 * comes out, for whoever looks for the reason. Waiting for another thread of
 * the program while isolated from it would never end: that is a clear error
 * instead. */
#define _GNU_SOURCE
#include "io.h"

#include "libc_access.h"

#include <assert.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdlib.h>
#include <threads.h>
#include <unistd.h>

static void commit_and_leave(const char *site) {
  if (!ame_active())
    return;
  __ame_inevitable(site);
  ame_commit_transaction(ame_self());
}

static void give_up(const char *site) {
  if (!ame_active())
    return;
  __ame_inevitable(site);
  ame_io_pass_turn(ame_self());
}

#define LEAVE(name, parameters, how, call)                                     \
  _Noreturn AME_WRAPPER(void, name, parameters) {                              \
    how("call to " #name);                                                     \
    call;                                                                      \
  }

LEAVE(exit, (int status), commit_and_leave, exit(status))
LEAVE(_exit, (int status), commit_and_leave, _exit(status))
LEAVE(_Exit, (int status), commit_and_leave, _Exit(status))
LEAVE(quick_exit, (int status), commit_and_leave, quick_exit(status))
LEAVE(pthread_exit, (void *result), commit_and_leave, pthread_exit(result))
LEAVE(thrd_exit, (int result), commit_and_leave, thrd_exit(result))
LEAVE(abort, (void), give_up, abort())
LEAVE(__assert_fail,
      (const char *condition, const char *file, unsigned line,
       const char *function),
      give_up, __assert_fail(condition, file, line, function))
LEAVE(__assert_perror_fail,
      (int error, const char *file, unsigned line, const char *function),
      give_up, __assert_perror_fail(error, file, line, function))
LEAVE(__assert, (const char *condition, const char *file, int line), give_up,
      __assert_fail(condition, file, (unsigned)line, NULL))
LEAVE(__stack_chk_fail, (void), give_up, ame_fatal("stack smashing detected"))
LEAVE(__chk_fail, (void), give_up, ame_fatal("buffer overflow detected"))

/* The child of a vfork borrows the memory, logs and stripes of the transaction,
 * and its _exit would end it: a child of its own is allowed instead. */
AME_WRAPPER(pid_t, vfork, (void)) {
  if (ame_active())
    __ame_inevitable("call to vfork");
  return fork();
}

/* --- waiting -------------------------------------------------------------- */

static void forbid(const char *what) {
  if (ame_unlikely(ame_active()))
    ame_fatal("%s in a transaction: it waits for another thread, which cannot "
              "see what this transaction has done; wait outside the atomic "
              "block, or use ame_retry()",
              what);
}

/* The pass puts it before the call: "call to pthread_join at file.c:12". */
void __ame_waiting_call(const char *site) { forbid(site); }

#define WAITING(name, parameters, arguments)                                   \
  AME_WRAPPER(int, name, parameters) {                                         \
    forbid("call to " #name);                                                           \
    return name arguments;                                                     \
  }

WAITING(pthread_cond_wait, (pthread_cond_t * condition, pthread_mutex_t *mutex),
        (condition, mutex))
WAITING(pthread_cond_timedwait,
        (pthread_cond_t * condition, pthread_mutex_t *mutex,
         const struct timespec *until),
        (condition, mutex, until))
WAITING(pthread_cond_clockwait,
        (pthread_cond_t * condition, pthread_mutex_t *mutex, clockid_t clock,
         const struct timespec *until),
        (condition, mutex, clock, until))
WAITING(cnd_wait, (cnd_t * condition, mtx_t *mutex), (condition, mutex))
WAITING(cnd_timedwait,
        (cnd_t * condition, mtx_t *mutex, const struct timespec *until),
        (condition, mutex, until))
WAITING(pthread_join, (pthread_t thread, void **result), (thread, result))
WAITING(pthread_timedjoin_np,
        (pthread_t thread, void **result, const struct timespec *until),
        (thread, result, until))
WAITING(thrd_join, (thrd_t thread, int *result), (thread, result))
WAITING(pthread_barrier_wait, (pthread_barrier_t * barrier), (barrier))
WAITING(sem_wait, (sem_t * semaphore), (semaphore))
WAITING(sem_timedwait, (sem_t * semaphore, const struct timespec *until),
        (semaphore, until))
WAITING(sem_clockwait,
        (sem_t * semaphore, clockid_t clock, const struct timespec *until),
        (semaphore, clock, until))
WAITING(pause, (void), ())
WAITING(sigwait, (const sigset_t *set, int *number), (set, number))
WAITING(sigwaitinfo, (const sigset_t *set, siginfo_t *information),
        (set, information))
WAITING(sigtimedwait,
        (const sigset_t *set, siginfo_t *information,
         const struct timespec *until),
        (set, information, until))
WAITING(sigsuspend, (const sigset_t *set), (set))
