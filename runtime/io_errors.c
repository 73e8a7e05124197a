/* Errors of output that was already reported as written.
 *
 * When handing queued output out fails, its transaction has committed and the
 * program was told that all is well. The error therefore sticks to the
 * descriptor or stream: the next wrapped call on it returns it, and what nobody
 * has asked for by the end is printed, and a successful exit status becomes 1.
 * One table under a lock: errors are rare, and the counter makes the usual
 * question "is there any" one load. */
#define _GNU_SOURCE
#include "io.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TABLE_SIZE 64

struct sticky_error {
  struct io_target target;
  int error; /* 0: the slot is free */
};

static struct sticky_error table[TABLE_SIZE];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static _Atomic uint32_t count;
static _Atomic bool lost; /* an error that had no room was printed at once */
static _Atomic bool stdout_used;

static bool is_stream(const struct io_target *target) {
  return target->kind == IO_STREAM || target->kind == IO_FLUSH;
}

static bool is_same(const struct io_target *a, const struct io_target *b) {
  if (is_stream(a) != is_stream(b))
    return false;
  return is_stream(a) ? a->stream == b->stream : a->descriptor == b->descriptor;
}

static struct sticky_error *find(const struct io_target *target) {
  for (size_t i = 0; i < TABLE_SIZE; i++)
    if (table[i].error && is_same(&table[i].target, target))
      return &table[i];
  return NULL;
}

static struct sticky_error *find_free(void) {
  for (size_t i = 0; i < TABLE_SIZE; i++)
    if (!table[i].error)
      return &table[i];
  return NULL;
}

static void print(const struct io_target *target, int error) {
  char where[64], line[256];
  if (!is_stream(target))
    snprintf(where, sizeof where, "descriptor %d", target->descriptor);
  else
    snprintf(where, sizeof where, "%s",
             target->stream == stdout   ? "standard output"
             : target->stream == stderr ? "standard error"
                                        : "a stream");
  const int length =
      snprintf(line, sizeof line,
               "ame: output of a committed transaction to %s failed: %s\n",
               where, strerror(error));
  if (length > 0 && write(STDERR_FILENO, line, (size_t)length) < 0)
    return; /* standard error itself is gone; the exit status tells */
}

void ame_io_error_set(const struct io_target *target, int error) {
  pthread_mutex_lock(&lock);
  struct sticky_error *slot = find(target) ? NULL : find_free();
  if (slot) {
    *slot = (struct sticky_error){*target, error};
    atomic_fetch_add_explicit(&count, 1, memory_order_relaxed);
  } else if (!find(target)) {
    print(target, error);
    atomic_store_explicit(&lost, true, memory_order_relaxed);
  }
  pthread_mutex_unlock(&lock);
}

int ame_io_error_take(const struct io_target *target) {
  /* relaxed: an error of another thread's commit that is not yet visible here
   * is returned by a later call. */
  if (ame_likely(atomic_load_explicit(&count, memory_order_relaxed) == 0))
    return 0;
  int error = 0;
  pthread_mutex_lock(&lock);
  struct sticky_error *slot = find(target);
  if (slot) {
    error = slot->error;
    slot->error = 0;
    atomic_fetch_sub_explicit(&count, 1, memory_order_relaxed);
  }
  pthread_mutex_unlock(&lock);
  return error;
}

void ame_io_note_stream(FILE *stream) {
  if (stream == stdout)
    atomic_store_explicit(&stdout_used, true, memory_order_relaxed);
}

/* What standard output still buffers may fail now, after the last commit. */
static void flush_stdout(void) {
  const struct io_target target = ame_io_to_stream(stdout);
  if (!atomic_load_explicit(&stdout_used, memory_order_relaxed))
    return;
  errno = 0;
  if (fflush(stdout) != 0 && errno != EBADF)
    ame_io_error_set(&target, errno);
}

static void report(int status, void *unused) {
  (void)unused;
  flush_stdout();
  bool any = atomic_load_explicit(&lost, memory_order_relaxed);
  for (size_t i = 0; i < TABLE_SIZE; i++)
    if (table[i].error) {
      print(&table[i].target, table[i].error);
      any = true;
    }
  if (any && status == 0) {
    fflush(NULL);
    _exit(EXIT_FAILURE);
  }
}

__attribute__((constructor)) static void report_at_exit(void) {
  on_exit(report, NULL);
}
