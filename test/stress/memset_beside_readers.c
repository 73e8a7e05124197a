// RUN: %ame_cc -O0 %s -o %t.0 && %ame_run %t.0 2 1 2 | FileCheck %s
// RUN: %ame_cc -O2 %s -o %t.2 && %ame_run %t.2 2 4 3 | FileCheck %s
// CHECK: {{^}}memset_beside_readers: OK
// Intent: a memset of megabytes is one step to readers of two bytes in it, far
// apart, in any order; also when the range is larger than a table's window.
// Arguments: THREADS, MEGABYTES (at most 64), ROUNDS.
#include <ame/ame.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static unsigned char *bytes;
static size_t size;
static int done;
static long wrong[64];

static void *reader(void *which) {
  unsigned long random = 77 + (unsigned long)which;
  for (int stop = 0; !stop;) {
    unsigned char a, b;
    random = random * 6364136223846793005ul + 1442695040888963407ul;
    const size_t first = (random >> 20) % size, second = (random >> 33) % size;
    AME_ATOMIC {
      a = bytes[first];
      b = bytes[second];
      stop = done;
    }
    wrong[(long)which] += a != b;
  }
  return NULL;
}

int main(int argc, char **argv) {
  const int threads = argc > 1 ? atoi(argv[1]) : 2;
  const int rounds = argc > 3 ? atoi(argv[3]) : 3;
  pthread_t all[64];
  size = (size_t)(argc > 2 ? atoi(argv[2]) : 1) << 20;
  bytes = calloc(size, 1);
  for (long i = 0; i < threads; i++)
    pthread_create(&all[i], NULL, reader, (void *)i);
  for (int i = 1; i <= rounds; i++)
    AME_ATOMIC { memset(bytes, i, size); }
  AME_ATOMIC { done = 1; }
  long sum = 0;
  for (int i = 0; i < threads; i++) {
    pthread_join(all[i], NULL);
    sum += wrong[i];
  }
  printf("memset_beside_readers: %s\n", sum ? "INCONSISTENT" : "OK");
  return sum != 0;
}
