/* ame_on_commit and ame_on_abort: functions that run after the transaction's
 * end, outside of it, with their argument.
 *
 * Commit handlers run in the order of registration, abort handlers in reverse;
 * whichever list does not apply is dropped. Both may start transactions and
 * register handlers again: the list that runs is taken out of the thread's state
 * first. The stack of a run belongs to the handler's caller, so that an abort in
 * one of its transactions cannot disturb the list. */
#include "transaction.h"

#define __AME__ 1 /* the declarations, not the fallback with one lock */
#include <ame/ame.h>
#include <mimalloc.h>
#include <string.h>

struct handler {
  void (*fn)(void *);
  void *arg;
};

struct handler_list {
  struct handler *items;
  size_t count, capacity;
};

struct ame_handlers {
  struct handler_list on_commit, on_abort;
};

void ame_handlers_thread_start(struct transaction *tx) {
  tx->handlers = mi_zalloc(sizeof *tx->handlers);
  if (!tx->handlers)
    ame_fatal("out of memory for another thread");
}

static void append(struct handler_list *list, void (*fn)(void *), void *arg) {
  list->items = ame_own_grow(list->items, list->count, &list->capacity,
                             sizeof *list->items);
  list->items[list->count++] = (struct handler){fn, arg};
}

void ame_on_commit(void (*fn)(void *), void *arg) {
  if (!ame_active())
    fn(arg);
  else
    append(&ame_self()->handlers->on_commit, fn, arg);
}

void ame_on_abort(void (*fn)(void *), void *arg) {
  if (ame_active())
    append(&ame_self()->handlers->on_abort, fn, arg);
}

/* Out of the thread's state: a running handler may register new ones. */
static struct handler_list take(struct handler_list *list) {
  const struct handler_list taken = *list;
  *list = (struct handler_list){0};
  return taken;
}

static void give_back(struct handler_list *list, struct handler_list taken) {
  if (list->items) {
    mi_free(taken.items);
    return;
  }
  taken.count = 0;
  *list = taken;
}

void ame_handlers_commit(struct transaction *tx) {
  struct ame_handlers *handlers = tx->handlers;
  handlers->on_abort.count = 0;
  if (ame_likely(handlers->on_commit.count == 0))
    return;
  const struct handler_list list = take(&handlers->on_commit);
  for (size_t i = 0; i < list.count; i++)
    list.items[i].fn(list.items[i].arg);
  give_back(&handlers->on_commit, list);
}

void ame_handlers_abort(struct transaction *tx) {
  struct ame_handlers *handlers = tx->handlers;
  handlers->on_commit.count = 0;
  if (ame_likely(handlers->on_abort.count == 0))
    return;
  const struct handler_list list = take(&handlers->on_abort);
  for (size_t i = list.count; i-- > 0;)
    list.items[i].fn(list.items[i].arg);
  give_back(&handlers->on_abort, list);
}
