// RUN: %ame_cc -O2 -S -emit-llvm %s -o - | FileCheck %s
// RUN: %ame_cc -O0 %s -o %t.O0 -pthread && %ame_run %t.O0
// RUN: %ame_cc -O2 %s -o %t.O2 -pthread && %ame_run %t.O2
// RUN: env AME_OPTIONS=force_aborts=3 %ame_run %t.O2
// RUN: env AME_OPTIONS=visible_after=4 %ame_run %t.O2
// RUN: %ame_cc -O3 -fame-mode=always %s -o %t.whole -pthread && %ame_run %t.whole
// RUN: env AME_OPTIONS=force_aborts=2:visible_after=4 %ame_run %t.whole
// Intent: neighbouring fields that have one barrier are undone and read as if each
// had its own, wherever their object lies in its stripes: beside fields that are not
// tracked, in fresh memory, in rows longer than a stripe; two threads never see one
// of them without the other.
// CHECK: call preserve_allcc void @__ame_write(ptr {{.*}}, i64 28)
#include <ame/ame.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STRIPE = 64, ROW = 12, TURNS = 20000 };

struct fields {
  long x, y;
  int a, b;
  short c;
  char d, e;
  int untracked AME_NOTRACK;
  long row[ROW];
};

#define EXPECT(condition)                                                      \
  do {                                                                         \
    if (!(condition)) {                                                        \
      printf("line %d: %s\n", __LINE__, #condition);                           \
      exit(1);                                                                 \
    }                                                                          \
  } while (0)

__attribute__((noinline)) static void change(struct fields *f, long v) {
  f->d = (char)(v + 5);
  f->x = v;
  f->y = v + 1;
  f->b = (int)v + 3;
  f->a = (int)v + 2;
  f->c = (short)(v + 4);
  f->e = (char)(v + 6);
}
__attribute__((noinline)) static void change_row(long *row, long v) {
  row[0] = v, row[1] = v + 1, row[2] = v * 3, row[3] = v ^ 5, row[4] = v - 9;
  row[5] = v, row[6] = v + 7, row[7] = v * 5, row[8] = v ^ 1, row[9] = v - 2;
}
__attribute__((noinline)) static long swap(struct fields *f) {
  const long x = f->x;
  f->x = f->y;
  f->y = x;
  return f->x * 2 - f->y;
}
__attribute__((noinline)) static long difference(const struct fields *f) {
  return f->y - f->x;
}

/* All of it, so that what is beside the object is seen, too. */
static char memory[4 * STRIPE + sizeof(struct fields)] __attribute__((aligned(STRIPE)));

static void undone_at(size_t place) {
  struct fields *f = (struct fields *)(memory + STRIPE + place);
  char before[sizeof memory];
  memset(memory, 0x55, sizeof memory);
  f->untracked = 1;
  f->x = 7, f->y = 9;
  memcpy(before, memory, sizeof memory);
  volatile int cancel = 1;
  AME_ATOMIC {
    EXPECT(difference(f) == 2);
    change(f, 100);
    change_row(f->row, 3);
    EXPECT(swap(f) == 101 * 2 - 100);
    if (cancel)
      ame_cancel();
  }
  EXPECT(memcmp(before, memory, sizeof memory) == 0);
  AME_ATOMIC {
    EXPECT(swap(f) == 9 * 2 - 7);
    change_row(f->row, 3);
  }
  EXPECT(f->x == 9 && f->y == 7 && f->row[9] == 1 && f->row[10] == 0x5555555555555555);
  AME_ATOMIC { change(f, 100); }
  EXPECT(f->x == 100 && f->y == 101 && f->a == 102 && f->b == 103 && f->c == 104 &&
         f->d == 105 && f->e == 106 && f->untracked == 1);
  memcpy(f, before + STRIPE + place, sizeof *f);
  EXPECT(memcmp(before, memory, sizeof memory) == 0);
}

static void fresh(void) {
  struct fields *made = NULL;
  AME_ATOMIC {
    made = malloc(sizeof *made);
    change(made, 5);
    EXPECT(difference(made) == 1 && swap(made) == 6 * 2 - 5);
  }
  EXPECT(made->x == 6 && made->y == 5 && made->a == 7);
  free(made);
}

/* x + y stays as it is; the objects lie in one stripe, and in two. */
static void *work(void *argument) {
  struct fields *f = argument;
  for (int i = 0; i < TURNS; i++) {
    long d = 0;
    AME_ATOMIC {
      d = difference(f);
      swap(f);
    }
    EXPECT(d == 2 || d == -2);
  }
  return NULL;
}
static void together(size_t place) {
  struct fields *f = (struct fields *)(memory + STRIPE + place);
  f->x = 7, f->y = 9;
  pthread_t threads[2];
  for (int t = 0; t < 2; t++)
    EXPECT(pthread_create(&threads[t], NULL, work, f) == 0);
  for (int t = 0; t < 2; t++)
    pthread_join(threads[t], NULL);
  EXPECT(f->x == 7 && f->y == 9);
}

int main(void) {
  for (size_t place = 0; place < STRIPE; place += sizeof(long))
    undone_at(place);
  fresh();
  together(0);
  together(STRIPE - sizeof(long));
  return 0;
}
