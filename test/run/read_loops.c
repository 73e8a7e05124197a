// RUN: %ame_cc -O1 %s -o %t.O1 && %ame_run %t.O1 | FileCheck %s
// RUN: %ame_cc -O2 %s -o %t.O2 && %ame_run %t.O2 | FileCheck %s
// RUN: %ame_cc -O3 -g %s -o %t.O3g && %ame_run %t.O3g | FileCheck %s
// RUN: %ame_cc -O2 -fame-mode=always %s -o %t.whole && %ame_run %t.whole | FileCheck %s
// RUN: %ame_cc -O2 -fsanitize=address,undefined %s -o %t.san && %ame_run %t.san | FileCheck %s
// RUN: env AME_OPTIONS=force_aborts=3 %ame_run %t.O2 | FileCheck %s
// RUN: env AME_OPTIONS=visible_after=64 %ame_run %t.O2 | FileCheck %s
// RUN: env AME_OPTIONS=visible_after=64:membarrier=0 %ame_run %t.O2 | FileCheck %s
// RUN: env AME_OPTIONS=visible_after=2000:membarrier=0 %ame_run %t.O2 | FileCheck %s
// Intent: loops that only read, which run piece by piece without barriers, compute what
// they do in plain code, whatever their number of turns (none, one, those around the
// shortest that is worth it and around the ends of pieces), forwards and backwards, with
// several arrays and values that go from turn to turn, of shared memory, the block's own
// and the stack's; what follows them uses their last values. (The last line: a second
// piece of a loop finds that it has to go on with barriers.)
// CHECK-NOT: not
// CHECK: {{^}}read_loops: OK
#include <ame/ame.h>
#include <stdio.h>
#include <stdlib.h>

enum { SIZE = 40000 };
struct triple {
  int a, b;
  unsigned char c;
};
static long words[SIZE];
static unsigned char bytes[SIZE * 4], others[SIZE * 4];
static struct triple triples[SIZE];
static double numbers[SIZE];

struct result {
  long sum, last;
  const long *end;
  double product;
  unsigned long hash, backwards;
  long fields, same;
};

/* Each loop once in an atomic block and once outside. */
#define LOOPS(n)                                                               \
  do {                                                                         \
    r->sum = r->last = 0;                                                      \
    const long *at = words + 5;                                                \
    for (long i = 0; i < n; i++) {                                             \
      r_sum += *at++;                                                          \
      last = i + r_sum;                                                        \
    }                                                                          \
    r->sum = r_sum, r->last = last, r->end = at;                               \
    for (long i = 0; i < n; i++)                                               \
      product += numbers[i] * numbers[i + 7];                                  \
    r->product = product;                                                      \
    for (long i = 0; i < n; i++)                                               \
      hash = hash * 31 + bytes[3 + i];                                         \
    r->hash = hash;                                                            \
    for (long i = 4 * n; i-- > 0;)                                               \
      back = back * 33 ^ others[i];                                             \
    r->backwards = back;                                                       \
    for (long i = 0; i < n; i++)                                               \
      fields += triples[i].b > 100 ? triples[i].c : triples[i].b;              \
    r->fields = fields;                                                        \
    for (long i = 0; i < n; i++)                                               \
      same += bytes[i] == bytes[SIZE];                                         \
    r->same = same;                                                            \
  } while (0)

#define START                                                                  \
  long r_sum = 0, last = -1, fields = 0, same = 0;                             \
  double product = 0;                                                          \
  unsigned long hash = 5, back = 9

__attribute__((noinline)) static void inside(struct result *r, long n) {
  AME_ATOMIC {
    START;
    LOOPS(n);
  }
}

AME_PURE __attribute__((noinline, optnone)) static void plain(struct result *r, long n) {
  START;
  LOOPS(n);
}

static int differ(const struct result *a, const struct result *b) {
  return a->sum != b->sum || a->last != b->last || a->end != b->end ||
         a->product != b->product || a->hash != b->hash || a->backwards != b->backwards ||
         a->fields != b->fields || a->same != b->same;
}

/* What the block itself has written and allocated, and its stack. */
__attribute__((noinline)) static long own(long n) {
  long s = 0;
  AME_ATOMIC {
    long *fresh = malloc((size_t)n * sizeof *fresh), local[600];
    for (long i = 0; i < n; i++)
      fresh[i] = i;
    for (long i = 0; i < 600; i++)
      local[i] = 2;
    for (long i = 0; i < n; i += 3)
      words[i] += fresh[i];
    s = 0;
    for (long i = 0; i < n; i++)
      s += words[i] - fresh[i];
    for (long i = 0; i < 600; i++)
      s += local[i];
    for (long i = 0; i < n; i += 3)
      words[i] -= fresh[i];
    free(fresh);
  }
  return s;
}

int main(void) {
  static const long counts[] = {0,    1,    2,     7,     31,    32,    33,   34,
                                63,   64,   127, 128, 129, 130, 255,   256,   257,   1000,  8191, 8192,
                                8193, 8194, 16384, 16385, 16386, 16387, 32771};
  unsigned long random = 1;
  for (long i = 0; i < SIZE; i++) {
    random = random * 6364136223846793005 + 1442695040888963407;
    words[i] = (long)(random >> 40);
    numbers[i] = (double)(random >> 50);
    triples[i] = (struct triple){(int)i, (int)(random >> 55), (unsigned char)(random >> 35)};
  }
  for (long i = 0; i < SIZE * 4; i++)
    bytes[i] = (unsigned char)(i * i >> 3), others[i] = (unsigned char)(i * i >> 5);
  for (unsigned i = 0; i < sizeof counts / sizeof *counts; i++) {
    struct result expected, found;
    plain(&expected, counts[i]);
    inside(&found, counts[i]);
    if (differ(&expected, &found))
      printf("%ld turns: not the same\n", counts[i]);
  }
  long expected = 0;
  for (long i = 0; i < 3000; i++)
    expected += words[i] - (i % 3 ? i : 0);
  if (own(3000) != expected + 1200)
    printf("own memory: %ld, not %ld\n", own(3000), expected + 1200);
  puts("read_loops: OK");
}
