/* What the runtime's unit tests share: transactions without the plugin.
 *
 * A body runs through run_transaction; it is not instrumented, so it calls barriers
 * and wrappers by hand. (ame_run_in_transaction would make it inevitable.) */
#ifndef AME_RUNTIME_TEST_H
#define AME_RUNTIME_TEST_H

#include "transaction.h"

#define __AME__ 1 /* the declarations, not the fallback with one lock */
#include <ame/ame.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
/* After the above: cmocka needs them. */
#include <cmocka.h>

void *__ame_libc_malloc(size_t size);
void *__ame_libc_calloc(size_t count, size_t size);
void *__ame_libc_realloc(void *block, size_t size);
void __ame_libc_free(void *block);
int __ame_libc_posix_memalign(void **result, size_t alignment, size_t size);
void *__ame_libc_aligned_alloc(size_t alignment, size_t size);
size_t __ame_libc_malloc_usable_size(void *block);
char *__ame_libc_strdup(const char *text);
char *__ame_libc_strndup(const char *text, size_t limit);
size_t ame_window_chunks_used(void);

__attribute__((noinline, unused)) static void run_transaction(void (*body)(void *),
                                                              void *arg) {
  char *frame = __builtin_frame_address(0);
  if (__ame_begin("test", frame + sizeof(void *), NULL, 0)) {
    body(arg);
    __ame_commit();
  }
}

/* Abort the running transaction the first `times` times it gets here. */
static inline void abort_first(int *done, int times) {
  if (*done < times) {
    ++*done;
    ame_abort(AME_ABORT_FORCED);
  }
}
#endif
