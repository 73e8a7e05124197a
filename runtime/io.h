/* Output of transactions: what the files io_*.c, defer.c, handlers.c and
 * libc_*.c share.
 *
 * Every thread block has one queue. Wrappers append to it (io_queue.c); the
 * commit hands it to the system (io_drain.c) in one global order (io_turns.c),
 * through one place that makes the system calls (io_system.c). */
#ifndef AME_IO_H
#define AME_IO_H

#include "transaction.h"

#include <stdio.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>

#pragma GCC visibility push(hidden)

struct ame_scratch;

enum io_kind {
  IO_DESCRIPTOR, /* write bytes to a descriptor */
  IO_RECORD,     /* the same, but as one write: never joined with others */
  IO_SOCKET,     /* write bytes to a stream socket */
  IO_SEND,       /* send bytes to a stream socket, without SIGPIPE */
  IO_AT,         /* write bytes at an offset */
  IO_STREAM,     /* write bytes to a FILE */
  IO_FLUSH,      /* fflush */
  IO_SEEK,       /* set a descriptor's offset */
  IO_TRUNCATE,   /* ftruncate */
  IO_SYNC,       /* fsync (option io_assume) */
  IO_CLOSE,      /* close a descriptor */
  IO_CALL,       /* AME_DEFER: a thunk and its arguments */
  IO_HANDLER     /* ame_on_commit: a function and its argument */
};

/* Where an entry goes; the fields that count follow from the kind. */
struct io_target {
  enum io_kind kind;
  int descriptor;
  union {
    FILE *stream;
    int64_t offset; /* IO_AT, IO_SEEK; the length for IO_TRUNCATE */
    void (*thunk)(const void *);
    void (*handler)(void *);
  };
};

/* The queue: entries (header, then bytes, padded) one after the other. */
struct io_entry {
  struct io_target target;
  size_t size; /* bytes that follow, before padding */
};
struct io_queue {
  char *bytes;
  size_t used, capacity;
  size_t last;  /* offset of the last entry; valid when used != 0 */
  size_t calls; /* entries that are the program's code */
};

/* A queue that is being handed out; inner ones belong to transactions that the
 * program's code among its entries has run. */
struct io_batch {
  struct io_queue queue;
  size_t at; /* the entry that comes next */
  struct io_batch *outer;
};

enum io_left {
  IO_NOT_LEFT,
  IO_LEFT,
  IO_LEFT_TAKEN,
  IO_LEFT_DONE,    /* handed out, or failed: left_error */
  IO_LEFT_RETURNED /* the rest is for the owner, who has the turn */
};

struct io_opened;
struct io_taken;

struct ame_io {
  struct io_queue queue;
  struct io_batch *batch; /* the innermost one */
  struct io_batch first;  /* the outermost one; inner ones are allocated */
  struct ame_scratch *scratch;
  uint32_t ticket;
  bool has_ticket; /* drawn at the commit point, or when draining early */
  _Atomic int left; /* enum io_left: the batch, with the holder of the turn */
  int left_error;
  /* descriptors and streams of this transaction: io_descriptors.c, io_opened.c
   */
  int *closed; /* numbers whose close is queued */
  size_t closed_count, closed_capacity;
  struct io_opened *opened;
  size_t opened_count, opened_capacity;
  /* errors that this transaction was told: io_errors.c */
  struct io_taken *taken;
  size_t taken_count, taken_capacity;
};

/* --- io_queue.c ---------------------------------------------------------- */
static inline struct io_entry *ame_io_entry(const struct io_queue *queue,
                                            size_t offset) {
  return (struct io_entry *)(void *)(queue->bytes + offset);
}
char *ame_io_bytes(struct io_entry *entry);
size_t ame_io_entry_size(const struct io_entry *entry);
bool ame_io_queue_is_valid(const struct io_queue *queue);
static inline bool ame_io_is_call(const struct io_entry *entry) {
  return entry->target.kind >= IO_CALL;
}
/* Append program memory [bytes, +size), read through barriers. The transaction
 * may become inevitable (cap). */
void ame_io_append(const struct io_target *target, const void *bytes,
                   size_t size);
/* The same piece by piece, and ame_io_appended (io_drain.c). */
int ame_io_append_all(const struct io_target *target, const void *bytes,
                      size_t size);
/* The same as ame_io_append for memory of the runtime. */
void ame_io_append_private(const struct io_target *target, const void *bytes,
                           size_t size);
/* Whether output is queued for the file behind the descriptor, whatever the
 * number it goes through. */
bool ame_io_has_output_for(int descriptor);
bool ame_io_has_output_to_file(const struct stat *file);
bool ame_io_has_output_for_stream(FILE *stream);
/* The offset at which the queue leaves the descriptor; -1: it does not say. */
int64_t ame_io_queued_offset(int descriptor);

static inline struct io_target ame_io_to_descriptor(int descriptor) {
  return (struct io_target){.kind = IO_DESCRIPTOR, .descriptor = descriptor};
}
static inline struct io_target ame_io_to_stream(FILE *stream) {
  return (struct io_target){
      .kind = IO_STREAM, .descriptor = -1, .stream = stream};
}

/* --- io_drain.c ---------------------------------------------------------- */
/* To be called after appending: output of a transaction that cannot be undone
 * any more goes out at once. Returns 0 or the error (errno value). */
int ame_io_appended(void);
void ame_io_take_turn(struct transaction *tx);
/* For a call whose result must be real, or whose moment matters: inevitable, and
 * in the turn, behind all output that has committed. */
void ame_io_make_it_now(const char *site);
/* This thread gives its turn to the next ticket; what it still has to hand out
 * draws a new one. */
void ame_io_pass_turn(struct transaction *tx);
/* Hand out what the thread's running batches still hold (exit in a handler). */
void ame_io_finish_batches(struct transaction *tx);

/* --- io_stdio.c ---------------------------------------------------------- */
/* True: an error stuck to the stream earlier; errno says which. */
bool ame_io_stream_failed_earlier(FILE *stream);
/* Memory of the runtime goes into the stream. False and errno: it cannot. */
bool ame_io_put_private(FILE *stream, const void *bytes, size_t size);

/* --- io_wide.c ------------------------------------------------------------ */
/* False: an error stuck to the stream, or it has begun with bytes: it takes no
 * wide strings then (libc lets single characters pass). */
bool ame_io_takes_wide(FILE *stream);

/* --- io_turns.c ---------------------------------------------------------- */
/* False: an irreversible transaction (the closer) has the last one. */
bool ame_io_draw_ticket(uint32_t *ticket);
/* For the irreversible transaction: none is drawn until it reopens. */
uint32_t ame_io_draw_last_ticket(struct transaction *tx);
struct transaction *ame_io_closer(void);
/* Who aborts because of the closer waits for its end. */
void ame_io_note_closer(struct transaction *tx);
void ame_io_wait_until_open(void);
bool ame_io_is_served(uint32_t ticket);
/* Wait for its turn, or until another has handed out what it has left. */
void ame_io_wait_for_turn(const struct ame_io *io);
/* The holder of the turn, `ticket`, passes it on. */
void ame_io_next_turn(uint32_t ticket);
void ame_io_reopen(struct transaction *tx); /* if it has closed */
/* At the exit: wait until everything that has committed is handed over. False:
 * that took too long. */
bool ame_io_wait_for_all(unsigned seconds);

/* --- io_left.c ----------------------------------------------------------- */
/* Leave the batch with the holder of the turn and wait. True: it has been handed
 * out. False: it cannot be left, or the thread has its turn; what is in the batch
 * is the thread's to hand out. */
bool ame_io_leave(struct transaction *tx, struct io_batch *batch);
/* The same for what may have been left. */
bool ame_io_settle_left(struct transaction *tx, struct io_batch *batch);
/* For the holder of the turn before `ticket`: what its owner has left, or NULL. */
struct ame_io *ame_io_take_left(uint32_t ticket);
/* Hand it out in its turn. False: the rest and the turn are the owner's. `io` must
 * not be used any more. */
bool ame_io_hand_out_left(struct ame_io *io);
enum io_left ame_io_left(const struct ame_io *io);
void ame_io_left_after_fork(void);

/* --- io_system.c --------------------------------------------------------- */
enum { IO_MOST_PIECES = 32 };
struct io_pieces {
  struct iovec piece[IO_MOST_PIECES];
  int count;
  size_t total;
};
/* All write the whole or return an errno value; what was not written is then
 * left in `pieces`. Interruptions are retried, full pipes waited for. */
int ame_io_write(int descriptor, struct io_pieces *pieces);
int ame_io_write_at(int descriptor, struct io_pieces *pieces, int64_t offset);
int ame_io_send(int descriptor, struct io_pieces *pieces);
/* The same without waiting: EAGAIN. */
int ame_io_send_at_once(int descriptor, struct io_pieces *pieces);
/* What plain code has buffered in the stream goes to its descriptor first. */
int ame_io_flush(FILE *stream);
int ame_io_write_stream(FILE *stream, struct io_pieces *pieces);

/* --- io_fault.c ---------------------------------------------------------- */
/* Asked before each system call that writes: how many of the bytes may go, or
 * -errno. Tests set it; the option io_fault does, too. */
typedef ssize_t ame_io_fault_hook(int descriptor, size_t size);
extern ame_io_fault_hook *ame_io_fault;
void ame_io_fault_parse(const char *plan);

/* --- io_errors.c --------------------------------------------------------- */
/* Remember that output to the target failed after the commit. */
void ame_io_error_set(const struct io_target *target, int error, size_t lost);
/* The remembered error (0: none), which then counts as reported, unless the
 * transaction that asks is undone. */
int ame_io_error_take(const struct io_target *target);
/* The same for a failure that the caller returns at once. */
void ame_io_error_drop(const struct io_target *target);
/* The number is about to mean another file: its error stays for the exit. */
void ame_io_error_orphan(int descriptor);
void ame_io_errors_commit(struct ame_io *io);
void ame_io_errors_abort(struct ame_io *io);
/* True: an error stuck to it earlier; errno says which. */
bool ame_io_failed_earlier(const struct io_target *target);
bool ame_io_is_strict(int descriptor);

/* --- io_descriptors.c ---------------------------------------------------- */
void ame_io_descriptors_end(struct ame_io *io); /* of the attempt */
bool ame_io_is_closed_here(int descriptor);

/* --- io_opened.c --------------------------------------------------------- */
void ame_io_opened_commit(struct ame_io *io);
void ame_io_opened_abort(struct ame_io *io);
/* Opened by the running attempt: nobody else can know it. */
bool ame_io_is_own(int descriptor);
/* True: it was opened by this attempt and is now closed, with this result. */
bool ame_io_close_own(int descriptor, int *result);
bool ame_io_close_own_stream(FILE *stream, int *result);

#pragma GCC visibility pop
#endif
