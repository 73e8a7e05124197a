// RUN: %ame_cc -O2 %s -o %t && %ame_run %t
// RUN: %ame_cc -O0 %s -o %t.0 && %ame_run %t.0
// RUN: %ame_cc -O2 -fame-mode=always %s -o %t.all && env AME_OPTIONS=force_aborts=1 %ame_run %t.all
// Intent: counts in small bit-fields that overflow again and again, mostly in hits of the
// cache of deltas: what tests say, and the counts in the end, are the plain program's.
#include <ame/ame.h>
#include <stdio.h>
#include <stdlib.h>

enum { COUNTS = 5, ROUNDS = 4000, CHANGES = 60, PAGE = 4096, WAYS = 8 };

// Counts that lie 4,096 bytes apart share a line.
struct page {
  AME_BITS_FIRST;
  unsigned char kind : 3, natural : 5;
  signed char level : 6;
  unsigned long high : 30, few : 2, rest : 32;
  char padding[PAGE - 16];
};
AME_REFCOUNT_BITS(struct page, natural);
AME_REFCOUNT_BITS(struct page, level);
AME_REFCOUNT_BITS(struct page, few);

static struct page pages[COUNTS];
static unsigned long state = 20261126;

static unsigned draw(void) {
  state = state * 6364136223846793005u + 1442695040888963407u;
  return state >> 40;
}

// One change of a count and what is said of it. It is expanded twice: the plain
// program does to its model what the transaction does to the counts.
#define CHANGE(way, page, step)                                                \
  switch (way) {                                                               \
  case 0:                                                                      \
    return --page->natural == 0;                                               \
  case 1:                                                                      \
    page->natural++;                                                           \
    return 0;                                                                  \
  case 2:                                                                      \
    page->natural += step;                                                     \
    return 0;                                                                  \
  case 3:                                                                      \
    return --page->level <= 0;                                                 \
  case 4:                                                                      \
    page->level += step;                                                       \
    return 0;                                                                  \
  case 5:                                                                      \
    return --page->few != 0;                                                   \
  case 6:                                                                      \
    page->few++;                                                               \
    return 0;                                                                  \
  default:                                                                     \
    page->natural--;                                                           \
    page->level++;                                                             \
    return page->few-- == 1;                                                   \
  }

__attribute__((noinline)) static int change(int way, struct page *page, int step) {
  CHANGE(way, page, step)
}

// No counts.
struct plain {
  unsigned natural : 5, few : 2;
  int level : 6;
};
static struct plain model[COUNTS];
static int change_model(int way, struct plain *page, int step) {
  CHANGE(way, page, step)
}

static int run_round(void) {
  unsigned char ways[CHANGES], places[CHANGES], steps[CHANGES], said[CHANGES];
  int wrong = 0, tests = 0;
  for (int i = 0; i < CHANGES; i++) {
    ways[i] = draw() % WAYS;
    places[i] = draw() % COUNTS;
    steps[i] = draw() % 9;
    said[i] = change_model(ways[i], &model[places[i]], steps[i]);
    tests += said[i];
  }
  AME_ATOMIC {
    for (int i = 0; i < CHANGES; i++)
      wrong += change(ways[i], &pages[places[i]], steps[i]) != said[i];
  }
  for (int i = 0; i < COUNTS; i++)
    wrong += pages[i].natural != model[i].natural || pages[i].level != model[i].level ||
             pages[i].few != model[i].few;
  if (wrong) {
    printf("%d are wrong\n", wrong);
    exit(1);
  }
  return tests;
}

int main(void) {
  long tests = 0;
  for (int round = 0; round < ROUNDS; round++)
    tests += run_round();
  return tests < ROUNDS; // zeros have been found, and more
}
