// RUN: %ame_cc -O0 %s -o %t.0 && %ame_run %t.0 2 2 1 | FileCheck %s
// RUN: %ame_cc -O2 %s -o %t.2 && %ame_run %t.2 3 2 2 | FileCheck %s
// CHECK: {{^}}hashmap: OK
// Intent: a chained hash map that grows and shrinks (new table, every chain
// moved, old table freed, all in one transaction) finds what was put into it.
#include "harness.h"

enum { KEYS = 4096, SMALLEST = 8 };

struct entry {
  uint64_t key, value;
  struct entry *next;
};

struct map {
  struct entry **buckets;
  size_t size; /* a power of two */
  size_t count;
};

static struct map *map;

static uint64_t value_of(uint64_t key) { return key * 0x9e3779b97f4a7c15ull; }
static size_t bucket_of(const struct map *m, uint64_t key) {
  return (value_of(key) >> 40) & (m->size - 1);
}

static struct map *map_new(size_t size) {
  struct map *m = malloc(sizeof *m);
  m->buckets = calloc(size, sizeof *m->buckets);
  m->size = size;
  m->count = 0;
  return m;
}

static struct entry **map_find(struct map *m, uint64_t key) {
  struct entry **link = &m->buckets[bucket_of(m, key)];
  while (*link && (*link)->key != key)
    link = &(*link)->next;
  return link;
}

static void map_resize(struct map *m, size_t size) {
  struct entry **old = m->buckets;
  size_t old_size = m->size, i;
  m->buckets = calloc(size, sizeof *m->buckets);
  m->size = size;
  for (i = 0; i < old_size; i++) {
    struct entry *entry = old[i];
    while (entry) {
      struct entry *next = entry->next;
      struct entry **bucket = &m->buckets[bucket_of(m, entry->key)];
      entry->next = *bucket;
      *bucket = entry;
      entry = next;
    }
  }
  free(old);
}

static int map_put(struct map *m, uint64_t key) {
  struct entry **link = map_find(m, key);
  struct entry *entry;
  if (*link)
    return 0;
  entry = malloc(sizeof *entry);
  entry->key = key;
  entry->value = value_of(key);
  entry->next = NULL;
  *link = entry;
  if (++m->count > 2 * m->size)
    map_resize(m, 2 * m->size);
  return 1;
}

static int map_remove(struct map *m, uint64_t key) {
  struct entry **link = map_find(m, key);
  struct entry *entry = *link;
  if (!entry)
    return 0;
  *link = entry->next;
  entry->value = 0;
  free(entry);
  if (--m->count < m->size / 2 && m->size > SMALLEST)
    map_resize(m, m->size / 2);
  return 1;
}

static int put(uint64_t key) {
  int changed;
  AME_ATOMIC { changed = map_put(map, key); }
  return changed;
}

static int removes(uint64_t key) {
  int changed;
  AME_ATOMIC { changed = map_remove(map, key); }
  return changed;
}

static void look(uint64_t key) {
  AME_ATOMIC {
    struct entry *entry = *map_find(map, key);
    if (entry)
      STRESS_EXPECT(entry->value == value_of(key), key, entry->value);
  }
}

static long net[STRESS_MAX_THREADS][16];

/* Each thread owns the keys that equal its number modulo the threads for
 * writing, so it knows what the map must say about them. */
static uint64_t worker(struct stress_worker *self) {
  static char present[STRESS_MAX_THREADS][KEYS];
  char *mine = present[self->id];
  uint64_t done = 0, slots = KEYS / (uint64_t)stress_threads;
  long added = 0;
  for (; stress_running(); done++) {
    uint64_t r = stress_random(self), slot = (r >> 8) % slots;
    uint64_t key = slot * (uint64_t)stress_threads + (uint64_t)self->id;
    int grow = (done / 4000) % 2 == 0; /* waves, so that tables resize */
    if (r % 4 == 0) {
      look((r >> 20) % KEYS);
    } else if ((r % 8 < 6) == grow) {
      int changed = put(key);
      STRESS_EXPECT(changed == !mine[slot], key, changed);
      mine[slot] = 1;
      added += changed;
    } else {
      int changed = removes(key);
      STRESS_EXPECT(changed == mine[slot], key, changed);
      mine[slot] = 0;
      added -= changed;
    }
  }
  net[self->id][0] = added;
  return done;
}

static size_t count_entries(void) {
  size_t count = 0, i;
  struct entry *entry;
  for (i = 0; i < map->size; i++)
    for (entry = map->buckets[i]; entry; entry = entry->next) {
      STRESS_EXPECT(entry->value == value_of(entry->key), entry->key, 0);
      STRESS_EXPECT(bucket_of(map, entry->key) == i, entry->key, i);
      count++;
    }
  return count;
}

int main(int argc, char **argv) {
  uint64_t done;
  long expected = 0;
  int i;
  stress_start("hashmap", argc, argv);
  map = map_new(SMALLEST);
  done = stress_run(worker);
  for (i = 0; i < stress_threads; i++)
    expected += net[i][0];
  STRESS_EXPECT((long)map->count == expected, map->count, expected);
  STRESS_EXPECT(count_entries() == map->count, count_entries(), map->count);
  return stress_end(done);
}
