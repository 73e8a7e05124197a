/* Barriers around calls of libc functions whose effect on memory the table
 * describes (pass/LibcBarriers.cpp emits the calls).
 *
 * Nothing else may write captured memory and the transaction's own stack: they
 * are passed as they are. */
#define _GNU_SOURCE
#include "libc_access.h"

#include <limits.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

#define MARK_BLOCK_SHIFT 48

size_t __ame_call_begin(void) {
  if (!ame_active())
    return 0;
  const struct ame_scratch_mark mark = ame_scratch_mark();
  return mark.block << MARK_BLOCK_SHIFT | mark.used;
}

void __ame_call_end(size_t mark) {
  if (!ame_active())
    return;
  const size_t used = mark & (((size_t)1 << MARK_BLOCK_SHIFT) - 1);
  ame_scratch_release(
      (struct ame_scratch_mark){mark >> MARK_BLOCK_SHIFT, used});
}

static bool is_range(const void *memory, size_t size) {
  return memory && size && size <= PTRDIFF_MAX;
}

static bool others_may_write(const void *memory, size_t size) {
  struct transaction *tx = ame_active() ? ame_self() : NULL;
  return tx && !ame_on_own_new_stack(tx, memory) &&
         !((tx->to_end & AME_END_MEMORY) &&
           ame_memory_is_captured(tx, memory, size));
}

const void *__ame_call_reads(const void *memory, size_t size) {
  if (!is_range(memory, size) || !others_may_write(memory, size))
    return memory;
  return ame_memory_copy(memory, size);
}

void __ame_call_writes(void *memory, size_t size) {
  if (is_range(memory, size))
    __ame_write_range(memory, size);
}

const void *__ame_call_text(const void *string, size_t limit) {
  if (!string || !others_may_write(string, 1))
    return string;
  return ame_string_copy(string, limit);
}

const void *__ame_call_wide_text(const void *string, size_t limit) {
  if (!string || !others_may_write(string, 1))
    return string;
  return ame_wide_copy(string, limit);
}

void __ame_call_updates_text(void *string) {
  if (string && ame_active())
    __ame_write_range(string, ame_string_length(string, SIZE_MAX) + 1);
}

const void *__ame_call_texts(const void *array) {
  const char *const *from = array;
  const char *text;
  size_t count = 0;
  if (!array || !ame_active())
    return array;
  do
    __ame_read_copy(&text, from + count, sizeof text);
  while (text && ++count);
  const char **copy = ame_scratch_take((count + 1) * sizeof *copy);
  __ame_read_copy(copy, from, (count + 1) * sizeof *copy);
  for (size_t i = 0; i < count; i++)
    copy[i] = __ame_call_text(copy[i], SIZE_MAX);
  return copy;
}

/* NULL: leave it to the system to refuse the vector. */
static struct iovec *copy_vector(const void *vector, size_t count) {
  if (!vector || !ame_active() || count == 0 || count > IOV_MAX)
    return NULL;
  return ame_memory_copy(vector, count * sizeof(struct iovec));
}

const void *__ame_call_vector_reads(const void *vector, size_t count) {
  struct iovec *copy = copy_vector(vector, count);
  for (size_t i = 0; copy && i < count; i++)
    copy[i].iov_base = (void *)(uintptr_t)__ame_call_reads(copy[i].iov_base,
                                                           copy[i].iov_len);
  return copy ? copy : vector;
}

const void *__ame_call_vector_writes(const void *vector, size_t count) {
  const struct iovec *copy = copy_vector(vector, count);
  for (size_t i = 0; copy && i < count; i++)
    __ame_call_writes(copy[i].iov_base, copy[i].iov_len);
  return copy ? copy : vector;
}

size_t __ame_call_length(const void *length) {
  socklen_t value = 0;
  if (length)
    __ame_read_copy(&value, length, sizeof value);
  return value;
}

void *__ame_call_cell(void *where) {
  if (!where || !ame_active())
    return where;
  return memset(ame_scratch_take(sizeof(char *)), 0, sizeof(char *));
}

void __ame_call_store_end(void *where, const void *cell, const void *copy,
                          const void *original) {
  const char *const *const end = cell;
  if (cell == where || !*end)
    return;
  const char *translated =
      (const char *)original + (*end - (const char *)copy);
  ame_store(where, &translated, sizeof translated);
}
