/* Intent: the protocol without the pass. Barriers are placed by hand, so that
 * undo, snapshots, visibility, inevitability and the clock's rollover are tested
 * for themselves, under conflicts between real threads. */
#include "transaction.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

_Static_assert(AME_ABORT_FORCED == 11, "test/stress/output_model.c has this number");

#define FRAME_TOP() ((char *)__builtin_frame_address(0) + sizeof(void *))
#define BEGIN(name) __ame_begin((name), FRAME_TOP(), NULL, 0)

/* What the pass inlines. */
static uint64_t read_word(uint64_t *address) {
  const uint32_t stripe = ame_stripe_of(address);
  if (__ame_tls.log == __ame_tls.log_limit)
    __ame_read_push(stripe);
  else
    *__ame_tls.log++ = stripe;
  for (;;) {
    const uint64_t value = __atomic_load_n(address, __ATOMIC_ACQUIRE);
    const uint32_t orec = atomic_load_explicit(ame_orec_at(stripe), memory_order_relaxed);
    if (orec < *(volatile uint32_t *)&__ame_tls.limit || orec == __ame_tls.self)
      return value;
    __ame_read_wait(address);
  }
}

static void write_word(uint64_t *address, uint64_t value) {
  __ame_write(address, sizeof value);
  *(volatile uint64_t *)address = value;
}

static uint64_t global;
static int runs;

static _Alignas(64) unsigned char row[512];

__attribute__((noinline)) static bool abort_after_writing(size_t at, size_t size) {
  bool owned = true;
  runs = 0;
  BEGIN("neighbours");
  if (runs++ == 0) {
    __ame_write(row + at, size);
    for (size_t i = at / 64; i <= (at + size - 1) / 64; i++)
      owned = owned && atomic_load(ame_orec_at(ame_stripe_of(row + i * 64))) == __ame_tls.self;
    memset(row + at, 0xff, size);
    if (owned)
      ame_abort(AME_ABORT_FORCED);
  }
  __ame_commit();
  return owned;
}

/* Up to four stripes have a short way (barrier_quick.c). */
static void an_abort_restores_neighbours_of_any_number_and_place(void **state) {
  unsigned char before[sizeof row];
  (void)state;
  for (size_t i = 0; i < sizeof row; i++)
    before[i] = row[i] = (unsigned char)(i * 7);
  for (size_t at = 0; at < 64; at += 3)
    for (size_t size = 1; size <= 300; size += size < 80 ? 1 : 11) {
      assert_true(abort_after_writing(at, size));
      assert_memory_equal(row, before, sizeof row);
    }
}

/* --- one thread ---------------------------------------------------------------- */

__attribute__((noinline)) static int abort_once(uint64_t *heap) {
  int local = 1;
  errno = 7;
  BEGIN("abort once");
  local += 10;
  write_word(&global, read_word(&global) + 1);
  write_word(heap, 99);
  errno = 8;
  if (runs++ == 0)
    ame_abort(AME_ABORT_FORCED);
  __ame_commit();
  return local;
}

static void an_abort_restores_everything(void **state) {
  (void)state;
  uint64_t heap = 5;
  runs = 0;
  global = 1;
  assert_int_equal(abort_once(&heap), 11);
  assert_int_equal(runs, 2);
  assert_int_equal(global, 2);
  assert_int_equal(heap, 99);
  assert_false(ame_active());
}

__attribute__((noinline)) static int cancel(void) {
  const int entered = BEGIN("cancel");
  if (entered) {
    write_word(&global, 1000);
    ame_cancel();
  }
  __ame_commit();
  return entered;
}

static void cancel_undoes_and_leaves(void **state) {
  (void)state;
  global = 3;
  assert_int_equal(cancel(), 0);
  assert_int_equal(global, 3);
  assert_false(ame_active());
}

/* A block that has lost so often that the runtime lets it win. */
static void lose_until_it_wins(void) {
  if (!ame_self()->inevitable)
    ame_abort(AME_ABORT_LOCKED);
  assert_false(ame_is_inevitable()); /* nothing irreversible has happened */
}

__attribute__((noinline)) static int cancel_a_winner(void) {
  const int entered = BEGIN("cancel a winner");
  if (entered) {
    write_word(&global, 1000);
    lose_until_it_wins();
    ame_cancel();
  }
  __ame_commit();
  return entered;
}

static void a_block_that_must_win_can_cancel(void **state) {
  (void)state;
  global = 3;
  assert_int_equal(cancel_a_winner(), 0);
  assert_int_equal(global, 3);
  assert_false(ame_self()->has_token);
}

static uint64_t awaited;
static int has_won;

__attribute__((noinline)) static void set_awaited(void) {
  BEGIN("set");
  ame_become_inevitable("test"); /* the one that waits has let go of the token */
  write_word(&awaited, 1);
  __ame_commit();
}

static void *set_awaited_thread(void *unused) {
  while (!__atomic_load_n(&has_won, __ATOMIC_ACQUIRE))
    sched_yield();
  set_awaited();
  return unused;
}

__attribute__((noinline)) static void retry_as_a_winner(void) {
  BEGIN("retry as a winner");
  if (read_word(&awaited) == 0) {
    lose_until_it_wins();
    __atomic_store_n(&has_won, 1, __ATOMIC_RELEASE);
    ame_retry();
  }
  __ame_commit();
}

static void a_block_that_must_win_can_wait(void **state) {
  (void)state;
  pthread_t thread;
  pthread_create(&thread, NULL, set_awaited_thread, NULL);
  retry_as_a_winner();
  pthread_join(thread, NULL);
  assert_int_equal(awaited, 1);
}

static unsigned char bytes[1024];

__attribute__((noinline)) static void move_and_abort_once(void) {
  BEGIN("move");
  __ame_memmove(bytes + 5, bytes + 3, 300);
  __ame_memset(bytes + 400, 0xee, 100);
  if (runs++ == 0)
    ame_abort(AME_ABORT_FORCED);
  __ame_commit();
}

static void ranges_cross_stripes_and_overlap(void **state) {
  (void)state;
  unsigned char expected[sizeof bytes];
  for (size_t i = 0; i < sizeof bytes; i++)
    expected[i] = bytes[i] = (unsigned char)(i * 7);
  memmove(expected + 5, expected + 3, 300);
  memset(expected + 400, 0xee, 100);
  runs = 0;
  move_and_abort_once();
  assert_memory_equal(bytes, expected, sizeof bytes);
}

/* What the log holds after the first turn and after the last one, in entries. */
static ptrdiff_t after_first_turn, after_last_turn;
static const unsigned char *fill_before_the_abort;

static ptrdiff_t logged(void) { return __ame_tls.undo - ame_self()->undo_base; }

/* As a loop in a loop: two ranges, one of them also in part, and other words. */
__attribute__((noinline)) static void fill_and_abort_once(void) {
  BEGIN("fill");
  if (runs == 1)
    assert_memory_equal(bytes, fill_before_the_abort, sizeof bytes);
  for (int turn = 0; turn < 100; turn++) {
    __ame_memset(bytes, turn, 512);
    __ame_memset(bytes + 512, turn + 1, 512);
    __ame_memset(bytes + (turn & 1), turn + 2, 512 - (turn & 1));
    after_first_turn = turn ? after_first_turn : logged();
  }
  after_last_turn = logged();
  write_word(&global, 7);
  __ame_memset(bytes, 9, 513); /* one byte more than the range that is known */
  if (runs++ == 0)
    ame_abort(AME_ABORT_FORCED);
  __ame_commit();
}

static void a_range_is_logged_once(void **state) {
  (void)state;
  unsigned char expected[sizeof bytes];
  for (size_t i = 0; i < sizeof bytes; i++)
    expected[i] = bytes[i] = (unsigned char)(i * 7);
  runs = 0;
  fill_before_the_abort = expected;
  fill_and_abort_once();
  memset(expected, 9, 513);
  memset(expected + 513, 100, 511);
  assert_memory_equal(bytes, expected, sizeof bytes);
  assert_true(after_first_turn > 0);
  assert_int_equal(after_last_turn, after_first_turn);
}

enum { MANY = 1 << 20 };
static uint64_t *many;

__attribute__((noinline)) static void write_many(void) {
  BEGIN("write many");
  for (size_t i = 0; i < MANY; i++)
    write_word(&many[i], i);
  if (runs++ == 0)
    ame_abort(AME_ABORT_FORCED);
  __ame_commit();
}

/* `count` words, and how large the undo log is after that, in entries. */
__attribute__((noinline)) static ptrdiff_t log_after(size_t count) {
  BEGIN("write some");
  for (size_t i = 0; i < count; i++)
    write_word(&many[i], i);
  __ame_commit();
  return ame_self()->undo_end - ame_self()->undo_base;
}

enum { PATIENCE = 4096 }; /* transactions: undo_log.c */

/* 16 MB of undo log and 512 KB of stripes: undone, written, and given back. What
 * smaller ones need stays until the next ones do not. */
static void logs_of_huge_transactions_go_back(void **state) {
  (void)state;
  struct transaction *tx = ame_self();
  many = calloc(MANY, sizeof *many);
  runs = 0;
  write_many();
  assert_int_equal(runs, 2);
  for (size_t i = 0; i < MANY; i++)
    assert_int_equal(many[i], i);
  assert_int_equal(tx->undo_end - tx->undo_base, 1 << 16);
  for (int i = 0; i < 40; i++)
    assert_int_equal(log_after(1 << 17), 1 << 17);
  for (int i = 1; i < PATIENCE; i++)
    assert_int_equal(log_after(10), 1 << 17);
  assert_int_equal(log_after(10), 1 << 16);
  assert_true(tx->written_capacity <= 1 << 16);
  assert_ptr_equal(__ame_tls.undo_limit, tx->undo_end);
  assert_int_equal(log_after((1 << 17) + 1), 1 << 18);
  free(many);
}

__attribute__((noinline)) static void nested(void) {
  BEGIN("outer");
  BEGIN("inner");
  write_word(&global, 8);
  __ame_commit();
  assert_true(ame_active());
  write_word(&global, read_word(&global) + 1);
  __ame_commit();
}

static void nesting_is_flat(void **state) {
  (void)state;
  nested();
  assert_false(ame_active());
  assert_int_equal(global, 9);
}

/* --- threads ---------------------------------------------------------------------- */

enum { ACCOUNTS = 64, INITIAL = 100, OPERATIONS = 20000 };
static struct {
  uint64_t balance;
  char pad[56];
} accounts[ACCOUNTS];

__attribute__((noinline)) static void transfer(unsigned from, unsigned to) {
  BEGIN("transfer");
  write_word(&accounts[from].balance, read_word(&accounts[from].balance) - 1);
  write_word(&accounts[to].balance, read_word(&accounts[to].balance) + 1);
  __ame_commit();
}

__attribute__((noinline)) static uint64_t audit(const char *inevitable) {
  uint64_t sum = 0;
  BEGIN("audit");
  if (inevitable)
    ame_become_inevitable(inevitable);
  for (int i = 0; i < ACCOUNTS; i++)
    sum += read_word(&accounts[i].balance);
  /* Also of an attempt that will abort: opacity. */
  if (sum != ACCOUNTS * INITIAL)
    abort();
  __ame_commit();
  return sum;
}

static void *work(void *argument) {
  unsigned random = (unsigned)(uintptr_t)argument * 2654435761u + 1;
  for (int i = 0; i < OPERATIONS; i++) {
    random = random * 1103515245u + 12345u;
    if (random >> 24 < 20)
      audit(random & (1 << 20) ? "a test" : NULL);
    else
      transfer(random >> 8 & (ACCOUNTS - 1), random >> 16 & (ACCOUNTS - 1));
  }
  return NULL;
}

static void run_threads(unsigned count) {
  pthread_t threads[8];
  for (int i = 0; i < ACCOUNTS; i++)
    accounts[i].balance = INITIAL;
  for (unsigned i = 0; i < count; i++)
    assert_int_equal(pthread_create(&threads[i], NULL, work, (void *)(uintptr_t)i), 0);
  for (unsigned i = 0; i < count; i++)
    pthread_join(threads[i], NULL);
  assert_int_equal(audit(NULL), ACCOUNTS * INITIAL);
}

static void transfers_keep_the_sum(void **state) {
  (void)state;
  run_threads(4);
}

static void the_clock_rolls_over(void **state) {
  (void)state;
  const uint32_t late = AME_OREC_LOCK - (1u << 20) - 5000;
  atomic_store(&ame_clock, late);
  run_threads(4);
  assert_true(atomic_load(&ame_clock) < late);
}

static pthread_t incrementer;

static void *increment(void *address) {
  BEGIN("increment");
  write_word(address, read_word(address) + 1);
  __ame_commit();
  return NULL;
}

/* A read that the pass did not push again, because an earlier one had: when the
 * stripe has changed in between, the attempt must not see both values. */
__attribute__((noinline)) static uint64_t read_twice(uint64_t *address) {
  uint64_t first, second;
  BEGIN("read twice");
  first = read_word(address);
  if (runs++ == 0) {
    const uint32_t before = atomic_load(ame_orec_at(ame_stripe_of(address)));
    pthread_create(&incrementer, NULL, increment, address);
    /* Until it has published; it then waits for this transaction's end. */
    for (uint32_t now = before; now == before || now >= AME_OREC_LOCK;)
      now = atomic_load(ame_orec_at(ame_stripe_of(address)));
  }
  while (atomic_load(ame_orec_at(ame_stripe_of(address))) >= __ame_tls.limit)
    __ame_read_again(address);
  second = __atomic_load_n(address, __ATOMIC_ACQUIRE);
  assert_int_equal(first, second);
  __ame_commit();
  return second;
}

static void a_read_that_was_not_pushed_again_is_validated(void **state) {
  (void)state;
  runs = 0;
  global = 40;
  assert_int_equal(read_twice(&global), 41);
  assert_int_equal(runs, 2);
  pthread_join(incrementer, NULL);
}

/* A thread that is alone owns stripes with plain stores: one that comes waits until
 * they are done (ame_own_alone_begin), then this one uses locked instructions. */
static _Atomic int second_runs;

/* The optimiser moves the first read of a block in front of the test whether the
 * block was cancelled, and there may be none for captured memory in front of it. */
static void a_read_after_the_end_is_accepted(void **state) {
  (void)state;
  static uint64_t word = 5;
  pthread_t other;
  BEGIN("before");
  read_word(&word);
  __ame_commit();
  pthread_create(&other, NULL, increment, &word);
  pthread_join(other, NULL);
  const uint32_t orec =
      atomic_load_explicit(ame_orec_at(ame_stripe_of(&word)), memory_order_relaxed);
  assert_true(orec >= __ame_tls.limit);
  assert_int_equal(read_word(&word), word);
  BEGIN("after");
  assert_true(__ame_tls.limit < AME_OREC_LOCK);
  __ame_commit();
}

static void *run_second(void *unused) {
  BEGIN("second");
  atomic_store(&second_runs, 1);
  __ame_commit();
  return unused;
}

static void plain_stores_are_waited_for(void **state) {
  (void)state;
  struct transaction *tx = ame_self();
  pthread_t second;
  if (!ame_has_membarrier)
    skip();
  BEGIN("alone");
  assert_true(ame_own_alone_begin(tx));
  pthread_create(&second, NULL, run_second, NULL);
  while (ame_is_solitude(atomic_load(&ame_company)))
    sched_yield();
  for (int i = 0; i < 1000; i++)
    sched_yield();
  assert_int_equal(atomic_load(&second_runs), 0);
  ame_own_alone_end(tx);
  assert_false(ame_own_alone_begin(tx));
  __ame_commit();
  pthread_join(second, NULL);
  assert_int_equal(atomic_load(&second_runs), 1);
}

/* The child sees no half-done transfer, and goes on with transactions. */
static void fork_beside_transactions(void **state) {
  (void)state;
  pthread_t threads[2];
  for (unsigned i = 0; i < 2; i++)
    pthread_create(&threads[i], NULL, work, (void *)(uintptr_t)i);
  for (int i = 0; i < 20; i++) {
    const pid_t child = fork();
    if (child == 0) {
      transfer(1, 2);
      _exit(audit(NULL) == ACCOUNTS * INITIAL ? 0 : 1);
    }
    int status = 0;
    waitpid(child, &status, 0);
    assert_int_equal(status, 0);
  }
  for (unsigned i = 0; i < 2; i++)
    pthread_join(threads[i], NULL);
}

int main(void) {
  /* Few reads before a transaction turns visible: both kinds meet. */
  ame_options.visible_after = 40;
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(an_abort_restores_everything),
      cmocka_unit_test(an_abort_restores_neighbours_of_any_number_and_place),
      cmocka_unit_test(cancel_undoes_and_leaves),
      cmocka_unit_test(a_block_that_must_win_can_cancel),
      cmocka_unit_test(a_block_that_must_win_can_wait),
      cmocka_unit_test(ranges_cross_stripes_and_overlap),
      cmocka_unit_test(a_range_is_logged_once),
      cmocka_unit_test(logs_of_huge_transactions_go_back),
      cmocka_unit_test(nesting_is_flat),
      cmocka_unit_test(a_read_that_was_not_pushed_again_is_validated),
      cmocka_unit_test(a_read_after_the_end_is_accepted),
      cmocka_unit_test(plain_stores_are_waited_for),
      cmocka_unit_test(transfers_keep_the_sum),
      cmocka_unit_test(the_clock_rolls_over),
      cmocka_unit_test(fork_beside_transactions),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
