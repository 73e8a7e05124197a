/* Output of transactions: what the files io_*.c, defer.c and libc_*.c share.
 *
 * Every thread block has one queue. Wrappers append to it; the commit hands it
 * to the system in one global order (io_turns.c). */
#ifndef AME_IO_H
#define AME_IO_H

#include "transaction.h"

#include <stdio.h>

#pragma GCC visibility push(hidden)

struct ame_scratch;

enum io_kind {
  IO_DESCRIPTOR, /* write bytes to a descriptor */
  IO_STREAM,     /* fwrite bytes to a FILE */
  IO_FLUSH,      /* fflush */
  IO_CLOSE,      /* close a descriptor */
  IO_CALL        /* AME_DEFER: a thunk and its arguments */
};

/* Where an entry goes; the field that counts follows from the kind. */
struct io_target {
  enum io_kind kind;
  int descriptor;
  FILE *stream;
  void (*thunk)(const void *);
};

/* The queue: entries (header, then bytes, padded) one after the other. */
struct io_queue {
  char *bytes;
  size_t used, capacity;
  size_t last; /* offset of the last entry; valid when used != 0 */
};

struct ame_io {
  struct io_queue queue;
  struct ame_scratch *scratch;
  uint32_t ticket;
  bool has_ticket; /* drawn at the commit point, or when draining early */
  bool has_turn;   /* the ticket's turn has come and is not yet passed on */
};

/* --- io_queue.c --------------------------------------------------------------
 */
/* Append program memory [bytes, +size), read through barriers. The transaction
 * may become inevitable (cap). */
void ame_io_append(const struct io_target *target, const void *bytes,
                   size_t size);
/* To be called after appending: an inevitable transaction's output goes out at
 * once. Returns 0 or the error (errno value) of handing it out. */
int ame_io_appended(void);
bool ame_io_has_output_for(int descriptor);
/* Give the turn up: this thread leaves the transaction for good (exit). */
void ame_io_pass_turn(struct ame_io *io);

static inline struct io_target ame_io_to_descriptor(int descriptor) {
  return (struct io_target){.kind = IO_DESCRIPTOR, .descriptor = descriptor};
}
static inline struct io_target ame_io_to_stream(FILE *stream) {
  return (struct io_target){.kind = IO_STREAM, .stream = stream};
}

/* --- io_turns.c
 * --------------------------------------------------------------- */
uint32_t ame_io_draw_ticket(void);
void ame_io_wait_for_turn(uint32_t ticket);
void ame_io_next_turn(void);

/* --- io_errors.c
 * --------------------------------------------------------------- */
/* Remember that output to the target failed after the commit. */
void ame_io_error_set(const struct io_target *target, int error);
/* The remembered error (0: none), which then counts as reported. */
int ame_io_error_take(const struct io_target *target);
/* Stream output went out: its buffered rest is checked at exit. */
void ame_io_note_stream(FILE *stream);

#pragma GCC visibility pop
#endif
