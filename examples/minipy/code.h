/* Code objects: what the compiler hands to the eval loop.
 *
 * A code object describes one block of Python source (a module, a function, a
 * class body, a comprehension): its instructions (opcode.def tells what they
 * do), its constants and names, and the shape of the frame it runs in. It never
 * changes after its creation, so any number of threads may run it, and none of
 * its fields needs tracking.
 */
#ifndef MINIPY_CODE_H
#define MINIPY_CODE_H

#include "object.h"

#include <stdint.h>
#include <stdio.h>

/* One instruction: opcode in the low byte, argument in the high one. */
typedef uint16_t _Py_CODEUNIT;
#define _Py_OPCODE(unit) ((unit) & 0xFF)
#define _Py_OPARG(unit) ((unit) >> 8)

enum _PyOpcode {
#define OP(name, number, has_arg, effect, text) name = number,
#include "opcode.def"
#undef OP
};

/* MAKE_FUNCTION's argument. */
#define MAKE_FUNCTION_DEFAULTS 1
#define MAKE_FUNCTION_KWDEFAULTS 2
#define MAKE_FUNCTION_CLOSURE 8

/* co_flags. */
#define CO_OPTIMIZED 0x01   /* locals are fast locals (functions) */
#define CO_NEWLOCALS 0x02   /* a call has its own locals (functions) */
#define CO_VARARGS 0x04     /* has *args */
#define CO_VARKEYWORDS 0x08 /* has **kwargs */
#define CO_NESTED 0x10
#define CO_GENERATOR 0x20 /* a call makes a generator */
#define CO_DOCSTRING 0x40000 /* co_consts[0] is the docstring */

/* From unit `start` on, instructions belong to `line`. */
typedef struct {
  int start;
  int line;
} PyCodeLine;

typedef struct _PyCodeObject {
  PyObject ob_base;
  int co_argcount Py_IMMUTABLE;        /* positional, incl. positional-only */
  int co_posonlyargcount Py_IMMUTABLE; /* of these, positional-only */
  int co_kwonlyargcount Py_IMMUTABLE;
  int co_nlocals Py_IMMUTABLE;   /* == len(co_varnames) */
  int co_ncells Py_IMMUTABLE;    /* == len(co_cellvars) */
  int co_nfrees Py_IMMUTABLE;    /* == len(co_freevars) */
  int co_stacksize Py_IMMUTABLE; /* deepest value stack */
  int co_blocksize Py_IMMUTABLE; /* deepest block stack */
  int co_flags Py_IMMUTABLE;
  int co_firstlineno Py_IMMUTABLE;
  int co_ncode Py_IMMUTABLE; /* units in co_code */
  int co_nlines Py_IMMUTABLE;
  _Py_CODEUNIT *co_code Py_IMMUTABLE;
  PyCodeLine *co_lines Py_IMMUTABLE; /* sorted by start; the first starts at 0 */
  int *co_cell2arg Py_IMMUTABLE;     /* per cell variable: argument or -1; or NULL */
  PyObject *co_consts Py_IMMUTABLE;   /* tuple */
  PyObject *co_names Py_IMMUTABLE;    /* tuple of str: globals, attributes.. */
  PyObject *co_varnames Py_IMMUTABLE; /* tuple of str: fast locals */
  PyObject *co_cellvars Py_IMMUTABLE; /* tuple of str */
  PyObject *co_freevars Py_IMMUTABLE; /* tuple of str */
  PyObject *co_filename Py_IMMUTABLE; /* str */
  PyObject *co_name Py_IMMUTABLE;     /* str */
  PyObject *co_qualname Py_IMMUTABLE; /* str */
} PyCodeObject;

extern PyTypeObject PyCode_Type;
#define PyCode_Check(op) (((PyObject *)(op))->ob_type == &PyCode_Type)

/* A new code object with the fields of `fields` (its ob_base is ignored).
 * Steals the PyObjects and the malloc'ed arrays of `fields`, also on failure
 * (NULL, MemoryError set). */
PyCodeObject *PyCode_New(const PyCodeObject *fields);

/* The line of the instruction with index `unit` in co_code. */
int PyCode_Addr2Line(PyCodeObject *code, int unit);

/* Name of an opcode ("<37>" is never returned: NULL for an unknown one). */
const char *PyCode_OpcodeName(int opcode);

/* Writes a listing of the code, and of the code objects among its constants. */
void PyCode_Disassemble(PyCodeObject *code, FILE *out);

/* Compiles a module's source (UTF-8, NUL-terminated). NULL with SyntaxError (or
 * MemoryError) set. SyntaxError's args: (message, (filename, line, column,
 * text)), columns count from 1; PyErr_Print-like code can show the caret. */
PyCodeObject *PyFrontend_Compile(const char *source, const char *filename);

/* The same for one expression (eval()): the code returns its value. */
PyCodeObject *PyFrontend_CompileExpression(const char *source,
                                           const char *filename);

#endif
