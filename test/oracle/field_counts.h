/* What a program tells field_counts.c about its objects. */
#ifndef FIELD_COUNTS_H
#define FIELD_COUNTS_H

#include <stdbool.h>
#include <stddef.h>

/* The program's: the structure (its tag or typedef) that lies in the block, and
 * where in it; NULL when it is none with annotated fields, or not yet one. Must
 * look only at memory that field_counts_knows. */
const char *field_counts_struct(const char *block, size_t size, size_t *offset);

/* Whether [at, at + size) lies in one block or global. */
bool field_counts_knows(const void *at, size_t size);

#endif
