/* The functions of time.h whose result is a buffer of libc's own: in a
 * transaction it is a buffer of the thread, written through barriers. */
#define _GNU_SOURCE
#include "libc_access.h"

#include <string.h>
#include <time.h>

#define TEXT_SIZE 64

static _Thread_local struct tm date_buffer;
static _Thread_local char text_buffer[TEXT_SIZE];

static char *return_text(const char *text) {
  if (text)
    ame_store(text_buffer, text, strlen(text) + 1);
  return text ? text_buffer : NULL;
}

#define BROKEN_DOWN(name)                                                      \
  AME_WRAPPER(struct tm *, name, (const time_t *moment)) {                     \
    time_t copied;                                                             \
    struct tm date;                                                            \
    if (!ame_active())                                                         \
      return name(moment);                                                     \
    __ame_read_copy(&copied, moment, sizeof copied);                           \
    if (!name##_r(&copied, &date))                                             \
      return NULL;                                                             \
    ame_store(&date_buffer, &date, sizeof date);                               \
    return &date_buffer;                                                       \
  }
BROKEN_DOWN(localtime)
BROKEN_DOWN(gmtime)

#define AS_TEXT(name, type)                                                    \
  AME_WRAPPER(char *, name, (const type *moment)) {                            \
    type copied;                                                               \
    char text[TEXT_SIZE];                                                      \
    if (!ame_active())                                                         \
      return name(moment);                                                     \
    __ame_read_copy(&copied, moment, sizeof copied);                           \
    return return_text(name##_r(&copied, text));                               \
  }
AS_TEXT(asctime, struct tm)
AS_TEXT(ctime, time_t)
