/* The transaction: everything one thread's running attempt consists of.
 *
 * One struct transaction per thread that ever ran one ("thread block"). Blocks
 * are linked into a list that only grows and are reused, never freed: other
 * threads read a block's published words at any time. What inlined barriers
 * touch lives in __ame_tls instead (abi.h); another thread may reach it only
 * between ame_pin and ame_unpin, because thread exit unmaps it.
 *
 * Who may write what:
 *   own thread          everything, unless said otherwise
 *   any thread          `status` (ACTIVE -> DOOMED), `doom_request`, `doomer`,
 *                       `wanted`, fast->accepted = AME_ASKED,
 *                       `published` (AME_KEEPING -> AME_STEALING and back)
 *
 * The protocol (short transactions log and validate, long ones turn visible) is
 * described in docs/design.md; the steps there carry the numbers used here. */
#ifndef AME_TRANSACTION_H
#define AME_TRANSACTION_H

#ifndef __AME__ /* the runtime implements what ame.h declares */
#define __AME__ 1
#endif
#include "recording.h"

#include <ame/ame.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define AME_HIDDEN __attribute__((visibility("hidden")))
#define AME_COLD __attribute__((cold, noinline))
#define ame_likely(x) __builtin_expect(!!(x), 1)
#define ame_unlikely(x) __builtin_expect(!!(x), 0)

#pragma GCC visibility push(hidden)

/* Why an attempt ended without committing; statistics count by it. */
#define AME_ABORT_CAUSES(X)                                                    \
  X(VALIDATION, "validation: something read has changed")                      \
  X(LOCKED, "conflict: owned by another transaction")                          \
  X(DOOMED, "doomed by another transaction")                                   \
  X(YIELD, "yielded to an older reader at commit")                             \
  X(REFCOUNT, "a reference count's test no longer held")                       \
  X(INEVITABLE_WAIT, "had to wait for the inevitable transaction")             \
  X(RETRY, "ame_retry")                                                        \
  X(CANCEL, "ame_cancel")                                                      \
  X(MEMORY, "no memory for the undo log: runs again inevitably")               \
  X(MUTEX, "a mutex of the program was held by another thread")                \
  X(KEPT, "long, with stripes of the block before: runs again without")        \
  X(FORCED, "forced (AME_OPTIONS=force_aborts, tests)")
enum abort_cause {
#define X(name, text) AME_ABORT_##name,
  AME_ABORT_CAUSES(X)
#undef X
  AME_ABORT_CAUSE_COUNT
};

/* Visibility of the transaction to committing writers: status = seq << 2 | state.
 * Legal moves: NONE -> ACTIVE (turn visible), ACTIVE -> DOOMED (by a killer),
 * ACTIVE -> COMMITTING (own commit, or becoming inevitable),
 * any -> NONE with seq + 1 (the end, which is the victim's acknowledgement). */
enum visible_state {
  AME_NONE = 0,
  AME_ACTIVE = 1,
  AME_DOOMED = 2,
  AME_COMMITTING = 3
};
#define AME_STATE(status) ((enum visible_state)((status)&3))

/* What checkpoint.S saves; the layout is known there. */
struct ame_registers {
  uint64_t rbx, rbp, r12, r13, r14, r15;
  uint64_t rsp; /* as after the return from begin */
  uint64_t rip; /* begin's return address */
  uint32_t mxcsr;
  uint16_t x87_control;
  uint16_t unused;
};

/* A setjmp of the running attempt, and how blocks were nested then. */
struct ame_jump_target {
  const void *env;
  uintptr_t stack; /* where it was called */
  uint32_t depth, explicit_blocks;
};

/* A shared range inside the snapshot that the log undoes instead. */
struct ame_range {
  uintptr_t address;
  size_t size;
};

/* The copy of a small frame takes whole pieces, one at least, which may read (never
 * write) some bytes above it: saved registers, the caller's frame. */
enum { AME_COPY_PIECE = 32, AME_SMALL_FRAME = 512 };

struct ame_memory;
struct ame_refcounts;
struct ame_io;
struct ame_handlers;
struct ame_mutexes;
struct ame_statistics;

/* What the end of a transaction has to look after; a short one has none of it
 * and passes by. Whoever gives a part something to do at the end sets its bit. */
enum ame_at_end {
  AME_END_MEMORY = 1,    /* allocated or freed something */
  AME_END_COUNTS = 2,    /* has changed or tested reference counts */
  AME_END_IO = 4,        /* output is queued, or scratch memory in use */
  AME_END_HANDLERS = 8,  /* ame_on_commit, ame_on_abort */
  AME_END_VISIBLE = 16,  /* is visible */
  AME_END_RESTARTED = 32, /* has aborted before, or will be inevitable */
  AME_END_LOGS = 64,     /* a log is larger than what always stays */
  AME_END_LOCKS = 128,   /* holds locks of the program, or will wake somebody */
  AME_END_ANSWERS = 256  /* has been told of counts what must hold until the end */
};

#define AME_REGISTERS_AT 128 /* in struct transaction; checkpoint.S knows it */
#define AME_INACTIVE UINT64_MAX
#define AME_RELEASING (UINT64_MAX - 1) /* committed: only its stripes are left to release */
#define AME_KEEPING (UINT64_MAX - 2)   /* between blocks, and has kept its stripes */
#define AME_STEALING (UINT64_MAX - 3)  /* the same, and somebody takes one, or it all back */
#define AME_NOT_AGED UINT64_MAX

struct transaction {
  /* --- published: read by other threads ---------------------------------- */
  _Alignas(64) _Atomic uint64_t published; /* snapshot, AME_INACTIVE, ..., AME_STEALING */
  _Atomic uint64_t status;                 /* visible_state and its sequence */
  /* Of this attempt, changes when it ends; its low half is a futex. */
  _Atomic uint64_t sequence;
  _Atomic uint64_t doom_request; /* a sequence that is asked to abort */
  _Atomic uint64_t doomer; /* who asked last: slot, and sequence of its attempt */
  _Atomic uint64_t wanted;       /* a sequence whose stripes somebody waits for */
  _Atomic uint64_t age;          /* smaller = older; AME_NOT_AGED */
  _Atomic uint32_t sleepers;     /* threads that wait on `sequence` */
  _Atomic uint32_t own_version;  /* newest one drawn without the clock */
  _Atomic(struct ame_thread *) fast; /* NULL when no thread uses the block */
  _Atomic uint32_t pins;
  _Atomic uint32_t owning; /* stripes without locked instructions: ame_own_alone */
  uint32_t slot;      /* orec word of my stripes = AME_OREC_LOCK | slot */
  uint32_t *log_base, *log_limit; /* read_log.c; the limit of a usual attempt */
  _Atomic(uint8_t *) marks; /* visible.c: a byte a stripe, reserved at first use */
  _Atomic uint32_t retry_mark; /* ame_retry waits for stripes with this mark */
  _Atomic uint32_t retry_woken; /* futex: 1 = one of them has changed */
  struct transaction *next;

  /* --- private ------------------------------------------------------------ */
  _Alignas(64) struct ame_registers registers; /* checkpoint.S: at 128 */
  uint32_t snapshot; /* reads are consistent as of this version */
  uint32_t solitude; /* ame_company when it began alone, or AME_NO_SOLITUDE */
  uint32_t to_end;   /* enum ame_at_end: what the end has to look after */
  uint64_t self_high; /* __ame_tls.self as the upper half of `accepted` */
  uint8_t mark; /* of this visible attempt: visible.c */
  bool visible;
  bool has_token;    /* of inevitability */
  bool inevitable;   /* has it: wins every conflict, nobody can abort it */
  bool irreversible; /* and has begun what no undo takes back */
  int cancel_state;  /* of the thread, while irreversible */
  bool has_turn;     /* to output; kept by an irreversible one */
  bool is_watched;   /* ame_options.watched; behind has_turn: what_is_unusual */
  bool keeps;        /* some of `written` are owned since an earlier block */
  bool open;         /* begun by ame_enter: the whole stack is in the snapshot */
  bool was_large;    /* the attempt that has failed: many reads */
  bool cancelled;    /* the next region exit belongs to a cancelled block */
  bool in_hooks;     /* after-commit work runs on this thread */
  const char *must_be_inevitable; /* reason: the next attempt starts so */
  const char *name;               /* of the region, may be NULL */
  uint32_t explicit_blocks;       /* regions and pushes inside an open one */
  uint32_t attempts;              /* failed ones of this transaction */
  int32_t calm;                   /* visible commits since the last abort: read_log.c */
  uint32_t forced_aborts;         /* those of forced_aborts.c */
  uint64_t forced_random;
  bool force_at_log_end;
  uint64_t begin_time; /* time-stamp counter; 0: not taken (ame_begin_attempt) */
  struct transaction *killer;
  uint64_t killer_sequence;

  uint32_t keep_pause;   /* commits to come that keep nothing */
  uint32_t keep_losses;  /* double the next such pause */
  uint32_t kept_commits; /* blocks that have kept theirs, ever */
  uint32_t kept_before;  /* the same when it began to keep what it keeps */
  uint32_t keep_most;    /* stripes; with more of them all are released */
  uint32_t kept_since;   /* the snapshot of the first block that kept some */
  uint32_t *read_loop_log; /* the log's end before a loop's reads (read_loops.c) */
  uint32_t read_loop_failures; /* of one piece, in a row */
  uint32_t *written; /* stripes owned, in order of acquisition */
  size_t written_count, written_capacity;
  struct ame_undo_entry *undo_base, *undo_end; /* __ame_tls.undo: next free */
  uint32_t large_logs;  /* AME_END_LOGS: every end has to look at them */
  uint32_t logs_unused; /* ends since they were needed */

  char small_frame[AME_SMALL_FRAME + AME_COPY_PIECE]; /* up to AME_SMALL_FRAME */
  char *stack_copy; /* of more */
  size_t stack_copy_capacity, stack_copied;
  struct ame_range *shared;
  size_t shared_count, shared_capacity;
  uintptr_t stack_low, stack_base; /* this thread's stack, usable part */
  struct ame_jump_target *jump_targets; /* libc_jump.c */
  size_t jump_target_count, jump_target_capacity;
  int saved_errno, *errno_address;
  uint64_t block_ticks; /* ame_checkpoint: how long blocks should be */

  uintptr_t capture_from; /* where the next small block would be */
  struct ame_memory *memory;
  struct ame_refcounts *refcounts;
  struct ame_io *io;
  struct ame_handlers *handlers;
  struct ame_mutexes *mutexes;
  struct ame_statistics *statistics;
};

/* --- threads.c ------------------------------------------------------------- */
extern _Thread_local struct transaction *ame_self_block
    __attribute__((tls_model("initial-exec")));
struct transaction *ame_register_thread(void);
/* The calling thread's block, registered at first use. */
static inline struct transaction *ame_self(void) {
  return ame_likely(ame_self_block != NULL) ? ame_self_block : ame_register_thread();
}
static inline bool ame_active(void) { return __ame_tls.depth != 0; }
/* The same in a signal handler, whose thread has none meanwhile; NULL: not registered. */
struct transaction *ame_block_of_thread(void);
extern _Atomic(struct transaction *) ame_transactions; /* head of the list */
static inline struct transaction *ame_all_transactions(void) {
  return atomic_load_explicit(&ame_transactions, memory_order_acquire);
}
struct transaction *ame_transaction_of_slot(uint32_t slot);
/* The fast part of another thread, kept mapped until ame_unpin; NULL if gone. */
struct ame_thread *ame_pin(struct transaction *other);
void ame_unpin(struct transaction *other);
/* Make the other thread's next barrier take the slow path. */
void ame_poke(struct transaction *other);
/* After fork, in the child: the blocks of the threads that are gone are free. */
void ame_threads_only_me(void);
/* Put __ame_tls into the state in which barriers only do the access: all of
 * memory counts as captured, but for the byte before captured_base, which belongs
 * to nobody (transaction_memory.c). That stays what the next begin needs. */
static inline void ame_fast_outside(void) {
  __ame_tls.depth = 0;
  __ame_tls.captured_size = SIZE_MAX;
}

#include "stripes.h"

/* --- barrier.c -------------------------------------------------------------- */
/* Raise the snapshot to now; aborts when something read has changed. `excluded`:
 * a stripe whose last log entry is not yet accepted, or AME_NO_STRIPE. */
#define AME_NO_STRIPE UINT32_MAX
void ame_extend(struct transaction *tx, uint32_t excluded);
bool ame_validate(struct transaction *tx, uint32_t excluded);
/* What both are made of. */
static inline bool ame_log_is_valid(const struct transaction *tx, uint32_t excluded) {
  const uint32_t *end = __ame_tls.log;
  if (end != tx->log_base && end[-1] == excluded)
    end--;
  for (const uint32_t *entry = tx->log_base; entry != end; entry++) {
    const uint32_t orec = ame_load_orec(*entry);
    if (orec > tx->snapshot && orec != __ame_tls.self)
      return false;
  }
  return true;
}
static inline void ame_raise_snapshot(struct transaction *tx, uint32_t now) {
  tx->snapshot = now;
  ame_accept_below(now + 1);
  if (!tx->visible)
    atomic_store_explicit(&tx->published, now, memory_order_release);
}
/* Frames that are newer than the transaction die with its abort; in an open
 * transaction the snapshot holds the whole stack. */
static inline bool ame_on_own_new_stack(const struct transaction *tx,
                                        const void *address) {
  const uintptr_t end = tx->open ? tx->stack_base : tx->registers.rsp;
  return (uintptr_t)address - tx->stack_low < end - tx->stack_low;
}
/* Captured, or on the transaction's own new stack. */
bool ame_needs_no_barrier(struct transaction *tx, const void *address, size_t size);
/* How much of [address, +size) lies in its first stripe. */
static inline size_t ame_piece_size(uintptr_t address, size_t size) {
  const size_t left = (1u << AME_STRIPE_SHIFT) -
                      (address & ((1u << AME_STRIPE_SHIFT) - 1));
  return size < left ? size : left;
}
/* Until a read of the stripe, which is not pushed, would be accepted, or aborts. */
void ame_await_stripe(struct transaction *tx, uint32_t stripe);
/* The whole read, of bytes in one stripe. */
void ame_read_piece(struct transaction *tx, void *to, const void *from, size_t size);
void ame_own_stripe(struct transaction *tx, uint32_t stripe);

/* --- barrier_ranges.c -------------------------------------------------------- */
/* Own the stripes of [address, +size) without logging the bytes. */
void ame_own_range(struct transaction *tx, const void *address, size_t size);

/* --- undo_log.c ------------------------------------------------------------- */
/* One entry, at most 8 bytes; there must be room. */
__attribute__((always_inline)) static inline void
ame_undo_log_old(const void *address, size_t size) {
  struct ame_undo_entry *entry = __ame_tls.undo++;
  entry->address_size = (uint64_t)(uintptr_t)address | (uint64_t)size << 56;
  switch (size) {
  case 8:
    entry->old = *(const uint64_t *)address;
    break;
  case 4:
    entry->old = *(const uint32_t *)address;
    break;
  default:
    entry->old = 0;
    for (size_t i = 0; i < size; i++)
      ((uint8_t *)&entry->old)[i] = ((const uint8_t *)address)[i];
  }
}
void ame_undo_push(struct transaction *tx, const void *address, size_t size);
/* The bits of the mask in an aligned unit of 1, 2, 4 or 8 bytes. */
void ame_undo_push_bits(struct transaction *tx, void *unit, size_t size,
                        uint64_t mask);

/* --- count_bits.c ----------------------------------------------------------- */
/* Atomically, and leaves the unit's other bits alone. */
void ame_bits_store(void *unit, size_t size, uint64_t mask, uint64_t value);
void ame_undo_apply(struct transaction *tx);
/* Room for so many more stripes; before they are owned, because it may abort. */
void ame_written_reserve(struct transaction *tx, size_t count);
/* A transaction or an attempt is over that has logged `used` entries: pages that
 * have not been needed for some time go back. */
void ame_logs_give_back(struct transaction *tx, size_t used);
void ame_logs_thread_end(struct transaction *tx);

/* --- read_log.c --------------------------------------------------------------- */
void ame_read_log_create(struct transaction *tx);
/* Entries that the address space is for. */
size_t ame_read_log_room(void);
/* The log is full: room for more; false: time to turn visible. */
bool ame_read_log_widen(struct transaction *tx);
void ame_read_log_give_back(struct transaction *tx);

extern bool ame_has_membarrier; /* os_linux.c */

/* --- visible.c --------------------------------------------------------------- */
void ame_turn_visible(struct transaction *tx);
/* Marks what a private transaction has logged, without turning visible. */
uint8_t ame_mark_log(struct transaction *tx);
/* `marks` as barriers see it: the address where a certain mark of stripe 0 is stored.
 * Its low byte is the mark (visible.c). */
static inline void ame_mark_in(uint8_t *marks, uint32_t stripe) {
  atomic_store_explicit((_Atomic uint8_t *)&marks[stripe], (uint8_t)(uintptr_t)marks,
                        memory_order_relaxed);
}
static inline bool ame_is_marked(const struct transaction *other, uint32_t stripe, uint8_t mark) {
  const _Atomic uint8_t *marks =
      (_Atomic uint8_t *)atomic_load_explicit(&other->marks, memory_order_acquire);
  return atomic_load_explicit(&marks[(size_t)stripe + mark], memory_order_relaxed) == mark;
}
/* Marks a stripe as read by this visible transaction. Before the data's load in
 * program order; a committer's membarrier drains it before the scan, so no fence
 * here. */
static inline void ame_mark(uint32_t stripe) {
  ame_mark_in(__ame_tls.marks, stripe);
  atomic_signal_fence(memory_order_seq_cst);
}
/* The same where there is no membarrier: the exchange is the fence. */
static inline void ame_visible_push(struct transaction *tx, uint32_t stripe) {
  if (ame_has_membarrier) {
    ame_mark(stripe);
  } else if (!ame_is_marked(tx, stripe, tx->mark)) {
    uint8_t *marks = atomic_load_explicit(&tx->marks, memory_order_relaxed);
    atomic_exchange_explicit((_Atomic uint8_t *)&marks[(size_t)stripe + tx->mark],
                             tx->mark, memory_order_seq_cst);
  }
}
/* Commit step 3: nobody else who reads my stripes is left. Aborts or returns. */
extern _Atomic uint32_t ame_visible_count;
/* Abort, and wait for the other's end, unless its status has changed since. */
void ame_visible_give_way(struct transaction *tx, struct transaction *other,
                          uint64_t status);
void ame_visible_scan_others(struct transaction *tx);
static inline void ame_visible_scan(struct transaction *tx) {
  /* seq_cst, after the compare-and-swaps that own the stripes. */
  if (ame_unlikely(atomic_load_explicit(&ame_visible_count, memory_order_seq_cst) !=
                   (uint32_t)tx->visible))
    ame_visible_scan_others(tx);
}
void ame_visible_end(struct transaction *tx);

/* --- quiescence.c -------------------------------------------------------------- */
/* Whether a transaction that is older than the version runs. */
static inline bool ame_quiesce_needed(const struct transaction *tx, uint64_t version) {
  for (struct transaction *other = ame_all_transactions(); other; other = other->next)
    if (other != tx &&
        /* acquire: what an ended one has read comes before what follows here. */
        atomic_load_explicit(&other->published, memory_order_acquire) < version)
      return true;
  return false;
}
/* Waits a moment: short transactions end soon. The caller still owns what it wrote,
 * so nobody can have learnt of a privatization, and nothing has to be announced,
 * which would be a store to a line that all committers share. It accesses nothing
 * more: no committer need wait for it, and so two never wait for each other; but it
 * has stripes to release, for which the world is not stopped (AME_RELEASING). */
bool ame_quiesce_soon(struct transaction *tx, uint64_t version);
void ame_quiesce_announce(void);
void ame_quiesce_retract(void);
extern _Atomic uint32_t ame_quiesce_count;
static inline bool ame_quiesce_announced(void) {
  return atomic_load_explicit(&ame_quiesce_count, memory_order_acquire) != 0;
}
void ame_quiesce(struct transaction *tx, uint64_t version, bool may_read_logs);
/* The quiescence of this commit is owed from now on. Call before the release. */
void ame_quiesce_owe(uint32_t version);
/* Outside a transaction, or in the inevitable one: nothing is owed any more. */
void ame_quiesce_settle(struct transaction *tx);
void ame_quiesce_after_fork(void);

/* --- kept_stripes.c ------------------------------------------------------------ */
enum { AME_KEPT_FEW = 64, AME_KEPT_MOST = 1 << 14 }; /* stripes */
/* Commits that kept theirs: then the next pause is half as long. Fewer blocks in a
 * row do not pay for the release. */
enum { AME_KEPT_TRUST_AFTER = 32, AME_KEPT_WORTH = 4 };
/* A block begins that keeps what the one before has kept. Returns its snapshot. */
uint32_t ame_kept_begin(struct transaction *tx);
/* Outside of a transaction: release it all; from then on this version is owed. */
void ame_kept_give_up(struct transaction *tx);
/* The same of a thread that a fork has left behind. Returns the version. */
uint32_t ame_kept_release(struct transaction *tx);
/* The release of an attempt that keeps stripes: of those it has still. */
void ame_kept_release_as(struct transaction *tx, uint32_t version);
/* The first block of some that keeps stripes. */
void ame_kept_first(struct transaction *tx);
/* Somebody wanted one: none are kept for some time. Nobody did for long: next time
 * for half of it. */
void ame_kept_lost(struct transaction *tx);
/* The blocks write different ones each time. */
void ame_kept_too_many(struct transaction *tx);
void ame_kept_trust(struct transaction *tx);
/* Takes the stripe from a thread between two blocks, which is seen to own it. False:
 * it is not there. */
bool ame_kept_steal(struct transaction *tx, struct transaction *owner, uint32_t stripe);

/* --- contention.c ------------------------------------------------------------- */
/* `word` was found in the orec and names another owner: returns when the orec
 * has changed; aborts when that takes too long. */
void ame_contend(struct transaction *tx, uint32_t stripe, uint32_t word);
void ame_poll_doom(struct transaction *tx);
/* Somebody waits for a stripe of this attempt. A hint. */
static inline bool ame_is_wanted(const struct transaction *tx) {
  return atomic_load_explicit(&tx->wanted, memory_order_relaxed) ==
         atomic_load_explicit(&tx->sequence, memory_order_relaxed);
}
/* The attempt that is running, or that its thread will begin next. */
static inline uint64_t ame_sequence_of(struct transaction *tx) {
  return atomic_load_explicit(&tx->sequence, memory_order_acquire);
}
/* After its abort `tx` waits until the killer's attempt `sequence` has ended. That
 * was read before the killer was seen running: a thread may never begin another
 * attempt, and then the wait for its next one would be for ever. */
void ame_note_killer(struct transaction *tx, struct transaction *killer,
                     uint64_t sequence);
/* Before the victim is doomed: whom it waits for after its abort. */
void ame_sign_doom(struct transaction *victim, const struct transaction *killer);
_Noreturn void ame_abort_doomed(struct transaction *tx);
void ame_wait_for_killer(struct transaction *tx);
/* Wait for a random time before the next attempt of one that loses to nobody in
 * particular; `lasted`: how long the failed one took, in ticks. */
void ame_back_off(const struct transaction *tx, uint64_t lasted);
void ame_draw_age(struct transaction *tx);
bool ame_is_older(const struct transaction *a, const struct transaction *b);
/* Sleep until the other's attempt `sequence` has ended, at most about a
 * millisecond: callers loop on their condition. */
void ame_sleep_on(struct transaction *other, uint64_t sequence);
AME_COLD void ame_wake_sleepers(struct transaction *tx);
static inline void ame_announce_end(struct transaction *tx) {
  atomic_store_explicit(
      &tx->sequence, atomic_load_explicit(&tx->sequence, memory_order_relaxed) + 1,
      memory_order_release);
  /* The sleeper runs a membarrier between its own two steps (contention.c). */
  atomic_signal_fence(memory_order_seq_cst);
  if (ame_unlikely(atomic_load_explicit(&tx->sleepers, memory_order_relaxed) != 0))
    ame_wake_sleepers(tx);
}

/* --- inevitable.c --------------------------------------------------------------- */
/* Whether the running transaction has done what cannot be undone: its output
 * goes out at once. */
bool ame_is_inevitable(void);
/* Around an attempt that starts inevitable: take the token (sleeps), then, when
 * the attempt runs, complete. */
void ame_inevitable_begin(struct transaction *tx);
void ame_inevitable_complete(struct transaction *tx, const char *why);
void ame_inevitable_end(struct transaction *tx);
void ame_inevitable_after_fork(const struct transaction *self);

/* --- retry.c ----------------------------------------------------------------- */
/* ame_retry: prepare before the undo; false: something has changed already. */
bool ame_retry_prepare(struct transaction *tx);
void ame_retry_sleep(struct transaction *tx);
extern _Atomic uint32_t ame_retry_waiters;
AME_COLD void ame_retry_wake(struct transaction *tx, size_t written_count);
/* The same for counts that have been merged. */
AME_COLD void ame_retry_wake_for_counts(struct transaction *tx);

/* --- begin.c, commit.c, abort.c ---------------------------------------------------- */
void ame_begin_attempt(struct transaction *tx);
void ame_commit_transaction(struct transaction *tx);
void ame_transaction_rest(struct transaction *tx);
/* Undo the running attempt, run it again. Never returns to its caller. */
_Noreturn void ame_abort(enum abort_cause cause);
void ame_undo_at_thread_end(struct transaction *tx);
/* Run fn(arg), instrumented code, in a transaction of its own. */
void ame_run_in_transaction(void (*fn)(void *), void *arg);

/* --- forced_aborts.c --------------------------------------------------------------- */
/* Whether the attempt that begins shall abort on its way. */
void ame_forced_abort_begin(struct transaction *tx);
void ame_forced_abort_at_log_end(struct transaction *tx);
/* Abort unless the transaction has had all its forced aborts. */
void ame_forced_abort_here(struct transaction *tx);

/* --- checkpoint.S ------------------------------------------------------------------ */
_Noreturn void ame_resume(const struct ame_registers *registers, int32_t value);
_Noreturn void ame_resume_stack(const struct ame_registers *registers,
                                int32_t value, const void *copy, size_t size);
/* Copies [registers.rsp, +size). */
void ame_snapshot_take(struct transaction *tx, size_t size);
/* Before an undo: the frames that the abort leaves never run their epilogues, in
 * which AddressSanitizer takes its marks off their variables. */
void ame_snapshot_leave_frames(void);
_Noreturn void ame_snapshot_resume(struct transaction *tx, int32_t value);

/* --- libc_signal.c -------------------------------------------------------------------- */
/* A handler of the program runs on this thread: it belongs to no transaction. */
bool ame_in_signal_handler(void);
/* Before a longjmp to a frame with this stack pointer. True: it leaves a handler, and
 * these signals were blocked when that began. */
bool ame_signal_handlers_leave(uintptr_t target_stack, sigset_t *interrupted_mask);

/* --- resolve.c --------------------------------------------------------------------------- */
/* Whether calls in transactions lead to another function than this one. */
bool ame_has_clone(const void *function);

/* --- fork.c ------------------------------------------------------------------------------ */
void ame_fork_init(void);

/* --- os_linux.c ------------------------------------------------------------------------ */
void *ame_os_reserve(uintptr_t fixed_address, size_t size, const char *what);
void ame_os_forget(void *address, size_t size); /* reads zero again */
bool ame_os_membarrier_init(void);
/* All other threads have executed a fence since. Only if ame_has_membarrier. */
void ame_os_membarrier(void);
void ame_os_futex_wait(_Atomic uint32_t *word, uint32_t value, uint64_t max_ns);
void ame_os_futex_wake(_Atomic uint32_t *word);
/* The same among those only whose bits meet. */
void ame_os_futex_wait_bits(_Atomic uint32_t *word, uint32_t value, uint64_t max_ns,
                            uint32_t bits);
void ame_os_futex_wake_bits(_Atomic uint32_t *word, uint32_t bits);
uint64_t ame_os_ticks(void);
uint64_t ame_os_ticks_per_microsecond(void);
static inline bool ame_waited_for(uint64_t start, unsigned microseconds) {
  return ame_os_ticks() - start > microseconds * ame_os_ticks_per_microsecond();
}
void ame_os_thread_stack(uintptr_t *low, uintptr_t *base);
/* "ame: fatal: ..." on stderr, with the running transaction's name; abort(). */
_Noreturn void ame_fatal(const char *format, ...)
    __attribute__((format(printf, 1, 2)));
/* Underlying allocation of the runtime itself; never fails (fatal message). */
void *ame_own_grow(void *old, size_t count, size_t *capacity, size_t item);
/* Whole pages that move instead of being copied; NULL: no memory. */
void *ame_os_log_resize(void *old, size_t old_size, size_t size);
/* Whether the processor has cmpxchg16b (all but the first x86-64 ones). */
extern bool ame_has_wide_swap;
/* That, and what saving the vector registers takes (preserving_calls.S). */
void ame_os_processor_init(void);

/* --- hooks of the parts (see the file of the same name) ------------------------------------ */
void ame_memory_thread_start(struct transaction *tx);
void ame_memory_commit(struct transaction *tx);
void ame_memory_abort(struct transaction *tx);
bool ame_memory_has_frees(struct transaction *tx);
/* Whether what this commit frees may wait until its quiescence is settled. owe: it
 * does; behind the commit point. settle: it is. */
bool ame_memory_may_owe(struct transaction *tx);
void ame_memory_owe(struct transaction *tx);
void ame_memory_settle(struct transaction *tx);
bool ame_memory_is_captured(struct transaction *tx, const void *address, size_t size);

void ame_refcount_thread_start(struct transaction *tx);
bool ame_refcount_pending(struct transaction *tx);
/* The clock, at a time when all that was told of counts held; else aborts. */
uint32_t ame_refcount_now(struct transaction *tx);
static inline uint32_t ame_now_for(struct transaction *tx) {
  return ame_unlikely(tx->to_end & AME_END_ANSWERS) ? ame_refcount_now(tx) : ame_now(tx);
}
bool ame_refcount_validate(struct transaction *tx); /* locks; false: unlocked */
/* Merges, unlocks. */
void ame_refcount_commit(struct transaction *tx, uint32_t version);
/* An undo is over: other transactions may change what this one had taken. */
void ame_refcount_taking_ends(struct transaction *tx, uint32_t version);
void ame_refcount_forget_versions(void); /* the clock starts anew */
void ame_refcount_drop(struct transaction *tx);     /* drops, unlocks if locked */
/* Its commit needs no version. */
bool ame_refcount_is_neutral(struct transaction *tx);
bool ame_refcount_become_inevitable(struct transaction *tx);
void ame_refcount_run_zero_hooks(struct transaction *tx);
/* ame_retry, in this order, and to end it. */
void ame_refcount_await(struct transaction *tx);
bool ame_refcount_is_as_told(const struct transaction *tx);
void ame_refcount_await_no_more(struct transaction *tx);
/* Whether the waiter has been told of a count in the stripe; of one that tx merges. */
bool ame_refcount_is_awaited(const struct transaction *waiter, uint32_t stripe);
bool ame_refcount_merges_awaited(const struct transaction *tx,
                                 const struct transaction *waiter);
/* A block is freed: of older memory; captured by this transaction. */
void ame_refcount_forget(struct transaction *tx, void *address, size_t size);
void ame_refcount_forget_captured(struct transaction *tx, void *block);
/* The transaction has changed or tested a count in [address, +size). */
bool ame_refcount_inside(struct transaction *tx, const void *address, size_t size);
/* Whether an access that knows nothing of counts misses changes there. */
bool ame_refcount_is_unseen(struct transaction *tx, const void *address, size_t size);
/* Bytes are about to be copied: their deltas go to memory. */
void ame_refcount_before_copy(struct transaction *tx, const void *from, size_t size);
/* Where inlined code looks for deltas; without a transaction block: nothing. */
struct ame_count_cache *ame_refcount_cache(struct transaction *tx);
extern const struct ame_count_cache ame_no_counts;

void ame_verify_init(void);
void ame_verify_commit(void);
void ame_verify_abort(void);
void ame_verify_forget(const void *address, size_t size);

void ame_io_thread_start(struct transaction *tx);
void ame_io_thread_end(struct transaction *tx);
bool ame_io_pending(struct transaction *tx);
void ame_io_ticket(struct transaction *tx);
void ame_io_commit(struct transaction *tx);
void ame_io_abort(struct transaction *tx);
void ame_io_drain(struct transaction *tx);

void ame_handlers_thread_start(struct transaction *tx);
void ame_handlers_commit(struct transaction *tx);
void ame_handlers_abort(struct transaction *tx);

/* --- mutexes.c: the program's locks that an attempt holds --- */
void ame_mutexes_thread_start(struct transaction *tx);
void ame_mutexes_commit(struct transaction *tx);
void ame_mutexes_abort(struct transaction *tx);
void ame_mutexes_pause(struct transaction *tx); /* before the next attempt at a lock */

void ame_statistics_thread_start(struct transaction *tx);
/* A commit of a region that is counted; a thread's commits follow from `sequence`. */
void ame_statistics_commit(struct transaction *tx);
void ame_statistics_abort(struct transaction *tx, enum abort_cause cause);
void ame_statistics_inevitable(struct transaction *tx, const char *reason);

struct ame_options {
  bool stats;
  bool stats_regions;
  bool verify;
  bool quiesce_logs; /* quiescence.c */
  bool quiesce_later; /* commit.c */
  bool keep_stripes;   /* kept_stripes.c */
  uint32_t keep_pause;
  uint32_t quiesce_us;
  bool membarrier; /* may be used */
  uint32_t visible_after; /* reads logged before a transaction turns visible */
  uint32_t visible_attempts; /* failed ones before one is visible from its begin */
  uint32_t back_off_us;   /* longest wait between attempts: contention.c */
  uint32_t max_attempts;  /* failed ones before a long transaction is inevitable */
  uint32_t force_aborts;  /* of each transaction, for tests */
  uint32_t block_us;      /* ame_checkpoint: length of automatic blocks */
  uint64_t io_max;        /* bytes queued before a transaction is inevitable */
  bool io_strict;         /* results of output are real: inevitable first */
  bool io_assume;         /* fsync and close with queued output are queued */
  const char *io_fault;   /* io_fault.c */
  uint32_t stuck_seconds; /* when a long wait is reported: io_turns.c, mutexes.c */
  const char *stats_file;
  bool counts_regions; /* statistics are wanted, of regions, too */
  bool watched; /* that, or force_aborts: begins have more to do */
};
extern struct ame_options ame_options;
void ame_options_init(void); /* once, before anything else */

#pragma GCC visibility pop
#endif
