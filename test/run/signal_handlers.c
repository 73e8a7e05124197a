// RUN: %ame_cc -O2 -fame-mode=always %s -o %t
// RUN: %ame_run %t kept | FileCheck --check-prefix=KEPT %s
// RUN: env AME_OPTIONS=force_aborts=3 timeout 60 %t kept | FileCheck --check-prefix=KEPT %s
// RUN: %ame_run %t jump | FileCheck --check-prefix=JUMP %s
// RUN: env AME_OPTIONS=force_aborts=3 timeout 60 %t jump | FileCheck --check-prefix=JUMP %s
// RUN: %ame_run %t asked | FileCheck --check-prefix=ASKED %s
// RUN: %ame_run %t forks | FileCheck --check-prefix=FORKS %s
// RUN: %ame_run %t ends | FileCheck --check-prefix=ENDS %s
// RUN: not %t leaves > %t.out && FileCheck --check-prefix=LEAVES %s < %t.out
// RUN: not --crash %t begins 2>&1 | FileCheck --check-prefix=BEGINS %s
// Intent: a handler that interrupts a transaction belongs to none, although it is
// instrumented: what it does stays when the transaction aborts, it reads and writes in
// place, calls libc at once, may jump, fork, end the thread or the process; sigaction
// and its kin answer with the program's own handlers; a block in a handler is an error.
#include <ame/ame.h>
#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static long value, seen, of_handler[64];
static int inside = -1, runs;
static sigjmp_buf place;

/* Plain code sends the signal: the transaction stays as it is, not inevitable. */
AME_PURE __attribute__((noinline)) static void interrupt(int number) {
  raise(number);
}
AME_PURE __attribute__((noinline)) static void say(const char *text) {
  if (write(1, text, strlen(text)) < 0)
    _exit(9);
}

static void note(int number) {
  inside = ame_in_transaction();
  seen = value;
  of_handler[0]++;
  memset(&of_handler[1], number, 8 * sizeof(long));
  free(strdup("handlers may allocate where the program does not"));
  if (write(1, "now\n", 4) != 4)
    _exit(9);
}

// KEPT-COUNT-1: now
// KEPT: runs 1: inside 0, seen 1, handled 1, value 1
static void kept(void) {
  signal(SIGUSR1, note);
  AME_ATOMIC {
    value++;
    if (!of_handler[0])
      interrupt(SIGUSR1);
    runs++;
  }
  printf("runs %d: inside %d, seen %ld, handled %ld, value %ld\n", runs, inside, seen,
         of_handler[0], value);
}

static void jump_out(int number, siginfo_t *info, void *context) {
  (void)context;
  of_handler[0]++;
  if (info->si_signo == number)
    siglongjmp(place, 7);
}

// JUMP: jumped 7, value 12, inside 0
// JUMP: inner jump 7, value 13
static void jump(void) {
  struct sigaction action = {.sa_sigaction = jump_out, .sa_flags = SA_SIGINFO};
  sigaction(SIGUSR2, &action, NULL);
  value = 2;
  const int how = sigsetjmp(place, 1);
  if (!how)
    AME_ATOMIC {
      value = 12;
      interrupt(SIGUSR2);
      value = 13;
    }
  printf("jumped %d, value %ld, inside %d\n", how, value, ame_in_transaction());
  AME_ATOMIC {
    const int inner = sigsetjmp(place, 1);
    if (!inner)
      interrupt(SIGUSR2);
    value++;
    if (inner)
      printf("inner jump %d, value %ld\n", inner, value);
  }
}

static void say_handler(const char *what, void (*function)(int), int flags) {
  const char *name = function == SIG_DFL   ? "default"
                     : function == SIG_IGN ? "ignored"
                     : function == note    ? "note"
                                           : "unknown";
  if (function == (void (*)(int))(void *)jump_out)
    name = "jump_out";
  printf("%s %s %x\n", what, name, (unsigned)flags & (SA_SIGINFO | SA_NODEFER));
}

// ASKED: signal default
// ASKED-NEXT: signal note
// ASKED-NEXT: signal ignored
// ASKED-NEXT: sigaction default 0
// ASKED-NEXT: sigaction jump_out 40000004
// ASKED-NEXT: sigaction jump_out 40000004
// ASKED-NEXT: invalid -1, 22
// ASKED-NEXT: still there jump_out 40000004
// ASKED-NEXT: in a block jump_out 40000004
// ASKED-NEXT: in a block note 0
static void asked(void) {
  struct sigaction old, action = {.sa_sigaction = jump_out,
                                  .sa_flags = SA_SIGINFO | SA_NODEFER};
  say_handler("signal", signal(SIGUSR1, note), 0);
  say_handler("signal", signal(SIGUSR1, SIG_IGN), 0);
  say_handler("signal", signal(SIGUSR1, SIG_DFL), 0);
  sigaction(SIGUSR2, &action, &old);
  say_handler("sigaction", old.sa_handler, old.sa_flags);
  sigaction(SIGUSR2, NULL, &old);
  say_handler("sigaction", old.sa_handler, old.sa_flags);
  sigaction(SIGUSR2, &old, &old);
  say_handler("sigaction", old.sa_handler, old.sa_flags);
  const int result = sigaction(1000, &action, NULL);
  printf("invalid %d, %d\n", result, errno);
  if (signal(SIGKILL, note) == SIG_ERR)
    sigaction(SIGUSR2, NULL, &old);
  say_handler("still there", old.sa_handler, old.sa_flags);
  AME_ATOMIC {
    action.sa_handler = note;
    action.sa_flags = 0;
    sigaction(SIGUSR2, &action, &old);
  }
  say_handler("in a block", old.sa_handler, old.sa_flags);
  sigaction(SIGUSR2, NULL, &old);
  say_handler("in a block", old.sa_handler, old.sa_flags);
}

static void fork_here(int number) {
  (void)number;
  const pid_t child = fork();
  if (child == 0) {
    seen = value;
    _exit(seen == 5 ? 3 : 4);
  }
  int status;
  waitpid(child, &status, 0);
  of_handler[0] = WEXITSTATUS(status);
}

// FORKS: the child saw it: 3, value 6
static void forks(void) {
  signal(SIGUSR1, fork_here);
  AME_ATOMIC {
    value = 5;
    if (!of_handler[0])
      interrupt(SIGUSR1);
    value = 6;
  }
  printf("the child saw it: %ld, value %ld\n", of_handler[0], value);
}

static void end_thread(int number) {
  (void)number;
  pthread_exit(&value);
}
static void *ending(void *unused) {
  AME_ATOMIC {
    value = 8;
    interrupt(SIGUSR1);
  }
  return unused;
}

// ENDS: ended, value 0
static void ends(void) {
  pthread_t thread;
  void *result;
  signal(SIGUSR1, end_thread);
  pthread_create(&thread, NULL, ending, NULL);
  pthread_join(thread, &result);
  AME_ATOMIC { value += 0; }
  printf("%s, value %ld\n", result == &value ? "ended" : "not ended", value);
}

static void leave(int number) {
  (void)number;
  exit(value == 9 ? 5 : 6);
}

// LEAVES: {{^}}before
// LEAVES-NOT: {{.}}
static void leaves(void) {
  signal(SIGUSR1, leave);
  say("before\n");
  AME_ATOMIC {
    printf("queued\n");
    value = 9;
    interrupt(SIGUSR1);
  }
}

static void begin(int number) {
  (void)number;
  AME_ATOMIC { value++; }
}

// BEGINS: ame: fatal: a signal handler begins a transaction: {{.*}} set a flag
static void begins(void) {
  signal(SIGUSR1, begin);
  AME_ATOMIC {
    value++;
    interrupt(SIGUSR1);
  }
}

int main(int argc, char **argv) {
  static const struct {
    const char *name;
    void (*run)(void);
  } cases[] = {{"kept", kept},   {"jump", jump},     {"asked", asked}, {"forks", forks},
               {"ends", ends}, {"leaves", leaves}, {"begins", begins}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    if (argc > 1 && strcmp(argv[1], cases[i].name) == 0)
      cases[i].run();
  return 0;
}
