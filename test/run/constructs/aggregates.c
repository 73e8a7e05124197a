// RUN: %same_output %s -O0 -O2 -O3
// Intent: structures and unions by value: as arguments in registers and in
// memory (byval), as results in registers and in memory (sret), through
// pointers and variable arguments, copied, compared, swapped, with holes.
#include "../second_attempt.h"
#include <stdarg.h>
#include <string.h>

struct pair {
  int a;
  double b;
};
struct wide {
  long a[9];
  char tail;
};
struct nothing {};
union either {
  long number;
  struct {
    short low, high;
  } halves;
  char text[11];
};

static struct pair pair = {1, 2.5};
static struct wide wide[3] = {{{1, 2, 3}, 4}, {{5, 6, 7}, 8}};
static union either either = {.number = 0x00010002};
static long total;

__attribute__((noinline)) static struct pair swap_pair(struct pair p) {
  return (struct pair){(int)p.b, p.a};
}
__attribute__((noinline)) static struct wide grow(struct wide w, struct pair p,
                                                  struct nothing n) {
  w.a[8] += p.a;
  w.tail++;
  total += w.a[0];
  return w;
}
__attribute__((noinline)) static long sum(int count, ...) {
  va_list list, copy;
  long result = 0;
  va_start(list, count);
  va_copy(copy, list);
  for (int i = 0; i < count; i++) {
    struct wide w = va_arg(list, struct wide);
    struct pair p = va_arg(list, struct pair);
    result += w.a[8] * 100 + p.a;
  }
  for (int i = 0; i < count; i++)
    result += va_arg(copy, struct wide).tail * 10000 + va_arg(copy, struct pair).b;
  va_end(copy);
  va_end(list);
  return result;
}
static struct wide (*grow_pointer)(struct wide, struct pair,
                                            struct nothing) = grow;

void choose(int big) { grow_pointer = big ? grow : 0; }

static void change(void) {
  struct nothing n;
  pair = swap_pair(pair);
  wide[2] = grow(wide[1], pair, n);
  wide[1] = grow_pointer(wide[0], swap_pair(pair), n);
  struct wide *target = &wide[0];
  *target = wide[2];
  target->a[3] -= memcmp(&wide[0], &wide[1], sizeof wide[0]) != 0;
  total += sum(2, wide[0], pair, wide[2], swap_pair(pair));
  either.halves.high += 3;
  either.text[10] = (char)either.number;
  wide[1].a[1] += ((struct wide){{total}, 2}).a[0];
}

int main(void) {
  second_attempt_prepare();
  AME_ATOMIC {
    change();
    second_attempt_force();
    change();
  }
  second_attempt_check();
  printf("%d %g %ld %lx %d\n", pair.a, pair.b, total, either.number,
         either.text[10]);
  for (int i = 0; i < 3; i++) {
    for (int j = 0; j < 9; j++)
      printf("%ld ", wide[i].a[j]);
    printf("%d\n", wide[i].tail);
  }
  return 0;
}
