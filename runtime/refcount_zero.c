/* Objects that only the merge found dead, and the hooks that destroy them.
 *
 * A hook runs after the commit, in a transaction of its own. While hooks run, a
 * count that a destructor brings to zero is left to its hook as well (the
 * destructor is told that it is not zero): a chain of a million objects is
 * destroyed by a loop, not by a recursion a million frames deep. */
#include "count_table.h"

#include <stdio.h>

static _Atomic(void (*)(void *)) default_hook;

void ame_refcount_on_zero(void (*fn)(void *count)) {
  /* release: pairs with the acquire below. */
  atomic_store_explicit(&default_hook, fn, memory_order_release);
}

void (*ame_zero_hook(const struct ame_count_kind *kind))(void *) {
  return kind->on_zero ? kind->on_zero
                       : atomic_load_explicit(&default_hook, memory_order_acquire);
}

bool ame_zero_is_deferred(const struct transaction *tx,
                          const struct ame_count_kind *kind) {
  return (tx->in_hooks || kind->deferred) && ame_zero_hook(kind) != NULL;
}

/* Nothing is lost silently. */
static void warn_about_leak(const void *count) {
  static atomic_flag warned = ATOMIC_FLAG_INIT;
  if (!atomic_flag_test_and_set_explicit(&warned, memory_order_relaxed))
    fprintf(stderr,
            "ame: warning: the reference count at %p reached zero only when "
            "transactions were merged, and no hook destroys its object: call "
            "ame_refcount_on_zero, or declare the field AME_REFCOUNT_ON_ZERO\n",
            count);
}

void ame_zero_push(struct ame_refcounts *counts, const struct ame_count *entry) {
  void *const count = (void *)(entry->address - entry->kind->object);
  void (*const hook)(void *) = ame_zero_hook(entry->kind);
  if (!hook) {
    warn_about_leak(count);
    return;
  }
  counts->zeros = ame_own_grow(counts->zeros, counts->zero_count,
                               &counts->zero_capacity, sizeof *counts->zeros);
  counts->zeros[counts->zero_count++] = (struct ame_zero){count, hook};
}

/* The core does not call this again from the transactions run here: what they
 * find is appended to the list. */
void ame_refcount_run_zero_hooks(struct transaction *tx) {
  struct ame_refcounts *counts = tx->refcounts;
  while (counts->zero_count) {
    const struct ame_zero zero = counts->zeros[--counts->zero_count];
    ame_run_in_transaction(zero.hook, zero.count);
  }
}
