// RUN: %ame_cc -O2 %s -o %t
// RUN: not %t exit > %t.out && FileCheck --check-prefix=EXIT %s < %t.out
// RUN: not %t _exit > %t.out && FileCheck --check-prefix=UEXIT %s < %t.out
// RUN: not --crash %t abort > %t.out && FileCheck --check-prefix=ABORT %s < %t.out
// RUN: not --crash %t assert > %t.out 2>&1 && FileCheck --check-prefix=ASSERT %s < %t.out
// RUN: not --crash %t fault > %t.out && FileCheck --check-prefix=FAULT %s < %t.out
// RUN: %ame_run %t fork > %t.out && FileCheck --check-prefix=FORK %s < %t.out
// RUN: %ame_run %t vfork > %t.out && FileCheck --check-prefix=VFORK %s < %t.out
// RUN: %ame_run %t system > %t.out && FileCheck --check-prefix=SYSTEM %s < %t.out
// RUN: %ame_run %t popen > %t.out && FileCheck --check-prefix=POPEN %s < %t.out
// RUN: %ame_run %t spawn > %t.out && FileCheck --check-prefix=SPAWN %s < %t.out
// RUN: %ame_run %t exec > %t.out && FileCheck --check-prefix=EXEC %s < %t.out
// RUN: %ame_run %t atexit > %t.out && FileCheck --check-prefix=ATEXIT %s < %t.out
// Intent: what is queued when a block leaves the process, makes another one or ends it comes
// out once, in order; deferred calls run when the block counts as committed.
#include <ame/ame.h>
#include <assert.h>
#include <pthread.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;
static int value;

static void handler(void *text) {
  printf("%s, inside %d\n", (const char *)text, ame_in_transaction());
  fflush(stdout);
}
static void at_exit(void) {
  AME_ATOMIC { printf("at exit: value %d\n", value); }
}

static void leave(const char *how) {
  AME_ATOMIC {
    value = 1;
    printf("queued\n");
    ame_on_commit(handler, "handler");
    if (strcmp(how, "exit") == 0)
      exit(3);
    if (strcmp(how, "_exit") == 0)
      _exit(3);
    if (strcmp(how, "abort") == 0)
      abort();
    if (strcmp(how, "assert") == 0)
      assert(value == 2);
  }
}
// EXIT: {{^}}queued
// EXIT-NEXT: handler, inside 0
// EXIT-NEXT: at exit: value 1
// EXIT-NOT: {{.}}
// UEXIT: {{^}}queued
// UEXIT-NEXT: handler, inside 0
// UEXIT-NOT: {{.}}
// ABORT: {{^}}queued
// ABORT-NOT: {{.}}
// ASSERT: {{^}}queued
// ASSERT-NEXT: {{.*}}Assertion `value == 2' failed.{{$}}
// ASSERT-NOT: handler

static void wait_for(pid_t child) {
  int status;
  waitpid(child, &status, 0);
  printf("child has ended with %d\n", WEXITSTATUS(status));
}

/* What has committed is with the system; what is queued has not happened. */
int *nowhere; /* for all the compiler knows, elsewhere */
static void fault(void) {
  AME_ATOMIC { printf("committed\n"); }
  AME_ATOMIC {
    printf("queued\n");
    *nowhere = 1;
  }
}
// FAULT: {{^}}committed
// FAULT-NOT: {{.}}

static int is_child;
static void fork_inside(void) {
  AME_ATOMIC {
    printf("before\n");
    ame_on_commit(handler, "handler");
    const pid_t child = fork();
    if (child == 0) {
      printf("child\n");
      is_child = 1;
    } else {
      wait_for(child);
    }
    value++;
  }
  if (is_child)
    _exit(value + 4);
}
// FORK: {{^}}before
// FORK-NEXT: child
// FORK-NEXT: handler, inside 0
// FORK-NEXT: child has ended with 5
// FORK-NEXT: end, value 1
// FORK-NOT: {{.}}

static void vfork_inside(void) {
  AME_ATOMIC {
    printf("before\n");
    const pid_t child = vfork();
    if (child == 0)
      _exit(6);
    wait_for(child);
    value++;
  }
}
// VFORK: {{^}}before
// VFORK-NEXT: child has ended with 6
// VFORK-NEXT: end, value 1

static void run_inside(const char *how) {
  char *arguments[] = {"echo", "child", 0};
  char line[100] = "";
  AME_ATOMIC {
    printf("before\n");
    if (strcmp(how, "system") == 0) {
      value = system("echo child") == 0;
    } else if (strcmp(how, "popen") == 0) {
      FILE *child = popen("echo child", "r");
      value = fgets(line, sizeof line, child) && strcmp(line, "child\n") == 0;
      pclose(child);
    } else if (strcmp(how, "spawn") == 0) {
      pid_t child;
      value = posix_spawnp(&child, "echo", 0, 0, arguments, environ) == 0;
      waitpid(child, 0, 0);
    } else {
      execvp("echo", arguments);
    }
    printf("after\n");
  }
}
// SYSTEM: {{^}}before
// SYSTEM-NEXT: child
// SYSTEM-NEXT: after
// SYSTEM-NEXT: end, value 1
// POPEN: {{^}}before
// POPEN-NEXT: after
// POPEN-NEXT: end, value 1
// SPAWN: {{^}}before
// SPAWN-NEXT: child
// SPAWN-NEXT: after
// SPAWN-NEXT: end, value 1
// EXEC: {{^}}before
// EXEC-NEXT: child
// EXEC-NOT: {{.}}

static void register_inside(void) {
  AME_ATOMIC {
    value = 8;
    atexit(at_exit);
    printf("before\n");
  }
}
// ATEXIT: {{^}}before
// ATEXIT-NEXT: end, value 8
// ATEXIT-NEXT: at exit: value 8

int main(int argc, char **argv) {
  const struct rlimit no_core = {0, 0};
  const char *how = argc > 1 ? argv[1] : "";
  setrlimit(RLIMIT_CORE, &no_core);
  if (strcmp(how, "exit") == 0 || strcmp(how, "_exit") == 0)
    atexit(at_exit);
  if (strcmp(how, "fork") == 0)
    fork_inside();
  else if (strcmp(how, "fault") == 0)
    fault();
  else if (strcmp(how, "vfork") == 0)
    vfork_inside();
  else if (strcmp(how, "atexit") == 0)
    register_inside();
  else if (strstr("_exit abort assert", how))
    leave(how);
  else
    run_inside(how);
  printf("end, value %d\n", value);
  return 0;
}
