/* Private memory of the wrappers: a stack of blocks per transaction.
 *
 * Block i holds at least FIRST_BLOCK << i bytes. Blocks are allocated when
 * first needed, kept for the life of the thread block, and never move, so
 * pointers into scratch stay valid while more is taken. */
#include "libc_access.h"

#include "io.h"

#include <mimalloc.h>

#define FIRST_BLOCK ((size_t)4096)
#define BLOCK_COUNT 40

struct ame_scratch {
  char *block[BLOCK_COUNT];
  size_t size[BLOCK_COUNT];
  struct ame_scratch_mark top;
};

struct ame_scratch *ame_scratch_new(void) {
  struct ame_scratch *scratch = mi_zalloc(sizeof *scratch);
  if (!scratch)
    ame_fatal("out of memory for a thread's scratch memory");
  return scratch;
}

static struct ame_scratch *own(void) { return ame_self()->io->scratch; }

struct ame_scratch_mark ame_scratch_mark(void) {
  return own()->top;
}

void ame_scratch_release(struct ame_scratch_mark mark) { own()->top = mark; }

void ame_scratch_reset(struct ame_scratch *scratch) {
  scratch->top = (struct ame_scratch_mark){0, 0};
}

static void allocate_block(struct ame_scratch *scratch, size_t index,
                           size_t need) {
  const size_t least = FIRST_BLOCK << (index < 16 ? index : 16);
  const size_t size = need > least ? need : least;
  scratch->block[index] = mi_malloc(size);
  if (!scratch->block[index])
    ame_fatal("out of memory: %zu bytes of scratch memory", size);
  scratch->size[index] = size;
}

void *ame_scratch_take(size_t size) {
  struct ame_scratch *scratch = own();
  ame_self()->to_end |= AME_END_IO;
  size_t index = scratch->top.block;
  size_t used = scratch->top.used;
  size = (size + 15) & ~(size_t)15;
  while (scratch->block[index] && scratch->size[index] - used < size) {
    if (++index == BLOCK_COUNT)
      ame_fatal("out of scratch memory: nested calls of qsort or the like");
    used = 0;
  }
  if (!scratch->block[index])
    allocate_block(scratch, index, size);
  scratch->top = (struct ame_scratch_mark){index, used + size};
  return scratch->block[index] + used;
}
