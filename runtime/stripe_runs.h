/* Stripes whose records lie side by side: each step of a barrier is done for all of
 * a run before the next one, so that the steps are loops over neighbouring words. */
#ifndef AME_STRIPE_RUNS_H
#define AME_STRIPE_RUNS_H

#include "transaction.h"

#include <string.h>

enum {
  AME_STRIPE = 1 << AME_STRIPE_SHIFT, /* bytes */
  AME_RUN = 256 /* stripes; so many lie in AME_STRIPE_MASK + 1 without rest */
};

struct ame_run {
  uint32_t first;
  size_t count, bytes;
};

/* The run that [address, +size) begins with; it never passes the table's end. */
static inline struct ame_run ame_run_at(const void *address, size_t size) {
  const size_t into_run = (uintptr_t)address & (AME_RUN * AME_STRIPE - 1);
  const size_t left = AME_RUN * AME_STRIPE - into_run, bytes = size < left ? size : left;
  const size_t into_stripe = (uintptr_t)address & (AME_STRIPE - 1);
  return (struct ame_run){ame_stripe_of(address),
                          (into_stripe + bytes + AME_STRIPE - 1) / AME_STRIPE, bytes};
}

/* The records as plain words, so that the compiler may compare several at once:
 * on x86 each aligned word of a vector load is one that was stored, and loads stay
 * in order. Callers keep the compiler in order. */
static inline const uint32_t *ame_records_of(struct ame_run run) {
  return (const uint32_t *)(uintptr_t)ame_orec_at(run.first);
}

/* Each is older than the limit, or the owner's. */
static inline bool ame_run_is_acceptable(struct ame_run run, uint32_t limit,
                                         uint32_t owner) {
  const uint32_t *records = ame_records_of(run);
  uint32_t others = 0;
  for (size_t i = 0; i < run.count; i++)
    others |= (uint32_t)(records[i] >= limit) & (uint32_t)(records[i] != owner);
  return others == 0;
}

/* Marks it, or logs it where there is room. */
static inline void ame_push_run(struct ame_run run) {
  if (__ame_tls.marks) {
    memset(__ame_tls.marks + run.first, (uint8_t)(uintptr_t)__ame_tls.marks, run.count);
  } else {
    uint32_t *const log = __ame_tls.log;
    for (size_t i = 0; i < run.count; i++)
      log[i] = run.first + (uint32_t)i;
    atomic_signal_fence(memory_order_seq_cst);
    __ame_tls.log = log + run.count;
  }
  /* Before the loads in program order; see barrier.c. */
  atomic_signal_fence(memory_order_seq_cst);
}

#endif
