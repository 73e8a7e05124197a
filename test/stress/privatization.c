// RUN: %ame_cc  -O0 %s -o %t.0 && %ame_run %t.0 3 2 1 | FileCheck %s
// RUN: %ame_cc  -O2 %s -o %t.2 && %ame_run %t.2 4 2 2 | FileCheck %s
// CHECK: {{^}}privatization: OK
// Intent: after the commit of a transaction that unlinked a node, plain code
// owns the node: no doomed transaction writes it, restores it or sees what
// plain code writes; also when another thread unlinked it (proxy), when the
// wait for doomed transactions is owed over several blocks, and when plain code
// runs inside a later, inevitable block.
#include "harness.h"

enum { SLOTS = 8 };

struct node {
  long a;
  char between[120];
  long b; /* == a whenever the node is shared */
};

static struct node *shared[SLOTS];
static struct node *unlinked[SLOTS]; /* put there by one, taken by another */

static void add(int at) {
  AME_ATOMIC {
    struct node *node = shared[at];
    if (node) {
      STRESS_EXPECT(node->a == node->b, node->a, node->b);
      node->a++;
      node->b++;
    }
  }
}

static void add_everywhere(void) {
  AME_ATOMIC {
    int i;
    for (i = 0; i < SLOTS; i++) {
      struct node *node = shared[i];
      if (node) {
        STRESS_EXPECT(node->a == node->b, node->a, node->b);
        node->a++;
        node->b++;
      }
    }
  }
}

/* Nobody else may see or disturb this: all accesses are plain. */
static void use_plainly(struct node *node, unsigned length) {
  volatile long *a = &node->a, *b = &node->b;
  long start = *a;
  unsigned i;
  STRESS_EXPECT(*b == start, start, *b);
  *a = start + 1000;
  *b = -start;
  for (i = 0; i < length; i++) {
    STRESS_EXPECT(*a == start + 1000, *a, start);
    STRESS_EXPECT(*b == -start, *b, start);
  }
  *a = start;
  *b = start;
}

static void publish(int at, struct node *node) {
  AME_ATOMIC { shared[at] = node; }
}

static void privatize(int at, unsigned length) {
  struct node *node;
  AME_ATOMIC {
    node = shared[at];
    shared[at] = NULL;
  }
  if (!node)
    return;
  use_plainly(node, length);
  publish(at, node);
}

/* Unlinked by a block that another follows at once: its wait is owed. */
static void privatize_two(int at, unsigned length) {
  struct node *first, *second;
  const int next = (at + 3) % SLOTS;
  AME_ATOMIC {
    first = shared[at];
    shared[at] = NULL;
  }
  AME_ATOMIC {
    second = shared[next];
    shared[next] = NULL;
  }
  if (first)
    use_plainly(first, length);
  if (second)
    use_plainly(second, length);
  AME_ATOMIC {
    if (first)
      shared[at] = first;
  }
  AME_ATOMIC {
    if (second)
      shared[next] = second;
  }
}

AME_INEVITABLE static void use_inevitably(struct node *node, unsigned length) {
  use_plainly(node, length);
}

/* Plain code in the middle of the block that follows. */
static void privatize_then_inevitable(int at, unsigned length) {
  struct node *node;
  AME_ATOMIC {
    node = shared[at];
    shared[at] = NULL;
  }
  AME_ATOMIC {
    if (node)
      use_inevitably(node, length);
  }
  AME_ATOMIC {
    if (node)
      shared[at] = node;
  }
}

/* A fresh node in place of the old one, which plain code frees. */
static void replace(int at) {
  struct node *node, *fresh = malloc(sizeof *fresh);
  fresh->a = fresh->b = 0;
  AME_ATOMIC {
    node = shared[at];
    if (node)
      shared[at] = fresh;
  }
  if (node) {
    use_plainly(node, 0);
    memset(node, 0x55, sizeof *node);
    node->b = 0;
    free(node);
  } else {
    free(fresh);
  }
}

static void unlink_for_another(int at) {
  AME_ATOMIC {
    if (shared[at] && !unlinked[at]) {
      unlinked[at] = shared[at];
      shared[at] = NULL;
    }
  }
}

/* The proxy: this thread never unlinked the node itself. It takes it out of the
 * hands of the one that did, by a transaction that writes something else. */
static void use_unlinked(int at, unsigned length) {
  struct node *node;
  AME_ATOMIC {
    node = unlinked[at];
    unlinked[at] = NULL;
  }
  if (!node)
    return;
  use_plainly(node, length);
  publish(at, node);
}

static uint64_t worker(struct stress_worker *self) {
  uint64_t done = 0;
  for (; stress_running(); done++) {
    uint64_t r = stress_random(self);
    int at = (int)((r >> 8) % SLOTS);
    unsigned length = (unsigned)(r >> 16) % 200;
    switch (r % 10) {
    case 0:
    case 1:
      add(at);
      break;
    case 2:
    case 3:
      add_everywhere();
      break;
    case 4:
      privatize(at, length);
      break;
    case 5:
      unlink_for_another(at);
      break;
    case 6:
      use_unlinked(at, length);
      break;
    case 7:
      if ((r >> 24) % 4 == 0)
        replace(at);
      break;
    case 8:
      privatize_two(at, length);
      break;
    case 9:
      if ((r >> 24) % 4 == 0)
        privatize_then_inevitable(at, length);
      break;
    }
  }
  return done;
}

int main(int argc, char **argv) {
  uint64_t done;
  int i;
  stress_start("privatization", argc, argv);
  for (i = 0; i < SLOTS; i++) {
    shared[i] = malloc(sizeof *shared[i]);
    shared[i]->a = shared[i]->b = i;
  }
  done = stress_run(worker);
  for (i = 0; i < SLOTS; i++) {
    struct node *node = shared[i] ? shared[i] : unlinked[i];
    STRESS_EXPECT(node && !(shared[i] && unlinked[i]), i, 0);
    STRESS_EXPECT(node->a == node->b, node->a, node->b);
  }
  return stress_end(done);
}
