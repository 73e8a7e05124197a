// RUN: %same_output %s --plain=-latomic "-O0 -latomic" "-O2 -latomic"
// Intent: volatile and atomic accesses of every size and kind: loads, stores,
// exchanges, compare-and-swap, fetch-and-op, fences, flags, wide ones.
// The block is undone once before the first of them: they make it inevitable.
#include "../second_attempt.h"
#include <stdatomic.h>
#include <stdbool.h>

static _Atomic char a8 = 1;
static _Atomic short a16 = 2;
static _Atomic int a32 = 3;
static _Atomic long a64 = 4;
static _Atomic __int128 a128 = 5;
static _Atomic double real = 1.5;
static _Atomic(char *) pointer;
static atomic_flag flag = ATOMIC_FLAG_INIT;
static volatile int watched = 6;
static volatile struct {
  long a, b, c, d;
} watched_record;
static int plain = 7, log_[20], logged;

static void note(long value) { log_[logged++ % 20] = (int)value; }

static void change(void) {
  int expected = 3;
  long other = 99;
  note(atomic_fetch_add(&a8, 2));
  note(atomic_fetch_sub_explicit(&a16, 1, memory_order_relaxed));
  note(atomic_compare_exchange_strong(&a32, &expected, 30));
  note(atomic_compare_exchange_weak_explicit(
      &a64, &other, 40, memory_order_acq_rel, memory_order_relaxed));
  note(other);
  note(atomic_exchange(&a64, 44));
  note(atomic_fetch_or(&a8, 64));
  note(atomic_fetch_xor(&a8, 3));
  note(atomic_load_explicit(&a16, memory_order_acquire));
  atomic_store_explicit(&a16, 77, memory_order_release);
  a128 += 3;
  real += 1;
  pointer = (char *)&plain + 1;
  note(atomic_flag_test_and_set(&flag));
  atomic_thread_fence(memory_order_seq_cst);
  atomic_signal_fence(memory_order_seq_cst);
  watched += watched;
  watched_record.b += watched;
  watched_record.d = watched_record.b;
  note(__atomic_fetch_nand(&plain, 5, __ATOMIC_SEQ_CST));
  note(__sync_fetch_and_add(&plain, 5));
  note(__sync_lock_test_and_set(&plain, 11));
}

int main(void) {
  second_attempt_prepare();
  AME_ATOMIC {
    plain += 10;
    second_attempt_force();
    change();
    change();
  }
  second_attempt_check();
  printf("%d %d %d %ld %ld %g %d\n", a8, a16, a32, a64, (long)a128, real,
         pointer == (char *)&plain + 1);
  printf("%d %ld %ld %d:", watched, watched_record.b, watched_record.d, plain);
  for (int i = 0; i < 20; i++)
    printf(" %d", log_[i]);
  printf("\n");
  return 0;
}
