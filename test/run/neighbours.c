// RUN: %ame_cc -O2 -S -emit-llvm %s -o - | FileCheck %s
// RUN: %ame_cc -O0 %s -o %t.O0 -pthread && %ame_run %t.O0
// RUN: %ame_cc -O2 %s -o %t.O2 -pthread && %ame_run %t.O2
// RUN: env AME_OPTIONS=force_aborts=3 %ame_run %t.O2
// RUN: env AME_OPTIONS=visible_after=4 %ame_run %t.O2
// RUN: %ame_cc -O3 -fame-mode=always %s -o %t.whole -pthread && %ame_run %t.whole
// RUN: env AME_OPTIONS=force_aborts=2:visible_after=4 %ame_run %t.whole
// Intent: neighbouring fields that have one barrier are undone and read as if each
// had its own, wherever their object lies in its stripes: beside fields that are not
// tracked, in fresh memory, in rows longer than a stripe, at the end of mapped memory;
// whatever other pointers write in between; two threads never see one of them without
// the other.
// CHECK: call preserve_allcc void @__ame_write(ptr {{.*}}, i64 28)
#include <ame/ame.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

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

/* What is written in between may be any of the neighbours. */
__attribute__((noinline)) static void write_aliased(struct fields *f, long *q, long v) {
  f->x = v;
  *q = v + 10;
  f->y = v + 1;
  *q += 1;
  f->a = (int)v + 2;
}
__attribute__((noinline)) static long read_aliased(struct fields *f, long *q) {
  const long x = f->x;
  *q = x + 5;
  return x * 1000 + f->y;
}
static void aliased(void) {
  struct fields *f = (struct fields *)(memory + STRIPE + STRIPE - sizeof(long));
  long *const others[] = {&f->x, &f->y, (long *)&f->a, &f->row[0]};
  for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
    struct fields plain, before;
    char all[sizeof memory];
    memset(memory, 0x55, sizeof memory);
    f->x = 7, f->y = 9;
    before = *f;
    memcpy(all, memory, sizeof memory);
    write_aliased(f, others[i], 100); /* as it is without a block */
    const long seen = read_aliased(f, others[i]);
    plain = *f;
    *f = before;
    volatile int cancel = 1;
    AME_ATOMIC {
      write_aliased(f, others[i], 100);
      EXPECT(read_aliased(f, others[i]) == seen);
      if (cancel)
        ame_cancel();
    }
    EXPECT(memcmp(all, memory, sizeof memory) == 0);
    AME_ATOMIC {
      write_aliased(f, others[i], 100);
      EXPECT(read_aliased(f, others[i]) == seen);
    }
    EXPECT(memcmp(f, &plain, sizeof plain) == 0);
  }
}

/* Neither read nor saved beyond the last one. */
struct tail {
  int a, b;
  short c;
  char d;
};
__attribute__((noinline)) static void change_tail(struct tail *t, int v) {
  t->a = v;
  t->b = v + 1;
  t->c = (short)(v + 2);
  t->d = (char)(v + 3);
}
__attribute__((noinline)) static int sum_tail(const struct tail *t) {
  return t->a + t->b + t->c + t->d;
}
static void at_the_end(void) {
  const size_t page = (size_t)sysconf(_SC_PAGESIZE);
  char *mapped = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  EXPECT(mapped != MAP_FAILED && mprotect(mapped + page, page, PROT_NONE) == 0);
  struct tail *t = (struct tail *)(mapped + page - sizeof *t);
  volatile int cancel = 1;
  AME_ATOMIC {
    EXPECT(sum_tail(t) == 0);
    change_tail(t, 1);
    EXPECT(sum_tail(t) == 1 + 2 + 3 + 4);
    if (cancel)
      ame_cancel();
  }
  EXPECT(sum_tail(t) == 0);
  AME_ATOMIC { change_tail(t, 2); }
  EXPECT(sum_tail(t) == 2 + 3 + 4 + 5);
  EXPECT(munmap(mapped, 2 * page) == 0);
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
  aliased();
  at_the_end();
  together(0);
  together(STRIPE - sizeof(long));
  return 0;
}
