/* The counts of the running transaction: a dense list of entries, a hash table by
 * stripe (so that the counts inside a range of memory are found quickly), and the
 * lines that inlined code looks at. */
#include "count_table.h"

#include <mimalloc.h>
#include <string.h>

enum { FIRST_SLOTS = 1024 };

static size_t home_slot(const struct ame_refcounts *counts, uintptr_t stripe) {
  return (size_t)((stripe * UINT64_C(0x9e3779b97f4a7c15)) >> 20) &
         (counts->slot_count - 1);
}

static size_t next_slot(const struct ame_refcounts *counts, size_t slot) {
  return (slot + 1) & (counts->slot_count - 1);
}

/* Of the count's entry, or the free one where it belongs. */
static inline size_t slot_of(const struct ame_refcounts *counts, uintptr_t address) {
  size_t slot = home_slot(counts, address >> AME_STRIPE_SHIFT);
  while (counts->slots[slot] &&
         ame_count_at(counts, counts->slots[slot] - 1)->address != address)
    slot = next_slot(counts, slot);
  return slot;
}

AME_COLD static void grow_slots(struct ame_refcounts *counts) {
  mi_free(counts->slots);
  counts->slot_count *= 2;
  counts->slots = mi_calloc(counts->slot_count, sizeof *counts->slots);
  if (!counts->slots)
    ame_fatal("out of memory for a table of %zu reference counts", counts->count);
  for (size_t i = 0; i < counts->count; i++) {
    struct ame_count *entry = ame_count_at(counts, i);
    entry->slot = (uint32_t)slot_of(counts, entry->address);
    counts->slots[entry->slot] = (uint32_t)i + 1;
  }
}

AME_COLD static void grow_entries(struct ame_refcounts *counts) {
  counts->chunks = ame_own_grow(counts->chunks, counts->chunk_count,
                                &counts->chunk_capacity, sizeof *counts->chunks);
  struct ame_count *chunk = mi_malloc(AME_COUNTS_PER_CHUNK * sizeof *chunk);
  if (!chunk)
    ame_fatal("out of memory for %zu reference counts", counts->count);
  counts->chunks[counts->chunk_count++] = chunk;
}

struct ame_count *ame_count_find(const struct ame_refcounts *counts,
                                 uintptr_t address) {
  const uint32_t found = counts->slots[slot_of(counts, address)];
  return found ? ame_count_at(counts, found - 1) : NULL;
}

static inline bool has_room(const struct ame_refcounts *counts) {
  return (counts->count + 1) * 2 <= counts->slot_count &&
         counts->count < counts->chunk_count * AME_COUNTS_PER_CHUNK;
}

/* `slot` is free, and where the count belongs; start: what its changes begin with. */
static inline __attribute__((always_inline)) struct ame_count *
fill_slot(struct transaction *tx, size_t slot, uintptr_t address,
          const struct ame_count_kind *kind, int64_t floor, int64_t start) {
  struct ame_refcounts *counts = tx->refcounts;
  const int64_t limit = floor < 0 ? 0 : AME_NEVER_LENIENT;
  struct ame_count *entry = ame_count_at(counts, counts->count);
  tx->to_end |= AME_END_COUNTS;
  *entry = (struct ame_count){
      .limits = {.limit = limit, .floor = floor},
      .slack = (int64_t)((uint64_t)start - (uint64_t)limit),
      .lenient = AME_NEVER_LENIENT,
      .address = address,
      .kind = kind,
      .bucket = (uint16_t)ame_count_bucket(address),
      .slot = (uint32_t)slot,
      .low = INT64_MIN,
      .high = INT64_MAX};
  counts->slots[slot] = (uint32_t)++counts->count;
  return entry;
}

static struct ame_count *insert_at(struct transaction *tx, size_t slot, uintptr_t address,
                                   const struct ame_count_kind *kind) {
  struct ame_refcounts *counts = tx->refcounts;
  if ((counts->count + 1) * 2 > counts->slot_count) {
    grow_slots(counts);
    slot = slot_of(counts, address);
  }
  if (counts->count == counts->chunk_count * AME_COUNTS_PER_CHUNK)
    grow_entries(counts);
  return kind->operation == AME_COUNT_ADD
             ? fill_slot(tx, slot, address, kind,
                         ame_count_floor(ame_count_load(address, kind)), 0)
             : fill_slot(tx, slot, address, kind, INT64_MAX, ame_count_no_change(kind));
}

struct ame_count *ame_count_insert(struct transaction *tx, uintptr_t address,
                                   const struct ame_count_kind *kind) {
  return insert_at(tx, slot_of(tx->refcounts, address), address, kind);
}

int64_t ame_count_top(const struct ame_count *entry) {
  const struct ame_count_kind *kind = entry->kind;
  return kind && kind->width && entry->limits.floor < 0
             ? ame_count_highest(kind) + entry->limits.floor - entry->limits.limit
             : INT64_MAX;
}

void ame_count_uncache(struct ame_count *entry) {
  struct ame_count_line *line = ame_count_line_of(entry->address);
  if (line->address == entry->address) {
    entry->slack = line->slack;
    line->address = AME_NO_COUNT;
  }
}

/* The line's earlier holder keeps its own slack from here on; those of immortal
 * objects are forgotten. */
static inline __attribute__((always_inline)) void cache(struct ame_count_cache *cache,
                                                        struct ame_count *entry,
                                                        uintptr_t address, int64_t top) {
  const size_t index = ame_count_line_index(address);
  struct ame_count_line *line = &cache->lines[index];
  if (line->address != AME_NO_COUNT)
    ((struct ame_count *)cache->sides[index].limits)->slack = line->slack;
  *line = (struct ame_count_line){.address = address, .slack = entry->slack};
  cache->sides[index] =
      (struct ame_count_side){.limits = &entry->limits, .top = top};
}

static bool is_own_memory(struct transaction *tx, uintptr_t address, size_t size) {
  return ame_on_own_new_stack(tx, (void *)address) ||
         ((tx->to_end & AME_END_MEMORY) &&
          ame_memory_is_captured(tx, (void *)address, size));
}

static bool is_same(const struct ame_count_kind *a, const struct ame_count_kind *b) {
  return a == b || (a->size == b->size && a->operation == b->operation &&
                    a->width == b->width && a->shift == b->shift);
}

/* Sums and maxima of one counter do not commute. */
AME_COLD static void take_for_both(const struct ame_count *entry,
                                   const struct ame_count_kind *kind) {
  const size_t wanted = ame_count_bytes(kind), known = ame_count_bytes(entry->kind);
  __ame_count_take((void *)entry->address, wanted > known ? wanted : known);
}

/* Immortal objects are cached like others, with an entry that everybody forgets. */
static inline struct ame_count *first_change(struct transaction *tx, size_t slot,
                                             uintptr_t address,
                                             const struct ame_count_kind *kind) {
  struct ame_refcounts *counts = tx->refcounts;
  if (is_own_memory(tx, address, ame_count_bytes(kind)))
    return NULL;
  if (kind->immortal) {
    const int64_t value = ame_count_load(address, kind);
    if (ame_count_is_immortal(value, kind)) {
      counts->caches_immortals = true;
      tx->to_end |= AME_END_COUNTS;
      return &counts->ignored[value > 0];
    }
  }
  return insert_at(tx, slot, address, kind);
}

static __attribute__((noinline)) struct ame_count *
lookup_any(struct transaction *tx, size_t slot, uintptr_t address,
           const struct ame_count_kind *kind) {
  struct ame_refcounts *counts = tx->refcounts;
  struct ame_count *entry;
  if (counts->slots[slot] == 0) {
    entry = first_change(tx, slot, address, kind);
    if (!entry)
      return NULL;
  } else {
    entry = ame_count_at(counts, counts->slots[slot] - 1);
    if (entry->in_place)
      return NULL;
    if (!is_same(entry->kind, kind)) {
      take_for_both(entry, kind);
      return NULL;
    }
  }
  if (kind->operation == AME_COUNT_ADD)
    cache(&counts->cache, entry, address, ame_count_top(entry));
  return entry;
}

/* Most counts, seen for the first time, need no call. */
struct ame_count *ame_count_lookup_slow(struct transaction *tx, uintptr_t address,
                                        const struct ame_count_kind *kind) {
  struct ame_refcounts *counts = tx->refcounts;
  const size_t slot = slot_of(counts, address);
  const bool is_simple =
      counts->slots[slot] == 0 && has_room(counts) && kind->operation == AME_COUNT_ADD &&
      !kind->immortal && !kind->width && !(tx->to_end & AME_END_MEMORY) &&
      !ame_on_own_new_stack(tx, (void *)address);
  if (ame_unlikely(!is_simple))
    return lookup_any(tx, slot, address, kind);
  struct ame_count *entry = fill_slot(
      tx, slot, address, kind, ame_count_floor(ame_count_load(address, kind)), 0);
  cache(&counts->cache, entry, address, INT64_MAX);
  return entry;
}

static void free_lines(struct ame_count_cache *cache) {
  for (size_t i = 0; i < AME_COUNT_LINES; i++)
    cache->lines[i].address = AME_NO_COUNT;
}

/* Of few counts, each by itself. Lines of immortal objects have no entry to be found
 * by. */
static void clear_each(struct ame_refcounts *counts) {
  const struct ame_count *const entries = counts->chunks[0];
  _Static_assert(AME_COUNT_LINES / 4 <= AME_COUNTS_PER_CHUNK, "one chunk has them all");
  for (size_t i = 0, end = counts->count; i < end; i++) {
    counts->slots[entries[i].slot] = 0;
    counts->cache.lines[ame_count_line_index(entries[i].address)].address = AME_NO_COUNT;
  }
}

static void clear_all(struct ame_refcounts *counts) {
  free_lines(&counts->cache);
  if (counts->count > counts->slot_count / 8)
    memset(counts->slots, 0, counts->slot_count * sizeof *counts->slots);
  else
    for (size_t i = 0; i < counts->count; i++)
      counts->slots[ame_count_at(counts, i)->slot] = 0;
}

/* Inlined tests of the first one's always ask, of the second one's never. */
static void remember_immortals(struct ame_refcounts *counts) {
  for (int positive = 0; positive <= 1; positive++) {
    struct ame_count *entry = &counts->ignored[positive];
    entry->limits.floor = INT64_MAX;
    entry->slack = positive ? AME_NEVER_LENIENT : -AME_NEVER_LENIENT;
  }
}

void ame_count_table_clear(struct ame_refcounts *counts) {
  if (counts->caches_immortals || counts->count >= AME_COUNT_LINES / 4)
    clear_all(counts);
  else if (counts->count)
    clear_each(counts);
  counts->count = counts->told_count = 0;
  counts->has_dead = false;
  if (counts->caches_immortals)
    remember_immortals(counts);
  counts->caches_immortals = false;
}

static bool touches(const struct ame_count *entry, uintptr_t from, size_t size) {
  return entry->address - from < size || from - entry->address < ame_count_bytes(entry->kind);
}

/* Calls act on each entry whose count has bytes in [from, +size). A count, being
 * aligned, lies in one stripe. */
void ame_count_each_inside(struct ame_refcounts *counts, uintptr_t from, size_t size,
                           void (*act)(struct ame_count *, void *), void *arg) {
  if (counts->count == 0 || size == 0)
    return;
  if (size / 64 >= counts->count) {
    for (size_t i = 0; i < counts->count; i++) {
      struct ame_count *entry = ame_count_at(counts, i);
      if (touches(entry, from, size))
        act(entry, arg);
    }
    return;
  }
  const uintptr_t last = (from + size - 1) >> AME_STRIPE_SHIFT;
  for (uintptr_t stripe = from >> AME_STRIPE_SHIFT; stripe <= last; stripe++)
    for (size_t slot = home_slot(counts, stripe); counts->slots[slot];
         slot = next_slot(counts, slot)) {
      struct ame_count *entry = ame_count_at(counts, counts->slots[slot] - 1);
      if (entry->address >> AME_STRIPE_SHIFT == stripe && touches(entry, from, size))
        act(entry, arg);
    }
}

/* Nobody writes it: no count has its lines' address. */
const struct ame_count_cache ame_no_counts;

struct ame_count_cache *ame_refcount_cache(struct transaction *tx) {
  return tx ? &tx->refcounts->cache : (struct ame_count_cache *)(uintptr_t)&ame_no_counts;
}

void ame_refcount_thread_start(struct transaction *tx) {
  struct ame_refcounts *counts = mi_zalloc_aligned(sizeof *counts, 64);
  if (counts)
    counts->slots = mi_calloc(FIRST_SLOTS, sizeof *counts->slots);
  if (!counts || !counts->slots)
    ame_fatal("out of memory for another thread");
  counts->slot_count = FIRST_SLOTS;
  free_lines(&counts->cache);
  remember_immortals(counts);
  tx->refcounts = counts;
}
