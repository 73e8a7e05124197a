/* A sorted linked list, 512 keys, 20 % updates: half of them insert, half
 * remove. A transaction reads 256 nodes on average. */
#include "../harness/bench.h"
#include "../structures/sortedlist.h"

static struct sortedlist set;
static long operations AME_IMMUTABLE, keys AME_IMMUTABLE, updates AME_IMMUTABLE;
static long size_at_start;
static long sizes[64];

#define SET_START sortedlist_start(&set)
#define SET_INSERT(key) sortedlist_insert(&set, key)
#define SET_REMOVE(key) (sortedlist_remove(&set, key) != 0)
#define SET_CONTAINS(key) (sortedlist_find(&set, key) != NULL)

#define SET_CHECK(size) (void)(size)

#include "set.h"
