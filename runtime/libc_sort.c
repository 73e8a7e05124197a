/* qsort, bsearch, lfind and lsearch with the program's comparison functions.
 *
 * The comparison runs as transactional code, sees the elements where they are,
 * and may do what transactional code may do, even commit at a checkpoint. So no
 * state lives outside the stack and the array: heapsort, in place, every move
 * through barriers. */
#define _GNU_SOURCE
#include "libc_access.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>

typedef int (*comparison)(const void *, const void *, void *);

struct sorting {
  char *base;
  size_t size;
  comparison compare; /* called with context or without: same registers */
  void *context;
};

static char *element(const struct sorting *sorting, size_t index) {
  return sorting->base + index * sorting->size;
}

static bool is_less(const struct sorting *sorting, size_t a, size_t b) {
  return sorting->compare(element(sorting, a), element(sorting, b),
                          sorting->context) < 0;
}

static void swap(const struct sorting *sorting, size_t a, size_t b) {
  char *one = element(sorting, a), *other = element(sorting, b);
  char one_bytes[256], other_bytes[256];
  for (size_t done = 0; done < sorting->size; done += sizeof one_bytes) {
    const size_t left = sorting->size - done;
    const size_t piece = left < sizeof one_bytes ? left : sizeof one_bytes;
    __ame_read_copy(one_bytes, one + done, piece);
    __ame_read_copy(other_bytes, other + done, piece);
    ame_store(one + done, other_bytes, piece);
    ame_store(other + done, one_bytes, piece);
  }
}

static void sift_down(const struct sorting *sorting, size_t root,
                      size_t count) {
  for (size_t child; (child = 2 * root + 1) < count; root = child) {
    if (child + 1 < count && is_less(sorting, child, child + 1))
      child++;
    if (!is_less(sorting, root, child))
      return;
    swap(sorting, root, child);
  }
}

static bool is_sorted(const struct sorting *sorting, size_t count) {
  for (size_t i = 1; i < count; i++)
    if (is_less(sorting, i, i - 1))
      return false;
  return true;
}

static void sort(const struct sorting *sorting, size_t count) {
  if (is_sorted(sorting, count))
    return;
  for (size_t root = count / 2; root-- > 0;)
    sift_down(sorting, root, count);
  for (size_t end = count; end-- > 1;) {
    swap(sorting, 0, end);
    sift_down(sorting, 0, end);
  }
}

static comparison resolve(const void *compare, const char *site) {
  return (comparison)(uintptr_t)__ame_resolve(compare, site);
}

AME_WRAPPER(void, qsort,
            (void *base, size_t count, size_t size,
             int (*compare)(const void *, const void *))) {
  if (!ame_active()) {
    qsort(base, count, size, compare);
    return;
  }
  const struct sorting sorting = {
      base, size,
      resolve((const void *)(uintptr_t)compare, "call of qsort's comparison"),
      NULL};
  sort(&sorting, count);
}

AME_WRAPPER(void, qsort_r,
            (void *base, size_t count, size_t size, comparison compare,
             void *context)) {
  if (!ame_active()) {
    qsort_r(base, count, size, compare, context);
    return;
  }
  const struct sorting sorting = {
      base, size,
      resolve((const void *)(uintptr_t)compare, "call of qsort_r's comparison"),
      context};
  sort(&sorting, count);
}

AME_WRAPPER(void *, bsearch,
            (const void *key, const void *base, size_t count, size_t size,
             int (*compare)(const void *, const void *))) {
  comparison resolved =
      resolve((const void *)(uintptr_t)compare, "call of bsearch's comparison");
  size_t low = 0;
  while (low < count) {
    const size_t middle = low + (count - low) / 2;
    const char *at = (const char *)base + middle * size;
    const int order = resolved(key, at, NULL);
    if (order == 0)
      return (void *)(uintptr_t)at;
    if (order < 0)
      count = middle;
    else
      low = middle + 1;
  }
  return NULL;
}

AME_WRAPPER(void *, lfind,
            (const void *key, const void *base, size_t *count, size_t size,
             int (*compare)(const void *, const void *))) {
  comparison resolved =
      resolve((const void *)(uintptr_t)compare, "call of lfind's comparison");
  size_t length;
  __ame_read_copy(&length, count, sizeof length);
  for (size_t i = 0; i < length; i++) {
    const char *at = (const char *)base + i * size;
    if (resolved(key, at, NULL) == 0)
      return (void *)(uintptr_t)at;
  }
  return NULL;
}

AME_WRAPPER(void *, lsearch,
            (const void *key, void *base, size_t *count, size_t size,
             int (*compare)(const void *, const void *))) {
  void *found = __ame_libc_lfind(key, base, count, size, compare);
  if (found)
    return found;
  size_t length;
  __ame_read_copy(&length, count, sizeof length);
  char *added = (char *)base + length * size;
  __ame_memcpy(added, key, size);
  length++;
  ame_store(count, &length, sizeof length);
  return added;
}

/* --- doubly linked lists whose items begin with both pointers ---------------- */

struct item {
  struct item *next, *previous;
};

static void store_link(struct item **where, struct item *item) {
  ame_store(where, &item, sizeof item);
}

AME_WRAPPER(void, insque, (void *added, void *before)) {
  struct item *item = added, *previous = before, *next = NULL;
  store_link(&item->previous, previous);
  if (previous)
    __ame_read_copy(&next, &previous->next, sizeof next);
  store_link(&item->next, next);
  if (previous)
    store_link(&previous->next, item);
  if (next)
    store_link(&next->previous, item);
}

AME_WRAPPER(void, remque, (void *removed)) {
  struct item item;
  __ame_read_copy(&item, removed, sizeof item);
  if (item.next)
    store_link(&item.next->previous, item.previous);
  if (item.previous)
    store_link(&item.previous->next, item.next);
}
