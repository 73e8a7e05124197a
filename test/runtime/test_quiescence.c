/* Intent: a commit that owes its quiescence does not wait for older transactions,
 * stays announced and keeps what it has freed; whatever settles waits until none
 * is left that can hold a pointer of before. */
#include "runtime_test.h"

#include <pthread.h>
#include <sched.h>
#include <unistd.h>

enum { HANGS_AFTER_SECONDS = 100, MORE_THAN_MAY_WAIT = 100, BLOCK = 48 };

static _Alignas(64) uint64_t shared, other[8];

/* --- an older transaction that has read `shared` and ends when it is asked to look up --- */
static _Atomic bool older_runs, older_leaves, older_may_leave;

static void read_and_stay(void *unused) {
  uint64_t value;
  (void)unused;
  __ame_read_copy(&value, &shared, sizeof value);
  atomic_store(&older_runs, true);
  while (!atomic_load(&older_may_leave) && ame_current_limit() != 0)
    sched_yield();
  atomic_store(&older_leaves, true);
}

static void *run_older(void *unused) {
  run_transaction(read_and_stay, unused);
  return NULL;
}

static pthread_t start_older(void) {
  pthread_t thread;
  atomic_store(&older_runs, false);
  atomic_store(&older_leaves, false);
  atomic_store(&older_may_leave, false);
  pthread_create(&thread, NULL, run_older, NULL);
  while (!atomic_load(&older_runs))
    sched_yield();
  return thread;
}

static void end_older(pthread_t thread) {
  atomic_store(&older_may_leave, true);
  pthread_join(thread, NULL);
}

/* --- transactions ------------------------------------------------------------------------ */
__attribute__((noinline)) static void run_owing(void (*body)(void *), void *arg) {
  char *frame = __builtin_frame_address(0);
  if (__ame_begin("owing", frame + sizeof(void *), NULL, 0)) {
    body(arg);
    __ame_commit_owing();
  }
}

static void unlink_it(void *unused) {
  (void)unused;
  __ame_write(&shared, sizeof shared);
  __atomic_store_n(&shared, shared + 1, __ATOMIC_RELAXED);
}

static void write_elsewhere(void *unused) {
  (void)unused;
  __ame_write(&other[0], sizeof other[0]);
  __atomic_store_n(&other[0], other[0] + 1, __ATOMIC_RELAXED);
}

static void read_elsewhere(void *unused) {
  uint64_t value;
  (void)unused;
  __ame_read_copy(&value, &other[0], sizeof value);
}

static void write_then_cancel(void *unused) {
  write_elsewhere(unused);
  ame_cancel();
}

static void become_inevitable(void *unused) {
  (void)unused;
  __ame_inevitable("test");
  assert_true(atomic_load(&older_leaves));
  assert_int_equal(__ame_tls.owed, 0);
}

static bool owes(void) { return __ame_tls.owed != 0 && ame_quiesce_announced(); }
static bool owes_nothing(void) { return __ame_tls.owed == 0 && !ame_quiesce_announced(); }

static int setup(void **state) {
  (void)state;
  alarm(HANGS_AFTER_SECONDS);
  assert_true(owes_nothing());
  return 0;
}

/* --- tests -------------------------------------------------------------------------------- */
static void a_commit_that_owes_does_not_wait(void **state) {
  pthread_t older = start_older();
  (void)state;
  run_owing(unlink_it, NULL);
  assert_false(atomic_load(&older_leaves));
  assert_true(owes());
  run_owing(write_elsewhere, NULL);
  run_owing(read_elsewhere, NULL);
  assert_false(atomic_load(&older_leaves));
  assert_true(owes());
  end_older(older);
  __ame_quiesce_owed();
  assert_true(owes_nothing());
}

static void plain_code_waits(void **state) {
  pthread_t older = start_older();
  (void)state;
  run_owing(unlink_it, NULL);
  __ame_quiesce_owed();
  assert_true(atomic_load(&older_leaves));
  assert_true(owes_nothing());
  end_older(older);
}

/* The next commit of each kind that does not owe. */
static void settles(void (*body)(void *)) {
  pthread_t older = start_older();
  run_owing(unlink_it, NULL);
  assert_false(atomic_load(&older_leaves));
  run_transaction(body, NULL);
  assert_true(atomic_load(&older_leaves));
  assert_true(owes_nothing());
  end_older(older);
}

static void other_commits_settle(void **state) {
  (void)state;
  settles(write_elsewhere);
  settles(read_elsewhere);
  settles(write_then_cancel);
  settles(become_inevitable);
}

static void inside_a_transaction_it_stays_owed(void **state) {
  pthread_t older = start_older();
  (void)state;
  run_owing(unlink_it, NULL);
  char *frame = __builtin_frame_address(0);
  if (__ame_begin("outer", frame + sizeof(void *), NULL, 0)) {
    __ame_quiesce_owed();
    assert_false(atomic_load(&older_leaves));
    assert_true(owes());
    __ame_commit();
  }
  assert_true(atomic_load(&older_leaves));
  end_older(older);
}

static void *owe_and_end(void *unused) {
  run_owing(unlink_it, unused);
  assert_false(atomic_load(&older_leaves));
  return NULL;
}

/* Whoever joins it may use what it has made private. */
static void the_end_of_the_thread_settles(void **state) {
  pthread_t older = start_older(), thread;
  (void)state;
  pthread_create(&thread, NULL, owe_and_end, NULL);
  pthread_join(thread, NULL);
  assert_true(atomic_load(&older_leaves));
  assert_false(ame_quiesce_announced());
  end_older(older);
}

static void unlink_and_free(void *block) {
  unlink_it(NULL);
  __ame_libc_free(block);
}

static bool is_allocated_again(const void *block, int tries) {
  void *blocks[5000];
  bool found = false;
  for (int i = 0; i < tries; i++) {
    blocks[i] = malloc(BLOCK);
    found |= blocks[i] == block;
  }
  for (int i = 0; i < tries; i++)
    free(blocks[i]);
  return found;
}

static void freed_blocks_wait(void **state) {
  pthread_t older = start_older();
  void *block = malloc(BLOCK);
  (void)state;
  run_owing(unlink_and_free, block);
  assert_true(owes());
  assert_false(is_allocated_again(block, 5000));
  end_older(older);
  __ame_quiesce_owed();
  assert_true(is_allocated_again(block, 5000));
}

static void unlink_and_free_many(void *blocks) {
  unlink_it(NULL);
  for (int i = 0; i < MORE_THAN_MAY_WAIT; i++)
    __ame_libc_free(((void **)blocks)[i]);
}

static void not_more_than_a_few(void **state) {
  pthread_t older = start_older();
  void *blocks[MORE_THAN_MAY_WAIT], *large = malloc(2 << 20);
  (void)state;
  for (int i = 0; i < MORE_THAN_MAY_WAIT; i++)
    blocks[i] = malloc(BLOCK);
  run_owing(unlink_and_free_many, blocks);
  assert_true(atomic_load(&older_leaves));
  assert_true(owes_nothing());
  end_older(older);
  older = start_older();
  run_owing(unlink_and_free, large);
  assert_true(atomic_load(&older_leaves));
  end_older(older);
}

/* An aborted attempt frees nothing, also not what earlier ones freed. */
static void abort_then_unlink_and_free(void *block) {
  static int aborts;
  unlink_and_free(block);
  abort_first(&aborts, 1);
}

static void aborts_leave_them_alone(void **state) {
  pthread_t older = start_older();
  void *first = malloc(BLOCK), *second = malloc(BLOCK);
  (void)state;
  run_owing(unlink_and_free, first);
  run_owing(abort_then_unlink_and_free, second);
  assert_false(is_allocated_again(first, 5000));
  assert_false(is_allocated_again(second, 5000));
  end_older(older);
  __ame_quiesce_owed();
  assert_true(is_allocated_again(first, 5000));
  assert_true(is_allocated_again(second, 5000));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup(a_commit_that_owes_does_not_wait, setup),
      cmocka_unit_test_setup(plain_code_waits, setup),
      cmocka_unit_test_setup(other_commits_settle, setup),
      cmocka_unit_test_setup(inside_a_transaction_it_stays_owed, setup),
      cmocka_unit_test_setup(the_end_of_the_thread_settles, setup),
      cmocka_unit_test_setup(freed_blocks_wait, setup),
      cmocka_unit_test_setup(not_more_than_a_few, setup),
      cmocka_unit_test_setup(aborts_leave_them_alone, setup),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
