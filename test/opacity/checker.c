/* Replays a round in its serial order and compares every value that was read.
 *
 * Writers come in the order of their versions. A reader, and an attempt that
 * aborted, comes right behind its snapshot: it must have seen one state of the
 * memory, and that one. So does a writer that kept its stripes, behind the readers:
 * nobody else sees what it wrote before there is a newer version. What an aborted
 * attempt wrote is taken back after it.
 * The order must be one of real time, too: nobody comes before a transaction that
 * had returned when it began. */
#include "recorder.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct shared image;

void checker_start(void) { memcpy(&image, &shared, sizeof image); }

static int by_place(const void *a, const void *b) {
  const struct attempt *x = *(struct attempt *const *)a, *y = *(struct attempt *const *)b;
  if (x->place != y->place)
    return x->place < y->place ? -1 : 1;
  if (x->stamp != y->stamp)
    return x->stamp < y->stamp ? -1 : 1;
  return x->identity < y->identity ? -1 : 1;
}

static bool contradiction(const struct attempt *attempt, const struct step *step,
                          const char *seen) {
  const char *expected = (const char *)&image + step->at;
  uint32_t i = 0;
  while (i < step->size && seen[i] == expected[i])
    i++;
  if (i == step->size)
    return false;
  printf("attempt %llu (%s, place %llu) read %u bytes at %u: byte %u is %02x, but %02x "
         "at its place\n",
         (unsigned long long)attempt->identity,
         attempt->committed ? "committed" : "aborted",
         (unsigned long long)attempt->place, step->size, step->at, i,
         (unsigned char)seen[i], (unsigned char)expected[i]);
  return true;
}

static int64_t sign_of(int64_t value) { return (value > 0) - (value < 0); }

static bool wrong_sign(const struct attempt *attempt, const struct step *step,
                       int64_t seen, int64_t value) {
  if (seen == sign_of(value))
    return false;
  printf("attempt %llu (%s, place %llu) was told that the count at %u has the sign %lld, "
         "but it is %lld at its place\n",
         (unsigned long long)attempt->identity,
         attempt->committed ? "committed" : "aborted",
         (unsigned long long)attempt->place, step->at, (long long)seen,
         (long long)value);
  return true;
}

/* What an aborted attempt changed in the image, to be put back. */
struct saved {
  uint32_t at, size;
  size_t bytes;
};
static struct saved *saved;
static char *saved_bytes;
static size_t saved_count, saved_capacity, saved_size, bytes_capacity;

static void *grow(void *old, size_t needed, size_t *capacity, size_t item) {
  if (needed <= *capacity)
    return old;
  *capacity = needed * 2;
  void *grown = realloc(old, *capacity * item);
  if (!grown) {
    perror("checker");
    exit(2);
  }
  return grown;
}

static void save(const struct step *step) {
  saved = grow(saved, saved_count + 1, &saved_capacity, sizeof *saved);
  saved_bytes = grow(saved_bytes, saved_size + step->size, &bytes_capacity, 1);
  memcpy(saved_bytes + saved_size, (char *)&image + step->at, step->size);
  saved[saved_count++] = (struct saved){step->at, step->size, saved_size};
  saved_size += step->size;
}

static void take_back(void) {
  while (saved_count) {
    const struct saved *last = &saved[--saved_count];
    memcpy((char *)&image + last->at, saved_bytes + last->bytes, last->size);
  }
  saved_size = 0;
}

static bool replay(const struct attempt *attempt, struct totals *totals) {
  bool good = true;
  for (const char *next = attempt->begin; good && next != attempt->end;) {
    const struct step *step = (const struct step *)next;
    const char *bytes = (const char *)(step + 1);
    char *at = (char *)&image + step->at;
    int64_t number, count;
    if (!attempt->committed && step->operation != READ && step->operation != SIGN)
      save(step);
    switch ((enum operation)step->operation) {
    case READ:
      good = !contradiction(attempt, step, bytes);
      totals->reads++;
      break;
    case WRITE:
      memcpy(at, bytes, step->size);
      totals->writes++;
      break;
    case MOVE:
      memmove(at, (char *)&image + step->from, step->size);
      totals->writes++;
      break;
    case ADD:
      memcpy(&number, bytes, sizeof number);
      memcpy(&count, at, sizeof count);
      count += number;
      memcpy(at, &count, sizeof count);
      totals->writes++;
      break;
    case SIGN:
      memcpy(&number, bytes, sizeof number);
      memcpy(&count, at, sizeof count);
      good = !wrong_sign(attempt, step, number, count);
      totals->reads++;
      break;
    }
    next = bytes + (step->operation == MOVE ? 0 : (step->size + 7) & ~7u);
  }
  take_back();
  return good;
}

static bool check_attempt(const struct attempt *attempt, struct totals *totals) {
  totals->committed += attempt->committed;
  totals->kept += attempt->committed && attempt->stamp != 0;
  totals->aborted += !attempt->committed;
  if (attempt->committed && attempt->place < attempt->floor) {
    printf("attempt %llu committed at place %llu, but place %llu had returned before it "
           "began\n",
           (unsigned long long)attempt->identity, (unsigned long long)attempt->place,
           (unsigned long long)attempt->floor);
    return false;
  }
  return replay(attempt, totals);
}

bool check_round(struct recorder **recorders, int count, struct totals *totals) {
  static struct attempt **order;
  static size_t capacity;
  size_t total = 0;
  for (int i = 0; i < count; i++) {
    struct attempt *attempts;
    const size_t own = recorder_attempts(recorders[i], &attempts);
    order = grow(order, total + own, &capacity, sizeof *order);
    for (size_t j = 0; j < own; j++)
      order[total++] = &attempts[j];
  }
  qsort(order, total, sizeof *order, by_place);
  for (size_t i = 0; i < total; i++) {
    if (i && order[i]->place == order[i - 1]->place && order[i]->place % 2 == 0) {
      printf("two writers have place %llu\n", (unsigned long long)order[i]->place);
      return false;
    }
    if (!check_attempt(order[i], totals))
      return false;
  }
  if (memcmp(&image, &shared, sizeof image) != 0) {
    printf("memory is not what the last transactions left\n");
    return false;
  }
  for (int i = 0; i < count; i++)
    recorder_forget(recorders[i]);
  return true;
}
