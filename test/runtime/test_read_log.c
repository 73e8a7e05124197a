/* Intent: who has committed some visible transactions without an abort may log more
 * before the next one turns visible; not after an abort, and not when that was in vain. */
#include "runtime_test.h"

enum { VISIBLE_AFTER = 1024, CALM = 32, TIMES = 4 };

struct line {
  uint64_t value;
  char rest[56];
};
static _Alignas(64) struct line lines[VISIBLE_AFTER * TIMES + 1];

static size_t reads;
static bool was_visible;
static int failures;

static void read_lines(void *unused) {
  uint64_t value;
  (void)unused;
  for (size_t i = 0; i < reads; i++)
    __ame_read_copy(&value, &lines[i].value, sizeof value);
  was_visible = ame_self()->visible;
  if (failures > 0) {
    failures--;
    ame_abort(AME_ABORT_VALIDATION);
  }
}

static bool is_visible_after(size_t count) {
  reads = count;
  run_transaction(read_lines, NULL);
  return was_visible;
}

static void become_calm(void) {
  ame_self()->calm = 0;
  for (int i = 0; i < CALM; i++)
    assert_true(is_visible_after(VISIBLE_AFTER + 1));
}

static void calm_ones_log_more(void **state) {
  (void)state;
  become_calm();
  assert_false(is_visible_after(VISIBLE_AFTER + 1));
  assert_false(is_visible_after(VISIBLE_AFTER * TIMES));
  assert_false(is_visible_after(1)); /* and the limit of the next one is the usual */
  assert_ptr_equal(__ame_tls.log_limit, ame_self()->log_limit);
}

static void not_after_an_abort(void **state) {
  (void)state;
  become_calm();
  failures = 1;
  assert_true(is_visible_after(VISIBLE_AFTER + 1));
}

static void not_when_it_was_in_vain(void **state) {
  (void)state;
  become_calm();
  assert_true(is_visible_after(VISIBLE_AFTER * TIMES + 1));
  for (int i = 0; i < CALM; i++)
    assert_true(is_visible_after(VISIBLE_AFTER + 1));
  assert_true(is_visible_after(VISIBLE_AFTER + 1));
}

int main(void) {
  /* Before the first thread block: logs have this size. */
  ame_options.visible_after = VISIBLE_AFTER;
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(calm_ones_log_more),
      cmocka_unit_test(not_after_an_abort),
      cmocka_unit_test(not_when_it_was_in_vain),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
