/* Counters (AME_COUNTER): sums, floating point sums, minima, maxima, bits set and
 * cleared. Changes of one kind commute and never conflict; reading one makes its
 * value a predicate of the transaction, like reading ordinary memory. A counter
 * that one transaction changes in two different ways is taken (count_memory.c). */
#include "count_table.h"

static struct ame_count *entry_of(const void *counter,
                                  const struct ame_count_kind *kind) {
  return ame_active() ? ame_count_lookup(ame_self(), (uintptr_t)counter, kind) : NULL;
}

void __ame_counter_add(void *counter, int64_t delta, const void *kind) {
  struct ame_count *entry = entry_of(counter, kind);
  if (entry)
    ame_count_change(entry, delta);
  else
    ame_count_change_in_place((uintptr_t)counter, delta, kind);
}

void __ame_counter_combine(void *counter, int64_t value, const void *kind) {
  struct ame_count *entry = entry_of(counter, kind);
  if (entry)
    ame_count_set_delta(entry, ame_count_combine(ame_count_delta(entry), value, kind));
  else
    ame_count_change_in_place((uintptr_t)counter, value, kind);
}

/* Whatever the reader takes the counter for, its own changes are in the value. */
int64_t __ame_counter_load(const void *counter, const void *kind) {
  const uintptr_t address = (uintptr_t)counter;
  if (!ame_active())
    return ame_count_load(address, kind);
  struct ame_count *entry = ame_count_find(ame_self()->refcounts, address);
  if (!entry || entry->in_place)
    entry = entry_of(counter, kind);
  return entry ? ame_count_told_value(ame_self(), entry)
               : ame_count_load(address, kind);
}
