/* What happened: commits, aborts by cause, time lost, and why transactions
 * became inevitable; per thread block, and per region when somebody will look.
 *
 * Each thread counts in a block of its own without synchronisation (relaxed
 * atomic words, so that the report at exit may read them while daemon threads
 * run). Counting per thread is always on: commits are the ends of attempts less the
 * aborts.
 * Regions are counted with stats=1 or stats_file only, unless stats_regions=0. A
 * region is known by the pointer to its name; the report joins equal names. */
#include "statistics.h"

#include <mimalloc.h>
#include <string.h>

void ame_statistics_thread_start(struct transaction *tx) {
  tx->statistics = mi_zalloc(sizeof *tx->statistics);
  if (!tx->statistics)
    ame_fatal("out of memory for another thread");
}

static _Atomic(struct ame_region *) *list_of(struct ame_statistics *statistics,
                                             const char *name) {
  const uint64_t mixed = (uintptr_t)name * UINT64_C(0x9e3779b97f4a7c15);
  return &statistics->regions[mixed >> 58];
}

AME_COLD static struct ame_counters *new_region(_Atomic(struct ame_region *) *list,
                                                const char *name) {
  struct ame_region *region = mi_zalloc(sizeof *region);
  if (!region)
    ame_fatal("out of memory for the statistics of another region");
  region->name = name;
  region->next = atomic_load_explicit(list, memory_order_relaxed);
  /* release: pairs with the report's acquire. */
  atomic_store_explicit(list, region, memory_order_release);
  return &region->counters;
}

/* NULL: nobody will look. */
static struct ame_counters *region_of(struct transaction *tx) {
  if (ame_likely(!ame_options.counts_regions))
    return NULL;
  _Atomic(struct ame_region *) *list = list_of(tx->statistics, tx->name);
  for (struct ame_region *region = atomic_load_explicit(list, memory_order_relaxed);
       region; region = region->next)
    if (region->name == tx->name)
      return &region->counters;
  return new_region(list, tx->name);
}

struct ame_counters *ame_statistics_of(struct transaction *tx) {
  struct ame_counters *thread = &tx->statistics->thread;
  uint64_t commits =
      atomic_load_explicit(&tx->sequence, memory_order_relaxed) - 1; /* the first */
  for (int cause = 0; cause < AME_ABORT_CAUSE_COUNT; cause++)
    commits -= ame_counted(&thread->aborts[cause]);
  atomic_store_explicit(&thread->commits, commits, memory_order_relaxed);
  return thread;
}

void ame_statistics_commit(struct transaction *tx) {
  struct ame_counters *region = region_of(tx);
  if (region)
    ame_count(&region->commits, 1);
}

static void count_abort(struct ame_counters *counters, enum abort_cause cause,
                        uint64_t ticks, uint64_t attempts) {
  ame_count(&counters->aborts[cause], 1);
  ame_count(&counters->ticks_lost, ticks);
  ame_count_at_least(&counters->attempts_max, attempts);
}

void ame_statistics_abort(struct transaction *tx, enum abort_cause cause) {
  const uint64_t ticks = tx->begin_time ? ame_os_ticks() - tx->begin_time : 0;
  struct ame_counters *region = region_of(tx);
  count_abort(&tx->statistics->thread, cause, ticks, tx->attempts + 1);
  if (region)
    count_abort(region, cause, ticks, tx->attempts + 1);
}

void ame_count_reason(struct ame_counters *counters, const char *text,
                      uint64_t amount) {
  for (size_t i = 0; i < AME_REASONS; i++) {
    struct ame_reason *reason = &counters->reasons[i];
    const char *known = atomic_load_explicit(&reason->text, memory_order_relaxed);
    if (!known || i == AME_REASONS - 1) {
      known = i == AME_REASONS - 1 ? "other reasons" : text;
      atomic_store_explicit(&reason->text, known, memory_order_release);
    } else if (known != text && strcmp(known, text) != 0) {
      continue;
    }
    ame_count(&reason->count, amount);
    return;
  }
}

static void count_inevitable(struct ame_counters *counters, const char *reason) {
  ame_count(&counters->inevitable, 1);
  ame_count_reason(counters, reason, 1);
}

void ame_statistics_inevitable(struct transaction *tx, const char *reason) {
  struct ame_counters *region = region_of(tx);
  if (!reason)
    reason = "no reason given";
  count_inevitable(&tx->statistics->thread, reason);
  if (region)
    count_inevitable(region, reason);
}
