/* Errors of output that was already reported as written.
 *
 * When handing queued output out fails, its transaction has committed and the
 * program was told that all is well. The error therefore sticks to the
 * descriptor or stream: the next wrapped call on it returns it, the callback of
 * ame_io_on_error hears of it, and what nobody has asked for by the end is
 * printed, and a successful exit status becomes 1. A transaction that was told
 * an error and is undone has not been told: the error sticks again.
 *
 * A descriptor's number may come to mean another file: when it is closed or
 * handed out anew its error becomes an orphan, which only the exit reports.
 *
 * One table under a lock: errors are rare, and the counter makes the usual
 * question "is there any" one load. */
#define _GNU_SOURCE
#include "io.h"

#define __AME__ 1 /* the declarations, not the fallback with one lock */
#include <ame/ame.h>

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { TABLE_SIZE = 64, EXIT_SECONDS = 10 };

struct sticky_error {
  struct io_target target;
  int error; /* 0: the slot is free */
  size_t lost;
};

struct io_taken {
  struct io_target target;
  int error;
  size_t lost;
};

static struct sticky_error table[TABLE_SIZE];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static _Atomic uint32_t count;
static _Atomic bool
    was_full; /* an error that had no room was printed at once */

static _Atomic(void (*)(int, int, void *)) callback;
static _Atomic(void *) callback_argument;

/* --- the table ----------------------------------------------------------- */

static bool is_stream(const struct io_target *target) {
  return target->kind == IO_STREAM || target->kind == IO_FLUSH;
}

static bool is_orphan(const struct io_target *target) {
  return target->kind == IO_CLOSE;
}

static bool is_same(const struct io_target *a, const struct io_target *b) {
  if (is_orphan(a) || is_orphan(b) || is_stream(a) != is_stream(b))
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

static void describe(const struct io_target *target, char *where, size_t size) {
  if (!is_stream(target))
    snprintf(where, size, "descriptor %d", target->descriptor);
  else if (target->stream == stdout || target->stream == stderr)
    snprintf(where, size, "standard %s",
             target->stream == stdout ? "output" : "error");
  else
    snprintf(where, size, "a stream");
}

static void print(const struct io_target *target, int error, size_t lost) {
  char where[64], line[256];
  describe(target, where, sizeof where);
  const int length = snprintf(
      line, sizeof line,
      "ame: output of a committed transaction to %s failed: %s (%zu bytes "
      "were not written)\n",
      where, strerror(error), lost);
  if (length > 0 && write(STDERR_FILENO, line, (size_t)length) < 0)
    return; /* standard error itself is gone; the exit status tells */
}

static void remember(const struct io_target *target, int error, size_t lost) {
  struct sticky_error *same = find(target);
  struct sticky_error *slot = same ? NULL : find_free();
  if (same) {
    same->lost += lost;
  } else if (slot) {
    *slot = (struct sticky_error){*target, error, lost};
    atomic_fetch_add_explicit(&count, 1, memory_order_relaxed);
  } else {
    print(target, error, lost);
    atomic_store_explicit(&was_full, true, memory_order_relaxed);
  }
}

static struct io_taken forget(const struct io_target *target) {
  struct io_taken taken = {.target = *target};
  struct sticky_error *slot = find(target);
  if (slot) {
    taken = (struct io_taken){slot->target, slot->error, slot->lost};
    slot->error = 0;
    atomic_fetch_sub_explicit(&count, 1, memory_order_relaxed);
  }
  return taken;
}

static bool is_empty(void) {
  /* relaxed: an error of another thread's commit that is not yet visible here
   * is returned by a later call. */
  return atomic_load_explicit(&count, memory_order_relaxed) == 0;
}

/* --- what fails ---------------------------------------------------------- */

/* Inside a transaction (it drained early) the caller returns the error. */
static void tell_callback(const struct io_target *target, int error) {
  void (*fn)(int, int, void *) =
      atomic_load_explicit(&callback, memory_order_acquire);
  if (!fn || ame_active())
    return;
  fn(is_stream(target) && target->stream ? fileno(target->stream)
                                         : target->descriptor,
     error, atomic_load_explicit(&callback_argument, memory_order_relaxed));
}

void ame_io_error_set(const struct io_target *target, int error, size_t lost) {
  pthread_mutex_lock(&lock);
  remember(target, error, lost);
  pthread_mutex_unlock(&lock);
  tell_callback(target, error);
}

void ame_io_error_drop(const struct io_target *target) {
  pthread_mutex_lock(&lock);
  forget(target);
  pthread_mutex_unlock(&lock);
}

void ame_io_error_orphan(int descriptor) {
  const struct io_target target = ame_io_to_descriptor(descriptor);
  if (ame_likely(is_empty()))
    return;
  pthread_mutex_lock(&lock);
  struct sticky_error *slot = find(&target);
  if (slot)
    slot->target.kind = IO_CLOSE;
  pthread_mutex_unlock(&lock);
}

void ame_io_on_error(void (*fn)(int descriptor, int error, void *arg),
                     void *arg) {
  atomic_store_explicit(&callback_argument, arg, memory_order_relaxed);
  /* release: the argument is there before the function. */
  atomic_store_explicit(&callback, fn, memory_order_release);
}

/* --- who is told --------------------------------------------------------- */

static void note_taken(struct ame_io *io, struct io_taken taken) {
  ame_self()->to_end |= AME_END_IO;
  io->taken = ame_own_grow(io->taken, io->taken_count, &io->taken_capacity,
                           sizeof *io->taken);
  io->taken[io->taken_count++] = taken;
}

int ame_io_error_take(const struct io_target *target) {
  if (ame_likely(is_empty()))
    return 0;
  pthread_mutex_lock(&lock);
  const struct io_taken taken = forget(target);
  pthread_mutex_unlock(&lock);
  if (taken.error && ame_active())
    note_taken(ame_self()->io, taken);
  return taken.error;
}

void ame_io_errors_commit(struct ame_io *io) { io->taken_count = 0; }

void ame_io_errors_abort(struct ame_io *io) {
  if (ame_likely(io->taken_count == 0))
    return;
  pthread_mutex_lock(&lock);
  for (size_t i = 0; i < io->taken_count; i++)
    remember(&io->taken[i].target, io->taken[i].error, io->taken[i].lost);
  pthread_mutex_unlock(&lock);
  io->taken_count = 0;
}

bool ame_io_failed_earlier(const struct io_target *target) {
  const int error = ame_io_error_take(target);
  if (error)
    errno = error;
  return error != 0;
}

/* --- strict descriptors -------------------------------------------------- */

enum { STRICT_WORDS = 64 }; /* descriptors above are strict only all together */
static _Atomic uint64_t strict[STRICT_WORDS];

bool ame_io_is_strict(int descriptor) {
  if (ame_options.io_strict)
    return true;
  if (descriptor < 0 || descriptor >= STRICT_WORDS * 64)
    return false;
  return atomic_load_explicit(&strict[descriptor / 64], memory_order_relaxed) >>
             (descriptor % 64) &
         1;
}

int ame_io_strict(int descriptor, int on) {
  if (descriptor < 0 || descriptor >= STRICT_WORDS * 64)
    return -1;
  const uint64_t bit = UINT64_C(1) << (descriptor % 64);
  if (on)
    atomic_fetch_or_explicit(&strict[descriptor / 64], bit,
                             memory_order_relaxed);
  else
    atomic_fetch_and_explicit(&strict[descriptor / 64], ~bit,
                              memory_order_relaxed);
  return 0;
}

/* --- the exit ------------------------------------------------------------ */

/* What has committed is handed over before the process ends, also by threads
 * that the exit interrupts while they wait for their turn. */
static void wait_for_others(void) {
  struct transaction *self = ame_block_of_thread();
  /* An interrupted hand-over cannot go on, and others wait for its end. */
  if (self && ame_in_signal_handler() && self->io->has_ticket)
    return;
  if (self && !ame_in_signal_handler()) {
    ame_io_finish_batches(self);
    ame_io_pass_turn(self);
  }
  if (!ame_io_wait_for_all(EXIT_SECONDS))
    dprintf(STDERR_FILENO,
            "ame: the process ends before the output of all committed "
            "transactions was handed over\n");
}

static void report(int status, void *unused) {
  (void)unused;
  wait_for_others();
  bool any = atomic_load_explicit(&was_full, memory_order_relaxed);
  for (size_t i = 0; i < TABLE_SIZE; i++)
    if (table[i].error) {
      print(&table[i].target, table[i].error, table[i].lost);
      any = true;
    }
  if (any && status == 0) {
    fflush(NULL);
    _exit(EXIT_FAILURE);
  }
}

/* Another thread may have held it; taking it before the fork could keep a
 * transaction from ending that the fork waits for. */
static void free_lock_in_child(void) { pthread_mutex_init(&lock, NULL); }

__attribute__((constructor)) static void report_at_exit(void) {
  on_exit(report, NULL);
  pthread_atfork(NULL, NULL, free_lock_in_child);
}
