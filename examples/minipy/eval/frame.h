/* Frames: one call of a piece of code, in one block of memory.
 *
 *   header | fast locals | cells | free variables | value stack | block stack
 *
 * A frame is no Python object. It is malloc'ed when a call begins and freed
 * when it returns; a generator keeps its frame until it is exhausted. A frame
 * borrows code, globals and closure from whoever called it (the function lies
 * on the caller's value stack meanwhile), except that the frame of a generator
 * owns its function. Free variables are borrowed from the function's closure
 * too; the cells are the frame's own. */
#ifndef MINIPY_EVAL_FRAME_H
#define MINIPY_EVAL_FRAME_H

#include "code.h"
#include "object.h"

/* The block stack: see opcode.def. */
enum { BLOCK_SETUP, BLOCK_HANDLER };
typedef struct {
  int kind, handler, level;
} PyTryBlock;

struct _frame {
  struct _frame *f_back;
  PyCodeObject *f_code;
  PyObject *f_globals, *f_builtins;
  PyObject *f_locals;   /* dict of a module or class body, else NULL; owned */
  PyObject *f_function; /* owned; NULL unless it is a generator's frame */
  PyObject **f_stack;   /* bottom of the value stack */
  PyObject **f_top;     /* its top, while a generator sleeps */
  PyTryBlock *f_blocks;
  int f_block_count;
  int f_next;    /* index of the unit to go on with, while a generator sleeps */
  int f_yielded; /* what the eval loop handed out was a yield, not a return */
  PyObject *f_values[]; /* fast locals, cells, free variables, stack */
};

/* Locals and cells are NULL, the free variables filled in from `closure` (a
 * tuple or NULL). NULL with MemoryError. */
PyFrameObject *PyFrame_New(PyCodeObject *code, PyObject *globals,
                           PyObject *closure);
/* Moves arguments that are captured by closures into new cells. 0 or -1. */
int PyFrame_MakeCells(PyFrameObject *frame);
/* Releases all that the frame owns, and itself. */
void PyFrame_Free(PyFrameObject *frame);

#define PyFrame_CELL(frame, index)                                             \
  ((frame)->f_values[(frame)->f_code->co_nlocals + (index)])

#endif
