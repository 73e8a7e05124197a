/* What the generated test of one row of libc_calls.def uses (rows.py).
 *
 * The arguments are objects in `memory`, shared memory that needs barriers.
 * A test runs its call plainly first, then in a transaction that is aborted
 * once by force behind the call. What is AME_PURE below is called in the
 * transaction and neither isolated nor undone. */
#ifndef HARNESS_H
#define HARNESS_H

#include "headers.h"

#include <ame/ame.h>
#include <stdbool.h>

enum { OBJECTS = 8, OBJECT_SIZE = 8192 };
extern _Alignas(64) char memory[OBJECTS][OBJECT_SIZE];

/* Objects that a test may only use, not own. */
extern FILE *stream; /* of the output that is looked at */
extern int fd;       /* the same */
extern locale_t locale;
extern DIR *directory;

void row_begin(const char *name);
/* What follows stands in the objects before each run of the call. */
void row_text(int object, const char *text);
void row_wide_text(int object, const wchar_t *text);
void row_bytes(int object, const void *bytes, size_t size);
void row_ready(void);
/* The plain run is over: this is what the transaction must do as well. */
void row_expect(const void *result, size_t size, bool is_pointer);
void row_compare(const void *result, size_t size, bool is_pointer);
/* The result differs from run to run: only that an abort leaves no trace. */
void row_unstable(void);

/* In the transaction. */
void row_attempt(void) AME_PURE;
void row_owned(const void *memory, size_t size) AME_PURE;
void row_logged(const void *memory, size_t size) AME_PURE;
void row_abort_once(void) AME_PURE;
void row_committed(void);

/* Output: to a new, empty file, which also is standard output and error. */
void row_redirect(void);
void row_nothing_out(void) AME_PURE; /* fails if something is there */
void row_take_output(void);          /* what the plain run has put out */
void row_same_output(void);

/* Descriptors: what an abort has to close again. */
void row_count_descriptors(void);
void row_same_descriptors(void) AME_PURE;
void row_close_new(void);

/* Inevitability. */
void row_is_inevitable(void) AME_PURE; /* and has drained one byte, once */

/* Runs the function in a child: it must end with a message that names it. */
void row_is_refused(const char *name, void (*run)(void));

/* The test of a row is over: how many of each kind there were. */
void row_end(const char *kind);
void row_report(void);


#endif
