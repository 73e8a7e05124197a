/* Messages for people: err.h, error.h, syslog.
 *
 * Formatted at once, like printf. A message to standard error is output like any;
 * one for the system's log is a deferred call. The functions that end the process
 * leave the block like exit: it commits, with its output. */
#define _GNU_SOURCE
#include "io.h"

#include "libc_access.h"

#include <err.h>
#include <errno.h>
#include <error.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>

_Noreturn void __ame_libc_exit(int status);

/* --- standard error ------------------------------------------------------ */

static void append_text(struct ame_text *text, const char *string) {
  ame_text_append(text, string, strlen(string));
}

enum { NO_ERROR = -1 };

/* "NAME: FORMATTED: ERROR" */
static void put_message(const char *name, const char *format, va_list arguments,
                        int error) {
  const struct ame_scratch_mark mark = ame_scratch_mark();
  struct ame_text text;
  ame_text_init(&text);
  append_text(&text, name);
  if (format) {
    append_text(&text, ": ");
    struct ame_text formatted;
    ame_text_init(&formatted);
    ame_format(&formatted, format, arguments);
    ame_text_append(&text, formatted.bytes, formatted.length);
  }
  if (error != NO_ERROR) {
    append_text(&text, ": ");
    append_text(&text, strerror(error));
  }
  append_text(&text, "\n");
  ame_io_put_private(stderr, text.bytes, text.length);
  ame_scratch_release(mark);
}

static void put_warning(const char *format, va_list arguments, int error) {
  /* libc's way: "NAME: ", even when nothing follows. */
  put_message(program_invocation_short_name,
              format || error != NO_ERROR ? format : "", arguments, error);
}

#define WITH_ARGUMENTS(call)                                                   \
  va_list arguments;                                                           \
  va_start(arguments, format);                                                 \
  call;                                                                        \
  va_end(arguments)

static void warn_with(const char *format, va_list arguments) {
  const int error = errno;
  if (ame_active())
    put_warning(format, arguments, error);
  else
    vwarn(format, arguments);
  errno = error;
}
static void warn_without(const char *format, va_list arguments) {
  if (ame_active())
    put_warning(format, arguments, NO_ERROR);
  else
    vwarnx(format, arguments);
}

AME_WRAPPER(void, vwarn, (const char *format, va_list arguments)) {
  warn_with(format, arguments);
}
AME_WRAPPER(void, warn, (const char *format, ...)) {
  WITH_ARGUMENTS(warn_with(format, arguments));
}
AME_WRAPPER(void, vwarnx, (const char *format, va_list arguments)) {
  warn_without(format, arguments);
}
AME_WRAPPER(void, warnx, (const char *format, ...)) {
  WITH_ARGUMENTS(warn_without(format, arguments));
}

_Noreturn AME_WRAPPER(void, verr,
                      (int status, const char *format, va_list arguments)) {
  warn_with(format, arguments);
  __ame_libc_exit(status);
}
_Noreturn AME_WRAPPER(void, err, (int status, const char *format, ...)) {
  WITH_ARGUMENTS(warn_with(format, arguments));
  __ame_libc_exit(status);
}
_Noreturn AME_WRAPPER(void, verrx,
                      (int status, const char *format, va_list arguments)) {
  warn_without(format, arguments);
  __ame_libc_exit(status);
}
_Noreturn AME_WRAPPER(void, errx, (int status, const char *format, ...)) {
  WITH_ARGUMENTS(warn_without(format, arguments));
  __ame_libc_exit(status);
}

/* libc prints it, with the program's own way to print its name. */
static void error_now(int error_number, const char *format, va_list arguments) {
  char *text = NULL;
  if (vasprintf(&text, format, arguments) >= 0)
    error(0, error_number, "%s", text);
  free(text);
}

static void put_error(int error_number, const char *format, va_list arguments) {
  const struct io_target flush = {
      .kind = IO_FLUSH, .descriptor = -1, .stream = stdout};
  ame_io_append_private(&flush, NULL, 0);
  put_message(program_invocation_name, format, arguments,
              error_number ? error_number : NO_ERROR);
  __ame_write(&error_message_count, sizeof error_message_count);
  error_message_count++;
}

/* What error_print_progname prints cannot be formatted before. */
static void error_in_transaction(int error_number, const char *format,
                                 va_list arguments) {
  const struct ame_scratch_mark mark = ame_scratch_mark();
  struct ame_text text;
  if (!error_print_progname) {
    put_error(error_number, format, arguments);
    return;
  }
  ame_text_init(&text);
  ame_format(&text, format, arguments);
  ame_io_make_it_now("error_print_progname");
  error(0, error_number, "%s", text.bytes);
  ame_scratch_release(mark);
}

AME_WRAPPER(void, error,
            (int status, int error_number, const char *format, ...)) {
  WITH_ARGUMENTS((ame_active() ? error_in_transaction : error_now)(
      error_number, format, arguments));
  if (status)
    __ame_libc_exit(status);
}

/* --- the system's log ---------------------------------------------------- */

struct log_message {
  int priority;
  char text[];
};

static void write_log(const void *argument) {
  const struct log_message *message = argument;
  syslog(message->priority, "%s", message->text);
}

static void put_log(int priority, const char *format, va_list arguments) {
  if (!ame_active()) {
    vsyslog(priority, format, arguments);
    return;
  }
  const struct ame_scratch_mark mark = ame_scratch_mark();
  struct ame_text text;
  ame_text_init(&text);
  if (ame_format(&text, format, arguments) >= 0) {
    const size_t size = sizeof(struct log_message) + text.length + 1;
    struct log_message *message = ame_scratch_take(size);
    message->priority = priority;
    memcpy(message->text, text.bytes, text.length + 1);
    const struct io_target target = {
        .kind = IO_CALL, .descriptor = -1, .thunk = write_log};
    ame_io_append_private(&target, message, size);
  }
  ame_scratch_release(mark);
}

AME_WRAPPER(void, vsyslog,
            (int priority, const char *format, va_list arguments)) {
  put_log(priority, format, arguments);
}
AME_WRAPPER(void, syslog, (int priority, const char *format, ...)) {
  WITH_ARGUMENTS(put_log(priority, format, arguments));
}
AME_WRAPPER(void, __vsyslog_chk,
            (int priority, int flag, const char *format, va_list arguments)) {
  (void)flag;
  put_log(priority, format, arguments);
}
AME_WRAPPER(void, __syslog_chk, (int priority, int flag, const char *format, ...)) {
  (void)flag;
  WITH_ARGUMENTS(put_log(priority, format, arguments));
}
