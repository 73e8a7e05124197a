/* The memory of the read log: stripes that a private transaction has read.
 *
 * Other threads read it at any time, so it never moves and is never freed. It is
 * address space for as many entries as there may be before the transaction turns
 * visible; what has been used of it is resident. Where transactions turn visible
 * late or never (visible_after), a log may become huge: a transaction goes beyond
 * the first KEPT entries only with AME_END_LOGS set, and its end gives the pages
 * back. A thread that still looks at them then reads zeros: it looks again at
 * `published`, and finds that the attempt has ended (quiescence.c). */
#include "transaction.h"

enum { KEPT = 1 << 16 }; /* entries */

static size_t entries(void) { return ame_options.visible_after; }

void ame_read_log_create(struct transaction *tx) {
  tx->log_base = ame_os_log_resize(NULL, 0, entries() * sizeof *tx->log_base);
  if (!tx->log_base)
    ame_fatal("cannot reserve %zu MB of address space for a read log: a smaller "
              "visible_after in AME_OPTIONS needs less",
              entries() * sizeof *tx->log_base >> 20);
  tx->log_limit = tx->log_base + (entries() < KEPT ? entries() : KEPT);
}

bool ame_read_log_widen(struct transaction *tx) {
  uint32_t *end = tx->log_base + entries();
  if (__ame_tls.log_limit == end)
    return false;
  tx->to_end |= AME_END_LOGS;
  __ame_tls.log_limit = end;
  return true;
}

void ame_read_log_give_back(struct transaction *tx) {
  if (entries() <= KEPT)
    return;
  ame_os_forget(tx->log_base + KEPT, (entries() - KEPT) * sizeof *tx->log_base);
  __ame_tls.log_limit = tx->log_limit;
}
