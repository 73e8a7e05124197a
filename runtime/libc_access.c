/* Reading and writing program memory on behalf of libc.
 *
 * Strings are read stripe by stripe, because their end is only known once the
 * terminator has been read consistently; nothing beyond the terminator's stripe
 * is touched. What has been read once stays the same for the rest of the
 * attempt, so measuring first and copying afterwards is sound. */
#include "libc_access.h"

#include <string.h>
#include <wchar.h>

#define STRIPE ((size_t)1 << AME_STRIPE_SHIFT)

static size_t bytes_to_stripe_end(const char *at) {
  return STRIPE - ((uintptr_t)at & (STRIPE - 1));
}

static size_t smaller(size_t a, size_t b) { return a < b ? a : b; }

/* How much to read next: to the end of the stripe, but not past a terminator as it
 * looks now, because what follows it need not be the program's to read. Whether
 * it is one is decided by what the barrier reads. */
size_t ame_string_piece(const char *at, size_t left) {
  const size_t size = smaller(bytes_to_stripe_end(at), left);
  const char *end = memchr(at, 0, size);
  return end ? (size_t)(end - at) + 1 : size;
}

size_t ame_string_length(const char *string, size_t limit) {
  char piece[STRIPE];
  size_t length = 0;
  while (length < limit) {
    const char *at = string + length;
    const size_t size = ame_string_piece(at, limit - length);
    __ame_read_copy(piece, at, size);
    const char *end = memchr(piece, 0, size);
    if (end)
      return length + (size_t)(end - piece);
    length += size;
  }
  return limit;
}

size_t ame_wide_length(const wchar_t *string, size_t limit) {
  wchar_t piece[STRIPE / sizeof(wchar_t)];
  size_t length = 0;
  while (length < limit) {
    const wchar_t *at = string + length;
    const size_t left = bytes_to_stripe_end((const char *)at) / sizeof *at;
    const size_t most = smaller(left ? left : 1, limit - length);
    const size_t size = smaller(wcsnlen(at, most) + 1, most);
    __ame_read_copy(piece, at, size * sizeof *at);
    const wchar_t *end = wmemchr(piece, 0, size);
    if (end)
      return length + (size_t)(end - piece);
    length += size;
  }
  return limit;
}

wchar_t *ame_wide_copy(const wchar_t *string, size_t limit) {
  const size_t length = ame_wide_length(string, limit);
  wchar_t *copy = ame_scratch_take((length + 1) * sizeof *copy);
  __ame_read_copy(copy, string, length * sizeof *copy);
  copy[length] = 0;
  return copy;
}

/* Room for `need` more bytes after `length`. */
static char *grow(char *copy, size_t length, size_t *capacity, size_t need) {
  if (length + need <= *capacity)
    return copy;
  *capacity = 2 * (length + need);
  return memcpy(ame_scratch_take(*capacity), copy, length);
}

char *ame_string_copy(const char *string, size_t limit) {
  size_t capacity = 2 * STRIPE, length = 0;
  char *copy = ame_scratch_take(capacity);
  while (length < limit) {
    const char *at = string + length;
    const size_t size = ame_string_piece(at, limit - length);
    copy = grow(copy, length, &capacity, size + 1);
    __ame_read_copy(copy + length, at, size);
    if (memchr(copy + length, 0, size))
      return copy;
    length += size;
  }
  copy = grow(copy, length, &capacity, 1);
  copy[length] = 0;
  return copy;
}

void *ame_memory_copy(const void *memory, size_t size) {
  void *copy = ame_scratch_take(size);
  __ame_read_copy(copy, memory, size);
  return copy;
}

void ame_store(void *destination, const void *bytes, size_t size) {
  __ame_write_range(destination, size);
  memcpy(destination, bytes, size);
}
