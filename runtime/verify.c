/* AME_OPTIONS=verify=1: are the claims of annotations true?
 *
 * Code compiled with -fame-verify reports each use of a claim with its line:
 *
 *   AME_IMMUTABLE    written after another thread has read it
 *   AME_THREADLOCAL  touched by two transactions that run at the same time
 *   AME_PURE         the function writes memory that others may see
 *   AME_REFCOUNT     the count is accessed without its field's name, and so without
 *                    the changes that the transaction has made
 *
 * A table remembers who touched a piece of 8 bytes last and where. It has a fixed
 * size and forgets on a collision: a false claim may be missed, but none is
 * invented. What an attempt finds is printed when it commits: one that is going to
 * abort may do things that never happen. Memory that is freed is forgotten. */
#include "transaction.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PIECES = 1 << 16, PENDING = 8, REPORTED = 256 };

struct touch {
  struct transaction *by;
  uint64_t sequence; /* of its attempt */
  const char *site;
};

/* Two readers, so that one of them is not the writer. */
struct piece {
  uintptr_t number;
  struct touch last, other;
};

struct finding {
  const char *text, *site, *other_site;
};

static struct piece pieces[PIECES];
static struct finding reported[REPORTED];
static size_t reported_count;
static atomic_bool was_checked; /* anything */
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static _Thread_local struct finding pending[PENDING];
static _Thread_local size_t pending_count;
static _Thread_local const char *pure_call; /* the line of the newest one */

static struct piece *piece_at(uintptr_t address) {
  const uintptr_t number = address / 8;
  struct piece *piece =
      &pieces[(number * UINT64_C(0x9e3779b97f4a7c15)) >> 48 & (PIECES - 1)];
  if (piece->number != number)
    *piece = (struct piece){.number = number};
  return piece;
}

static struct touch touch_by(struct transaction *tx, const char *site) {
  return (struct touch){
      tx, atomic_load_explicit(&tx->sequence, memory_order_relaxed), site};
}

/* --- findings -------------------------------------------------------------------- */
static bool is_new(const struct finding *finding) {
  for (size_t i = 0; i < reported_count; i++)
    if (reported[i].site == finding->site && reported[i].text == finding->text)
      return false;
  if (reported_count < REPORTED)
    reported[reported_count++] = *finding;
  return true;
}

static void print(const struct finding *finding) {
  pthread_mutex_lock(&mutex);
  if (is_new(finding))
    fprintf(stderr, finding->text, finding->site,
            finding->other_site ? finding->other_site : "an unknown place");
  pthread_mutex_unlock(&mutex);
}

static void found(const char *text, const char *site, const char *other_site) {
  const struct finding finding = {text, site, other_site};
  if (!ame_active()) {
    print(&finding);
  } else if (pending_count < PENDING) {
    pending[pending_count++] = finding;
    ame_self()->to_end |= AME_END_HANDLERS; /* its commit calls this file */
  }
}

void ame_verify_commit(void) {
  for (size_t i = 0; i < pending_count; i++)
    print(&pending[i]);
  pending_count = 0;
}

void ame_verify_abort(void) { pending_count = 0; }

/* --- judging --------------------------------------------------------------------- */
static bool is_own(struct transaction *tx, const void *address, size_t size) {
  const uintptr_t at = (uintptr_t)address;
  return (at >= tx->stack_low && at < tx->stack_base) ||
         at - __ame_tls.captured_base < __ame_tls.captured_size ||
         (ame_active() && ame_memory_is_captured(tx, address, size));
}

static void note_reader(struct piece *piece, struct transaction *tx, const char *site) {
  if (piece->last.by != tx) {
    piece->other = piece->last;
    piece->last = touch_by(tx, site);
  }
}

static const char *read_by_another(const struct piece *piece,
                                   const struct transaction *tx) {
  if (piece->last.by && piece->last.by != tx)
    return piece->last.site;
  return piece->other.by && piece->other.by != tx ? piece->other.site : NULL;
}

static bool still_runs(const struct touch *touch) {
  return atomic_load_explicit(&touch->by->sequence, memory_order_acquire) ==
             touch->sequence &&
         atomic_load_explicit(&touch->by->published, memory_order_acquire) <
             AME_STEALING;
}

/* Under the mutex. Returns the other line when the claim is false. */
static const char *judge(int32_t claim, struct piece *piece, struct transaction *tx,
                         const char *site) {
  const char *other = NULL;
  switch (claim) {
  case AME_CLAIM_IMMUTABLE_READ:
    note_reader(piece, tx, site);
    break;
  case AME_CLAIM_IMMUTABLE_WRITE:
    other = read_by_another(piece, tx);
    break;
  case AME_CLAIM_THREADLOCAL:
    if (!ame_active())
      break;
    if (piece->last.by && piece->last.by != tx && still_runs(&piece->last))
      other = piece->last.site;
    piece->last = touch_by(tx, site);
    break;
  }
  return other;
}

static const char *text_of(int32_t claim) {
  return claim == AME_CLAIM_THREADLOCAL
             ? "ame: verify: AME_THREADLOCAL memory is touched at %s while "
               "another transaction that has touched it at %s runs\n"
             : "ame: verify: AME_IMMUTABLE memory is written at %s after another "
               "thread has read it at %s\n";
}

void __ame_verify(int32_t claim, const void *address, size_t size, const char *site) {
  if (ame_likely(!ame_options.verify) || ame_in_signal_handler())
    return;
  if (!atomic_load_explicit(&was_checked, memory_order_relaxed))
    atomic_store_explicit(&was_checked, true, memory_order_relaxed);
  struct transaction *tx = ame_self();
  if (claim == AME_CLAIM_PURE_CALL) {
    pure_call = site;
    return;
  }
  if (claim == AME_CLAIM_PURE_WRITE) {
    if (ame_active() && !is_own(tx, address, size))
      found("ame: verify: an AME_PURE function writes shared memory at %s, called "
            "at %s\n",
            site, pure_call);
    return;
  }
  if (claim == AME_CLAIM_NO_COUNT) {
    if (ame_active() && ame_refcount_is_unseen(tx, address, size))
      found("ame: verify: a reference count or counter is accessed at %s without its "
            "field's name: changes of this transaction are not seen there\n",
            site, NULL);
    return;
  }
  if (is_own(tx, address, size)) {
    ame_verify_forget(address, size);
    return;
  }
  pthread_mutex_lock(&mutex);
  const char *other = judge(claim, piece_at((uintptr_t)address), tx, site);
  pthread_mutex_unlock(&mutex);
  if (other)
    found(text_of(claim), site, other);
}

void ame_verify_forget(const void *address, size_t size) {
  const uintptr_t first = (uintptr_t)address / 8, last = ((uintptr_t)address + size - 1) / 8;
  if (size == 0)
    return;
  pthread_mutex_lock(&mutex);
  if (last - first >= PIECES)
    memset(pieces, 0, sizeof pieces);
  else
    for (uintptr_t number = first; number <= last; number++)
      *piece_at(number * 8) = (struct piece){0};
  pthread_mutex_unlock(&mutex);
}

static void warn_if_idle(void) {
  if (!atomic_load_explicit(&was_checked, memory_order_relaxed))
    fprintf(stderr, "ame: verify: nothing was checked: compile with -fame-verify\n");
}

void ame_verify_init(void) {
  if (ame_options.verify)
    atexit(warn_if_idle);
}
