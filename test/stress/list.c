// RUN: %ame_cc -O0 %s -o %t.0 && %ame_run %t.0 2 2 1 | FileCheck %s
// RUN: %ame_cc -O2 %s -o %t.2 && %ame_run %t.2 3 2 2 | FileCheck %s
// CHECK: {{^}}list: OK
// Intent: a sorted linked list keeps its order and its length while nodes are
// inserted, searched, removed and freed by all threads.
#include "harness.h"

enum { KEYS = 200 };

struct node {
  long key;
  long twice; /* 2 * key: shows a node that was freed and used again */
  struct node *next;
};

static struct node *first;
static long length;

/* The link to the first node whose key is not less. */
static struct node **find(long key) {
  struct node **link = &first;
  while (*link && (*link)->key < key) {
    STRESS_EXPECT((*link)->twice == 2 * (*link)->key, (*link)->key,
                  (*link)->twice);
    link = &(*link)->next;
  }
  return link;
}

static int insert(long key) {
  int inserted = 0;
  AME_ATOMIC {
    struct node **link = find(key);
    if (!*link || (*link)->key != key) {
      struct node *node = malloc(sizeof *node);
      node->key = key;
      node->twice = 2 * key;
      node->next = *link;
      *link = node;
      length++;
      inserted = 1;
    }
  }
  return inserted;
}

static int removes(long key) {
  AME_ATOMIC {
    struct node **link = find(key);
    struct node *node = *link;
    if (!node || node->key != key)
      return 0;
    *link = node->next;
    length--;
    node->twice = -1;
    free(node);
  }
  return 1;
}

static int contains(long key) {
  struct node **link;
  int found = 0;
  AME_ATOMIC {
    link = find(key);
    found = *link && (*link)->key == key;
  }
  return found;
}

static long walk(void) {
  long count = 0, last = -1;
  struct node *node;
  for (node = first; node; node = node->next) {
    STRESS_EXPECT(node->key > last, node->key, last);
    last = node->key;
    count++;
  }
  STRESS_EXPECT(count == length, count, length);
  return count;
}

static void walk_atomically(void) {
  AME_ATOMIC { walk(); }
}

static long net[STRESS_MAX_THREADS][16];

static uint64_t worker(struct stress_worker *self) {
  uint64_t done = 0;
  long added = 0;
  for (; stress_running(); done++) {
    uint64_t r = stress_random(self);
    long key = (long)(r >> 16) % KEYS;
    switch (r % 8) {
    case 0:
    case 1:
    case 2:
      added += insert(key);
      break;
    case 3:
    case 4:
    case 5:
      added -= removes(key);
      break;
    case 6:
      contains(key);
      break;
    case 7:
      walk_atomically();
      break;
    }
  }
  net[self->id][0] = added;
  return done;
}

int main(int argc, char **argv) {
  uint64_t done;
  long expected = 0;
  int i;
  stress_start("list", argc, argv);
  done = stress_run(worker);
  for (i = 0; i < stress_threads; i++)
    expected += net[i][0];
  STRESS_EXPECT(walk() == expected, walk(), expected);
  return stress_end(done);
}
