/* A red-black tree: keys are words, values pointers or words. Parents are kept,
 * there are no sentinels. */
#ifndef RBTREE_H
#define RBTREE_H

#include <stdlib.h>

struct rbnode {
  long key AME_IMMUTABLE;
  void *value AME_IMMUTABLE;
  struct rbnode *left, *right, *parent;
  long red;
};

struct rbtree {
  struct rbnode *root;
};

static inline struct rbnode *rbtree_find(struct rbtree *tree, long key) {
  struct rbnode *node = tree->root;
  while (node && node->key != key)
    node = key < node->key ? node->left : node->right;
  return node;
}

/* Inlined twice into one region it makes gcc 12 -fgnu-tm crash. */
BENCH_OUTLINE_FOR_GCC static inline void *rbtree_get(struct rbtree *tree,
                                                     long key) {
  struct rbnode *node = rbtree_find(tree, key);
  return node ? node->value : NULL;
}

/* Put `with` where `node` hangs. */
static inline void rbtree_replace(struct rbtree *tree, struct rbnode *node,
                                  struct rbnode *with) {
  if (!node->parent)
    tree->root = with;
  else if (node->parent->left == node)
    node->parent->left = with;
  else
    node->parent->right = with;
  if (with)
    with->parent = node->parent;
}

static inline void rbtree_rotate_left(struct rbtree *tree,
                                      struct rbnode *node) {
  struct rbnode *up = node->right;
  node->right = up->left;
  if (up->left)
    up->left->parent = node;
  rbtree_replace(tree, node, up);
  up->left = node;
  node->parent = up;
}

static inline void rbtree_rotate_right(struct rbtree *tree,
                                       struct rbnode *node) {
  struct rbnode *up = node->left;
  node->left = up->right;
  if (up->right)
    up->right->parent = node;
  rbtree_replace(tree, node, up);
  up->right = node;
  node->parent = up;
}

static inline void rbtree_rebalance_insert(struct rbtree *tree,
                                           struct rbnode *node) {
  struct rbnode *parent, *grand, *uncle;
  while ((parent = node->parent) && parent->red) {
    grand = parent->parent;
    uncle = grand->left == parent ? grand->right : grand->left;
    if (uncle && uncle->red) {
      parent->red = uncle->red = 0;
      grand->red = 1;
      node = grand;
      continue;
    }
    if (grand->left == parent) {
      if (parent->right == node) {
        rbtree_rotate_left(tree, parent);
        parent = node;
      }
      parent->red = 0;
      grand->red = 1;
      rbtree_rotate_right(tree, grand);
    } else {
      if (parent->left == node) {
        rbtree_rotate_right(tree, parent);
        parent = node;
      }
      parent->red = 0;
      grand->red = 1;
      rbtree_rotate_left(tree, grand);
    }
    break;
  }
  if (tree->root->red)
    tree->root->red = 0;
}

/* 1 if the key is new, 0 if it was there (the old value stays). */
static inline int rbtree_insert(struct rbtree *tree, long key, void *value) {
  struct rbnode **link = &tree->root, *parent = NULL, *node;
  while ((node = *link)) {
    if (node->key == key)
      return 0;
    parent = node;
    link = key < node->key ? &node->left : &node->right;
  }
  node = malloc(sizeof *node);
  node->key = key;
  node->value = value;
  node->left = node->right = NULL;
  node->parent = parent;
  node->red = 1;
  *link = node;
  rbtree_rebalance_insert(tree, node);
  return 1;
}

/* `node` (may be null) below `parent` lacks one black node. */
static inline void rbtree_rebalance_remove(struct rbtree *tree,
                                           struct rbnode *node,
                                           struct rbnode *parent) {
  struct rbnode *other;
  while (parent && !(node && node->red)) {
    if (parent->left == node) {
      other = parent->right;
      if (other->red) {
        other->red = 0;
        parent->red = 1;
        rbtree_rotate_left(tree, parent);
        other = parent->right;
      }
      if (!(other->left && other->left->red) &&
          !(other->right && other->right->red)) {
        other->red = 1;
        node = parent;
        parent = node->parent;
        continue;
      }
      if (!(other->right && other->right->red)) {
        other->left->red = 0;
        other->red = 1;
        rbtree_rotate_right(tree, other);
        other = parent->right;
      }
      other->red = parent->red;
      parent->red = 0;
      other->right->red = 0;
      rbtree_rotate_left(tree, parent);
    } else {
      other = parent->left;
      if (other->red) {
        other->red = 0;
        parent->red = 1;
        rbtree_rotate_right(tree, parent);
        other = parent->left;
      }
      if (!(other->left && other->left->red) &&
          !(other->right && other->right->red)) {
        other->red = 1;
        node = parent;
        parent = node->parent;
        continue;
      }
      if (!(other->left && other->left->red)) {
        other->right->red = 0;
        other->red = 1;
        rbtree_rotate_left(tree, other);
        other = parent->left;
      }
      other->red = parent->red;
      parent->red = 0;
      other->left->red = 0;
      rbtree_rotate_right(tree, parent);
    }
    return;
  }
  if (node)
    node->red = 0;
}

/* The value of the key, which is removed; null when it was not there. */
static inline void *rbtree_remove(struct rbtree *tree, long key) {
  struct rbnode *node = rbtree_find(tree, key), *child, *parent;
  void *value;
  long red;
  if (!node)
    return NULL;
  value = node->value;
  if (node->left && node->right) {
    struct rbnode *next = node->right;
    while (next->left)
      next = next->left;
    child = next->right;
    parent = next->parent == node ? next : next->parent;
    red = next->red;
    if (next->parent != node) {
      rbtree_replace(tree, next, child);
      next->right = node->right;
      next->right->parent = next;
    }
    rbtree_replace(tree, node, next);
    next->left = node->left;
    next->left->parent = next;
    next->red = node->red;
  } else {
    child = node->left ? node->left : node->right;
    parent = node->parent;
    red = node->red;
    rbtree_replace(tree, node, child);
  }
  if (!red)
    rbtree_rebalance_remove(tree, child, parent);
  free(node);
  return value;
}

/* For checks: the number of nodes, or -1 when the tree is not a red-black tree;
 * *black receives the number of black nodes on each path. */
static inline long rbtree_check(const struct rbnode *node, long low, long high,
                                long *black) {
  long left, right, black_left = 0, black_right = 0;
  if (!node) {
    *black = 0;
    return 0;
  }
  if (node->key < low || node->key > high ||
      (node->red && ((node->left && node->left->red) ||
                     (node->right && node->right->red))) ||
      (node->left && node->left->parent != node) ||
      (node->right && node->right->parent != node))
    return -1;
  left = rbtree_check(node->left, low, node->key - 1, &black_left);
  right = rbtree_check(node->right, node->key + 1, high, &black_right);
  if (left < 0 || right < 0 || black_left != black_right)
    return -1;
  *black = black_left + !node->red;
  return left + right + 1;
}

#endif
