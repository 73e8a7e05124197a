/* What the runtime itself keeps in memory: the pages of its tables and logs that
 * are resident, and the blocks of its threads. For the statistics.
 *
 * The tables are address space of which few pages are used, so sizes say nothing.
 * The kernel's page map tells for each page whether it is there for this process
 * alone: a page that was only read is the kernel's page of zeros and costs
 * nothing. Pages that a forked child shares are not counted. */
#include "resident.h"

#include "captured_window.h"

#include <errno.h>
#include <fcntl.h>
#include <mimalloc.h>
#include <unistd.h>

#define OWN_PAGE (UINT64_C(1) << 63 | UINT64_C(1) << 56) /* present, not shared */

static int page_map = -1;

static size_t own_pages(const uint64_t *entries, size_t count) {
  size_t found = 0;
  for (size_t i = 0; i < count; i++)
    found += (entries[i] & OWN_PAGE) == OWN_PAGE;
  return found;
}

/* Of the pages that lie in [base, +size). */
static uint64_t resident(const void *base, size_t size) {
  static uint64_t entries[8192];
  const size_t page = (size_t)sysconf(_SC_PAGESIZE);
  size_t at = (uintptr_t)base / page, found = 0;
  const size_t end = ((uintptr_t)base + size + page - 1) / page;
  while (base && at < end) {
    size_t count = end - at;
    if (count > sizeof entries / sizeof *entries)
      count = sizeof entries / sizeof *entries;
    const ssize_t got = pread(page_map, entries, count * sizeof *entries,
                              (off_t)(at * sizeof *entries));
    if (got <= 0)
      break;
    found += own_pages(entries, (size_t)got / sizeof *entries);
    at += (size_t)got / sizeof *entries;
  }
  return found * page;
}

static void add_thread(struct ame_resident *sum, struct transaction *tx) {
  sum->read_logs +=
      resident(tx->log_base, ame_options.visible_after * sizeof *tx->log_base);
  sum->undo_logs += resident(
      tx->undo_base, (uintptr_t)tx->undo_end - (uintptr_t)tx->undo_base);
  sum->owned_stripes +=
      resident(tx->written, tx->written_capacity * sizeof *tx->written);
  sum->markers += resident(atomic_load_explicit(&tx->marks, memory_order_acquire),
                           (size_t)1 << AME_STRIPE_BITS);
  const void *const blocks[] = {tx,           tx->stack_copy, tx->shared,
                                tx->memory,   tx->refcounts,  tx->io,
                                tx->handlers, tx->mutexes,    tx->statistics};
  for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++)
    sum->thread_blocks += mi_usable_size(blocks[i]);
}

bool ame_resident_measure(struct ame_resident *sum) {
  const int saved = errno;
  *sum = (struct ame_resident){0};
  page_map = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
  if (page_map < 0) {
    errno = saved;
    return false;
  }
  sum->ownership_records =
      resident(ame_orec_at(0), sizeof(ame_orec) << AME_STRIPE_BITS);
  sum->chunk_table = resident(
      ame_chunks, (ame_window_size >> AME_CHUNK_SHIFT) * sizeof *ame_chunks);
  for (struct transaction *tx = ame_all_transactions(); tx; tx = tx->next)
    add_thread(sum, tx);
  close(page_map);
  errno = saved;
  return true;
}
