/* Many stripes at once: copies out of shared memory, and owning ranges.
 *
 * Run by run (stripe_runs.h). The orders are those of barrier.c: a copy pushes
 * (or marks) the run, loads the data, then looks at the records. When that fails,
 * nothing of the run counts as read: its entries are taken off the log, and the
 * pieces are read one by one, where the slow paths wait, extend or abort.
 *
 * Owning takes four records with one locked instruction; alone, it takes a run with
 * stores (ame_own_alone_begin). A run with a record that is not free and old enough
 * is owned one by one. */
#include "stripe_runs.h"

enum {
  RUN_FROM = 4,    /* fewer are read one by one */
  SWAPPED = 4      /* records in one locked instruction */
};

/* --- reading ----------------------------------------------------------------- */
static void read_pieces(struct transaction *tx, char *to, const char *from,
                        size_t size) {
  while (size) {
    const size_t piece = ame_piece_size((uintptr_t)from, size);
    ame_read_piece(tx, to, from, piece);
    to += piece;
    from += piece;
    size -= piece;
  }
}

/* Returns how much it has copied. */
static size_t read_run(struct transaction *tx, char *to, const char *from,
                       size_t size) {
  struct ame_run run = ame_run_at(from, size);
  uint32_t *const log = __ame_tls.log;
  const size_t room = (size_t)(__ame_tls.log_limit - log);
  if (!__ame_tls.marks && room < run.count) {
    run.count = room;
    run.bytes = room * AME_STRIPE - ((uintptr_t)from & (AME_STRIPE - 1));
  }
  if (run.count < RUN_FROM) { /* or the log is full: turns visible there */
    const size_t piece = ame_piece_size((uintptr_t)from, size);
    ame_read_piece(tx, to, from, piece);
    return piece;
  }
  ame_push_run(run);
  memcpy(to, from, run.bytes);
  /* The data before its records, also where memcpy is a string instruction. */
  __builtin_ia32_lfence();
  atomic_signal_fence(memory_order_seq_cst);
  ame_recording_point("loaded");
  if (ame_likely(ame_run_is_acceptable(run, ame_current_limit(), __ame_tls.owner)) || !ame_keeps(OREC_AFTER_DATA))
    return run.bytes;
  if (!__ame_tls.marks)
    __ame_tls.log = log;
  read_pieces(tx, to, from, run.bytes);
  return run.bytes;
}

void __ame_read_copy(void *destination, const void *source, size_t size) {
  char *to = destination;
  const char *from = source;
  struct transaction *tx = ame_active() ? ame_self() : NULL;
  if (!tx || ame_needs_no_barrier(tx, source, size)) {
    memcpy(destination, source, size);
    return;
  }
  if (tx->to_end & AME_END_COUNTS)
    ame_refcount_before_copy(tx, source, size);
  if (size < RUN_FROM * AME_STRIPE) {
    read_pieces(tx, to, from, size);
    return;
  }
  while (size) {
    const size_t done = read_run(tx, to, from, size);
    to += done;
    from += done;
    size -= done;
  }
}

/* --- owning ------------------------------------------------------------------ */
static void note_owned(struct transaction *tx, struct ame_run run) {
  uint32_t *const written = tx->written + tx->written_count;
  for (size_t i = 0; i < run.count; i++)
    written[i] = run.first + (uint32_t)i;
  tx->written_count += run.count;
}

enum state { MINE, FREE, MIXED };

/* FREE: nobody's, and not newer than the snapshot. */
static enum state state_of(struct ame_run run) {
  const uint32_t *records = ame_records_of(run);
  const uint32_t limit = ame_current_limit(), owner = __ame_tls.owner;
  uint32_t not_free = 0, not_mine = 0;
  for (size_t i = 0; i < run.count; i++) {
    not_free |= (uint32_t)(records[i] >= limit);
    not_mine |= (uint32_t)(records[i] != owner);
  }
  return !not_mine ? MINE : !not_free ? FREE : MIXED;
}

/* A run that is FREE: nobody else can have changed that meanwhile. */
static bool own_run_alone(struct transaction *tx, struct ame_run run) {
  if (!ame_own_alone_begin(tx))
    return false;
  uint32_t *records = (uint32_t *)(uintptr_t)ame_orec_at(run.first);
  const uint32_t owner = __ame_tls.self;
  for (size_t i = 0; i < run.count; i++)
    records[i] = owner;
  ame_own_alone_end(tx);
  return true;
}

static bool both_below(uint64_t records, uint32_t limit) {
  return (uint32_t)records < limit && records >> 32 < limit;
}

/* What ame_swap_owner does, for SWAPPED records: the locked instruction compares
 * them with what has been judged. */
static bool swap_owners(uint32_t first) {
  const uint64_t mine = (uint64_t)__ame_tls.self << 32 | __ame_tls.self;
  uint64_t *records = (uint64_t *)(uintptr_t)ame_orec_at(first);
  uint64_t low = __atomic_load_n(&records[0], __ATOMIC_ACQUIRE);
  uint64_t high = __atomic_load_n(&records[1], __ATOMIC_ACQUIRE);
  const uint32_t limit = ame_current_limit();
  bool swapped;
  if (!ame_has_wide_swap || !both_below(low, limit) || !both_below(high, limit))
    return false;
  ame_recording_point("before owning");
  __asm__ volatile("lock cmpxchg16b %1"
                   : "=@ccz"(swapped), "+m"(*(unsigned char(*)[16])records),
                     "+a"(low), "+d"(high)
                   : "b"(mine), "c"(mine)
                   : "memory");
  return swapped || !ame_keeps(SWAP_COMPARES);
}

static void own_four(struct transaction *tx, uint32_t first) {
  if (swap_owners(first)) {
    note_owned(tx, (struct ame_run){first, SWAPPED, 0});
    ame_recording_point("owned");
    return;
  }
  for (uint32_t i = 0; i < SWAPPED; i++)
    ame_own_stripe(tx, first + i);
}

static void own_run(struct transaction *tx, struct ame_run run) {
  const uint32_t end = run.first + (uint32_t)run.count;
  ame_written_reserve(tx, run.count);
  const enum state state = state_of(run);
  if (state == MINE)
    return;
  if (state == FREE && own_run_alone(tx, run)) {
    note_owned(tx, run);
    return;
  }
  for (uint32_t stripe = run.first; stripe < end;) {
    if (stripe % SWAPPED == 0 && end - stripe >= SWAPPED) {
      own_four(tx, stripe);
      stripe += SWAPPED;
    } else {
      ame_own_stripe(tx, stripe++);
    }
  }
}

void ame_own_range(struct transaction *tx, const void *address, size_t size) {
  for (const char *at = address; size;) {
    const struct ame_run run = ame_run_at(at, size);
    own_run(tx, run);
    at += run.bytes;
    size -= run.bytes;
  }
}
