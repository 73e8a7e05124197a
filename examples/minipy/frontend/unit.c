/* Emitting instructions: labels, constants, names, and the bookkeeping of the
 * stacks' depths (see unit.h). */
#include "unit.h"

#include <assert.h>
#include <string.h>

/* --- the effect of instructions on the value stack
 * --------------------------------- */

static int fixed_effect(int opcode) {
  switch (opcode) {
#define OP(name, number, has_arg, effect, text)                                \
  case number:                                                                 \
    return effect;
#include "../opcode.def"
#undef OP
  }
  return OP_VARIES;
}

static int opcode_effect(int opcode, int argument) {
  int effect = fixed_effect(opcode);
  if (effect != OP_VARIES)
    return effect;
  switch (opcode) {
  case BUILD_TUPLE:
  case BUILD_LIST:
  case BUILD_SET:
  case BUILD_STRING:
  case BUILD_SLICE:
    return 1 - argument;
  case BUILD_MAP:
    return 1 - 2 * argument;
  case BUILD_CONST_KEY_MAP:
  case CALL_FUNCTION:
    return -argument;
  case CALL_FUNCTION_KW:
  case CALL_METHOD:
    return -argument - 1;
  case CALL_FUNCTION_EX:
    return -1 - (argument & 1);
  case FORMAT_VALUE:
    return argument & 4 ? -1 : 0;
  case UNPACK_SEQUENCE:
    return argument - 1;
  case UNPACK_EX:
    return (argument & 0xFF) + (argument >> 8);
  case MAKE_FUNCTION:
    return -((argument & 1) + (argument >> 1 & 1) + (argument >> 3 & 1));
  case RAISE_VARARGS:
    return -argument;
  }
  assert(!"unknown opcode");
  return 0;
}

/* The same on the way to a jump's target. */
static int jump_effect(int opcode) {
  switch (opcode) {
  case JUMP_IF_FALSE_OR_POP:
  case JUMP_IF_TRUE_OR_POP:
    return 0;
  case FOR_ITER:
    return -1;
  case SETUP_FINALLY: /* prev, exc */
  case SETUP_WITH:    /* mgr becomes exit; prev, exc */
    return 2;
  default:
    return fixed_effect(opcode);
  }
}

static int block_effect(int opcode) {
  switch (opcode) {
  case SETUP_FINALLY:
  case SETUP_WITH:
    return 1;
  case POP_BLOCK:
  case POP_EXCEPT:
    return -1;
  default:
    return 0;
  }
}

static bool falls_through(int opcode) {
  return opcode != RETURN_VALUE && opcode != RERAISE &&
         opcode != RAISE_VARARGS && opcode != JUMP_ABSOLUTE &&
         opcode != JUMP_BACK;
}

/* --- emitting
 * ------------------------------------------------------------------------ */

static void append(Unit *unit, int opcode, int argument, Label target) {
  unit->code =
      Arena_Grow(unit->arena, unit->code, unit->count, sizeof *unit->code);
  unit->code[unit->count++] =
      (Instruction){opcode, argument, unit->line, target};
  unit->depth += opcode_effect(opcode, argument);
  unit->blocks += block_effect(opcode);
  assert(unit->depth >= 0 && unit->blocks >= 0);
  if (unit->depth > unit->deepest)
    unit->deepest = unit->depth;
  if (unit->blocks > unit->most_blocks)
    unit->most_blocks = unit->blocks;
  assert(opcode != RETURN_VALUE || (unit->depth == 0 && unit->blocks == 0));
  unit->unreachable = !falls_through(opcode);
}

void Unit_Emit(Unit *unit, int opcode, int argument) {
  if (!unit->unreachable)
    append(unit, opcode, argument, -1);
}

Label Unit_NewLabel(Unit *unit) {
  unit->labels = Arena_Grow(unit->arena, unit->labels, unit->nlabels,
                            sizeof *unit->labels);
  unit->labels[unit->nlabels] = (LabelState){-1, 0, 0, false};
  return unit->nlabels++;
}

void Unit_Jump(Unit *unit, int opcode, Label target) {
  if (unit->unreachable)
    return;
  LabelState *state = &unit->labels[target];
  int depth = unit->depth + jump_effect(opcode);
  /* A handler starts with the HANDLER block in place of the SETUP one. */
  int blocks = unit->blocks + block_effect(opcode);
  assert((!state->used && state->place < 0) ||
         (state->depth == depth && state->blocks == blocks));
  assert(state->place < 0 || opcode == JUMP_BACK);
  state->used = true;
  state->depth = depth;
  state->blocks = blocks;
  if (depth > unit->deepest)
    unit->deepest = depth;
  append(unit, opcode, 0, target);
}

void Unit_Place(Unit *unit, Label label) {
  LabelState *state = &unit->labels[label];
  assert(state->place < 0);
  state->place = unit->count;
  if (unit->unreachable && state->used) {
    unit->unreachable = false;
    unit->depth = state->depth;
    unit->blocks = state->blocks;
  } else if (state->used) {
    assert(state->depth == unit->depth && state->blocks == unit->blocks);
  } else {
    state->depth = unit->depth;
    state->blocks = unit->blocks;
  }
}

/* --- constants and names
 * --------------------------------------------------------------- */

/* The same type and value: 1, 1.0 and True are different constants, and so are
 * 0.0 and -0.0. */
static bool same_constant(PyObject *a, PyObject *b) {
  if (a == b)
    return true;
  if (Py_TYPE(a) != Py_TYPE(b))
    return false;
  if (PyFloat_CheckExact(a)) {
    double x = PyFloat_AS_DOUBLE(a), y = PyFloat_AS_DOUBLE(b);
    return memcmp(&x, &y, sizeof x) == 0;
  }
  if (PyTuple_CheckExact(a)) {
    if (PyTuple_GET_SIZE(a) != PyTuple_GET_SIZE(b))
      return false;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(a); i++)
      if (!same_constant(PyTuple_GET_ITEM(a, i), PyTuple_GET_ITEM(b, i)))
        return false;
    return true;
  }
  if (PyLong_CheckExact(a) || PyUnicode_CheckExact(a) || PyBytes_CheckExact(a))
    return PyObject_RichCompareBool(a, b, Py_EQ) == 1;
  return false;
}

static Py_hash_t constant_hash(PyObject *value) {
  if (PyCode_Check(value))
    return (Py_hash_t)(size_t)value;
  Py_hash_t hash = PyObject_Hash(value);
  if (hash == -1)
    PyErr_Clear();
  return hash;
}

static size_t pool_start(const Pool *pool, Py_hash_t hash) {
  size_t bits = (size_t)hash;
  return (bits ^ bits >> 7 ^ bits >> 15) & (size_t)(pool->room - 1);
}

/* The table's slot for a value: its own, or the free one where it belongs. */
static int *pool_slot(const Pool *pool, PyObject *value, Py_hash_t hash) {
  for (size_t i = pool_start(pool, hash);;
       i = (i + 1) & (size_t)(pool->room - 1)) {
    int entry = pool->table[i];
    if (!entry || (pool->hashes[entry - 1] == hash &&
                   same_constant(pool->items[entry - 1], value)))
      return &pool->table[i];
  }
}

static void pool_grow(Arena *arena, Pool *pool) {
  pool->room = pool->room ? pool->room * 2 : 16;
  pool->table = Arena_Alloc(arena, (size_t)pool->room * sizeof *pool->table);
  for (int i = 0; i < pool->count; i++)
    *pool_slot(pool, pool->items[i], pool->hashes[i]) = i + 1;
}

static int pool_index(Arena *arena, Pool *pool, PyObject *value,
                      Py_hash_t hash) {
  if (pool->count * 2 >= pool->room)
    pool_grow(arena, pool);
  int *slot = pool_slot(pool, value, hash);
  if (*slot)
    return *slot - 1;
  pool->items =
      Arena_Grow(arena, pool->items, pool->count, sizeof *pool->items);
  pool->hashes =
      Arena_Grow(arena, pool->hashes, pool->count, sizeof *pool->hashes);
  pool->items[pool->count] = value;
  pool->hashes[pool->count] = hash;
  *slot = ++pool->count;
  return pool->count - 1;
}

int Unit_Const(Unit *unit, PyObject *value) {
  return pool_index(unit->arena, &unit->consts, value, constant_hash(value));
}

int Unit_Name(Unit *unit, PyObject *name) {
  return pool_index(unit->arena, &unit->names, name,
                    (Py_hash_t)((size_t)name >> 4));
}
