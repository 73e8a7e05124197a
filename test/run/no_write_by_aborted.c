// REQUIRES: strace
// RUN: %ame_cc -O2 %s -o %t
// RUN: env AME_OPTIONS=force_aborts=2 timeout -k 5 120 strace -f -qq -e trace=write,writev,pwritev,pwrite64,sendmsg -o %t.trace %t
// RUN: grep -c 'block' %t.trace | FileCheck %s
// RUN: grep 'block' %t.trace | sed 's/^[0-9]* *//; s/(.*, "/ "/' | sort | uniq -d | count 0
// RUN: %ame_cc -O2 %ame_source/bench/micro/print.c %ame_source/bench/harness/bench.c %ame_source/bench/harness/meeting.c -o %t.bench
// RUN: env AME_OPTIONS=force_aborts=2 timeout -k 5 120 strace -f -qq -e trace=write,writev,pwritev,pwrite64,sendmsg -o %t.trace %t.bench blocks=300 passes=1 threads=2
// RUN: grep -c 'block' %t.trace | FileCheck %s
// Intent: seen from the system, a log whose blocks all abort twice is written once a
// block: one write for each that commits, none for an attempt that does not. So is
// that of the benchmark, which looks at the order of its lines itself.
#include <ame/ame.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { THREADS = 2, BLOCKS = 150 };

static FILE *output;
static int number;

static void *work(void *unused) {
  for (int i = 0; i < BLOCKS; i++) {
    AME_ATOMIC {
      fprintf(output, "block %d ", number);
      fputs("of the log\n", output);
      number++;
    }
  }
  return unused;
}

int main(void) {
  char name[] = "/tmp/ame-log-XXXXXX";
  pthread_t threads[THREADS];
  output = fdopen(mkstemp(name), "w");
  unlink(name);
  for (int i = 0; i < THREADS; i++)
    pthread_create(&threads[i], 0, work, 0);
  for (int i = 0; i < THREADS; i++)
    pthread_join(threads[i], 0);
  return fclose(output);
}
// CHECK: {{^}}300{{$}}
