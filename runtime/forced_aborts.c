/* AME_OPTIONS=force_aborts=K: each transaction aborts K times before it may
 * commit or become inevitable. A program that depends on an attempt's leftovers
 * (a store without undo, output that is not deferred, a register that is not
 * restored) then prints something else.
 *
 * The last abort comes at the end, with everything done that must be undone; the
 * others after a pseudo-random number of logged reads, so that they happen deep
 * in calls as well. For that the read log of such an attempt is made short: its
 * end is a slow path anyway, and barriers need no test of their own. The
 * sequence of numbers is fixed: a run with one thread can be repeated. */
#include "transaction.h"

enum { LONGEST_SHIFT = 11 }; /* at most 2^12 - 1 reads */

/* A small linear congruential generator per thread; the high bits are good. */
static uint32_t next_random(struct transaction *tx) {
  tx->forced_random = tx->forced_random * UINT64_C(6364136223846793005) +
                      UINT64_C(1442695040888963407);
  return (uint32_t)(tx->forced_random >> 33);
}

static bool has_aborts_left(const struct transaction *tx) {
  return tx->forced_aborts < ame_options.force_aborts && !tx->inevitable;
}

void ame_forced_abort_begin(struct transaction *tx) {
  tx->force_at_log_end = false;
  if (!has_aborts_left(tx) || tx->visible ||
      tx->forced_aborts + 1 == ame_options.force_aborts)
    return;
  const uint32_t shift = next_random(tx) % (LONGEST_SHIFT + 1);
  const uint32_t reads = (1u << shift) + next_random(tx) % (1u << shift);
  if (reads >= ame_options.visible_after)
    return;
  __ame_tls.log_limit = tx->log_base + reads;
  tx->force_at_log_end = true;
}

void ame_forced_abort_at_log_end(struct transaction *tx) {
  if (tx->force_at_log_end)
    ame_forced_abort_here(tx);
}

void ame_forced_abort_here(struct transaction *tx) {
  if (!has_aborts_left(tx))
    return;
  tx->forced_aborts++;
  ame_abort(AME_ABORT_FORCED);
}
