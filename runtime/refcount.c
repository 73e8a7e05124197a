/* Reference counts and counters: changes are deltas of the transaction, added to
 * memory at commit.
 *
 * A table maps the address of a count to its delta and to the interval in which
 * the committed value must lie for everything that the transaction has been told
 * to stay true. A test after a decrement that says "not zero" constrains nothing:
 * when the merged value is zero all the same, the program's hook destroys the
 * object after the commit. All other answers are constraints, checked at commit.
 *
 * Locks. Addresses hash to buckets with a short futex lock. ame_refcount_validate
 * takes the buckets of all entries in ascending order, checks, and leaves them
 * locked; ame_refcount_commit merges and unlocks, ame_refcount_abort unlocks. So
 * check, commit point and merge are one atomic step towards everybody else who
 * merges into these counts. In between nobody waits for another transaction
 * (commit.c settles conflicts before), and nobody who holds one bucket asks for a
 * lower one: no deadlock, and the sleeping is short.
 *
 * The inevitable transaction I (at most one) must never fail. When it becomes so,
 * its constraints are checked, and their buckets, later also those of each test
 * that constrains, are marked exclusive (under the lock, one bucket at a time)
 * until it has merged. Whoever else validates a marked bucket fails and unlocks:
 * it never waits for I while holding anything that I wants.
 *
 * A block that is freed keeps its constraints (the destruction was right only if
 * they hold) and is merged into, because its memory lives until after the commit;
 * but no hook runs for it. Counts of captured memory change in place. Outside of
 * transactions all of this is atomic arithmetic. */
#include "memory.h"

#define __AME__ 1 /* the declarations, not the fallback with one lock */
#include <ame/ame.h>
#include <mimalloc.h>
#include <string.h>

enum {
  BUCKET_BITS = 14,
  BUCKETS = 1 << BUCKET_BITS,
  MASK_WORDS = BUCKETS / 64,
  CACHE = 256,
  FIRST_SLOTS = 1024
};

struct entry {
  uintptr_t address;
  int64_t delta;
  int64_t low, high;    /* the committed value must lie in between */
  int64_t lenient;      /* smallest delta at a test that said "not zero" */
  uint8_t size;
  bool constrained, is_lenient, is_count, freed;
  bool saw_zero; /* the transaction itself destroys what it counts */
};

struct cached {
  uintptr_t address;
  uint32_t index, stamp;
};

struct ame_refcounts {
  struct entry *entries; /* dense, in order of first use */
  size_t count, capacity;
  uint32_t *slots; /* hash by 64-byte stripe, linear probing; index + 1 */
  size_t slot_count;
  uint32_t stamp; /* of this attempt: which lines of the cache are valid */
  bool locked;
  size_t exclusive_count;
  void **zeros; /* counts whose objects the hook destroys */
  size_t zero_count, zero_capacity;
  uint64_t buckets[MASK_WORDS];   /* locked, or about to be */
  uint64_t exclusive[MASK_WORDS]; /* marked by this inevitable transaction */
  struct cached cache[CACHE];
};

struct bucket {
  _Atomic uint32_t lock;      /* 0 free, 1 taken, 2 taken and waited for */
  _Atomic uint32_t exclusive; /* 1: the inevitable transaction depends on it */
};
static struct bucket buckets[BUCKETS];
static _Atomic(void (*)(void *)) zero_hook;

/* --- the memory of a count ------------------------------------------------------ */
static int64_t load_count(uintptr_t address, uint32_t size) {
  /* acquire: pairs with the merge, so that a zero seen here comes after what the
   * other owner did to the object. */
  if (size == 8)
    return atomic_load_explicit((_Atomic int64_t *)address, memory_order_acquire);
  if (size == 4)
    return atomic_load_explicit((_Atomic int32_t *)address, memory_order_acquire);
  if (size == 2)
    return atomic_load_explicit((_Atomic int16_t *)address, memory_order_acquire);
  return atomic_load_explicit((_Atomic int8_t *)address, memory_order_acquire);
}

/* Returns the new value. */
static int64_t add_count(uintptr_t address, int64_t delta, uint32_t size) {
  if (size == 8)
    return atomic_fetch_add_explicit((_Atomic int64_t *)address, delta,
                                     memory_order_acq_rel) + delta;
  if (size == 4)
    return (int32_t)(atomic_fetch_add_explicit((_Atomic uint32_t *)address,
                                               (uint32_t)delta,
                                               memory_order_acq_rel) +
                     (uint32_t)delta);
  if (size == 2)
    return (int16_t)(atomic_fetch_add_explicit((_Atomic uint16_t *)address,
                                               (uint16_t)delta,
                                               memory_order_acq_rel) +
                     (uint16_t)delta);
  return (int8_t)(atomic_fetch_add_explicit((_Atomic uint8_t *)address,
                                            (uint8_t)delta,
                                            memory_order_acq_rel) +
                  (uint8_t)delta);
}

static void store_count(uintptr_t address, int64_t value, uint32_t size) {
  if (size == 8)
    atomic_store_explicit((_Atomic int64_t *)address, value, memory_order_release);
  else if (size == 4)
    atomic_store_explicit((_Atomic int32_t *)address, (int32_t)value,
                          memory_order_release);
  else if (size == 2)
    atomic_store_explicit((_Atomic int16_t *)address, (int16_t)value,
                          memory_order_release);
  else
    atomic_store_explicit((_Atomic int8_t *)address, (int8_t)value,
                          memory_order_release);
}

/* Without an entry: captured or on the own stack when a transaction runs, where
 * no other thread looks; otherwise shared memory of plain code. */
static int64_t add_in_place(uintptr_t address, int64_t delta, uint32_t size) {
  if (!ame_active())
    return add_count(address, delta, size);
  store_count(address, load_count(address, size) + delta, size);
  return load_count(address, size);
}

/* --- buckets ----------------------------------------------------------------------- */
static uint32_t bucket_of(uintptr_t address) {
  return (uint32_t)(((uint64_t)(address >> 3) * UINT64_C(0x9e3779b97f4a7c15)) >>
                    (64 - BUCKET_BITS));
}

static void lock_bucket(uint32_t index) {
  _Atomic uint32_t *lock = &buckets[index].lock;
  uint32_t seen = 0;
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

static void unlock_bucket(uint32_t index) {
  if (atomic_exchange_explicit(&buckets[index].lock, 0, memory_order_release) == 2)
    ame_os_futex_wake(&buckets[index].lock);
}

static bool mask_has(const uint64_t *mask, uint32_t index) {
  return mask[index / 64] >> (index % 64) & 1;
}

static void mask_set(uint64_t *mask, uint32_t index) {
  mask[index / 64] |= UINT64_C(1) << (index % 64);
}

static void mark_exclusive(struct ame_refcounts *counts, uint32_t index) {
  if (mask_has(counts->exclusive, index))
    return;
  mask_set(counts->exclusive, index);
  counts->exclusive_count++;
  atomic_store_explicit(&buckets[index].exclusive, 1, memory_order_relaxed);
}

static void for_each_in(uint64_t *mask, void (*act)(uint32_t)) {
  for (uint32_t word = 0; word < MASK_WORDS; word++)
    for (uint64_t bits = mask[word]; bits; bits &= bits - 1)
      act(word * 64 + (uint32_t)__builtin_ctzll(bits));
}

static void unmark_exclusive(uint32_t index) {
  atomic_store_explicit(&buckets[index].exclusive, 0, memory_order_relaxed);
}

static void lock_all(struct ame_refcounts *counts) {
  for (size_t i = 0; i < counts->count; i++)
    mask_set(counts->buckets, bucket_of(counts->entries[i].address));
  for_each_in(counts->buckets, lock_bucket);
  counts->locked = true;
}

static void unlock_all(struct ame_refcounts *counts) {
  if (!counts->locked)
    return;
  for_each_in(counts->buckets, unlock_bucket);
  memset(counts->buckets, 0, sizeof counts->buckets);
  counts->locked = false;
}

/* --- the table ------------------------------------------------------------------------ */
static size_t home_slot(const struct ame_refcounts *counts, uintptr_t stripe) {
  return (size_t)((stripe * UINT64_C(0x9e3779b97f4a7c15)) >> 20) &
         (counts->slot_count - 1);
}

static void put_slot(struct ame_refcounts *counts, uint32_t index) {
  size_t slot = home_slot(counts, counts->entries[index].address >> 6);
  while (counts->slots[slot])
    slot = (slot + 1) & (counts->slot_count - 1);
  counts->slots[slot] = index + 1;
}

static void grow_slots(struct ame_refcounts *counts) {
  mi_free(counts->slots);
  counts->slot_count *= 2;
  counts->slots = mi_calloc(counts->slot_count, sizeof *counts->slots);
  if (!counts->slots)
    ame_fatal("out of memory for a table of %zu reference counts", counts->count);
  for (uint32_t i = 0; i < counts->count; i++)
    put_slot(counts, i);
}

static struct entry *find(struct ame_refcounts *counts, uintptr_t address) {
  size_t slot = home_slot(counts, address >> 6);
  for (; counts->slots[slot]; slot = (slot + 1) & (counts->slot_count - 1)) {
    struct entry *entry = &counts->entries[counts->slots[slot] - 1];
    if (entry->address == address)
      return entry;
  }
  return NULL;
}

static struct entry *insert(struct ame_refcounts *counts, uintptr_t address,
                            uint32_t size) {
  if ((counts->count + 1) * 2 > counts->slot_count)
    grow_slots(counts);
  counts->entries = ame_own_grow(counts->entries, counts->count, &counts->capacity,
                                 sizeof *counts->entries);
  struct entry *entry = &counts->entries[counts->count];
  *entry = (struct entry){.address = address,
                          .size = (uint8_t)size,
                          .low = INT64_MIN,
                          .high = INT64_MAX};
  put_slot(counts, (uint32_t)counts->count++);
  return entry;
}

/* The entry of a count; NULL: the count is captured, change it in place. */
AME_COLD static struct entry *lookup_slow(struct transaction *tx, uintptr_t address,
                                          uint32_t size) {
  struct ame_refcounts *counts = tx->refcounts;
  struct entry *entry = find(counts, address);
  if (!entry) {
    if (ame_memory_is_captured(tx, (void *)address, size) ||
        ame_on_own_new_stack(tx, (void *)address))
      return NULL;
    entry = insert(counts, address, size);
  }
  counts->cache[address / 8 % CACHE] = (struct cached){
      address, (uint32_t)(entry - counts->entries), counts->stamp};
  return entry;
}

static inline struct entry *lookup(struct transaction *tx, uintptr_t address,
                                   uint32_t size) {
  if (address - __ame_tls.captured_base < __ame_tls.captured_size)
    return NULL;
  struct ame_refcounts *counts = tx->refcounts;
  const struct cached *line = &counts->cache[address / 8 % CACHE];
  if (ame_likely(line->address == address && line->stamp == counts->stamp))
    return &counts->entries[line->index];
  return lookup_slow(tx, address, size);
}

static void clear(struct ame_refcounts *counts) {
  if (counts->exclusive_count) {
    for_each_in(counts->exclusive, unmark_exclusive);
    memset(counts->exclusive, 0, sizeof counts->exclusive);
    counts->exclusive_count = 0;
  }
  unlock_all(counts);
  if (counts->count == 0)
    return;
  if (counts->count > counts->slot_count / 8)
    memset(counts->slots, 0, counts->slot_count * sizeof *counts->slots);
  else
    for (size_t i = 0; i < counts->count; i++)
      for (size_t slot = home_slot(counts, counts->entries[i].address >> 6);
           counts->slots[slot]; slot = (slot + 1) & (counts->slot_count - 1))
        counts->slots[slot] = 0;
  counts->count = 0;
  if (++counts->stamp == 0) {
    memset(counts->cache, 0, sizeof counts->cache);
    counts->stamp = 1;
  }
}

void ame_refcount_thread_start(struct transaction *tx) {
  struct ame_refcounts *counts = mi_zalloc(sizeof *counts);
  if (counts)
    counts->slots = mi_calloc(FIRST_SLOTS, sizeof *counts->slots);
  if (!counts || !counts->slots)
    ame_fatal("out of memory for another thread");
  counts->slot_count = FIRST_SLOTS;
  counts->stamp = 1;
  tx->refcounts = counts;
}

/* --- what the program is told, and what must hold for it ------------------------------- */
static void constrain(struct entry *entry, int64_t low, int64_t high) {
  entry->constrained = true;
  if (low > entry->low)
    entry->low = low;
  if (high < entry->high)
    entry->high = high;
  /* Two answers that no single value explains: doomed already. */
  if (entry->low > entry->high && !ame_self()->inevitable)
    ame_abort(AME_ABORT_REFCOUNT);
}

/* The committed value stays as it is from here on if this transaction is the
 * inevitable one: reading and marking are one step towards other merges. */
static int64_t read_committed(struct transaction *tx, const struct entry *entry,
                              bool may_be_lenient) {
  if (!tx->inevitable)
    return load_count(entry->address, entry->size);
  const uint32_t index = bucket_of(entry->address);
  lock_bucket(index);
  const int64_t committed = load_count(entry->address, entry->size);
  if (!may_be_lenient || committed + entry->delta <= 0)
    mark_exclusive(tx->refcounts, index);
  unlock_bucket(index);
  return committed;
}

static int64_t told_value(struct transaction *tx, struct entry *entry) {
  const int64_t committed = read_committed(tx, entry, false);
  entry->saw_zero |= committed + entry->delta <= 0;
  constrain(entry, committed, committed);
  return committed + entry->delta;
}

/* Sign only. After a decrement, "above zero" is left to the merge. */
static int64_t told_sign(struct transaction *tx, struct entry *entry,
                         bool after_decrement) {
  const int64_t value =
      read_committed(tx, entry, after_decrement) + entry->delta;
  entry->saw_zero |= value <= 0;
  if (value == 0) {
    constrain(entry, -entry->delta, -entry->delta);
  } else if (value < 0) {
    constrain(entry, INT64_MIN, -entry->delta - 1);
  } else if (!after_decrement) {
    constrain(entry, 1 - entry->delta, INT64_MAX);
  } else if (!entry->is_lenient || entry->delta < entry->lenient) {
    entry->is_lenient = true;
    entry->lenient = entry->delta;
  }
  return value;
}

/* --- called by compiled code --------------------------------------------------------------- */
void __ame_refcount_add(void *count, int64_t delta, uint32_t size) {
  struct entry *entry =
      ame_active() ? lookup(ame_self(), (uintptr_t)count, size) : NULL;
  if (!entry) {
    add_in_place((uintptr_t)count, delta, size);
    return;
  }
  entry->delta += delta;
  entry->is_count = true;
}

int64_t __ame_refcount_add_test(void *count, int64_t delta, uint32_t size) {
  struct entry *entry =
      ame_active() ? lookup(ame_self(), (uintptr_t)count, size) : NULL;
  if (!entry)
    return add_in_place((uintptr_t)count, delta, size);
  entry->delta += delta;
  entry->is_count = true;
  return told_sign(ame_self(), entry, delta < 0);
}

int64_t __ame_refcount_add_get(void *count, int64_t delta, uint32_t size) {
  struct entry *entry =
      ame_active() ? lookup(ame_self(), (uintptr_t)count, size) : NULL;
  if (!entry)
    return add_in_place((uintptr_t)count, delta, size);
  entry->delta += delta;
  entry->is_count = true;
  return told_value(ame_self(), entry);
}

int64_t __ame_refcount_load_test(const void *count, uint32_t size) {
  struct entry *entry =
      ame_active() ? lookup(ame_self(), (uintptr_t)count, size) : NULL;
  return entry ? told_sign(ame_self(), entry, false)
               : load_count((uintptr_t)count, size);
}

int64_t __ame_refcount_load(const void *count, uint32_t size) {
  struct entry *entry =
      ame_active() ? lookup(ame_self(), (uintptr_t)count, size) : NULL;
  return entry ? told_value(ame_self(), entry)
               : load_count((uintptr_t)count, size);
}

/* The old value becomes a constraint, so that old + delta is the new one. */
void __ame_refcount_store(void *count, int64_t value, uint32_t size) {
  struct entry *entry =
      ame_active() ? lookup(ame_self(), (uintptr_t)count, size) : NULL;
  if (!entry) {
    store_count((uintptr_t)count, value, size);
    return;
  }
  entry->delta += value - told_value(ame_self(), entry);
}

void __ame_counter_add(void *counter, int64_t delta, uint32_t size) {
  struct entry *entry =
      ame_active() ? lookup(ame_self(), (uintptr_t)counter, size) : NULL;
  if (entry)
    entry->delta += delta;
  else
    add_in_place((uintptr_t)counter, delta, size);
}

int64_t __ame_counter_load(const void *counter, uint32_t size) {
  return __ame_refcount_load(counter, size);
}

/* --- memory that goes away or moves ------------------------------------------------------------ */
static void for_each_inside(struct ame_refcounts *counts, uintptr_t from, size_t size,
                            void (*act)(struct entry *, ptrdiff_t), ptrdiff_t shift) {
  if (size / 64 >= counts->count) {
    for (size_t i = 0; i < counts->count; i++)
      if (counts->entries[i].address - from < size)
        act(&counts->entries[i], shift);
    return;
  }
  for (uintptr_t stripe = from >> 6; stripe <= (from + size - 1) >> 6; stripe++)
    for (size_t slot = home_slot(counts, stripe); counts->slots[slot];
         slot = (slot + 1) & (counts->slot_count - 1)) {
      struct entry *entry = &counts->entries[counts->slots[slot] - 1];
      if (entry->address >> 6 == stripe && entry->address - from < size)
        act(entry, shift);
    }
}

static void mark_freed(struct entry *entry, ptrdiff_t unused) {
  (void)unused;
  entry->freed = true;
}

void ame_refcount_forget(struct transaction *tx, void *address, size_t size) {
  if (size && tx->refcounts->count)
    for_each_inside(tx->refcounts, (uintptr_t)address, size, mark_freed, 0);
}

static void add_to_copy(struct entry *entry, ptrdiff_t shift) {
  add_count(entry->address + (uintptr_t)shift, entry->delta, entry->size);
}

void ame_refcount_copy(struct transaction *tx, const void *from, void *to, size_t size) {
  if (size && tx->refcounts->count)
    for_each_inside(tx->refcounts, (uintptr_t)from, size, add_to_copy,
                    (ptrdiff_t)((uintptr_t)to - (uintptr_t)from));
}

/* --- commit and abort ------------------------------------------------------------------------------ */
bool ame_refcount_pending(struct transaction *tx) {
  return tx->refcounts->count != 0;
}

static bool holds(const struct entry *entry) {
  if (!entry->constrained)
    return true;
  const int64_t committed = load_count(entry->address, entry->size);
  return entry->low <= committed && committed <= entry->high;
}

static bool all_hold(const struct ame_refcounts *counts, bool ignore_own_marks) {
  for (size_t i = 0; i < counts->count; i++) {
    const struct entry *entry = &counts->entries[i];
    const uint32_t index = bucket_of(entry->address);
    const bool own = ignore_own_marks && mask_has(counts->exclusive, index);
    if (!own && atomic_load_explicit(&buckets[index].exclusive,
                                     memory_order_relaxed))
      return false;
    if (!holds(entry))
      return false;
  }
  return true;
}

bool ame_refcount_validate(struct transaction *tx) {
  struct ame_refcounts *counts = tx->refcounts;
  if (counts->count == 0)
    return true;
  lock_all(counts);
  if (tx->inevitable || all_hold(counts, false))
    return true;
  unlock_all(counts);
  return false;
}

bool ame_refcount_become_inevitable(struct transaction *tx) {
  struct ame_refcounts *counts = tx->refcounts;
  if (counts->count == 0)
    return true;
  lock_all(counts);
  const bool good = all_hold(counts, true);
  for (size_t i = 0; good && i < counts->count; i++)
    if (counts->entries[i].constrained)
      mark_exclusive(counts, bucket_of(counts->entries[i].address));
  unlock_all(counts);
  return good;
}

/* "Not zero" was said when it was, and the merged value is: nobody else will
 * destroy the object. */
static bool needs_hook(const struct entry *entry, int64_t merged) {
  return merged == 0 && entry->is_count && entry->is_lenient && !entry->freed &&
         merged - entry->delta + entry->lenient <= 0 && !entry->saw_zero;
}

static void merge(struct ame_refcounts *counts, const struct entry *entry) {
  if (entry->delta == 0)
    return;
  const int64_t merged = add_count(entry->address, entry->delta, entry->size);
  if (ame_likely(!needs_hook(entry, merged)))
    return;
  counts->zeros = ame_own_grow(counts->zeros, counts->zero_count,
                               &counts->zero_capacity, sizeof *counts->zeros);
  counts->zeros[counts->zero_count++] = (void *)entry->address;
}

void ame_refcount_commit(struct transaction *tx) {
  struct ame_refcounts *counts = tx->refcounts;
  for (size_t i = 0; i < counts->count; i++)
    merge(counts, &counts->entries[i]);
  clear(counts);
}

void ame_refcount_abort(struct transaction *tx) { clear(tx->refcounts); }

/* --- objects found dead by the merge ------------------------------------------------------------------ */
void ame_refcount_on_zero(void (*fn)(void *count)) {
  atomic_store_explicit(&zero_hook, fn, memory_order_release);
}

/* The core does not call this again from the transactions run here: what they
 * find is appended to the list. */
void ame_refcount_run_zero_hooks(struct transaction *tx) {
  struct ame_refcounts *counts = tx->refcounts;
  void (*hook)(void *) = atomic_load_explicit(&zero_hook, memory_order_acquire);
  while (counts->zero_count) {
    void *count = counts->zeros[--counts->zero_count];
    if (hook)
      ame_run_in_transaction(hook, count);
  }
}
