/* Random transactions over shared memory, recorded and checked (recorder.h).
 *
 *   random_transactions THREADS ROUNDS TRANSACTIONS SEED SPREAD
 *
 * SPREAD: bytes of memory that they meet in, up to 65536; 64: mostly in counts. A round is so many
 * transactions of each thread; after it the checker replays. Words of all sizes,
 * unaligned and across stripes, ranges by memcpy, memmove and memset; blocks that
 * become inevitable, cancel, retry; payloads that a transaction makes private, that
 * are then used plainly, and made public again; reference counts that are changed,
 * read, tested, found zero and set, beside ordinary words in the same stripes. */
#include <ame/ame.h>

#include "recorder.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_THREADS = 16, RANGE = 300, LONG_RANGE = 4096, BLOCKS_IN_A_ROW = 6 };
enum kind {
  READ_WORD, WRITE_WORD, READ_UNALIGNED, WRITE_UNALIGNED, READ_RANGE, WRITE_RANGE,
  MOVE_RANGE, SET_RANGE, READ_MANY, READ_PAYLOAD, WRITE_PAYLOAD, ADD_COUNT,
  READ_COUNT, TEST_COUNT, DROP_COUNT, STORE_COUNT, PART_OF_COUNT, COUNTED_WORD, INEVITABLE, RETRY,
  CANCEL, END
};
struct operation_of { /* packed into one word: passed by value, never in memory */
  uint64_t kind : 8, shift : 8, size : 16, at : 32;
};
struct worker {
  pthread_t thread;
  int id;
  uint64_t random, unique;
  struct recorder *recorder;
  struct operation_of plan[BLOCKS_IN_A_ROW][64];
  int blocks;
};

static struct worker workers[MAX_THREADS];
static int threads, rounds, transactions;
static uint32_t spread;
static atomic_int still_busy AME_NOTRACK;
static _Thread_local struct worker *self;

typedef uint64_t word_anywhere __attribute__((aligned(1), may_alias));
typedef uint32_t part_of_count __attribute__((may_alias));

static uint64_t next_random(struct worker *worker) {
  uint64_t x = worker->random;
  x ^= x >> 12;
  x ^= x << 25;
  x ^= x >> 27;
  worker->random = x;
  return (x * 0x2545f4914f6cdd1dull) >> 16;
}

/* --- called in transactions as they are ------------------------------------------- */
AME_PURE __attribute__((noinline)) static struct operation_of planned(int block, int index) {
  return self->plan[block][index];
}

/* Never written before, by anybody. */
AME_PURE __attribute__((noinline)) static uint64_t unique_word(void) {
  return (uint64_t)(self->id + 1) << 56 | ++self->unique;
}

AME_PURE __attribute__((noinline)) static void fill_unique(char *bytes, size_t size) {
  uint64_t x = unique_word();
  for (size_t i = 0; i < size; i++) {
    x = x * 6364136223846793005u + 1442695040888963407u;
    bytes[i] = (char)(x >> 56);
  }
}

/* --- a transaction ------------------------------------------------------------------- */
static void word_operation(enum kind kind, char *at, int shift) {
  const uint64_t fresh = unique_word();
  const size_t size = (size_t)1 << shift;
  if (kind == WRITE_WORD)
    record_word(WRITE, at, fresh, size);
  switch (shift) {
#define WORD(type, case_shift)                                                     \
  case case_shift:                                                                 \
    if (kind == WRITE_WORD)                                                        \
      *(type *)at = (type)fresh;                                                   \
    else                                                                           \
      record_word(READ, at, *(type *)at, size);                                    \
    break;
    WORD(uint8_t, 0)
    WORD(uint16_t, 1)
    WORD(uint32_t, 2)
    WORD(uint64_t, 3)
  }
}

static void range_operation(enum kind kind, char *at, size_t size, char *from) {
  char bytes[RANGE];
  switch (kind) {
  case READ_RANGE:
    memcpy(bytes, at, size);
    record(READ, at, bytes, size);
    break;
  case WRITE_RANGE:
    fill_unique(bytes, size);
    record(WRITE, at, bytes, size);
    memcpy(at, bytes, size);
    break;
  case MOVE_RANGE:
    memmove(at, from, size);
    record_move(at, from, size);
    break;
  default:
    memset(bytes, (int)size, size);
    record(WRITE, at, bytes, size);
    memset(at, (int)size, size);
    break;
  }
}

/* Enough reads to turn visible. */
static void read_many(char *at, size_t count) {
  for (size_t i = 0; i < count; i++) {
    const uint64_t value = *(uint64_t *)(at + i * 8);
    record_word(READ, at + i * 8, value, 8);
  }
}

static void payload_operation(enum kind kind, struct block *block, size_t at) {
  const uint64_t owner = block->owner;
  record_word(READ, &block->owner, owner, 8);
  if (owner != 0)
    return;
  uint64_t *word = (uint64_t *)(block->payload + at % (PAYLOAD / 8) * 8);
  if (kind == READ_PAYLOAD) {
    record_word(READ, word, *word, 8);
    return;
  }
  const uint64_t fresh = unique_word();
  record_word(WRITE, word, fresh, 8);
  *word = fresh;
}

/* "Above zero" after a decrement is no promise; the other answers are. */
/* Not &counted->count: whoever is given that may change the count, so the transaction
 * would have it for itself from then on, and no changes to merge. */
static char *place_of(struct counted *counted) {
  return (char *)counted + offsetof(struct counted, count);
}

static void drop_count(struct counted *counted) {
  record_word(ADD, place_of(counted), (uint64_t)-1, 8);
  if (--counted->count == 0)
    record_word(SIGN, place_of(counted), 0, 8);
}

static void count_operation(enum kind kind, struct counted *counted, int64_t number) {
  int64_t value;
  switch (kind) {
  case ADD_COUNT:
    record_word(ADD, place_of(counted), (uint64_t)number, 8);
    counted->count += number;
    break;
  case READ_COUNT:
    value = counted->count;
    record_word(READ, place_of(counted), (uint64_t)value, 8);
    break;
  case TEST_COUNT:
    if (counted->count > 0)
      record_word(SIGN, place_of(counted), 1, 8);
    break;
  case DROP_COUNT:
    drop_count(counted);
    break;
  case STORE_COUNT:
    record_word(WRITE, place_of(counted), (uint64_t)number, 8);
    counted->count = number;
    break;
  case PART_OF_COUNT: /* an ordinary access: the count is this transaction's */
    value = *(part_of_count *)&counted->count;
    record_word(READ, place_of(counted), (uint64_t)value, 4);
    break;
  default:
    word_operation(number < 0 ? WRITE_WORD : READ_WORD, (char *)&counted->word, 3);
    break;
  }
}

static void run_block(int block) {
  AME_ATOMIC_AS("random") {
    const int failed = record_attempt();
    struct operation_of operation = planned(block, 0);
    for (int i = 0; operation.kind != END; operation = planned(block, ++i)) {
      char *at = shared.bytes + operation.at;
      switch ((enum kind)operation.kind) {
      case READ_WORD:
      case WRITE_WORD:
        word_operation((enum kind)operation.kind, at, operation.shift);
        break;
      case READ_UNALIGNED:
        record_word(READ, at, *(word_anywhere *)at, 8);
        break;
      case WRITE_UNALIGNED: {
        const uint64_t fresh = unique_word();
        record_word(WRITE, at, fresh, 8);
        *(word_anywhere *)at = fresh;
        break;
      }
      case READ_MANY:
        read_many(at, operation.size);
        break;
      case READ_PAYLOAD:
      case WRITE_PAYLOAD:
        payload_operation((enum kind)operation.kind, &shared.blocks[operation.at % BLOCKS],
                          operation.size);
        break;
      case ADD_COUNT:
      case READ_COUNT:
      case TEST_COUNT:
      case DROP_COUNT:
      case STORE_COUNT:
      case PART_OF_COUNT:
      case COUNTED_WORD:
        count_operation((enum kind)operation.kind,
                        &shared.counted[operation.at % (spread == 64 ? 3 : COUNTED)],
                        (int64_t)(operation.size % 7) - 3);
        break;
      case INEVITABLE:
        ame_become_inevitable("a test");
        break;
      case RETRY:
        if (failed == 0)
          ame_retry();
        break;
      case CANCEL:
        ame_cancel();
        break;
      default:
        range_operation((enum kind)operation.kind, at, operation.size,
                        shared.bytes + operation.at / 2 + operation.shift);
        break;
      }
    }
  }
}

/* --- planning ---------------------------------------------------------------------------- */
static enum kind random_kind(struct worker *worker) {
  static const enum kind kinds[16] = {
      READ_WORD,  READ_WORD,   READ_WORD,  READ_WORD, READ_WORD,    WRITE_WORD,
      WRITE_WORD, WRITE_WORD,  READ_RANGE, SET_RANGE, WRITE_RANGE,  MOVE_RANGE,
      READ_UNALIGNED, WRITE_UNALIGNED, READ_PAYLOAD, WRITE_PAYLOAD};
  static const enum kind of_counts[16] = {
      ADD_COUNT,  ADD_COUNT,  ADD_COUNT,  ADD_COUNT,    DROP_COUNT,   DROP_COUNT,
      DROP_COUNT, DROP_COUNT, READ_COUNT, READ_COUNT,   TEST_COUNT,   TEST_COUNT,
      PART_OF_COUNT, STORE_COUNT, COUNTED_WORD, COUNTED_WORD};
  const uint64_t r = next_random(worker);
  const bool counts = spread == 64 ? r & 0x300 : !(r & 0x300);
  return counts ? of_counts[r % 16] : kinds[r % 16];
}

static struct operation_of random_operation(struct worker *worker) {
  struct operation_of operation = {.kind = random_kind(worker)};
  const uint64_t r = next_random(worker);
  operation.shift = r % 4;
  operation.size = 1 + (r >> 2) % (r >> 12 & 1 ? RANGE - 1 : 32);
  operation.at = (uint32_t)((r >> 16) % spread);
  if (operation.kind == READ_WORD || operation.kind == WRITE_WORD)
    operation.at &= ~((1u << operation.shift) - 1);
  if (operation.at > SHARED_SIZE - LONG_RANGE)
    operation.at -= LONG_RANGE;
  return operation;
}

static void plan_block(struct worker *worker, struct operation_of *plan) {
  const uint64_t r = next_random(worker);
  const int length = 1 + (int)(r % (r >> 8 & 7 ? 8 : 40));
  int i = 0;
  for (; i < length; i++)
    plan[i] = random_operation(worker);
  if (r >> 12 & 1) /* a reader: nothing written */
    for (i = 0; i < length; i++)
      if (plan[i].kind != READ_RANGE && plan[i].kind != READ_UNALIGNED &&
          plan[i].kind != READ_COUNT && plan[i].kind != TEST_COUNT) {
        plan[i].kind = READ_WORD;
        plan[i].at &= ~7u;
      }
  const int special = (int)(r >> 16) % 64, where = (int)(r >> 24) % length;
  if (special < 8) {
    plan[where] = (struct operation_of){.kind = READ_MANY, .at = 0};
    plan[where].size = (uint64_t)(spread / 8 < 512 ? spread / 8 : 512);
  } else if (special < 10) {
    plan[where].kind = INEVITABLE;
  } else if (special < 16) {
    plan[length - 1].kind = CANCEL;
    for (i = 0; i < length - 1; i++)
      if (plan[i].kind == INEVITABLE)
        plan[i].kind = READ_PAYLOAD;
  } else if (special == 16 && worker->id != 0) { /* the first goes on committing */
    plan[where].kind = RETRY;
  }
  plan[length].kind = END;
}

/* Several in a row may go on owning what they write. */
static void plan(struct worker *worker) {
  const uint64_t r = next_random(worker);
  worker->blocks = r & 1 ? 1 : 1 + (int)(r >> 1) % BLOCKS_IN_A_ROW;
  for (int i = 0; i < worker->blocks; i++)
    plan_block(worker, worker->plan[i]);
}

static void run_planned(int blocks) {
  for (int block = 0; block < blocks; block++)
    run_block(block);
}

static void transaction(struct worker *worker) {
  plan(worker);
  recorder_transaction();
  run_planned(worker->blocks);
  recorder_returned();
}

/* --- privatization --------------------------------------------------------------------------- */
static int take_now(struct block *block, uint64_t me) {
  const uint64_t owner = block->owner;
  record_word(READ, &block->owner, owner, 8);
  if (owner != 0)
    return owner == me;
  record_word(WRITE, &block->owner, me, 8);
  block->owner = me;
  return 1;
}

static int take(struct block *block, uint64_t me) {
  int mine = 0;
  AME_ATOMIC_AS("take") {
    record_attempt();
    mine = take_now(block, me);
  }
  return mine;
}

/* The stripe may be kept when plain code is about to run. */
static int take_twice(struct block *block, uint64_t me) {
  int mine = 0;
  for (int times = 0; times < 2; times++)
    AME_ATOMIC_AS("take twice") {
      record_attempt();
      mine = take_now(block, me);
    }
  return mine;
}

/* Learns of a privatization by others, like a proxy, and uses what they left. */
static uint64_t owner_of(struct block *block) {
  uint64_t owner;
  AME_ATOMIC_AS("look") {
    record_attempt();
    owner = block->owner;
    record_word(READ, &block->owner, owner, 8);
  }
  return owner;
}

static void give(struct block *block) {
  AME_ATOMIC_AS("give") {
    record_attempt();
    record_word(WRITE, &block->owner, 0, 8);
    block->owner = 0;
  }
}

static void use_plainly(struct worker *worker, struct block *block) {
  volatile uint64_t *words = (volatile uint64_t *)block->payload;
  for (int i = 0; i < 6; i++) {
    volatile uint64_t *word = words + next_random(worker) % (PAYLOAD / 8);
    record_word(READ, (const void *)word, *word, 8);
    const uint64_t fresh = unique_word();
    record_word(WRITE, (const void *)word, fresh, 8);
    *word = fresh;
  }
}

static void privatize(struct worker *worker) {
  struct block *block = &shared.blocks[next_random(worker) % BLOCKS];
  recorder_transaction();
  const uint64_t me = (uint64_t)worker->id + 1;
  const int mine = next_random(worker) % 2 ? take(block, me) : take_twice(block, me);
  recorder_returned();
  if (mine) {
    use_plainly(worker, block);
    recorder_transaction();
    give(block);
    recorder_returned();
  } else {
    recorder_transaction();
    owner_of(block);
    recorder_returned();
  }
}

static void *work(void *argument) {
  struct worker *worker = self = argument;
  recorder_use(worker->recorder);
  for (int i = 0; i < transactions; i++)
    if (next_random(worker) % 4 == 0)
      privatize(worker);
    else
      transaction(worker);
  atomic_fetch_sub(&still_busy, 1);
  /* Those who retry wait for changes of words and counts that they have read: the first
   * thread gives them some. */
  while (worker->id == 0 && atomic_load(&still_busy) != 0) {
    privatize(worker);
    transaction(worker);
  }
  return NULL;
}

/* What only a merge brings to zero stays as it is. */
AME_PURE static void found_zero(void *count) { (void)count; }

int main(int argc, char **argv) {
  if (argc != 6) {
    fprintf(stderr, "usage: %s THREADS ROUNDS TRANSACTIONS SEED SPREAD\n", argv[0]);
    return 2;
  }
  threads = atoi(argv[1]);
  rounds = atoi(argv[2]);
  transactions = atoi(argv[3]);
  spread = (uint32_t)atoi(argv[5]);
  if (threads < 1 || threads > MAX_THREADS || spread < 64 || spread > SHARED_SIZE) {
    fprintf(stderr, "THREADS up to %d, SPREAD from 64 to %d\n", MAX_THREADS, SHARED_SIZE);
    return 2;
  }
  struct recorder *recorders[MAX_THREADS];
  struct totals totals = {0};
  for (int i = 0; i < threads; i++) {
    workers[i].id = i;
    workers[i].random = (strtoull(argv[4], NULL, 0) * 1000003 + (uint64_t)i + 1) *
                        0x9e3779b97f4a7c15ull;
    recorders[i] = workers[i].recorder = recorder_new(workers[i].random);
  }
  ame_refcount_on_zero(found_zero);
  checker_start();
  for (int round = 0; round < rounds; round++) {
    atomic_store(&still_busy, threads);
    for (int i = 0; i < threads; i++)
      if (pthread_create(&workers[i].thread, NULL, work, &workers[i]) != 0)
        return 2;
    for (int i = 0; i < threads; i++)
      pthread_join(workers[i].thread, NULL);
    if (!check_round(recorders, threads, &totals)) {
      printf("random transactions: FAIL in round %d\n", round);
      return 1;
    }
  }
  printf("random transactions: OK threads=%d spread=%u seed=%s: %llu committed, %llu "
         "aborted attempts, %llu reads, %llu writes, %llu kept their stripes\n",
         threads, spread, argv[4], (unsigned long long)totals.committed,
         (unsigned long long)totals.aborted, (unsigned long long)totals.reads,
         (unsigned long long)totals.writes, (unsigned long long)totals.kept);
  return 0;
}
