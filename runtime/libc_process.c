/* Ending the process, and waiting for other threads.
 *
 * exit and its kin cannot be undone: the transaction becomes inevitable, which
 * hands its output to the system, and passes its turn on so that exit handlers
 * may output. Waiting for another thread of the program while isolated from it
 * would never end: that is a clear error instead. */
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

static void leave(const char *site) {
  if (!ame_active())
    return;
  __ame_inevitable(site);
  ame_io_pass_turn(ame_self());
}

#define LEAVE(name, parameters, call)                                          \
  _Noreturn AME_WRAPPER(void, name, parameters) {                              \
    leave("call to " #name);                                                   \
    call;                                                                      \
  }

LEAVE(exit, (int status), exit(status))
LEAVE(_exit, (int status), _exit(status))
LEAVE(_Exit, (int status), _Exit(status))
LEAVE(quick_exit, (int status), quick_exit(status))
LEAVE(abort, (void), abort())
LEAVE(__assert_fail,
      (const char *condition, const char *file, unsigned line,
       const char *function),
      __assert_fail(condition, file, line, function))
LEAVE(__assert_perror_fail,
      (int error, const char *file, unsigned line, const char *function),
      __assert_perror_fail(error, file, line, function))
LEAVE(__assert, (const char *condition, const char *file, int line),
      __assert_fail(condition, file, (unsigned)line, NULL))
LEAVE(__stack_chk_fail, (void), ame_fatal("stack smashing detected"))
LEAVE(__chk_fail, (void), ame_fatal("buffer overflow detected"))

/* --- waiting
 * -------------------------------------------------------------------- */

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
