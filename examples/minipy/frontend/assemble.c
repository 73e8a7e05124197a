/* From a unit's instruction list to a code object: shortens chains of jumps,
 * chooses the EXTENDED_ARG prefixes, writes the units and the line table. */
#include "unit.h"

#include <stdlib.h>

/* A jump to an unconditional jump goes straight to that one's target. Only a
 * JUMP_BACK may go backwards, so nothing but an unconditional jump may take
 * over the target of a JUMP_BACK (and becomes one). */
static void thread_jumps(Unit *unit) {
  for (int i = 0; i < unit->count; i++) {
    Instruction *jump = &unit->code[i];
    for (int hops = 0; jump->target >= 0 && hops < 10; hops++) {
      int place = unit->labels[jump->target].place;
      if (jump->opcode == SETUP_FINALLY || jump->opcode == SETUP_WITH ||
          jump->opcode == FOR_ITER || place >= unit->count)
        break;
      Instruction *next = &unit->code[place];
      bool simple = jump->opcode == JUMP_ABSOLUTE;
      if (next->opcode == JUMP_BACK && simple)
        jump->opcode = JUMP_BACK;
      else if (next->opcode != JUMP_ABSOLUTE || jump->opcode == JUMP_BACK)
        break;
      jump->target = next->target;
    }
  }
}

static int size_of(unsigned argument) {
  return argument > 0xFFFFFF ? 4
         : argument > 0xFFFF ? 3
         : argument > 0xFF   ? 2
                             : 1;
}

/* starts[i]: the unit where instruction i begins. Prefixes of jumps depend on
 * the addresses and these on the prefixes: sizes only grow, until they fit. */
static int *address(Unit *unit, int *sizes) {
  int *starts =
      Arena_Alloc(unit->arena, ((size_t)unit->count + 1) * sizeof *starts);
  for (int i = 0; i < unit->count; i++)
    sizes[i] = 1;
  for (bool changed = true; changed;) {
    changed = false;
    for (int i = 0; i < unit->count; i++)
      starts[i + 1] = starts[i] + sizes[i];
    for (int i = 0; i < unit->count; i++) {
      Instruction *instruction = &unit->code[i];
      if (instruction->target >= 0)
        instruction->argument = starts[unit->labels[instruction->target].place];
      int size = size_of((unsigned)instruction->argument);
      if (size > sizes[i]) {
        sizes[i] = size;
        changed = true;
      }
    }
  }
  return starts;
}

static void write_instruction(_Py_CODEUNIT *to, const Instruction *instruction,
                              int size) {
  unsigned argument = (unsigned)instruction->argument;
  for (int prefix = size - 1; prefix > 0; prefix--)
    *to++ = (_Py_CODEUNIT)(EXTENDED_ARG | (argument >> 8 * prefix & 0xFF) << 8);
  *to = (_Py_CODEUNIT)((unsigned)instruction->opcode | (argument & 0xFF) << 8);
}

static bool write_code(Unit *unit, PyCodeObject *fields) {
  int *sizes =
      Arena_Alloc(unit->arena, ((size_t)unit->count + 1) * sizeof *sizes);
  int *starts = address(unit, sizes);
  fields->co_ncode = starts[unit->count];
  fields->co_code =
      malloc(((size_t)fields->co_ncode + 1) * sizeof *fields->co_code);
  fields->co_lines =
      malloc(((size_t)unit->count + 1) * sizeof *fields->co_lines);
  if (!fields->co_code || !fields->co_lines)
    return false;
  int nlines = 0;
  for (int i = 0; i < unit->count; i++) {
    Instruction *instruction = &unit->code[i];
    write_instruction(fields->co_code + starts[i], instruction, sizes[i]);
    if (nlines == 0 || fields->co_lines[nlines - 1].line != instruction->line) {
      fields->co_lines[nlines] = (PyCodeLine){starts[i], instruction->line};
      nlines++;
    }
  }
  fields->co_nlines = nlines;
  return true;
}

static PyObject *as_tuple(PyObject **items, int count) {
  PyObject *tuple = PyTuple_New(count);
  for (int i = 0; tuple && i < count; i++)
    PyTuple_SET_ITEM(tuple, i, Py_NewRef(items[i]));
  return tuple;
}

static PyObject *local_names(Unit *unit) {
  Scope *scope = unit->scope;
  PyObject *tuple = PyTuple_New(scope->nlocals);
  for (int i = 0; tuple && i < scope->nlocals; i++)
    PyTuple_SET_ITEM(tuple, i, Py_NewRef(scope->locals[i]->name));
  return tuple;
}

/* NULL if no argument is a cell. */
static int *cells_to_arguments(Unit *unit) {
  Scope *scope = unit->scope;
  int *map = NULL;
  for (int i = 0; i < scope->nlocals; i++) {
    Symbol *symbol = scope->locals[i];
    if (symbol->variable != VAR_CELL)
      continue;
    if (!map) {
      map = malloc((size_t)scope->ncells * sizeof *map);
      for (int cell = 0; map && cell < scope->ncells; cell++)
        map[cell] = -1;
    }
    if (map)
      map[symbol->index] = i;
  }
  return map;
}

PyCodeObject *Unit_Assemble(Unit *unit, const char *filename) {
  Scope *scope = unit->scope;
  thread_jumps(unit);
  PyCodeObject fields = {
      .co_argcount = unit->argcount,
      .co_posonlyargcount = unit->posonlyargcount,
      .co_kwonlyargcount = unit->kwonlyargcount,
      .co_nlocals = scope->nlocals,
      .co_ncells = scope->ncells,
      .co_nfrees = scope->nfrees,
      .co_stacksize = unit->deepest,
      .co_blocksize = unit->most_blocks,
      .co_flags = unit->flags,
      .co_firstlineno = unit->firstlineno,
      .co_cell2arg = cells_to_arguments(unit),
      .co_consts = as_tuple(unit->consts.items, unit->consts.count),
      .co_names = as_tuple(unit->names.items, unit->names.count),
      .co_varnames = local_names(unit),
      .co_cellvars = as_tuple(scope->cells, scope->ncells),
      .co_freevars = as_tuple(scope->frees, scope->nfrees),
      .co_filename = PyUnicode_InternFromString(filename),
      .co_name = Py_NewRef(unit->name),
      .co_qualname = Py_NewRef(unit->qualname),
  };
  write_code(unit, &fields);
  return PyCode_New(&fields);
}
