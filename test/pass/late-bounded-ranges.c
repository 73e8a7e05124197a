// Intent: a small table that a loop of many turns writes in each turn, at an index that
// cannot leave it, has one barrier in front of the loop; reads of it have none. Not
// where the table may be smaller than the index says, for large tables, few or unknown
// numbers of turns, writes that a turn may do without, gaps between the elements,
// and loops in which the transaction may end.
// RUN: %ame_cc -O2 -fame-mode=always -S -emit-llvm %s -o - | FileCheck %s
// RUN: %clang -O2 -fplugin=%ame_plugin -fpass-plugin=%ame_plugin -D__AME__ -mllvm -ame-mode=always \
// RUN:   -I%ame_include -Rpass=ame-lower -c %s -o %t.o 2>&1 | FileCheck %s --check-prefix=REMARK
#include <ame/ame.h>

struct pair {
  long first, second;
};
static long histogram[256];
static int small[16];
static long large[1024];
static struct pair pairs[16];
static struct {
  long counts[200], behind[100];
} shorter;
long next(void);

// CHECK-LABEL: define {{.*}}@bytes(
// CHECK: call void @__ame_write_range(ptr @histogram, i64 2048)
// CHECK-NOT: @__ame_write
// CHECK: {{^}}}
void bytes(const unsigned char *text) {
  for (int i = 0; i < 1000; i++)
    // REMARK: [[@LINE+1]]:{{[0-9]+}}: remark: no barrier: a table that one barrier before the loop owns
    histogram[text[i]]++;
}

// An index that is masked, or a remainder; the read of another element.
// CHECK-LABEL: define {{.*}}@masked(
// CHECK: call void @__ame_write_range(ptr @small, i64 64)
// CHECK-NOT: call {{.*}}@__ame_{{read|write}}
// CHECK: {{^}}}
long masked(unsigned long random) {
  long sum = 0;
  for (int i = 0; i < 100; i++) {
    sum += small[random >> 8 & 15];
    small[random % 16] = i;
    random = random * 6364136223846793005u + 1442695040888963407u;
  }
  return sum;
}

// CHECK-LABEL: define {{.*}}@argument(
// CHECK: call void @__ame_write_range(ptr {{.*}}, i64 2048)
// CHECK-NOT: @__ame_write{{[( 1-8]}}
// CHECK: {{^}}}
void argument(long table[static 256], unsigned long random) {
  for (int i = 0; i < 500; i++) {
    table[random >> 40 & 255] += i;
    random = random * 6364136223846793005u + 1442695040888963407u;
  }
}

// CHECK-LABEL: define {{.*}}@unknown_size(
// CHECK-NOT: @__ame_write_range
// CHECK: {{^}}}
void unknown_size(long *table, const unsigned char *text) {
  for (int i = 0; i < 1000; i++)
    table[text[i]]++;
}

// CHECK-LABEL: define {{.*}}@too_large(
// CHECK-NOT: @__ame_write_range
// CHECK: {{^}}}
void too_large(unsigned long random) {
  for (int i = 0; i < 100000; i++) {
    large[random & 1023]++;
    random = random * 6364136223846793005u + 1442695040888963407u;
  }
}

// CHECK-LABEL: define {{.*}}@few_turns(
// CHECK-NOT: @__ame_write_range
// CHECK: {{^}}}
void few_turns(const unsigned char *text) {
#pragma clang loop unroll(disable)
  for (int i = 0; i < 100; i++)
    histogram[text[i]]++;
}

// CHECK-LABEL: define {{.*}}@unknown_turns(
// CHECK-NOT: @__ame_write_range
// CHECK: {{^}}}
void unknown_turns(const unsigned char *text, long n) {
  for (long i = 0; i < n; i++)
    histogram[text[i]]++;
}

// CHECK-LABEL: define {{.*}}@not_each_turn(
// CHECK-NOT: @__ame_write_range
// CHECK: {{^}}}
void not_each_turn(const unsigned char *text) {
  for (int i = 0; i < 1000; i++)
    if (text[i] > 40)
      histogram[text[i]]++;
}

// CHECK-LABEL: define {{.*}}@gaps(
// CHECK-NOT: @__ame_write_range
// CHECK: {{^}}}
void gaps(const unsigned char *text) {
  for (int i = 0; i < 1000; i++)
    pairs[text[i] & 15].first++;
}

// What lies behind may belong to somebody else.
// CHECK-LABEL: define {{.*}}@shorter_array(
// CHECK-NOT: @__ame_write_range
// CHECK: {{^}}}
void shorter_array(const unsigned char *text) {
  for (int i = 0; i < 1000; i++)
    shorter.counts[text[i]]++;
}

// CHECK-LABEL: define {{.*}}@part_of_it(
// CHECK-NOT: @__ame_write_range
// CHECK: {{^}}}
void part_of_it(long table[static 300], const unsigned char *text) {
  for (int i = 0; i < 1000; i++)
    table[text[i]]++;
}

// CHECK-LABEL: define {{.*}}@array_in_struct(
// CHECK: call void @__ame_write_range(ptr {{.*}}, i64 512)
// CHECK: {{^}}}
void array_in_struct(const unsigned char *text) {
  for (int i = 0; i < 1000; i++)
    shorter.behind[text[i] & 63]++;
}

// CHECK-LABEL: define {{.*}}@may_end(
// CHECK-NOT: @__ame_write_range
// CHECK: {{^}}}
void may_end(void) {
  for (int i = 0; i < 1000; i++)
    small[next() & 15]++;
}
