/* Intent: a loop of short blocks goes on owning what it writes; whoever else wants it
 * gets it, with what was committed; plain code, other blocks and long ones run without
 * it; forks and an abort release it. */
#include "words.h"

#include <pthread.h>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

enum { VISIBLE_AFTER = 8, HANGS_AFTER_SECONDS = 100 };

struct line {
  uint64_t value;
  char rest[56];
};
static _Alignas(64) struct line x, y, many[VISIBLE_AFTER + 1], all[AME_KEPT_FEW + 2];

static bool is_mine(const void *address) {
  return atomic_load(ame_orec_at(ame_stripe_of(address))) ==
         (AME_OREC_LOCK | ame_self()->slot);
}

/* One turn of a loop of blocks with this name. */
__attribute__((noinline)) static void block(const char *name, void (*body)(void)) {
  char *frame = __builtin_frame_address(0);
  if (__ame_begin(name, frame + sizeof(void *), NULL, 0))
    body();
  __ame_commit_owing();
}

static void nothing(void) {}
static void add_to_x(void) { write_word(&x.value, read_word(&x.value) + 1); }
static void add_to_y(void) { write_word(&y.value, read_word(&y.value) + 1); }

/* --- somebody else is registered ------------------------------------------------------ */
static _Atomic int rest_of_company;
static pthread_t company;

static void *keep_company(void *unused) {
  block("company", nothing);
  __ame_quiesce_owed();
  atomic_store(&rest_of_company, 1);
  while (atomic_load(&rest_of_company))
    sched_yield();
  return unused;
}

static int setup(void **state) {
  (void)state;
  alarm(HANGS_AFTER_SECONDS);
  x = y = (struct line){0};
  pthread_create(&company, NULL, keep_company, NULL);
  while (!atomic_load(&rest_of_company))
    sched_yield();
  return 0;
}

static int teardown(void **state) {
  (void)state;
  block("another", nothing); /* what is wanted of the attempt to come is over */
  __ame_quiesce_owed();
  atomic_store(&rest_of_company, 0);
  pthread_join(company, NULL);
  ame_self()->keep_pause = ame_self()->keep_losses = 0;
  return 0;
}

/* --- cases ------------------------------------------------------------------------------ */
static bool was_mine;

static void look_and_add(void) {
  was_mine = is_mine(&x);
  add_to_x();
}

static void the_next_turn_owns_what_the_one_before_has_written(void **state) {
  (void)state;
  const uint32_t clock = atomic_load(&ame_clock);
  block("loop", look_and_add);
  assert_true(is_mine(&x));
  assert_false(was_mine);
  block("loop", look_and_add);
  assert_true(was_mine);
  assert_int_equal(ame_self()->written_count, 1);
  assert_int_equal(atomic_load(&ame_clock), clock); /* nobody else pays for it */
  __ame_quiesce_owed();
  assert_false(is_mine(&x));
  assert_int_equal(x.value, 2);
  assert_true(atomic_load(ame_orec_at(ame_stripe_of(&x))) > clock);
}

static void nothing_is_kept_without_company(void **state) {
  (void)state;
  block("loop", add_to_x);
  assert_false(is_mine(&x));
}

static void nothing_is_kept_for_plain_code(void **state) {
  (void)state;
  block("loop", add_to_x);
  char *frame = __builtin_frame_address(0);
  if (__ame_begin("loop", frame + sizeof(void *), NULL, 0))
    add_to_x();
  __ame_commit();
  assert_false(is_mine(&x));
  assert_int_equal(__ame_tls.owed, 0);
}

static void look_at_x_and_add_to_y(void) {
  was_mine = is_mine(&x);
  add_to_y();
}

static void another_block_begins_without(void **state) {
  (void)state;
  block("loop", add_to_x);
  block("other", look_at_x_and_add_to_y);
  assert_false(was_mine);
  assert_false(is_mine(&x));
}

static void too_few_turns_in_a_row_are_a_loss(void **state) {
  (void)state;
  for (int turn = 0; turn < AME_KEPT_WORTH; turn++)
    block("loop", add_to_x);
  block("other", nothing);
  assert_int_equal(ame_self()->keep_losses, 0);
  block("loop", add_to_x);
  assert_true(is_mine(&x));
  block("other", nothing); /* begins after one turn */
  assert_int_equal(ame_self()->keep_losses, 1);
  block("loop", add_to_x);
  assert_false(is_mine(&x));
}

static uint64_t seen;
static void read_x(void) { seen = read_word(&x.value); }

static void *run_reader(void *unused) {
  block("reader", read_x);
  __ame_quiesce_owed();
  return unused;
}

static void *run_writer(void *unused) {
  block("writer", add_to_x);
  __ame_quiesce_owed();
  return unused;
}

static void beside(void *(*there)(void *)) {
  pthread_t thread;
  pthread_create(&thread, NULL, there, NULL);
  pthread_join(thread, NULL);
}

static void who_wants_one_takes_it_from_a_thread_between_blocks(void **state) {
  (void)state;
  block("loop", add_to_x);
  block("loop", add_to_y);
  beside(run_reader);
  assert_int_equal(seen, 1);
  assert_false(is_mine(&x));
  assert_true(is_mine(&y)); /* nobody has asked for that one */
  beside(run_writer);
  block("loop", add_to_x);
  assert_int_equal(x.value, 3);
}

static void a_loss_is_followed_by_a_pause(void **state) {
  (void)state;
  block("loop", add_to_x);
  beside(run_reader);
  block("loop", add_to_x); /* finds the loss */
  assert_false(is_mine(&x));
  for (uint32_t i = 0; i < ame_options.keep_pause; i++) {
    block("loop", add_to_x);
    assert_false(is_mine(&x));
  }
  block("loop", add_to_x);
  assert_true(is_mine(&x));
  assert_int_equal(ame_self()->keep_losses, 1);
}

static int aborts;

static void add_and_abort(void) {
  add_to_y();
  if (aborts++ == 0)
    ame_abort(AME_ABORT_FORCED);
  was_mine = is_mine(&x);
}

static void an_abort_undoes_only_its_own_block(void **state) {
  (void)state;
  aborts = 0;
  block("loop", add_to_x);
  block("loop", add_to_y);
  block("loop", add_and_abort);
  assert_false(was_mine);
  __ame_quiesce_owed();
  assert_int_equal(x.value, 1);
  assert_int_equal(y.value, 2);
}

static int attempts;

static void read_many(void) {
  attempts++;
  was_mine = is_mine(&x);
  for (int i = 0; i < VISIBLE_AFTER + 1; i++)
    read_word(&many[i].value);
}

static void a_long_turn_begins_again_without(void **state) {
  (void)state;
  attempts = 0;
  block("loop", add_to_x);
  block("loop", read_many);
  assert_int_equal(attempts, 2);
  assert_false(was_mine);
}

static void read_y(void) {
  was_mine = is_mine(&x);
  seen = read_word(&y.value);
}

static void a_turn_that_only_reads_goes_on(void **state) {
  (void)state;
  const uint32_t clock = atomic_load(&ame_clock);
  block("loop", add_to_x);
  block("loop", read_y);
  assert_true(was_mine && is_mine(&x));
  assert_int_equal(atomic_load(&ame_clock), clock);
  beside(run_reader); /* a thief still gets it */
  assert_int_equal(seen, 1);
  assert_false(is_mine(&x));
}

static size_t next_line;
static void write_the_next(void) { write_word(&all[next_line].value, next_line); }

static void too_many_are_released(void **state) {
  (void)state;
  for (next_line = 0; next_line < AME_KEPT_FEW; next_line++)
    block("loop", write_the_next);
  assert_true(is_mine(&all[0]));
  block("loop", write_the_next);
  assert_false(is_mine(&all[0]));
  assert_false(is_mine(&all[AME_KEPT_FEW]));
  /* In vain: nobody else has drawn a version. */
  assert_int_equal(ame_self()->keep_losses, 1);
}

/* Owned for the plain code of the block, without anything to undo. */
static void read_the_next_plainly(void) {
  __ame_read_range(&all[next_line], sizeof *all);
}

static void a_reader_does_not_own_more_and_more(void **state) {
  (void)state;
  block("loop", add_to_x);
  for (next_line = 0; next_line < AME_KEPT_FEW - 1; next_line++)
    block("loop", read_the_next_plainly);
  assert_true(is_mine(&x) && is_mine(&all[0]));
  block("loop", read_the_next_plainly);
  assert_false(is_mine(&x));
  assert_false(is_mine(&all[0]));
  assert_false(is_mine(&all[AME_KEPT_FEW - 1]));
}

static void a_child_has_none(void **state) {
  (void)state;
  block("loop", add_to_x);
  const pid_t child = fork();
  if (child == 0) {
    if (is_mine(&x))
      _exit(1);
    block("loop", add_to_x);
    __ame_quiesce_owed();
    _exit(x.value != 2 || is_mine(&x));
  }
  int status;
  assert_int_equal(waitpid(child, &status, 0), child);
  assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  __ame_quiesce_owed();
  assert_int_equal(x.value, 1);
}

int main(void) {
  /* Before the first thread block: logs have this size. */
  ame_options.visible_after = VISIBLE_AFTER;
#define IN_COMPANY(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(nothing_is_kept_without_company),
      IN_COMPANY(the_next_turn_owns_what_the_one_before_has_written),
      IN_COMPANY(nothing_is_kept_for_plain_code),
      IN_COMPANY(another_block_begins_without),
      IN_COMPANY(too_few_turns_in_a_row_are_a_loss),
      IN_COMPANY(who_wants_one_takes_it_from_a_thread_between_blocks),
      IN_COMPANY(a_loss_is_followed_by_a_pause),
      IN_COMPANY(an_abort_undoes_only_its_own_block),
      IN_COMPANY(a_long_turn_begins_again_without),
      IN_COMPANY(a_turn_that_only_reads_goes_on),
      IN_COMPANY(too_many_are_released),
      IN_COMPANY(a_reader_does_not_own_more_and_more),
      IN_COMPANY(a_child_has_none),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
