// RUN: %ame_cc -O0 %s -o %t.0 && %ame_run %t.0 2 1 1 | FileCheck %s
// RUN: %ame_cc -O2 %s -o %t.2 && %ame_run %t.2 4 2 2 | FileCheck %s
// RUN: env AME_OPTIONS=visible_after=600 %ame_run %t.2 3 1 3 | FileCheck %s
// RUN: env AME_OPTIONS=membarrier=0 %ame_run %t.2 3 1 4 | FileCheck %s
// RUN: env AME_OPTIONS=force_aborts=1 %ame_run %t.2 2 1 5 | FileCheck %s
// CHECK: {{^}}ranges: OK
// Intent: filling and copying blocks of many stripes are single steps to each other
// and to writes of single bytes, also where the ends of neighbours lie in one stripe,
// where part of a range is the transaction's own already, and when a block is undone;
// so are loops that only read (pass/ReadLoops.h).
// All bytes of a block are equal; a copy that is not, inside a transaction too, is a
// violation.
#include "harness.h"

enum { BLOCKS = 24, LARGEST = 70000 };

static unsigned char *block[BLOCKS];
static size_t size[BLOCKS];

AME_PURE __attribute__((noinline)) static void expect_equal(const unsigned char *bytes,
                                                            size_t count, int which) {
  for (size_t i = 1; i < count; i++)
    if (bytes[i] != bytes[0])
      stress_violation("a block's bytes differ", which, (long)i);
}

static void fill(int which, int value, size_t first, int cancelled) {
  AME_ATOMIC {
    /* Part of the range, and parts of its groups, are own before the rest. */
    for (size_t i = first % size[which]; i < size[which] && i < first + 300; i += 37)
      block[which][i] = (unsigned char)value;
    memset(block[which], value, size[which]);
    if (cancelled)
      ame_cancel();
  }
}

static void copy(int from, int to) {
  const size_t count = size[from] < size[to] ? size[from] : size[to];
  AME_ATOMIC {
    memcpy(block[to], block[from], count);
    memset(block[to] + count, block[from][0], size[to] - count);
  }
}

static void look(int which, unsigned char *own) {
  AME_ATOMIC {
    memcpy(own, block[which], size[which]);
    expect_equal(own, size[which], which);
  }
}

static long sum_of(const unsigned char *bytes, size_t count) {
  long sum = 0;
  for (size_t i = 0; i < count; i++)
    sum += bytes[i];
  return sum;
}

/* In two loops, so that the first one's data have to be good until the second's end. */
static void look_in_place(int which) {
  AME_ATOMIC {
    const size_t half = size[which] / 2;
    const long first = sum_of(block[which], half);
    const long second = sum_of(block[which] + half, size[which] - half);
    const long each = block[which][size[which] - 1];
    if (first != each * (long)half || second != each * (long)(size[which] - half))
      stress_violation("the sum of a block's bytes is wrong", which, first);
  }
}

static uint64_t worker(struct stress_worker *self) {
  unsigned char *own = malloc(LARGEST);
  uint64_t done = 0;
  for (; stress_running(); done++) {
    const uint64_t r = stress_random(self);
    const int a = (int)(r / 16 % BLOCKS), b = (int)(r / 1024 % BLOCKS);
    if (r % 8 < 2)
      look(a, own);
    else if (r % 8 < 4)
      look_in_place(a);
    else if (r % 8 < 6 && a != b)
      copy(a, b);
    else
      fill(a, (int)(r >> 40), (r >> 20) % LARGEST, r % 8 == 7);
  }
  free(own);
  return done;
}

int main(int argc, char **argv) {
  unsigned char *area = malloc(BLOCKS * (size_t)LARGEST), *next = area + 13;
  stress_start("ranges", argc, argv);
  for (int i = 0; i < BLOCKS; i++) {
    block[i] = next;
    size[i] = 100 + (size_t)i * (size_t)i * 121 + (size_t)i * 7;
    next += size[i];
    memset(block[i], i, size[i]);
  }
  const uint64_t done = stress_run(worker);
  for (int i = 0; i < BLOCKS; i++)
    expect_equal(block[i], size[i], i);
  free(area);
  return stress_end(done);
}
