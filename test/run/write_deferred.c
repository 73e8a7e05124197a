// RUN: %ame_cc -O0 %s -o %t.O0 && %ame_run %t.O0 | FileCheck %s
// RUN: %ame_cc -O2 %s -o %t.O2 && %ame_run %t.O2 | FileCheck %s
// Intent: write is not done before the commit and never for an aborted attempt.
#include "second_attempt.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>

static int ends[2];
static char arrived_early[100] AME_NOTRACK;

/* What is in the pipe now, from inside of the transaction. */
AME_PURE static long look(char *buffer, size_t size) {
  ssize_t got = read(ends[0], buffer, size - 1);
  if (got < 0)
    return -errno;
  buffer[got] = 0;
  return got;
}

static void run(void) {
  long early = 0, written = 0;
  second_attempt_prepare();
  AME_ATOMIC {
    written = write(ends[1], "hello ", 6);
    written += write(ends[1], "world", 5);
    early = look(arrived_early, sizeof arrived_early);
    second_attempt_force();
  }
  second_attempt_check();
  // CHECK: written 11, early 0
  printf("written %ld, early %d\n", written, early != -EAGAIN);
}

int main(void) {
  char buffer[100];
  if (pipe(ends) != 0 || fcntl(ends[0], F_SETFL, O_NONBLOCK) != 0)
    return 1;
  run();
  // CHECK-NEXT: read 11: hello world
  long got = look(buffer, sizeof buffer);
  printf("read %ld: %s\n", got, buffer);
  AME_ATOMIC {
    write(ends[1], "never", 5);
    ame_cancel();
  }
  // CHECK-NEXT: nothing
  puts(look(buffer, sizeof buffer) == -EAGAIN ? "nothing" : buffer);
  return 0;
}
