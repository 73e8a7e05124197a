/* A hash table of chained nodes: keys and values are words. A fixed number of
 * buckets, a power of two. */
#ifndef HASHTABLE_H
#define HASHTABLE_H

#include <stdlib.h>

struct hashnode {
  struct hashnode *next;
  long key AME_IMMUTABLE, value AME_IMMUTABLE;
};

struct hashtable {
  struct hashnode **buckets AME_IMMUTABLE;
  unsigned long mask AME_IMMUTABLE;
};

static inline void hashtable_start(struct hashtable *table, long buckets) {
  table->buckets = calloc((size_t)buckets, sizeof *table->buckets);
  table->mask = (unsigned long)buckets - 1;
}

static inline struct hashnode **hashtable_bucket(struct hashtable *table,
                                                 long key) {
  const unsigned long hash = (unsigned long)key * 0x9e3779b97f4a7c15ul;
  return &table->buckets[(hash >> 32) & table->mask];
}

static inline struct hashnode *hashtable_find(struct hashtable *table,
                                              long key) {
  struct hashnode *node = *hashtable_bucket(table, key);
  while (node && node->key != key)
    node = node->next;
  return node;
}

/* 1 if the key is new, 0 if it was there (the old value stays). */
static inline int hashtable_insert(struct hashtable *table, long key,
                                   long value) {
  struct hashnode **bucket = hashtable_bucket(table, key), *node = *bucket;
  while (node && node->key != key)
    node = node->next;
  if (node)
    return 0;
  node = malloc(sizeof *node);
  node->key = key;
  node->value = value;
  node->next = *bucket;
  *bucket = node;
  return 1;
}

static inline int hashtable_remove(struct hashtable *table, long key) {
  struct hashnode **link = hashtable_bucket(table, key), *node;
  while ((node = *link) && node->key != key)
    link = &node->next;
  if (!node)
    return 0;
  *link = node->next;
  free(node);
  return 1;
}

#endif
