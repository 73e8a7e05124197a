// RUN: %ame_cc -O0 %s -o %t.O0 && %ame_run %t.O0 | FileCheck %s
// RUN: %ame_cc -O2 %s -o %t.O2 && %ame_run %t.O2 | FileCheck %s
// RUN: %ame_cc -O3 %s -o %t.O3 && %ame_run %t.O3 | FileCheck %s
// RUN: %clang -I%ame_include -pthread -O2 %s -o %t.plain && %t.plain | FileCheck %s
// Intent: variadic functions, variable length arrays, alloca and large frames
// work in transactions and are undone.
#include "second_attempt.h"
#include <alloca.h>
#include <stdarg.h>
#include <string.h>

static long totals[3];

static long add_all(int count, ...) {
  va_list list;
  long sum = 0;
  va_start(list, count);
  for (int i = 0; i < count; i++)
    sum += va_arg(list, int);
  va_end(list);
  totals[0] += sum;
  return sum;
}

static long with_array(int n) {
  long array[n], sum = 0;
  for (int i = 0; i < n; i++)
    array[i] = i;
  for (int i = 0; i < n; i++)
    sum += array[i];
  totals[1] += sum;
  return sum;
}

static long with_alloca(size_t n) {
  unsigned char *bytes = alloca(n);
  long sum = 0;
  memset(bytes, 1, n);
  for (size_t i = 0; i < n; i++)
    sum += bytes[i];
  totals[2] += sum;
  return sum;
}

static long fibonacci(int n) {
  return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2);
}

int main(void) {
  long sum = 1;
  second_attempt_prepare();
  AME_ATOMIC {
    sum += add_all(4, 1, 2, 3, 4);
    sum += with_array(100);
    sum += with_alloca(100000);
    sum += fibonacci(15);
    second_attempt_force();
  }
  second_attempt_check();
  // CHECK: 105571 10 4950 100000
  printf("%ld %ld %ld %ld\n", sum, totals[0], totals[1], totals[2]);
  return 0;
}
