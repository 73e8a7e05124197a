/* The memory of a count: loading, storing, combining. Values travel as 64 bits,
 * integers sign-extended, floating point as its bits. */
#include "count_table.h"

#include <math.h>
#include <string.h>

void ame_count_store(uintptr_t address, int64_t value,
                     const struct ame_count_kind *kind) {
  /* release: pairs with the load above. */
  if (kind->width)
    ame_count_store_bits(address, value, kind);
  else if (kind->size == 8)
    atomic_store_explicit((_Atomic int64_t *)address, value, memory_order_release);
  else
    atomic_store_explicit((_Atomic int32_t *)address, (int32_t)value,
                          memory_order_release);
}

static double as_double(int64_t bits, const struct ame_count_kind *kind) {
  double wide;
  float narrow;
  if (kind->size == 8)
    return memcpy(&wide, &bits, sizeof wide), wide;
  const int32_t half = (int32_t)bits;
  return memcpy(&narrow, &half, sizeof narrow), (double)narrow;
}

static int64_t as_bits(double value, const struct ame_count_kind *kind) {
  int64_t bits;
  int32_t half;
  if (kind->size == 8)
    return memcpy(&bits, &value, sizeof bits), bits;
  const float narrow = (float)value;
  return memcpy(&half, &narrow, sizeof half), half;
}

static int64_t in_width(int64_t value, const struct ame_count_kind *kind) {
  if (kind->width)
    return ame_count_in_field(value, kind);
  return kind->size == 8 ? value : (int32_t)value;
}

/* Sign extension keeps the order of unsigned numbers, so UMAX compares as is. */
int64_t ame_count_combine(int64_t a, int64_t b, const struct ame_count_kind *kind) {
  switch ((enum ame_count_operation)kind->operation) {
  case AME_COUNT_ADD:
    return in_width((int64_t)((uint64_t)a + (uint64_t)b), kind);
  case AME_COUNT_FADD:
    return as_bits(as_double(a, kind) + as_double(b, kind), kind);
  case AME_COUNT_MAX:
    return a > b ? a : b;
  case AME_COUNT_MIN:
    return a < b ? a : b;
  case AME_COUNT_UMAX:
    return (uint64_t)a > (uint64_t)b ? a : b;
  case AME_COUNT_UMIN:
    return (uint64_t)a < (uint64_t)b ? a : b;
  case AME_COUNT_FMAX:
    return as_bits(fmax(as_double(a, kind), as_double(b, kind)), kind);
  case AME_COUNT_FMIN:
    return as_bits(fmin(as_double(a, kind), as_double(b, kind)), kind);
  case AME_COUNT_OR:
    return a | b;
  case AME_COUNT_AND:
    return a & b;
  }
  ame_fatal("unknown operation %u of a counter", kind->operation);
}

int64_t ame_count_no_change(const struct ame_count_kind *kind) {
  switch ((enum ame_count_operation)kind->operation) {
  case AME_COUNT_FADD:
    return as_bits(-0.0, kind); /* keeps the sign of any zero */
  case AME_COUNT_MAX:
    return kind->size == 8 ? INT64_MIN : INT32_MIN;
  case AME_COUNT_MIN:
    return kind->size == 8 ? INT64_MAX : INT32_MAX;
  case AME_COUNT_UMIN:
  case AME_COUNT_AND:
    return -1;
  case AME_COUNT_FMAX: /* fmax and fmin leave a NaN out */
  case AME_COUNT_FMIN:
    return as_bits((double)NAN, kind);
  case AME_COUNT_ADD:
  case AME_COUNT_UMAX:
  case AME_COUNT_OR:
    return 0;
  }
  ame_fatal("unknown operation %u of a counter", kind->operation);
}

/* acq_rel: the release pairs with the acquire of whoever finds the zero. */
static int64_t add_atomically(uintptr_t address, int64_t change,
                              const struct ame_count_kind *kind) {
  if (kind->size == 8)
    return (int64_t)(atomic_fetch_add_explicit((_Atomic uint64_t *)address,
                                               (uint64_t)change,
                                               memory_order_acq_rel) +
                     (uint64_t)change);
  return (int32_t)(atomic_fetch_add_explicit((_Atomic uint32_t *)address,
                                             (uint32_t)change,
                                             memory_order_acq_rel) +
                   (uint32_t)change);
}

static bool replace(uintptr_t address, int64_t *seen, int64_t value,
                    const struct ame_count_kind *kind) {
  if (kind->size == 8)
    return atomic_compare_exchange_weak_explicit((_Atomic int64_t *)address, seen,
                                                 value, memory_order_acq_rel,
                                                 memory_order_acquire);
  int32_t expected = (int32_t)*seen;
  const bool done = atomic_compare_exchange_weak_explicit(
      (_Atomic int32_t *)address, &expected, (int32_t)value, memory_order_acq_rel,
      memory_order_acquire);
  *seen = expected;
  return done;
}

int64_t ame_count_merge_value(uintptr_t address, int64_t change,
                              const struct ame_count_kind *kind) {
  if (kind->operation == AME_COUNT_ADD)
    return kind->width ? ame_count_add_bits(address, change, kind)
                       : add_atomically(address, change, kind);
  int64_t seen = ame_count_load(address, kind);
  for (;;) {
    const int64_t value = ame_count_combine(seen, change, kind);
    if (value == seen || replace(address, &seen, value, kind))
      return value;
  }
}

bool ame_count_is_immortal(int64_t value, const struct ame_count_kind *kind) {
  if (kind->width)
    return ame_count_bits_are_immortal(value, kind);
  if (kind->immortal == AME_COUNT_IMMORTAL_NEGATIVE)
    return value < 0;
  if (kind->immortal != AME_COUNT_IMMORTAL_FROM)
    return false;
  return (kind->size == 8 ? (uint64_t)value : (uint32_t)value) >= kind->limit;
}

int64_t ame_count_change_in_place(uintptr_t address, int64_t change,
                                  const struct ame_count_kind *kind) {
  if (ame_unlikely(kind->immortal)) {
    const int64_t now = ame_count_load(address, kind);
    if (ame_count_is_immortal(now, kind))
      return now;
  }
  if (!ame_active())
    return ame_count_merge_value(address, change, kind);
  const int64_t value =
      ame_count_combine(ame_count_load(address, kind), change, kind);
  ame_count_store(address, value, kind);
  return value;
}
