// RUN: %same_output %s --plain=-latomic "-O0 -latomic" "-O2 -latomic" "-O2 -mcx16 -latomic" --always
// Intent: atomic objects of every size, those of 3, 16 and 40 bytes through libatomic
// too, fences and the __sync functions: a block that begins with plain writes is
// undone, and what follows its first atomic operation is done once.
#include "../second_attempt.h"
#include <stdatomic.h>

struct pair {
  int a, b;
};
struct three {
  char c[3];
};
struct five {
  long a[5];
};

static _Atomic __int128 sixteen;
static _Atomic(struct pair) pair;
static _Atomic(struct three) three;
static _Atomic(struct five) five;
static _Atomic(float) single;
static _Atomic(double) twice;
static _Atomic(long double) extended;
static _Atomic(char *) pointer;
static _Atomic(_Bool) truth;
static _Atomic(unsigned char) byte;
static _Atomic(short) half_word;
static _Atomic(_Complex float) complex_number;
static _Atomic(int) word;
static int plain[4];

__attribute__((noinline)) static void change(int k) {
  sixteen += k;
  sixteen ^= (__int128)k << 80;
  __int128 expected = sixteen;
  atomic_compare_exchange_strong(&sixteen, &expected, expected * 3);
  struct pair p = pair;
  p.a += k;
  p.b -= k;
  pair = p;
  struct pair q = atomic_exchange(&pair, ((struct pair){k, k}));
  q.a++;
  atomic_compare_exchange_strong(&pair, &p, q);
  struct three t = three;
  t.c[1] += k;
  three = t;
  struct five f = five;
  f.a[4] += k;
  five = f;
  single += 0.5f * k;
  twice = twice * 1.5 + k;
  extended += k;
  atomic_fetch_add(&pointer, k);
  truth ^= 1;
  byte <<= 1;
  byte |= k;
  half_word--;
  complex_number += k;
  atomic_fetch_or_explicit(&word, 16, memory_order_relaxed);
  __c11_atomic_fetch_nand(&word, 3, __ATOMIC_SEQ_CST);
  __c11_atomic_fetch_max(&word, k, __ATOMIC_ACQ_REL);
  atomic_thread_fence(memory_order_seq_cst);
  atomic_signal_fence(memory_order_seq_cst);
  __sync_fetch_and_add(&plain[0], k);
  __sync_lock_test_and_set(&plain[1], k);
  __sync_bool_compare_and_swap(&plain[2], 0, k);
  __sync_lock_release(&plain[1]);
  __sync_synchronize();
  __atomic_store_n(&plain[3], __atomic_load_n(&plain[2], __ATOMIC_ACQUIRE) + k, __ATOMIC_RELEASE);
}

int main(void) {
  second_attempt_prepare();
  AME_ATOMIC {
    plain[3] += 5;
    plain[0] = plain[3] * 3;
    second_attempt_force();
    change(3);
    change(5);
  }
  second_attempt_check();
  AME_ATOMIC { change(9); }
  struct pair p = pair;
  struct three t = three;
  struct five f = five;
  printf("%lx %lx %d %d %d %ld\n", (unsigned long)sixteen, (unsigned long)(sixteen >> 64), p.a, p.b,
         t.c[1], f.a[4]);
  _Complex float z = complex_number;
  printf("%g %g %Lg %ld %d %d %d %g %d\n", (double)single, (double)twice, (long double)extended, (long)pointer, truth, byte,
         half_word, __real__ z, word);
  for (int i = 0; i < 4; i++)
    printf("%d ", plain[i]);
  puts("");
  return 0;
}
