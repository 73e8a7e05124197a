/* A skip list of words without duplicates. A node's height follows from its
 * key (one of 4 nodes is in the next level), so that runs repeat. */
#ifndef SKIPLIST_H
#define SKIPLIST_H

#include <stdlib.h>

enum { SKIPLIST_LEVELS = 12 };

struct skipnode {
  long key AME_IMMUTABLE;
  long height AME_IMMUTABLE;
  struct skipnode *next[];
};

struct skiplist {
  struct skipnode *head AME_IMMUTABLE;
};

static inline struct skipnode *skiplist_node(long key, long height) {
  struct skipnode *node =
      malloc(sizeof *node + (size_t)height * sizeof node->next[0]);
  node->key = key;
  node->height = height;
  return node;
}

static inline void skiplist_start(struct skiplist *list) {
  list->head = skiplist_node(0, SKIPLIST_LEVELS);
  for (int i = 0; i < SKIPLIST_LEVELS; i++)
    list->head->next[i] = NULL;
}

static inline long skiplist_height(long key) {
  unsigned long bits = (unsigned long)key * 0x9e3779b97f4a7c15ul >> 30;
  long height = 1;
  while (height < SKIPLIST_LEVELS && (bits & 3) == 0) {
    bits >>= 2;
    height++;
  }
  return height;
}

/* The last node before the key in each level; the node with the key, if any. */
static inline struct skipnode *skiplist_search(struct skiplist *list, long key,
                                               struct skipnode **before) {
  struct skipnode *node = list->head, *next = NULL;
  for (int level = SKIPLIST_LEVELS - 1; level >= 0; level--) {
    while ((next = node->next[level]) && next->key < key)
      node = next;
    before[level] = node;
  }
  return next && next->key == key ? next : NULL;
}

static inline struct skipnode *skiplist_find(struct skiplist *list, long key) {
  struct skipnode *node = list->head, *next = NULL;
  for (int level = SKIPLIST_LEVELS - 1; level >= 0; level--)
    while ((next = node->next[level]) && next->key < key)
      node = next;
  return next && next->key == key ? next : NULL;
}

static inline int skiplist_insert(struct skiplist *list, long key) {
  struct skipnode *before[SKIPLIST_LEVELS], *node;
  if (skiplist_search(list, key, before))
    return 0;
  node = skiplist_node(key, skiplist_height(key));
  for (long i = 0; i < node->height; i++) {
    node->next[i] = before[i]->next[i];
    before[i]->next[i] = node;
  }
  return 1;
}

static inline int skiplist_remove(struct skiplist *list, long key) {
  struct skipnode *before[SKIPLIST_LEVELS];
  struct skipnode *node = skiplist_search(list, key, before);
  if (!node)
    return 0;
  for (long i = 0; i < node->height; i++)
    before[i]->next[i] = node->next[i];
  free(node);
  return 1;
}

#endif
