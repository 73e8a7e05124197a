/* Thread blocks: registration, reuse, and reaching another thread's fast part.
 *
 * A block is created or taken over when a thread first runs a transaction and
 * goes back to the free ones when the thread ends. Blocks are found by walking
 * the list or by slot; neither ever shrinks. */
#define _GNU_SOURCE
#include "transaction.h"

#include <errno.h>
#include <mimalloc.h>
#include <pthread.h>
#include <sched.h>
#include <string.h>

_Thread_local struct ame_thread __ame_tls
    __attribute__((tls_model("initial-exec"))) = {
        .limit = UINT32_MAX,
        .captured_size = SIZE_MAX,
        .counts = (struct ame_count_cache *)(uintptr_t)&ame_no_counts};

/* Objects name the version they were compiled for; a mismatch does not link. */
const int __ame_abi_v1 = AME_ABI_VERSION;

_Thread_local struct transaction *ame_self_block
    __attribute__((tls_model("initial-exec")));

#define SLOT_COUNT (1u << 20)
static _Atomic(struct transaction *) *slots; /* reserved, sparse */
_Atomic(struct transaction *) ame_transactions;
static uint32_t used_slots;
static uint32_t registered; /* threads that have a block */
static pthread_mutex_t registry = PTHREAD_MUTEX_INITIALIZER;
static pthread_key_t exit_key;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void thread_exit(void *block);

static void initialise(void) {
  ame_options_init();
  ame_os_processor_init();
  ame_stripes_init();
  slots = ame_os_reserve(0, SLOT_COUNT * sizeof *slots, "thread slots");
  if (!ame_os_membarrier_init())
    ame_company = AME_OTHERS; /* always fences: see os_linux.c */
  if (pthread_key_create(&exit_key, thread_exit) != 0)
    ame_fatal("no pthread key is left");
  ame_fork_init();
}

/* Barriers outside transactions load orecs, too: the table must be there before
 * any instrumented code runs, constructors included. */
__attribute__((constructor(101))) static void initialise_early(void) {
  pthread_once(&once, initialise);
}

struct transaction *ame_transaction_of_slot(uint32_t slot) {
  return atomic_load_explicit(&slots[slot], memory_order_acquire);
}

static struct transaction *new_block(void) {
  struct transaction *tx = mi_zalloc_aligned(sizeof *tx, 64);
  if (!tx || used_slots == SLOT_COUNT)
    ame_fatal("out of memory for another thread (%u have run)", used_slots);
  tx->slot = used_slots++;
  atomic_init(&tx->published, AME_INACTIVE);
  atomic_init(&tx->status, UINT64_C(1) << 2);
  atomic_init(&tx->sequence, 1);
  atomic_init(&tx->age, AME_NOT_AGED);
  ame_read_log_create(tx);
  ame_memory_thread_start(tx);
  ame_refcount_thread_start(tx);
  ame_io_thread_start(tx);
  ame_handlers_thread_start(tx);
  ame_mutexes_thread_start(tx);
  ame_statistics_thread_start(tx);
  tx->next = atomic_load_explicit(&ame_transactions, memory_order_relaxed);
  atomic_store_explicit(&slots[tx->slot], tx, memory_order_release);
  /* release: pairs with the acquire in ame_all_transactions. */
  atomic_store_explicit(&ame_transactions, tx, memory_order_release);
  return tx;
}

static struct transaction *free_block(void) {
  for (struct transaction *tx = ame_all_transactions(); tx; tx = tx->next)
    if (!atomic_load_explicit(&tx->fast, memory_order_relaxed))
      return tx;
  return NULL;
}

/* While one thread is registered it begins without a fence, draws versions
 * without the clock and owns stripes without locked instructions: it stores what
 * it does (published, own_version, owning) and then looks at ame_company. The second thread sets that, and the membarrier makes
 * sure that the first either sees it, or has its stores seen from here on. */
static void end_solitude(void) {
  if (!ame_has_membarrier)
    return;
  atomic_fetch_add_explicit(&ame_company, AME_GENERATION + AME_OTHERS,
                            memory_order_seq_cst);
  ame_os_membarrier();
  for (struct transaction *tx = ame_all_transactions(); tx; tx = tx->next)
    /* acquire: pairs with the release in ame_own_alone_end. */
    while (atomic_load_explicit(&tx->owning, memory_order_acquire) != 0)
      sched_yield();
  ame_clock_catch_up();
}

/* Under the registry's lock, after the other thread's last transaction. */
static void begin_solitude(void) {
  if (ame_has_membarrier)
    atomic_fetch_and_explicit(&ame_company, ~(uint32_t)AME_OTHERS,
                              memory_order_seq_cst);
}

AME_COLD struct transaction *ame_register_thread(void) {
  if (ame_in_signal_handler())
    ame_fatal("a signal handler begins a transaction: it may have interrupted one; set a "
              "flag (volatile sig_atomic_t) and let the program begin it");
  pthread_once(&once, initialise);
  pthread_mutex_lock(&registry);
  struct transaction *tx = free_block();
  if (!tx)
    tx = new_block();
  atomic_store_explicit(&tx->fast, &__ame_tls, memory_order_seq_cst);
  if (++registered == 2)
    end_solitude();
  pthread_mutex_unlock(&registry);
  tx->errno_address = &errno;
  ame_os_thread_stack(&tx->stack_low, &tx->stack_base);
  tx->in_hooks = false; /* a hook may have ended the block's last thread */
  __ame_tls.log = tx->log_base;
  __ame_tls.log_limit = tx->log_limit;
  __ame_tls.undo = tx->undo_base;
  __ame_tls.undo_limit = tx->undo_end;
  __ame_tls.self = __ame_tls.owner = AME_OREC_LOCK | tx->slot;
  tx->self_high = (uint64_t)__ame_tls.self << 32;
  tx->is_watched = ame_options.watched;
  __ame_tls.counts = ame_refcount_cache(tx);
  __ame_tls.captured_base = tx->capture_from;
  ame_fast_outside();
  ame_self_block = tx;
  pthread_setspecific(exit_key, tx);
  return tx;
}

/* A thread that ends inside a transaction would leave its stripes owned. One that
 * was cancelled in an atomic block is undone (it cannot be while irreversible);
 * a return from the start function before ame_leave is the program's error. */
static void thread_exit(void *block) {
  struct transaction *tx = block;
  if (ame_active() && (tx->open || tx->irreversible))
    ame_fatal("a thread ended inside a transaction: leave it first");
  if (ame_active())
    ame_undo_at_thread_end(tx);
  ame_quiesce_settle(tx); /* who joins it may use what it has made private */
  ame_io_thread_end(tx);
  ame_logs_thread_end(tx);
  ame_self_block = NULL;
  __ame_tls.captured_base = 0; /* another thread will allocate there */
  __ame_tls.counts = ame_refcount_cache(NULL);
  atomic_store_explicit(&tx->fast, NULL, memory_order_seq_cst);
  while (atomic_load_explicit(&tx->pins, memory_order_seq_cst) != 0)
    ame_os_futex_wait(&tx->pins, 0, 1);
  pthread_mutex_lock(&registry);
  ame_clock_catch_up(); /* the next one alone goes on from there */
  if (--registered == 1)
    begin_solitude();
  pthread_mutex_unlock(&registry);
}

struct ame_thread *ame_pin(struct transaction *other) {
  /* seq_cst on both: either thread_exit sees the pin, or we see NULL. */
  atomic_fetch_add_explicit(&other->pins, 1, memory_order_seq_cst);
  return atomic_load_explicit(&other->fast, memory_order_seq_cst);
}

void ame_unpin(struct transaction *other) {
  atomic_fetch_sub_explicit(&other->pins, 1, memory_order_release);
}

void ame_poke(struct transaction *other) {
  struct ame_thread *fast = ame_pin(other);
  if (fast) {
    _Atomic uint64_t *accepted = (_Atomic uint64_t *)&fast->accepted;
    uint64_t seen = atomic_load_explicit(accepted, memory_order_relaxed);
    /* Only a running limit: UINT32_MAX means that no transaction runs. A lost
     * poke is repeated by whoever waits. */
    if ((uint32_t)seen != UINT32_MAX && seen != AME_ASKED)
      atomic_compare_exchange_strong(accepted, &seen, AME_ASKED);
  }
  ame_unpin(other);
}

int ame_in_transaction(void) { return ame_active(); }

void ame_threads_only_me(void) {
  const struct transaction *self = ame_block_of_thread();
  pthread_mutex_init(&registry, NULL);
  for (struct transaction *tx = ame_all_transactions(); tx; tx = tx->next) {
    atomic_store_explicit(&tx->pins, 0, memory_order_relaxed);
    if (tx != self)
      atomic_store_explicit(&tx->owning, 0, memory_order_relaxed);
    atomic_store_explicit(&tx->sleepers, 0, memory_order_relaxed);
    if (tx != self)
      atomic_store_explicit(&tx->fast, NULL, memory_order_relaxed);
    if (atomic_load_explicit(&tx->published, memory_order_relaxed) == AME_KEEPING)
      ame_kept_release(tx);
  }
  if (registered > 1)
    begin_solitude();
  registered = self ? 1 : 0;
}
