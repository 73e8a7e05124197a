// RUN: %ame_cc -O0 %s -o %t.O0 && %ame_run %t.O0
// RUN: %ame_cc -O1 -g %s -o %t.O1 && %ame_run %t.O1
// RUN: %ame_cc -O2 -fno-strict-aliasing %s -o %t.O2 && %ame_run %t.O2
// RUN: %ame_cc -O3 -flto %s -o %t.O3 && env AME_OPTIONS=force_aborts=1 %ame_run %t.O3
// RUN: %ame_cc -O2 -fame-mode=always %s -o %t.all && %ame_run %t.all
// RUN: %ame_cxx -x c++ -O1 %s -o %t.cc && %ame_run %t.cc
// RUN: %clang -I%ame_include -pthread -O2 %s -o %t.plain && %t.plain
// Intent: structs with counts that the transaction has changed are passed by value (in
// registers, as numbers or on the stack), returned, assigned, compared and captured:
// the changes are in them.
#include <ame/ame.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct single {
  int count AME_REFCOUNT;
};
struct tiny {
  int count AME_REFCOUNT;
  int value;
};
struct pair {
  long count AME_REFCOUNT;
  long value;
};
struct odd {
  int count AME_REFCOUNT;
  int values[2];
};
struct mixed {
  double value;
  int count AME_REFCOUNT;
};
struct large {
  long count AME_REFCOUNT;
  long values[6];
};
struct bits {
  AME_BITS_FIRST;
  unsigned count : 30, flag : 2;
  int value;
};
AME_REFCOUNT_BITS(struct bits, count);
struct outer {
  struct tiny inner[2];
};

static struct single single, *singles;
static struct tiny tiny, *tinies;
static struct pair pair, *pairs;
static struct odd odd, *odds;
static struct mixed mixed = {1.5, 0}, *mixes;
static struct large large, *larges;
static struct bits bits, *many_bits;
static struct outer outer, *outers;
static int wrong;

#define OUTLINE __attribute__((noinline)) static
OUTLINE long of_single(struct single x) { return x.count; }
OUTLINE long of_tiny(struct tiny x) { return x.count; }
OUTLINE long of_pair(struct pair x) { return x.count; }
OUTLINE long of_odd(struct odd x) { return x.count; }
OUTLINE long of_mixed(struct mixed x) { return x.value == 1.5 ? x.count : -1; }
OUTLINE long of_large(int before, struct large x, int behind) { return x.count + before - behind; }
OUTLINE long of_bits(struct bits x) { return x.count; }
OUTLINE long of_outer(struct outer x) { return x.inner[1].count; }
static inline long of_pair_inline(struct pair x) { return x.count; }
OUTLINE long of_rest(int count, ...) {
  va_list rest;
  va_start(rest, count);
  const struct tiny first = va_arg(rest, struct tiny);
  const struct large second = va_arg(rest, struct large);
  va_end(rest);
  return first.count + second.count;
}

OUTLINE struct single get_single(struct single *x) { return *x; }
OUTLINE struct tiny get_tiny(struct tiny *x) { return *x; }
OUTLINE struct pair get_pair(struct pair *x) { return *x; }
OUTLINE struct odd get_odd(struct odd *x) { return *x; }
OUTLINE struct mixed get_mixed(struct mixed *x) { return *x; }
OUTLINE struct large get_large(struct large *x) { return *x; }
OUTLINE struct bits get_bits(struct bits *x) { return *x; }
OUTLINE void set_tiny(struct tiny *to, struct tiny x) { *to = x; }
OUTLINE void set_large(struct large *to, struct large x) { *to = x; }

/* A transaction for each, so that nothing has seen the count before. */
#define EXPECT(wanted, ...)                                                    \
  do {                                                                         \
    long is = 0;                                                               \
    AME_ATOMIC { is = (__VA_ARGS__); }                                         \
    if (is != (wanted)) {                                                      \
      printf("line %d: %ld, not %d\n", __LINE__, is, wanted);                  \
      wrong++;                                                                 \
    }                                                                          \
  } while (0)

static void variables(void) {
  EXPECT(1, (single.count++, of_single(single)));
  EXPECT(1, (tiny.count++, of_tiny(tiny)));
  EXPECT(1, (pair.count++, of_pair(pair)));
  EXPECT(2, (pair.count++, of_pair_inline(pair)));
  EXPECT(1, (odd.count++, of_odd(odd)));
  EXPECT(1, (mixed.count++, of_mixed(mixed)));
  EXPECT(1, (large.count++, of_large(3, large, 3)));
  EXPECT(1, (bits.count++, of_bits(bits)));
  EXPECT(1, (outer.inner[1].count++, of_outer(outer)));
  EXPECT(2, (outer.inner[1].count++, of_tiny(outer.inner[1])));
  EXPECT(4, (tiny.count++, large.count++, of_rest(2, tiny, large)));
}

static void behind_pointers(int at) {
  EXPECT(1, (singles[at].count++, of_single(singles[at])));
  EXPECT(2, (singles->count += 2, of_single(*singles)));
  EXPECT(1, (tinies->count++, of_tiny(*tinies)));
  EXPECT(1, (tinies[at].count++, of_tiny(tinies[at])));
  EXPECT(1, (pairs->count++, of_pair(*pairs)));
  EXPECT(1, (odds->count++, of_odd(*odds)));
  EXPECT(1, (mixes->count++, of_mixed(*mixes)));
  EXPECT(1, (larges[at].count++, of_large(1, larges[at], 1)));
  EXPECT(1, (many_bits[at].count++, of_bits(many_bits[at])));
  EXPECT(1, (many_bits->count++, of_bits(*many_bits)));
  EXPECT(1, (outers->inner[at].count++, of_outer(*outers)));
  EXPECT(2, (outers->inner[at].count++, of_tiny(outers->inner[at])));
}

static void results(void) {
  EXPECT(2, (single.count++, get_single(&single).count));
  EXPECT(3, (tiny.count++, get_tiny(&tiny).count));
  EXPECT(3, (pair.count++, get_pair(&pair).count));
  EXPECT(2, (odd.count++, get_odd(&odd).count));
  EXPECT(2, (mixed.count++, get_mixed(&mixed).count));
  EXPECT(3, (large.count++, get_large(&large).count));
  EXPECT(2, (bits.count++, get_bits(&bits).count));
  EXPECT(4, (larges[1].count += 3, *larges = get_large(&larges[1]), larges->count));
  EXPECT(4, (tiny.count++, set_tiny(tinies, tiny), tinies->count));
  EXPECT(5, (tinies->count++, tinies->count));
  EXPECT(6, (larges->count += 2, set_large(&large, *larges), large.count));
}

static long is_like(const struct tiny *x, int count) {
  const struct tiny like = {count, 0};
  return memcmp(x, &like, sizeof like) == 0;
}

static void bytes(void) {
  EXPECT(1, (tinies[1].count++, is_like(&tinies[1], 2)));
  EXPECT(3, ({
           long whole;
           tinies[1].count++;
           memcpy(&whole, &tinies[1], sizeof whole);
           (int)whole;
         }));
}

int main(void) {
#define ALLOCATE(pointer) (pointer = (__typeof__(pointer))calloc(2, sizeof *pointer))
  ALLOCATE(singles), ALLOCATE(tinies), ALLOCATE(pairs), ALLOCATE(odds), ALLOCATE(mixes);
  ALLOCATE(larges), ALLOCATE(many_bits), ALLOCATE(outers);
  mixes->value = 1.5;
  variables();
  behind_pointers(1);
  results();
  bytes();
  const int left = single.count + tiny.count + pair.count + odd.count + mixed.count +
                   (int)large.count + (int)bits.count + outer.inner[1].count;
  if (left != 2 + 4 + 3 + 2 + 2 + 6 + 2 + 2)
    printf("%d are left\n", left), wrong++;
  return wrong;
}
