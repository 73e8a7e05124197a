/* Intent: commit handlers, deferred calls and output of one transaction run in
 * program order, those of all transactions in commit order; a deferred call may
 * run transactions, end its thread or the process, and nothing is lost. */
#define _GNU_SOURCE
#include "io.h"
#include "runtime_test.h"

#include <fcntl.h>
#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

extern __typeof__(write) __ame_libc_write;
extern __typeof__(fprintf) __ame_libc_fprintf;

static int channel[2];
static char seen[1 << 16];
static int aborts;

static int open_channel(void **state) {
  aborts = 0;
  return pipe(channel) == 0 && fcntl(channel[0], F_SETFL, O_NONBLOCK) == 0 ? 0
                                                                           : -1;
}

static int close_channel(void **state) {
  close(channel[0]);
  close(channel[1]);
  return 0;
}

static const char *read_channel(void) {
  const ssize_t size = read(channel[0], seen, sizeof seen - 1);
  seen[size > 0 ? size : 0] = 0;
  return seen;
}

static void say(const char *text) {
  if (write(channel[1], text, strlen(text)) < 0)
    abort();
}

static void put(const char *text) {
  __ame_libc_write(channel[1], text, strlen(text));
}

static void handler(void *text) { say(text); }
static void deferred(const void *argument) {
  say(*(const char *const *)argument);
}
static void defer(const char *text) {
  __ame_defer((void *)(uintptr_t)deferred, &text, sizeof text);
}

/* --- one transaction ----------------------------------------------------- */

static void mixed(void *unused) {
  put("a");
  ame_on_commit(handler, "b");
  put("c");
  defer("d");
  ame_on_commit(handler, "e");
  put("f");
  abort_first(&aborts, 1);
}

static void program_order(void **state) {
  run_transaction(mixed, NULL);
  assert_string_equal(read_channel(), "abcdef");
  assert_int_equal(aborts, 1);
}

static void prompt(void *early) {
  ame_on_commit(handler, "[handler]");
  put("name?");
  __ame_inevitable("input");
  strcpy(early, read_channel());
  put("!");
}

static void a_call_that_may_wait_finds_the_output_sent(void **state) {
  char early[100];
  run_transaction(prompt, early);
  assert_string_equal(early, "name?");
  assert_string_equal(read_channel(), "[handler]!");
}

/* --- transactions in deferred code --------------------------------------- */

static uint64_t cell;

static void inner(void *text) {
  __ame_write(&cell, sizeof cell);
  cell++;
  put(text);
}
static void inner_inevitable(void *text) {
  __ame_inevitable("inner");
  inner(text);
}
static void run_inner(void *text) { run_transaction(inner, text); }
static void run_inner_inevitable(void *text) {
  run_transaction(inner_inevitable, text);
}

static void outer(void *inevitable) {
  put("<");
  if (inevitable)
    __ame_inevitable("outer");
  ame_on_commit(run_inner, "1");
  ame_on_commit(run_inner_inevitable, "2");
  put(">");
}

static void handlers_run_transactions(void **state) {
  run_transaction(outer, NULL);
  assert_string_equal(read_channel(), "<12>");
  run_transaction(outer, "inevitable"); /* its token is free by then */
  assert_string_equal(read_channel(), "<12>");
}

/* Deferred code that runs transactions beside inevitable ones with output: the
 * turn goes on. */
enum { THREADS = 4, ROUNDS = 200 };
static _Atomic int handled;

static void count_inner(void *unused) {
  __ame_write(&cell, sizeof cell);
  cell++;
}
static void handle(void *unused) {
  run_transaction(count_inner, NULL);
  atomic_fetch_add(&handled, 1);
}
static void busy(void *number) {
  __ame_write(&cell, sizeof cell);
  cell++;
  if ((uintptr_t)number % 3 == 0)
    __ame_inevitable("now and then");
  put("x");
  ame_on_commit(handle, NULL);
  put("y");
}
static void *run_busy(void *unused) {
  for (uintptr_t i = 0; i < ROUNDS; i++)
    run_transaction(busy, (void *)i);
  return NULL;
}

static void turns_go_on(void **state) {
  pthread_t threads[THREADS];
  cell = 0;
  for (int i = 0; i < THREADS; i++)
    pthread_create(&threads[i], NULL, run_busy, NULL);
  for (int i = 0; i < THREADS; i++)
    pthread_join(threads[i], NULL);
  assert_int_equal(cell, 2 * THREADS * ROUNDS);
  assert_int_equal(handled, THREADS * ROUNDS);
  assert_int_equal(strlen(read_channel()), 2 * THREADS * ROUNDS);
}

/* --- commit order -------------------------------------------------------- */

static uint64_t next_number;
static uint64_t order[THREADS * ROUNDS * 2];
static size_t ordered; /* written in turns only */

static void note_handler(void *number) {
  order[ordered++] = (uint64_t)(uintptr_t)number;
}
static void note_deferred(const void *number) {
  order[ordered++] = *(const uint64_t *)number;
}
static void numbered(void *unused) {
  uint64_t number;
  __ame_read_copy(&number, &next_number, sizeof number);
  number++;
  ame_on_commit(note_handler, (void *)(uintptr_t)number);
  __ame_write(&next_number, sizeof next_number);
  next_number = number;
  if (number % 64 == 0)
    __ame_inevitable("now and then");
  __ame_defer((void *)(uintptr_t)note_deferred, &number, sizeof number);
}
static void *run_numbered(void *unused) {
  for (int i = 0; i < ROUNDS; i++)
    run_transaction(numbered, NULL);
  return NULL;
}

static void deferred_code_is_in_commit_order(void **state) {
  pthread_t threads[THREADS];
  for (int i = 0; i < THREADS; i++)
    pthread_create(&threads[i], NULL, run_numbered, NULL);
  for (int i = 0; i < THREADS; i++)
    pthread_join(threads[i], NULL);
  assert_int_equal(ordered, 2 * THREADS * ROUNDS);
  for (size_t i = 0; i < ordered; i++)
    assert_int_equal(order[i], i / 2 + 1);
}

/* --- an irreversible transaction's output is behind what it has seen ----- */

static _Atomic int others_attempts, first_is_out;

static void other(void *unused) {
  atomic_fetch_add(&others_attempts, 1);
  __ame_write(&cell, sizeof cell);
  *(volatile uint64_t *)&cell = 1;
  put("B");
}
static void *run_other(void *unused) {
  while (!atomic_load(&first_is_out))
    sched_yield();
  run_transaction(other, NULL);
  return NULL;
}
static void output_then_look(void *unused) {
  uint64_t value;
  __ame_inevitable("test");
  put("a");
  /* Its commit point draws a version; its abort another. */
  const uint32_t wanted = atomic_load(&ame_clock) + 1;
  atomic_store(&first_is_out, 1);
  /* The other one has been to its commit point. */
  while (atomic_load(&others_attempts) == 0 ||
         (atomic_load_explicit(&ame_clock, memory_order_acquire) < wanted))
    sched_yield();
  __ame_read_copy(&value, &cell, sizeof value);
  put(value ? "1" : "0");
}
static void nothing_commits_output_in_between(void **state) {
  pthread_t thread;
  cell = 0;
  pthread_create(&thread, NULL, run_other, NULL);
  run_transaction(output_then_look, NULL);
  pthread_join(thread, NULL);
  assert_string_equal(read_channel(), "a0B");
}

/* --- a transaction without output does not wait -------------------------- */

static _Atomic bool is_handling, may_end;

static void block_until_told(void *unused) {
  atomic_store(&is_handling, true);
  while (!atomic_load(&may_end))
    sched_yield();
}
static void slow(void *unused) { ame_on_commit(block_until_told, NULL); }
static void *run_slow(void *unused) {
  run_transaction(slow, NULL);
  return NULL;
}

static void without_output_nobody_waits(void **state) {
  pthread_t thread;
  pthread_create(&thread, NULL, run_slow, NULL);
  while (!atomic_load(&is_handling))
    sched_yield();
  for (int i = 0; i < 100; i++)
    run_transaction(count_inner, NULL);
  assert_true(atomic_load(&is_handling)); /* still, and we are through */
  atomic_store(&may_end, true);
  pthread_join(thread, NULL);
}

/* --- the end of thread and process in deferred code ---------------------- */

static void end_thread(void *unused) { pthread_exit(NULL); }
static void ending(void *unused) {
  put("before ");
  ame_on_commit(end_thread, NULL);
  put("after");
}
static void *run_ending(void *unused) {
  run_transaction(ending, NULL);
  abort();
}

static void a_thread_may_end_in_a_handler(void **state) {
  pthread_t thread;
  pthread_create(&thread, NULL, run_ending, NULL);
  pthread_join(thread, NULL);
  assert_string_equal(read_channel(), "before after");
  run_transaction(mixed, NULL); /* the turn went on */
}

static void end_process(void *unused) { exit(7); }
static void leaving(void *unused) {
  put("before ");
  ame_on_commit(end_process, NULL);
  put("after");
}

static int status_of_child(void (*body)(void *)) {
  int status = 0;
  fflush(NULL);
  const pid_t child = fork();
  if (child == 0) {
    run_transaction(body, NULL);
    _exit(0);
  }
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void the_process_may_end_in_a_handler(void **state) {
  assert_int_equal(status_of_child(leaving), 7);
  assert_string_equal(read_channel(), "before after");
}

/* --- fork in deferred code and in transactions --------------------------- */

static void fork_here(void *unused) {
  int status;
  const pid_t child = fork();
  if (child != 0)
    waitpid(child, &status, 0);
  else
    say("child ");
}
static void forking(void *unused) {
  put("a ");
  ame_on_commit(fork_here, NULL);
  put("b ");
}
static void fork_and_leave(void *unused) {
  const pid_t self = getpid();
  run_transaction(forking, NULL);
  if (getpid() != self)
    _exit(0);
}

static void a_fork_in_a_handler_doubles_nothing(void **state) {
  fork_and_leave(NULL);
  assert_string_equal(read_channel(), "a child b ");
}

static void forking_inside(void *unused) {
  put("a ");
  ame_on_commit(handler, "handler ");
  __ame_inevitable("call to fork");
  const pid_t child = fork();
  if (child == 0) {
    put("child ");
    return; /* commits in the child, too */
  }
  waitpid(child, NULL, 0);
  put("parent ");
}

static void a_fork_inside_doubles_nothing(void **state) {
  const pid_t self = getpid();
  run_transaction(forking_inside, NULL);
  if (getpid() != self)
    _exit(0);
  assert_string_equal(read_channel(), "a child handler parent ");
}

#define WITH_CHANNEL(test)                                                     \
  cmocka_unit_test_setup_teardown(test, open_channel, close_channel)

int main(void) {
  const struct CMUnitTest tests[] = {
      WITH_CHANNEL(program_order),
      WITH_CHANNEL(a_call_that_may_wait_finds_the_output_sent),
      WITH_CHANNEL(handlers_run_transactions),
      WITH_CHANNEL(turns_go_on),
      WITH_CHANNEL(a_thread_may_end_in_a_handler),
      WITH_CHANNEL(the_process_may_end_in_a_handler),
      WITH_CHANNEL(a_fork_in_a_handler_doubles_nothing),
      WITH_CHANNEL(a_fork_inside_doubles_nothing),
      WITH_CHANNEL(nothing_commits_output_in_between),
      cmocka_unit_test(deferred_code_is_in_commit_order),
      cmocka_unit_test(without_output_nobody_waits),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
