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
  for (size_t i = 0; i < counts->count; i++)
    counts->slots[slot_of(counts, ame_count_at(counts, i)->address)] = (uint32_t)i + 1;
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

struct ame_count *ame_count_insert(struct ame_refcounts *counts, uintptr_t address,
                                   const struct ame_count_kind *kind) {
  if ((counts->count + 1) * 2 > counts->slot_count)
    grow_slots(counts);
  if (counts->count == counts->chunk_count * AME_COUNTS_PER_CHUNK)
    grow_entries(counts);
  ame_self()->to_end |= AME_END_COUNTS;
  const bool is_sum = kind->operation == AME_COUNT_ADD;
  const int64_t floor =
      is_sum ? ame_count_floor(ame_count_load(address, kind)) : INT64_MAX;
  const int64_t limit = floor < 0 ? 0 : AME_NEVER_LENIENT;
  struct ame_count *entry = ame_count_at(counts, counts->count);
  *entry = (struct ame_count){
      .limits = {.limit = limit, .floor = floor},
      .slack = (int64_t)((uint64_t)(is_sum ? 0 : ame_count_no_change(kind)) -
                         (uint64_t)limit),
      .lenient = AME_NEVER_LENIENT,
      .address = address,
      .kind = kind,
      .bucket = (uint16_t)ame_count_bucket(address),
      .low = INT64_MIN,
      .high = INT64_MAX};
  counts->slots[slot_of(counts, address)] = (uint32_t)++counts->count;
  return entry;
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
static void cache(struct ame_count_cache *cache, struct ame_count *entry,
                  uintptr_t address) {
  const size_t index = ame_count_line_index(address);
  struct ame_count_line *line = &cache->lines[index];
  if (line->address != AME_NO_COUNT)
    ((struct ame_count *)cache->limits[index])->slack = line->slack;
  *line = (struct ame_count_line){.address = address, .slack = entry->slack};
  cache->limits[index] = &entry->limits;
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

/* Immortal objects are cached like others, with an entry that everybody forgets. */
AME_COLD struct ame_count *
ame_count_lookup_slow(struct transaction *tx, uintptr_t address,
                      const struct ame_count_kind *kind) {
  struct ame_refcounts *counts = tx->refcounts;
  struct ame_count *entry = ame_count_find(counts, address);
  if (!entry) {
    if (is_own_memory(tx, address, ame_count_bytes(kind)))
      return NULL;
    const int64_t value = kind->immortal ? ame_count_load(address, kind) : 0;
    if (kind->immortal && ame_count_is_immortal(value, kind)) {
      entry = &counts->ignored[value > 0];
      counts->caches_immortals = true;
      tx->to_end |= AME_END_COUNTS;
    } else {
      entry = ame_count_insert(counts, address, kind);
    }
  } else if (entry->in_place) {
    return NULL;
  } else if (!is_same(entry->kind, kind)) {
    /* Sums and maxima of one counter do not commute. */
    const size_t wanted = ame_count_bytes(kind), known = ame_count_bytes(entry->kind);
    const size_t size = wanted > known ? wanted : known;
    __ame_count_take((void *)address, size);
    return NULL;
  }
  if (kind->operation == AME_COUNT_ADD)
    cache(&counts->cache, entry, address);
  return entry;
}

static void free_lines(struct ame_count_cache *cache) {
  for (size_t i = 0; i < AME_COUNT_LINES; i++)
    cache->lines[i].address = AME_NO_COUNT;
}

static void clear_lines(struct ame_refcounts *counts) {
  /* Lines of immortal objects have no entry to be found by. */
  if (counts->count < AME_COUNT_LINES / 4 && !counts->caches_immortals)
    for (size_t i = 0; i < counts->count; i++)
      ame_count_line_of(ame_count_at(counts, i)->address)->address = AME_NO_COUNT;
  else
    free_lines(&counts->cache);
}

static void clear_slots(struct ame_refcounts *counts) {
  if (counts->count > counts->slot_count / 8) {
    memset(counts->slots, 0, counts->slot_count * sizeof *counts->slots);
    return;
  }
  for (size_t i = 0; i < counts->count; i++) {
    size_t slot =
        home_slot(counts, ame_count_at(counts, i)->address >> AME_STRIPE_SHIFT);
    for (; counts->slots[slot]; slot = next_slot(counts, slot))
      counts->slots[slot] = 0;
  }
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
  clear_lines(counts);
  clear_slots(counts);
  counts->count = counts->told_count = 0;
  counts->caches_immortals = false;
  counts->has_dead = false;
  remember_immortals(counts);
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
