/* Writing to streams.
 *
 * A write cannot be taken back, so it must not happen before the computation
 * that produced the text is final: each piece is copied and handed to
 * Py_AFTER_COMMIT. Under the lock that is at once. Each piece is one fwrite, so
 * lines of several threads do not mingle. */
#include "modules.h"

typedef struct {
  FILE *stream;
  size_t length;
  char text[];
} Piece;

static void write_piece(void *argument) {
  Piece *piece = argument;
  fwrite(piece->text, 1, piece->length, piece->stream);
  free(piece);
}

static void flush_stream(void *stream) { fflush(stream); }

void Output_Write(FILE *stream, const char *text, size_t length) {
  Piece *piece = length ? malloc(sizeof *piece + length) : NULL;
  if (!piece)
    return;
  piece->stream = stream;
  piece->length = length;
  memcpy(piece->text, text, length);
  Py_AFTER_COMMIT(write_piece, piece);
}

void Output_Flush(FILE *stream) { Py_AFTER_COMMIT(flush_stream, stream); }
