/* ame_retry waits for counts, too: whoever merges into one that it has been told of
 * wakes it.
 *
 *   waiter   note the buckets (1)   raise the number of waiters (2)   load the counts (3)
 *   merger   merge (4)   load the number of waiters (5)   look at the buckets
 *
 * (2) and (4) are locked instructions, so that either (3) sees the merge, and the
 * transaction runs again at once, or (5) sees the waiter, and with it (1). Who has
 * taken a count changes it in place, and owns its stripe: (3) sees the owner, or else
 * its commit looks here as it looks at marks (retry.c).
 *
 * Buckets are a filter: a waiter that is woken for nothing finds out by itself. */
#include "count_table.h"

static uint32_t filter_bit(uint32_t bucket) {
  return bucket % (AME_TAKEN_WORDS * 64);
}

static void note(struct ame_refcounts *counts, uint32_t bucket) {
  _Atomic uint64_t *word = &counts->awaited[filter_bit(bucket) / 64];
  /* Only this thread writes it. relaxed: (2) is a release. */
  atomic_store_explicit(word,
                        atomic_load_explicit(word, memory_order_relaxed) |
                            UINT64_C(1) << filter_bit(bucket) % 64,
                        memory_order_relaxed);
}

static bool is_awaited(const struct ame_refcounts *counts, uint32_t bucket) {
  const uint32_t bit = filter_bit(bucket);
  return atomic_load_explicit(&counts->awaited[bit / 64], memory_order_relaxed) >>
             bit % 64 & 1;
}

void ame_refcount_await(struct transaction *tx) {
  for (size_t i = 0; i < tx->refcounts->told_count; i++)
    note(tx->refcounts, tx->refcounts->told[i]->bucket);
}

bool ame_refcount_is_as_told(const struct transaction *tx) {
  for (size_t i = 0; i < tx->refcounts->told_count; i++) {
    const struct ame_count *entry = tx->refcounts->told[i];
    if (!entry->in_place &&
        (!ame_count_holds(entry) || ame_count_taker(entry->address)))
      return false;
  }
  return true;
}

void ame_refcount_await_no_more(struct transaction *tx) {
  for (size_t i = 0; i < AME_TAKEN_WORDS; i++)
    atomic_store_explicit(&tx->refcounts->awaited[i], 0, memory_order_relaxed);
}

bool ame_refcount_is_awaited(const struct transaction *waiter, uint32_t stripe) {
  return is_awaited(waiter->refcounts, ame_count_bucket_of_stripe(stripe));
}

bool ame_refcount_merges_awaited(const struct transaction *tx,
                                 const struct transaction *waiter) {
  const struct ame_refcounts *counts = tx->refcounts;
  for (size_t i = 0; i < counts->count; i++) {
    const struct ame_count *entry = ame_count_at(counts, i);
    if (!entry->in_place && ame_count_matters(entry) &&
        is_awaited(waiter->refcounts, entry->bucket))
      return true;
  }
  return false;
}
