// RUN: %ame_cc -O2 -S -emit-llvm %s -o - | FileCheck %s
// RUN: %ame_cc -O2 %s -o %t -pthread && %ame_run %t
// RUN: env AME_OPTIONS=force_aborts=2 %ame_run %t
// RUN: %ame_cc -O2 -fame-mode=always %s -o %t.always -pthread && %ame_run %t.always
// Intent: a table with one barrier in front of the loop that writes it here and there
// loses no change of two threads, is as before after an abort, also where the block
// has written it before in other ways, and leaves its neighbours alone.
// CHECK: call void @__ame_write_range(ptr {{.*}}, i64 512)
#include <ame/ame.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

enum { ELEMENTS = 64, TURNS = 300, BLOCKS = 300, THREADS = 2 };

static struct {
  long before AME_NOTRACK;
  long counts[ELEMENTS];
  long after AME_NOTRACK;
} table;
static unsigned char inputs[THREADS][TURNS];

#define EXPECT(condition)                                                      \
  do {                                                                         \
    if (!(condition)) {                                                        \
      printf("line %d: %s\n", __LINE__, #condition);                           \
      exit(1);                                                                 \
    }                                                                          \
  } while (0)

__attribute__((noinline)) static void count(const unsigned char *input) {
  for (int i = 0; i < TURNS; i++)
    table.counts[input[i] & 63]++;
}

static void *work(void *input) {
  for (int block = 0; block < BLOCKS; block++)
    AME_ATOMIC { count(input); }
  return NULL;
}

static void add_up(void) {
  pthread_t threads[THREADS];
  long expected[ELEMENTS] = {0};
  for (int t = 0; t < THREADS; t++)
    for (int i = 0; i < TURNS; i++) {
      inputs[t][i] = (unsigned char)(rand() % (t ? 200 : 7));
      expected[inputs[t][i] & 63] += BLOCKS;
    }
  for (int t = 0; t < THREADS; t++)
    EXPECT(pthread_create(&threads[t], NULL, work, inputs[t]) == 0);
  for (int t = 0; t < THREADS; t++)
    pthread_join(threads[t], NULL);
  for (int i = 0; i < ELEMENTS; i++)
    EXPECT(table.counts[i] == expected[i]);
}

static void give_up(void) {
  long was[ELEMENTS];
  for (int i = 0; i < ELEMENTS; i++)
    was[i] = table.counts[i];
  AME_ATOMIC {
    table.counts[3] = 77;
    table.before = table.after = 5; // not undone
    count(inputs[0]);
    count(inputs[1]);
    table.counts[4] = 78;
    ame_cancel();
  }
  for (int i = 0; i < ELEMENTS; i++)
    EXPECT(table.counts[i] == was[i]);
  EXPECT(table.before == 5 && table.after == 5);
}

int main(void) {
  add_up();
  give_up();
  return 0;
}
