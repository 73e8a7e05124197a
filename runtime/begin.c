/* Beginning: regions, open transactions, checkpoints.
 *
 * BEGIN  1 c = clock  2 publish c (a locked instruction, before any log entry or
 * load: a quiescing committer sees it)  3 snapshot = c, limit = c + 1. */
#include "io.h"

#include <errno.h>
#include <mimalloc.h>
#include <string.h>

void ame_begin_attempt(struct transaction *tx) {
  const char *must_be_inevitable = tx->must_be_inevitable;
  if (ame_unlikely(must_be_inevitable != NULL))
    ame_inevitable_begin(tx);
  uint32_t now;
  __ame_tls.log = tx->log_base;
  for (;;) {
    now = atomic_load_explicit(&ame_clock, memory_order_acquire);
    atomic_exchange_explicit(&tx->published, now, memory_order_seq_cst);
    if (ame_likely(ame_world_may_run()))
      break;
    atomic_store_explicit(&tx->published, AME_INACTIVE, memory_order_release);
    ame_world_wait();
  }
  tx->snapshot = now;
  tx->begin_time = ame_os_ticks();
  __ame_tls.log_limit = tx->log_base + ame_options.visible_after;
  __ame_tls.depth = 1;
  atomic_store_explicit((_Atomic uint32_t *)&__ame_tls.limit, now + 1,
                        memory_order_relaxed);
  tx->explicit_blocks = 0;
  ame_memory_begin(tx);
  if (ame_unlikely(must_be_inevitable != NULL))
    ame_inevitable_complete(tx, must_be_inevitable);
  else if (ame_unlikely(ame_options.force_aborts != 0))
    ame_forced_abort_begin(tx);
}

static void begin_new(struct transaction *tx, const char *name, bool open,
                      const struct ame_registers *registers) {
  if (ame_unlikely(tx->has_turn))
    ame_io_pass_turn(tx); /* begun by deferred code: io_drain.c */
  tx->registers = *registers;
  tx->open = open;
  tx->name = name;
  tx->attempts = 0;
  tx->forced_aborts = 0;
  tx->killer = NULL;
  tx->must_be_inevitable = NULL;
  tx->saved_errno = errno;
  atomic_store_explicit(&tx->age, AME_NOT_AGED, memory_order_relaxed);
}

static void copy_shared(struct transaction *tx, const struct ame_range *shared,
                        size_t count) {
  while (count > tx->shared_capacity)
    tx->shared = ame_own_grow(tx->shared, tx->shared_capacity,
                              &tx->shared_capacity, sizeof *tx->shared);
  if (count)
    memcpy(tx->shared, shared, count * sizeof *shared);
  tx->shared_count = count;
}

/* C part of __ame_begin. */
AME_HIDDEN int32_t ame_begin_region(const char *name, void *frame_top, const void *shared,
                         size_t shared_count, const struct ame_registers *registers);
int32_t ame_begin_region(const char *name, void *frame_top, const void *shared,
                         size_t shared_count, const struct ame_registers *registers) {
  struct transaction *tx = ame_self();
  if (ame_active()) {
    __ame_tls.depth++;
    tx->explicit_blocks++;
    return 1;
  }
  begin_new(tx, name, false, registers);
  copy_shared(tx, shared, shared_count);
  ame_snapshot_take(tx, (uintptr_t)frame_top);
  ame_begin_attempt(tx);
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
  begin_new(tx, "open", true, registers);
  tx->shared_count = 0;
  ame_snapshot_take(tx, tx->stack_base);
  __ame_tls.checkpoint_budget = 64;
  ame_begin_attempt(tx);
}

/* Checkpoints look at the time once in so many calls. */
enum { CALLS_PER_LOOK = 64 };

static bool may_commit_here(const struct transaction *tx) {
  return ame_active() && tx->open && __ame_tls.depth == 1 && tx->explicit_blocks == 0;
}

static uint64_t block_ticks(void) {
  return ame_options.block_us * ame_os_ticks_per_microsecond();
}

/* C part of __ame_checkpoint_slow. A block that had to abort is halved, so that
 * conflicts waste less; success brings the length back. */
AME_HIDDEN void ame_checkpoint_here(const struct ame_registers *registers);
void ame_checkpoint_here(const struct ame_registers *registers) {
  struct transaction *tx = ame_self();
  __ame_tls.checkpoint_budget = CALLS_PER_LOOK;
  if (!may_commit_here(tx))
    return;
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
  ame_self()->begin_time = 0;
}

void ame_leave(void) {
  struct transaction *tx = ame_self();
  if (!ame_active())
    ame_fatal("ame_leave without a running transaction");
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
  if (!may_commit_here(tx)) {
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
