// RUN: %ame_cc -O0 %s -o %t.O0 && %ame_run %t.O0 | FileCheck %s
// RUN: %ame_cc -O2 %s -o %t.O2 && %ame_run %t.O2 | FileCheck %s
// RUN: %ame_cc -O2 -fame-mode=always %s -o %t.always && %ame_run %t.always | FileCheck %s
// Intent: setjmp and longjmp inside a block, out of nested blocks to an outer
// one, and out of the outermost one, which commits it, also where longjmp is called
// through a pointer; locals and depth are right afterwards and the next block works.
#include "../second_attempt.h"
#include <setjmp.h>

static jmp_buf outer, shared_buffer;
static long state, steps;

__attribute__((noinline)) static void fail(jmp_buf where, int code) {
  state += code;
  longjmp(where, code);
}
__attribute__((noinline)) static int guarded(int code) {
  jmp_buf local;
  int caught = setjmp(local);
  steps++;
  if (caught == 0 && code)
    fail(local, code);
  return caught;
}
__attribute__((noinline)) static void inside(void) {
  state++;
  state += 10 * guarded(3);
  state += 100 * guarded(0);
  if (setjmp(shared_buffer) == 0)
    AME_ATOMIC { AME_ATOMIC { fail(shared_buffer, 5); } }
  state += 1000;
}
__attribute__((noinline)) static void block_that_leaves(void) {
  AME_ATOMIC {
    state *= 2;
    AME_ATOMIC { fail(outer, 7); }
  }
}
/* The way of libraries whose users choose how an error leaves them (libpng). */
static void (*volatile leave)(struct __jmp_buf_tag *, int) = longjmp;
static void (*volatile leave_with_mask)(struct __jmp_buf_tag *, int) = siglongjmp;
__attribute__((noinline)) static void block_that_leaves_by(
    void (*jump)(struct __jmp_buf_tag *, int), int code) {
  AME_ATOMIC {
    state++;
    jump(outer, code);
  }
}
static void *count_up(void *unused) {
  AME_ATOMIC { steps = 100; }
  return unused;
}

int main(void) {
  second_attempt_prepare();
  AME_ATOMIC {
    inside();
    second_attempt_force();
    inside();
  }
  second_attempt_check();
  // CHECK: 2078 6 0
  printf("%ld %ld %d\n", state, steps, ame_in_transaction());

  volatile int rounds = 0;
  int code = setjmp(outer);
  // CHECK-NEXT: code 0 state 2078 in transaction 0
  // CHECK-NEXT: code 7 state 4163 in transaction 0
  // CHECK-NEXT: code 7 state 8333 in transaction 0
  printf("code %d state %ld in transaction %d\n", code, state, ame_in_transaction());
  if (rounds++ < 2)
    block_that_leaves();

  if ((code = setjmp(outer)) == 0)
    AME_ATOMIC {
      state++;
      longjmp(outer, 4); /* the same frame */
    }
  // CHECK-NEXT: code 4 state 8334 in transaction 0
  printf("code %d state %ld in transaction %d\n", code, state, ame_in_transaction());

  if ((code = setjmp(outer)) == 0)
    block_that_leaves_by(leave, 8);
  else if (code == 8)
    block_that_leaves_by(leave_with_mask, 9);
  // CHECK-NEXT: code 9 state 8336 in transaction 0
  printf("code %d state %ld in transaction %d\n", code, state, ame_in_transaction());
  state -= 2;

  /* What the left blocks owned is free, and another thread goes on. */
  pthread_t thread;
  pthread_create(&thread, NULL, count_up, NULL);
  pthread_join(thread, NULL);
  second_attempt_prepare();
  AME_ATOMIC {
    state++;
    second_attempt_force();
  }
  second_attempt_check();
  // CHECK-NEXT: 8335 100
  printf("%ld %ld\n", state, steps);
  return 0;
}
