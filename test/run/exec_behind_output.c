// RUN: %ame_cc -O2 %s -o %t && %ame_run %t | FileCheck %s
// Intent: exec in a transaction comes behind all output that has committed, also that of
// another thread that is still writing.
#include <ame/ame.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SIZE = 1 << 20 }; /* much more than a pipe holds */

static char *text;
static int committed;
static int out[2], told[2];

static void *write_much(void *unused) {
  AME_ATOMIC {
    if (write(out[1], text, SIZE) != SIZE)
      abort();
    committed = 1;
  }
  return unused;
}

static void child(void) {
  pthread_t thread;
  pthread_create(&thread, NULL, write_much, NULL);
  AME_ATOMIC {
    if (!committed)
      ame_retry();
  }
  if (write(told[1], "x", 1) != 1)
    abort();
  AME_ATOMIC {
    printf("before\n");
    execl("/bin/sh", "sh", "-c", "echo executed", (char *)NULL);
    abort();
  }
}

static size_t read_all(void) {
  char bytes[4096];
  size_t size = 0;
  for (ssize_t more; (more = read(out[0], bytes, sizeof bytes)) > 0;)
    size += (size_t)more;
  return size;
}

int main(void) {
  char byte;
  int status;
  text = malloc(SIZE);
  memset(text, 'x', SIZE);
  if (pipe(out) != 0 || pipe(told) != 0)
    return 2;
  const pid_t pid = fork();
  if (pid == 0) {
    close(out[0]);
    child();
  }
  close(out[1]);
  if (read(told[0], &byte, 1) != 1)
    return 2;
  printf("%zu bytes\n", read_all());
  waitpid(pid, &status, 0);
  printf("status %d\n", status);
  return 0;
}
// CHECK-DAG: {{^}}before
// CHECK-DAG: {{^}}executed
// CHECK-DAG: {{^}}1048576 bytes
// CHECK: status 0
