/* Freed blocks that a thread keeps for its next transactions (kept_blocks.c). */
#ifndef AME_KEPT_BLOCKS_H
#define AME_KEPT_BLOCKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#pragma GCC visibility push(hidden)

struct ame_free_block {
  struct ame_free_block *next;
};

enum {
  AME_KEPT_CLASSES = 32, /* those of size_classes.h up to 968 bytes */
  AME_REUSED_MAX = 8     /* blocks an attempt may take; more are cut side by side */
};

struct ame_kept_blocks {
  struct ame_free_block *lists[AME_KEPT_CLASSES];
  uint16_t counts[AME_KEPT_CLASSES];
  struct ame_reused_block {
    uintptr_t address;
    uint32_t size, size_class;
  } reused[AME_REUSED_MAX]; /* by the running attempt: captured */
  uint32_t reused_count;
};

/* False: there are enough of this class. */
bool ame_keep_block(struct ame_kept_blocks *kept, void *block, uint32_t size,
                    uint32_t size_class);
/* Captured from now on; NULL: none, or the attempt has had its share. */
void *ame_reuse_kept(struct ame_kept_blocks *kept, uint32_t size, uint32_t size_class);
/* The reused block that the address lies in, or NULL. */
const struct ame_reused_block *ame_reused_at(const struct ame_kept_blocks *kept,
                                             const void *address);
void ame_reused_return_all(struct ame_kept_blocks *kept); /* abort */

#pragma GCC visibility pop
#endif
