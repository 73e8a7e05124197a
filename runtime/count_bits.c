/* Counts in bit-fields, and their neighbours in the same unit.
 *
 * A merge changes a count's bits without owning their stripe, while another
 * transaction that owns it may write the fields beside them. Both go to one word of
 * memory, so every change of such a unit in a transaction is an atomic
 * read-modify-write of the bits that it means, and of no others:
 *
 *   merge, in place      the count's bits
 *   write of neighbours  their bits, behind the ordinary barrier (__ame_write_bits)
 *   undo of that write   the same bits again: a count that has been merged in the
 *                        meantime stays as it is
 *
 * Reads of neighbours are ordinary: the unit is loaded as a whole, is never torn, and
 * a merge changes none of the bits that are looked at; so it needs no version. Who
 * accesses the unit in other ways takes it first (count_memory.c), after which
 * nobody merges.
 *
 * A small field overflows soon. Deltas are kept only while the value, as far as it is
 * known, fits; a change that leads outside is made in place, where it wraps around as
 * it does in the plain program. */
#include "count_table.h"

static uint64_t low_bits(unsigned count) { return UINT64_MAX >> (64 - count); }

static unsigned width_of(const struct ame_count_kind *kind) {
  return kind->width & ~(unsigned)AME_COUNT_SIGNED_BITS;
}

static bool is_signed(const struct ame_count_kind *kind) {
  return kind->width & AME_COUNT_SIGNED_BITS;
}

static void *unit_of(uintptr_t address, const struct ame_count_kind *kind) {
  return (void *)(address - kind->shift / 8u);
}

/* acquire: pairs with the merge, as in ame_count_load. */
static uint64_t load_unit(const void *unit, size_t size) {
  switch (size) {
  case 1:
    return __atomic_load_n((const uint8_t *)unit, __ATOMIC_ACQUIRE);
  case 2:
    return __atomic_load_n((const uint16_t *)unit, __ATOMIC_ACQUIRE);
  case 4:
    return __atomic_load_n((const uint32_t *)unit, __ATOMIC_ACQUIRE);
  default:
    return __atomic_load_n((const uint64_t *)unit, __ATOMIC_ACQUIRE);
  }
}

/* acq_rel: the release pairs with the acquire of whoever finds the zero. */
#define SWAP(type)                                                             \
  {                                                                            \
    type expected = (type)*seen;                                               \
    const bool done = __atomic_compare_exchange_n(                             \
        (type *)unit, &expected, (type)value, true, __ATOMIC_ACQ_REL,          \
        __ATOMIC_ACQUIRE);                                                     \
    *seen = expected;                                                          \
    return done;                                                               \
  }
static bool swap_unit(void *unit, size_t size, uint64_t *seen, uint64_t value) {
  switch (size) {
  case 1:
    SWAP(uint8_t)
  case 2:
    SWAP(uint16_t)
  case 4:
    SWAP(uint32_t)
  default:
    SWAP(uint64_t)
  }
}
#undef SWAP

void ame_bits_store(void *unit, size_t size, uint64_t mask, uint64_t value) {
  uint64_t seen = load_unit(unit, size);
  while (!swap_unit(unit, size, &seen, (seen & ~mask) | (value & mask)))
    ;
}

/* --- the count --------------------------------------------------------------- */
static int64_t lowest(const struct ame_count_kind *kind) {
  return is_signed(kind) ? -(INT64_C(1) << (width_of(kind) - 1)) : 0;
}

static int64_t highest(const struct ame_count_kind *kind) {
  return (int64_t)low_bits(width_of(kind) - is_signed(kind));
}

bool ame_count_fits(int64_t value, const struct ame_count_kind *kind) {
  return value >= lowest(kind) && value <= highest(kind);
}

int64_t ame_count_highest(const struct ame_count_kind *kind) {
  return kind->width ? highest(kind) : INT64_MAX;
}

/* Wraps around; but what has become immortal stays so. */
int64_t ame_count_in_field(int64_t value, const struct ame_count_kind *kind) {
  if (kind->immortal && value > highest(kind))
    return is_signed(kind) && kind->immortal == AME_COUNT_IMMORTAL_NEGATIVE
               ? lowest(kind)
               : highest(kind);
  const uint64_t bits = (uint64_t)value & low_bits(width_of(kind));
  const bool negative = is_signed(kind) && bits >> (width_of(kind) - 1);
  return negative ? (int64_t)(bits | ~low_bits(width_of(kind))) : (int64_t)bits;
}

static int64_t field_in(uint64_t unit, const struct ame_count_kind *kind) {
  const struct ame_count_kind mortal = {.width = kind->width};
  return ame_count_in_field((int64_t)(unit >> kind->shift & low_bits(width_of(kind))),
                            &mortal);
}

static uint64_t mask_of(const struct ame_count_kind *kind) {
  return low_bits(width_of(kind)) << kind->shift;
}

static uint64_t with_field(uint64_t unit, int64_t value,
                           const struct ame_count_kind *kind) {
  return (unit & ~mask_of(kind)) | ((uint64_t)value << kind->shift & mask_of(kind));
}

int64_t ame_count_load_bits(uintptr_t address, const struct ame_count_kind *kind) {
  return field_in(load_unit(unit_of(address, kind), kind->size), kind);
}

void ame_count_store_bits(uintptr_t address, int64_t value,
                          const struct ame_count_kind *kind) {
  ame_bits_store(unit_of(address, kind), kind->size, mask_of(kind),
                 (uint64_t)value << kind->shift);
}

int64_t ame_count_add_bits(uintptr_t address, int64_t change,
                           const struct ame_count_kind *kind) {
  void *const unit = unit_of(address, kind);
  uint64_t seen = load_unit(unit, kind->size);
  for (;;) {
    const int64_t value = ame_count_in_field(field_in(seen, kind) + change, kind);
    if (swap_unit(unit, kind->size, &seen, with_field(seen, value, kind)))
      return value;
  }
}

bool ame_count_bits_are_immortal(int64_t value, const struct ame_count_kind *kind) {
  if (kind->immortal == AME_COUNT_IMMORTAL_NEGATIVE)
    return (uint64_t)value >> (width_of(kind) - 1) & 1;
  return kind->immortal == AME_COUNT_IMMORTAL_FROM &&
         ((uint64_t)value & low_bits(width_of(kind))) >= kind->limit;
}

/* --- the fields beside it ------------------------------------------------------ */
void __ame_write_bits(void *unit, uint64_t mask, uint64_t value, size_t size) {
  if (ame_active()) {
    struct transaction *tx = ame_self();
    if (!ame_needs_no_barrier(tx, unit, size)) {
      ame_own_range(tx, unit, size);
      ame_undo_push_bits(tx, unit, size, mask);
    }
  }
  ame_bits_store(unit, size, mask, value);
}
