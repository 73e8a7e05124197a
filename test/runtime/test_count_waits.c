/* Intent: ame_retry in a transaction that has been told of counts is woken by the
 * commit that changes one of them, by a merge, by a counter's, or in place, and does
 * not sleep when the answer holds no more.
 *
 * A waiter that was not woken would run again after a tenth of a second; so the
 * tests look at it right after the commit. */
#include "runtime_test.h"

#include "count_table.h"

#include <pthread.h>
#include <sched.h>

static const struct ame_count_kind four = {.size = 4};
static const struct ame_count_kind bits = {.size = 4, .width = 20, .shift = 4};

static _Alignas(64) int32_t count;
static _Alignas(64) uint32_t unit;
static _Alignas(64) int32_t other;
static _Atomic int attempts;

static int reset(void **state) {
  (void)state;
  count = other = 0;
  unit = 0xf000000f;
  atomic_store(&attempts, 0);
  return 0;
}

static void wait_for_three(void *unused) {
  (void)unused;
  atomic_fetch_add(&attempts, 1);
  if (__ame_refcount_load(&count, &four) < 3)
    ame_retry();
}

static void wait_for_a_sign(void *unused) {
  (void)unused;
  atomic_fetch_add(&attempts, 1);
  if (__ame_refcount_load_test(&unit, &bits) == 0)
    ame_retry();
}

static void wait_for_the_counter(void *unused) {
  (void)unused;
  atomic_fetch_add(&attempts, 1);
  if (__ame_counter_load(&count, &four) < 3)
    ame_retry();
}

static void *run_body(void *body) {
  run_transaction(*(void (**)(void *))body, NULL);
  return NULL;
}

static struct transaction *waiter(void) {
  for (struct transaction *tx = ame_all_transactions(); tx; tx = tx->next)
    if (atomic_load(&tx->retry_mark) != 0)
      return tx;
  return NULL;
}

static bool is_woken(struct transaction *tx, int attempts_before) {
  return atomic_load(&tx->retry_woken) == 1 ||
         atomic_load(&attempts) > attempts_before;
}

/* `change` makes it so. */
static void wakes(void (*wait)(void *), void (*change)(void *)) {
  pthread_t thread;
  struct transaction *tx;
  assert_int_equal(pthread_create(&thread, NULL, run_body, &wait), 0);
  while (atomic_load(&ame_retry_waiters) == 0 || !(tx = waiter()))
    sched_yield();
  const int before = atomic_load(&attempts);
  run_transaction(change, NULL);
  assert_true(is_woken(tx, before));
  pthread_join(thread, NULL);
}

static void add_three(void *unused) {
  (void)unused;
  __ame_refcount_add(&count, 3, &four);
}
static void count_three(void *unused) {
  (void)unused;
  __ame_counter_add(&count, 3, &four);
}
static void store_three(void *unused) {
  (void)unused;
  __ame_refcount_store(&count, 3, &four);
}
static void add_to_bits(void *unused) {
  (void)unused;
  __ame_refcount_add(&unit, 1, &bits);
}
static void overflow_bits(void *unused) {
  (void)unused;
  __ame_refcount_add(&unit, (1 << 20) + 7, &bits); /* changed in place */
}

static void merges_wake(void **state) {
  (void)state;
  wakes(wait_for_three, add_three);
  assert_int_equal(count, 3);
}

static void merges_of_counters_wake(void **state) {
  (void)state;
  wakes(wait_for_the_counter, count_three);
}

static void stores_wake(void **state) {
  (void)state;
  wakes(wait_for_three, store_three);
}

static void bits_wake(void **state) {
  (void)state;
  wakes(wait_for_a_sign, add_to_bits);
  assert_int_equal(unit, 0xf000001f);
  reset(state);
  wakes(wait_for_a_sign, overflow_bits);
  assert_int_equal(unit, 0xf000007f);
}

static void foreign(void (*body)(void *)) {
  pthread_t thread;
  assert_int_equal(pthread_create(&thread, NULL, run_body, &body), 0);
  pthread_join(thread, NULL);
}

static void merge_before_the_wait(void *unused) {
  (void)unused;
  assert_int_equal(__ame_refcount_load(&count, &four), 0);
  foreign(add_three);
  assert_false(ame_retry_prepare(ame_self()));
  ame_abort(AME_ABORT_FORCED);
}

static void merge_once(void *done) {
  if (*(int *)done)
    return;
  *(int *)done = 1;
  merge_before_the_wait(NULL);
}

static void what_has_changed_is_not_awaited(void **state) {
  (void)state;
  int done = 0;
  run_transaction(merge_once, &done);
  assert_int_equal(atomic_load(&ame_retry_waiters), 0);
  assert_int_equal(count, 3);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup(merges_wake, reset),
      cmocka_unit_test_setup(merges_of_counters_wake, reset),
      cmocka_unit_test_setup(stores_wake, reset),
      cmocka_unit_test_setup(bits_wake, reset),
      cmocka_unit_test_setup(what_has_changed_is_not_awaited, reset),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
