/* Bump allocation in chunks, the list of owned objects, and the name table;
 * see arena.h for what they are for. Chunks are linked from the newest to the
 * oldest; a request larger than a chunk gets a chunk of its own. */
#include "arena.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CHUNK_SIZE = 64 * 1024, ALIGNMENT = 16 };

struct ArenaChunk {
  ArenaChunk *next;
  size_t used, size;
  char *bytes;
};

struct NameEntry {
  size_t hash, size;
  const char *text;
  PyObject *object;
};

static void *must(void *memory) {
  if (!memory) {
    fputs("minipy: out of memory while compiling\n", stderr);
    abort();
  }
  return memory;
}

void Arena_Init(Arena *arena) { memset(arena, 0, sizeof *arena); }

void Arena_Free(Arena *arena) {
  for (size_t i = 0; i < arena->nowned; i++)
    Py_DECREF(arena->owned[i]);
  free(arena->owned);
  free(arena->names);
  for (ArenaChunk *chunk = arena->chunks, *next; chunk; chunk = next) {
    next = chunk->next;
    free(chunk->bytes);
    free(chunk);
  }
  memset(arena, 0, sizeof *arena);
}

static ArenaChunk *new_chunk(Arena *arena, size_t size) {
  ArenaChunk *chunk = must(malloc(sizeof *chunk));
  chunk->size = size > CHUNK_SIZE ? size : CHUNK_SIZE;
  chunk->used = 0;
  chunk->bytes = must(calloc(1, chunk->size));
  chunk->next = arena->chunks;
  return arena->chunks = chunk;
}

void *Arena_Alloc(Arena *arena, size_t size) {
  size = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  ArenaChunk *chunk = arena->chunks;
  if (!chunk || chunk->size - chunk->used < size)
    chunk = new_chunk(arena, size);
  void *result = chunk->bytes + chunk->used;
  chunk->used += size;
  return result;
}

void *Arena_Grow(Arena *arena, void *array, int count, size_t element) {
  /* Rooms are 4, 8, 16..: the array is full exactly at these counts. */
  if (count == 0)
    return Arena_Alloc(arena, 4 * element);
  if (count < 4 || (count & (count - 1)) != 0)
    return array;
  void *larger = Arena_Alloc(arena, 2 * (size_t)count * element);
  memcpy(larger, array, (size_t)count * element);
  return larger;
}

PyObject *Arena_Own(Arena *arena, PyObject *object) {
  if (!object)
    return NULL;
  if (arena->nowned == arena->owned_room) {
    arena->owned_room = arena->owned_room ? arena->owned_room * 2 : 64;
    arena->owned =
        must(realloc(arena->owned, arena->owned_room * sizeof(void *)));
  }
  return arena->owned[arena->nowned++] = object;
}

static size_t hash_bytes(const char *text, size_t size) {
  size_t hash = 14695981039346656037u;
  for (size_t i = 0; i < size; i++)
    hash = (hash ^ (unsigned char)text[i]) * 1099511628211u;
  return hash;
}

static NameEntry **find_slot(NameEntry **names, size_t room, size_t hash,
                             const char *text, size_t size) {
  for (size_t i = hash & (room - 1);; i = (i + 1) & (room - 1)) {
    NameEntry *entry = names[i];
    if (!entry || (entry->hash == hash && entry->size == size &&
                   memcmp(entry->text, text, size) == 0))
      return &names[i];
  }
}

static void grow_names(Arena *arena) {
  size_t room = arena->names_room ? arena->names_room * 2 : 128;
  NameEntry **names = must(calloc(room, sizeof *names));
  for (size_t i = 0; i < arena->names_room; i++) {
    NameEntry *entry = arena->names[i];
    if (entry)
      *find_slot(names, room, entry->hash, entry->text, entry->size) = entry;
  }
  free(arena->names);
  arena->names = names;
  arena->names_room = room;
}

PyObject *Arena_Name(Arena *arena, const char *text, size_t size) {
  if (arena->nnames * 2 >= arena->names_room)
    grow_names(arena);
  size_t hash = hash_bytes(text, size);
  NameEntry **slot =
      find_slot(arena->names, arena->names_room, hash, text, size);
  if (!*slot) {
    NameEntry *entry = Arena_Alloc(arena, sizeof *entry);
    char *copy = Arena_Alloc(arena, size + 1);
    memcpy(copy, text, size);
    entry->text = copy;
    entry->size = size;
    entry->hash = hash;
    entry->object = Arena_Own(arena, must(PyUnicode_InternFromString(copy)));
    *slot = entry;
    arena->nnames++;
  }
  return (*slot)->object;
}
