/* Intent: schedules in which threads wait for each other, stepped by hand: none
 * of them may end in a wait for ever, and none may let a thread see what another
 * takes back. Each one was a bug, or would be one without the rule it shows. */
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
/* One stripe each: some for the schedules, some to be read until visible. */
static _Alignas(64) struct line a, b, x, many[VISIBLE_AFTER + 1];

static void turn_visible(void) {
  for (int i = 0; i < VISIBLE_AFTER + 1; i++)
    read_word(&many[i].value);
  assert_true(ame_self()->visible);
}

/* --- steps ------------------------------------------------------------------------ */
static _Atomic int step_reached;

/* Never back: an attempt may run again. */
static void reach(int step) {
  int now = atomic_load(&step_reached);
  while (now < step && !atomic_compare_exchange_weak(&step_reached, &now, step))
    ;
}

static void wait_for_step(int step) {
  while (atomic_load(&step_reached) < step)
    sched_yield();
}

static uint32_t orec_of(const void *address) {
  return atomic_load(ame_orec_at(ame_stripe_of(address)));
}

static int setup(void **state) {
  (void)state;
  atomic_store(&step_reached, 0);
  a = b = x = (struct line){0};
  alarm(HANGS_AFTER_SECONDS);
  return 0;
}

/* --- a reader that ends beside two committers ---------------------------------------- */
static struct transaction *reader;

static void visible_reader(void *unused) {
  (void)unused;
  reader = ame_self();
  read_word(&x.value);
  turn_visible();
  reach(2);
  wait_for_step(3);
  /* Until the writer waits for this transaction's end, and the other committer
   * for the writer. No barrier: the doom must not be noticed. */
  while (AME_STATE(atomic_load(&reader->status)) != AME_DOOMED ||
         !ame_quiesce_announced())
    sched_yield();
}

static void touch_b(void *unused) {
  (void)unused;
  write_word(&b.value, 1);
}

static void *run_committer(void *unused) {
  wait_for_step(3);
  run_transaction(touch_b, unused);
  return NULL;
}

static void *run_reader(void *unused) {
  run_transaction(visible_reader, unused);
  return NULL;
}

/* The reader has marked x, which the writer wants to publish. */
static void writer(void *unused) {
  static int forced;
  (void)unused;
  abort_first(&forced, 1);
  write_word(&a.value, read_word(&a.value) + 1);
  reach(1);
  wait_for_step(2);
  write_word(&x.value, 1);
  reach(3);
}

static void *run_writer(void *unused) {
  run_transaction(writer, unused);
  return NULL;
}

static void a_reader_ends_before_it_waits_for_privatizations(void **state) {
  pthread_t writing, reading, committing;
  (void)state;
  pthread_create(&writing, NULL, run_writer, NULL);
  wait_for_step(1);
  /* A commit elsewhere: the reader's snapshot is newer than the writer's. */
  atomic_fetch_add(&ame_clock, 1);
  pthread_create(&reading, NULL, run_reader, NULL);
  wait_for_step(2);
  pthread_create(&committing, NULL, run_committer, NULL);
  pthread_join(reading, NULL);
  pthread_join(writing, NULL);
  pthread_join(committing, NULL);
  assert_int_equal(x.value, 1);
}

/* --- threads that are alone, one after the other ---------------------------------------- */
static void touch_x(void *unused) {
  (void)unused;
  write_word(&x.value, read_word(&x.value) + 1);
}

static void touch_x_three_times(void) {
  for (int i = 0; i < 3; i++)
    run_transaction(touch_x, NULL);
}

static void *run_touch_x(void *unused) {
  touch_x_three_times();
  return unused;
}

/* Registered first, alone at the end. */
static void *outlast(void *company) {
  touch_x_three_times();
  reach(1);
  wait_for_step(2);
  pthread_join(*(pthread_t *)company, NULL);
  touch_x_three_times();
  return NULL;
}

/* Before this thread runs its first transaction: it would be company. */
static void versions_go_on_after_a_thread_alone(void **state) {
  pthread_t first, second, third;
  (void)state;
  pthread_create(&first, NULL, outlast, &second);
  wait_for_step(1);
  pthread_create(&second, NULL, run_touch_x, NULL);
  reach(2);
  pthread_join(first, NULL);
  const uint32_t before = orec_of(&x);
  /* In the second's block, which has not seen the first's last versions. */
  pthread_create(&third, NULL, run_touch_x, NULL);
  pthread_join(third, NULL);
  assert_true(orec_of(&x) >= before + 3);
  assert_int_equal(x.value, 12);
}

/* --- plain reads of a range ------------------------------------------------------------ */
static void make_readable(void *unused) {
  (void)unused;
  turn_visible();
  __ame_read_range(many, 2 * sizeof *many);
  assert_int_equal(orec_of(&many[0]), __ame_tls.self);
  assert_int_equal(orec_of(&many[1]), __ame_tls.self);
}

/* A mark would let a writer write in place beside the plain read, and undo it. */
static void a_readable_range_is_owned(void **state) {
  (void)state;
  run_transaction(make_readable, NULL);
}

/* --- fork ------------------------------------------------------------------------------- */
static void inevitable_increment(void *unused) {
  (void)unused;
  ame_become_inevitable("a test");
  write_word(&a.value, read_word(&a.value) + 1);
}

static int child_can_be_inevitable(void) {
  const pid_t child = fork();
  int status = 0;
  if (child == 0) {
    alarm(20); /* the parent's is not inherited */
    run_transaction(inevitable_increment, NULL);
    _exit(0);
  }
  waitpid(child, &status, 0);
  return status == 0;
}

static void park_in_output(const void *unused) {
  (void)unused;
  reach(1);
  wait_for_step(2);
}

static void output_then_inevitable(void *unused) {
  (void)unused;
  ame_become_inevitable("a test");
  __ame_defer((void *)(uintptr_t)park_in_output, NULL, 0);
}

static void *run_output(void *unused) {
  run_transaction(output_then_inevitable, unused);
  return NULL;
}

static void the_token_does_not_stay_with_a_thread_that_a_child_lacks(void **state) {
  pthread_t thread;
  (void)state;
  pthread_create(&thread, NULL, run_output, NULL);
  wait_for_step(1);
  assert_true(child_can_be_inevitable());
  reach(2);
  pthread_join(thread, NULL);
}

static void fork_inside(void *unused) {
  (void)unused;
  ame_become_inevitable("a test");
  reach(1);
  while (!(atomic_load(&ame_company) & AME_WORLD_STOPPED))
    sched_yield();
  const pid_t child = fork();
  if (child == 0)
    _exit(0);
  waitpid(child, NULL, 0);
}

static void *run_fork_inside(void *unused) {
  run_transaction(fork_inside, unused);
  return NULL;
}

static void two_forks_do_not_wait_for_each_other(void **state) {
  pthread_t thread;
  (void)state;
  pthread_create(&thread, NULL, run_fork_inside, NULL);
  wait_for_step(1);
  assert_true(child_can_be_inevitable());
  pthread_join(thread, NULL);
}

static void allocate_when_stopped(void *unused) {
  (void)unused;
  reach(1);
  while (!(atomic_load(&ame_company) & AME_WORLD_STOPPED))
    sched_yield();
  for (int i = 0; i < 1000; i++)
    __ame_libc_malloc(1000); /* more than one chunk */
}

static void *run_allocate(void *unused) {
  run_transaction(allocate_when_stopped, unused);
  return NULL;
}

static void who_is_to_end_before_a_fork_may_allocate(void **state) {
  pthread_t thread;
  (void)state;
  pthread_create(&thread, NULL, run_allocate, NULL);
  wait_for_step(1);
  assert_true(child_can_be_inevitable());
  pthread_join(thread, NULL);
}

/* --- a victim and its killer ------------------------------------------------------------- */
static _Atomic int killer_ended, victim_began_again_too_early;

static void victim(void *runs) {
  if (++*(int *)runs > 1) {
    atomic_store(&victim_began_again_too_early, !atomic_load(&killer_ended));
    reach(3);
    return;
  }
  write_word(&x.value, 7);
  reach(2);
  for (;;)
    read_word(&b.value); /* until the killer asks it to abort */
}

static void *run_victim(void *unused) {
  int runs = 0;
  (void)unused;
  run_transaction(victim, &runs);
  assert_int_equal(runs, 2);
  return NULL;
}

static void killer(void *unused) {
  (void)unused;
  ame_become_inevitable("a test"); /* waits for the stripe as long as it takes */
  reach(1);
  wait_for_step(2);
  assert_int_equal(read_word(&x.value), 0);
  for (int i = 0; i < 1000 && atomic_load(&step_reached) < 3; i++)
    sched_yield();
  atomic_store(&killer_ended, 1);
}

static void *run_killer(void *unused) {
  run_transaction(killer, unused);
  return NULL;
}

static void a_victim_waits_until_its_killer_has_ended(void **state) {
  pthread_t killing, dying;
  (void)state;
  pthread_create(&killing, NULL, run_killer, NULL);
  wait_for_step(1);
  pthread_create(&dying, NULL, run_victim, NULL);
  pthread_join(killing, NULL);
  pthread_join(dying, NULL);
  assert_false(atomic_load(&victim_began_again_too_early));
}

/* --- who gives way to one that ends at that moment ------------------------------------- */
static uint64_t status_seen;

static void show_status(void *unused) {
  (void)unused;
  turn_visible();
  status_seen = atomic_load(&ame_self()->status);
  reader = ame_self();
}

/* Never begins another attempt, as a thread that waits for input. */
static void *run_once(void *unused) {
  run_transaction(show_status, unused);
  reach(1);
  wait_for_step(2);
  return NULL;
}

static void give_way(void *unused) {
  (void)unused;
  ame_visible_give_way(ame_self(), reader, status_seen);
}

static void nobody_waits_for_an_attempt_that_may_never_begin(void **state) {
  pthread_t thread;
  (void)state;
  pthread_create(&thread, NULL, run_once, NULL);
  wait_for_step(1);
  run_transaction(give_way, NULL);
  reach(2);
  pthread_join(thread, NULL);
}

/* --- the clock starts anew while a committer waits ---------------------------------------- */
static void park(void *unused) {
  (void)unused;
  reach(1);
  wait_for_step(2);
}

static void *run_parked(void *unused) {
  run_transaction(park, unused);
  return NULL;
}

static void waiting_ends_when_versions_start_anew(void **state) {
  pthread_t thread;
  (void)state;
  pthread_create(&thread, NULL, run_parked, NULL);
  wait_for_step(1);
  /* A version of before; the other transaction never reaches it. */
  ame_quiesce(ame_self(), atomic_load(&ame_clock) + 1000, false);
  reach(2);
  pthread_join(thread, NULL);
}

int main(void) {
  /* Before the first thread block: logs have this size. */
  ame_options.visible_after = VISIBLE_AFTER;
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup(versions_go_on_after_a_thread_alone, setup),
      cmocka_unit_test_setup(a_reader_ends_before_it_waits_for_privatizations, setup),
      cmocka_unit_test_setup(a_readable_range_is_owned, setup),
      cmocka_unit_test_setup(the_token_does_not_stay_with_a_thread_that_a_child_lacks, setup),
      cmocka_unit_test_setup(two_forks_do_not_wait_for_each_other, setup),
      cmocka_unit_test_setup(who_is_to_end_before_a_fork_may_allocate, setup),
      cmocka_unit_test_setup(a_victim_waits_until_its_killer_has_ended, setup),
      cmocka_unit_test_setup(nobody_waits_for_an_attempt_that_may_never_begin, setup),
      cmocka_unit_test_setup(waiting_ends_when_versions_start_anew, setup),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
