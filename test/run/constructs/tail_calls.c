// RUN: %same_output %s -O0 -O2 --always
// Intent: tail calls, guaranteed ones (musttail) to functions, through pointers
// and with variable arguments; recursion that only runs as tail calls.
#include "../second_attempt.h"
#include <stdarg.h>

static long count, sum;
static long even(long n, long acc);
static long odd(long n, long acc) {
  count++;
  if (n == 0)
    return -acc;
  __attribute__((musttail)) return even(n - 1, acc + 1);
}
static long even(long n, long acc) {
  count++;
  if (n == 0)
    return acc;
  __attribute__((musttail)) return odd(n - 1, acc + count);
}

typedef long step(long *, int);
static step first, second;
static step *steps[2] = {first, second};
static long first(long *p, int n) {
  *p += n;
  if (n == 0)
    return *p;
  __attribute__((musttail)) return steps[n & 1](p, n - 1);
}
static long second(long *p, int n) {
  *p *= 2;
  if (n == 0)
    return *p;
  __attribute__((musttail)) return steps[n & 1](p, n - 1);
}

static long plain_tail(long n) { return n == 0 ? sum : (sum += n, plain_tail(n - 1)); }

int main(void) {
  long result = 0;
  second_attempt_prepare();
  AME_ATOMIC {
    result += even(200000, 0);
    result += steps[0](&sum, 20);
    result += plain_tail(10000);
    second_attempt_force();
  }
  second_attempt_check();
  printf("%ld %ld %ld\n", result, count, sum);
  return 0;
}
