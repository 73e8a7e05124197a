// RUN: %same_output %s -O0 -O2 "-O3 -mavx2"
// Intent: vectors of all sizes, of integers, floats and booleans, aligned and
// not, whole and by element.
#include "../second_attempt.h"

typedef char bytes8 __attribute__((vector_size(8)));
typedef int ints4 __attribute__((vector_size(16)));
typedef double doubles4 __attribute__((vector_size(32)));
typedef float floats16 __attribute__((vector_size(64)));
typedef float floats3 __attribute__((ext_vector_type(3)));
typedef _Bool booleans8 __attribute__((ext_vector_type(8)));
typedef int loose_ints4 __attribute__((vector_size(16), aligned(1)));

static bytes8 a = {1, 2, 3, 4, 5, 6, 7, 8};
static ints4 b = {1, 2, 3, 4};
static doubles4 c = {1, 2, 3, 4};
static floats16 d = {1, 2, 3, 4};
static floats3 e = {1, 2, 3};
static booleans8 f = {1, 0, 1, 1, 0, 0, 1, 0};
static char room[40];
static float sum;

static __attribute__((noinline)) ints4 through(ints4 v, ints4 *p) {
  ints4 old = *p;
  *p = v * old;
  return old + v;
}

static void change(void) {
  loose_ints4 *loose = (loose_ints4 *)(room + 3);
  a += a;
  b = through(b, &b);
  c *= (doubles4){2, 3, 4, 5};
  d[7] += d[1] + 1;
  d += 1;
  e.y += e.x;
  f ^= (booleans8){0, 1, 1, 0, 0, 0, 0, 1};
  *loose += (ints4){1, 20, 300, 4000};
  (*loose)[2]++;
  for (int i = 0; i < 16; i++)
    sum += d[i];
}

int main(void) {
  second_attempt_prepare();
  AME_ATOMIC {
    change();
    second_attempt_force();
    change();
  }
  second_attempt_check();
  for (int i = 0; i < 8; i++)
    printf("%d %d ", a[i], f[i]);
  for (int i = 0; i < 4; i++)
    printf("%d %g ", b[i], c[i]);
  for (int i = 0; i < 16; i++)
    printf("%g ", d[i]);
  for (int i = 0; i < 40; i++)
    printf("%d ", room[i]);
  printf("%g %g %g %g\n", e.x, e.y, e.z, sum);
  return 0;
}
