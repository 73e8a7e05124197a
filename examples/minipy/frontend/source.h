/* The text being compiled, and errors about places in it.
 *
 * Tokens and tree nodes remember a place as a pointer into the text; line,
 * column and the line's text are worked out when an error is reported, which
 * happens at most once per compilation: only the first error counts.
 */
#ifndef MINIPY_FRONTEND_SOURCE_H
#define MINIPY_FRONTEND_SOURCE_H

#include "arena.h"

typedef struct {
  Arena *arena;
  const char *filename;
  const char *text, *end; /* *end == 0 */
  bool failed;            /* an error was set */
} Source;

/* The source for a text; newlines become '\n'. */
void Source_Init(Source *source, Arena *arena, const char *text,
                 const char *filename);

/* Sets SyntaxError at the place `at`, unless there is an error already. */
void Source_Error(Source *source, const char *at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The same with another class: IndentationError, TabError. */
void Source_ErrorOf(Source *source, PyObject *type, const char *at,
                    const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* The line number (from 1) of a place. */
int Source_Line(const Source *source, const char *at);

#endif
