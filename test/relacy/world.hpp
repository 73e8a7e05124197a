// What the threads share: two stripes with their records, the clock, and of each thread
// what others look at.
#ifndef AME_TEST_RELACY_WORLD_HPP
#define AME_TEST_RELACY_WORLD_HPP

#include "orders.hpp"

#include <climits>

using word = rl::atomic<unsigned>;
enum { THREADS = 3, STRIPES = 2, ROOM = 8 };
constexpr unsigned LOCK = 0x80000000u, INACTIVE = UINT_MAX, RELEASING = UINT_MAX - 1,
                   KEEPING = UINT_MAX - 2, STEALING = UINT_MAX - 3, NO_SOLITUDE = UINT_MAX;
constexpr unsigned NOBODY = UINT_MAX;
enum state : unsigned { NONE, ACTIVE, DOOMED, COMMITTING };
inline unsigned state_of(unsigned status) { return status & 3; }

struct shared_thread {
  word published, status, owning, own_version, log_end, sequence, sleepers, retry_mark, retry_woken;
  word log[ROOM], marks[STRIPES];
};
struct world {
  word data[STRIPES];
  rl::var<unsigned> place[STRIPES]; // the same memory, for who owns it: races are found
  rl::var<unsigned> table;          // is cleared while nobody runs: the same
  bool clears_table;
  word orec[STRIPES], clock, visible_count, announced, company, retry_waiters;
  shared_thread threads[THREADS];
  unsigned registered; // under the registry's lock: no step of another thread in between
  int count;           // of threads that run

  // By the owner of the stripe, or by plain code that nobody disturbs any more.
  void store_in_place(unsigned stripe, unsigned value) {
    place[stripe]($) = value;
    data[stripe]($).store(value, rl::mo_relaxed);
  }

  void begin(int threads_that_run, unsigned x, unsigned y, unsigned company_now) {
    count = threads_that_run;
    registered = 0;
    table($) = 0;
    clears_table = false;
    for (int i = 0; i < STRIPES; i++) {
      data[i]($).store(i ? y : x, rl::mo_relaxed);
      place[i]($) = 0;
      orec[i]($).store(1, rl::mo_relaxed);
    }
    clock($).store(1, rl::mo_relaxed);
    visible_count($).store(0, rl::mo_relaxed);
    announced($).store(0, rl::mo_relaxed);
    company($).store(company_now, rl::mo_relaxed);
    retry_waiters($).store(0, rl::mo_relaxed);
    for (shared_thread &thread : threads) {
      thread.published($).store(INACTIVE, rl::mo_relaxed);
      thread.status($).store(4, rl::mo_relaxed);
      for (word *zero : {&thread.owning, &thread.own_version, &thread.log_end, &thread.sequence,
                         &thread.sleepers, &thread.retry_mark, &thread.retry_woken})
        (*zero)($).store(0, rl::mo_relaxed);
      for (word &entry : thread.log)
        entry($).store(0, rl::mo_relaxed);
      for (word &mark : thread.marks)
        mark($).store(0, rl::mo_relaxed);
    }
  }
};

#endif
