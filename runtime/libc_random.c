/* random and its relatives.
 *
 * The state of random() is the runtime's own, so that an aborted draw can be
 * taken back: the plain functions are defined here too (weak: a program's own
 * come first) and give the sequence that libc gives. Two transactions that draw
 * from it conflict; random_r has a state for each that wants one. */
#define _GNU_SOURCE
#include "libc_access.h"

#include <pthread.h>
#include <stdlib.h>

#define WEAK __attribute__((weak, visibility("default")))

/* What libc starts with. */
#define STATE_SIZE 128
#define SEED 1

static struct random_data shared;
static char shared_state[STATE_SIZE] __attribute__((aligned(4)));
static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* of plain code */

static void initialise(void) {
  initstate_r(SEED, shared_state, STATE_SIZE, &shared);
}

/* The numbers lie behind the pointer, one of bookkeeping before it. */
static void own(struct random_data *data) {
  __ame_write_range(data, sizeof *data);
  if (data->state)
    __ame_write_range(data->state - 1,
                      ((size_t)data->rand_deg + 1) * sizeof *data->state);
}

static void enter(void) {
  pthread_once(&once, initialise);
  if (ame_active())
    own(&shared);
  else
    pthread_mutex_lock(&lock);
}

static void leave(void) {
  if (!ame_active())
    pthread_mutex_unlock(&lock);
}

static long draw(void) {
  int32_t number;
  enter();
  random_r(&shared, &number);
  leave();
  return number;
}

static void seed(unsigned value) {
  enter();
  srandom_r(value, &shared);
  leave();
}

static char *replace_state(unsigned value, char *state, size_t size) {
  enter();
  char *old = (char *)(shared.state - 1);
  __ame_write_range(state, size);
  const int failed = initstate_r(value, state, size, &shared);
  leave();
  return failed ? NULL : old;
}

static char *restore_state(char *state) {
  enter();
  char *old = (char *)(shared.state - 1);
  __ame_write_range(state, sizeof(int32_t));
  const int failed = setstate_r(state, &shared);
  leave();
  return failed ? NULL : old;
}

#define BOTH(result, name, parameters, body)                                   \
  WEAK result name parameters { body; }                                        \
  AME_WRAPPER(result, name, parameters) { body; }

BOTH(long, random, (void), return draw())
BOTH(int, rand, (void), return (int)draw())
BOTH(void, srandom, (unsigned value), seed(value))
BOTH(void, srand, (unsigned value), seed(value))
BOTH(char *, initstate, (unsigned value, char *state, size_t size),
     return replace_state(value, state, size))
BOTH(char *, setstate, (char *state), return restore_state(state))

/* --- a state of the program's ----------------------------------------------- */

AME_WRAPPER(int, random_r, (struct random_data * data, int32_t *number)) {
  own(data);
  __ame_write_range(number, sizeof *number);
  return random_r(data, number);
}
AME_WRAPPER(int, srandom_r, (unsigned value, struct random_data *data)) {
  own(data);
  return srandom_r(value, data);
}
AME_WRAPPER(int, initstate_r,
            (unsigned value, char *state, size_t size,
             struct random_data *data)) {
  own(data);
  __ame_write_range(state, size);
  return initstate_r(value, state, size, data);
}
AME_WRAPPER(int, setstate_r, (char *state, struct random_data *data)) {
  own(data);
  __ame_write_range(state, sizeof(int32_t));
  return setstate_r(state, data);
}
