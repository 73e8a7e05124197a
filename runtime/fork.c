/* fork: the child has one thread, and its memory must not hold the half-done
 * writes of the others' transactions. The parent therefore lets them finish
 * before it forks, and keeps new ones from beginning until it has. A transaction
 * that forks is inevitable: it goes on in both processes. A signal handler cannot
 * wait: it may have interrupted one. Its child finds memory as it is, like any other
 * handler. */
#include "captured_window.h"
#include "io.h"

#include <pthread.h>
#include <sched.h>

static void stop_world(void) {
  struct transaction *self = ame_self();
  if (ame_active()) {
    ame_world_stop_from_inside(self);
    return;
  }
  ame_io_pass_turn(self); /* the others may be waiting for it */
  while (!ame_world_try_stop(NULL)) {
    ame_world_wait();
    sched_yield();
  }
}

static void before_fork(void) {
  if (ame_in_signal_handler())
    return;
  stop_world();
  ame_window_before_fork();
}

static void in_parent(void) {
  if (ame_in_signal_handler())
    return;
  ame_window_after_fork();
  ame_world_resume();
}

static void in_child(void) {
  if (!ame_in_signal_handler())
    ame_window_after_fork();
  ame_threads_only_me();
  ame_quiesce_after_fork();
  ame_inevitable_after_fork(ame_block_of_thread());
  ame_os_membarrier_init();
  ame_world_resume();
}

void ame_fork_init(void) {
  if (pthread_atfork(before_fork, in_parent, in_child) != 0)
    ame_fatal("cannot register fork handlers");
}
