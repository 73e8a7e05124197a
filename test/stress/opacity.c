// RUN: %ame_cc -O0 %s -o %t.0 && %ame_run %t.0 2 2 1 | FileCheck %s
// RUN: %ame_cc -O2 %s -o %t.2 && %ame_run %t.2 4 2 2 | FileCheck %s
// CHECK: {{^}}opacity: OK
// Intent: no attempt, not even one that will abort, sees x != y where every
// committed transaction leaves x == y; an index that a doomed attempt got from
// mixed snapshots would leave its array.
#include "harness.h"

enum { PAIRS = 16, LINE = 64 };

struct padded {
  long value;
  char rest[LINE - sizeof(long)];
};

static struct padded x[PAIRS] __attribute__((aligned(LINE)));
static struct padded y[PAIRS] __attribute__((aligned(LINE)));

/* The current array and its size change together. */
struct window {
  long *items;
  char rest[LINE];
  size_t size;
} static window;

static void change(int pair, long by) {
  AME_ATOMIC {
    x[pair].value += by;
    y[pair].value += by;
  }
}

/* All pairs, forwards in one array and backwards in the other. */
static void look(void) {
  AME_ATOMIC {
    long sum = 0;
    int i;
    for (i = 0; i < PAIRS; i++)
      sum += x[i].value;
    for (i = PAIRS - 1; i >= 0; i--)
      sum -= y[i].value;
    STRESS_EXPECT(sum == 0, sum, 0);
  }
}

static void look_at_one(int pair) {
  AME_ATOMIC {
    long a = x[pair].value, b = y[pair].value;
    STRESS_EXPECT(a == b, a, b);
    /* Division by zero where the snapshot is mixed. */
    x[pair].value = a + 0 / (1 + (a - b) * (a - b));
  }
}

static void replace_window(size_t size) {
  AME_ATOMIC {
    size_t i;
    free(window.items);
    window.items = malloc(size * sizeof *window.items);
    for (i = 0; i < size; i++)
      window.items[i] = (long)(i * size);
    window.size = size;
  }
}

static void look_through_window(void) {
  AME_ATOMIC {
    size_t size = window.size;
    if (size) {
      long last = window.items[size - 1];
      STRESS_EXPECT(last == (long)((size - 1) * size), last, size);
    }
  }
}

static uint64_t worker(struct stress_worker *self) {
  uint64_t done = 0;
  for (; stress_running(); done++) {
    uint64_t r = stress_random(self);
    int pair = (int)((r >> 8) % PAIRS);
    switch (r % 6) {
    case 0:
    case 1:
      change(pair, (long)(r >> 20) % 100);
      break;
    case 2:
      look();
      break;
    case 3:
      look_at_one(pair);
      break;
    case 4:
      replace_window(1 + (r >> 16) % 500);
      break;
    case 5:
      look_through_window();
      break;
    }
  }
  return done;
}

int main(int argc, char **argv) {
  uint64_t done;
  int i;
  stress_start("opacity", argc, argv);
  done = stress_run(worker);
  for (i = 0; i < PAIRS; i++)
    STRESS_EXPECT(x[i].value == y[i].value, x[i].value, y[i].value);
  return stress_end(done);
}
