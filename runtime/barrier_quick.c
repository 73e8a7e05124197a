/* What most calls of the barriers' slow paths come to, with general registers
 * only (CMakeLists.txt sees to it; preserving_calls.S relies on it). Each
 * returns whether the barrier is complete; if not, barrier.c does the work, which
 * finds nothing changed but stripes that are own already. */
#include "transaction.h"

#include <string.h>

_Static_assert(offsetof(struct ame_thread, log) == 0 &&
                   offsetof(struct ame_thread, log_limit) == 8 &&
                   offsetof(struct ame_thread, captured_base) == 16 &&
                   offsetof(struct ame_thread, captured_size) == 24 &&
                   offsetof(struct ame_thread, limit) == 32 &&
                   offsetof(struct ame_thread, owner) == 36 &&
                   offsetof(struct ame_thread, depth) == 44 &&
                   offsetof(struct ame_thread, undo) == 56 &&
                   offsetof(struct ame_thread, undo_limit) == 64 &&
                   offsetof(struct ame_thread, marks) == 72,
               "preserving_calls.S knows these offsets");
_Static_assert(AME_STRIPE_SHIFT + AME_STRIPE_BITS == 32 && AME_OREC_BASE == 0x10000000,
               "and how an address leads to its orec");

AME_HIDDEN bool ame_quick_read_push(uint32_t stripe);
AME_HIDDEN bool ame_quick_read_wait(const void *address);
AME_HIDDEN bool ame_quick_read_again(const void *address);
AME_HIDDEN bool ame_quick_write(void *address, size_t size);

bool ame_quick_read_push(uint32_t stripe) {
  struct transaction *tx = ame_self();
  if (tx->visible)
    ame_visible_push(tx, stripe);
  return tx->visible;
}

/* ame_extend of an ordinary transaction. False: it is none, or not valid. */
static inline bool extend(struct transaction *tx, uint32_t excluded) {
  const uint32_t now = atomic_load_explicit(&ame_clock, memory_order_acquire);
  if (tx->visible || (tx->to_end & AME_END_ANSWERS) || !ame_keeps(EXTENSION_VALIDATES) ||
      atomic_load_explicit(&tx->own_version, memory_order_relaxed) > now ||
      atomic_load_explicit(&tx->doom_request, memory_order_acquire) ==
          atomic_load_explicit(&tx->sequence, memory_order_relaxed) ||
      !ame_log_is_valid(tx, excluded))
    return false;
  ame_recording_point("extension");
  ame_raise_snapshot(tx, now);
  return true;
}

/* Outside of transactions all memory counts as captured; an inlined read that does
 * not ask gets here at most once: every orec is below this limit. */
static inline bool accept_all(void) {
  atomic_store_explicit((_Atomic uint32_t *)&__ame_tls.limit, UINT32_MAX,
                        memory_order_relaxed);
  return true;
}

static inline bool wait_for_stripe(uint32_t stripe, bool pushed) {
  if (!ame_active())
    return accept_all();
  const uint32_t orec = ame_load_orec(stripe);
  return ame_is_acceptable(orec) ||
         ((orec < AME_OREC_LOCK || orec == __ame_tls.self) &&
          extend(ame_self_block, pushed ? stripe : AME_NO_STRIPE));
}

bool ame_quick_read_wait(const void *address) {
  return wait_for_stripe(ame_stripe_of(address), true);
}

bool ame_quick_read_again(const void *address) {
  return wait_for_stripe(ame_stripe_of(address), false);
}

/* Owning is step 3 of a write (barrier.c). */
static inline __attribute__((always_inline)) bool own(struct transaction *tx, uint32_t stripe) {
  uint32_t orec = ame_load_orec(stripe);
  if (ame_is_mine(orec))
    return true;
  /* The limit is the snapshot + 1, or 0: somebody wants this one to look up. */
  if (orec >= ame_current_limit() &&
      (orec >= AME_OREC_LOCK || !extend(tx, AME_NO_STRIPE) || orec > tx->snapshot))
    return false;
  if (tx->written_count == tx->written_capacity)
    return false;
  if (!ame_own_alone(tx, stripe) && !ame_swap_owner(stripe, orec))
    return false;
  tx->written[tx->written_count++] = stripe;
  return true;
}

static inline bool own_all(struct transaction *tx, uint32_t first, uint32_t last) {
  for (uint32_t stripe = first; own(tx, stripe);
       stripe = (stripe + 1) & AME_STRIPE_MASK)
    if (stripe == last)
      return true;
  return false;
}

/* Apart, so that the rest needs no call and with it no stack. Neighbouring words
 * (the compiler's NeighbourGroups), or a word that lies across two stripes; what is own
 * stays own when another stripe cannot be had here. More than some stripes are a range. */
enum { FEW_STRIPES = 4 };
__attribute__((noinline)) static bool write_neighbours(struct transaction *tx,
                                                       char *address, size_t size) {
  const size_t room = (size_t)(__ame_tls.undo_limit - __ame_tls.undo);
  if (size > FEW_STRIPES << AME_STRIPE_SHIFT || room < (size + 7) / 8 ||
      !own_all(tx, ame_stripe_of(address), ame_stripe_of(address + size - 1)))
    return false;
  for (; size > 8; address += 8, size -= 8)
    ame_undo_log_old(address, 8);
  ame_undo_log_old(address, size);
  return true;
}

static inline bool write_shared(struct transaction *tx, void *address, size_t size) {
  const size_t in_stripe = (uintptr_t)address & ((1u << AME_STRIPE_SHIFT) - 1);
  if (size > 8 || in_stripe + size > 1u << AME_STRIPE_SHIFT)
    return write_neighbours(tx, address, size);
  if (__ame_tls.undo == __ame_tls.undo_limit || !own(tx, ame_stripe_of(address)))
    return false;
  ame_undo_log_old(address, size);
  return true;
}

__attribute__((noinline)) static bool write_after_allocation(struct transaction *tx,
                                                             void *address,
                                                             size_t size) {
  return ame_memory_is_captured(tx, address, size) || write_shared(tx, address, size);
}

bool ame_quick_write(void *address, size_t size) {
  if (!ame_active())
    return true;
  struct transaction *tx = ame_self_block; /* there is one when it is active */
  if ((uintptr_t)address - __ame_tls.captured_base < __ame_tls.captured_size ||
      ame_on_own_new_stack(tx, address))
    return true;
  if (tx->to_end & AME_END_MEMORY)
    return write_after_allocation(tx, address, size);
  return write_shared(tx, address, size);
}
