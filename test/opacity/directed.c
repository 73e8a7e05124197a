/* Schedules that chance seldom meets, made at the named points of a recording
 * runtime: each shows one rule (runtime/recording.h) that no luck may decide.
 *
 * Two threads. The one that is to wait at a point does so until the other has got
 * where the schedule wants it, but not for ever: with the rule kept, the other may
 * be waiting itself. Compiled without ame: barriers are placed by hand. */
#define AME_RECORDING 1
#include "io.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

struct line {
  uint64_t value;
  char rest[56];
};
static struct line x __attribute__((aligned(64))), y __attribute__((aligned(64)));
static struct line many[64] __attribute__((aligned(64)));

static _Thread_local const char *stop_at;   /* the point where this thread waits */
static _Thread_local int passes, waits_for; /* the step it brings, the one it needs */
static _Atomic int step;

static void wait_for_step(int wanted, int limit_ms) {
  const struct timespec pause = {.tv_nsec = 100000};
  for (int i = 0; i < limit_ms * 10 && atomic_load(&step) < wanted; i++)
    nanosleep(&pause, NULL);
}

enum { LONG = 20000, SHORT = 300 }; /* ms: it will come; it may not come */
static _Thread_local int patience = SHORT;

void ame_recording_point(const char *name) {
  if (!stop_at || strcmp(name, stop_at) != 0)
    return;
  stop_at = NULL;
  atomic_store(&step, passes);
  wait_for_step(waits_for, patience);
}
void ame_recording_commit(uint32_t place, bool is_writer) { (void)place, (void)is_writer; }
void ame_recording_abort(uint32_t snapshot) { (void)snapshot; }
void ame_recording_before_keeping(uint32_t now) { (void)now; }
void ame_recording_keep(void) {}

static void stop(const char *point, int brings, int needs) {
  passes = brings;
  waits_for = needs;
  stop_at = point;
}

static uint64_t read_word(const uint64_t *address) {
  uint64_t value;
  __ame_read_copy(&value, address, sizeof value);
  return value;
}

static void write_word(uint64_t *address, uint64_t value) {
  __ame_write(address, sizeof value);
  __atomic_store_n(address, value, __ATOMIC_RELAXED);
}

__attribute__((noinline)) static void run(void (*body)(void)) {
  if (__ame_begin("directed", (char *)__builtin_frame_address(0) + sizeof(void *), NULL, 0))
    body();
  __ame_commit();
}

static void *run_thread(void *body) {
  void (*function)(void) = (void (*)(void))(uintptr_t)body;
  function();
  return NULL;
}

/* Starts the other thread beside `here`, and waits for both. */
static void beside(void (*there)(void), void (*here)(void)) {
  pthread_t thread;
  atomic_store(&step, 0);
  memset(&x, 0, sizeof x);
  memset(&y, 0, sizeof y);
  pthread_create(&thread, NULL, run_thread, (void *)(uintptr_t)there);
  here();
  pthread_join(thread, NULL);
}

/* --- a dirty value must not pass for the old one --------------------------------------- */
static uint64_t seen;

static void write_and_cancel_body(void) {
  write_word(&x.value, 666);
  stop("before the undo", 1, 2);
  ame_cancel();
}

static void write_and_cancel(void) {
  run(write_and_cancel_body);
  atomic_store(&step, 3);
}

static void read_x(void) {
  stop("loaded", 2, 3);
  seen = read_word(&x.value);
}

static void read_dirty(void) {
  wait_for_step(1, LONG);
  run(read_x);
}

/* --- what was read must not be owned when it has changed --------------------------------- */
static void increment_late_body(void) {
  const uint64_t value = read_word(&x.value);
  if (atomic_load(&step) < 1)
    atomic_store(&step, 1);
  wait_for_step(2, LONG);
  write_word(&x.value, value + 1);
}

static void increment_late(void) {
  run(increment_late_body);
  atomic_store(&step, 3);
}

/* Stays where it has published, before it asks the other to look up. */
static void increment_body(void) {
  write_word(&x.value, read_word(&x.value) + 1);
  stop("quiescence", 2, 3);
}

static void increment_between(void) {
  wait_for_step(1, LONG);
  run(increment_body);
}

/* --- nor may any of several be owned that is another's meanwhile ------------------------- */
static struct line four[4] __attribute__((aligned(256)));

static void own_four_body(void) {
  if (atomic_load(&step) < 2)
    stop("before owning", 2, 3);
  __ame_write_range(four, sizeof four);
  four[2].value = 5;
}

static void own_four(void) {
  wait_for_step(1, LONG); /* not alone any more */
  run(own_four_body);
  atomic_store(&step, 4);
}

static void own_third_body(void) {
  write_word(&four[2].value, 10);
  atomic_store(&step, 3);
  wait_for_step(4, SHORT);
  seen = read_word(&four[2].value);
}

static void nothing(void) {}

static void own_third(void) {
  run(nothing);
  atomic_store(&step, 1);
  wait_for_step(2, LONG);
  run(own_third_body);
}

/* --- a victim's undo must not come after its killer's commit ------------------------------ */
static int victim_runs;

static void victim_body(void) {
  if (victim_runs++)
    return;
  for (int i = 0; i < 64; i++)
    read_word(&many[i].value);
  if (read_word(&x.value) != 0) /* x: who owns y */
    return;
  write_word(&y.value, 7);
  atomic_store(&step, 1);
  stop("before the undo", 2, 3);
  for (;;)
    read_word(&many[0].value); /* until it is doomed */
}

static void victim(void) { run(victim_body); }

static void take_y_body(void) {
  ame_become_inevitable("a test");
  write_word(&x.value, 1);
}

static void take_y(void) {
  wait_for_step(1, LONG);
  run(take_y_body);
  *(volatile uint64_t *)&y.value = 42; /* private now */
  atomic_store(&step, 3);
}

/* --- output comes in the order of the commits ----------------------------------------------- */
static int output[2];
static const char *reader_stops_at;

static void print_letter(char letter) {
  const struct io_target target = ame_io_to_descriptor(output[1]);
  ame_io_append_private(&target, &letter, 1);
}

static void print_x_body(void) {
  print_letter(read_word(&x.value) == 0 ? 'o' : 'n');
  if (atomic_load(&step) == 0)
    stop(reader_stops_at, 1, 2);
}

static void print_x(void) { run(print_x_body); }

static void set_x_body(void) {
  write_word(&x.value, 1);
  print_letter('=');
  stop("release", 2, 2);
}

static void set_x(void) {
  wait_for_step(1, LONG);
  run(set_x_body);
}

/* What came out, as a number: "o=" for the old value before the change. */
static uint64_t letters(const char *stops_at) {
  char text[8] = "";
  reader_stops_at = stops_at;
  beside(set_x, print_x);
  if (read(output[0], text, 2) != 2)
    return 0;
  return (uint64_t)(unsigned char)text[0] << 8 | (unsigned char)text[1];
}

/* --- plain code does not run before kept stripes are released and old readers gone ----------- */
static void read_x_then_y(void) {
  seen = read_word(&x.value) == 0; /* x: whether y is private */
  if (atomic_load(&step) < 2) {
    atomic_store(&step, 1);
    wait_for_step(2, SHORT);
  }
  seen = seen && read_word(&y.value) != 0;
}

static void look_at_private(void) { run(read_x_then_y); }

static void set_x_twice(void) {
  run(nothing);
  wait_for_step(1, LONG);
  for (int i = 0; i < 2; i++) {
    if (__ame_begin("directed", (char *)__builtin_frame_address(0) + sizeof(void *), NULL, 0))
      write_word(&x.value, 1);
    __ame_commit_owing();
  }
  if (__ame_tls.owed)
    __ame_quiesce_owed();
  *(volatile uint64_t *)&y.value = 42; /* private now */
  atomic_store(&step, 2);
}

/* --- nor does a block keep the clock of before a stop, while versions start anew -------------- */
static void read_x_and_y(void) {
  seen = read_word(&x.value);
  if (atomic_load(&step) < 4) {
    atomic_store(&step, 4);
    wait_for_step(5, SHORT);
  }
  seen = seen == read_word(&y.value);
}

/* Two turns of a loop: the second one goes on with what the first has kept. */
static void begin_late(void) {
  run(nothing);
  wait_for_step(1, LONG);
  ame_self()->keep_pause = 0; /* the block was another thread's, which has lost some */
  patience = LONG;
  for (int i = 0; i < 2; i++) {
    if (i == 1)
      stop("before going on", 2, 3);
    if (__ame_begin("directed", (char *)__builtin_frame_address(0) + sizeof(void *), NULL, 0)) {
      if (i == 0)
        write_word(&many[0].value, 1);
      else
        read_x_and_y();
    }
    __ame_commit_owing();
  }
  __ame_quiesce_owed();
}

static void set_both_body(void) {
  write_word(&x.value, 1);
  write_word(&y.value, 1);
}

static void start_anew(void) {
  run(nothing);
  atomic_store(&step, 1);
  wait_for_step(2, LONG);
  atomic_store(&ame_clock, AME_ROLLOVER_AT);
  ame_stripes_rollover();
  atomic_store(&step, 3);
  wait_for_step(4, LONG);
  run(set_both_body);
  atomic_store(&step, 5);
}

static int failed;

static void expect(const char *what, uint64_t value, uint64_t expected) {
  printf("%s: %llu%s\n", what, (unsigned long long)value, value == expected ? "" : " FAIL");
  failed += value != expected;
}

int main(void) {
  ame_options.visible_after = 16; /* before the first thread block */
  beside(write_and_cancel, read_dirty);
  expect("a read beside an undo", seen, 0);
  beside(increment_late, increment_between);
  expect("two increments", x.value, 2);
  beside(own_third, own_four);
  expect("one's own beside the owner of a range", seen, 10);
  victim_runs = 0;
  beside(victim, take_y);
  expect("plain data beside a victim's undo", y.value, 42);
  beside(set_x_twice, look_at_private);
  expect("plain data of one that has kept its stripes", seen, 0);
  atomic_fetch_add(&ame_clock, 1000); /* more than are drawn after the new start */
  beside(begin_late, start_anew);
  expect("what a block sees that began before a new start of the clock", seen, 1);
  expect("the clock has begun anew", atomic_load(&ame_clock) < 100, 1);
  if (pipe(output) != 0)
    return 2;
  expect("output of a reader before the writer's", letters("validated"), 'o' << 8 | '=');
  expect("output of one that fails after its draw", letters("before the version"),
         '=' << 8 | 'n');
  puts(failed ? "directed: FAIL" : "directed: OK");
  return failed != 0;
}
