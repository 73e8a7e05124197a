/* malloc and its family, for the whole process, on top of mimalloc.
 *
 * Two sets of functions. malloc, free, ... are what plain and uninstrumented
 * code (libc included) calls; __ame_libc_malloc, ... are what the pass calls in
 * transactional code: outside a transaction the same, inside they record what
 * must be undone (transaction_memory.c). Blocks pass freely between both.
 *
 * Semantics are glibc's: realloc(p, 0) frees p and returns NULL, malloc(0) is a
 * unique block. A free of memory that no heap of ours knows goes to glibc's
 * allocator. strdup and strndup need no plain version: libc's call malloc. */
#include "libc_access.h"
#include "memory.h"

#include <errno.h>
#include <mimalloc.h>
#include <stdlib.h>
#include <string.h>

#pragma GCC diagnostic ignored "-Wmissing-prototypes"
#define AME_EXPORT __attribute__((visibility("default")))

void *__libc_realloc(void *block, size_t size) __attribute__((weak));

enum { PAGE = 4096 };

static bool is_power_of_two(size_t value) {
  return value && (value & (value - 1)) == 0;
}

/* --- plain ----------------------------------------------------------------------- */
AME_EXPORT void *malloc(size_t size) {
  void *early;
  if (ame_unlikely(ame_too_early) && (early = ame_early_allocate(size)))
    return early;
  return mi_malloc(size);
}

AME_EXPORT void *calloc(size_t count, size_t size) {
  void *early;
  if (ame_unlikely(ame_too_early) && size <= SIZE_MAX / (count + 1) &&
      (early = ame_early_allocate(count * size)))
    return early;
  return mi_calloc(count, size);
}

/* Somebody may still hold a pointer that this transaction has taken away: the end
 * of an attempt that is doomed is waited for at the commit only. */
static bool others_may_look(const struct transaction *tx) {
  return ame_quiesce_needed(tx, AME_INACTIVE) ||
         atomic_load_explicit(&ame_visible_count, memory_order_seq_cst) >
             (uint32_t)tx->visible;
}

/* By code without barriers. What such code frees before the transaction is
 * irreversible is its own: a library's buffer within a call. */
static bool free_in_transaction(void *block) {
  struct transaction *tx = ame_self_block;
  if (ame_memory_free_if_captured(block))
    return true;
  if (!tx->irreversible || ame_early_room(block) || !others_may_look(tx))
    return false;
  ame_memory_free(tx, block);
  return true;
}

AME_EXPORT void free(void *block) {
  if (!block || (ame_unlikely(ame_active()) && free_in_transaction(block)) ||
      ame_early_room(block))
    return;
  ame_block_release(block);
}

static void *move_block(void *block, size_t old_size, size_t size) {
  void *fresh = mi_malloc(size);
  if (!fresh)
    return NULL;
  memcpy(fresh, block, old_size < size ? old_size : size);
  free(block);
  return fresh;
}

AME_EXPORT void *realloc(void *block, size_t size) {
  if (!block)
    return mi_malloc(size);
  if (size == 0) {
    free(block);
    return NULL;
  }
  const size_t early = ame_early_room(block);
  if (ame_unlikely(early)) {
    void *moved = malloc(size); /* bytes behind the old block do no harm */
    return moved ? memcpy(moved, block, size < early ? size : early) : NULL;
  }
  const size_t old_size = ame_block_size(block);
  if (old_size == 0 && __libc_realloc && !mi_is_in_heap_region(block))
    return __libc_realloc(block, size);
  /* A captured block must leave the attempt's table when it moves. */
  if (ame_in_window(block) || ame_unlikely(ame_active()))
    return size <= old_size ? block : move_block(block, old_size, size);
  return mi_realloc(block, size);
}

AME_EXPORT void *reallocarray(void *block, size_t count, size_t size) {
  size_t total;
  if (__builtin_mul_overflow(count, size, &total)) {
    errno = ENOMEM;
    return NULL;
  }
  return realloc(block, total);
}

AME_EXPORT void *memalign(size_t alignment, size_t size) {
  if (!is_power_of_two(alignment)) {
    errno = EINVAL;
    return NULL;
  }
  return mi_malloc_aligned(size, alignment);
}
AME_EXPORT void *aligned_alloc(size_t alignment, size_t size) {
  return memalign(alignment, size);
}
AME_EXPORT void *valloc(size_t size) { return memalign(PAGE, size); }
AME_EXPORT void *pvalloc(size_t size) {
  return memalign(PAGE, (size + PAGE - 1) & ~(size_t)(PAGE - 1));
}

AME_EXPORT int posix_memalign(void **result, size_t alignment, size_t size) {
  if (!is_power_of_two(alignment) || alignment % sizeof(void *) != 0)
    return EINVAL;
  const int saved = errno;
  void *block = mi_malloc_aligned(size, alignment);
  errno = saved;
  if (!block)
    return ENOMEM;
  *result = block;
  return 0;
}

AME_EXPORT size_t malloc_usable_size(void *block) {
  return block ? ame_block_size(block) : 0;
}

/* --- in transactional code ----------------------------------------------------------- */
AME_EXPORT void *__ame_libc_malloc(size_t size) {
  return ame_active() ? ame_memory_allocate(ame_self_block, size) : mi_malloc(size);
}

AME_EXPORT void *__ame_libc_calloc(size_t count, size_t size) {
  if (!ame_active())
    return mi_calloc(count, size);
  size_t total;
  if (__builtin_mul_overflow(count, size, &total)) {
    errno = ENOMEM;
    return NULL;
  }
  void *block = ame_memory_allocate(ame_self(), total);
  if (!block)
    return NULL;
  /* A block of the window's refusals is not captured, but no one knows it. */
  return memset(block, 0, total);
}

AME_EXPORT void __ame_libc_free(void *block) {
  if (!block)
    return;
  if (ame_active())
    ame_memory_free(ame_self_block, block);
  else
    ame_block_release(block);
}

static void *move_in_transaction(struct transaction *tx, void *block, size_t size) {
  const size_t old_size = ame_block_size(block);
  void *fresh = ame_memory_allocate(tx, size);
  if (!fresh)
    return NULL;
  const size_t kept = old_size < size ? old_size : size;
  if (ame_memory_is_captured(tx, block, 1))
    memcpy(fresh, block, kept);
  else
    __ame_read_copy(fresh, block, kept);
  ame_memory_free(tx, block);
  return fresh;
}

AME_EXPORT void *__ame_libc_realloc(void *block, size_t size) {
  if (!ame_active())
    return realloc(block, size);
  struct transaction *tx = ame_self();
  if (!block)
    return ame_memory_allocate(tx, size);
  if (size == 0) {
    ame_memory_free(tx, block);
    return NULL;
  }
  if (ame_block_size(block) == 0 && !mi_is_in_heap_region(block)) {
    __ame_inevitable("realloc of memory of a foreign allocator");
    return realloc(block, size);
  }
  if (ame_memory_resize_in_place(tx, block, size))
    return block;
  return move_in_transaction(tx, block, size);
}

AME_EXPORT void *__ame_libc_reallocarray(void *block, size_t count, size_t size) {
  size_t total;
  if (__builtin_mul_overflow(count, size, &total)) {
    errno = ENOMEM;
    return NULL;
  }
  return __ame_libc_realloc(block, total);
}

AME_EXPORT void *__ame_libc_memalign(size_t alignment, size_t size) {
  if (!ame_active() || !is_power_of_two(alignment))
    return memalign(alignment, size);
  return ame_memory_allocate_aligned(ame_self(), alignment, size);
}
AME_EXPORT void *__ame_libc_aligned_alloc(size_t alignment, size_t size) {
  return __ame_libc_memalign(alignment, size);
}
AME_EXPORT void *__ame_libc_valloc(size_t size) {
  return __ame_libc_memalign(PAGE, size);
}
AME_EXPORT void *__ame_libc_pvalloc(size_t size) {
  return __ame_libc_memalign(PAGE, (size + PAGE - 1) & ~(size_t)(PAGE - 1));
}

AME_EXPORT int __ame_libc_posix_memalign(void **result, size_t alignment, size_t size) {
  if (!ame_active())
    return posix_memalign(result, alignment, size);
  if (!is_power_of_two(alignment) || alignment % sizeof(void *) != 0)
    return EINVAL;
  const int saved = errno;
  void *block = ame_memory_allocate_aligned(ame_self(), alignment, size);
  errno = saved;
  if (!block)
    return ENOMEM;
  __ame_write_range(result, sizeof *result);
  *result = block;
  return 0;
}

AME_EXPORT size_t __ame_libc_malloc_usable_size(void *block) {
  return malloc_usable_size(block);
}

static char *duplicate(const char *text, size_t limit) {
  const size_t length = ame_string_length(text, limit);
  char *copy = __ame_libc_malloc(length + 1);
  if (!copy)
    return NULL;
  __ame_read_copy(copy, text, length);
  copy[length] = '\0';
  return copy;
}

AME_EXPORT char *__ame_libc_strdup(const char *text) {
  return ame_active() ? duplicate(text, SIZE_MAX) : strdup(text);
}
AME_EXPORT char *__ame_libc_strndup(const char *text, size_t limit) {
  return ame_active() ? duplicate(text, limit) : strndup(text, limit);
}
