// RUN: %ame_cc -O0 %s -o %t.O0 && %ame_run %t.O0 | FileCheck %s
// RUN: %ame_cc -O1 %s -o %t.O1 && %ame_run %t.O1 | FileCheck %s
// RUN: %ame_cc -O2 %s -o %t.O2 && %ame_run %t.O2 | FileCheck %s
// RUN: %ame_cc -O3 -g %s -o %t.O3g && %ame_run %t.O3g | FileCheck %s
// RUN: %ame_cc -O2 -fame-mode=always %s -o %t.whole && %ame_run %t.whole | FileCheck %s
// RUN: env AME_OPTIONS=force_aborts=2 timeout 60 %t.O2 | FileCheck %s
// Intent: what loops write, element by element, in order and backwards, several
// fields of an element, heap, stack and freshly allocated arrays, is undone by a
// cancelled block and right after one that commits; memory around it, and untracked
// fields, are left alone; loops without turns write nothing.
#include <ame/ame.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SIZE = 500 };
struct pair {
  int first;
  int second;
};
struct mixed {
  long tracked, untracked AME_NOTRACK;
};
static long words[SIZE + 2];
static char bytes[SIZE + 2];
static struct pair pairs[SIZE];
static struct mixed mixed[SIZE];

__attribute__((noinline)) static void fill(long *a, long n, long by) {
  for (long i = 0; i < n; i++)
    a[i] = i * by;
}
__attribute__((noinline)) static void add(long *a, const long *b, long n) {
  for (long i = 0; i < n; i++)
    a[i] += b[i];
}
__attribute__((noinline)) static void backwards(char *a, long n) {
  for (long i = n - 1; i >= 0; i--)
    a[i] = (char)(i * 7);
}
__attribute__((noinline)) static void both(struct pair *p, int n) {
  for (int i = 0; i < n; i++) {
    p[i].second = 3 * i;
    p[i].first = i;
  }
}
__attribute__((noinline)) static void one(struct mixed *m, int n) {
  for (int i = 0; i < n; i++)
    m[i].tracked = i;
}
__attribute__((noinline)) static void shift(long *a, long n) {
  for (long i = 1; i < n; i++)
    a[i] = a[i - 1] + 1;
}

static void change(long *heap, long n) {
  long local[SIZE];
  fill(words + 1, n, 2);
  fill(heap, n, 3);
  fill(local, n, 5);
  add(words + 1, heap, n);
  add(words + 1, local, n);
  backwards(bytes + 1, n);
  both(pairs, (int)n);
  one(mixed, (int)n);
  shift(heap, n);
  long *fresh = malloc((size_t)n * sizeof *fresh + 1);
  fill(fresh, n, 1);
  add(fresh, fresh, n);
  add(words + 1, fresh, n);
  free(fresh);
}

static unsigned long sum(const void *memory, size_t size) {
  unsigned long result = 0;
  for (size_t i = 0; i < size; i++)
    result = result * 31 + ((const unsigned char *)memory)[i];
  return result;
}
static unsigned long sums(const long *heap) {
  return sum(words, sizeof words) ^ sum(bytes, sizeof bytes) ^
         sum(pairs, sizeof pairs) ^ sum(mixed, sizeof mixed) ^
         sum(heap, SIZE * sizeof *heap);
}

int main(void) {
  long *heap = malloc(SIZE * sizeof *heap);
  memset(words, 1, sizeof words);
  memset(bytes, 2, sizeof bytes);
  memset(pairs, 3, sizeof pairs);
  memset(heap, 4, SIZE * sizeof *heap);
  const unsigned long before = sums(heap);
  const long sizes[] = {0, 1, 2, 7, 63, SIZE};
  for (int i = 0; i < 6; i++)
    AME_ATOMIC {
      change(heap, sizes[i]);
      ame_cancel();
    }
  // CHECK: the same: 1
  printf("the same: %d\n", sums(heap) == before);

  for (int i = 0; i < SIZE; i++)
    mixed[i].untracked = 1;
  AME_ATOMIC {
    one(mixed, SIZE);
    for (int i = 0; i < SIZE; i++)
      mixed[i].untracked = 2;
    ame_cancel();
  }
  // CHECK: undone 0, not undone 2
  printf("undone %ld, not undone %ld\n", mixed[9].tracked, mixed[9].untracked);

  AME_ATOMIC { change(heap, SIZE); }
  int wrong = 0;
  for (long i = 0; i < SIZE; i++)
    wrong += words[i + 1] != 12 * i || bytes[i + 1] != (char)(i * 7) ||
             pairs[i].first != i || pairs[i].second != 3 * i ||
             mixed[i].tracked != i || heap[i] != i;
  // CHECK: wrong: 0, around: 1 1 1 1
  printf("wrong: %d, around: %d %d %d %d\n", wrong,
         words[0] == 0x0101010101010101, words[SIZE + 1] == 0x0101010101010101,
         bytes[0] == 2, bytes[SIZE + 1] == 2);
  free(heap);
}
