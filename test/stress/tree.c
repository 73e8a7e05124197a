// RUN: %ame_cc -O0 %s -o %t.0 && %ame_run %t.0 2 2 1 | FileCheck %s
// RUN: %ame_cc -O2 %s -o %t.2 && %ame_run %t.2 3 2 2 | FileCheck %s
// CHECK: {{^}}tree: OK
// Intent: a treap (split and merge through pointers to locals, recursion in
// transactional clones) stays a search tree and a heap.
#include "harness.h"

enum { KEYS = 1000 };

struct node {
  long key;
  unsigned priority;
  struct node *left, *right;
};

static struct node *root;
static long count;

/* All nodes less than key go to *less, the others to *rest. */
static void split(struct node *tree, long key, struct node **less,
                  struct node **rest) {
  if (!tree) {
    *less = NULL;
    *rest = NULL;
  } else if (tree->key < key) {
    struct node *between;
    split(tree->right, key, &between, rest);
    tree->right = between;
    *less = tree;
  } else {
    struct node *between;
    split(tree->left, key, less, &between);
    tree->left = between;
    *rest = tree;
  }
}

static struct node *merge(struct node *less, struct node *rest) {
  if (!less)
    return rest;
  if (!rest)
    return less;
  if (less->priority > rest->priority) {
    less->right = merge(less->right, rest);
    return less;
  }
  rest->left = merge(less, rest->left);
  return rest;
}

static int insert(long key, unsigned priority) {
  int inserted;
  AME_ATOMIC {
    struct node *less, *same, *more;
    split(root, key, &less, &more);
    split(more, key + 1, &same, &more);
    inserted = !same;
    if (inserted) {
      same = malloc(sizeof *same);
      *same = (struct node){.key = key, .priority = priority};
      count++;
    }
    root = merge(merge(less, same), more);
  }
  return inserted;
}

static int removes(long key) {
  int removed = 0;
  AME_ATOMIC {
    struct node *less, *same, *more;
    split(root, key, &less, &more);
    split(more, key + 1, &same, &more);
    if (same) {
      STRESS_EXPECT(!same->left && !same->right && same->key == key, key,
                    same->key);
      free(same);
      count--;
      removed = 1;
    }
    root = merge(less, more);
  }
  return removed;
}

static long check(const struct node *tree, long above, long below) {
  if (!tree)
    return 0;
  STRESS_EXPECT(tree->key > above && tree->key < below, tree->key, above);
  STRESS_EXPECT(!tree->left || tree->left->priority <= tree->priority,
                tree->key, tree->priority);
  STRESS_EXPECT(!tree->right || tree->right->priority <= tree->priority,
                tree->key, tree->priority);
  return 1 + check(tree->left, above, tree->key) +
         check(tree->right, tree->key, below);
}

static void check_atomically(void) {
  AME_ATOMIC {
    long seen = check(root, -1, KEYS + 1);
    STRESS_EXPECT(seen == count, seen, count);
  }
}

static long net[STRESS_MAX_THREADS][16];

static uint64_t worker(struct stress_worker *self) {
  uint64_t done = 0;
  long added = 0;
  for (; stress_running(); done++) {
    uint64_t r = stress_random(self);
    long key = (long)(r >> 8) % KEYS;
    if (r % 32 == 0)
      check_atomically();
    else if (r % 2)
      added += insert(key, (unsigned)stress_random(self));
    else
      added -= removes(key);
  }
  net[self->id][0] = added;
  return done;
}

int main(int argc, char **argv) {
  uint64_t done;
  long expected = 0, seen;
  int i;
  stress_start("tree", argc, argv);
  done = stress_run(worker);
  for (i = 0; i < stress_threads; i++)
    expected += net[i][0];
  seen = check(root, -1, KEYS + 1);
  STRESS_EXPECT(seen == expected && seen == count, seen, expected);
  return stress_end(done);
}
