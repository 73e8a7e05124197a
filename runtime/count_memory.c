/* Memory that may hold counts and is copied, filled, accessed as ordinary memory,
 * or freed.
 *
 * Merges go to memory without owning its stripe, so that counts never conflict.
 * A transaction that writes whole structs would log and overwrite counts that
 * others merge into at the same time, and its undo would lose their merges. So it
 * *takes* the range first: own its stripes, note them in the filter `taken`, wait
 * until no other thread is between validation and merge, and only then log the old
 * bytes. A committer whose count lies in a stripe that another transaction owns
 * and has taken fails and waits for that transaction's end.
 *
 *   taker    own stripe (1)   note in filter (2)   fence   read `merging` (3)
 *   merger   set `merging` (4)   read orec, filter (5)   merge   clear `merging`
 *
 * (2), fence, (3) and (4), (5) are sequentially consistent: either the taker sees
 * `merging` and waits for the merge, or the merger sees the filter, and the orec
 * of (1) before it, and does not merge. No deadlock: a merger waits for nobody.
 *
 * From then on the counts of the range are this transaction's alone. What it has
 * been told of them is checked at once, its deltas go to memory, and later changes
 * go there directly, undone like any other bytes.
 *
 * A freed block keeps its constraints (the destruction was right only if they
 * hold) and is merged into, because its memory lives until after the commit; but
 * no hook runs for it. */
#include "count_table.h"
#include "memory.h"

#include <string.h>

/* --- taking -------------------------------------------------------------------- */
static uint32_t filter_bit(uint32_t stripe) {
  return (uint32_t)(((uint64_t)stripe * UINT64_C(0x9e3779b97f4a7c15)) >> 55);
}

static bool is_noted(struct ame_refcounts *counts, uint32_t stripe) {
  const uint32_t bit = filter_bit(stripe);
  /* seq_cst, and with it acquire: see above, and (3) in count_answers.c. */
  return atomic_load_explicit(&counts->taken[bit / 64], memory_order_seq_cst) >>
             (bit % 64) & 1;
}

struct transaction *ame_count_taker(uintptr_t address) {
  const uint32_t stripe = ame_stripe_of((void *)address);
  const uint32_t orec = atomic_load_explicit(ame_orec_at(stripe), memory_order_seq_cst);
  if (ame_likely(orec < AME_OREC_LOCK) || orec == __ame_tls.self)
    return NULL;
  struct transaction *owner = ame_transaction_of_slot(orec & ~AME_OREC_LOCK);
  return is_noted(owner->refcounts, stripe) ? owner : NULL;
}

void ame_count_note_taker(struct transaction *tx, struct transaction *taker,
                          uintptr_t address) {
  const uint64_t sequence = ame_sequence_of(taker);
  if (ame_count_taker(address) == taker)
    ame_note_killer(tx, taker, sequence);
}

static void note_taken(struct ame_refcounts *counts, uintptr_t from, size_t size) {
  uint32_t stripe = ame_stripe_of((void *)from);
  for (size_t left = ((from & 63) + size + 63) / 64; left; left--, stripe++) {
    const uint32_t bit = filter_bit(stripe & AME_STRIPE_MASK);
    _Atomic uint64_t *word = &counts->taken[bit / 64];
    /* Only this thread writes it. */
    atomic_store_explicit(word,
                          atomic_load_explicit(word, memory_order_relaxed) |
                              UINT64_C(1) << (bit % 64),
                          memory_order_seq_cst);
  }
  counts->has_taken = true;
  ame_self()->to_end |= AME_END_COUNTS;
}

static void wait_for_mergers(const struct transaction *tx) {
  atomic_thread_fence(memory_order_seq_cst);
  for (struct transaction *other = ame_all_transactions(); other; other = other->next)
    for (unsigned spins = 0;
         other != tx &&
         atomic_load_explicit(&other->refcounts->merging, memory_order_seq_cst);
         spins++) {
      if (spins < 100)
        __builtin_ia32_pause();
      else
        ame_os_futex_wait(&other->refcounts->merging, 1, 50000);
    }
}

/* After the commit point or the undo: a merge does no harm any more. But who has
 * loaded a value that stood there meanwhile must notice: (11) in count_answers.c. */
void ame_count_release_taken(struct transaction *tx, uint32_t version) {
  struct ame_refcounts *counts = tx->refcounts;
  for (size_t i = 0; i < tx->written_count; i++)
    if (is_noted(counts, tx->written[i]) && ame_keeps(TAKING_ENDS_WITH_VERSION)) {
      const uint32_t bucket = ame_count_bucket_of_stripe(tx->written[i]);
      ame_count_lock_bucket(bucket);
      ame_count_set_version(bucket, version);
      ame_count_unlock_bucket(bucket);
    }
  /* release: pairs with is_noted. */
  for (size_t i = 0; i < AME_TAKEN_WORDS; i++)
    atomic_store_explicit(&counts->taken[i], 0, memory_order_release);
  counts->has_taken = false;
}

/* What others have merged into the range must be part of the snapshot, as what they
 * have written is (ame_own_stripe). Nobody merges into it any more. */
static void extend_to_merges(struct transaction *tx, uintptr_t from, size_t size) {
  uint32_t stripe = ame_stripe_of((void *)from);
  if (tx->inevitable || !ame_keeps(TAKING_EXTENDS))
    return;
  for (size_t left = ((from & 63) + size + 63) / 64; left; left--, stripe++)
    if (ame_count_version(ame_count_bucket_of_stripe(stripe & AME_STRIPE_MASK)) >
        tx->snapshot)
      ame_extend(tx, AME_NO_STRIPE);
}

static void check(struct ame_count *entry, void *transaction) {
  const struct transaction *tx = transaction;
  const bool foreign = ame_count_is_foreign(tx->refcounts,
                                            entry->bucket);
  if (!tx->inevitable && !entry->in_place && (foreign || !ame_count_holds(entry)))
    ame_abort(AME_ABORT_REFCOUNT);
}

static void settle(struct ame_count *entry, void *transaction) {
  if (entry->in_place)
    return;
  /* Perhaps not all of it is in the range that is taken. */
  ame_undo_push(transaction, (void *)entry->address, ame_count_bytes(entry->kind));
  ame_count_store(entry->address,
                  ame_count_combine(ame_count_load(entry->address, entry->kind),
                                    ame_count_delta(entry), entry->kind),
                  entry->kind);
  entry->in_place = true;
  entry->constrained = false;
  ame_count_uncache(entry);
}

/* Of memory that is not this transaction's own anyway. */
void ame_count_take_range(struct transaction *tx, void *address, size_t size) {
  const uintptr_t from = (uintptr_t)address;
  ame_own_range(tx, address, size);
  note_taken(tx->refcounts, from, size);
  if (ame_keeps(TAKER_AWAITS_MERGES))
    wait_for_mergers(tx);
  extend_to_merges(tx, from, size);
  ame_count_each_inside(tx->refcounts, from, size, check, tx);
  ame_undo_push(tx, address, size);
  ame_count_each_inside(tx->refcounts, from, size, settle, tx);
}

static bool is_own_memory(struct transaction *tx, const void *address, size_t size) {
  return (uintptr_t)address - __ame_tls.captured_base < __ame_tls.captured_size ||
         ame_on_own_new_stack(tx, address) ||
         ame_memory_is_captured(tx, address, size);
}

void __ame_count_take(void *address, size_t size) {
  if (!ame_active() || size == 0)
    return;
  struct transaction *tx = ame_self();
  if (!is_own_memory(tx, address, size))
    ame_count_take_range(tx, address, size);
}

/* --- copying -------------------------------------------------------------------- */
static void note_presence(struct ame_count *entry, void *found) {
  *(bool *)found |= !entry->in_place;
}

static void find_pending(struct ame_count *entry, void *found) {
  if (!entry->in_place)
    *(struct ame_count **)found = entry;
}

/* Whole memory is about to be read: copied, compared, passed by value, written to a
 * file. What is copied may have moved: then an allocator of the program's own reuses
 * the old place at once, and no merge may follow. So changes that are pending there go
 * to memory first, and become part of what is read. */
void ame_refcount_before_copy(struct transaction *tx, const void *from, size_t size) {
  for (;;) {
    struct ame_count *pending = NULL;
    ame_count_each_inside(tx->refcounts, (uintptr_t)from, size, find_pending, &pending);
    if (!pending)
      return;
    ame_count_take_range(tx, (void *)pending->address, ame_count_bytes(pending->kind));
  }
}

bool ame_refcount_inside(struct transaction *tx, const void *address, size_t size) {
  bool found = false;
  ame_count_each_inside(tx->refcounts, (uintptr_t)address, size, note_presence, &found);
  return found;
}

/* Units of bit-fields have other fields beside the counts. */
static void find_unseen(struct ame_count *entry, void *found) {
  *(bool *)found |= !entry->in_place && entry->kind->width == 0;
}

bool ame_refcount_is_unseen(struct transaction *tx, const void *address, size_t size) {
  bool found = false;
  ame_count_each_inside(tx->refcounts, (uintptr_t)address, size, find_unseen, &found);
  return found;
}

static bool overlaps(uintptr_t a, uintptr_t b, size_t size) {
  return a - b < size || b - a < size;
}

void __ame_count_copy(void *to, const void *from, size_t size) {
  if (!ame_active()) {
    memmove(to, from, size);
    return;
  }
  if (to == from || size == 0)
    return;
  __ame_count_take(to, size);
  if (overlaps((uintptr_t)to, (uintptr_t)from, size)) {
    /* The source's deltas must be in its bytes before these move. */
    __ame_count_take((void *)(uintptr_t)from, size);
    memmove(to, from, size);
    return;
  }
  __ame_read_copy(to, from, size);
}

void __ame_count_fill(void *to, int32_t byte, size_t size) {
  __ame_count_take(to, size);
  memset(to, byte, size);
}

/* --- freeing -------------------------------------------------------------------- */
static void mark_freed(struct ame_count *entry, void *unused) {
  (void)unused;
  entry->freed = true;
}

void ame_refcount_forget(struct transaction *tx, void *address, size_t size) {
  ame_count_each_inside(tx->refcounts, (uintptr_t)address, size, mark_freed, NULL);
}

void ame_refcount_forget_captured(struct transaction *tx, void *block) {
  if (ame_unlikely(tx->refcounts->has_dead))
    ame_refcount_forget(tx, block, ame_block_size(block));
}
