// RUN: %ame_cc -O2 %s -o %t && %ame_run %t
// RUN: %ame_cc -O0 %s -o %t && %ame_run %t
// RUN: %ame_cc -O2 -fame-mode=always %s -o %t && env AME_OPTIONS=force_aborts=1 %ame_run %t
// RUN: %ame_cc -O2 -DLARGEST=0x4000000000000000 %s -o %t && %ame_run %t
// Intent: deltas and answers are right whether or not the cache of deltas holds the
// count: counts that push each other out of it, tested and not, in any order, with
// small steps and with some that are too large for a slack.
#include <ame/ame.h>
#include <stdio.h>
#include <stdlib.h>

enum { COUNTS = 12, ROUNDS = 3000, CHANGES = 60, PAGE = 4096 };
#ifndef LARGEST
#define LARGEST 5
#endif

// Counts that lie 4,096 bytes apart share a line.
struct page {
  long count AME_REFCOUNT;
  char padding[PAGE / 2 - sizeof(long)];
  int narrow AME_REFCOUNT;
  char rest[PAGE / 2 - sizeof(int)];
};
static struct page pages[COUNTS];
static long model[COUNTS], narrow_model[COUNTS];
static unsigned long state = 20261126;

// Inside of transactions nothing of it is shared.
static inline unsigned draw(unsigned long *random) {
  *random = *random * 6364136223846793005u + 1442695040888963407u;
  return *random >> 40;
}

#define EXPECT(condition)                                                      \
  do {                                                                         \
    if (!(condition)) {                                                        \
      printf("line %d: %s\n", __LINE__, #condition);                           \
      exit(1);                                                                 \
    }                                                                          \
  } while (0)

__attribute__((noinline)) static int drop(struct page *page) {
  return --page->count == 0;
}
__attribute__((noinline)) static int drop_narrow(struct page *page) {
  return --page->narrow <= 0;
}
__attribute__((noinline)) static void add(struct page *page, long step) {
  page->count += step;
}

// One change of a count and what it says, like the model's.
static int change(unsigned kind, struct page *page, long step) {
  switch (kind) {
  case 0:
    return drop(page);
  case 1:
    return drop_narrow(page);
  case 2:
    page->count++;
    return 0;
  case 3:
    page->narrow++;
    return 0;
  case 4:
    add(page, step);
    return 0;
  case 5:
    return page->count > 0;
  default:
    add(page, -step);
    return 0;
  }
}

static int change_model(unsigned kind, long *count, long *narrow, long step) {
  switch (kind) {
  case 0:
    return --*count == 0;
  case 1:
    return --*narrow <= 0;
  case 2:
    ++*count;
    return 0;
  case 3:
    ++*narrow;
    return 0;
  case 4:
    *count += step;
    return 0;
  case 5:
    return *count > 0;
  default:
    *count -= step;
    return 0;
  }
}

static void run_round(void) {
  unsigned char kinds[CHANGES], places[CHANGES];
  int said[CHANGES];
  long steps[CHANGES];
  for (int i = 0; i < CHANGES; i++) {
    kinds[i] = draw(&state) % 6;
    places[i] = draw(&state) % COUNTS;
    steps[i] = draw(&state) % 64 ? 1 + draw(&state) % 4 : LARGEST;
    if (kinds[i] == 4 && model[places[i]] > LARGEST) {
      kinds[i] = 6; // back down, to where it may become zero
      steps[i] = LARGEST;
    }
    said[i] = change_model(kinds[i], &model[places[i]], &narrow_model[places[i]],
                           steps[i]);
  }
  AME_ATOMIC {
    for (int i = 0; i < CHANGES; i++)
      if (change(kinds[i], &pages[places[i]], steps[i]) != said[i])
        abort();
  }
  for (int i = 0; i < COUNTS; i++) {
    EXPECT(pages[i].count == model[i]);
    EXPECT(pages[i].narrow == narrow_model[i]);
  }
}

int main(void) {
  for (int i = 0; i < COUNTS; i++) {
    pages[i].count = model[i] = i;
    pages[i].narrow = narrow_model[i] = 3;
  }
  for (int round = 0; round < ROUNDS; round++)
    run_round();
  pages[0].count = LARGEST + 1;
  int found = 0;
  AME_ATOMIC {
    add(&pages[0], -LARGEST);
    found = drop(&pages[0]);
  }
  EXPECT(found);
  return 0;
}
