/* Writing to streams: each piece is one fwrite, so lines of several threads do
 * not mingle.
 *
 * Nothing here knows of transactions. Where the interpreter runs in one, its
 * output is queued with the transaction and leaves at the commit: a block's
 * pieces come out together, and those of an attempt that is undone never. */
#include "modules.h"

void Output_Write(FILE *stream, const char *text, size_t length) {
  if (length)
    fwrite(text, 1, length, stream);
}

void Output_Flush(FILE *stream) { fflush(stream); }
