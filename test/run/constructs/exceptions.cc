// RUN: %same_output --cxx %s -O0 -O2 --always
// Intent: an exception caught inside a block, one that passes through an inner
// block, and one that leaves the outermost block, which commits and goes on to
// its handler; destructors run once.
#include "../second_attempt.h"

static long state, destroyed, constructed;
struct Failure {
  long code;
};
struct Guard {
  Guard() { constructed++; }
  ~Guard() { destroyed++; }
};

__attribute__((noinline)) static long fail(long code) {
  Guard guard;
  state += code;
  throw Failure{code};
}
__attribute__((noinline)) static void inside() {
  Guard guard;
  try {
    state++;
    AME_ATOMIC {
      Guard inner;
      fail(10);
    }
  } catch (const Failure &failure) {
    state += failure.code * 100;
  }
}
__attribute__((noinline)) static void leaves(long code) {
  AME_ATOMIC {
    Guard guard;
    state *= 3;
    fail(code);
  }
}
static void handle(void (*function)(long), long code) {
  try {
    function(code);
  } catch (Failure failure) {
    printf("caught %ld state %ld in transaction %d\n", failure.code, state,
           ame_in_transaction());
  } catch (...) {
    printf("something else\n");
  }
}
static void rethrows(long code) {
  try {
    leaves(code);
  } catch (Failure &failure) {
    failure.code++;
    throw;
  }
}

int main() {
  second_attempt_prepare();
  AME_ATOMIC {
    state += 5;
    second_attempt_force();
    inside();
  }
  second_attempt_check();
  printf("%ld\n", state);
  handle(leaves, 7);
  handle(rethrows, 8);
  second_attempt_prepare();
  AME_ATOMIC {
    state++;
    second_attempt_force();
  }
  second_attempt_check();
  printf("%ld %d\n", state, constructed == destroyed);
  return 0;
}
