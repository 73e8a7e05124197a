/* Freed blocks under AddressSanitizer.
 *
 * AddressSanitizer knows its own allocator only; programs with ame have another
 * one. So that it sees uses of freed memory all the same, a freed block is marked
 * for it and kept for a while before it may be used again. The redzones around
 * blocks and the report of where a block was allocated are missing. Without
 * AddressSanitizer in the program nothing of this happens. */
#include "memory.h"

#include <pthread.h>

void __asan_poison_memory_region(const volatile void *at, size_t size)
    __attribute__((weak));
void __asan_unpoison_memory_region(const volatile void *at, size_t size)
    __attribute__((weak));
int __asan_address_is_poisoned(const volatile void *at) __attribute__((weak));

enum { KEPT = 1 << 15 };

static void *kept[KEPT];
static size_t next;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

bool ame_quarantine_is_on(void) { return __asan_poison_memory_region != NULL; }

void ame_poison(void *block, size_t size) {
  if (__asan_poison_memory_region)
    __asan_poison_memory_region(block, size);
}

void ame_unpoison(void *block, size_t size) {
  if (__asan_unpoison_memory_region)
    __asan_unpoison_memory_region(block, size);
}

/* The block whose turn it is to be released, or NULL. */
void *ame_quarantine(void *block) {
  const size_t size = ame_block_size(block);
  if (size && __asan_address_is_poisoned(block))
    ame_fatal("double free of %p", block);
  ame_poison(block, size);
  pthread_mutex_lock(&mutex);
  void *oldest = kept[next];
  kept[next] = block;
  next = (next + 1) % KEPT;
  pthread_mutex_unlock(&mutex);
  if (oldest)
    ame_unpoison(oldest, ame_block_size(oldest));
  return oldest;
}
