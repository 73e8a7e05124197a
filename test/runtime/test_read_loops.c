/* Intent: a piece of a loop that only reads, between __ame_read_loop_begin and _end,
 * counts as read only if all of it was of one time: not where another transaction
 * owned or wrote a stripe of it meanwhile, and then nothing of it stays in the log.
 * begin waits for owners, extends, turns visible where the log is too short, and says
 * no after too many failures or where a calculation could trap. */
#include "words.h"

#include <fenv.h>
#include <pthread.h>
#include <sched.h>
#include <unistd.h>

enum { VISIBLE_AFTER = 64, STRIPES = 10, FAILURES = 8, HANGS_AFTER_SECONDS = 100 };

struct line {
  uint64_t value;
  char rest[56];
};
static _Alignas(64) struct line lines[STRIPES], others[STRIPES], many[VISIBLE_AFTER + 1];
static const struct ame_range ranges[] = {
    {(uintptr_t)lines, sizeof lines - 60},
    {(uintptr_t)others + 8, sizeof others - 8},
};

static int32_t begin(void) { return __ame_read_loop_begin(ranges, 2); }
static int32_t end(void) { return __ame_read_loop_end(ranges, 2); }
static size_t logged(void) { return (size_t)(__ame_tls.log - ame_self()->log_base); }

static void turn_visible(void) {
  for (int i = 0; i < VISIBLE_AFTER + 1; i++)
    read_word(&many[i].value);
  assert_true(ame_self()->visible);
}

static int setup(void **state) {
  (void)state;
  alarm(HANGS_AFTER_SECONDS);
  ame_self()->read_loop_failures = 0;
  return 0;
}

/* --- another thread ------------------------------------------------------------------ */
static void increment(void *word) { write_word(word, read_word(word) + 1); }

static void *increments(void *word) {
  run_transaction(increment, word);
  return NULL;
}

/* Increments in a transaction of another thread, which has committed when this
 * returns. It ends once this thread's transaction has extended. */
static pthread_t start_increment(uint64_t *word) {
  pthread_t other;
  const uint32_t stripe = ame_stripe_of(word), before = ame_load_orec(stripe);
  pthread_create(&other, NULL, increments, word);
  for (uint32_t orec = before; orec == before || orec >= AME_OREC_LOCK;
       orec = ame_load_orec(stripe))
    sched_yield();
  return other;
}

static _Atomic int owner_step; /* 1: owns, 2: may end, 3: owned once, does not again */
static _Atomic bool owner_aborts;

static void own(void *word) {
  if (atomic_load(&owner_step) == 3)
    return;
  write_word(word, 77);
  atomic_store(&owner_step, 1);
  while (atomic_load(&owner_step) == 1)
    sched_yield();
  atomic_store(&owner_step, 3);
  if (atomic_load(&owner_aborts))
    ame_abort(AME_ABORT_FORCED);
}

static void *owns(void *word) {
  run_transaction(own, word);
  return NULL;
}

static pthread_t start_owner(uint64_t *word, bool aborts) {
  pthread_t other;
  atomic_store(&owner_step, 0);
  atomic_store(&owner_aborts, aborts);
  pthread_create(&other, NULL, owns, word);
  while (atomic_load(&owner_step) != 1)
    sched_yield();
  return other;
}

static void end_owner(pthread_t other) {
  atomic_store(&owner_step, 2);
  pthread_join(other, NULL);
}

/* --- nobody else -------------------------------------------------------------------- */
static void plain_code_has_no_log(void **state) {
  (void)state;
  assert_true(begin());
  assert_true(end());
  assert_int_equal(ame_self()->read_loop_failures, 0);
}

static void log_both_ranges(void *unused) {
  (void)unused;
  const size_t before = logged();
  assert_true(begin());
  assert_false(ame_self()->visible);
  assert_int_equal(logged(), before + 2 * STRIPES);
  for (uint32_t i = 0; i < STRIPES; i++) {
    assert_int_equal(ame_self()->log_base[before + i], ame_stripe_of(&lines[i]));
    assert_int_equal(ame_self()->log_base[before + STRIPES + i], ame_stripe_of(&others[i]));
  }
  assert_true(end());
  assert_int_equal(logged(), before + 2 * STRIPES);
}

static void every_stripe_of_every_range_is_logged(void **state) {
  (void)state;
  run_transaction(log_both_ranges, NULL);
}

static void read_own(void *unused) {
  (void)unused;
  write_word(&lines[3].value, 5);
  assert_true(begin());
  assert_true(end());
}

static void own_stripes_are_no_conflict(void **state) {
  (void)state;
  run_transaction(read_own, NULL);
}

static void read_without_room(void *unused) {
  (void)unused;
  for (int i = 0; i < VISIBLE_AFTER - 2 * STRIPES + 1; i++)
    read_word(&many[i].value);
  assert_true(begin());
  assert_true(ame_self()->visible);
  for (int i = 0; i < STRIPES; i++)
    assert_true(ame_is_marked(ame_self(), ame_stripe_of(&others[i]), ame_self()->mark));
  assert_true(end());
}

static void turns_visible_where_the_log_is_too_short(void **state) {
  (void)state;
  run_transaction(read_without_room, NULL);
}

static void ask_in_between(void *unused) {
  (void)unused;
  turn_visible();
  assert_true(begin());
  atomic_store((_Atomic uint64_t *)&__ame_tls.accepted, AME_ASKED);
  assert_true(end()); /* what has been read is as good as before */
  assert_int_equal(ame_current_limit(), 0);
  assert_true(begin());
  assert_int_not_equal(ame_current_limit(), 0);
  assert_true(end());
}

static void a_request_is_seen_by_the_next_begin(void **state) {
  (void)state;
  run_transaction(ask_in_between, NULL);
}

static void begin_with_traps(void *unused) {
  (void)unused;
  feenableexcept(FE_INVALID);
  const int32_t answer = begin();
  fedisableexcept(FE_INVALID);
  assert_false(answer);
}

static void no_piece_without_barriers_where_calculations_trap(void **state) {
  (void)state;
  run_transaction(begin_with_traps, NULL);
}

/* --- somebody writes ---------------------------------------------------------------- */
static void read_beside_a_commit(void *word) {
  const uint64_t before = *(uint64_t *)word;
  const size_t length = logged();
  assert_true(begin());
  const pthread_t other = start_increment(word);
  assert_false(end());
  assert_int_equal(logged(), length);
  assert_true(begin());
  pthread_join(other, NULL);
  assert_int_equal(*(uint64_t *)word, before + 1);
  assert_true(end());
  assert_int_equal(ame_self()->read_loop_failures, 0);
}

static void a_commit_in_between_is_noticed(void **state) {
  (void)state;
  run_transaction(read_beside_a_commit, &lines[0].value);
  run_transaction(read_beside_a_commit, &lines[STRIPES - 1].value);
  run_transaction(read_beside_a_commit, &others[4].value);
}

static void read_beside_an_owner(void *visible) {
  if (visible)
    turn_visible();
  assert_true(begin());
  const pthread_t other = start_owner(&others[STRIPES - 1].value, true);
  assert_int_equal(others[STRIPES - 1].value, 77); /* in place, and taken back */
  assert_false(end());
  end_owner(other);
  assert_true(begin());
  assert_int_not_equal(others[STRIPES - 1].value, 77);
  assert_true(end());
}

static void what_another_owns_is_not_read(void **state) {
  (void)state;
  run_transaction(read_beside_an_owner, NULL);
  run_transaction(read_beside_an_owner, lines);
}

static void read_until_it_fits(void *word) {
  do
    assert_true(begin());
  while (!end());
  assert_int_equal(*(uint64_t *)word, 77);
}

static void *reads(void *word) {
  run_transaction(read_until_it_fits, word);
  return NULL;
}

static void an_owner_is_waited_for(void **state) {
  pthread_t reader;
  (void)state;
  const pthread_t owner = start_owner(&lines[6].value, false);
  pthread_create(&reader, NULL, reads, &lines[6].value);
  for (int i = 0; i < 100; i++) /* the reader comes to begin, in most runs */
    sched_yield();
  end_owner(owner);
  pthread_join(reader, NULL);
}

static void fail_often(void *unused) {
  pthread_t other;
  (void)unused;
  for (int i = 0; i < FAILURES; i++) {
    assert_true(begin());
    if (i)
      pthread_join(other, NULL);
    other = start_increment(&lines[1].value);
    assert_false(end());
  }
  assert_false(begin()); /* the loop goes on with barriers */
  assert_true(begin());  /* another loop */
  pthread_join(other, NULL);
  assert_true(end());
}

static void a_loop_that_fails_often_goes_on_with_barriers(void **state) {
  (void)state;
  run_transaction(fail_often, NULL);
}

int main(void) {
  /* Before the first thread block: logs have this size. */
  ame_options.visible_after = VISIBLE_AFTER;
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup(plain_code_has_no_log, setup),
      cmocka_unit_test_setup(every_stripe_of_every_range_is_logged, setup),
      cmocka_unit_test_setup(own_stripes_are_no_conflict, setup),
      cmocka_unit_test_setup(turns_visible_where_the_log_is_too_short, setup),
      cmocka_unit_test_setup(a_request_is_seen_by_the_next_begin, setup),
      cmocka_unit_test_setup(no_piece_without_barriers_where_calculations_trap, setup),
      cmocka_unit_test_setup(a_commit_in_between_is_noticed, setup),
      cmocka_unit_test_setup(what_another_owns_is_not_read, setup),
      cmocka_unit_test_setup(an_owner_is_waited_for, setup),
      cmocka_unit_test_setup(a_loop_that_fails_often_goes_on_with_barriers, setup),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
