/* Intent: deltas merge at commit; tests of a count are right after merging; zero
 * found only by the merge runs the hook; the inevitable transaction never fails.
 *
 * Two transactions are interleaved by hand: the body of one starts another in a
 * second thread and waits for it (foreign). */
#include "foreign.h"

#include "count_table.h"

#include <sys/mman.h>

static const struct ame_count_kind four = {.size = 4};
static const struct ame_count_kind eight = {.size = 8};

static int32_t count;
static int64_t wide;
static int aborted, hooks, runs;
static void *hooked;

static int reset(void **state) {
  (void)state;
  count = 2;
  wide = 10;
  aborted = hooks = runs = 0;
  hooked = NULL;
  return 0;
}

static void hook(void *address) {
  hooked = address;
  hooks++;
}

static const struct ame_count_kind left_to_hook = {
    .size = 4, .deferred = 1, .on_zero = hook};

static void add_to_count(void *delta) {
  __ame_refcount_add(&count, (int64_t)(intptr_t)delta, &four);
}

static void change_and_look(void *unused) {
  (void)unused;
  __ame_refcount_add(&count, 5, &four);
  assert_int_equal(count, 2); /* not before the commit */
  assert_int_equal(__ame_refcount_load(&count, &four), 7);
  assert_int_equal(__ame_refcount_add_get(&count, -3, &four), 4);
  assert_int_equal(__ame_refcount_add_test(&wide, -10, &eight), 0);
  __ame_refcount_store(&wide, 77, &eight);
  assert_int_equal(__ame_refcount_load(&wide, &eight), 77);
  abort_first(&aborted, 2);
}

static void deltas_merge_at_commit(void **state) {
  (void)state;
  run_transaction(change_and_look, NULL);
  assert_int_equal(aborted, 2);
  assert_int_equal(count, 4);
  assert_int_equal(wide, 77);
}

static void add_while_another_adds(void *unused) {
  (void)unused;
  runs++;
  __ame_refcount_add(&count, 1, &four);
  foreign(add_to_count, (void *)10);
}

static void additions_do_not_conflict(void **state) {
  (void)state;
  run_transaction(add_while_another_adds, NULL);
  assert_int_equal(runs, 1);
  assert_int_equal(count, 13);
}

/* No transaction: a look from outside. */
static void *look_for_taker(void *found) {
  *(bool *)found = ame_count_taker((uintptr_t)&count) != NULL;
  return NULL;
}

static void destroy(void *unused) {
  (void)unused;
  bool taken = false;
  pthread_t thread;
  assert_int_equal(__ame_refcount_add_test(&count, -1, &four), 0);
  assert_int_equal(count, 0); /* its memory may be used for something else now */
  assert_int_equal(pthread_create(&thread, NULL, look_for_taker, &taken), 0);
  pthread_join(thread, NULL);
  assert_true(taken);
  abort_first(&aborted, 1);
  count = 12345; /* as an allocator of the program's own may */
}

static void zero_is_taken(void **state) {
  (void)state;
  count = 1;
  run_transaction(destroy, NULL);
  assert_int_equal(aborted, 1);
  assert_int_equal(count, 12345);
  assert_int_equal(hooks, 0);
}

static _Alignas(64) uint64_t word;

static void add_and_write(void *unused) {
  (void)unused;
  __ame_refcount_add(&count, 1, &four);
  __ame_write8(&word);
  word = 1;
}

/* Told 2, the transaction must not go on to see what came with the 3. */
static void ask_then_read(void *unused) {
  (void)unused;
  runs++;
  const int64_t told = __ame_refcount_load(&count, &four);
  if (runs == 1)
    foreign(add_and_write, NULL);
  assert_int_equal(__ame_read8(&word), (uint64_t)(told - 2));
}

static void answers_fit_later_reads(void **state) {
  (void)state;
  word = 0;
  count = 2;
  run_transaction(ask_then_read, NULL);
  assert_int_equal(runs, 2);
}

/* Its changes add up to nothing. */
static void borrow(void *borrowed) {
  for (int i = 0; i < 3; i++) {
    __ame_refcount_add(borrowed, 1, &four);
    assert_true(__ame_refcount_add_test(borrowed, -1, &four) > 0);
  }
  assert_false(ame_refcount_pending(ame_self()));
}

static void what_is_given_back_leaves_no_trace(void **state) {
  (void)state;
  int32_t *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  *page = 2;
  mprotect(page, 4096, PROT_READ); /* nothing is merged */
  foreign(borrow, page);           /* company: versions come from the clock */
  const uint32_t before = atomic_load(&ame_clock);
  run_transaction(borrow, page);
  assert_int_equal(atomic_load(&ame_clock), before);
  munmap(page, 4096);
}

static void dead_in_captured_memory(void *unused) {
  (void)unused;
  int32_t *own = __ame_libc_malloc(sizeof *own);
  *own = 1;
  assert_int_equal(__ame_refcount_add_test(own, -1, &left_to_hook), 1);
  assert_true(ame_refcount_pending(ame_self()));
}

static void zero_in_captured_memory_is_left_to_the_hook(void **state) {
  (void)state;
  run_transaction(dead_in_captured_memory, NULL);
  assert_int_equal(hooks, 1);
}

static void drop_with_test(void *unused) {
  (void)unused;
  runs++;
  if (runs <= 2)
    assert_int_equal(__ame_refcount_add_test(&count, -1, &four), 1);
}

static void drop_while_dropped(void *unused) {
  drop_with_test(unused);
  if (runs == 1)
    foreign(drop_with_test, NULL);
}

/* Borrowed and given back, which is tested, while another thread drops one of the two
 * references; then the other one goes, without a test. */
static void borrow_and_drop(void *unused) {
  (void)unused;
  runs++;
  __ame_refcount_add(&count, 1, &four);
  assert_int_not_equal(__ame_refcount_add_test(&count, -1, &four), 0);
  if (runs == 1)
    foreign(add_to_count, (void *)-1);
  __ame_refcount_add(&count, -1, &four);
}

static void only_a_test_that_reaches_the_zero_runs_the_hook(void **state) {
  (void)state;
  ame_refcount_on_zero(hook);
  run_transaction(borrow_and_drop, NULL);
  assert_int_equal(count, 0);
  assert_int_equal(hooks, 0); /* nobody has asked whether it was the last one */
}

static void merged_zero_runs_the_hook_once(void **state) {
  (void)state;
  ame_refcount_on_zero(hook);
  run_transaction(drop_while_dropped, NULL);
  assert_int_equal(runs, 2);
  assert_int_equal(count, 0);
  assert_int_equal(hooks, 1);
  assert_ptr_equal(hooked, &count);
}

static void drop_to_zero(void *unused) {
  (void)unused;
  assert_int_equal(__ame_refcount_add_test(&count, -1, &four), 1);
  assert_int_equal(__ame_refcount_add_test(&count, -1, &four), 0);
}

static void own_zero_runs_no_hook(void **state) {
  (void)state;
  run_transaction(drop_to_zero, NULL);
  assert_int_equal(count, 0);
  assert_int_equal(hooks, 0);
}

static void only_owner_question(void *unused) {
  (void)unused;
  runs++;
  const int64_t seen = __ame_refcount_load(&count, &four);
  assert_int_equal(seen, runs == 1 ? 2 : 3);
  if (runs == 1)
    foreign(add_to_count, (void *)1);
}

static void plain_reads_are_checked(void **state) {
  (void)state;
  run_transaction(only_owner_question, NULL);
  assert_int_equal(runs, 2);
}

static void sign_question(void *unused) {
  (void)unused;
  runs++;
  assert_true(__ame_refcount_load_test(&count, &four) > 0);
  if (runs == 1)
    foreign(add_to_count, (void *)1);
}

static void sign_alone_tolerates_changes(void **state) {
  (void)state;
  run_transaction(sign_question, NULL);
  assert_int_equal(runs, 1);
}

static void captured(void *unused) {
  (void)unused;
  int32_t *own = __ame_libc_malloc(sizeof *own);
  *own = 1;
  __ame_refcount_add(own, 4, &four);
  assert_int_equal(*own, 5);
  assert_int_equal(__ame_refcount_add_test(own, -5, &four), 0);
  __ame_libc_free(own);
  assert_false(ame_refcount_pending(ame_self()));
}

static void captured_counts_change_in_place(void **state) {
  (void)state;
  run_transaction(captured, NULL);
}

static int32_t *object;

static void free_object(void *unused) {
  (void)unused;
  if (__ame_refcount_add_test(object, -1, &four) == 0)
    __ame_libc_free(object);
  abort_first(&aborted, 1);
}

static void grow_object(void *unused) {
  (void)unused;
  __ame_refcount_add(object, 1, &four);
  int32_t *moved = __ame_libc_realloc(object, 4000);
  assert_int_equal(*moved, 2);
  __ame_refcount_add(moved, 1, &four);
  abort_first(&aborted, 1);
  object = moved;
}

static void memory_with_deltas_goes_and_moves(void **state) {
  (void)state;
  object = malloc(64);
  *object = 1;
  run_transaction(grow_object, NULL);
  assert_int_equal(*object, 3);
  *object = 1;
  aborted = 0;
  run_transaction(free_object, NULL);
  assert_int_equal(aborted, 1);
}

static void one_more(void *unused) {
  (void)unused;
  __ame_counter_add(&wide, 1, &eight);
  __ame_refcount_add(&count, 1, &four);
  if (__ame_refcount_add_test(&count, -1, &four) <= 0)
    hooks = 1000;
}

static void *many(void *unused) {
  (void)unused;
  for (int i = 0; i < 50000; i++)
    run_transaction(one_more, NULL);
  return NULL;
}

static void threads_lose_nothing(void **state) {
  (void)state;
  pthread_t threads[4];
  for (int i = 0; i < 4; i++)
    pthread_create(&threads[i], NULL, many, NULL);
  for (int i = 0; i < 4; i++)
    pthread_join(threads[i], NULL);
  assert_int_equal(wide, 200010);
  assert_int_equal(count, 2);
  assert_int_equal(hooks, 0);
}

static pthread_t other;
static struct job add_one = {add_to_count, (void *)1};

static void inevitable_tests(void *unused) {
  (void)unused;
  runs++;
  ame_become_inevitable("test");
  assert_int_equal(__ame_refcount_load(&count, &four), 2);
  pthread_create(&other, NULL, run_job, &add_one);
  struct timespec pause = {.tv_nsec = 5000000};
  nanosleep(&pause, NULL);
  assert_int_equal(__ame_refcount_load(&count, &four), 2);
  assert_int_equal(__ame_refcount_add_test(&count, -2, &four), 0);
}

static void inevitable_holds_what_it_tests(void **state) {
  (void)state;
  run_transaction(inevitable_tests, NULL);
  pthread_join(other, NULL);
  assert_int_equal(runs, 1);
  assert_int_equal(count, 1);
}

static int32_t template_count = 50;

/* The other one has its delta ready while the copy, which is undone, stands. */
static void copy_and_abort(void *unused) {
  (void)unused;
  if (++runs > 1)
    return;
  __ame_refcount_add(&count, 3, &four);
  __ame_count_copy(&count, &template_count, sizeof count);
  assert_int_equal(count, 50);
  __ame_refcount_add(&count, 1, &four);
  assert_int_equal(count, 51); /* in place */
  pthread_create(&other, NULL, run_job, &add_one);
  struct timespec pause = {.tv_nsec = 5000000};
  nanosleep(&pause, NULL);
  abort_first(&aborted, 1);
}

static void undone_copy_loses_no_merge(void **state) {
  (void)state;
  run_transaction(copy_and_abort, NULL);
  pthread_join(other, NULL);
  assert_int_equal(runs, 2);
  assert_int_equal(count, 3); /* 2 and the other's one */
}

/* Half of a count, as an access of another type may be. */
static void take_half_and_abort(void *unused) {
  (void)unused;
  if (aborted)
    return;
  __ame_refcount_add(&wide, -11, &eight);
  __ame_count_take((char *)&wide + (runs ? 4 : 0), 4);
  assert_int_equal(wide, -1);
  abort_first(&aborted, 1);
}

static void half_a_count_is_taken_whole(void **state) {
  (void)state;
  for (runs = 0; runs < 2; runs++, aborted = 0) {
    run_transaction(take_half_and_abort, NULL);
    assert_int_equal(wide, 10);
  }
}

static void copy_halves(void *copy) {
  __ame_refcount_add(&wide, -11, &eight);
  __ame_count_copy(copy, &wide, 4);
  __ame_count_copy((char *)copy + 4, (char *)&wide + 4, 4);
  __ame_refcount_add(&wide, 11, &eight);
}

static void halves_of_a_count_are_copied(void **state) {
  int64_t copy = 0;
  (void)state;
  run_transaction(copy_halves, &copy);
  assert_int_equal(copy, -1);
  assert_int_equal(wide, 10);
}

static void many_counts(void *array) {
  int32_t *counts = array;
  for (int i = 0; i < 100000; i++)
    __ame_refcount_add(&counts[i], i, &four);
  abort_first(&aborted, 1);
}

static void hundred_thousand_counts(void **state) {
  (void)state;
  int32_t *counts = calloc(100000, sizeof *counts);
  run_transaction(many_counts, counts);
  for (int i = 0; i < 100000; i++)
    assert_int_equal(counts[i], i);
  free(counts);
}

static void outside_is_plain_arithmetic(void **state) {
  (void)state;
  __ame_refcount_add(&count, -5, &four);
  assert_int_equal(count, -3);
  assert_int_equal(__ame_refcount_load(&count, &four), -3);
  assert_int_equal(__ame_refcount_add_get(&wide, 1, &eight), 11);
  __ame_refcount_store(&count, 9, &four);
  assert_int_equal(count, 9);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup(deltas_merge_at_commit, reset),
      cmocka_unit_test_setup(additions_do_not_conflict, reset),
      cmocka_unit_test_setup(zero_is_taken, reset),
      cmocka_unit_test_setup(answers_fit_later_reads, reset),
      cmocka_unit_test_setup(merged_zero_runs_the_hook_once, reset),
      cmocka_unit_test_setup(only_a_test_that_reaches_the_zero_runs_the_hook, reset),
      cmocka_unit_test_setup(own_zero_runs_no_hook, reset),
      cmocka_unit_test_setup(what_is_given_back_leaves_no_trace, reset),
      cmocka_unit_test_setup(zero_in_captured_memory_is_left_to_the_hook, reset),
      cmocka_unit_test_setup(plain_reads_are_checked, reset),
      cmocka_unit_test_setup(sign_alone_tolerates_changes, reset),
      cmocka_unit_test_setup(captured_counts_change_in_place, reset),
      cmocka_unit_test_setup(memory_with_deltas_goes_and_moves, reset),
      cmocka_unit_test_setup(threads_lose_nothing, reset),
      cmocka_unit_test_setup(inevitable_holds_what_it_tests, reset),
      cmocka_unit_test_setup(undone_copy_loses_no_merge, reset),
      cmocka_unit_test_setup(half_a_count_is_taken_whole, reset),
      cmocka_unit_test_setup(halves_of_a_count_are_copied, reset),
      cmocka_unit_test_setup(hundred_thousand_counts, reset),
      cmocka_unit_test_setup(outside_is_plain_arithmetic, reset),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
