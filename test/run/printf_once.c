// RUN: %ame_cc -O0 %s -o %t.O0 && %ame_run %t.O0 > %t.out && %t.O0 check < %t.out | FileCheck %s
// RUN: %ame_cc -O2 %s -o %t.O2 && %ame_run %t.O2 > %t.out && %t.O2 check < %t.out | FileCheck %s
// RUN: %ame_cc -O2 -flto %s -o %t.O2flto && %ame_run %t.O2flto > %t.out && %t.O2flto check < %t.out | FileCheck %s
// RUN: %clang -I%ame_include -pthread -O2 %s -o %t.plain && %t.plain > %t.out && %t.plain check < %t.out | FileCheck %s
// Intent: lines printed in transactions come out exactly once, in the order of
// the commits, and those of one transaction together.
#include <ame/ame.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

enum { THREADS = 3, BLOCKS = 200 };

static int number;

static void *print(void *unused) {
  for (int i = 0; i < BLOCKS; i++) {
    AME_ATOMIC {
      number++;
      printf("begin %d\n", number);
      fputs("middle ", stdout);
      fprintf(stdout, "%s\n", "part");
      puts("end");
    }
  }
  return unused;
}

/* Copies what it reads, checked, to the one line of the verdict. */
static int check(FILE *in) {
  char line[100], wanted[100];
  for (int i = 1; i <= THREADS * BLOCKS; i++) {
    snprintf(wanted, sizeof wanted, "begin %d\nmiddle part\nend\n", i);
    for (char *at = wanted; *at;) {
      if (!fgets(line, sizeof line, in) || strncmp(at, line, strlen(line)) != 0)
        return i;
      at += strlen(line);
    }
  }
  return fgets(line, sizeof line, in) ? -1 : 0;
}

int main(int argc, char **argv) {
  (void)argv;
  pthread_t threads[THREADS];
  if (argc > 1)
    return printf("first wrong block: %d\n", check(stdin)) < 0;
  for (int i = 0; i < THREADS; i++)
    pthread_create(&threads[i], NULL, print, NULL);
  for (int i = 0; i < THREADS; i++)
    pthread_join(threads[i], NULL);
  return 0;
}
// CHECK: first wrong block: 0
