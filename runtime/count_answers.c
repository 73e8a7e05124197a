/* What the program is told of counts: as of the snapshot, like everything it reads.
 *
 * Merges change counts without owning their stripes. So a bucket of counts
 * (count_locks.c) has what a stripe has: a version, of the last merge into one of
 * its counts, and a lock, which a committer holds from before it draws its version
 * until it has merged.
 *
 *   reader   lock is free (1)   load the count (2)   taken? (3)   version (4)
 *   merger   lock (5)   draw a version (6)   set the bucket's (7)   merge (8)   unlock
 *   taker    own the stripe, note it (9)   change in place (10)   undo, or draw a
 *            version   set the bucket's (11)   forget the note, release the stripe
 *
 * A value is good as of the snapshot S if (3) finds no taker and (4) at most S.
 * Nothing is missing: who has drawn a version up to S has locked before (6), and
 * that is visible to whoever has read S from the clock; (1) finds it unlocked
 * again, so (2) sees its merge. Nothing is too much: if (2) sees (8) of a version
 * above S, (4) sees (7), or what came after it; if (2) sees (10), (3) sees the owner
 * and its note, or else (11) has been before, and (4) sees it. x86 keeps loads in
 * order and stores in order; (2), (8) and the stores that end something are also
 * acquire and release.
 *
 * An answer becomes an interval in which the committed value must lie until the
 * end. Every extension asks for all of them once more, as of its new snapshot, and
 * does so between reading the clock and validating the log: what was read is still
 * valid after they have been looked at. The inevitable transaction has no snapshot
 * that could end: it reads under the lock, and marks what it was told. */
#include "count_table.h"

static int64_t look(struct ame_count *entry) {
  const int64_t committed = ame_count_load(entry->address, entry->kind);
  ame_count_note_committed(entry, committed);
  return committed;
}

/* The committed value stays as it is from here on: reading and marking are one step
 * towards other merges. */
static int64_t read_inevitably(struct transaction *tx, struct ame_count *entry,
                               bool may_be_lenient) {
  const uint32_t bucket = entry->bucket;
  for (;;) {
    ame_count_drive_taker_away(tx, entry->address);
    ame_count_lock_bucket(bucket);
    const int64_t committed = look(entry);
    if (!may_be_lenient || committed + ame_count_delta(entry) <= 0)
      ame_count_mark_exclusive(tx->refcounts, bucket);
    /* Who takes it from here on sees the mark and gives up; who has taken it in
     * between is seen here. */
    atomic_thread_fence(memory_order_seq_cst);
    const bool taken = ame_count_taker(entry->address) != NULL;
    ame_count_unlock_bucket(bucket);
    if (!taken)
      return committed;
  }
}

int64_t ame_count_read(struct transaction *tx, struct ame_count *entry,
                       bool may_be_lenient) {
  if (tx->inevitable)
    return read_inevitably(tx, entry, may_be_lenient);
  const uint32_t bucket = entry->bucket;
  for (;;) {
    if (ame_keeps(ANSWERS_AWAIT_MERGES))
      ame_count_await_bucket(bucket);
    const int64_t committed = look(entry);
    ame_recording_point("count loaded");
    /* "Above zero" after a decrement promises nothing. */
    if (may_be_lenient && committed + ame_count_delta(entry) > 0)
      return committed;
    if (ame_keeps(ANSWERS_AVOID_TAKERS) && ame_count_taker(entry->address))
      ame_count_drive_taker_away(tx, entry->address);
    else if (!ame_keeps(ANSWERS_FIT_SNAPSHOT) ||
             ame_count_version(bucket) <= tx->snapshot)
      return committed;
    else
      ame_extend(tx, AME_NO_STRIPE);
  }
}

void ame_count_constrain(struct transaction *tx, struct ame_count *entry, int64_t low,
                         int64_t high) {
  if (!entry->constrained) {
    struct ame_refcounts *counts = tx->refcounts;
    counts->told = ame_own_grow(counts->told, counts->told_count,
                                &counts->told_capacity, sizeof *counts->told);
    counts->told[counts->told_count++] = entry;
    entry->constrained = true;
    tx->to_end |= AME_END_ANSWERS;
  }
  if (low > entry->low)
    entry->low = low;
  if (high < entry->high)
    entry->high = high;
  /* Two answers that no single value explains: doomed already. */
  if (entry->low > entry->high && !tx->inevitable)
    ame_abort(AME_ABORT_REFCOUNT);
}

bool ame_count_holds(const struct ame_count *entry) {
  if (!entry->constrained)
    return true;
  const int64_t committed = ame_count_load(entry->address, entry->kind);
  return entry->low <= committed && committed <= entry->high;
}

/* The answer holds as of `now`; false: its bucket is newer. Steps (1) to (4). */
static bool holds_at(struct transaction *tx, const struct ame_count *entry,
                     uint32_t now) {
  const uint32_t bucket = entry->bucket;
  ame_count_await_bucket(bucket);
  ame_recording_point("answer checked");
  const bool holds = ame_count_holds(entry);
  struct transaction *taker = ame_count_taker(entry->address);
  if (taker)
    ame_count_note_taker(tx, taker, entry->address);
  if (taker || !holds)
    ame_abort(AME_ABORT_REFCOUNT);
  return ame_count_version(bucket) <= now;
}

static bool all_hold_at(struct transaction *tx, uint32_t now) {
  struct ame_refcounts *counts = tx->refcounts;
  size_t kept = 0; /* counts in place are this transaction's own */
  bool old_enough = true;
  for (size_t i = 0; i < counts->told_count; i++)
    if (!counts->told[i]->in_place) {
      counts->told[kept++] = counts->told[i];
      old_enough = old_enough && holds_at(tx, counts->told[i], now);
    }
  counts->told_count = kept;
  return old_enough;
}

/* Merges between the clock and the last look are rare: the log, which may be long,
 * is not validated in between. */
enum { LOOKS = 1000 };

uint32_t ame_refcount_now(struct transaction *tx) {
  if (tx->inevitable)
    return ame_now(tx);
  for (int looks = 0; looks < LOOKS; looks++) {
    const uint32_t now = ame_now(tx);
    if (!ame_keeps(ANSWERS_HOLD_LATER) || all_hold_at(tx, now))
      return now;
  }
  ame_abort(AME_ABORT_REFCOUNT);
}
