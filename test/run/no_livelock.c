// RUN: %ame_cc -O2 %s -o %t && env AME_OPTIONS=stats=1 %ame_run %t 2>&1 | FileCheck %s
// CHECK: all threads: 40000 commits, {{[0-9]?[0-9]?[0-9]?[0-9]}} aborts
// Intent: two transactions that each write what the other has read undo each other
// in step, because an abort gives what it owned new versions. They back off from
// each other, so that most attempts commit (without: as many fail as commit).
#include <ame/ame.h>
#include <pthread.h>

enum { BLOCKS = 20000, WORDS = 8 };

static struct {
  long words[64]; /* stripes of their own */
} side[2][WORDS];
static pthread_barrier_t start;

static long sum(long me) {
  long total = 0;
  for (int i = 0; i < WORDS; i++)
    total += side[me][i].words[0];
  return total;
}

static void *work(void *argument) {
  const long me = (long)argument;
  pthread_barrier_wait(&start);
  for (long n = 0; n < BLOCKS; n++)
    AME_ATOMIC {
      for (int i = 0; i < WORDS; i++)
        side[me][i].words[0] = n + side[!me][i].words[0] % 2;
      side[me][0].words[0] += sum(!me) & 1;
    }
  return NULL;
}

int main(void) {
  pthread_t threads[2];
  pthread_barrier_init(&start, NULL, 2);
  for (long i = 0; i < 2; i++)
    pthread_create(&threads[i], NULL, work, (void *)i);
  for (int i = 0; i < 2; i++)
    pthread_join(threads[i], NULL);
  return 0;
}
