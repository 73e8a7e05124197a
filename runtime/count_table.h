/* Counts of the running transaction: what the files count_*.c, refcount.c and
 * counter.c share. count_table.c holds the entries, count_locks.c keeps merges
 * apart, count_answers.c is what the program is told, count_merge.c the commit,
 * count_waits.c wakes who waits for a change, count_bits.c is about bit-fields,
 * count_memory.c deals with memory that is copied or freed, refcount.c and counter.c are what compiled code calls,
 * refcount_zero.c runs the hooks. */
#ifndef AME_COUNT_TABLE_H
#define AME_COUNT_TABLE_H

#include "transaction.h"

#pragma GCC visibility push(hidden)

enum {
  AME_BUCKET_BITS = 14,
  AME_BUCKETS = 1 << AME_BUCKET_BITS,
  AME_BUCKET_WORDS = AME_BUCKETS / 64,
  AME_FEW_BUCKETS = 32,
  AME_TAKEN_WORDS = 8
};

/* One count that this transaction has changed or looked at. */
struct ame_count {
  struct ame_count_limits limits; /* first: inlined code sees only this */
  int64_t slack; /* where no line of the cache holds it: the delta minus the limit */
  int64_t lenient; /* ame_count_lenient when the limit was last set */
  uintptr_t address;
  int64_t low, high; /* the committed value must lie in between */
  const struct ame_count_kind *kind;
  bool constrained;
  bool freed;
  bool saw_zero; /* the transaction itself destroys what it counts */
  bool in_place; /* changes go to memory: nobody else merges into it */
  bool dead;     /* in place, and its zero is left to the hook */
  uint16_t bucket; /* count_locks.c */
  uint32_t slot;   /* its place in the hash table */
};

/* No delta gets so far: 2^30 steps would do (AME_COUNT_LARGEST_STEP). So neither a
 * slack nor what is added to it overflows: limits lie between -2^62 and this. */
#define AME_NEVER_LENIENT (INT64_C(1) << 62)
#define AME_LOWEST_FLOOR (-(INT64_C(1) << 61))

/* An address that no count has: of lines that are free. */
#define AME_NO_COUNT ((uintptr_t)1)

static inline size_t ame_count_line_index(uintptr_t address) {
  return address / sizeof(struct ame_count_line) % AME_COUNT_LINES;
}
static inline struct ame_count_line *ame_count_line_of(uintptr_t address) {
  return &__ame_tls.counts->lines[ame_count_line_index(address)];
}

/* In a bit-field: up to this slack the count is above zero, as far as the last look at
 * it says. Where that says nothing, slacks are negative, which is more than any top. */
int64_t ame_count_top(const struct ame_count *entry);
static inline void ame_count_renew_top(const struct ame_count *entry) {
  const size_t line = ame_count_line_index(entry->address);
  if (ame_unlikely(entry->kind->width) &&
      __ame_tls.counts->lines[line].address == entry->address)
    __ame_tls.counts->sides[line].top = ame_count_top(entry);
}

/* Where inlined code changes it, if it may. */
static inline int64_t *ame_count_slack(struct ame_count *entry) {
  struct ame_count_line *line = ame_count_line_of(entry->address);
  return line->address == entry->address ? &line->slack : &entry->slack;
}

/* What the transaction has changed so far. Wraps around, as counters may. */
static inline int64_t ame_count_delta(const struct ame_count *entry) {
  return (int64_t)((uint64_t)*ame_count_slack((struct ame_count *)(uintptr_t)entry) +
                   (uint64_t)entry->limits.limit);
}
static inline void ame_count_set_delta(struct ame_count *entry, int64_t delta) {
  *ame_count_slack(entry) = (int64_t)((uint64_t)delta - (uint64_t)entry->limits.limit);
}
static inline void ame_count_change(struct ame_count *entry, int64_t change) {
  int64_t *slack = ame_count_slack(entry);
  *slack = (int64_t)((uint64_t)*slack + (uint64_t)change);
}

/* The smallest delta at a test that said "not zero", if it was below 0: inlined tests
 * lower the limit to what they have found, from 0 downwards. A test at a delta of 0
 * or more promises nothing that has to be looked after: in the end the delta is 0, and
 * nothing is merged, or it is above, and merging makes no zero of what was not
 * negative, or below, which a decrement after the test has done. */
static inline int64_t ame_count_lenient(const struct ame_count *entry) {
  const int64_t limit = entry->limits.limit;
  return limit < 0 && limit < entry->lenient ? limit : entry->lenient;
}

static inline void ame_count_set_limit(struct ame_count *entry, int64_t limit) {
  const int64_t delta = ame_count_delta(entry);
  entry->lenient = ame_count_lenient(entry);
  entry->limits.limit = limit;
  ame_count_set_delta(entry, delta);
  ame_count_renew_top(entry);
}

/* Deltas above this one make a committed value no zero. */
static inline int64_t ame_count_floor(int64_t committed) {
  if (committed <= 0)
    return INT64_MAX;
  return committed < -AME_LOWEST_FLOOR ? -committed : AME_LOWEST_FLOOR;
}

/* The committed value is this: what follows for tests after decrements. When it has
 * fallen, the limit is above the smallest delta that was tested. */
static inline void ame_count_note_committed(struct ame_count *entry,
                                            int64_t committed) {
  const int64_t floor = ame_count_floor(committed);
  const int64_t lenient = ame_count_lenient(entry);
  int64_t limit = AME_NEVER_LENIENT;
  entry->limits.floor = floor;
  if (committed > 0)
    limit = lenient == AME_NEVER_LENIENT ? 0 : lenient > floor ? lenient : floor + 1;
  if (limit != entry->limits.limit)
    ame_count_set_limit(entry, limit);
  else
    ame_count_renew_top(entry);
}

struct ame_zero {
  void *count;
  void (*hook)(void *count);
};

struct ame_refcounts {
  /* Where inlined code looks; __ame_tls.counts points here. */
  _Alignas(64) struct ame_count_cache cache;
  struct ame_count **chunks; /* entries never move */
  size_t chunk_count, chunk_capacity;
  size_t count;
  uint32_t *slots; /* hash by stripe, linear probing; index + 1 */
  size_t slot_count;
  /* Changes of immortal objects go here and are forgotten. The second one: of
   * those whose counts are above zero, as inlined tests say. */
  struct ame_count ignored[2];
  bool caches_immortals; /* some line leads there */
  bool locked;
  bool has_taken;
  bool has_dead; /* an entry for a count in place */
  size_t exclusive_count;
  struct ame_count **told; /* the constrained entries */
  size_t told_count, told_capacity;
  struct ame_zero *zeros; /* objects that the hooks destroy */
  size_t zero_count, zero_capacity;
  uint64_t buckets[AME_BUCKET_WORDS];   /* locked, or about to be */
  uint16_t few[AME_FEW_BUCKETS];        /* the same if they are few, ascending */
  uint32_t few_count;
  bool many; /* they are not */
  uint64_t exclusive[AME_BUCKET_WORDS]; /* marked by this inevitable transaction */
  /* Read by other threads: */
  _Atomic uint32_t merging;               /* between validation and merge */
  _Atomic uint64_t taken[AME_TAKEN_WORDS]; /* stripes taken: a filter */
  _Atomic uint64_t awaited[AME_TAKEN_WORDS]; /* buckets: count_waits.c */
};

/* --- count_table.c ---------------------------------------------------------- */
enum { AME_COUNTS_PER_CHUNK = 512 };
static inline struct ame_count *ame_count_at(const struct ame_refcounts *counts,
                                             size_t index) {
  return &counts->chunks[index / AME_COUNTS_PER_CHUNK]
                        [index % AME_COUNTS_PER_CHUNK];
}
struct ame_count *ame_count_find(const struct ame_refcounts *counts,
                                 uintptr_t address);
struct ame_count *ame_count_insert(struct transaction *tx, uintptr_t address,
                                   const struct ame_count_kind *kind);
/* Takes what the cache holds of it into the entry. */
void ame_count_uncache(struct ame_count *entry);
/* The entry of a count; NULL: change it in place. counts->ignored: immortal. */
struct ame_count *ame_count_lookup_slow(struct transaction *tx, uintptr_t address,
                                        const struct ame_count_kind *kind);
void ame_count_table_clear(struct ame_refcounts *counts);
void ame_count_each_inside(struct ame_refcounts *counts, uintptr_t from, size_t size,
                           void (*act)(struct ame_count *, void *), void *arg);

static inline struct ame_count *ame_count_lookup(struct transaction *tx,
                                                 uintptr_t address,
                                                 const struct ame_count_kind *kind) {
  if (address - __ame_tls.captured_base < __ame_tls.captured_size)
    return NULL;
  const struct ame_count_cache *cache = &tx->refcounts->cache;
  const size_t line = ame_count_line_index(address);
  if (ame_likely(cache->lines[line].address == address) &&
      kind->operation == AME_COUNT_ADD)
    return (struct ame_count *)cache->sides[line].limits;
  return ame_count_lookup_slow(tx, address, kind);
}

/* --- count_bits.c ----------------------------------------------------------- */
int64_t ame_count_load_bits(uintptr_t address, const struct ame_count_kind *kind);
void ame_count_store_bits(uintptr_t address, int64_t value,
                          const struct ame_count_kind *kind);
/* Atomically; returns the new value. */
int64_t ame_count_add_bits(uintptr_t address, int64_t change,
                           const struct ame_count_kind *kind);
int64_t ame_count_in_field(int64_t value, const struct ame_count_kind *kind);
bool ame_count_fits(int64_t value, const struct ame_count_kind *kind);
int64_t ame_count_highest(const struct ame_count_kind *kind);
bool ame_count_bits_are_immortal(int64_t value, const struct ame_count_kind *kind);
/* The bytes in which the count has bits. */
static inline size_t ame_count_bytes(const struct ame_count_kind *kind) {
  const unsigned width = kind->width & ~(unsigned)AME_COUNT_SIGNED_BITS;
  return ame_likely(width == 0) ? kind->size : (kind->shift % 8u + width + 7) / 8;
}

/* --- count_value.c ---------------------------------------------------------- */
static inline int64_t ame_count_load(uintptr_t address,
                                     const struct ame_count_kind *kind) {
  /* acquire: pairs with the merge, so that a zero seen here comes after what the
   * other owner did to the object. */
  if (ame_unlikely(kind->width))
    return ame_count_load_bits(address, kind);
  if (kind->size == 8)
    return atomic_load_explicit((_Atomic int64_t *)address, memory_order_acquire);
  return atomic_load_explicit((_Atomic int32_t *)address, memory_order_acquire);
}
void ame_count_store(uintptr_t address, int64_t value,
                     const struct ame_count_kind *kind);
/* Atomically; returns the new value. */
int64_t ame_count_merge_value(uintptr_t address, int64_t change,
                              const struct ame_count_kind *kind);
int64_t ame_count_combine(int64_t value, int64_t change,
                          const struct ame_count_kind *kind);
int64_t ame_count_no_change(const struct ame_count_kind *kind);
bool ame_count_is_immortal(int64_t value, const struct ame_count_kind *kind);
/* Without an entry: captured, taken, or on the own stack while a transaction
 * runs, where no other thread merges; otherwise memory of plain code. */
int64_t ame_count_change_in_place(uintptr_t address, int64_t change,
                                  const struct ame_count_kind *kind);

/* The transaction's end depends on other transactions' merges into this count, or
 * theirs on it. Not when its changes add up to nothing and nothing was promised:
 * then it might as well not have looked; whoever else brings the count to zero
 * finds that out alone. Nor in place, where nobody else merges. */
static inline bool ame_count_matters(const struct ame_count *entry) {
  if (entry->in_place)
    return false;
  return entry->constrained ||
         ame_count_delta(entry) != (ame_likely(entry->kind->operation == AME_COUNT_ADD)
                                        ? 0
                                        : ame_count_no_change(entry->kind));
}

/* --- count_locks.c ---------------------------------------------------------- */
static inline uint32_t ame_count_bucket_of_stripe(uint32_t stripe) {
  enum { NEIGHBOURS = 8 };
  const uint64_t hash = stripe / NEIGHBOURS * UINT64_C(0x9e3779b97f4a7c15);
  return (uint32_t)(hash >> (64 - AME_BUCKET_BITS)) / NEIGHBOURS * NEIGHBOURS +
         stripe % NEIGHBOURS;
}
static inline uint32_t ame_count_bucket(uintptr_t address) {
  return ame_count_bucket_of_stripe(ame_stripe_of((void *)address));
}
void ame_count_lock_bucket(uint32_t bucket);
void ame_count_unlock_bucket(uint32_t bucket);
/* Until nobody is merging who had begun before. */
void ame_count_await_bucket(uint32_t bucket);
/* Of the last merge into one of its counts; set by who has locked it. */
uint32_t ame_count_version(uint32_t bucket);
void ame_count_set_version(uint32_t bucket, uint32_t version);
void ame_count_lock_all(struct ame_refcounts *counts);
void ame_count_unlock_all(struct ame_refcounts *counts);
void ame_count_mark_exclusive(struct ame_refcounts *counts, uint32_t bucket);
void ame_count_unmark_all(struct ame_refcounts *counts);
/* The inevitable transaction depends on the bucket, and is not this one. */
bool ame_count_is_foreign(const struct ame_refcounts *counts, uint32_t bucket);

/* --- count_memory.c --------------------------------------------------------- */
/* Who has taken the memory of this count, if another transaction has. */
struct transaction *ame_count_taker(uintptr_t address);
/* Who aborts because of the taker waits for its end. */
void ame_count_note_taker(struct transaction *tx, struct transaction *taker,
                          uintptr_t address);
void ame_count_release_taken(struct transaction *tx, uint32_t version);

/* --- count_answers.c -------------------------------------------------------- */
/* The committed value as of the snapshot. may_be_lenient: unless the count with the
 * own delta is above zero. */
int64_t ame_count_read(struct transaction *tx, struct ame_count *entry,
                       bool may_be_lenient);
/* The committed value must lie in between. */
void ame_count_constrain(struct transaction *tx, struct ame_count *entry, int64_t low,
                         int64_t high);
bool ame_count_holds(const struct ame_count *entry);

/* --- count_merge.c ---------------------------------------------------------- */
/* Until no other transaction has taken the count's memory, where what it may still
 * undo would be read. */
void ame_count_drive_taker_away(struct transaction *tx, uintptr_t address);

/* --- refcount.c, counter.c --------------------------------------------------- */
/* The exact value, which must be the same at commit. */
int64_t ame_count_told_value(struct transaction *tx, struct ame_count *entry);

/* --- refcount_zero.c -------------------------------------------------------- */
/* The hook that destroys objects with such a count; NULL: none. */
void (*ame_zero_hook(const struct ame_count_kind *kind))(void *count);
/* A zero that the transaction finds itself is left to the hook, too. */
bool ame_zero_is_deferred(const struct transaction *tx,
                          const struct ame_count_kind *kind);
void ame_zero_push(struct ame_refcounts *counts, const struct ame_count *entry);

#pragma GCC visibility pop
#endif
