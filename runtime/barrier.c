/* Reads and writes: the slow paths of what the pass inlines.
 *
 * READ  1 push the stripe to the log (visible: mark it)  2 load the data
 *       3 load the orec, after the data  4 orec < limit, or mine: accept
 *       5 owned by another: wait, bounded  6 newer: extend, load again.
 * WRITE 1 mine: log the old bytes  2 newer than the snapshot: extend, before
 *       3 the compare-and-swap that owns it  4 log the old bytes, store.
 * x86 keeps loads in order and stores in order; between push and load nothing
 * is needed because whoever looks at the log runs a membarrier first. */
#include "transaction.h"

#include <string.h>

bool ame_validate(struct transaction *tx, uint32_t excluded) {
  return ame_log_is_valid(tx, excluded);
}

void ame_extend(struct transaction *tx, uint32_t excluded) {
  /* The clock first: what commits during the validation is newer than it. */
  const uint32_t now = ame_now_for(tx);
  ame_poll_doom(tx);
  /* Visible: whoever writes a stripe that I have marked keeps it owned until I
   * have acknowledged, so what I read is still as it was. */
  if (!tx->visible && ame_keeps(EXTENSION_VALIDATES) && !ame_validate(tx, excluded))
    ame_abort(AME_ABORT_VALIDATION);
  ame_recording_point("extension");
  ame_raise_snapshot(tx, now);
}

/* Called by preserving_calls.S. */
AME_HIDDEN void ame_read_push(uint32_t stripe);
AME_HIDDEN void ame_read_wait(const void *address);
AME_HIDDEN void ame_read_again(const void *address);
#define WORD_READ(bytes)                                                       \
  AME_HIDDEN void ame_read_word##bytes(const void *address, uint64_t unused,   \
                                       uint64_t *result);                      \
  AME_HIDDEN void ame_read_word_again##bytes(const void *address,              \
                                             uint64_t unused, uint64_t *result);
WORD_READ(1) WORD_READ(2) WORD_READ(4) WORD_READ(8)
#undef WORD_READ
AME_HIDDEN void ame_write(void *address, size_t size);

void ame_read_push(uint32_t stripe) {
  if (!ame_active())
    return;
  struct transaction *tx = ame_self();
  if (!tx->visible) { /* the log is full */
    ame_forced_abort_at_log_end(tx);
    if (ame_read_log_widen(tx)) {
      *__ame_tls.log++ = stripe;
      return;
    }
    ame_turn_visible(tx);
  }
  ame_visible_push(tx, stripe);
}

static inline void push(uint32_t stripe) {
  if (ame_likely(__ame_tls.log != __ame_tls.log_limit))
    *__ame_tls.log++ = stripe;
  else if (__ame_tls.marks)
    ame_mark(stripe);
  else
    ame_read_push(stripe);
}

/* The orec was not acceptable: returns when the data may be loaded again.
 * `pushed`: the stripe's last log entry is this read's own, not accepted yet. */
static void wait_for_stripe(struct transaction *tx, uint32_t stripe, bool pushed) {
  const uint32_t orec = ame_load_orec(stripe);
  ame_poll_doom(tx);
  if (ame_is_acceptable(orec))
    return;
  if (orec >= AME_OREC_LOCK && orec != __ame_tls.self)
    ame_contend(tx, stripe, orec);
  else
    ame_extend(tx, pushed ? stripe : AME_NO_STRIPE);
}

void ame_read_wait(const void *address) {
  if (ame_active())
    wait_for_stripe(ame_self(), ame_stripe_of(address), true);
}

void ame_read_again(const void *address) {
  if (ame_active())
    wait_for_stripe(ame_self(), ame_stripe_of(address), false);
}

void ame_await_stripe(struct transaction *tx, uint32_t stripe) {
  while (!ame_is_acceptable(ame_load_orec(stripe)))
    wait_for_stripe(tx, stripe, false);
}

/* Loads until the stripe, which has been pushed, is acceptable. */
static void load_piece(struct transaction *tx, void *to, const void *from, size_t size) {
  const uint32_t stripe = ame_stripe_of(from);
  atomic_signal_fence(memory_order_seq_cst); /* the push comes first */
  for (;;) {
    memcpy(to, from, size);
    atomic_signal_fence(memory_order_seq_cst);
    ame_recording_point("loaded");
    if (!ame_keeps(OREC_AFTER_DATA) || ame_is_acceptable(ame_load_orec(stripe)))
      return;
    wait_for_stripe(tx, stripe, true);
  }
}

void ame_read_piece(struct transaction *tx, void *to, const void *from, size_t size) {
  push(ame_stripe_of(from));
  load_piece(tx, to, from, size);
}

#define WORD_READ(bytes)                                                       \
  void ame_read_word_again##bytes(const void *address, uint64_t unused,        \
                                  uint64_t *result) {                          \
    (void)unused;                                                              \
    *result = 0;                                                               \
    load_piece(ame_self(), result, address, bytes);                            \
  }                                                                            \
  void ame_read_word##bytes(const void *address, uint64_t unused,              \
                            uint64_t *result) {                                \
    push(ame_stripe_of(address));                                              \
    ame_read_word_again##bytes(address, unused, result);                       \
  }
WORD_READ(1)
WORD_READ(2)
WORD_READ(4)
WORD_READ(8)
#undef WORD_READ

bool ame_needs_no_barrier(struct transaction *tx, const void *address, size_t size) {
  return (uintptr_t)address - __ame_tls.captured_base < __ame_tls.captured_size ||
         ame_on_own_new_stack(tx, address) ||
         ((tx->to_end & AME_END_MEMORY) && ame_memory_is_captured(tx, address, size));
}

void ame_own_stripe(struct transaction *tx, uint32_t stripe) {
  for (;;) {
    uint32_t orec = ame_load_orec(stripe);
    if (ame_is_mine(orec))
      return;
    ame_written_reserve(tx, 1);
    if (ame_current_limit() == 0) {
      ame_extend(tx, AME_NO_STRIPE);
      continue;
    }
    if (orec >= AME_OREC_LOCK) {
      ame_contend(tx, stripe, orec);
      continue;
    }
    /* Extend before the swap: afterwards validation would see "mine" and
     * accept a stripe that changed since it was read. */
    if (orec > tx->snapshot && ame_keeps(EXTEND_BEFORE_OWNING)) {
      ame_extend(tx, AME_NO_STRIPE);
      continue;
    }
    ame_recording_point("before owning");
    if (ame_own_alone(tx, stripe) || ame_swap_owner(stripe, orec)) {
      tx->written[tx->written_count++] = stripe;
      ame_recording_point("owned");
      if (!ame_keeps(EXTEND_BEFORE_OWNING) && orec > tx->snapshot)
        ame_extend(tx, AME_NO_STRIPE);
      return;
    }
  }
}

static void own_and_log(struct transaction *tx, char *at, size_t size) {
  ame_own_range(tx, at, size);
  ame_undo_push(tx, at, size);
}

/* What plain code is about to read has to stay as it is while it does. A log
 * entry or a mark would not do: others may write in place under both and take it
 * back when they lose. */
void __ame_read_range(const void *address, size_t size) {
  struct transaction *tx = ame_active() ? ame_self() : NULL;
  if (!tx || ame_needs_no_barrier(tx, address, size))
    return;
  if (tx->to_end & AME_END_COUNTS)
    ame_refcount_before_copy(tx, address, size);
  ame_own_range(tx, address, size);
}

void ame_write(void *address, size_t size) {
  if (!ame_active())
    return;
  struct transaction *tx = ame_self();
  if (!ame_needs_no_barrier(tx, address, size))
    own_and_log(tx, address, size);
}

/* Perhaps whole structs are overwritten: counts in them that this transaction has
 * changed are no deltas any more. */
void __ame_write_range(void *address, size_t size) {
  if (ame_active() && ame_refcount_inside(ame_self(), address, size))
    __ame_count_take(address, size);
  else
    ame_write(address, size);
}

void __ame_undo(void *address, size_t size) {
  if (!ame_active())
    return;
  struct transaction *tx = ame_self();
  if (!ame_needs_no_barrier(tx, address, size))
    ame_undo_push(tx, address, size);
}

void __ame_memset(void *destination, int32_t byte, size_t size) {
  __ame_write_range(destination, size);
  memset(destination, byte, size);
}

static bool overlaps(const char *a, const char *b, size_t size) {
  return a < b + size && b < a + size;
}

void __ame_memcpy(void *destination, const void *source, size_t size) {
  if (overlaps(destination, source, size)) {
    __ame_memmove(destination, source, size);
    return;
  }
  __ame_write_range(destination, size);
  __ame_read_copy(destination, source, size);
}

void __ame_memmove(void *destination, const void *source, size_t size) {
  if (!overlaps(destination, source, size)) {
    __ame_memcpy(destination, source, size);
    return;
  }
  __ame_write_range(destination, size);
  __ame_read_range(source, size);
  memmove(destination, source, size);
}
