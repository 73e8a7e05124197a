/* Resident memory of the runtime itself: resident.c measures, statistics_report.c
 * prints. */
#ifndef AME_RESIDENT_H
#define AME_RESIDENT_H

#include "transaction.h"

#define AME_RESIDENT_PARTS(X)                                                  \
  X(ownership_records, "ownership records")                                    \
  X(markers, "markers")                                                        \
  X(read_logs, "read logs")                                                    \
  X(undo_logs, "undo logs")                                                    \
  X(owned_stripes, "owned stripes")                                            \
  X(chunk_table, "chunk table")                                                \
  X(thread_blocks, "thread blocks")

/* Bytes. */
struct ame_resident {
#define X(part, text) uint64_t part;
  AME_RESIDENT_PARTS(X)
#undef X
};

/* False: the kernel does not say (no /proc). */
AME_HIDDEN bool ame_resident_measure(struct ame_resident *sum);

#endif
