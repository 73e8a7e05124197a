/* Freed blocks that a thread keeps for its next transactions.
 *
 * Chunks of the window are used again as a whole, when the last of their blocks
 * has died. A structure that grows and shrinks all the time would wander through
 * memory with that, and each new node would be a miss. So a thread keeps some of
 * the blocks that its transactions have freed, once nobody can look at them any
 * more (after quiescence), and its next transactions take them first, newest
 * first. Such a block is captured as one just cut is: nobody else knows it. It is
 * not part of the contiguous run, so that it stands in a short table. To its chunk
 * it is alive; the limits are there so that few chunks are kept by nothing else. */
#include "kept_blocks.h"

enum { MOST_BLOCKS = 128, MOST_BYTES = 16384 }; /* of one class */

static void push(struct ame_kept_blocks *kept, void *block, uint32_t size_class) {
  struct ame_free_block *freed = block;
  freed->next = kept->lists[size_class];
  kept->lists[size_class] = freed;
  kept->counts[size_class]++;
}

bool ame_keep_block(struct ame_kept_blocks *kept, void *block, uint32_t size,
                    uint32_t size_class) {
  if (size_class >= AME_KEPT_CLASSES || kept->counts[size_class] >= MOST_BLOCKS ||
      kept->counts[size_class] * size >= MOST_BYTES)
    return false;
  push(kept, block, size_class);
  return true;
}

void *ame_reuse_kept(struct ame_kept_blocks *kept, uint32_t size, uint32_t size_class) {
  if (size_class >= AME_KEPT_CLASSES || !kept->lists[size_class] ||
      kept->reused_count == AME_REUSED_MAX)
    return NULL;
  struct ame_free_block *block = kept->lists[size_class];
  kept->lists[size_class] = block->next;
  kept->counts[size_class]--;
  kept->reused[kept->reused_count++] =
      (struct ame_reused_block){(uintptr_t)block, size, size_class};
  return block;
}

const struct ame_reused_block *ame_reused_at(const struct ame_kept_blocks *kept,
                                             const void *address) {
  for (uint32_t i = 0; i < kept->reused_count; i++)
    if ((uintptr_t)address - kept->reused[i].address < kept->reused[i].size)
      return &kept->reused[i];
  return NULL;
}

void ame_reused_return_all(struct ame_kept_blocks *kept) {
  while (kept->reused_count) {
    const struct ame_reused_block *block = &kept->reused[--kept->reused_count];
    push(kept, (void *)block->address, block->size_class);
  }
}
