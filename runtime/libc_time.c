/* Time, and other questions to the system that are answered at once.
 *
 * Results are taken into private memory and stored through barriers. */
#define _GNU_SOURCE
#include "libc_access.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/times.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

/* result name(parameters): `answer` is where `type` goes, may be NULL. */
#define ANSWER(result, name, parameters, type, private_call)                   \
  AME_WRAPPER(result, name, parameters) {                                      \
    type private_answer;                                                       \
    const result returned = private_call;                                      \
    if (answer && returned != (result)-1)                                      \
      ame_store(answer, &private_answer, sizeof private_answer);               \
    return returned;                                                           \
  }

ANSWER(time_t, time, (time_t * answer), time_t, time(&private_answer))
ANSWER(int, clock_gettime, (clockid_t clock, struct timespec *answer),
       struct timespec, clock_gettime(clock, &private_answer))
ANSWER(int, clock_getres, (clockid_t clock, struct timespec *answer),
       struct timespec, clock_getres(clock, &private_answer))
ANSWER(int, getrusage, (int who, struct rusage *answer), struct rusage,
       getrusage(who, &private_answer))
ANSWER(int, getrlimit, (int resource, struct rlimit *answer), struct rlimit,
       getrlimit((__rlimit_resource_t)resource, &private_answer))
ANSWER(clock_t, times, (struct tms * answer), struct tms,
       times(&private_answer))
ANSWER(int, uname, (struct utsname * answer), struct utsname,
       uname(&private_answer))

AME_WRAPPER(int, timespec_get, (struct timespec * answer, int base)) {
  struct timespec now;
  const int result = timespec_get(&now, base);
  if (result)
    ame_store(answer, &now, sizeof now);
  return result;
}

AME_WRAPPER(int, gettimeofday, (struct timeval * answer, void *zone)) {
  struct timeval now;
  if (!ame_active() || zone)
    return gettimeofday(answer, zone);
  const int result = gettimeofday(&now, NULL);
  if (result == 0 && answer)
    ame_store(answer, &now, sizeof now);
  return result;
}

/* --- sleeping: the transaction stays isolated meanwhile
 * -------------------------- */

AME_WRAPPER(int, clock_nanosleep,
            (clockid_t clock, int flags, const struct timespec *request,
             struct timespec *rest)) {
  struct timespec wanted, left = {0, 0};
  __ame_read_copy(&wanted, request, sizeof wanted);
  const int result = clock_nanosleep(clock, flags, &wanted, &left);
  if (result && rest && !(flags & TIMER_ABSTIME))
    ame_store(rest, &left, sizeof left);
  return result;
}

AME_WRAPPER(int, nanosleep,
            (const struct timespec *request, struct timespec *rest)) {
  struct timespec wanted, left = {0, 0};
  __ame_read_copy(&wanted, request, sizeof wanted);
  const int result = nanosleep(&wanted, &left);
  if (result && rest)
    ame_store(rest, &left, sizeof left);
  return result;
}

/* --- calendar
 * ---------------------------------------------------------------------- */

#define BROKEN_DOWN(name)                                                      \
  AME_WRAPPER(struct tm *, name, (const time_t *moment, struct tm *answer)) {  \
    time_t copied;                                                             \
    struct tm private_answer;                                                  \
    __ame_read_copy(&copied, moment, sizeof copied);                           \
    if (!name(&copied, &private_answer))                                       \
      return NULL;                                                             \
    ame_store(answer, &private_answer, sizeof private_answer);                 \
    return answer;                                                             \
  }
BROKEN_DOWN(localtime_r)
BROKEN_DOWN(gmtime_r)

#define NORMALISED(name)                                                       \
  AME_WRAPPER(time_t, name, (struct tm * date)) {                              \
    struct tm copied;                                                          \
    __ame_read_copy(&copied, date, sizeof copied);                             \
    const time_t moment = name(&copied);                                       \
    ame_store(date, &copied, sizeof copied);                                   \
    return moment;                                                             \
  }
NORMALISED(mktime)
NORMALISED(timegm)

AME_WRAPPER(size_t, strftime,
            (char *to, size_t size, const char *format,
             const struct tm *date)) {
  if (!ame_active())
    return strftime(to, size, format, date);
  const struct ame_scratch_mark mark = ame_scratch_mark();
  struct tm copied;
  __ame_read_copy(&copied, date, sizeof copied);
  char *text = ame_scratch_take(size + 1);
  const size_t length =
      strftime(text, size, ame_string_copy(format, SIZE_MAX), &copied);
  if (length || (size && *text == 0))
    ame_store(to, text, length + 1);
  ame_scratch_release(mark);
  return length;
}

AME_WRAPPER(char *, asctime_r, (const struct tm *date, char *to)) {
  struct tm copied;
  char text[64];
  __ame_read_copy(&copied, date, sizeof copied);
  if (!asctime_r(&copied, text))
    return NULL;
  ame_store(to, text, strlen(text) + 1);
  return to;
}
AME_WRAPPER(char *, ctime_r, (const time_t *moment, char *to)) {
  time_t copied;
  char text[64];
  __ame_read_copy(&copied, moment, sizeof copied);
  if (!ctime_r(&copied, text))
    return NULL;
  ame_store(to, text, strlen(text) + 1);
  return to;
}

/* --- environment, randomness, messages
 * ------------------------------------------------- */

#define BY_NAME(name)                                                          \
  AME_WRAPPER(char *, name, (const char *variable)) {                          \
    if (!ame_active())                                                         \
      return name(variable);                                                   \
    const struct ame_scratch_mark mark = ame_scratch_mark();                   \
    char *value = name(ame_string_copy(variable, SIZE_MAX));                   \
    ame_scratch_release(mark);                                                 \
    return value;                                                              \
  }
BY_NAME(getenv)
BY_NAME(secure_getenv)

AME_WRAPPER(ssize_t, getrandom, (void *to, size_t size, unsigned flags)) {
  __ame_write_range(to, size);
  return getrandom(to, size, flags);
}
AME_WRAPPER(int, getentropy, (void *to, size_t size)) {
  __ame_write_range(to, size);
  return getentropy(to, size);
}

/* glibc's form: returns the message, which need not be in `to`. */
AME_WRAPPER(char *, strerror_r, (int error, char *to, size_t size)) {
  __ame_write_range(to, size);
  return strerror_r(error, to, size);
}
extern int __xpg_strerror_r(int error, char *to, size_t size);
AME_WRAPPER(int, __xpg_strerror_r, (int error, char *to, size_t size)) {
  __ame_write_range(to, size);
  return __xpg_strerror_r(error, to, size);
}
