// RUN: %ame_cc -O2 %s -o %t && env AME_OPTIONS=stats=1 %ame_run %t 2>&1 | FileCheck %s
// RUN: %ame_cc -O2 -g %s -o %t.g && env AME_OPTIONS=stats=1 %ame_run %t.g 2>&1 | FileCheck --check-prefix=LINE %s
// RUN: env AME_OPTIONS=stats_file=%t.json %ame_run %t
// RUN: %python -c "import json; r = {x['name']: x for x in json.load(open('%t.json'))['regions']}; assert r['audit']['commits'] == 30, r; assert r['transfer']['commits'] == 70, r; assert r['transfer']['causes']['CANCEL'] == 7, r; assert r['reading']['inevitable'] == 2, r; assert 'unknown' in str(r['reading']['reasons']), r"
// RUN: env AME_OPTIONS=stats=1:stats_regions=0 %ame_run %t 2>&1 | FileCheck --check-prefix=TOTALS --implicit-check-not=region %s
// Intent: statistics count each region by its name (its function without one):
// commits, aborts by cause, time lost, inevitable switches with reasons; those
// that lost the most time come first.
#include <ame/ame.h>
#include <stdio.h>
#include <stdlib.h>

void unknown(int *) __asm__("qqq_unknown");
__asm__(".globl qqq_unknown\nqqq_unknown: ret\n"); // foreign code

static int a = 1000, b;

static void transfer(int cancelled) {
  AME_ATOMIC_AS("transfer") {
    a--;
    b++;
    if (cancelled)
      ame_cancel();
  }
}

__attribute__((noinline)) static int without_name(void) {
  AME_ATOMIC { return a + b; }
  return 0;
}

int main(void) {
  int sum = 0;
  for (int i = 0; i < 77; i++)
    transfer(i % 11 == 0);
  for (int i = 0; i < 30; i++)
    AME_ATOMIC_AS("audit") { sum += a + b; }
  for (int i = 0; i < 2; i++)
    AME_ATOMIC_AS("reading") { unknown(&a); }
  sum += without_name();
  return sum != 31000;
}

// CHECK: ame: region transfer: 70 commits, 7 aborts ({{.*}} ms lost, at most 1 failed attempts), 0 inevitable
// CHECK-NEXT: 7 ame_cancel
// CHECK: ame: region audit: 30 commits, 0 aborts
// CHECK: ame: region reading: 2 commits, 0 aborts {{.*}}, 2 inevitable
// CHECK-NEXT: 2 inevitable: call to {{.*}}unknown at function main
// CHECK: ame: region without_name: 1 commits
// CHECK: ame: all threads: 103 commits, 7 aborts {{.*}}, 2 inevitable
// LINE: ame: region without_name at {{.*}}statistics_regions.c:[[#]]: 1 commits
// TOTALS: ame: all threads: 103 commits, 7 aborts (0.0 ms lost, at most 1 failed attempts), 2 inevitable
