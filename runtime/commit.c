/* Committing, a list of steps.
 *
 * Nothing before the commit point may be lost or seen; nothing after it may
 * fail. The order of the parts shows only here and in abort.c. */
#include "transaction.h"

static inline void release_stripes(struct transaction *tx, uint32_t version) {
  if (ame_unlikely(tx->keeps)) {
    ame_kept_release_as(tx, version);
    return;
  }
  const uint32_t *const written = tx->written;
  const size_t count = tx->written_count;
  for (size_t i = 0; i < count; i++) {
    __asm__("" : "+r"(i)); /* not unrolled: mostly there are few */
    ame_recording_point("release");
    /* release: the data written in place is visible before its stripe. */
    atomic_store_explicit(ame_orec_at(written[i]), version, memory_order_release);
  }
  tx->written_count = 0;
}

static inline void leave_quiescence(struct transaction *tx) {
  atomic_store_explicit(&tx->published, AME_INACTIVE, memory_order_release);
}

static inline bool has(const struct transaction *tx, enum ame_at_end part) {
  return (tx->to_end & part) != 0;
}

static bool changes_something(struct transaction *tx) {
  return tx->written_count != 0 ||
         (has(tx, AME_END_COUNTS) && ame_refcount_pending(tx)) ||
         (has(tx, AME_END_MEMORY) && ame_memory_has_frees(tx)) || ame_io_pending(tx);
}

/* A reader is consistent as of its snapshot; nothing is validated. It may have
 * learnt of a privatization whose committer still waits: wait, too. Visibility
 * ends before that: a writer that waits for this reader's end is in quiescence
 * itself, and each would wait for the other. */
static inline void commit_reader(struct transaction *tx) {
  const uint32_t version = tx->snapshot;
  if (has(tx, AME_END_COUNTS))
    ame_refcount_drop(tx); /* immortal objects leave something in its cache */
  ame_recording_commit(version, false);
  leave_quiescence(tx);
  ame_visible_end(tx);
  if (ame_unlikely(ame_quiesce_announced())) {
    ame_quiesce(tx, version, false);
    ame_quiesce_settle(tx);
  }
}

/* Step 1: from here on a visible transaction cannot be doomed. */
static void become_committing(struct transaction *tx) {
  if (!tx->visible || tx->inevitable)
    return;
  uint64_t status = atomic_load_explicit(&tx->status, memory_order_relaxed);
  if (AME_STATE(status) != AME_ACTIVE ||
      !atomic_compare_exchange_strong(&tx->status, &status,
                                      (status & ~UINT64_C(3)) | AME_COMMITTING))
    ame_abort_doomed(tx);
}

/* Who keeps its stripes commits without a version, and has announced before. seq_cst:
 * behind the locked instruction that has drawn the own version (kept_stripes.c). */
static inline bool somebody_may_keep(void) {
  return atomic_load_explicit(&ame_quiesce_count, memory_order_seq_cst) !=
             (__ame_tls.owed != 0) &&
         ame_keeps(KEEP_IS_NOTICED);
}

/* Steps 4 and 5: a version, and everything read is still as it was. The next
 * version after the snapshot says that nobody has committed in between; but who
 * overwrites what this one has read may have a ticket already, and no version. */
static inline uint32_t draw_version(struct transaction *tx, bool *alone, bool has_ticket) {
  ame_recording_point("before the version");
  const uint32_t version = ame_draw_version(tx, alone);
  const bool is_next = version == tx->snapshot + 1 &&
                       (*alone || (!has_ticket && !somebody_may_keep()));
  if (!tx->visible && !is_next && ame_keeps(COMMIT_VALIDATES) &&
      !ame_validate(tx, AME_NO_STRIPE))
    ame_abort(AME_ABORT_VALIDATION);
  ame_recording_point("validated");
  ame_recording_commit(version, true);
  return version;
}

static inline void wake_retries(struct transaction *tx, size_t written_count) {
  /* Pairs with ame_retry_prepare: the stripes were owned by locked instructions
   * before this load. */
  if (ame_unlikely(atomic_load_explicit(&ame_retry_waiters, memory_order_seq_cst) != 0))
    ame_retry_wake(tx, written_count);
}

__attribute__((noinline)) static void wait_as_others_do(struct transaction *tx,
                                                        uint32_t version) {
  ame_quiesce(tx, version, false);
  ame_quiesce_settle(tx);
}

/* Step 6 where nobody older runs, or what is committed takes nothing away. */
static inline void publish_at_once(struct transaction *tx, uint32_t version) {
  const size_t written_count = tx->written_count;
  release_stripes(tx, version);
  leave_quiescence(tx);
  wake_retries(tx, written_count);
  if (ame_unlikely(ame_quiesce_announced()))
    wait_as_others_do(tx, version);
}

static inline bool must_wait(const struct transaction *tx, uint32_t version) {
  return ame_keeps(QUIESCE) && ame_quiesce_needed(tx, version);
}

/* Step 6: release; then wait for whoever may hold a pointer that this commit
 * took away. Announced before the release, so that a reader of the released
 * stripes sees the announcement. */
__attribute__((noinline)) static void publish_and_wait(struct transaction *tx,
                                                       uint32_t version) {
  const size_t written_count = tx->written_count;
  if (ame_quiesce_soon(tx, version)) {
    publish_at_once(tx, version);
    return;
  }
  ame_quiesce_announce();
  release_stripes(tx, version);
  leave_quiescence(tx);
  wake_retries(tx, written_count);
  ame_quiesce(tx, version, true);
  ame_quiesce_retract();
  ame_quiesce_settle(tx);
}

static void publish(struct transaction *tx, uint32_t version) {
  const bool privatizes =
      tx->written_count != 0 || (has(tx, AME_END_MEMORY) && ame_memory_has_frees(tx));
  if (privatizes && must_wait(tx, version))
    publish_and_wait(tx, version);
  else
    publish_at_once(tx, version);
}

/* The same where the quiescence may be owed. */
static void publish_owing(struct transaction *tx, uint32_t version) {
  const size_t written_count = tx->written_count;
  ame_quiesce_owe(version);
  release_stripes(tx, version);
  leave_quiescence(tx);
  wake_retries(tx, written_count);
}

/* Instead of a version and the release, after the scan: kept_stripes.c. */
static inline bool may_keep(struct transaction *tx) {
  if (tx->solitude != AME_NO_SOLITUDE || tx->attempts != 0 ||
      tx->written_count > AME_KEPT_MOST || !ame_options.keep_stripes)
    return false;
  if (tx->keeps && ame_unlikely(tx->written_count > tx->keep_most)) {
    ame_kept_too_many(tx);
    return false;
  }
  if (tx->keep_pause != 0) {
    tx->keep_pause--;
    return false;
  }
  if (ame_unlikely(ame_is_wanted(tx))) { /* now, or before it began */
    ame_kept_lost(tx);
    return false;
  }
  /* seq_cst: as in ame_visible_scan and wake_retries. */
  return atomic_load_explicit(&ame_visible_count, memory_order_seq_cst) == 0 &&
         atomic_load_explicit(&ame_retry_waiters, memory_order_seq_cst) == 0;
}

static inline void commit_keeping(struct transaction *tx) {
  if (ame_keeps(KEPT_IS_OWED))
    ame_quiesce_owe(tx->snapshot);
  ame_recording_before_keeping(atomic_load_explicit(&ame_clock, memory_order_acquire));
  if (ame_keeps(KEEP_VALIDATES) && !ame_validate(tx, AME_NO_STRIPE))
    ame_abort(AME_ABORT_VALIDATION);
  ame_recording_keep();
  if (!tx->keeps)
    ame_kept_first(tx);
  if (ame_unlikely(++tx->kept_commits % AME_KEPT_TRUST_AFTER == 0))
    ame_kept_trust(tx);
  /* release: a thief sees what was written. */
  atomic_store_explicit(&tx->published, AME_KEEPING, memory_order_release);
  ame_recording_point("kept");
}

/* What runs plain code at the end, or frees much, does not owe. (Hooks of counts run
 * in transactions.) */
static bool may_owe(struct transaction *tx) {
  const uint32_t harmless =
      AME_END_MEMORY | AME_END_COUNTS | AME_END_RESTARTED | AME_END_LOGS;
  return ame_options.quiesce_later && !(tx->to_end & ~harmless) && !tx->inevitable &&
         (!has(tx, AME_END_MEMORY) || ame_memory_may_owe(tx));
}

static bool may_keep_with_parts(struct transaction *tx) {
  return tx->written_count != 0 && !ame_io_pending(tx) &&
         (!has(tx, AME_END_COUNTS) || ame_refcount_is_neutral(tx)) && may_keep(tx) &&
         may_owe(tx);
}

static void commit_keeping_with_parts(struct transaction *tx) {
  commit_keeping(tx);
  if (has(tx, AME_END_COUNTS))
    ame_refcount_drop(tx);
  if (has(tx, AME_END_MEMORY))
    ame_memory_owe(tx);
}

static void commit_writer(struct transaction *tx, bool owing) {
  bool alone;
  become_committing(tx);                     /* 1 */
  if (tx->written_count)
    ame_visible_scan(tx);                    /* 2, 3 */
  if (owing && may_keep_with_parts(tx)) {
    commit_keeping_with_parts(tx);
    return;
  }
  if (has(tx, AME_END_COUNTS) &&
      !ame_refcount_validate(tx))            /* tests of counts still hold */
    ame_abort(AME_ABORT_REFCOUNT);
  if (ame_keeps(TICKET_BEFORE_VALIDATION))
    ame_io_ticket(tx);                       /* output in commit order */
  const uint32_t version =
      draw_version(tx, &alone, ame_io_pending(tx)); /* 4, 5: the commit point */
  if (!ame_keeps(TICKET_BEFORE_VALIDATION))
    ame_io_ticket(tx);
  if (has(tx, AME_END_COUNTS))
    ame_refcount_commit(tx, version);        /* merge the deltas */
  if (owing && !alone && may_owe(tx)) {
    publish_owing(tx, version);              /* 6 */
    if (has(tx, AME_END_MEMORY))
      ame_memory_owe(tx);
  } else {
    publish(tx, version);                    /* 6, 7 */
  }
  ame_visible_end(tx);                       /* 8 */
}

/* At rest; see describe in begin.c. */
void ame_transaction_rest(struct transaction *tx) {
  tx->to_end = tx->large_logs;
  tx->attempts = 0;
  tx->forced_aborts = 0;
  tx->killer = NULL;
  tx->must_be_inevitable = NULL;
  tx->explicit_blocks = 0;
  tx->jump_target_count = 0;
  tx->begin_time = 0;
  tx->open = false;
  atomic_store_explicit(&tx->age, AME_NOT_AGED, memory_order_relaxed);
}

/* What the program sees of the commit: output and handlers, destructors. Its own
 * code may run transactions, so inevitability has ended by then. */
static void after_commit(struct transaction *tx, uint32_t parts) {
  if (ame_unlikely(ame_options.verify))
    ame_verify_commit();
  ame_inevitable_end(tx);
  if (parts & AME_END_LOCKS)
    ame_mutexes_commit(tx);
  ame_handlers_commit(tx);
  ame_io_commit(tx);
  if (parts & AME_END_COUNTS && !tx->in_hooks) {
    tx->in_hooks = true;
    ame_refcount_run_zero_hooks(tx);
    tx->in_hooks = false;
  }
}

__attribute__((noinline)) static void commit_with_parts(struct transaction *tx, bool owing) {
  const uint32_t parts = tx->to_end;
  if (ame_unlikely(ame_options.force_aborts != 0))
    ame_forced_abort_here(tx);
  if (changes_something(tx)) {
    commit_writer(tx, owing);
  } else {
    commit_reader(tx);
  }
  if (parts & AME_END_VISIBLE)
    tx->calm++;
  if (parts & AME_END_MEMORY)
    ame_memory_commit(tx);
  if (parts & AME_END_LOGS)
    ame_logs_give_back(tx, (size_t)(__ame_tls.undo - tx->undo_base));
  ame_fast_outside();
  ame_transaction_rest(tx);
  ame_announce_end(tx);
  ame_statistics_commit(tx);
  after_commit(tx, parts);
  ame_stripes_rollover_if_due();
}

/* Most transactions: they have read and written memory, and that is all. */
static inline void end_short(struct transaction *tx) {
  ame_fast_outside();
  ame_announce_end(tx);
}

static inline void commit_writer_of_memory(struct transaction *tx, bool owing) {
  bool alone;
  ame_visible_scan(tx);                              /* 2, 3 */
  if (owing && ame_options.quiesce_later && may_keep(tx)) {
    commit_keeping(tx);
    end_short(tx);
    return;
  }
  const uint32_t version = draw_version(tx, &alone, false); /* 4, 5 */
  if (ame_likely(alone)) {
    release_stripes(tx, version);
    leave_quiescence(tx);
  } else if (owing && ame_options.quiesce_later) {
    publish_owing(tx, version);                      /* 6 */
  } else if (must_wait(tx, version)) {
    publish_and_wait(tx, version);                   /* 6, 7 */
  } else {
    publish_at_once(tx, version);                    /* 6 */
  }
  end_short(tx);
  ame_stripes_rollover_if_due();
}

__attribute__((noinline)) static void commit_short_writer(struct transaction *tx) {
  commit_writer_of_memory(tx, false);
}

__attribute__((noinline)) static void commit_owing_writer(struct transaction *tx) {
  commit_writer_of_memory(tx, true);
}

__attribute__((noinline)) static void commit_waiting_reader(struct transaction *tx) {
  commit_reader(tx);
  end_short(tx);
}

/* A reader may owe, too, when its thread is announced already. */
static inline bool owe_more(struct transaction *tx) {
  if (__ame_tls.owed == 0)
    return false;
  __ame_tls.owed = tx->snapshot;
  return true;
}

/* A reader may keep what earlier blocks have kept: nobody else has changed that, and
 * the rest is as of its snapshot. */
static inline bool may_go_on_keeping(const struct transaction *tx) {
  return tx->keeps && __ame_tls.undo == tx->undo_base && !ame_is_wanted(tx) &&
         tx->written_count <= tx->keep_most; /* ranges that plain code reads are owned */
}

static inline void go_on_keeping(struct transaction *tx) {
  ame_recording_commit(tx->snapshot, false);
  /* release: a thief sees what was written. */
  atomic_store_explicit(&tx->published, AME_KEEPING, memory_order_release);
  end_short(tx);
}

/* A reader that sees no announcement has read nothing of an announced commit: its
 * stripes are released after the announcement. */
static inline void commit_short(struct transaction *tx, bool owing) {
  if (owing && may_go_on_keeping(tx)) {
    go_on_keeping(tx);
  } else if (tx->written_count != 0) {
    if (owing)
      commit_owing_writer(tx);
    else
      commit_short_writer(tx);
  } else if (!(owing && owe_more(tx)) && ame_unlikely(ame_quiesce_announced())) {
    commit_waiting_reader(tx);
  } else {
    ame_recording_commit(tx->snapshot, false);
    leave_quiescence(tx);
    end_short(tx);
  }
}

static inline void commit(struct transaction *tx, bool owing) {
  if (ame_likely(tx->to_end == 0))
    commit_short(tx, owing);
  else
    commit_with_parts(tx, owing);
}

void ame_commit_transaction(struct transaction *tx) { commit(tx, false); }

AME_COLD static void commit_inner(void) {
  struct transaction *tx = ame_self();
  if (!ame_active()) {
    tx->cancelled = false; /* the exit of a block that ame_cancel has left */
    return;
  }
  __ame_tls.depth--;
  tx->explicit_blocks--;
}

void __ame_commit(void) {
  if (ame_likely(__ame_tls.depth == 1))
    commit(ame_self_block, false);
  else
    commit_inner();
}

void __ame_commit_owing(void) {
  if (ame_likely(__ame_tls.depth == 1))
    commit(ame_self_block, true);
  else
    commit_inner();
}
