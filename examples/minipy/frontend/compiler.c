/* Units within units, variables, and the way from a module's tree to its code
 * (see compiler.h). */
#include "compiler.h"

#include <string.h>

void Emit_Const(Compiler *c, PyObject *value) {
  if (!c->unit->unreachable)
    Emit(c, LOAD_CONST, Unit_Const(c->unit, value));
}

void Emit_None(Compiler *c) { Emit_Const(c, Py_None); }

void Emit_Name(Compiler *c, int opcode, PyObject *name) {
  if (!c->unit->unreachable)
    Emit(c, opcode, Unit_Name(c->unit, name));
}

PyObject *Name_Of(Compiler *c, const char *text) {
  return Arena_Name(c->arena, text, strlen(text));
}

/* --- variables
 * ----------------------------------------------------------------------- */

void Emit_Variable(Compiler *c, PyObject *name, NameUse use) {
  static const int fast[] = {LOAD_FAST, STORE_FAST, DELETE_FAST};
  static const int deref[] = {LOAD_DEREF, STORE_DEREF, DELETE_DEREF};
  static const int global[] = {LOAD_GLOBAL, STORE_GLOBAL, DELETE_GLOBAL};
  static const int by_name[] = {LOAD_NAME, STORE_NAME, DELETE_NAME};
  Scope *scope = c->unit->scope;
  Symbol *symbol = Scope_Find(scope, name);
  Variable variable = symbol ? symbol->variable : VAR_GLOBAL;
  bool function = scope->kind == SCOPE_FUNCTION;
  if (variable == VAR_CELL || variable == VAR_FREE) {
    bool class_load = use == NAME_LOAD && scope->kind == SCOPE_CLASS;
    Emit(c, class_load ? LOAD_CLASSDEREF : deref[use], symbol->index);
  } else if (variable == VAR_LOCAL && function) {
    Emit(c, fast[use], symbol->index);
  } else if (function || (symbol && symbol->explicit_global)) {
    Emit_Name(c, global[use], name);
  } else {
    Emit_Name(c, by_name[use], name);
  }
}

/* Where this unit keeps the cell that an inner function wants. */
static int deref_of(Compiler *c, PyObject *name) {
  Scope *scope = c->unit->scope;
  for (int i = 0; i < scope->ncells; i++)
    if (scope->cells[i] == name)
      return i;
  for (int i = 0; i < scope->nfrees; i++)
    if (scope->frees[i] == name)
      return scope->ncells + i;
  return 0; /* not reached: resolve.c has put it into one of the two */
}

void Emit_Function(Compiler *c, PyCodeObject *code, int flags) {
  if (!code) { /* after an error: the stack would be short of a value */
    c->unit->unreachable = true;
    return;
  }
  Arena_Own(c->arena, (PyObject *)code);
  Py_ssize_t nfrees = PyTuple_GET_SIZE(code->co_freevars);
  for (Py_ssize_t i = 0; i < nfrees; i++)
    Emit(c, LOAD_CLOSURE, deref_of(c, PyTuple_GET_ITEM(code->co_freevars, i)));
  if (nfrees) {
    Emit(c, BUILD_TUPLE, (int)nfrees);
    flags |= MAKE_FUNCTION_CLOSURE;
  }
  Emit_Const(c, (PyObject *)code);
  Emit(c, MAKE_FUNCTION, flags);
}

/* --- units
 * ---------------------------------------------------------------------------
 */

/* C.f, f.<locals>.g */
static PyObject *qualify(Compiler *c, Unit *outer, PyObject *name) {
  if (!outer || outer->scope->kind == SCOPE_MODULE)
    return name;
  Symbol *symbol = Scope_Find(outer->scope, name);
  if (symbol && symbol->explicit_global)
    return name;
  const char *dot = outer->scope->kind == SCOPE_FUNCTION ? ".<locals>." : ".";
  PyObject *text = PyUnicode_FromFormat("%U%s%U", outer->qualname, dot, name);
  return text ? Arena_Own(c->arena, text) : name;
}

Unit *Enter_Unit(Compiler *c, Scope *scope, PyObject *name, int flags,
                 int line) {
  Unit *unit = Arena_Alloc(c->arena, sizeof *unit);
  unit->outer = c->unit;
  unit->arena = c->arena;
  unit->scope = scope;
  unit->name = name;
  unit->qualname = qualify(c, c->unit, name);
  unit->flags = flags | (scope->is_generator ? CO_GENERATOR : 0);
  if (c->unit && c->unit->scope->kind == SCOPE_FUNCTION)
    unit->flags |= CO_NESTED;
  unit->firstlineno = unit->line = line;
  return c->unit = unit;
}

PyCodeObject *Leave_Unit(Compiler *c) {
  Unit *unit = c->unit;
  c->unit = unit->outer;
  if (c->source->failed)
    return NULL;
  PyCodeObject *code = Unit_Assemble(unit, c->source->filename);
  c->source->failed = !code; /* MemoryError is set */
  return code;
}

PyCodeObject *Compile_Module(Source *source, Module *module) {
  Compiler c = {source, source->arena, NULL};
  Enter_Unit(&c, module->scope, Name_Of(&c, "<module>"), 0, 1);
  if (module->expression) {
    Compile_Expr(&c, module->expression);
  } else {
    PyObject *docstring = Body_Docstring(module->body);
    if (docstring) {
      Emit_Const(&c, docstring);
      Emit_Name(&c, STORE_NAME, Name_Of(&c, "__doc__"));
    }
    Compile_Body(&c, module->body);
    Emit_None(&c);
  }
  Emit(&c, RETURN_VALUE, 0);
  return Leave_Unit(&c);
}
