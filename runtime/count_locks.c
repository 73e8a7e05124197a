/* Who may merge into which counts.
 *
 * Stripes hash to buckets with a short futex lock; eight neighbours are neighbours
 * again, so that the buckets of counts that lie together share a cache line, which
 * two threads that commit hand to each other. A committer locks the buckets of all
 * its counts that matter (count_table.h) in ascending order, checks what it has been
 * told, and leaves them locked until it has merged: check, commit point and merge are
 * one atomic step towards everybody else who merges into these counts. In between nobody
 * waits for another transaction (commit.c settles conflicts before), and nobody
 * who holds one bucket asks for a lower one: no deadlock, and sleeps are short.
 *
 * The inevitable transaction I (at most one) must never fail. When it becomes so,
 * its tests are checked, and their buckets, later also those of each test that
 * constrains, are marked exclusive (under the lock, one bucket at a time) until it
 * has merged. Whoever else validates a marked bucket fails and unlocks: it never
 * waits for I while holding anything that I wants. */
#include "count_table.h"

#include <string.h>

static _Alignas(64) struct {
  _Atomic uint32_t lock;    /* 0 free, 1 taken, 2 taken and waited for */
  _Atomic uint32_t version; /* of the last merge: count_answers.c */
} buckets[AME_BUCKETS];
/* 1: the inevitable transaction depends on it. Apart, because it is seldom written. */
static _Atomic uint8_t exclusive[AME_BUCKETS];

void ame_count_lock_bucket(uint32_t bucket) {
  _Atomic uint32_t *lock = &buckets[bucket].lock;
  uint32_t seen = 0;
  /* acquire: pairs with the release of the unlock. */
  if (ame_likely(atomic_compare_exchange_strong_explicit(
          lock, &seen, 1, memory_order_acquire, memory_order_relaxed)))
    return;
  for (int spin = 0; spin < 64; spin++) {
    __builtin_ia32_pause();
    seen = 0;
    if (atomic_compare_exchange_weak_explicit(lock, &seen, 1, memory_order_acquire,
                                              memory_order_relaxed))
      return;
  }
  while (atomic_exchange_explicit(lock, 2, memory_order_acquire) != 0)
    ame_os_futex_wait(lock, 2, 1000000);
}

void ame_count_unlock_bucket(uint32_t bucket) {
  if (atomic_exchange_explicit(&buckets[bucket].lock, 0, memory_order_release) == 2)
    ame_os_futex_wake(&buckets[bucket].lock);
}

void ame_count_await_bucket(uint32_t bucket) {
  /* acquire: pairs with the release of the unlock. */
  for (int spin = 0; spin < 100; spin++) {
    if (ame_likely(atomic_load_explicit(&buckets[bucket].lock, memory_order_acquire) == 0))
      return;
    __builtin_ia32_pause();
  }
  ame_count_lock_bucket(bucket);
  ame_count_unlock_bucket(bucket);
}

uint32_t ame_count_version(uint32_t bucket) {
  /* relaxed: who has seen a merge sees the version that was set before it. */
  return atomic_load_explicit(&buckets[bucket].version, memory_order_relaxed);
}

void ame_count_set_version(uint32_t bucket, uint32_t version) {
  /* A taker may have drawn later and come earlier. */
  if (ame_count_version(bucket) < version)
    atomic_store_explicit(&buckets[bucket].version, version, memory_order_relaxed);
}

void ame_refcount_forget_versions(void) {
  for (uint32_t i = 0; i < AME_BUCKETS; i++)
    atomic_store_explicit(&buckets[i].version, 0, memory_order_relaxed);
}

static bool mask_has(const uint64_t *mask, uint32_t bucket) {
  return mask[bucket / 64] >> (bucket % 64) & 1;
}

static void mask_set(uint64_t *mask, uint32_t bucket) {
  mask[bucket / 64] |= UINT64_C(1) << (bucket % 64);
}

static void for_each_in(const uint64_t *mask, void (*act)(uint32_t)) {
  for (uint32_t word = 0; word < AME_BUCKET_WORDS; word++)
    for (uint64_t bits = mask[word]; bits; bits &= bits - 1)
      act(word * 64 + (uint32_t)__builtin_ctzll(bits));
}

/* Usually: a short sorted list instead of the whole mask. */
static void note_few(struct ame_refcounts *counts, uint32_t bucket) {
  uint32_t at = counts->few_count;
  for (; at > 0 && counts->few[at - 1] > bucket; at--)
    counts->few[at] = counts->few[at - 1];
  counts->few[at] = (uint16_t)bucket;
  counts->few_count++;
}

static void lock_few(struct ame_refcounts *counts) {
  uint32_t unlike = 0;
  for (size_t i = 0; i < counts->count; i++) {
    const struct ame_count *entry = ame_count_at(counts, i);
    if (ame_count_matters(entry))
      note_few(counts, entry->bucket);
  }
  for (uint32_t i = 0; i < counts->few_count; i++)
    if (i == 0 || counts->few[i] != counts->few[unlike - 1])
      counts->few[unlike++] = counts->few[i];
  counts->few_count = unlike;
  for (uint32_t i = 0; i < unlike; i++)
    ame_count_lock_bucket(counts->few[i]);
}

static void unlock_few(struct ame_refcounts *counts) {
  for (uint32_t i = 0; i < counts->few_count; i++)
    ame_count_unlock_bucket(counts->few[i]);
  counts->few_count = 0;
}

void ame_count_lock_all(struct ame_refcounts *counts) {
  counts->locked = true;
  counts->many = counts->count > AME_FEW_BUCKETS;
  if (!counts->many) {
    lock_few(counts);
    return;
  }
  for (size_t i = 0; i < counts->count; i++)
    if (ame_count_matters(ame_count_at(counts, i)))
      mask_set(counts->buckets, ame_count_at(counts, i)->bucket);
  for_each_in(counts->buckets, ame_count_lock_bucket);
}

void ame_count_unlock_all(struct ame_refcounts *counts) {
  if (!counts->locked)
    return;
  counts->locked = false;
  if (!counts->many) {
    unlock_few(counts);
    return;
  }
  for_each_in(counts->buckets, ame_count_unlock_bucket);
  memset(counts->buckets, 0, sizeof counts->buckets);
}

/* relaxed: set and read under the bucket's lock; cleared after the merge, and who
 * still reads 1 fails without need. */
void ame_count_mark_exclusive(struct ame_refcounts *counts, uint32_t bucket) {
  if (mask_has(counts->exclusive, bucket))
    return;
  mask_set(counts->exclusive, bucket);
  counts->exclusive_count++;
  atomic_store_explicit(&exclusive[bucket], 1, memory_order_relaxed);
}

static void unmark(uint32_t bucket) {
  atomic_store_explicit(&exclusive[bucket], 0, memory_order_relaxed);
}

void ame_count_unmark_all(struct ame_refcounts *counts) {
  if (counts->exclusive_count == 0)
    return;
  for_each_in(counts->exclusive, unmark);
  memset(counts->exclusive, 0, sizeof counts->exclusive);
  counts->exclusive_count = 0;
}

bool ame_count_is_foreign(const struct ame_refcounts *counts, uint32_t bucket) {
  return atomic_load_explicit(&exclusive[bucket], memory_order_relaxed) &&
         !mask_has(counts->exclusive, bucket);
}
