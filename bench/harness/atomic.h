/* The macros of ame.h for every way in which a benchmark is built:
 *
 *   BENCH_PLAIN     regions compile to nothing: the sequential program
 *   BENCH_LIBITM    gcc -fgnu-tm
 *   none of these   ame.h itself: ame with the plugin, one mutex without
 *
 * Sources use AME_ATOMIC, AME_PURE, AME_REFCOUNT, AME_IMMUTABLE, AME_NOTRACK
 * and, for blocks with output, BENCH_ATOMIC_WITH_OUTPUT: libitm has no
 * deferral, so there such a block must be a relaxed transaction, which runs
 * alone.
 *
 * BENCH_PROFILE (with BENCH_PLAIN) adds up the time inside regions;
 * BENCH_CALLGRIND lets callgrind count the instructions inside regions only. */
#ifndef BENCH_ATOMIC_H
#define BENCH_ATOMIC_H

#if defined BENCH_PLAIN || defined BENCH_LIBITM
#define AME_IMMUTABLE
#define AME_REFCOUNT
#define AME_COUNTER
#define AME_THREADLOCAL
#define AME_NOTRACK
#define AME_ATOMIC_AS(name) AME_ATOMIC
#endif

/* Where gcc's transactions need a function to stay one (bench/README.md). */
#ifdef BENCH_LIBITM
#define BENCH_OUTLINE_FOR_GCC __attribute__((noinline))
#else
#define BENCH_OUTLINE_FOR_GCC
#endif

#if defined BENCH_PROFILE
#include "profile.h"
#define AME_PURE
#define AME_ATOMIC                                                             \
  for (__attribute__((                                                         \
           cleanup(bench_profile_leave))) struct bench_region region_ =        \
           bench_profile_enter();                                              \
       region_.once; region_.once = 0)
#define BENCH_ATOMIC_WITH_OUTPUT AME_ATOMIC
#elif defined BENCH_PLAIN
#define AME_PURE
#define AME_ATOMIC for (int once_ = 1; once_; once_ = 0)
#define BENCH_ATOMIC_WITH_OUTPUT AME_ATOMIC
#elif defined BENCH_LIBITM
#define AME_PURE __attribute__((transaction_pure))
#define AME_ATOMIC                                                             \
  for (int once_ = 1; once_; once_ = 0)                                        \
  __transaction_atomic
#define BENCH_ATOMIC_WITH_OUTPUT                                               \
  for (int once_ = 1; once_; once_ = 0)                                        \
  __transaction_relaxed
/* gcc knows no mathematical function as free of side effects on memory. */
AME_PURE double log(double);
AME_PURE double sqrt(double);
AME_PURE double fabs(double);
#else
#include <ame/ame.h>
#define BENCH_ATOMIC_WITH_OUTPUT AME_ATOMIC
#endif

#endif
