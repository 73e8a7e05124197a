/* Deferred calls: functions marked AME_DEFER.
 *
 * The pass turns a call into a thunk and a private block of arguments. In a
 * transaction both go into the output queue, so deferred calls and output come
 * in program order at the commit, outside any transaction; outside one the call
 * is made at once. An inevitable transaction defers too. */
#include "io.h"

void __ame_defer(void *thunk, const void *arguments, size_t size) {
  void (*call)(const void *) = (void (*)(const void *))(uintptr_t)thunk;
  if (!ame_active()) {
    call(arguments);
    return;
  }
  const struct io_target target = {
      .kind = IO_CALL, .descriptor = -1, .thunk = call};
  ame_io_append(&target, arguments, size);
}
