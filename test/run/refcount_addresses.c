// RUN: %ame_cc -O0 -Rpass-missed=ame -c %s -o %t.o 2>&1 | FileCheck %s --check-prefix=MISSED
// RUN: %ame_cc -O0 %s -o %t.O0 && %ame_run %t.O0
// RUN: %ame_cc -O2 %s -o %t.O2 && %ame_run %t.O2
// RUN: %ame_cc -O2 -fame-mode=always %s -o %t.all && env AME_OPTIONS=force_aborts=1 %ame_run %t.all
// RUN: %clang -I%ame_include -pthread -O2 %s -o %t.plain && %t.plain
// Intent: a function that is given a count's address, and may be inlined later, finds
// the transaction's changes there; what two threads do so, with aborts, is not lost.
#include <ame/ame.h>
#include <pthread.h>
#include <stdio.h>

struct object {
  long value;
  long count AME_REFCOUNT;
  int hits AME_COUNTER;
};
static struct object object;
static int wrong;

enum { ROUNDS = 3000 };

__attribute__((noinline)) static long get(const long *count) { return *count; }
static inline void increase(long *count) { ++*count; }
static void add(int *hits, int by) { *hits += by; }

static void *work(void *unused) {
  for (int i = 0; i < ROUNDS; i++) {
    AME_ATOMIC {
      object.count++;
      const long before = object.count;
      // MISSED: refcount_addresses.c:[[# @LINE + 1]]:{{.*}}the address of a field whose changes are merged is passed on
      increase(&object.count);
      if (get(&object.count) != before + 1 || object.count != before + 1)
        wrong++;
      add(&object.hits, 2);
      object.hits++;
    }
    AME_ATOMIC { object.count++; }
  }
  return unused;
}

int main(void) {
  pthread_t other;
  pthread_create(&other, NULL, work, NULL);
  work(NULL);
  pthread_join(other, NULL);
  if (wrong || object.count != 6 * ROUNDS || object.hits != 6 * ROUNDS) {
    printf("%d wrong, count %ld, hits %d\n", wrong, object.count, object.hits);
    return 1;
  }
  return 0;
}
