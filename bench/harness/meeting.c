#include "meeting.h"

#include "bench.h"

#include <sched.h>
#include <stdatomic.h>
#include <unistd.h>

enum { LAP = 20, SPINS = 100000 };

void bench_meeting_of(struct meeting *meeting, int parties) {
  meeting->parties = parties;
  meeting->crowded = parties > sysconf(_SC_NPROCESSORS_ONLN);
}

void bench_meet(struct meeting *meeting) {
  const int held = atomic_load(&meeting->held);
  if (atomic_fetch_add(&meeting->arrived, 1) + 1 == meeting->parties) {
    atomic_store(&meeting->arrived, 0);
    atomic_store(&meeting->held, held + 1);
    return;
  }
  for (long spins = 0; atomic_load(&meeting->held) == held; spins++)
    if (meeting->crowded || spins > SPINS)
      sched_yield();
}

/* Threads that share a processor take a time slice for a meeting, others less
 * than a microsecond. */
static int lap_is_quick(struct meeting *meeting) {
  const double begin = bench_now();
  for (int i = 0; i < LAP; i++)
    bench_meet(meeting);
  return bench_now() - begin < LAP * 5e-6;
}

void bench_meet_running(struct meeting *meeting, int first) {
  const double begin = bench_now();
  do {
    const int quick = lap_is_quick(meeting);
    if (first)
      atomic_store(&meeting->together,
                   quick || meeting->crowded || bench_now() - begin > 0.2);
    bench_meet(meeting);
  } while (!atomic_load(&meeting->together));
}
