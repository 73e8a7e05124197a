/* A sorted singly linked list of words without duplicates. */
#ifndef SORTEDLIST_H
#define SORTEDLIST_H

#include <stdlib.h>

struct listnode {
  struct listnode *next;
  long key AME_IMMUTABLE;
};

struct sortedlist {
  struct listnode *first;
};

static inline void sortedlist_start(struct sortedlist *list) {
  list->first = NULL;
}

static inline struct listnode **sortedlist_place(struct sortedlist *list,
                                                 long key) {
  struct listnode **link = &list->first, *node;
  while ((node = *link) && node->key < key)
    link = &node->next;
  return link;
}

static inline struct listnode *sortedlist_find(struct sortedlist *list,
                                               long key) {
  struct listnode *node = *sortedlist_place(list, key);
  return node && node->key == key ? node : NULL;
}

static inline int sortedlist_insert(struct sortedlist *list, long key) {
  struct listnode **link = sortedlist_place(list, key), *next = *link, *node;
  if (next && next->key == key)
    return 0;
  node = malloc(sizeof *node);
  node->key = key;
  node->next = next;
  *link = node;
  return 1;
}

static inline int sortedlist_remove(struct sortedlist *list, long key) {
  struct listnode **link = sortedlist_place(list, key), *node = *link;
  if (!node || node->key != key)
    return 0;
  *link = node->next;
  free(node);
  return 1;
}

#endif
