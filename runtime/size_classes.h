/* Sizes of the blocks that transactions cut from the window. A block and its header
 * fill a multiple of 16 bytes, and blocks are aligned to that: sizes are 8 more. */
#ifndef AME_SIZE_CLASSES_H
#define AME_SIZE_CLASSES_H

#include <stddef.h>
#include <stdint.h>

/* In front of every block of the window. */
struct header {
  uint32_t size, size_class;
};

enum {
  HEADER = 8,
  FINE_CLASSES = 17, /* 8 .. 264 in steps of 16, then 8 classes a doubling */
  CLASSES = FINE_CLASSES + 5 * 8
};

static inline uint32_t class_of(size_t size) {
  if (size <= 264)
    return (uint32_t)((size + 7) >> 4);
  size -= HEADER + 1;
  const unsigned log = 63u - (unsigned)__builtin_clzll(size); /* 8 .. 12 */
  return FINE_CLASSES + (log - 8) * 8 + (uint32_t)((size >> (log - 3)) & 7);
}

static inline uint32_t size_of_class(uint32_t size_class) {
  if (size_class < FINE_CLASSES)
    return size_class * 16 + 8;
  const uint32_t coarse = size_class - FINE_CLASSES;
  return ((9 + coarse % 8) << (coarse / 8 + 5)) + HEADER;
}

static inline uint32_t size_of_medium(size_t size) {
  return (uint32_t)((size + HEADER + 15) & ~(size_t)15) - HEADER;
}

#endif
