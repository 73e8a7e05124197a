/* Records of attempts, and the functions that a recording runtime calls. Compiled
 * without ame. */
#include "recorder.h"

#define AME_RECORDING 1
#include "recording.h"

#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { MAX_ATTEMPTS = 1 << 22 };
#define ARENA ((size_t)4 << 30) /* address space */

struct recorder {
  char *arena, *end;
  struct attempt *attempts;
  size_t count;
  bool open;         /* an attempt runs */
  uint64_t floor;    /* of the transaction that runs */
  uint64_t identity; /* of the last attempt */
  uint64_t last_place;
  uint64_t kept_place, kept_stamp; /* of the last one that kept its stripes */
  uint64_t next_place, next_stamp; /* of one that is about to */
  int failed;
  uint64_t random;
};

struct shared shared __attribute__((aligned(64)));
static _Thread_local struct recorder *own;
static _Atomic uint64_t returned; /* the highest place that has returned */
static _Atomic uint64_t identities = 1, stamps = 1;

static void *reserve(size_t size) {
  void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) {
    perror("records");
    exit(2);
  }
  return memory;
}

struct recorder *recorder_new(uint64_t seed) {
  struct recorder *recorder = reserve(sizeof *recorder);
  recorder->arena = recorder->end = reserve(ARENA);
  recorder->attempts = reserve(MAX_ATTEMPTS * sizeof *recorder->attempts);
  recorder->random = seed * 2 + 1;
  return recorder;
}

void recorder_use(struct recorder *recorder) { own = recorder; }

void recorder_transaction(void) {
  own->floor = atomic_load(&returned);
  own->failed = 0;
}

/* In a loop of blocks the one before has returned. */
static void follow(void) {
  recorder_returned();
  if (own->floor < own->last_place)
    own->floor = own->last_place;
}

int record_attempt(void) {
  follow();
  if (own->count == MAX_ATTEMPTS) {
    fputs("too many attempts in a round\n", stderr);
    exit(2);
  }
  own->identity = atomic_fetch_add_explicit(&identities, 1, memory_order_relaxed);
  own->attempts[own->count] = (struct attempt){
      .floor = own->floor, .identity = own->identity, .begin = own->end};
  own->open = true;
  return own->failed;
}

static char *new_step(enum operation operation, const void *at, size_t size,
                      uint32_t from, size_t bytes) {
  struct step *step = (struct step *)own->end;
  const size_t offset = (size_t)((const char *)at - (const char *)&shared);
  if (offset + size > sizeof shared || own->end - own->arena > (ptrdiff_t)ARENA - 4096) {
    fputs("a record does not fit\n", stderr);
    exit(2);
  }
  *step = (struct step){operation, (uint32_t)size, (uint32_t)offset, from};
  own->end += sizeof *step + ((bytes + 7) & ~(size_t)7);
  if (!own->open) /* plain, behind the commit */
    own->attempts[own->count - 1].end = own->end;
  return (char *)(step + 1);
}

void record(enum operation operation, const void *at, const void *bytes, size_t size) {
  memcpy(new_step(operation, at, size, 0, size), bytes, size);
}

void record_word(enum operation operation, const void *at, uint64_t value, size_t size) {
  record(operation, at, &value, size);
}

void record_move(const void *to, const void *from, size_t size) {
  new_step(MOVE, to, size, (uint32_t)((const char *)from - (const char *)&shared), 0);
}

static void seal(uint64_t place, bool committed) {
  if (!own || !own->open)
    return;
  struct attempt *attempt = &own->attempts[own->count++];
  attempt->place = place;
  attempt->stamp = place == own->kept_place ? own->kept_stamp : 0;
  attempt->committed = committed;
  if (committed)
    own->last_place = place;
  attempt->end = own->end;
  own->open = false;
  own->failed += !committed;
}

void recorder_returned(void) {
  uint64_t now = atomic_load(&returned);
  while (now < own->last_place &&
         !atomic_compare_exchange_weak(&returned, &now, own->last_place))
    ;
}

size_t recorder_attempts(const struct recorder *recorder, struct attempt **attempts) {
  *attempts = recorder->attempts;
  return recorder->count;
}

void recorder_forget(struct recorder *recorder) {
  recorder->count = 0;
  recorder->end = recorder->arena;
}

/* --- called by the runtime ------------------------------------------------------------ */
void ame_recording_commit(uint32_t place, bool is_writer) {
  seal((uint64_t)place * 2 + !is_writer, true);
}

void ame_recording_abort(uint32_t snapshot) { seal((uint64_t)snapshot * 2 + 1, false); }

/* Behind the readers of this version; of two that have the same one, the one that
 * validates later may have read what the other wrote over, not the reverse. */
void ame_recording_before_keeping(uint32_t now) {
  if (!own)
    return;
  own->next_place = (uint64_t)now * 2 + 1;
  own->next_stamp = atomic_fetch_add(&stamps, 1);
}

void ame_recording_keep(void) {
  if (!own)
    return;
  own->kept_place = own->next_place;
  own->kept_stamp = own->next_stamp;
  seal(own->kept_place, true);
}

/* --- forced preemption ------------------------------------------------------------------ */
/* Threads are made to meet at the points that matter: now and then one gives the
 * processor away there, or stays for some time; where an attempt ends, often. */
void ame_recording_point(const char *name) {
  if (!own)
    return;
  own->random = own->random * 6364136223846793005u + 1442695040888963407u;
  const uint32_t random = (uint32_t)(own->random >> 32);
  const uint32_t one_in = strcmp(name, "before the undo") == 0 ? 2
                          : strcmp(name, "loaded") == 0        ? 8
                          : strcmp(name, "kept") == 0          ? 4
                                                               : 64;
  if (random % one_in != 0)
    return;
  if (random >> 8 & 3)
    for (uint32_t i = random >> 12 & 4095; i > 0; i--)
      __builtin_ia32_pause();
  else
    sched_yield();
}
