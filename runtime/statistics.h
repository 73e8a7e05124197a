/* Statistics: what statistics.c counts and statistics_report.c prints. */
#ifndef AME_STATISTICS_H
#define AME_STATISTICS_H

#include "transaction.h"

#pragma GCC visibility push(hidden)

enum { AME_REASONS = 32, AME_REGION_LISTS = 64 };

struct ame_reason {
  _Atomic(const char *) text;
  _Atomic uint64_t count;
};

/* Of a thread, of a region, or of all. */
struct ame_counters {
  _Atomic uint64_t commits; /* of a thread: ame_statistics_of */
  _Atomic uint64_t aborts[AME_ABORT_CAUSE_COUNT];
  _Atomic uint64_t ticks_lost;   /* in attempts that were undone */
  _Atomic uint64_t attempts_max; /* failed ones of one transaction */
  _Atomic uint64_t inevitable;
  struct ame_reason reasons[AME_REASONS]; /* the last one collects the rest */
};

/* One thread's counts of one region. Only appended, never freed. */
struct ame_region {
  const char *name;
  struct ame_region *next;
  struct ame_counters counters;
};

struct ame_statistics {
  struct ame_counters thread;
  _Atomic(struct ame_region *) regions[AME_REGION_LISTS]; /* by name pointer */
};

/* Written by one thread only: a load and a store, no locked instruction. */
static inline void ame_count(_Atomic uint64_t *word, uint64_t amount) {
  atomic_store_explicit(
      word, atomic_load_explicit(word, memory_order_relaxed) + amount,
      memory_order_relaxed);
}

static inline uint64_t ame_counted(const _Atomic uint64_t *word) {
  return atomic_load_explicit(word, memory_order_relaxed);
}

static inline void ame_count_at_least(_Atomic uint64_t *word, uint64_t value) {
  if (value > ame_counted(word))
    atomic_store_explicit(word, value, memory_order_relaxed);
}

/* The thread's counters, the commits among them. */
struct ame_counters *ame_statistics_of(struct transaction *tx);
void ame_count_reason(struct ame_counters *counters, const char *text,
                      uint64_t amount);

#pragma GCC visibility pop
#endif
