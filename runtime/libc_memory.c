/* mem*: ranges of known size.
 *
 * Copies go straight through the core's barriers. Comparisons and searches read
 * consistent pieces into a buffer on the stack. */
#define _GNU_SOURCE
#include "libc_access.h"

#include <string.h>
#include <strings.h>
#include <sys/types.h>

#define PIECE ((size_t)512)

static size_t smaller(size_t a, size_t b) { return a < b ? a : b; }

static void *copy(void *to, const void *from, size_t size) {
  if (ame_active())
    __ame_memcpy(to, from, size);
  else
    memcpy(to, from, size);
  return to;
}

static void *move(void *to, const void *from, size_t size) {
  if (ame_active())
    __ame_memmove(to, from, size);
  else
    memmove(to, from, size);
  return to;
}

static void *set(void *to, int byte, size_t size) {
  __ame_write_range(to, size);
  return memset(to, byte, size);
}

/* The fortified forms were given the destination's size by the compiler. */
static void check(size_t size, size_t destination_size, const char *name) {
  if (ame_unlikely(size > destination_size))
    ame_fatal("%s: buffer overflow detected", name);
}

AME_WRAPPER(void *, memcpy, (void *to, const void *from, size_t size)) {
  return copy(to, from, size);
}
AME_WRAPPER(void *, mempcpy, (void *to, const void *from, size_t size)) {
  return (char *)copy(to, from, size) + size;
}
AME_WRAPPER(void *, memmove, (void *to, const void *from, size_t size)) {
  return move(to, from, size);
}
AME_WRAPPER(void, bcopy, (const void *from, void *to, size_t size)) {
  move(to, from, size);
}
AME_WRAPPER(void *, memset, (void *to, int byte, size_t size)) {
  return set(to, byte, size);
}
AME_WRAPPER(void, bzero, (void *to, size_t size)) { set(to, 0, size); }
AME_WRAPPER(void, explicit_bzero, (void *to, size_t size)) {
  __ame_write_range(to, size);
  explicit_bzero(to, size);
}

AME_WRAPPER(void *, __memcpy_chk,
            (void *to, const void *from, size_t size, size_t room)) {
  check(size, room, "memcpy");
  return copy(to, from, size);
}
AME_WRAPPER(void *, __mempcpy_chk,
            (void *to, const void *from, size_t size, size_t room)) {
  check(size, room, "mempcpy");
  return (char *)copy(to, from, size) + size;
}
AME_WRAPPER(void *, __memmove_chk,
            (void *to, const void *from, size_t size, size_t room)) {
  check(size, room, "memmove");
  return move(to, from, size);
}
AME_WRAPPER(void *, __memset_chk,
            (void *to, int byte, size_t size, size_t room)) {
  check(size, room, "memset");
  return set(to, byte, size);
}
AME_WRAPPER(void, __explicit_bzero_chk, (void *to, size_t size, size_t room)) {
  check(size, room, "explicit_bzero");
  set(to, 0, size);
}

static int compare(const char *a, const char *b, size_t size) {
  char a_piece[PIECE], b_piece[PIECE];
  if (!ame_active())
    return memcmp(a, b, size);
  for (size_t done = 0; done < size; done += PIECE) {
    const size_t piece = smaller(PIECE, size - done);
    __ame_read_copy(a_piece, a + done, piece);
    __ame_read_copy(b_piece, b + done, piece);
    const int order = memcmp(a_piece, b_piece, piece);
    if (order)
      return order;
  }
  return 0;
}

AME_WRAPPER(int, memcmp, (const void *a, const void *b, size_t size)) {
  return compare(a, b, size);
}
AME_WRAPPER(int, bcmp, (const void *a, const void *b, size_t size)) {
  return compare(a, b, size);
}

static void *search(const char *memory, int byte, size_t size) {
  char piece[PIECE];
  for (size_t done = 0; done < size;) {
    /* To the end of a stripe only: callers may pass a size that is larger than
     * the object when they know that the byte is there. */
    const size_t left = 64 - ((uintptr_t)(memory + done) & 63);
    const size_t length = smaller(left, size - done);
    __ame_read_copy(piece, memory + done, length);
    const char *found = memchr(piece, byte, length);
    if (found)
      return (void *)(uintptr_t)(memory + done + (found - piece));
    done += length;
  }
  return NULL;
}

AME_WRAPPER(void *, memchr, (const void *memory, int byte, size_t size)) {
  if (!ame_active())
    return (void *)(uintptr_t)memchr(memory, byte, size);
  return search(memory, byte, size);
}
AME_WRAPPER(void *, rawmemchr, (const void *memory, int byte)) {
  if (!ame_active())
    return (void *)(uintptr_t)rawmemchr(memory, byte);
  return search(memory, byte, SIZE_MAX);
}
AME_WRAPPER(void *, memrchr, (const void *memory, int byte, size_t size)) {
  char piece[PIECE];
  if (!ame_active())
    return (void *)(uintptr_t)memrchr(memory, byte, size);
  while (size) {
    const size_t length = smaller(PIECE, size);
    const char *at = (const char *)memory + size - length;
    __ame_read_copy(piece, at, length);
    const char *found = memrchr(piece, byte, length);
    if (found)
      return (void *)(uintptr_t)(at + (found - piece));
    size -= length;
  }
  return NULL;
}

AME_WRAPPER(void *, memccpy,
            (void *to, const void *from, int byte, size_t size)) {
  if (!ame_active())
    return memccpy(to, from, byte, size);
  const char *found = search(from, byte, size);
  const size_t length = found ? (size_t)(found - (const char *)from) + 1 : size;
  copy(to, from, length);
  return found ? (char *)to + length : NULL;
}
