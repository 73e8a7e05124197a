/* Beginning: regions, open transactions, checkpoints.
 *
 * BEGIN  1 c = clock  2 publish c (before any log entry or load, and with a
 * fence: a quiescing committer sees it)  3 snapshot = c, limit = c + 1.
 *
 * While no other thread is registered the fence is left out: the publication is
 * stored first, then ame_company is looked at. Whoever ends the solitude sets
 * ame_company and runs a membarrier, so either it sees the publication or this
 * thread sees that it has company (threads.c). */
#include "io.h"

#include <errno.h>
#include <mimalloc.h>
#include <string.h>

_Static_assert(offsetof(struct transaction, registers) == AME_REGISTERS_AT,
               "checkpoint.S knows this offset");

/* False: not now, the world is stopped, or the clock is behind (no longer alone). */
static inline bool publish_in_company(struct transaction *tx, uint32_t *snapshot) {
  const uint32_t company = atomic_load_explicit(&ame_company, memory_order_acquire);
  const uint32_t now = atomic_load_explicit(&ame_clock, memory_order_acquire);
  tx->solitude = AME_NO_SOLITUDE;
  *snapshot = now;
  if (ame_unlikely(atomic_load_explicit(&tx->own_version, memory_order_relaxed) > now))
    return false;
  ame_recording_point("before the publication");
  atomic_exchange_explicit(&tx->published, now, memory_order_seq_cst);
  /* The stopper of the world uses a locked instruction, too: one of the two
   * sees the other (Dekker). */
  return ame_likely(ame_world_has_run(company));
}

AME_COLD static uint32_t publish_later(struct transaction *tx) {
  uint32_t now;
  do {
    atomic_store_explicit(&tx->published, AME_INACTIVE, memory_order_release);
    ame_world_wait();
    ame_now(tx); /* the clock catches up */
  } while (!publish_in_company(tx, &now));
  return now;
}

/* The publication, right only if the thread turns out to be alone. */
static inline uint32_t publish_alone(struct transaction *tx) {
  uint32_t now = atomic_load_explicit(&ame_clock, memory_order_acquire);
  const uint32_t own = atomic_load_explicit(&tx->own_version, memory_order_relaxed);
  if (own > now)
    now = own;
  atomic_store_explicit(&tx->published, now, memory_order_release);
  atomic_signal_fence(memory_order_seq_cst);
  tx->solitude = atomic_load_explicit(&ame_company, memory_order_acquire);
  return now;
}

static inline void start(struct transaction *tx, uint32_t now) {
  tx->snapshot = now;
  __ame_tls.undo = tx->undo_base;
  __ame_tls.captured_size = 0;
  __ame_tls.depth = 1;
  ame_accept(tx->self_high | (now + 1));
}

/* The stripes of the block before are kept by the same block only: others may be
 * long. Frames and locals of it are taken as usual. */
static void begin_keeping(struct transaction *tx) {
  start(tx, ame_kept_begin(tx));
}

static void begin_attempt(struct transaction *tx) {
  __ame_tls.log = tx->log_base;
  __ame_tls.log_limit = tx->log_limit;
  if (tx->keeps) {
    begin_keeping(tx);
    return;
  }
  uint32_t now = publish_alone(tx);
  if (!ame_is_solitude(tx->solitude) && !publish_in_company(tx, &now))
    now = publish_later(tx);
  start(tx, now);
}

void ame_begin_attempt(struct transaction *tx) {
  const char *why = tx->must_be_inevitable;
  tx->to_end = AME_END_RESTARTED | tx->large_logs;
  tx->explicit_blocks = 0;
  tx->jump_target_count = 0;
  if (why)
    ame_inevitable_begin(tx);
  begin_attempt(tx);
  tx->begin_time = ame_os_ticks();
  if (why)
    ame_inevitable_complete(tx, why);
  else if (tx->attempts >= ame_options.visible_attempts && tx->was_large)
    ame_turn_visible(tx); /* older than most by now: they give way */
  else if (ame_unlikely(ame_options.force_aborts != 0))
    ame_forced_abort_begin(tx);
}

static void copy_shared(struct transaction *tx, const struct ame_range *shared,
                        size_t count) {
  while (count > tx->shared_capacity)
    tx->shared = ame_own_grow(tx->shared, tx->shared_capacity,
                              &tx->shared_capacity, sizeof *tx->shared);
  if (count)
    memcpy(tx->shared, shared, count * sizeof *shared);
}

/* At rest a block has no attempts, no killer, no age, no time, is not open and
 * need not be inevitable: the ends that could have changed that see to it
 * (AME_END_RESTARTED). The time is taken where somebody will ask for it: for
 * statistics, of automatic blocks, of restarted attempts and of those that have
 * become visible. */
static void describe(struct transaction *tx, const char *name) {
  tx->name = name;
  tx->saved_errno = *tx->errno_address;
}

/* What __ame_begin returns. The compiler must not know the value of the functions
 * that its C part ends with: it would return it itself instead of jumping there. */
static inline int32_t begun(void) {
  int32_t value = 1;
  __asm__("" : "+r"(value));
  return value;
}

__attribute__((noinline)) static int32_t
begin_region(const char *name, size_t frame_size, const void *shared,
             size_t shared_count, struct transaction *tx) {
  if (tx->keeps && tx->name != name)
    ame_kept_give_up(tx);
  if (tx->has_turn)
    ame_io_pass_turn(tx); /* begun by deferred code: io_drain.c */
  copy_shared(tx, shared, shared_count);
  tx->shared_count = shared_count;
  ame_snapshot_take(tx, frame_size);
  describe(tx, name);
  begin_attempt(tx);
  if (ame_options.watched) {
    tx->begin_time = ame_os_ticks();
    tx->to_end |= AME_END_RESTARTED;
  }
  if (ame_unlikely(ame_options.force_aborts != 0))
    ame_forced_abort_begin(tx);
  return begun();
}

__attribute__((noinline)) static int32_t begin_later(struct transaction *tx) {
  start(tx, publish_later(tx));
  return begun();
}

/* has_turn, is_watched and keeps as one number. (At rest none is open.) */
enum { KEEPS_ONLY = 1 << 16 };
static inline uint32_t what_is_unusual(const struct transaction *tx) {
  _Static_assert(offsetof(struct transaction, is_watched) ==
                         offsetof(struct transaction, has_turn) + 1 &&
                     offsetof(struct transaction, keeps) ==
                         offsetof(struct transaction, has_turn) + 2 &&
                     offsetof(struct transaction, open) ==
                         offsetof(struct transaction, has_turn) + 3,
                 "looked at together");
  uint32_t all;
  memcpy(&all, &tx->has_turn, sizeof all);
  return all;
}

/* Reads up to AME_COPY_PIECE bytes more than there are (transaction.h). The registers
 * that the function has saved are not among them (TransactionBoundary.cpp): some
 * values are left, mostly one or two pieces. The compiler shall not unroll. */
static inline void copy_small_frame(char *to, const char *from, size_t size) {
  memcpy(to, from, AME_COPY_PIECE);
  for (size_t done = AME_COPY_PIECE; ame_unlikely(done < size); done += AME_COPY_PIECE) {
    memcpy(to + done, from + done, AME_COPY_PIECE);
    __asm__("" : "+r"(done));
  }
}

static inline void begin_small(struct transaction *tx, const char *name,
                               size_t frame_size, const char *frame) {
  tx->shared_count = 0;
  tx->stack_copied = frame_size;
  copy_small_frame(tx->small_frame, frame, frame_size);
  describe(tx, name);
  __ame_tls.log = tx->log_base;
}

/* The next turn of a loop that keeps its stripes. */
__attribute__((noinline)) static int32_t begin_again(struct transaction *tx,
                                                     const char *name, size_t frame_size,
                                                     const char *frame) {
  begin_small(tx, name, frame_size, frame);
  begin_keeping(tx);
  return begun();
}

/* C part of __ame_begin: the registers are saved already. What is not the usual
 * case is left to another function as the last step: so this one needs no stack. */
AME_HIDDEN int32_t ame_begin_region(const char *name, size_t frame_size,
                                    const void *shared, size_t shared_count,
                                    struct transaction *tx, const char *frame);
int32_t ame_begin_region(const char *name, size_t frame_size, const void *shared,
                         size_t shared_count, struct transaction *tx,
                         const char *frame) {
  const uint32_t unusual = what_is_unusual(tx);
  if (ame_unlikely(frame_size > AME_SMALL_FRAME || shared_count != 0) ||
      ame_unlikely(unusual != 0)) {
    if (unusual == KEEPS_ONLY && frame_size <= AME_SMALL_FRAME && shared_count == 0 &&
        tx->name == name)
      return begin_again(tx, name, frame_size, frame);
    return begin_region(name, frame_size, shared, shared_count, tx);
  }
  begin_small(tx, name, frame_size, frame);
  uint32_t now = publish_alone(tx);
  if (!ame_is_solitude(tx->solitude) && ame_unlikely(!publish_in_company(tx, &now)))
    return begin_later(tx);
  start(tx, now);
  return 1;
}

AME_HIDDEN int32_t ame_begin_nested(void);
int32_t ame_begin_nested(void) {
  __ame_tls.depth++;
  ame_self()->explicit_blocks++;
  return 1;
}

/* C part of ame_enter. */
AME_HIDDEN void ame_begin_open(const struct ame_registers *registers);
void ame_begin_open(const struct ame_registers *registers) {
  struct transaction *tx = ame_self();
  if (ame_active()) {
    __ame_tls.depth++;
    return;
  }
  if (tx->keeps)
    ame_kept_give_up(tx);
  if (tx->has_turn)
    ame_io_pass_turn(tx);
  tx->registers = *registers;
  tx->open = true;
  tx->to_end = AME_END_RESTARTED | tx->large_logs;
  tx->shared_count = 0;
  ame_snapshot_take(tx, tx->stack_base - registers->rsp);
  describe(tx, "open");
  __ame_tls.checkpoint_budget = 64;
  begin_attempt(tx);
  tx->begin_time = ame_os_ticks();
  if (ame_unlikely(ame_options.force_aborts != 0))
    ame_forced_abort_begin(tx);
}

/* Checkpoints look at the time once in so many calls. */
enum { CALLS_PER_LOOK = 64 };

static bool may_commit_here(void) {
  return __ame_tls.depth == 1 && ame_self()->open && ame_self()->explicit_blocks == 0;
}

static uint64_t block_ticks(void) {
  return ame_options.block_us * ame_os_ticks_per_microsecond();
}

/* C part of __ame_checkpoint_slow. A block that had to abort is halved, so that
 * conflicts waste less; success brings the length back. */
AME_HIDDEN void ame_checkpoint_here(const struct ame_registers *registers);
void ame_checkpoint_here(const struct ame_registers *registers) {
  __ame_tls.checkpoint_budget = CALLS_PER_LOOK;
  if (!may_commit_here())
    return;
  struct transaction *tx = ame_self();
  const uint64_t longest = block_ticks();
  if (tx->block_ticks == 0 || tx->block_ticks > longest)
    tx->block_ticks = longest;
  if (ame_os_ticks() - tx->begin_time < tx->block_ticks)
    return;
  if (tx->attempts > 0 && tx->block_ticks > longest / 64)
    tx->block_ticks /= 2;
  else
    tx->block_ticks += tx->block_ticks / 4;
  ame_commit_transaction(tx);
  ame_begin_open(registers);
}

void ame_hint_commit_soon(void) {
  __ame_tls.checkpoint_budget = 0;
  if (ame_active())
    ame_self()->begin_time = 0;
}

void ame_leave(void) {
  if (!ame_active())
    ame_fatal("ame_leave without a running transaction");
  struct transaction *tx = ame_self();
  if (__ame_tls.depth > 1) {
    __ame_tls.depth--;
    return;
  }
  if (tx->explicit_blocks)
    ame_fatal("ame_leave inside an atomic block: close it with ame_atomic_pop first");
  ame_commit_transaction(tx);
}

void ame_atomic_push(void) {
  if (!ame_active())
    ame_fatal("ame_atomic_push without a running transaction: call ame_enter first");
  ame_self()->explicit_blocks++;
}

void ame_atomic_pop(void) {
  if (!ame_active() || ame_self()->explicit_blocks == 0)
    ame_fatal("ame_atomic_pop without ame_atomic_push");
  ame_self()->explicit_blocks--;
}

int ame_atomic_depth(void) {
  return ame_active() ? (int)ame_self()->explicit_blocks : 0;
}

/* 1 = run the block, 2 = begin anew after it; see AME_OUTSIDE. */
int __ame_outside_enter(void) {
  if (!ame_active())
    return 1;
  struct transaction *tx = ame_self();
  if (!may_commit_here()) {
    ame_become_inevitable("AME_OUTSIDE inside an atomic block");
    return 1;
  }
  ame_commit_transaction(tx);
  return 3;
}

/* C part of __ame_outside_exit. */
AME_HIDDEN void ame_outside_resume(const int *outside, const struct ame_registers *registers);
void ame_outside_resume(const int *outside, const struct ame_registers *registers) {
  if (*outside & 2)
    ame_begin_open(registers);
}

void ame_run_in_transaction(void (*fn)(void *), void *arg) {
  char *frame = __builtin_frame_address(0);
  __ame_begin("destruction of shared objects", frame + sizeof(void *), NULL, 0);
  union {
    void *object;
    void (*function)(void *);
  } entry = {.function = fn};
  entry.object = __ame_resolve(entry.object, "destructor of a reference count");
  entry.function(arg);
  __ame_commit();
}
