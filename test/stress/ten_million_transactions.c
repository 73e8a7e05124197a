// RUN: %ame_cc -O2 %s -o %t && %ame_run %t | FileCheck %s
// Intent: ten million transactions that alternate between allocating and freeing, by
// two threads that pass blocks to each other: resident memory does not grow, and is
// little for so few blocks.
#include <ame/ame.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { THREADS = 2, EACH = 500000, FIRST = 2, MORE = 8, SLOTS = 64, SHARED = 8 };
struct block {
  long value;
  char rest[];
};
static struct block *own[THREADS][SLOTS], *shared[SHARED];
static long live[THREADS][8]; // a line each

static long resident_kb(void) {
  long size = 0, resident = 0;
  FILE *file = fopen("/proc/self/statm", "r");
  if (!file || fscanf(file, "%ld %ld", &size, &resident) != 2)
    abort();
  fclose(file);
  return resident * (sysconf(_SC_PAGESIZE) / 1024);
}

static void put(struct block **slot, long *count, long i) {
  if (*slot)
    return;
  *slot = malloc(sizeof **slot + (size_t)(i * 2654435761u >> 8) % 200);
  (*slot)->value = i;
  ++*count;
}

static void take(struct block **slot, long *count) {
  if (!*slot)
    return;
  free(*slot);
  *slot = NULL;
  --*count;
}

static void *alternate(void *number) {
  const long me = (long)number;
  unsigned random = (unsigned)me + 1;
  for (long i = 0; i < EACH; i++) {
    random = random * 1664525 + 1013904223;
    struct block **slot = i % 128 < 2 ? &shared[random >> 29] : &own[me][random >> 26];
    AME_ATOMIC {
      if (i % 2 == 0)
        put(slot, live[me], i);
      else
        take(slot, live[me]);
    }
  }
  return NULL;
}

static void round_of_all(void) {
  pthread_t threads[THREADS];
  for (long i = 0; i < THREADS; i++)
    pthread_create(&threads[i], NULL, alternate, (void *)i);
  for (int i = 0; i < THREADS; i++)
    pthread_join(threads[i], NULL);
}

int main(void) {
  long left = 0;
  for (int i = 0; i < FIRST; i++)
    round_of_all();
  const long before = resident_kb();
  for (int i = 0; i < MORE; i++)
    round_of_all();
  const long grown = resident_kb() - before;
  for (int i = 0; i < SLOTS * THREADS; i++)
    left += own[i / SLOTS][i % SLOTS] != NULL;
  for (int i = 0; i < SHARED; i++)
    left += shared[i] != NULL;
  // CHECK: 1: grown by less than 1 MB, 0 blocks lost
  printf("%d: grown by %s 1 MB, %ld blocks lost\n", before < 24 << 10,
         grown < 1024 ? "less than" : "more than", live[0][0] + live[1][0] - left);
  fprintf(stderr, "%ld kB, then %ld kB more\n", before, grown);
  return 0;
}
