/* ame_on_commit and ame_on_abort: functions that run after the transaction's
 * end, outside of it, with their argument.
 *
 * Commit handlers are entries of the output queue (io_queue.c): they run in
 * program order with the transaction's output, and in commit order among
 * transactions. Abort handlers run in reverse order of registration; a commit
 * drops them. They may start transactions and register handlers again: the list
 * that runs is taken out of the thread's state first. */
#include "io.h"

#define __AME__ 1 /* the declarations, not the fallback with one lock */
#include <ame/ame.h>
#include <mimalloc.h>
#include <string.h>

struct handler {
  void (*fn)(void *);
  void *arg;
};

struct ame_handlers {
  struct handler *items;
  size_t count, capacity;
};

void ame_handlers_thread_start(struct transaction *tx) {
  tx->handlers = mi_zalloc(sizeof *tx->handlers);
  if (!tx->handlers)
    ame_fatal("out of memory for another thread");
}

void ame_on_commit(void (*fn)(void *), void *arg) {
  const struct io_target target = {
      .kind = IO_HANDLER, .descriptor = -1, .handler = fn};
  if (!ame_active())
    fn(arg);
  else
    ame_io_append_private(&target, &arg, sizeof arg);
}

void ame_on_abort(void (*fn)(void *), void *arg) {
  if (!ame_active())
    return;
  struct ame_handlers *list = ame_self()->handlers;
  ame_self()->to_end |= AME_END_HANDLERS;
  list->items = ame_own_grow(list->items, list->count, &list->capacity,
                             sizeof *list->items);
  list->items[list->count++] = (struct handler){fn, arg};
}

void ame_handlers_commit(struct transaction *tx) { tx->handlers->count = 0; }

/* The memory goes back unless running handlers have registered new ones. */
void ame_handlers_abort(struct transaction *tx) {
  struct ame_handlers *own = tx->handlers;
  if (ame_likely(own->count == 0))
    return;
  struct ame_handlers list = *own;
  *own = (struct ame_handlers){0};
  for (size_t i = list.count; i-- > 0;)
    list.items[i].fn(list.items[i].arg);
  if (own->items) {
    mi_free(list.items);
    return;
  }
  list.count = 0;
  *own = list;
}
