/* Pass two of the symbol tables: decides what each name is, from the outermost
 * scope to the innermost, and then lays out each scope's fast locals, cells and
 * free variables. A name that a scope does not bind is looked for in the
 * functions around it; all scopes on the way to the one that binds it have to
 * pass the cell on, so they get it as a free variable, too. */
#include "symtable.h"

#include <string.h>

typedef struct {
  Source *source;
  Arena *arena;
  PyObject *name_class;
} Resolver;

/* The function scope (or, for __class__, class scope) around `scope` whose
 * variable `name` is; NULL: global. */
static Scope *find_owner(Resolver *r, const Scope *scope, PyObject *name) {
  for (Scope *outer = scope->parent; outer; outer = outer->parent) {
    if (outer->kind == SCOPE_CLASS && name == r->name_class)
      return outer;
    if (outer->kind != SCOPE_FUNCTION)
      continue;
    Symbol *symbol = Scope_Find(outer, name);
    if (!symbol)
      continue;
    if (symbol->flags & SYM_GLOBAL)
      return NULL;
    if ((symbol->flags & SYM_BOUND) && !(symbol->flags & SYM_NONLOCAL))
      return outer;
  }
  return NULL;
}

static bool capture(Resolver *r, Scope *scope, PyObject *name) {
  Scope *owner = find_owner(r, scope, name);
  if (!owner)
    return false;
  if (owner->kind == SCOPE_CLASS)
    owner->needs_class_cell = true;
  else
    Scope_Find(owner, name)->flags |= SYM_CAPTURED;
  for (Scope *between = scope->parent; between != owner;
       between = between->parent)
    Scope_Add(r->arena, between, name)->flags |= SYM_PASSED;
  return true;
}

static void resolve_symbol(Resolver *r, Scope *scope, Symbol *symbol) {
  symbol->variable = VAR_GLOBAL;
  if (symbol->flags & SYM_GLOBAL) {
    symbol->explicit_global = true;
  } else if (symbol->flags & SYM_NONLOCAL) {
    if (capture(r, scope, symbol->name))
      symbol->variable = VAR_FREE;
    else
      Source_Error(r->source, symbol->at, "no binding for nonlocal '%s' found",
                   PyUnicode_AsUTF8(symbol->name));
  } else if (symbol->flags & SYM_BOUND) {
    symbol->variable = VAR_LOCAL;
  } else if (capture(r, scope, symbol->name)) {
    symbol->variable = VAR_FREE;
  }
}

static void resolve(Resolver *r, Scope *scope) {
  for (int i = 0; i < scope->count; i++)
    resolve_symbol(r, scope, scope->symbols[i]);
  for (int i = 0; i < scope->nchildren; i++)
    resolve(r, scope->children[i]);
}

/* --- layout
 * ------------------------------------------------------------------------- */

static void add_name(Resolver *r, PyObject ***names, int *count,
                     PyObject *name) {
  *names = Arena_Grow(r->arena, *names, *count, sizeof name);
  (*names)[(*count)++] = name;
}

static void place_local(Resolver *r, Scope *scope, Symbol *symbol) {
  bool cell = symbol->flags & SYM_CAPTURED;
  if (!cell || (symbol->flags & SYM_PARAMETER)) {
    scope->locals =
        Arena_Grow(r->arena, scope->locals, scope->nlocals, sizeof symbol);
    scope->locals[scope->nlocals] = symbol;
    symbol->index = scope->nlocals++;
  }
  if (cell) {
    symbol->variable = VAR_CELL;
    symbol->index = scope->ncells;
    add_name(r, &scope->cells, &scope->ncells, symbol->name);
  }
}

static void place_free(Resolver *r, Scope *scope, Symbol *symbol) {
  bool passed = (symbol->flags & SYM_PASSED) && symbol->variable != VAR_CELL;
  if (symbol->variable != VAR_FREE && !passed)
    return;
  symbol->deref = scope->ncells + scope->nfrees;
  if (symbol->variable == VAR_FREE)
    symbol->index = symbol->deref;
  add_name(r, &scope->frees, &scope->nfrees, symbol->name);
}

static void lay_out(Resolver *r, Scope *scope) {
  /* Parameters were added first, so they get the first fast locals. */
  for (int i = 0; i < scope->count && scope->kind == SCOPE_FUNCTION; i++)
    if (scope->symbols[i]->variable == VAR_LOCAL)
      place_local(r, scope, scope->symbols[i]);
  if (scope->needs_class_cell)
    add_name(r, &scope->cells, &scope->ncells, r->name_class);
  for (int i = 0; i < scope->count && scope->kind != SCOPE_MODULE; i++)
    place_free(r, scope, scope->symbols[i]);
  for (int i = 0; i < scope->nchildren; i++)
    lay_out(r, scope->children[i]);
}

bool Symtable_Resolve(Source *source, Scope *module) {
  Resolver r = {source, source->arena,
                Arena_Name(source->arena, "__class__", 9)};
  resolve(&r, module);
  if (!source->failed)
    lay_out(&r, module);
  return !source->failed;
}
