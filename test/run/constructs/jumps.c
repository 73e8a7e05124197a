// RUN: %same_output %s -O0 -O2 --always
// Intent: computed goto through a static table, dense and sparse switches,
// jumps into loops, and functions that do not return.
#include "../second_attempt.h"

static int steps, values[8], position;

static int interpret(const char *code) {
  static const void *const table[] = {&&push, &&add, &&twice, &&stop};
  int *stack = values;
  goto *table[*code - 'a'];
push:
  stack[position++] = ++steps;
  goto *table[*++code - 'a'];
add:
  position--;
  stack[position - 1] += stack[position];
  goto *table[*++code - 'a'];
twice:
  stack[position - 1] *= 2;
  goto *table[*++code - 'a'];
stop:
  return stack[--position];
}

static int dense(int x) {
  switch (x) {
  case 0: return 7;
  case 1: steps++; return 5;
  case 2: return steps;
  case 3: values[0]++; /* falls through */
  case 4: return values[0];
  case 5: return 12;
  default: return -1;
  }
}
static const char *sparse(long x) {
  switch (x) {
  case -1000000: return "low";
  case 0 ... 9: return "digit";
  case 1L << 40: return "high";
  }
  return "other";
}

/* Duff's device */
static void copy(int *to, const int *from, int count) {
  int n = (count + 3) / 4;
  switch (count % 4) {
  case 0: do { *to++ = *from++;
  case 3:      *to++ = *from++;
  case 2:      *to++ = *from++;
  case 1:      *to++ = *from++;
          } while (--n > 0);
  }
}

static void never(void) __attribute__((noreturn, noinline));
static void never(void) {
  printf("left through exit: %d\n", steps);
  exit(3);
}

int main(void) {
  long sum = 0;
  int from[7] = {1, 2, 3, 4, 5, 6, 7};
  second_attempt_prepare();
  AME_ATOMIC {
    sum += interpret("aabcd");
    for (int i = -1; i < 8; i++)
      sum = sum * 3 + dense(i);
    sum += sparse(-1000000)[0] + sparse(5)[1] + sparse(1L << 40)[2] + sparse(77)[3];
    copy(values, from, 7);
    second_attempt_force();
    sum += interpret("aacabcd");
  }
  second_attempt_check();
  printf("%ld %d %d\n", sum, steps, position);
  for (int i = 0; i < 8; i++)
    printf("%d ", values[i]);
  AME_ATOMIC {
    steps += 100;
    if (sum)
      never();
  }
  return 0;
}
