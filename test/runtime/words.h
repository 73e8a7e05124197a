/* Reads and writes of words by calls of the runtime, as compiled code does them where
 * code size counts more than speed. */
#ifndef AME_WORDS_H
#define AME_WORDS_H

#include "runtime_test.h"

static inline uint64_t read_word(uint64_t *address) {
  uint64_t value;
  __ame_read_copy(&value, address, sizeof value);
  return value;
}

static inline void write_word(uint64_t *address, uint64_t value) {
  __ame_write(address, sizeof value);
  __atomic_store_n(address, value, __ATOMIC_RELAXED);
}
#endif
