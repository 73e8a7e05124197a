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

/* Not before constructors run: AddressSanitizer itself frees memory while it is
 * not ready. */
static bool on;
bool ame_too_early = true;

/* What it allocates until then must not wake mimalloc, whose calls of libc come
 * back to AddressSanitizer. Never released. (The C++ library takes 72 kB, for
 * exceptions when there is no memory.) */
static _Alignas(16) char early_memory[1 << 18];
static size_t early_used;

void *ame_early_allocate(size_t size) {
  if (!__asan_poison_memory_region)
    return NULL;
  const size_t room = (size + 15) & ~(size_t)15;
  if (room > sizeof early_memory - early_used)
    ame_fatal("AddressSanitizer needs more memory before main than expected");
  early_used += room;
  return early_memory + early_used - room;
}

size_t ame_early_room(const void *block) {
  const uintptr_t offset = (uintptr_t)block - (uintptr_t)early_memory;
  return offset < sizeof early_memory ? sizeof early_memory - offset : 0;
}

__attribute__((constructor(101))) static void begin(void) {
  ame_too_early = false;
  on = __asan_poison_memory_region && __asan_unpoison_memory_region &&
       __asan_address_is_poisoned;
}

bool ame_quarantine_is_on(void) { return on; }

void ame_poison(void *block, size_t size) {
  if (on)
    __asan_poison_memory_region(block, size);
}

void ame_unpoison(void *block, size_t size) {
  if (on)
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
