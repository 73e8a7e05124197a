// REQUIRES: static-mimalloc
// RUN: %ame_cc -O2 -static %s -o %t.static && %ame_run %t.static | FileCheck %s
// RUN: %ame_cc -O2 -static-pie %s -o %t.pie && %ame_run %t.pie | FileCheck %s
// RUN: %ame_cc -O0 -static -fame-mode=always %s -o %t.always && %ame_run %t.always | FileCheck %s
// RUN: %ame_cc -O2 -static -flto -fuse-ld=lld %s -o %t.lto && %ame_run %t.lto | FileCheck %s
// RUN: env AME_OPTIONS=force_aborts=2 timeout 120 %t.static | FileCheck %s
// RUN: for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16; do %ame_run %t.always quick >/dev/null || exit 1; done
// RUN: not ldd %t.static
// Intent: a program without shared libraries: threads, restarts, allocation that
// is undone, strings, deferred output, and libc's own calls of malloc.
#include <ame/ame.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static long accounts[8];
static char *newest;

static void *work(void *first) {
  for (long i = (long)first; i < 20000; i++)
    AME_ATOMIC {
      accounts[i % 8]--;
      accounts[(i * 3 + 1) % 8]++;
      char *text = malloc(i % 500 + 20);
      sprintf(text, "%ld", i);
      free(newest);
      newest = text;
      if (i == 19999)
        printf("last block\n");
    }
  return NULL;
}

int main(int argc, char **argv) {
  if (argc > 1)
    return 0;
  pthread_t threads[2];
  long sum = 0;
  for (long i = 0; i < 2; i++)
    pthread_create(&threads[i], NULL, work, (void *)(i + 1));
  for (int i = 0; i < 2; i++)
    pthread_join(threads[i], NULL);
  for (int i = 0; i < 8; i++)
    sum += accounts[i];
  char *line = NULL;
  size_t size = 0;
  FILE *stream = open_memstream(&line, &size);
  fprintf(stream, "sum %ld, newest is whole: %d", sum, atol(newest) > 0);
  fclose(stream);
  // CHECK: last block
  // CHECK-NEXT: last block
  // CHECK-NEXT: sum 0, newest is whole: 1
  puts(line);
  free(line);
  free(newest);
  return 0;
}
