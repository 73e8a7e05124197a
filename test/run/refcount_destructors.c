// RUN: %ame_cc -O0 %s -o %t.O0 && bash -c 'ulimit -s 1024; %ame_run %t.O0 100000' | FileCheck %s -DDEPTH=100000
// RUN: %ame_cc -O2 %s -o %t.O2 && bash -c 'ulimit -s 1024; %ame_run %t.O2 10000000' | FileCheck %s -DDEPTH=10000000
// Intent: hooks of a field; destructors that run destructors: a long list does not
// overflow the stack, because in hooks a zero is left to the merge; a field that is
// AME_REFCOUNT_DEFERRED leaves every zero to its hook; resurrection by a
// destructor; destructors that print.
#include <ame/ame.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

void node_is_dead(void *count);
void phoenix_is_dead(void *count);

struct node {
  long count AME_REFCOUNT_DEFERRED(node_is_dead);
  struct node *next;
};
#define OBJECT(type, address) ((struct type *)((char *)(address)-offsetof(struct type, count)))

struct phoenix {
  int count AME_REFCOUNT_DEFERRED(phoenix_is_dead);
  int lives;
};

static long died, lists;
static struct phoenix *nest;
static struct node *shared;

void node_is_dead(void *count) {
  struct node *dead = OBJECT(node, count), *next = dead->next;
  free(dead);
  died++;
  if (next && --next->count == 0)
    abort(); /* is left to the hook */
}

void phoenix_is_dead(void *count) {
  struct phoenix *dead = OBJECT(phoenix, count);
  if (dead->lives-- > 0) {
    dead->count = 1; /* resurrection: somebody has it again */
    nest = dead;
    return;
  }
  printf("the phoenix is dead\n");
  free(dead);
}

static struct node *build(long length) {
  struct node *list = NULL;
  for (long i = 0; i < length; i++) {
    struct node *node = malloc(sizeof *node);
    node->count = 1;
    node->next = list;
    list = node;
  }
  return list;
}

static void drop_nest(void) {
  struct phoenix *old = nest;
  nest = NULL;
  if (old && --old->count == 0)
    abort();
}

int main(int argc, char **argv) {
  const long length = argc > 1 ? atol(argv[1]) : 10;
  struct node *list = build(length);
  AME_ATOMIC {
    if (--list->count == 0)
      abort();
    if (died)
      abort(); /* not before the commit */
  }
  // CHECK: died [[DEPTH]]
  printf("died %ld\n", died);

  /* In one transaction from the allocation to the zero; one survives. */
  died = 0;
  AME_ATOMIC {
    struct node *mine = build(3), *other = build(2);
    shared = other;
    other->count++;
    --mine->count;
    if (mine->count != 0)
      abort(); /* the value itself is what it is */
    mine->count = 1;
    if (--mine->count == 0 || --other->count == 0)
      abort();
  }
  // CHECK-NEXT: died 3, kept 1
  printf("died %ld, kept %ld\n", died, shared->count);

  nest = malloc(sizeof *nest);
  *nest = (struct phoenix){1, 2};
  for (int i = 0; i < 3; i++) {
    AME_ATOMIC { drop_nest(); }
    printf("%s\n", nest ? "it lives" : "gone");
  }
  // CHECK-NEXT: it lives
  // CHECK-NEXT: it lives
  // CHECK-NEXT: the phoenix is dead
  // CHECK-NEXT: gone
  return 0;
}
