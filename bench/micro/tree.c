/* A red-black tree, 64K keys, 20 % updates: half of them insert, half remove.
 */
#include "../harness/bench.h"
#include "../structures/rbtree.h"

static struct rbtree set;
static long operations AME_IMMUTABLE, keys AME_IMMUTABLE, updates AME_IMMUTABLE;
static long size_at_start;
static long sizes[64];

#define SET_START set.root = NULL
#define SET_INSERT(key) rbtree_insert(&set, key, &set)
#define SET_REMOVE(key) (rbtree_remove(&set, key) != 0)
#define SET_CONTAINS(key) (rbtree_find(&set, key) != NULL)

static void check_tree(long size) {
  long black;
  BENCH_EXPECT(rbtree_check(set.root, 0, keys, &black) == size);
}
#define SET_CHECK(size) check_tree(size)

#include "set.h"
