/* Intent: memory of transactions: captured, taken back on abort, freed at commit,
 * recycled without growth; plain and transactional code share blocks. */
#include "runtime_test.h"

#include "captured_window.h"

#include <malloc.h>
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

static size_t resident_kb(void) {
  long pages = 0, resident = 0;
  FILE *file = fopen("/proc/self/statm", "r");
  assert_non_null(file);
  assert_int_equal(fscanf(file, "%ld %ld", &pages, &resident), 2);
  fclose(file);
  return (size_t)resident * (size_t)sysconf(_SC_PAGESIZE) / 1024;
}

static void plain_family_works(void **state) {
  (void)state;
  char *block = malloc(10);
  strcpy(block, "ninebytes");
  block = realloc(block, 100000);
  assert_string_equal(block, "ninebytes");
  assert_true(malloc_usable_size(block) >= 100000);
  free(block);
  unsigned char *zeroed = calloc(1000, 3);
  for (int i = 0; i < 3000; i++)
    assert_int_equal(zeroed[i], 0);
  free(zeroed);
  void *aligned = NULL;
  assert_int_equal(posix_memalign(&aligned, 4096, 10), 0);
  assert_int_equal((uintptr_t)aligned % 4096, 0);
  free(aligned);
  assert_int_equal(posix_memalign(&aligned, 3, 10), 22);
  free(NULL);
}

extern void *__libc_malloc(size_t size);
static void foreign_memory_is_passed_on(void **state) {
  (void)state;
  char *foreign = __libc_malloc(100);
  strcpy(foreign, "foreign");
  foreign = realloc(foreign, 5000);
  assert_string_equal(foreign, "foreign");
  free(foreign);
}

static void *kept;
static int aborts;

static void allocate_all_kinds(void *unused) {
  (void)unused;
  struct transaction *tx = ame_self();
  for (size_t size = 1; size < 100000; size += size / 3 + 1) {
    char *block = __ame_libc_malloc(size);
    assert_int_equal((uintptr_t)block % 16, 0);
    assert_true(__ame_libc_malloc_usable_size(block) >= size);
    memset(block, 0x5a, size);
    assert_true(ame_memory_is_captured(tx, block, size));
    assert_true(ame_memory_is_captured(tx, block + size - 1, 1));
    block = __ame_libc_realloc(block, size * 2);
    for (size_t i = 0; i < size; i++)
      assert_int_equal(block[i], 0x5a);
    assert_true(ame_memory_is_captured(tx, block, size * 2));
    if (size % 2)
      __ame_libc_free(block);
    else {
      char **link = (char **)block;
      *link = kept;
      kept = block;
    }
  }
  assert_false(ame_memory_is_captured(tx, &aborts, 1));
}

static void captured_blocks_of_all_sizes(void **state) {
  (void)state;
  kept = NULL;
  run_transaction(allocate_all_kinds, NULL);
  while (kept) {
    void *next = *(void **)kept;
    assert_false(ame_memory_is_captured(ame_self(), kept, 1));
    free(kept);
    kept = next;
  }
}

static void freed_block_is_reused(void *unused) {
  (void)unused;
  void *first = __ame_libc_malloc(40);
  __ame_libc_free(first);
  assert_ptr_equal(__ame_libc_malloc(40), first);
  unsigned char *zeroed = __ame_libc_calloc(1, 48);
  memset(zeroed, 1, 48);
  __ame_libc_free(zeroed);
  zeroed = __ame_libc_calloc(1, 48);
  for (int i = 0; i < 48; i++)
    assert_int_equal(zeroed[i], 0);
  __ame_libc_free(first);
  __ame_libc_free(zeroed);
}

static void reuse_at_once(void **state) {
  (void)state;
  run_transaction(freed_block_is_reused, NULL);
}

static char *old_small, *old_large;

static void free_then_abort(void *unused) {
  (void)unused;
  for (int i = 0; i < 10000; i++)
    memset(__ame_libc_malloc((size_t)i), 1, (size_t)i);
  __ame_libc_free(old_small);
  __ame_libc_free(old_large);
  assert_string_equal(old_small, "small"); /* deferred: still there */
  assert_string_equal(old_large, "large");
  abort_first(&aborts, 3);
}

static void abort_takes_back_and_forgets_frees(void **state) {
  (void)state;
  aborts = 0;
  old_small = strdup("small");
  old_large = malloc(100000);
  strcpy(old_large, "large");
  run_transaction(free_then_abort, NULL);
  assert_int_equal(aborts, 3);
}

static void realloc_old(void *unused) {
  (void)unused;
  char *moved = __ame_libc_realloc(old_small, 5000);
  assert_string_equal(moved, "small");
  assert_ptr_not_equal(moved, old_small);
  assert_string_equal(old_small, "small");
  strcpy(moved, "changed");
  abort_first(&aborts, 1);
  kept = moved;
}

static void realloc_of_older_memory(void **state) {
  (void)state;
  aborts = 0;
  old_small = strdup("small");
  run_transaction(realloc_old, NULL);
  assert_string_equal(kept, "changed");
  free(kept);
}

static void duplicate_strings(void *unused) {
  (void)unused;
  char text[300];
  memset(text, 'x', 299);
  text[299] = 0;
  assert_string_equal(__ame_libc_strdup(text), text);
  char *part = __ame_libc_strndup(text, 100);
  assert_int_equal(strlen(part), 100);
  assert_int_equal(strlen(__ame_libc_strndup("ab", 100)), 2);
}

static void strings(void **state) {
  (void)state;
  run_transaction(duplicate_strings, NULL);
}

static void allocate_aligned(void *unused) {
  (void)unused;
  void *block;
  assert_int_equal(__ame_libc_posix_memalign(&block, 256, 1000), 0);
  assert_int_equal((uintptr_t)block % 256, 0);
  assert_true(ame_memory_is_captured(ame_self(), block, 1000));
  __ame_libc_free(block);
  assert_int_equal(__ame_libc_posix_memalign(&block, 3, 1000), 22);
  assert_int_equal((uintptr_t)__ame_libc_aligned_alloc(64, 64) % 64, 0);
}

static void aligned(void **state) {
  (void)state;
  run_transaction(allocate_aligned, NULL);
}

static void allocate_300_mb(void *unused) {
  (void)unused;
  abort_first(&aborts, 1);
  for (int i = 0; i < 3000000; i++) {
    void **block = __ame_libc_malloc(88);
    *block = kept;
    kept = block;
  }
}

static void hundreds_of_megabytes(void **state) {
  (void)state;
  aborts = 0;
  kept = NULL;
  const size_t chunks = ame_window_chunks_used();
  run_transaction(allocate_300_mb, NULL);
  for (void *next; kept; kept = next) {
    next = *(void **)kept;
    free(kept);
  }
  assert_true(ame_window_chunks_used() <= chunks + 2);
}

enum { BLOCKS_OF_30_MB = 300000, ROUNDS = 8 };

static void allocate_30_mb(void *highest) {
  for (int i = 0; i < BLOCKS_OF_30_MB; i++) {
    void **block = __ame_libc_malloc(88);
    *block = kept;
    kept = block;
    const uintptr_t offset = (uintptr_t)block - ame_window_base;
    if (offset > *(uintptr_t *)highest)
      *(uintptr_t *)highest = offset;
  }
}

/* Chunks whose blocks have died come before fresh ones: a program does not wander
 * through the window. */
static void freed_chunks_are_used_again(void **state) {
  (void)state;
  uintptr_t highest = 0, at_first = 0;
  for (int round = 0; round < ROUNDS; round++) {
    kept = NULL;
    run_transaction(allocate_30_mb, &highest);
    for (void *next; kept; kept = next) {
      next = *(void **)kept;
      free(kept);
    }
    if (round == 0)
      at_first = highest;
  }
  assert_true(highest < ame_window_size);
  assert_true(highest <= at_first + (8 << 20));
}

static void replace_kept(void *unused) {
  (void)unused;
  for (int i = 0; i < 20; i++)
    __ame_libc_free(__ame_libc_malloc(64));
  __ame_libc_free(kept);
  kept = __ame_libc_malloc(48);
}

static void alternating_transactions_do_not_grow(void **state) {
  (void)state;
  kept = NULL;
  size_t before = 0;
  for (int i = 0; i < 1000000; i++) {
    run_transaction(replace_kept, NULL);
    if (i == 100000)
      before = resident_kb();
  }
  assert_true(resident_kb() < before + 1000);
  free(kept);
}

/* A table of blocks of mixed sizes, replaced at random: the memory stays within
 * a factor of what lives. */
enum { TABLE = 20000 };
static void *table[TABLE];
static uint32_t seed = 1;

static void replace_some(void *unused) {
  (void)unused;
  for (int i = 0; i < 100; i++) {
    seed = seed * 1664525 + 1013904223;
    const uint32_t index = (seed >> 8) % TABLE;
    __ame_libc_free(table[index]);
    table[index] = __ame_libc_malloc(16 + (seed >> 24));
  }
}

static void random_lifetimes_stay_bounded(void **state) {
  (void)state;
  const size_t before = resident_kb();
  for (int i = 0; i < 20000; i++)
    run_transaction(replace_some, NULL);
  assert_true(resident_kb() < before + 100000);
  for (int i = 0; i < TABLE; i++)
    free(table[i]);
}

static void *churn(void *argument) {
  (void)argument;
  for (int i = 0; i < 20000; i++) {
    void *mine = malloc(24);
    run_transaction(freed_block_is_reused, NULL);
    free(mine);
  }
  return NULL;
}

static void threads_come_and_go(void **state) {
  (void)state;
  pthread_t threads[4];
  for (int round = 0; round < 3; round++) {
    for (int i = 0; i < 4; i++)
      pthread_create(&threads[i], NULL, churn, NULL);
    for (int i = 0; i < 4; i++)
      pthread_join(threads[i], NULL);
  }
}

static bool inlined_test_shows(const void *address) {
  return (uintptr_t)address - __ame_tls.captured_base < __ame_tls.captured_size;
}

/* As a barrier's slow path asks until the inlined test says so. */
static bool comes_to_show(const void *address) {
  for (int i = 0; i < 100 && !inlined_test_shows(address); i++)
    assert_true(ame_memory_is_captured(ame_self(), address, 1));
  return inlined_test_shows(address);
}

enum { MEDIUM = 100000, LARGE = 2000000 };

/* Several chunks side by side: as if they were small. */
static void use_medium(void *unused) {
  (void)unused;
  char *small = __ame_libc_malloc(100), *medium = __ame_libc_malloc(MEDIUM);
  memset(medium, 0x5a, MEDIUM);
  char *second = __ame_libc_malloc(MEDIUM / 2), *tail = __ame_libc_malloc(8);
  assert_true(inlined_test_shows(small));
  assert_true(inlined_test_shows(medium));
  assert_true(inlined_test_shows(medium + MEDIUM - 1));
  assert_true(inlined_test_shows(second));
  assert_true(inlined_test_shows(tail));
  assert_in_range(__ame_libc_malloc_usable_size(medium), MEDIUM, MEDIUM + 15);
  for (int i = 0; i < MEDIUM; i++)
    assert_int_equal(medium[i], 0x5a);
  __ame_libc_free(medium);
  __ame_libc_free(second);
  assert_ptr_equal(__ame_libc_malloc(MEDIUM / 2 + 100), medium); /* at once */
  assert_ptr_not_equal(__ame_libc_malloc(100 + MEDIUM / 2), second); /* too small */
  assert_ptr_equal(__ame_libc_malloc(MEDIUM / 3), second);
  kept = __ame_libc_malloc(MEDIUM);
  memset(kept, 1, MEDIUM);
  abort_first(&aborts, 2);
}

static void medium_blocks(void **state) {
  (void)state;
  aborts = 0;
  run_transaction(use_medium, NULL);
  assert_int_equal(aborts, 2);
  kept = realloc(kept, MEDIUM + 10); /* plain code may free it like any block */
  for (int i = 0; i < MEDIUM; i++)
    assert_int_equal(((char *)kept)[i], 1);
  free(kept);
}

static void keep_one(void *unused) {
  (void)unused;
  kept = __ame_libc_malloc(MEDIUM);
  memset(kept, 1, MEDIUM);
  __ame_libc_free(__ame_libc_malloc(MEDIUM * 2));
}

/* Kept ones are freed by plain code, those between them die in the transaction. */
static void medium_blocks_do_not_grow(void **state) {
  (void)state;
  size_t before = 0;
  for (int i = 0; i < 2000; i++) {
    run_transaction(keep_one, NULL);
    free(kept);
    if (i == 100)
      before = ame_window_chunks_used();
  }
  assert_true(ame_window_chunks_used() <= before + 8);
}

static void use_small_and_large(void *unused) {
  (void)unused;
  char *small = __ame_libc_malloc(100), *large = __ame_libc_malloc(LARGE);
  assert_true(inlined_test_shows(small));
  assert_false(inlined_test_shows(large));
  ame_memory_is_captured(ame_self(), large, 1); /* once is not often */
  assert_true(inlined_test_shows(small));
  assert_true(comes_to_show(large));
  assert_true(inlined_test_shows(large + LARGE - 1));
  assert_false(inlined_test_shows(small));
  char *second = __ame_libc_malloc(100); /* cut while the large one is shown */
  assert_true(inlined_test_shows(large));
  assert_true(comes_to_show(second));
  assert_true(inlined_test_shows(small));
  assert_true(comes_to_show(large));
  __ame_libc_free(large); /* may not be shown any longer */
  assert_false(inlined_test_shows(large));
  assert_true(inlined_test_shows(second));
  large = __ame_libc_malloc(LARGE);
  assert_true(comes_to_show(large)); /* and the next attempt begins without it */
  abort_first(&aborts, 1);
}

static void inlined_test_follows_accesses(void **state) {
  (void)state;
  aborts = 0;
  run_transaction(use_small_and_large, NULL);
  assert_int_equal(aborts, 1);
}

enum { MANY = 20 }; /* more than one attempt may take of the kept ones */
static void *many[MANY], *taken[MANY];

static void allocate_many(void *unused) {
  (void)unused;
  for (int i = 0; i < MANY; i++)
    many[i] = __ame_libc_malloc(40);
}

static void free_many(void *unused) {
  (void)unused;
  for (int i = 0; i < MANY; i++)
    __ame_libc_free(many[i]);
}

static bool was_freed(const void *block) {
  for (int i = 0; i < MANY; i++)
    if (many[i] == block)
      return true;
  return false;
}

static void take_kept(void *unused) {
  (void)unused;
  struct transaction *tx = ame_self();
  int reused = 0;
  for (int i = 0; i < MANY; i++) {
    taken[i] = __ame_libc_malloc(40);
    if (i == 0)
      assert_true(inlined_test_shows((char *)taken[0] + 39));
    memset(taken[i], i, 40);
    reused += was_freed(taken[i]);
    for (int j = 0; j < i; j++)
      assert_ptr_not_equal(taken[i], taken[j]);
  }
  assert_in_range(reused, 1, MANY - 1);
  for (int i = 0; i < MANY; i++) {
    assert_true(ame_memory_is_captured(tx, (char *)taken[i] + 39, 1));
    for (int j = 0; j < 40; j++)
      assert_int_equal(((char *)taken[i])[j], i);
  }
  __ame_libc_free(taken[0]);
  assert_ptr_equal(__ame_libc_malloc(33), taken[0]); /* at once, as any captured one */
  abort_first(&aborts, 3);
}

static void take_one(void *unused) {
  (void)unused;
  taken[0] = __ame_libc_malloc(40);
  assert_true(ame_memory_is_captured(ame_self(), taken[0], 40));
  __ame_libc_free(taken[0]);
}

/* What a transaction has freed, the thread's next ones take first; an abort gives it
 * back, and so does a free in the same transaction. */
static void freed_blocks_are_kept(void **state) {
  (void)state;
  aborts = 0;
  run_transaction(allocate_many, NULL);
  run_transaction(free_many, NULL);
  run_transaction(take_kept, NULL);
  assert_int_equal(aborts, 3);
  for (int i = 0; i < MANY; i++)
    assert_false(ame_memory_is_captured(ame_self(), taken[i], 1));
  for (int i = 0; i < MANY; i++)
    free(taken[i]);
  run_transaction(take_one, NULL);
  void *const last = taken[0];
  run_transaction(take_one, NULL);
  assert_ptr_equal(taken[0], last);
}

static void replace_one(void *place) {
  __ame_libc_free(*(void **)place);
  *(void **)place = __ame_libc_malloc(24);
}

/* A structure that grows and shrinks stays where it is. */
static void lone_replacements_do_not_wander(void **state) {
  (void)state;
  enum { LIVE = 2000 };
  memset(table, 0, sizeof table);
  for (int i = 0; i < LIVE; i++)
    run_transaction(replace_one, &table[i]);
  const size_t before = ame_window_chunks_used();
  for (int i = 0; i < 300000; i++) {
    seed = seed * 1664525 + 1013904223;
    run_transaction(replace_one, &table[(seed >> 8) % LIVE]);
  }
  assert_true(ame_window_chunks_used() <= before + 1);
  for (int i = 0; i < LIVE; i++)
    free(table[i]);
}

int main(void) {
  ame_options.max_attempts = UINT32_MAX; /* forced aborts lose nothing */
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(plain_family_works),
      cmocka_unit_test(foreign_memory_is_passed_on),
      cmocka_unit_test(captured_blocks_of_all_sizes),
      cmocka_unit_test(reuse_at_once),
      cmocka_unit_test(abort_takes_back_and_forgets_frees),
      cmocka_unit_test(realloc_of_older_memory),
      cmocka_unit_test(strings),
      cmocka_unit_test(aligned),
      cmocka_unit_test(medium_blocks),
      cmocka_unit_test(medium_blocks_do_not_grow),
      cmocka_unit_test(inlined_test_follows_accesses),
      cmocka_unit_test(freed_blocks_are_kept),
      cmocka_unit_test(lone_replacements_do_not_wander),
      cmocka_unit_test(hundreds_of_megabytes),
      cmocka_unit_test(freed_chunks_are_used_again),
      cmocka_unit_test(alternating_transactions_do_not_grow),
      cmocka_unit_test(random_lifetimes_stay_bounded),
      cmocka_unit_test(threads_come_and_go),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
