/* How much of a program's work is inside its regions: time, by the time-stamp
 * counter, or, with BENCH_CALLGRIND, instructions (callgrind started with
 * --collect-atstart=no collects between the two toggles only). One thread. */
#ifndef BENCH_PROFILE_H
#define BENCH_PROFILE_H

#include <stdint.h>
#include <x86intrin.h>
#ifdef BENCH_CALLGRIND
#include <valgrind/callgrind.h>
#define BENCH_TOGGLE CALLGRIND_TOGGLE_COLLECT
#else
#define BENCH_TOGGLE
#endif

extern uint64_t bench_profile_regions, bench_profile_ticks;
extern int bench_profile_depth;

struct bench_region {
  uint64_t start;
  int once;
};

static inline struct bench_region bench_profile_enter(void) {
  struct bench_region region = {0, 1};
  if (bench_profile_depth++ == 0) {
    bench_profile_regions++;
    region.start = __rdtsc();
    BENCH_TOGGLE;
  }
  return region;
}

static inline void bench_profile_leave(const struct bench_region *region) {
  if (--bench_profile_depth == 0) {
    BENCH_TOGGLE;
    bench_profile_ticks += __rdtsc() - region->start;
  }
}

#endif
