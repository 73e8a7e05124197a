/* Where the threads of a benchmark meet: at the begin, and between phases.
 *
 * A sleeping barrier would be measured with the work: the scheduler puts woken
 * threads on one processor now and then and moves them apart milliseconds
 * later, which is as long as some of the benchmarks take. So threads wait for
 * each other awake, and begin when each has a processor of its own. */
#ifndef BENCH_MEETING_H
#define BENCH_MEETING_H

struct meeting {
  _Alignas(64) _Atomic int arrived;
  _Alignas(64) _Atomic int held; /* how many meetings there were */
  _Alignas(64) _Atomic int together;
  int parties;
  int crowded; /* there are fewer processors */
};

/* Before any of the `parties` threads meets. */
void bench_meeting_of(struct meeting *meeting, int parties);
/* Returns when all of them have called it. */
void bench_meet(struct meeting *meeting);
/* The same, and not before all of them run at once, for which it waits a fifth
 * of a second. `first`: true for one of them. */
void bench_meet_running(struct meeting *meeting, int first);

#endif
