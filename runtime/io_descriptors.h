/* What the wrappers of calls on descriptors ask before they queue anything. */
#ifndef AME_IO_DESCRIPTORS_H
#define AME_IO_DESCRIPTORS_H

#include "io.h"

#pragma GCC visibility push(hidden)

/* How output to a descriptor can be treated. */
enum io_way {
  IO_WAY_NONE,    /* not at all: errno says why */
  IO_WAY_QUEUE,   /* deferred, joined with its neighbours */
  IO_WAY_SOCKET,  /* the same, to a stream socket */
  IO_WAY_RECORDS, /* deferred, each call a write of its own */
  IO_WAY_NOW      /* now: the caller must see the real result */
};
enum io_way ame_io_way_of(int descriptor);
bool ame_io_is_regular(int descriptor);
bool ame_io_is_blocking_stream_socket(int descriptor);
/* False and errno = EBADF: closed, here or really. */
bool ame_io_is_open(int descriptor);
void ame_io_note_closed(int descriptor);

#pragma GCC visibility pop
#endif
