/* Symbol tables: which variable does a name mean in which scope?
 *
 * Pass one (symtable.c) walks over the tree and notes, for each scope, which
 * names it binds, declares and uses. Pass two (resolve.c) decides for every
 * name: local, cell (a local that inner functions use), free (a cell of an
 * enclosing function), or global. Class scopes are not seen from the functions
 * inside of them, except for the cell __class__. A comprehension is a function
 * scope with one parameter, ".0".
 */
#ifndef MINIPY_FRONTEND_SYMTABLE_H
#define MINIPY_FRONTEND_SYMTABLE_H

#include "ast.h"

typedef enum { SCOPE_MODULE, SCOPE_FUNCTION, SCOPE_CLASS } ScopeKind;

enum {
  SYM_BOUND = 1,
  SYM_PARAMETER = 2,
  SYM_GLOBAL = 4,
  SYM_NONLOCAL = 8,
  SYM_USED = 16,
  SYM_ITERATION = 32, /* bound by a comprehension's for */
  SYM_CAPTURED = 64,  /* an inner scope uses this binding */
  SYM_PASSED = 128,   /* an inner scope uses a binding further out */
};

typedef enum { VAR_NONE, VAR_LOCAL, VAR_CELL, VAR_FREE, VAR_GLOBAL } Variable;

typedef struct {
  PyObject *name;
  unsigned flags;
  Variable variable;
  bool explicit_global;
  int index;      /* fast local (VAR_LOCAL), or deref (VAR_CELL, VAR_FREE) */
  int deref;      /* as a free variable passed through; else -1 */
  const char *at; /* of a nonlocal declaration */
} Symbol;

struct Scope {
  ScopeKind kind;
  Scope *parent;
  PyObject *name;
  bool is_comprehension, is_generator, needs_class_cell;
  int count;
  Symbol **symbols; /* in order of appearance; parameters come first */
  int room;         /* of the hash table, a power of two */
  Symbol **table;
  int nchildren;
  Scope **children;
  /* What resolve.c lays out, in the code object's order. */
  int nlocals, ncells, nfrees;
  Symbol **locals; /* NULL items never occur: arguments keep their slot */
  PyObject **cells;
  PyObject **frees;
};

/* Both passes. False with an error set. */
bool Symtable_Build(Source *source, Module *module);

/* The symbol of a name, or NULL. */
Symbol *Scope_Find(const Scope *scope, PyObject *name);
/* The same, created if it is not there. */
Symbol *Scope_Add(Arena *arena, Scope *scope, PyObject *name);

/* resolve.c */
bool Symtable_Resolve(Source *source, Scope *module);

/* fold.c: computes an expression of constants, in place. */
void Fold_Constant(Arena *arena, Expr *expr);
/* The constants of a list as a tuple (owned by the arena), or NULL. */
PyObject *Fold_Elements(Arena *arena, ExprList elements);

#endif
