/* A skip list, 64K keys, 20 % updates: half of them insert, half remove. */
#include "../harness/bench.h"

#include "../structures/skiplist.h"

static struct skiplist set;
static long operations AME_IMMUTABLE, keys AME_IMMUTABLE, updates AME_IMMUTABLE;
static long size_at_start;
static long sizes[64];

#define SET_START skiplist_start(&set)
#define SET_INSERT(key) skiplist_insert(&set, key)
#define SET_REMOVE(key) (skiplist_remove(&set, key) != 0)
#define SET_CONTAINS(key) (skiplist_find(&set, key) != NULL)

#define SET_CHECK(size) (void)(size)

#include "set.h"
