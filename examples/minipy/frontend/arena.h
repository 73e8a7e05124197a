/* Memory of one compilation.
 *
 * Everything that the front end builds between the source text and the finished
 * code object (tokens, syntax tree, symbol tables, instruction lists) dies at
 * the same moment, so it is carved out of a few large chunks and freed at once.
 * The arena also keeps references to Python objects (names, constants) for as
 * long as the tree may mention them, and it makes equal names the same object,
 * so that the symbol table can compare names by address.
 */
#ifndef MINIPY_FRONTEND_ARENA_H
#define MINIPY_FRONTEND_ARENA_H

#include "../object.h"

#include <stdbool.h>
#include <stddef.h>

typedef struct ArenaChunk ArenaChunk;
typedef struct NameEntry NameEntry;

typedef struct {
  ArenaChunk *chunks;
  PyObject **owned; /* references released at the end */
  size_t nowned, owned_room;
  NameEntry **names; /* hash table of the names seen */
  size_t nnames, names_room;
} Arena;

void Arena_Init(Arena *arena);
void Arena_Free(Arena *arena);

/* Zeroed memory; never NULL (out of memory ends the process: a compilation has
 * no sensible way to go on, and so no caller needs a check). */
void *Arena_Alloc(Arena *arena, size_t size);

/* Makes room for one element more in an array of `*count` elements that was
 * grown by this function alone (a new one: NULL, 0); returns the array. */
void *Arena_Grow(Arena *arena, void *array, int count, size_t element);

/* Takes over the caller's reference; returns the object. NULL stays NULL. */
PyObject *Arena_Own(Arena *arena, PyObject *object);

/* The one str object for these bytes (UTF-8) in this compilation; borrowed. */
PyObject *Arena_Name(Arena *arena, const char *text, size_t size);

#endif
