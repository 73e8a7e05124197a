/* Intent: where an error of committed output surfaces (next call, fsync, close,
 * ferror, callback, exit), that no byte is lost or doubled beside it, and that
 * a transaction that was told and aborts has not been told. */
#define _GNU_SOURCE
#include "io_test.h"

#include <pthread.h>
#include <signal.h>

static int file, full, ends[2], aborts;

static int prepare(void **state) {
  aborts = 0;
  file = new_file();
  full = open("/dev/full", O_WRONLY);
  ame_io_fault = NULL;
  return pipe(ends);
}
static int clean_up(void **state) {
  close(file);
  close(full);
  close(ends[0]);
  close(ends[1]);
  ame_io_fault = NULL;
  ame_io_on_error(NULL, NULL);
  return 0;
}

struct output {
  int descriptor;
  FILE *stream;
  const char *text;
  int result, error;
};
static void put(void *argument) {
  struct output *output = argument;
  const size_t size = strlen(output->text);
  errno = 0;
  output->result =
      output->stream
          ? __ame_libc_fputs(output->text, output->stream)
          : (int)__ame_libc_write(output->descriptor, output->text, size);
  output->error = errno;
}
static int put_text(int descriptor, const char *text) {
  struct output output = {.descriptor = descriptor, .text = text};
  run_transaction(put, &output);
  errno = output.error;
  return output.result;
}
static int put_stream(FILE *stream, const char *text) {
  struct output output = {.stream = stream, .text = text};
  run_transaction(put, &output);
  errno = output.error;
  return output.result;
}

/* --- faults: a plan of what each write does ------------------------------ */

/* -errno, or how many bytes at most; then all. */
static const int *plan;
static int calls;
static ssize_t follow_plan(int descriptor, size_t size) {
  calls++;
  if (!plan || *plan == 0)
    return (ssize_t)size;
  const int step = *plan++;
  return step < 0 ? step : (size_t)step < size ? step : (ssize_t)size;
}
static void set_plan(const int *steps) {
  plan = steps;
  calls = 0;
  ame_io_fault = follow_plan;
}

static void interruptions_and_short_writes(void **state) {
  set_plan((const int[]){-EINTR, 1, -EAGAIN, 2, -EINTR, 1, 0});
  assert_int_equal(put_text(file, "abcdefg"), 7);
  assert_string_equal(contents(file), "abcdefg");
  assert_int_equal(calls, 7);
  assert_int_equal(put_text(file, "h"), 1); /* nothing stuck */
  assert_string_equal(contents(file), "abcdefgh");
}

static void an_error_in_the_middle(void **state) {
  set_plan((const int[]){3, -EIO, 0});
  assert_int_equal(put_text(file, "abcdef"), 6);
  assert_string_equal(contents(file), "abc");
  assert_int_equal(put_text(file, "X"), -1);
  assert_int_equal(errno, EIO);
  assert_int_equal(put_text(file, "Y"), 1);
  assert_string_equal(contents(file), "abcY");
}

static void others_are_not_affected(void **state) {
  int other = new_file();
  set_plan((const int[]){-EIO, 0});
  assert_int_equal(put_text(file, "a"), 1);
  assert_int_equal(put_text(other, "b"), 1);
  assert_string_equal(contents(other), "b");
  assert_int_equal(__ame_libc_close(file), -1);
  assert_int_equal(errno, EIO);
  close(other);
}

/* --- who returns it ------------------------------------------------------ */

static void fsync_and_close_return_it(void **state) {
  assert_int_equal(put_text(full, "x"), 1);
  assert_int_equal(__ame_libc_fsync(full), -1);
  assert_int_equal(errno, ENOSPC);
  assert_int_equal(put_text(full, "x"), 1);
  assert_int_equal(__ame_libc_close(full), -1);
  assert_int_equal(errno, ENOSPC);
  full = open("/dev/full", O_WRONLY);
  assert_int_equal(put_text(full, "x"), 1);
  assert_int_equal(put_text(full, "x"), -1);
  assert_int_equal(errno, ENOSPC);
  assert_int_equal(__ame_libc_close(full), 0); /* told once */
}

static void streams_keep_their_own(void **state) {
  FILE *stream = fdopen(dup(full), "w");
  assert_int_equal(put_stream(stream, "x"), 1);
  assert_true(ferror(stream) != 0); /* plain code sees it */
  assert_int_equal(__ame_libc_fflush(stream), EOF);
  assert_int_equal(errno, ENOSPC);
  assert_int_equal(put_stream(stream, "x"), 1);
  assert_int_equal(__ame_libc_fclose(stream), EOF);
  assert_int_equal(errno, ENOSPC);
}

static void write_now(void *unused) {
  __ame_inevitable("test");
  assert_int_equal(__ame_libc_write(full, "x", 1), -1);
  assert_int_equal(errno, ENOSPC);
}
static void an_inevitable_call_returns_its_own(void **state) {
  run_transaction(write_now, NULL);
  assert_int_equal(__ame_libc_close(full), 0);
  full = -1;
}

static void strict_write(void *unused) {
  assert_int_equal(__ame_libc_write(full, "x", 1), -1);
  assert_int_equal(errno, ENOSPC);
  assert_true(ame_is_inevitable());
}
static void strict_print(void *stream) {
  assert_int_equal(__ame_libc_fputs("x", stream), EOF);
  assert_int_equal(errno, ENOSPC);
}
static void strict_results_are_real(void **state) {
  FILE *stream = fdopen(dup(full), "w");
  ame_io_strict(full, 1);
  run_transaction(strict_write, NULL);
  ame_io_strict(full, 0);
  ame_options.io_strict = true;
  run_transaction(strict_write, NULL);
  run_transaction(strict_print, stream);
  ame_options.io_strict = false;
  assert_int_equal(__ame_libc_fclose(stream), 0);
}

static void told_and_aborted(void *unused) {
  assert_int_equal(__ame_libc_write(full, "x", 1), -1);
  abort_first(&aborts, 2);
}
static void an_abort_is_not_told(void **state) {
  assert_int_equal(put_text(full, "x"), 1);
  run_transaction(told_and_aborted, NULL);
  assert_int_equal(aborts, 2);
  assert_int_equal(__ame_libc_close(full), 0);
  full = -1;
}

static void a_number_reused_is_another_file(void **state) {
  int pair[2];
  assert_int_equal(put_text(full, "x"), 1);
  close(full); /* plain code: nobody was told */
  assert_int_equal(__ame_libc_pipe(pair), 0);
  assert_true(pair[0] == full || pair[1] == full);
  assert_int_equal(put_text(pair[1], "y"), 1);
  assert_string_equal(arrived(pair[0]), "y");
  close(pair[0]);
  close(pair[1]);
  full = -1;
}

/* --- callback ------------------------------------------------------------ */

static int told_descriptor, told_error, told_times;
static void tell(int descriptor, int error, void *arg) {
  assert_false(ame_active());
  told_descriptor = descriptor;
  told_error = error;
  ++*(int *)arg;
}
static void the_callback_hears_of_it(void **state) {
  ame_io_on_error(tell, &told_times);
  assert_int_equal(put_text(full, "x"), 1);
  assert_int_equal(told_times, 1);
  assert_int_equal(told_descriptor, full);
  assert_int_equal(told_error, ENOSPC);
  assert_int_equal(__ame_libc_close(full), -1); /* and it still sticks */
  full = -1;
}

/* --- closed peers -------------------------------------------------------- */

static void a_closed_pipe_with_sigpipe_ignored(void **state) {
  signal(SIGPIPE, SIG_IGN);
  close(ends[0]);
  assert_int_equal(put_text(ends[1], "x"), 1);
  assert_int_equal(put_text(ends[1], "x"), -1);
  assert_int_equal(errno, EPIPE);
  signal(SIGPIPE, SIG_DFL);
}

static _Atomic(pthread_t) signalled;
static void note_signal(int number) {
  atomic_store(&signalled, pthread_self());
}
static void sigpipe_in_the_committing_thread(void **state) {
  signal(SIGPIPE, note_signal);
  close(ends[0]);
  assert_int_equal(put_text(ends[1], "x"), 1);
  assert_true(pthread_equal(signalled, pthread_self()));
  assert_int_equal(__ame_libc_close(ends[1]), -1);
  assert_int_equal(errno, EPIPE);
  signal(SIGPIPE, SIG_DFL);
}

static void send_quietly(void *socket) {
  assert_int_equal(__ame_libc_send(*(int *)socket, "x", 1, MSG_NOSIGNAL), 1);
}
static void no_sigpipe_where_none_is_wanted(void **state) {
  int pair[2];
  assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
  close(pair[0]);
  run_transaction(send_quietly, &pair[1]); /* the default would kill */
  assert_int_equal(__ame_libc_close(pair[1]), -1);
  assert_int_equal(errno, EPIPE);
}

/* --- the exit ------------------------------------------------------------ */

static char report[4096];
static int run_child(void (*body)(void), const char *options) {
  int status = 0, errors[2];
  fflush(NULL);
  assert_int_equal(pipe(errors), 0);
  const pid_t child = fork();
  if (child == 0) {
    dup2(errors[1], STDERR_FILENO);
    if (options)
      ame_io_fault_parse(options);
    body();
    exit(0);
  }
  close(errors[1]);
  const ssize_t size = read(errors[0], report, sizeof report - 1);
  report[size > 0 ? size : 0] = 0;
  close(errors[0]);
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static void fail_silently(void) { put_text(full, "xyz"); }
static void fail_and_ask(void) {
  put_text(full, "xyz");
  __ame_libc_close(full);
}
static void fail_standard_output(void) {
  dup2(full, STDOUT_FILENO);
  put_stream(stdout, "xyz");
}
static void exit_reports_what_nobody_asked_for(void **state) {
  assert_int_equal(run_child(fail_silently, NULL), 1);
  assert_non_null(strstr(report, "descriptor"));
  assert_non_null(strstr(report, "No space left on device (3 bytes"));
  assert_int_equal(run_child(fail_and_ask, NULL), 0);
  assert_string_equal(report, "");
  assert_int_equal(run_child(fail_standard_output, NULL), 1);
  assert_non_null(strstr(report, "standard output"));
}

static void write_six(void) {
  for (int i = 0; i < 6; i++)
    if (put_text(file, "ab") < 0)
      put_text(file, "!");
}
static void the_option_injects_faults(void **state) {
  assert_int_equal(run_child(write_six, "EIO/4,short/3"), 1);
  /* ab, ab, a and EIO, told: !, ab, a and EIO, which nobody asked for */
  assert_string_equal(contents(file), "ababa!aba");
  assert_non_null(strstr(report, "Input/output error (1 bytes"));
}
static void a_bad_fault_plan_is_reported(void **state) {
  assert_int_equal(run_child(write_six, "EWHAT/2"), 0);
  assert_non_null(strstr(report, "bad rule 'EWHAT/2'"));
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, prepare, clean_up)

int main(void) {
  const struct CMUnitTest tests[] = {
      CASE(interruptions_and_short_writes),
      CASE(an_error_in_the_middle),
      CASE(others_are_not_affected),
      CASE(fsync_and_close_return_it),
      CASE(streams_keep_their_own),
      CASE(an_inevitable_call_returns_its_own),
      CASE(strict_results_are_real),
      CASE(an_abort_is_not_told),
      CASE(the_callback_hears_of_it),
      CASE(a_closed_pipe_with_sigpipe_ignored),
      CASE(sigpipe_in_the_committing_thread),
      CASE(no_sigpipe_where_none_is_wanted),
      CASE(exit_reports_what_nobody_asked_for),
      CASE(the_option_injects_faults),
      CASE(a_bad_fault_plan_is_reported),
      CASE(a_number_reused_is_another_file), /* the last: leaves an error */
  };
  const int failed = cmocka_run_group_tests(tests, NULL, NULL);
  fflush(NULL);
  _exit(failed != 0);
}
