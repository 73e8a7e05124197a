/* What each attempt read and wrote, and its place in the serial order.
 *
 * The program (random_transactions.c) is compiled by ame and says what its
 * transactions do; a recording build of the runtime says where attempts end; the
 * checker replays. The functions are called as they are, inside transactions too:
 * what they keep is neither tracked nor undone. */
#ifndef OPACITY_RECORDER_H
#define OPACITY_RECORDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifndef AME_PURE
#define AME_PURE
#define AME_REFCOUNT
#endif

/* --- the memory that transactions work on ------------------------------------- */
enum { SHARED_SIZE = 1 << 16, BLOCKS = 4, PAYLOAD = 192, COUNTED = 6 };
struct block {
  uint64_t owner; /* 0: the payload is everybody's, by transactions */
  char rest[56];
  char payload[PAYLOAD];
};
/* Two in a stripe. */
struct counted {
  int64_t count AME_REFCOUNT;
  uint64_t word;
  char rest[16];
};
struct shared {
  char bytes[SHARED_SIZE];
  struct block blocks[BLOCKS];
  struct counted counted[COUNTED];
};
extern struct shared shared;

/* --- recording -------------------------------------------------------------------- */
/* ADD: to a count. SIGN: the count was said to be below, at or above zero. */
enum operation { READ, WRITE, MOVE, ADD, SIGN };

/* One thread's records of a round. */
struct recorder;
struct recorder *recorder_new(uint64_t seed);
/* The calling thread records here. */
void recorder_use(struct recorder *recorder);
/* Before the block: nothing that has returned by now may come after it. */
void recorder_transaction(void);
/* First thing in the block: an attempt begins. Returns how many have failed. */
AME_PURE int record_attempt(void);
/* `bytes` are what was read from, or is about to be written to, `at`. After the
 * block they still belong to it: plain accesses to what it has made private. */
AME_PURE void record(enum operation operation, const void *at, const void *bytes,
                     size_t size);
AME_PURE void record_word(enum operation operation, const void *at, uint64_t value,
                          size_t size);
AME_PURE void record_move(const void *to, const void *from, size_t size);
/* After the block. */
void recorder_returned(void);

/* --- the checker: checker.c ---------------------------------------------------------- */
struct attempt {
  uint64_t place; /* version * 2, of a snapshot + 1 */
  uint64_t stamp; /* orders those with the same place that kept their stripes; others: 0 */
  uint64_t floor; /* places that had returned when it began */
  uint64_t identity;
  bool committed;
  const char *begin, *end; /* struct step, then its bytes, aligned to 8 */
};
struct step {
  uint32_t operation, size, at, from; /* offsets in struct shared */
};
size_t recorder_attempts(const struct recorder *recorder, struct attempt **attempts);
void recorder_forget(struct recorder *recorder);

struct totals {
  uint64_t committed, kept, aborted, reads, writes;
};
/* Replays a round on the image of what the round before left. On a contradiction
 * prints it and returns false. */
bool check_round(struct recorder **recorders, int count, struct totals *totals);
void checker_start(void);

#endif
