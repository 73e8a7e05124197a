/* Committing counts: validate, merge; and giving them up.
 *
 * A test after a decrement that says "not zero" constrains nothing: when the
 * merged value is zero all the same, a hook destroys the object after the commit.
 * All other answers are constraints on the committed value, checked here.
 *
 * Between validation and merge the flag `merging` is up. Whoever takes memory
 * that may hold counts (count_memory.c) looks at it: see there. */
#include "count_table.h"

bool ame_refcount_pending(struct transaction *tx) {
  const struct ame_refcounts *counts = tx->refcounts;
  if (counts->has_dead)
    return true;
  size_t left = counts->count;
  for (size_t chunk = 0; left; chunk++) {
    const size_t here = left < AME_COUNTS_PER_CHUNK ? left : AME_COUNTS_PER_CHUNK;
    for (size_t i = 0; i < here; i++)
      if (ame_count_matters(&counts->chunks[chunk][i]))
        return true;
    left -= here;
  }
  return false;
}

static bool all_hold(struct transaction *tx) {
  const struct ame_refcounts *counts = tx->refcounts;
  for (size_t i = 0; i < counts->count; i++) {
    const struct ame_count *entry = ame_count_at(counts, i);
    if (!ame_count_matters(entry))
      continue;
    struct transaction *taker = ame_count_taker(entry->address);
    if (ame_unlikely(taker != NULL) && ame_keeps(MERGERS_AVOID_TAKERS)) {
      ame_count_note_taker(tx, taker, entry->address);
      return false;
    }
    if (ame_count_is_foreign(counts, entry->bucket) ||
        (ame_keeps(COMMIT_CHECKS_ANSWERS) && !ame_count_holds(entry)))
      return false;
  }
  return true;
}

/* The inevitable transaction cannot fail: takers give way to it. */
static bool is_free_of_takers(struct transaction *tx) {
  const struct ame_refcounts *counts = tx->refcounts;
  for (size_t i = 0; i < counts->count; i++)
    if (ame_count_matters(ame_count_at(counts, i)) &&
        ame_count_taker(ame_count_at(counts, i)->address))
      return false;
  return true;
}

void ame_count_drive_taker_away(struct transaction *tx, uintptr_t address) {
  while (ame_count_taker(address)) {
    const uint32_t stripe = ame_stripe_of((void *)address);
    const uint32_t owner =
        atomic_load_explicit(ame_orec_at(stripe), memory_order_acquire);
    if (owner >= AME_OREC_LOCK)
      ame_contend(tx, stripe, owner);
  }
}

static void drive_takers_away(struct transaction *tx) {
  const struct ame_refcounts *counts = tx->refcounts;
  for (size_t i = 0; i < counts->count; i++)
    if (ame_count_matters(ame_count_at(counts, i)))
      ame_count_drive_taker_away(tx, ame_count_at(counts, i)->address);
}

static void begin_merge(struct ame_refcounts *counts) {
  /* seq_cst: pairs with the taker's fence, see count_memory.c. */
  atomic_store_explicit(&counts->merging, 1, memory_order_seq_cst);
  ame_count_lock_all(counts);
}

static void end_merge(struct ame_refcounts *counts) {
  ame_count_unlock_all(counts);
  /* release: the taker sees the merged values. It is not woken: it comes rarely,
   * and looks again by itself. */
  atomic_store_explicit(&counts->merging, 0, memory_order_release);
}

bool ame_refcount_validate(struct transaction *tx) {
  struct ame_refcounts *counts = tx->refcounts;
  if (!ame_refcount_pending(tx))
    return true;
  begin_merge(counts);
  while (tx->inevitable) {
    if (is_free_of_takers(tx))
      return true;
    end_merge(counts);
    drive_takers_away(tx);
    begin_merge(counts);
  }
  if (all_hold(tx))
    return true;
  end_merge(counts);
  return false;
}

bool ame_refcount_become_inevitable(struct transaction *tx) {
  struct ame_refcounts *counts = tx->refcounts;
  if (!ame_refcount_pending(tx))
    return true;
  begin_merge(counts);
  const bool good = all_hold(tx);
  for (size_t i = 0; good && i < counts->count; i++) {
    const struct ame_count *entry = ame_count_at(counts, i);
    if (entry->constrained)
      ame_count_mark_exclusive(counts, entry->bucket);
  }
  end_merge(counts);
  return good;
}

/* "Not zero" was said when it was, and the merged value is: nobody else will
 * destroy the object. */
static bool needs_hook(const struct ame_count *entry, int64_t merged) {
  const int64_t lenient = ame_count_lenient(entry);
  if (merged != 0 || lenient == AME_NEVER_LENIENT || entry->freed || entry->saw_zero)
    return false;
  /* A bit-field may have wrapped around. */
  const int64_t before = ame_count_combine(0, -ame_count_delta(entry), entry->kind);
  return before + lenient <= 0;
}

static bool is_dead_in_place(const struct ame_count *entry) {
  return entry->dead && !entry->freed &&
         ame_count_load(entry->address, entry->kind) == 0;
}

static void merge(struct ame_refcounts *counts, const struct ame_count *entry,
                  uint32_t version) {
  if (entry->in_place) {
    if (is_dead_in_place(entry))
      ame_zero_push(counts, entry);
    return;
  }
  const int64_t delta = ame_count_delta(entry);
  if (!ame_count_matters(entry) || delta == ame_count_no_change(entry->kind))
    return;
  /* Made immortal since: the convention wins. */
  if (entry->kind->immortal &&
      ame_count_is_immortal(ame_count_load(entry->address, entry->kind), entry->kind))
    return;
  if (ame_keeps(MERGE_SETS_VERSION))
    ame_count_set_version(entry->bucket, version);
  ame_recording_point("merging");
  const int64_t merged =
      ame_count_merge_value(entry->address, delta, entry->kind);
  if (ame_unlikely(needs_hook(entry, merged)))
    ame_zero_push(counts, entry);
}

static void drop(struct ame_refcounts *counts) {
  if (counts->count == 0 && !counts->caches_immortals)
    return;
  ame_count_unmark_all(counts);
  end_merge(counts);
  ame_count_table_clear(counts);
}

void ame_refcount_commit(struct transaction *tx, uint32_t version) {
  struct ame_refcounts *counts = tx->refcounts;
  if (counts->locked) /* otherwise none of them matters: ame_refcount_pending */
    for (size_t i = 0; i < counts->count; i++)
      merge(counts, ame_count_at(counts, i), version);
  /* Pairs with ame_retry_prepare: see count_waits.c. */
  if (ame_unlikely(atomic_load_explicit(&ame_retry_waiters, memory_order_seq_cst) != 0) &&
      counts->locked)
    ame_retry_wake_for_counts(tx);
  ame_refcount_taking_ends(tx, version);
  drop(counts);
}

void ame_refcount_taking_ends(struct transaction *tx, uint32_t version) {
  struct ame_refcounts *counts = tx->refcounts;
  if (!counts->has_taken)
    return;
  ame_recording_point("taking ends");
  end_merge(counts); /* a bucket may be one of those */
  ame_count_release_taken(tx, version);
}

void ame_refcount_drop(struct transaction *tx) { drop(tx->refcounts); }

bool ame_refcount_is_neutral(struct transaction *tx) {
  return !tx->refcounts->has_taken && !ame_refcount_pending(tx);
}
