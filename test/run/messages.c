// RUN: %same_output %s -O0 -O2
// RUN: %same_output %s "-O2 -D_FORTIFY_SOURCE=2" --plain=-D_FORTIFY_SOURCE=2
// RUN: %ame_cc -O2 %s -o %t && not %t err 2> %t.err && FileCheck --check-prefix=ERR %s < %t.err
// RUN: not %t error 2> %t.err && FileCheck --check-prefix=ERROR %s < %t.err
// Intent: warnings and messages for the system's log wait for the commit, in order with other
// output; err and error with a status commit the block and end the process.
#define _GNU_SOURCE
#include <ame/ame.h>
#include <err.h>
#include <errno.h>
#include <error.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

static char text[] = "shared";
static int count;

static void messages(void) {
  count++;
  printf("first %d\n", count);
  errno = ENOENT;
  warn("warning %d of %s", count, text);
  warnx("warning without %2$s %1$d", count, text);
  warn(NULL);
  syslog(LOG_ERR, "log %s %d", text, count);
  printf("between\n");
  errno = ENOENT;
  syslog(LOG_ERR, "%m");
  error(0, 0, "error %s", text);
  error(0, ENOENT, "error %d", count);
  printf("last %u\n", error_message_count);
}

static void print_name(void) { fprintf(stderr, "own name"); }

static void leave(const char *how) {
  AME_ATOMIC {
    count++;
    errno = EACCES;
    if (strcmp(how, "err") == 0)
      err(3, "left with %s", text);
    else
      error(4, EACCES, "left with %d", count);
  }
}
// ERR: messages.c{{.*}}: left with shared: Permission denied
// ERR-NOT: {{.}}
// ERROR: messages.c{{.*}}: left with 1: Permission denied
// ERROR-NOT: {{.}}

int main(int argc, char **argv) {
  program_invocation_name = program_invocation_short_name = argc > 1 ? argv[0] : "name";
  if (argc > 1)
    leave(argv[1]);
  dup2(1, 2);
  setvbuf(stdout, NULL, _IONBF, 0);
  openlog("log", LOG_PERROR, LOG_USER);
  AME_ATOMIC { messages(); }
  error_print_progname = print_name;
  AME_ATOMIC {
    count++;
    error(0, 0, ": message %d", count);
  }
}
