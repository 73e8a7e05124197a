/* Intent: a count in a bit-field and the fields beside it: merges and writes of
 * neighbours do not conflict, and neither takes back what the other has done; what
 * is immortal is never written, what grows beyond its bits is; hooks get the
 * structure.
 *
 * Two transactions are interleaved by hand: the body of one starts another in a
 * second thread and waits for it (foreign). */
#include "foreign.h"

#include "count_table.h"

#include <sched.h>
#include <sys/mman.h>

static void hook(void *object);

struct object {
  int64_t head;
  uint64_t unit; /* low 12 | count 20 | high 32 */
};
enum { AT = offsetof(struct object, unit) + 1 };
static const struct ame_count_kind counted = {
    .size = 8, .width = 20, .shift = 12, .object = AT, .on_zero = hook};
static const struct ame_count_kind saturating = {
    .size = 8, .width = 20, .shift = 12, .immortal = AME_COUNT_IMMORTAL_FROM,
    .limit = (1 << 20) - 2};
static const struct ame_count_kind negative = {
    .size = 8, .width = 20 | AME_COUNT_SIGNED_BITS, .shift = 12,
    .immortal = AME_COUNT_IMMORTAL_NEGATIVE};

#define LOW UINT64_C(0xfff)
#define HIGH (UINT64_C(0xffffffff) << 32)
#define UNIT(high, count, low)                                                 \
  ((uint64_t)(high) << 32 | (uint64_t)(count) << 12 | (uint64_t)(low))

static _Alignas(64) struct object object;
static void *const count = (char *)&object + AT;
static int aborted, runs;
static void *hooked;

static int reset(void **state) {
  (void)state;
  object.unit = UNIT(7, 2, 5);
  aborted = runs = 0;
  hooked = NULL;
  return 0;
}

static void hook(void *address) { hooked = address; }

static void add(void *delta) {
  __ame_refcount_add(count, (int64_t)(intptr_t)delta, &counted);
}

static void write_high(void *value) {
  __ame_write_bits(&object.unit, HIGH, (uint64_t)(uintptr_t)value << 32, 8);
}

static void write_low_while_another_merges(void *unused) {
  __ame_write_bits(&object.unit, LOW, 9, 8);
  if (aborted == 0)
    foreign(add, (void *)3);
  assert_int_equal(object.unit, UNIT(7, 5, 9));
  abort_first(&aborted, 1);
}

static void undo_of_a_neighbour_keeps_merges(void **state) {
  (void)state;
  run_transaction(write_low_while_another_merges, NULL);
  assert_int_equal(aborted, 1);
  assert_int_equal(object.unit, UNIT(7, 5, 9));
}

static void add_and_abort_behind_a_merge(void *unused) {
  __ame_write_bits(&object.unit, LOW | HIGH, 1 | UINT64_C(1) << 32, 8);
  add((void *)1);
  if (runs++ == 0) {
    foreign(add, (void *)3);
    ame_abort(AME_ABORT_FORCED);
  }
  __ame_write_bits(&object.unit, LOW, 4095, 8);
  assert_int_equal(__ame_refcount_load(count, &counted), 6);
}

static void own_neighbours_and_own_count(void **state) {
  (void)state;
  run_transaction(add_and_abort_behind_a_merge, NULL);
  assert_int_equal(object.unit, UNIT(1, 6, 4095));
}

static void read_neighbour_while_another_merges(void *unused) {
  runs++;
  assert_int_equal(__ame_read8(&object.unit) & LOW, 5);
  foreign(add, (void *)1);
  assert_int_equal(__ame_read8(&object.unit) & LOW, 5);
  write_high((void *)8);
}

static void merges_do_not_conflict_with_readers(void **state) {
  (void)state;
  run_transaction(read_neighbour_while_another_merges, NULL);
  assert_int_equal(runs, 1);
  assert_int_equal(object.unit, UNIT(8, 3, 5));
}

static void count_while_another_writes(void *unused) {
  runs++;
  add((void *)1);
  assert_int_equal(__ame_refcount_load(count, &counted), 3);
  foreign(write_high, (void *)77);
  assert_int_equal(__ame_refcount_add_get(count, 1, &counted), 4);
}

static void counting_does_not_conflict_with_writers(void **state) {
  (void)state;
  run_transaction(count_while_another_writes, NULL);
  assert_int_equal(runs, 1);
  assert_int_equal(object.unit, UNIT(77, 4, 5));
}

static pthread_t writer;
static struct job writing = {write_high, (void *)77};

/* The writer waits for whoever has read what it overwrites: it is not joined here. */
static void read_while_another_writes(void *unused) {
  const uint64_t seen = __ame_read8(&object.unit) >> 32;
  if (runs++ == 0) {
    assert_int_equal(pthread_create(&writer, NULL, run_job, &writing), 0);
    while (atomic_load(ame_orec_at(ame_stripe_of(&object))) <= ame_self()->snapshot)
      sched_yield();
    (void)__ame_read8(&object.unit);
    fail(); /* aborted */
  }
  __ame_write_bits(&object.unit, LOW, seen, 8);
}

static void neighbours_conflict_as_always(void **state) {
  (void)state;
  run_transaction(read_while_another_writes, NULL);
  pthread_join(writer, NULL);
  assert_int_equal(runs, 2);
  assert_int_equal(object.unit, UNIT(77, 2, 77));
}

static void drop_one_while_another_does(void *unused) {
  assert_true(__ame_refcount_add_test(count, -1, &counted) > 0);
  if (runs++ == 0)
    foreign(drop_one_while_another_does, NULL);
}

static void merged_zero_gives_the_structure_to_the_hook(void **state) {
  (void)state;
  run_transaction(drop_one_while_another_does, NULL);
  assert_ptr_equal(hooked, &object);
  assert_int_equal(object.unit, UNIT(7, 0, 5));
}

static void overflow(void *unused) {
  assert_int_equal(__ame_refcount_add_get(count, (1 << 20) - 3, &counted), (1 << 20) - 1);
  assert_int_equal(__ame_refcount_add_test(count, 1, &counted), 0);
  assert_int_equal(__ame_refcount_add_get(count, -1, &counted), (1 << 20) - 1);
  __ame_refcount_add(count, 4, &counted);
  abort_first(&aborted, 1);
}

static void overflow_wraps_around(void **state) {
  (void)state;
  run_transaction(overflow, NULL);
  assert_int_equal(object.unit, UNIT(7, 3, 5));
}

static void test_while_another_adds(void *unused) {
  add((void *)(1 << 19));
  assert_true(__ame_refcount_add_test(count, -1, &counted) > 0);
  foreign(add, (void *)(1 << 19));
}

/* Each alone fits. The answer stays: docs/refcounts.md says so. */
static void two_overflow_together(void **state) {
  (void)state;
  run_transaction(test_while_another_adds, NULL);
  assert_int_equal(object.unit, UNIT(7, 1, 5));
  assert_null(hooked);
}

static void add_saturating(void *delta) {
  __ame_refcount_add(count, (int64_t)(intptr_t)delta, &saturating);
}

static void add_while_another_saturates(void *unused) {
  add_saturating((void *)(1 << 19));
  foreign(add_saturating, (void *)(1 << 19));
}

static void use_read_only(void *at) {
  void *const there = (char *)at + AT;
  __ame_refcount_add(there, 1, &saturating);
  assert_true(__ame_refcount_add_test(there, -5, &saturating) != 0);
  assert_int_equal(__ame_refcount_load(there, &saturating), (1 << 20) - 1);
  __ame_refcount_add(there, -1, &saturating);
}

static void saturated_counts_stay(void **state) {
  (void)state;
  /* 2^19 + 2^19 + 2 is more than it holds, and is merged by two. */
  run_transaction(add_while_another_saturates, NULL);
  assert_int_equal(object.unit, UNIT(7, (1 << 20) - 1, 5));
  run_transaction(add_saturating, (void *)-4);
  assert_int_equal(object.unit, UNIT(7, (1 << 20) - 1, 5));
  struct object *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
                             MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  *page = object;
  assert_int_equal(mprotect(page, 4096, PROT_READ), 0);
  run_transaction(use_read_only, page);
  munmap(page, 4096);
}

static void use_negative(void *unused) {
  __ame_refcount_add(count, 3, &negative);
  assert_true(__ame_refcount_load_test(count, &negative) < 0);
  assert_int_equal(__ame_refcount_load(count, &negative), -9);
}

static void negative_counts_stay(void **state) {
  (void)state;
  object.unit = UNIT(7, (1 << 20) - 9, 5);
  run_transaction(use_negative, NULL);
  assert_int_equal(object.unit, UNIT(7, (1 << 20) - 9, 5));
}

static struct object *block;

static void move_block(void *unused) {
  __ame_refcount_add((char *)block + AT, 3, &counted);
  block = __ame_libc_realloc(block, 4096);
  assert_int_equal(block->unit, UNIT(7, 5, 5));
  __ame_refcount_add((char *)block + AT, 1, &counted);
}

static void moved_blocks_take_their_changes_along(void **state) {
  (void)state;
  block = malloc(sizeof *block);
  *block = object;
  run_transaction(move_block, NULL);
  assert_int_equal(block->unit, UNIT(7, 6, 5));
  free(block);
}

static void outside_is_plain_arithmetic(void **state) {
  (void)state;
  add((void *)-5);
  assert_int_equal(object.unit, UNIT(7, (1 << 20) - 3, 5));
  write_high((void *)9);
  assert_int_equal(__ame_refcount_add_get(count, 3, &counted), 0);
  assert_int_equal(object.unit, UNIT(9, 0, 5));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup(undo_of_a_neighbour_keeps_merges, reset),
      cmocka_unit_test_setup(own_neighbours_and_own_count, reset),
      cmocka_unit_test_setup(merges_do_not_conflict_with_readers, reset),
      cmocka_unit_test_setup(counting_does_not_conflict_with_writers, reset),
      cmocka_unit_test_setup(neighbours_conflict_as_always, reset),
      cmocka_unit_test_setup(merged_zero_gives_the_structure_to_the_hook, reset),
      cmocka_unit_test_setup(overflow_wraps_around, reset),
      cmocka_unit_test_setup(two_overflow_together, reset),
      cmocka_unit_test_setup(saturated_counts_stay, reset),
      cmocka_unit_test_setup(negative_counts_stay, reset),
      cmocka_unit_test_setup(moved_blocks_take_their_changes_along, reset),
      cmocka_unit_test_setup(outside_is_plain_arithmetic, reset),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
