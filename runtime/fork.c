/* fork: the child has one thread, and its memory must not hold the half-done
 * writes of the others' transactions. The parent therefore lets them finish
 * before it forks, and keeps new ones from beginning until it has. A transaction
 * that forks is inevitable: it goes on in both processes. */
#include "io.h"

#include <pthread.h>

static void before_fork(void) {
  struct transaction *self = ame_self();
  if (!ame_active())
    ame_io_pass_turn(self); /* the others may be waiting for it */
  while (!ame_world_try_stop(self))
    ame_world_wait();
}

static void in_child(void) {
  ame_threads_only_me();
  ame_os_membarrier_init();
  ame_world_resume();
}

void ame_fork_init(void) {
  if (pthread_atfork(before_fork, ame_world_resume, in_child) != 0)
    ame_fatal("cannot register fork handlers");
}
