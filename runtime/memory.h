/* Memory of transactions: what transaction_memory.c offers to allocation.c. */
#ifndef AME_MEMORY_H
#define AME_MEMORY_H

#include "captured_window.h"

#pragma GCC visibility push(hidden)

/* Transactional allocation; NULL and ENOMEM when memory is out. */
void *ame_memory_allocate(struct transaction *tx, size_t size);
void *ame_memory_allocate_aligned(struct transaction *tx, size_t alignment, size_t size);
void ame_memory_free(struct transaction *tx, void *block);
/* The block was captured and could be resized without moving. */
bool ame_memory_resize_in_place(struct transaction *tx, void *block, size_t size);

/* Plain operations on any block, whoever allocated it. */
size_t ame_block_size(const void *block); /* usable bytes; 0: foreign memory */
void ame_block_release(void *block);
/* quarantine.c: freed blocks under AddressSanitizer. */
bool ame_quarantine_is_on(void);
void *ame_quarantine(void *block);
void ame_poison(void *block, size_t size);
void ame_unpoison(void *block, size_t size);
/* Before constructors run, with AddressSanitizer: zeroed memory for ever; without:
 * NULL. */
extern bool ame_too_early;
void *ame_early_allocate(size_t size);
/* Bytes from such a block to the end of this memory; 0: another block. */
size_t ame_early_room(const void *block);
/* A plain free of a block that the running attempt has captured: done, true. */
bool ame_memory_free_if_captured(void *block);

#pragma GCC visibility pop
#endif
