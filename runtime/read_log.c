/* The memory of the read log: stripes that a private transaction has read.
 *
 * Other threads read it at any time, so it never moves and is never freed. It is
 * address space for as many entries as there may be before the transaction turns
 * visible; what has been used of it is resident. Where transactions turn visible
 * late or never (visible_after), a log may become huge: a transaction goes beyond
 * the first KEPT entries only with AME_END_LOGS set, and its end gives the pages
 * back. A thread that still looks at them then reads zeros: it looks again at
 * `published`, and finds that the attempt has ended (quiescence.c).
 *
 * A visible transaction costs each commit of the others a membarrier, and is worth it
 * where it would have to be validated again and again, or would lose. A thread of
 * which CALM_AFTER visible transactions have ended without an abort may log CALM_TIMES
 * as much; and if that was not enough either, not soon again. */
#include "transaction.h"

enum { KEPT = 1 << 16 }; /* entries */

enum { CALM_AFTER = 32, CALM_TIMES = 4, CALM_FROM = 1024, /* less is meant so */
       IN_VAIN = -1024 };

static size_t entries(void) { return ame_options.visible_after; }

size_t ame_read_log_room(void) {
  return entries() < CALM_FROM ? entries() : entries() * CALM_TIMES;
}

void ame_read_log_create(struct transaction *tx) {
  tx->log_base = ame_os_log_resize(NULL, 0, ame_read_log_room() * sizeof *tx->log_base);
  if (!tx->log_base)
    ame_fatal("cannot reserve %zu MB of address space for a read log: a smaller "
              "visible_after in AME_OPTIONS needs less",
              ame_read_log_room() * sizeof *tx->log_base >> 20);
  tx->log_limit = tx->log_base + (entries() < KEPT ? entries() : KEPT);
}

bool ame_read_log_widen(struct transaction *tx) {
  const size_t most = tx->calm < (int32_t)CALM_AFTER ? entries() : ame_read_log_room();
  uint32_t *end = tx->log_base + most;
  if (__ame_tls.log_limit >= end) {
    if (most != entries())
      tx->calm = IN_VAIN;
    return false;
  }
  tx->to_end |= AME_END_LOGS;
  __ame_tls.log_limit = end;
  return true;
}

void ame_read_log_give_back(struct transaction *tx) {
  const size_t room = ame_read_log_room();
  __ame_tls.log_limit = tx->log_limit;
  if (room > KEPT)
    ame_os_forget(tx->log_base + KEPT, (room - KEPT) * sizeof *tx->log_base);
}
