/* A unit: one code object in the making.
 *
 * The compiler emits instructions into the current unit one after the other.
 * Jumps name labels, which are placed before or after the jump is emitted. The
 * unit follows the depth of both stacks while instructions arrive: a label's
 * depth is known from the jumps to it, and must agree on all of them, so most
 * mistakes in the compiler show up here as a failed assertion. After an
 * instruction that does not fall through, whatever follows is dropped until a
 * label is placed that something jumps to.
 */
#ifndef MINIPY_FRONTEND_UNIT_H
#define MINIPY_FRONTEND_UNIT_H

#include "../code.h"
#include "symtable.h"

typedef int Label;

typedef struct {
  int opcode, argument, line;
  Label target; /* -1: not a jump */
} Instruction;

typedef struct {
  int place; /* index of an instruction; -1: not yet placed */
  int depth, blocks;
  bool used;
} LabelState;

/* Objects with their indices; table: a hash table of index + 1. */
typedef struct {
  int count;
  PyObject **items;
  Py_hash_t *hashes;
  int *table, room;
} Pool;

/* What surrounds a statement and has to be undone when it is left by return,
 * break or continue. */
typedef enum {
  AROUND_WHILE,
  AROUND_FOR,
  AROUND_TRY,           /* try body with except clauses */
  AROUND_HANDLER,       /* except clause without a name */
  AROUND_NAMED_HANDLER, /* except .. as name */
  AROUND_FINALLY_TRY,   /* what a finally protects */
  AROUND_FINALLY_END,   /* the finally body run because of an exception */
  AROUND_WITH,
  AROUND_VALUE, /* a return value waits on the stack */
} AroundKind;

typedef struct Around {
  struct Around *outer;
  AroundKind kind;
  Label start, end; /* of loops: for continue and break */
  StmtList finally;
  PyObject *name;
} Around;

typedef struct Unit {
  struct Unit *outer;
  Arena *arena;
  Scope *scope;
  PyObject *name, *qualname;
  int argcount, posonlyargcount, kwonlyargcount, flags, firstlineno;
  Instruction *code;
  int count;
  LabelState *labels;
  int nlabels;
  Pool consts, names;
  Around *around;
  int line; /* of the instructions to come */
  int depth, deepest, blocks, most_blocks;
  bool unreachable;
} Unit;

void Unit_Emit(Unit *unit, int opcode, int argument);
void Unit_Jump(Unit *unit, int opcode, Label target);
Label Unit_NewLabel(Unit *unit);
void Unit_Place(Unit *unit, Label label);
/* Indices in co_consts and co_names. */
int Unit_Const(Unit *unit, PyObject *value);
int Unit_Name(Unit *unit, PyObject *name);

/* The code object (new reference), or NULL with MemoryError. */
PyCodeObject *Unit_Assemble(Unit *unit, const char *filename);

#endif
