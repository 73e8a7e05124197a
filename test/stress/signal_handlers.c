// RUN: %ame_cc -fame-mode=always -O0 %s -o %t.0 && %ame_run %t.0 2 1 1 | FileCheck %s
// RUN: %ame_cc -fame-mode=always -O2 %s -o %t.2 && %ame_run %t.2 3 2 2 | FileCheck %s
// RUN: env AME_OPTIONS=force_aborts=2:visible_after=8 timeout 120 %t.2 1 1 3 | FileCheck %s
// CHECK: {{^}}signal_handlers: OK
// Intent: each thread is interrupted by a timer, 10,000 times a second, in the middle
// of transactions, barriers and commits; the handlers are instrumented and write next to
// what the transactions write. Nothing of either is lost, no stripe stays owned: in the
// end each is written by a thread that has owned none.
#include "harness.h"

#include <sys/syscall.h>

enum { ITEMS = 256, MOST_THREADS = 4 };

/* One stripe each: half of transactions, half of handlers. */
struct item {
  _Alignas(64) long balance, moves;
  long of_handlers[MOST_THREADS];
};
static struct item items[ITEMS];
static struct item *list; /* from the heap: the handler follows pointers */
static _Thread_local struct stress_worker *self;
static _Thread_local long signals, handled, volatile_sum;
static long all_handled[STRESS_MAX_THREADS], all_signals[STRESS_MAX_THREADS];

static __attribute__((noinline)) void note(struct item *item, int id, long count) {
  item->of_handlers[id] += count;
  handled += count;
}

/* Two stripes, of the program's data and of the heap, through calls. */
static void handler(int number, siginfo_t *info, void *context) {
  (void)number, (void)context;
  if (ame_in_transaction())
    stress_violation("the handler is in a transaction", 0, 0);
  if (!self || info->si_code != SI_TIMER)
    return;
  signals++;
  note(&items[signals % ITEMS], self->id, 1);
  note(&list[(signals * 7) % ITEMS], self->id, 2);
  volatile_sum += items[0].moves != -1;
}

static void move(struct item *from, struct item *to, long amount) {
  from->balance -= amount;
  from->moves++;
  to->balance += amount;
  to->moves++;
}

static long total(const struct item *of) {
  long sum = 0;
  for (int i = 0; i < ITEMS; i++)
    sum += of[i].balance;
  return sum;
}

static uint64_t worker(struct stress_worker *me) {
  struct sigevent event = {.sigev_notify = SIGEV_THREAD_ID, .sigev_signo = SIGRTMIN};
  const struct itimerspec often = {{0, 100000}, {0, 100000}}, never = {{0, 0}, {0, 0}};
  long moves = 0;
  timer_t timer;
  self = me;
  event._sigev_un._tid = (pid_t)syscall(SYS_gettid);
  if (timer_create(CLOCK_MONOTONIC, &event, &timer) != 0 ||
      timer_settime(timer, 0, &often, NULL) != 0)
    stress_violation("timer", errno, 0);
  while (stress_running()) {
    const uint64_t r = stress_random(me);
    if (r % 64 == 0)
      AME_ATOMIC {
        const long sum = total(items) + total(list);
        STRESS_EXPECT(sum == 0, sum, 0);
      }
    else
      AME_ATOMIC {
        move(&items[(r >> 8) % ITEMS], &list[(r >> 20) % ITEMS], (long)(r >> 40) % 50);
        if (r & 128)
          move(&list[(r >> 9) % ITEMS], &items[(r >> 21) % ITEMS], (long)(r >> 41) % 50);
      }
    moves += r % 64 == 0 ? 0 : r & 128 ? 4 : 2;
  }
  timer_settime(timer, 0, &never, NULL);
  timer_delete(timer);
  all_handled[me->id] = handled;
  all_signals[me->id] = signals;
  STRESS_EXPECT(volatile_sum == signals, volatile_sum, signals);
  return (uint64_t)moves;
}

/* Owns each stripe once more: one that stayed owned would never let it. */
static void *check(void *moves) {
  long sum = 0, made = 0, of_handlers[MOST_THREADS] = {0};
  for (int i = 0; i < ITEMS; i++)
    AME_ATOMIC {
      items[i].balance += list[i].balance;
      list[i].balance = 0;
    }
  for (int i = 0; i < ITEMS; i++) {
    sum += items[i].balance;
    made += items[i].moves + list[i].moves;
    for (int id = 0; id < MOST_THREADS; id++)
      of_handlers[id] += items[i].of_handlers[id] + list[i].of_handlers[id];
  }
  STRESS_EXPECT(sum == 0, sum, 0);
  STRESS_EXPECT(made == *(long *)moves, made, *(long *)moves);
  for (int id = 0; id < stress_threads; id++) {
    STRESS_EXPECT(of_handlers[id] == all_handled[id], of_handlers[id], all_handled[id]);
    STRESS_EXPECT(all_handled[id] == 3 * all_signals[id], all_handled[id], all_signals[id]);
    STRESS_EXPECT(all_signals[id] > 0, id, 0);
  }
  return NULL;
}

int main(int argc, char **argv) {
  struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO | SA_RESTART};
  pthread_t checker;
  stress_start("signal_handlers", argc, argv);
  if (stress_threads > MOST_THREADS)
    stress_violation("at most 4 threads", stress_threads, 0);
  list = aligned_alloc(64, ITEMS * sizeof *list);
  memset(list, 0, ITEMS * sizeof *list);
  sigaction(SIGRTMIN, &action, NULL);
  long moves = (long)stress_run(worker);
  pthread_create(&checker, NULL, check, &moves);
  pthread_join(checker, NULL);
  return stress_end((uint64_t)moves);
}
