/* A hash table, 64K keys, 20 % updates: half of them insert, half remove. */
#include "../harness/bench.h"
#include "../structures/hashtable.h"

static struct hashtable set;
static long operations AME_IMMUTABLE, keys AME_IMMUTABLE, updates AME_IMMUTABLE;
static long size_at_start;
static long sizes[64];

#define SET_START hashtable_start(&set, keys / 2)
#define SET_INSERT(key) hashtable_insert(&set, key, key)
#define SET_REMOVE(key) (hashtable_remove(&set, key) != 0)
#define SET_CONTAINS(key) (hashtable_find(&set, key) != NULL)

#define SET_CHECK(size) (void)(size)

#include "set.h"
