// RUN: %ame_cc -O2 %s -o %t && env AME_OPTIONS=stats=1 %ame_run %t 2>&1 | FileCheck %s
// RUN: env AME_OPTIONS=stats_file=%t.json %ame_run %t
// RUN: %python -c "import json; r = json.load(open('%t.json'))['resident']; assert sum(r.values()) == 2 * r['all'], r; assert 4 << 20 <= r['ownership_records'] < 5 << 20, r; assert 1 << 20 <= r['markers'] < 2 << 20, r; assert r['read_logs'] <= 16384, r; assert 0 < r['undo_logs'] <= 1 << 20, r; assert 0 < r['owned_stripes'] <= 256 << 10, r"
// RUN: env AME_OPTIONS=stats_file=%t.json:visible_after=1000000000 %ame_run %t
// RUN: %python -c "import json; r = json.load(open('%t.json'))['resident']; assert r['markers'] == 0, r; assert 0 < r['read_logs'] <= 256 << 10, r"
// Intent: statistics say how much memory the runtime itself keeps: 1/16 of what
// transactions have written for ownership records, 1/64 of what a visible one has
// read for markers; logs of huge transactions have been given back, that of one that
// never turned visible as well.
#include <ame/ame.h>
#include <stdlib.h>

enum { WORDS = 8 << 20 }; // 64 MB

int main(void) {
  long *words = calloc(WORDS, sizeof *words), sum = 0;
  AME_ATOMIC {
    for (long i = 0; i < WORDS; i++)
      sum += words[i];
  }
  AME_ATOMIC {
    for (long i = 0; i < WORDS; i++)
      words[i] = i;
  }
  return sum != 0;
}
// CHECK: ame: runtime's own memory: {{[0-9]+}} kB (ownership records {{.*}}, markers {{.*}}, undo logs {{.*}}, owned stripes {{.*}}, thread blocks {{.*}})
