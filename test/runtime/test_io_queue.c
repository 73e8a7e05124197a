/* Intent: output of a transaction appears once, at its commit, in program order
 * and in one global order; an aborted attempt outputs nothing; errors stick. */
#define _GNU_SOURCE
#include "io.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

extern __typeof__(write) __ame_libc_write;
extern __typeof__(writev) __ame_libc_writev;
extern __typeof__(close) __ame_libc_close;
extern __typeof__(fsync) __ame_libc_fsync;
extern __typeof__(dprintf) __ame_libc_dprintf;
extern __typeof__(fprintf) __ame_libc_fprintf;
extern __typeof__(fputs) __ame_libc_fputs;
extern __typeof__(fputc) __ame_libc_fputc;
extern __typeof__(fwrite) __ame_libc_fwrite;
extern __typeof__(fflush) __ame_libc_fflush;
extern _Noreturn void __ame_libc_exit(int status);
extern int __ame_libc_pthread_join(pthread_t thread, void **result);

#define FRAME_TOP() ((char *)__builtin_frame_address(0) + sizeof(void *))
#define BEGIN(name) __ame_begin((name), FRAME_TOP(), NULL, 0)
#define OWN_FRAME __attribute__((noinline))

static int channel[2];
static FILE *stream;
static int attempts;
static char seen[4096];

static int open_channel(void **state) {
  (void)state;
  attempts = 0;
  if (pipe(channel) != 0 || fcntl(channel[0], F_SETFL, O_NONBLOCK) != 0)
    return -1;
  stream = fdopen(dup(channel[1]), "w");
  return stream ? 0 : -1;
}

static int close_channel(void **state) {
  (void)state;
  fclose(stream);
  close(channel[0]);
  close(channel[1]);
  return 0;
}

static const char *read_channel(void) {
  const ssize_t size = read(channel[0], seen, sizeof seen - 1);
  seen[size > 0 ? size : 0] = 0;
  return seen;
}

/* --- when output appears -------------------------------------------------- */

static char early[64];

OWN_FRAME static void write_in_order(void) {
  BEGIN("write in order");
  __ame_libc_write(channel[1], "a", 1);
  assert_int_equal(__ame_libc_fputs("b", stream), 1);
  __ame_libc_fflush(stream);
  assert_int_equal(__ame_libc_dprintf(channel[1], "%s%d", "c", 42), 3);
  struct iovec pieces[] = {{"d", 1}, {"ef", 2}};
  assert_int_equal(__ame_libc_writev(channel[1], pieces, 2), 3);
  strcpy(early, read_channel());
  __ame_commit();
}

static void output_appears_at_the_commit_in_order(void **state) {
  (void)state;
  write_in_order();
  assert_string_equal(early, "");
  assert_string_equal(read_channel(), "abc42def");
}

OWN_FRAME static void write_and_abort_once(void) {
  BEGIN("abort once");
  __ame_libc_write(channel[1], "x", 1);
  __ame_libc_fprintf(stream, "%5.1f|", 2.25);
  __ame_libc_fflush(stream);
  if (attempts++ == 0)
    ame_abort(AME_ABORT_FORCED);
  __ame_commit();
}

static void an_aborted_attempt_outputs_nothing(void **state) {
  (void)state;
  write_and_abort_once();
  assert_int_equal(attempts, 2);
  assert_string_equal(read_channel(), "x  2.2|");
}

OWN_FRAME static void prompt(void) {
  BEGIN("prompt");
  __ame_libc_write(channel[1], "name?", 5);
  __ame_inevitable("input");
  strcpy(early, read_channel());
  __ame_libc_write(channel[1], "!", 1);
  strcat(early, read_channel());
  __ame_commit();
}

static void an_inevitable_transaction_outputs_at_once(void **state) {
  (void)state;
  prompt();
  assert_string_equal(early, "name?!");
  assert_string_equal(read_channel(), "");
}

OWN_FRAME static void write_much(size_t size) {
  static char block[1000];
  BEGIN("write much");
  memset(block, 'm', sizeof block);
  for (size_t i = 0; i < size; i += sizeof block)
    __ame_libc_write(channel[1], block, sizeof block);
  strcpy(early, ame_is_inevitable() ? "inevitable" : "queued");
  __ame_commit();
}

static void a_full_queue_makes_inevitable(void **state) {
  (void)state;
  const uint64_t saved = ame_options.io_max;
  ame_options.io_max = 10000;
  write_much(5000);
  assert_string_equal(early, "queued");
  write_much(20000);
  assert_string_equal(early, "inevitable");
  ame_options.io_max = saved;
}

static void *read_all(void *total) {
  struct timespec pause = {0, 1000000};
  char bytes[8192];
  while (*(size_t *)total < 1000000) {
    const ssize_t size = read(channel[0], bytes, sizeof bytes);
    if (size > 0)
      *(size_t *)total += (size_t)size;
    else
      nanosleep(&pause, NULL);
  }
  return NULL;
}

static void a_full_pipe_is_waited_for(void **state) {
  (void)state;
  pthread_t reader;
  size_t total = 0;
  pthread_create(&reader, NULL, read_all, &total);
  write_much(1000000);
  pthread_join(reader, NULL);
  assert_int_equal(total, 1000000);
}

/* --- order among threads -------------------------------------------------- */

enum { THREADS = 4, ROUNDS = 300 };
static uint64_t counter;
static FILE *log_file;

OWN_FRAME static void count_and_log(void) {
  BEGIN("count and log");
  uint64_t value;
  __ame_read_copy(&value, &counter, sizeof value);
  value++;
  __ame_write(&counter, sizeof counter);
  counter = value;
  __ame_libc_fprintf(log_file, "%lu", (unsigned long)value);
  if (value % 50 == 0)
    __ame_inevitable("now and then");
  __ame_libc_fputc('\n', log_file);
  __ame_commit();
}

static void *run_rounds(void *unused) {
  (void)unused;
  for (int i = 0; i < ROUNDS; i++)
    count_and_log();
  return NULL;
}

static void output_is_in_commit_order(void **state) {
  (void)state;
  pthread_t threads[THREADS];
  unsigned long number, expected = 0;
  log_file = tmpfile();
  counter = 0;
  for (int i = 0; i < THREADS; i++)
    pthread_create(&threads[i], NULL, run_rounds, NULL);
  for (int i = 0; i < THREADS; i++)
    pthread_join(threads[i], NULL);
  rewind(log_file);
  while (fscanf(log_file, "%lu", &number) == 1)
    assert_int_equal(number, ++expected);
  assert_int_equal(expected, THREADS * ROUNDS);
  fclose(log_file);
}

/* --- deferred calls ------------------------------------------------------- */

OWN_FRAME static void nested_output(void) {
  BEGIN("in a deferred call");
  __ame_libc_write(channel[1], "<nested>", 8);
  __ame_commit();
}

static void deferred(const void *arguments) {
  assert_false(ame_active());
  nested_output();
  dprintf(channel[1], "<%d>", *(const int *)arguments);
}

OWN_FRAME static void defer_between(void) {
  BEGIN("defer");
  const int argument = 7;
  __ame_libc_write(channel[1], "a", 1);
  __ame_defer((void *)(uintptr_t)deferred, &argument, sizeof argument);
  __ame_libc_write(channel[1], "b", 1);
  if (attempts++ == 0)
    ame_abort(AME_ABORT_FORCED);
  __ame_commit();
}

static void deferred_calls_run_at_the_commit_in_order(void **state) {
  (void)state;
  defer_between();
  assert_string_equal(read_channel(), "a<nested><7>b");
}

/* --- errors --------------------------------------------------------------- */

static int full;

OWN_FRAME static ssize_t write_to_full(void) {
  BEGIN("full");
  const ssize_t result = __ame_libc_write(full, "x", 1);
  __ame_commit();
  return result;
}

static void an_error_sticks_to_the_descriptor(void **state) {
  (void)state;
  full = open("/dev/full", O_WRONLY);
  assert_int_equal(write_to_full(), 1);
  errno = 0;
  assert_int_equal(__ame_libc_fsync(full), -1);
  assert_int_equal(errno, ENOSPC);
  assert_int_equal(write_to_full(), 1);
  assert_int_equal(write_to_full(), -1);
  assert_int_equal(__ame_libc_close(full), 0);
}

static int status_of_child(void (*body)(void)) {
  int status = 0;
  fflush(NULL);
  const pid_t child = fork();
  if (child == 0) {
    body();
    exit(0);
  }
  waitpid(child, &status, 0);
  return status;
}

static void leave_an_error_behind(void) {
  dup2(open("/dev/null", O_WRONLY), STDERR_FILENO);
  full = open("/dev/full", O_WRONLY);
  write_to_full();
}

static void an_unreported_error_changes_the_exit_status(void **state) {
  (void)state;
  const int status = status_of_child(leave_an_error_behind);
  assert_true(WIFEXITED(status));
  assert_int_equal(WEXITSTATUS(status), 1);
}

OWN_FRAME static void exit_inside(void) {
  BEGIN("exit");
  __ame_libc_write(channel[1], "last words", 10);
  __ame_libc_exit(3);
}

static void exit_in_a_transaction_loses_nothing(void **state) {
  (void)state;
  const int status = status_of_child(exit_inside);
  assert_true(WIFEXITED(status));
  assert_int_equal(WEXITSTATUS(status), 3);
  assert_string_equal(read_channel(), "last words");
}

OWN_FRAME static void join_inside(void) {
  const struct rlimit no_core = {0, 0};
  setrlimit(RLIMIT_CORE, &no_core);
  dup2(open("/dev/null", O_WRONLY), STDERR_FILENO);
  BEGIN("join");
  __ame_libc_pthread_join(pthread_self(), NULL);
  __ame_commit();
}

static void waiting_for_a_thread_is_an_error(void **state) {
  (void)state;
  const int status = status_of_child(join_inside);
  assert_true(WIFSIGNALED(status));
}

#define WITH_CHANNEL(test)                                                     \
  cmocka_unit_test_setup_teardown(test, open_channel, close_channel)

int main(void) {
  const struct CMUnitTest tests[] = {
      WITH_CHANNEL(output_appears_at_the_commit_in_order),
      WITH_CHANNEL(an_aborted_attempt_outputs_nothing),
      WITH_CHANNEL(an_inevitable_transaction_outputs_at_once),
      WITH_CHANNEL(a_full_queue_makes_inevitable),
      WITH_CHANNEL(a_full_pipe_is_waited_for),
      WITH_CHANNEL(deferred_calls_run_at_the_commit_in_order),
      WITH_CHANNEL(exit_in_a_transaction_loses_nothing),
      cmocka_unit_test(output_is_in_commit_order),
      cmocka_unit_test(an_error_sticks_to_the_descriptor),
      cmocka_unit_test(an_unreported_error_changes_the_exit_status),
      cmocka_unit_test(waiting_for_a_thread_is_an_error),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
