/* Intent: a transaction that has failed a few times is visible from its begin
 * if it reads much. A small one never is: each commit of another thread would
 * pay a membarrier for it. */
#include "runtime_test.h"

enum { STRIPES = 300, WORDS_IN_STRIPE = (1 << AME_STRIPE_SHIFT) / 8 };
static _Alignas(64) uint64_t memory[STRIPES * WORDS_IN_STRIPE];

struct attempts {
  int reads;                      /* stripes that each attempt reads */
  unsigned failed, visible_first; /* attempts so far; the first visible one */
};

static void read_and_fail(void *argument) {
  struct attempts *attempts = argument;
  const unsigned number = attempts->failed;
  if (ame_self()->visible && attempts->visible_first == 0)
    attempts->visible_first = number + 1;
  for (int i = 0; i < attempts->reads; i++) {
    uint64_t value;
    __ame_read_copy(&value, &memory[i * WORDS_IN_STRIPE], sizeof value);
  }
  if (number < ame_options.visible_attempts + 2) {
    attempts->failed++;
    ame_abort(AME_ABORT_VALIDATION);
  }
}

static void a_loser_that_reads_much_is_visible_from_its_begin(void **state) {
  struct attempts attempts = {.reads = STRIPES};
  (void)state;
  run_transaction(read_and_fail, &attempts);
  assert_int_equal(attempts.failed, ame_options.visible_attempts + 2);
  assert_int_equal(attempts.visible_first, ame_options.visible_attempts + 1);
  assert_false(ame_self()->visible);
}

static void a_small_loser_never_is(void **state) {
  struct attempts attempts = {.reads = 8};
  (void)state;
  run_transaction(read_and_fail, &attempts);
  assert_int_equal(attempts.failed, ame_options.visible_attempts + 2);
  assert_int_equal(attempts.visible_first, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_loser_that_reads_much_is_visible_from_its_begin),
      cmocka_unit_test(a_small_loser_never_is),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
