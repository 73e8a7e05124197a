/* Reference counts: changes are deltas of the transaction, tests are predicates.
 *
 * What the program is told of a count becomes an interval in which the committed
 * value must lie at commit; "above zero after a decrement" alone does not: the
 * merge decides, and a hook destroys what only the merge found dead. Counts of
 * memory that is this transaction's own change in place. Immortal ones do not
 * change. Outside transactions all of this is atomic arithmetic. */
#include "count_table.h"

/* Who finds zero destroys. But when there was no decrement since the answer "above
 * zero", others' merges have made it zero since; then the program has not decided
 * anything, and the hook is needed. */
static void note_zero(struct ame_count *entry, int64_t value) {
  const int64_t lenient = ame_count_lenient(entry);
  if (value <= 0 &&
      (lenient == AME_NEVER_LENIENT || ame_count_delta(entry) < lenient))
    entry->saw_zero = true;
}

/* The program takes what it counts for dead, or begins to use the memory for a
 * count: it may have held, or may soon hold, something else (an allocator of the
 * program's own, whose stores are ordinary ones). So no delta may be pending: the
 * count is owned and changes in place from here on. */
static void put_in_place(struct ame_count *entry) {
  __ame_count_take((void *)entry->address, ame_count_bytes(entry->kind));
}

/* A count that is in place reached zero after a decrement: its entry only says
 * that the hook is to destroy what it counts. */
static int64_t leave_to_hook(struct transaction *tx, uintptr_t address,
                             const struct ame_count_kind *kind) {
  struct ame_count *entry = ame_count_find(tx->refcounts, address);
  if (!entry)
    entry = ame_count_insert(tx, address, kind);
  entry->in_place = true;
  entry->dead = true;
  entry->freed = false;
  tx->refcounts->has_dead = true;
  return 1;
}

/* The own changes and the committed value together are more than its bits hold. The
 * memory wraps around as it does in the plain program. */
static inline bool leaves_bits(const struct ame_count *entry, int64_t committed) {
  return ame_unlikely(entry->kind->width) &&
         !ame_count_fits(committed + ame_count_delta(entry), entry->kind);
}

int64_t ame_count_told_value(struct transaction *tx, struct ame_count *entry) {
  const int64_t committed = ame_count_read(tx, entry, false);
  if (leaves_bits(entry, committed)) {
    put_in_place(entry);
    return ame_count_load(entry->address, entry->kind);
  }
  const int64_t value =
      ame_count_combine(committed, ame_count_delta(entry), entry->kind);
  note_zero(entry, value);
  ame_count_constrain(tx, entry, committed, committed);
  return value;
}

static int64_t told_above_zero(struct ame_count *entry, int64_t value) {
  const int64_t delta = ame_count_delta(entry);
  if (delta < 0 && delta < ame_count_lenient(entry)) {
    /* the limit stays above the floor of a count that has fallen since */
    if (delta > entry->limits.floor)
      ame_count_set_limit(entry, delta);
    entry->lenient = delta;
  }
  return value;
}

static int64_t told_in_place(struct transaction *tx, uintptr_t address,
                             const struct ame_count_kind *kind,
                             bool after_decrement) {
  const int64_t value = ame_count_load(address, kind);
  return value == 0 && after_decrement && ame_zero_is_deferred(tx, kind)
             ? leave_to_hook(tx, address, kind)
             : value;
}

/* Sign only. After a decrement, "above zero" is left to the merge. */
static int64_t told_sign(struct transaction *tx, struct ame_count *entry,
                         bool after_decrement) {
  const int64_t delta = ame_count_delta(entry);
  const int64_t committed = ame_count_read(tx, entry, after_decrement);
  if (leaves_bits(entry, committed)) {
    put_in_place(entry);
    return told_in_place(tx, entry->address, entry->kind, after_decrement);
  }
  const int64_t value = committed + delta;
  if (value == 0 && after_decrement && ame_zero_is_deferred(tx, entry->kind))
    return told_above_zero(entry, 1);
  if (value > 0 && after_decrement)
    return told_above_zero(entry, value);
  if (after_decrement)
    entry->saw_zero |= value <= 0;
  else
    note_zero(entry, value);
  if (value == 0) {
    ame_count_constrain(tx, entry, -delta, -delta);
    if (after_decrement)
      put_in_place(entry);
  } else if (value < 0)
    ame_count_constrain(tx, entry, INT64_MIN, -delta - 1);
  else
    ame_count_constrain(tx, entry, 1 - delta,
                        entry->kind->width ? ame_count_highest(entry->kind) - delta
                                           : INT64_MAX);
  return value;
}

static inline struct ame_count *entry_of(const void *count,
                                         const struct ame_count_kind *kind) {
  return ame_active() ? ame_count_lookup(ame_self_block, (uintptr_t)count, kind) : NULL;
}

/* Those have none of their own, and no kind. */
static inline bool is_immortal_entry(const struct ame_count *entry) {
  return entry->kind == NULL;
}

/* The entry that a change goes to. No program takes large steps; if one does, the count
 * is its own from then on, and slacks stay small. */
static inline struct ame_count *entry_to_change(void *count, int64_t step,
                                                const struct ame_count_kind *kind) {
  struct ame_count *entry = entry_of(count, kind);
  if (ame_likely(step < AME_COUNT_LARGEST_STEP && step > -AME_COUNT_LARGEST_STEP) ||
      !entry || is_immortal_entry(entry))
    return entry;
  put_in_place(entry);
  return NULL;
}

/* --- called by compiled code ----------------------------------------------------- */
void __ame_refcount_add(void *count, int64_t delta, const void *kind) {
  if (entry_to_change(count, delta, kind))
    ame_count_line_of((uintptr_t)count)->slack += delta; /* of immortal ones: as inlined */
  else
    ame_count_change_in_place((uintptr_t)count, delta, kind);
}

int64_t __ame_refcount_add_test(void *count, int64_t delta, const void *kind) {
  const uintptr_t address = (uintptr_t)count;
  struct ame_count *entry = entry_to_change(count, delta, kind);
  if (!entry) {
    const int64_t value = ame_count_change_in_place(address, delta, kind);
    if (ame_unlikely(value == 0) && delta <= 0 && ame_active() &&
        ame_zero_is_deferred(ame_self(), kind))
      return leave_to_hook(ame_self(), address, kind);
    return value;
  }
  if (is_immortal_entry(entry))
    return ame_count_load(address, kind);
  ame_count_change(entry, delta);
  /* Zero: a decrement that the compiler has merged with an increment before. */
  return told_sign(ame_self(), entry, delta <= 0);
}

int64_t __ame_refcount_add_get(void *count, int64_t delta, const void *kind) {
  struct ame_count *entry = entry_to_change(count, delta, kind);
  if (!entry)
    return ame_count_change_in_place((uintptr_t)count, delta, kind);
  if (is_immortal_entry(entry))
    return ame_count_load((uintptr_t)count, kind);
  ame_count_change(entry, delta);
  const int64_t value = ame_count_told_value(ame_self(), entry);
  if (value == 0)
    put_in_place(entry);
  return value;
}

int64_t __ame_refcount_load_test(const void *count, const void *kind) {
  struct ame_count *entry = entry_of(count, kind);
  if (!entry || is_immortal_entry(entry))
    return ame_count_load((uintptr_t)count, kind);
  return told_sign(ame_self(), entry, false);
}

int64_t __ame_refcount_load(const void *count, const void *kind) {
  struct ame_count *entry = entry_of(count, kind);
  if (!entry || is_immortal_entry(entry))
    return ame_count_load((uintptr_t)count, kind);
  return ame_count_told_value(ame_self(), entry);
}

/* Whatever was there before: a store begins the life of a count, or makes an
 * immortal object mortal again. */
void __ame_refcount_store(void *count, int64_t value, const void *kind) {
  struct ame_count *entry = entry_of(count, kind);
  if (entry && is_immortal_entry(entry)) {
    struct ame_refcounts *counts = ame_self()->refcounts;
    ame_count_line_of((uintptr_t)count)->address = AME_NO_COUNT;
    entry = ame_count_find(counts, (uintptr_t)count);
    if (!entry)
      entry = ame_count_insert(ame_self(), (uintptr_t)count, kind);
  }
  if (entry)
    put_in_place(entry);
  ame_count_store((uintptr_t)count, value, kind);
}
