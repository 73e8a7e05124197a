/* Pass one of the symbol tables: walks over the tree, makes the scopes, and
 * notes bindings, uses and declarations (see symtable.h). It also folds
 * constants on the way up, since it visits every expression just once. */
#include "symtable.h"

#include <stdio.h>
#include <string.h>

enum { MAX_DEPTH = 3000 };

typedef struct {
  Source *source;
  Arena *arena;
  Scope *scope;
  int depth;
  int in_iterable; /* inside of a comprehension's first iterable */
  PyObject *name_super, *name_class;
} Walker;

static void visit(Walker *w, Expr *expr);
static void visit_body(Walker *w, StmtList body);

/* --- scopes
 * --------------------------------------------------------------------- */

static size_t slot_of(PyObject *name, int room) {
  size_t bits = (size_t)name >> 4;
  return (bits ^ bits >> 9) & (size_t)(room - 1);
}

static Symbol **find_slot(Symbol **table, int room, PyObject *name) {
  for (size_t i = slot_of(name, room);; i = (i + 1) & (size_t)(room - 1))
    if (!table[i] || table[i]->name == name)
      return &table[i];
}

Symbol *Scope_Find(const Scope *scope, PyObject *name) {
  return scope->room ? *find_slot(scope->table, scope->room, name) : NULL;
}

static void grow_table(Arena *arena, Scope *scope) {
  int room = scope->room ? scope->room * 2 : 16;
  Symbol **table = Arena_Alloc(arena, (size_t)room * sizeof *table);
  for (int i = 0; i < scope->count; i++)
    *find_slot(table, room, scope->symbols[i]->name) = scope->symbols[i];
  scope->table = table;
  scope->room = room;
}

Symbol *Scope_Add(Arena *arena, Scope *scope, PyObject *name) {
  if (scope->count * 2 >= scope->room)
    grow_table(arena, scope);
  Symbol **slot = find_slot(scope->table, scope->room, name);
  if (!*slot) {
    *slot = Arena_Alloc(arena, sizeof **slot);
    (*slot)->name = name;
    (*slot)->deref = -1;
    scope->symbols =
        Arena_Grow(arena, scope->symbols, scope->count, sizeof *slot);
    scope->symbols[scope->count++] = *slot;
  }
  return *slot;
}

static Scope *new_scope(Walker *w, ScopeKind kind, PyObject *name) {
  Scope *scope = Arena_Alloc(w->arena, sizeof *scope);
  scope->kind = kind;
  scope->name = name;
  scope->parent = w->scope;
  if (w->scope) {
    Scope *parent = w->scope;
    parent->children =
        Arena_Grow(w->arena, parent->children, parent->nchildren, sizeof scope);
    parent->children[parent->nchildren++] = scope;
  }
  return scope;
}

static Symbol *note(Walker *w, PyObject *name, unsigned flags) {
  Symbol *symbol = Scope_Add(w->arena, w->scope, name);
  symbol->flags |= flags;
  return symbol;
}

static void use(Walker *w, PyObject *name) {
  note(w, name, SYM_USED);
  if (name == w->name_super && w->scope->kind == SCOPE_FUNCTION)
    note(w, w->name_class, SYM_USED);
}

/* --- expressions
 * ---------------------------------------------------------------------- */

static void visit_list(Walker *w, ExprList list) {
  for (int i = 0; i < list.count; i++)
    if (list.items[i])
      visit(w, list.items[i]);
}

static void visit_keywords(Walker *w, KeywordList list) {
  for (int i = 0; i < list.count; i++)
    visit(w, list.items[i].value);
}

/* Binds the names of an assignment's left side, visits the rest of it. */
static void bind_target(Walker *w, Expr *target, unsigned flags) {
  switch (target->kind) {
  case E_NAME:
    note(w, target->name, flags);
    break;
  case E_STARRED:
    bind_target(w, target->operand, flags);
    break;
  case E_LIST:
  case E_TUPLE:
    for (int i = 0; i < target->elements.count; i++)
      bind_target(w, target->elements.items[i], flags);
    break;
  default:
    visit(w, target);
  }
}

static void named_in_comprehension(Walker *w, Expr *expr) {
  PyObject *name = expr->named.target->name;
  const char *text = PyUnicode_AsUTF8(name);
  Scope *scope = w->scope;
  for (; scope->is_comprehension; scope = scope->parent) {
    Symbol *symbol = Scope_Find(scope, name);
    if (symbol && (symbol->flags & SYM_ITERATION))
      Source_Error(w->source, expr->at,
                   "assignment expression cannot rebind comprehension "
                   "iteration variable '%s'",
                   text);
  }
  if (scope->kind == SCOPE_CLASS)
    Source_Error(w->source, expr->at,
                 "assignment expression within a comprehension cannot be used "
                 "in a class body");
  Symbol *outer = Scope_Add(w->arena, scope, name);
  bool global = scope->kind == SCOPE_MODULE || (outer->flags & SYM_GLOBAL);
  outer->flags |= SYM_BOUND;
  for (Scope *inner = w->scope; inner != scope; inner = inner->parent) {
    Symbol *symbol = Scope_Add(w->arena, inner, name);
    symbol->flags |= global ? SYM_GLOBAL : SYM_NONLOCAL;
    symbol->at = expr->at;
  }
}

static void visit_named(Walker *w, Expr *expr) {
  if (w->in_iterable)
    Source_Error(w->source, expr->at,
                 "assignment expression cannot be used in a comprehension "
                 "iterable expression");
  if (w->scope->is_comprehension)
    named_in_comprehension(w, expr);
  else
    note(w, expr->named.target->name, SYM_BOUND);
  visit(w, expr->named.value);
}

static void add_parameter(Walker *w, const Parameter *parameter) {
  Symbol *symbol = Scope_Add(w->arena, w->scope, parameter->name);
  if (symbol->flags & SYM_PARAMETER)
    Source_Error(w->source, parameter->at,
                 "duplicate argument '%s' in function definition",
                 PyUnicode_AsUTF8(parameter->name));
  symbol->flags |= SYM_PARAMETER | SYM_BOUND;
}

/* Defaults belong to the scope around; the rest to a new one. */
static void visit_function(Walker *w, Function *function) {
  Parameters *parameters = &function->parameters;
  int count = parameters->npositional + parameters->nkwonly;
  for (int i = 0; i < count; i++)
    if (parameters->items[i].otherwise)
      visit(w, parameters->items[i].otherwise);
  Scope *outer = w->scope;
  int in_iterable = w->in_iterable;
  w->in_iterable = 0;
  w->scope = function->scope = new_scope(w, SCOPE_FUNCTION, function->name);
  for (int i = 0; i < count; i++)
    add_parameter(w, &parameters->items[i]);
  if (parameters->star)
    add_parameter(w, parameters->star);
  if (parameters->double_star)
    add_parameter(w, parameters->double_star);
  if (function->result)
    visit(w, function->result);
  else
    visit_body(w, function->body);
  w->scope = outer;
  w->in_iterable = in_iterable;
}

static void visit_comprehension(Walker *w, Comprehension *comprehension) {
  static const char *const names[] = {"<listcomp>", "<setcomp>", "<dictcomp>",
                                      "<genexpr>"};
  const char *name = names[comprehension->kind];
  Scope *outer = w->scope;
  w->in_iterable++;
  visit(w, comprehension->clauses[0].iterable);
  w->in_iterable--;
  Scope *scope =
      new_scope(w, SCOPE_FUNCTION, Arena_Name(w->arena, name, strlen(name)));
  scope->is_comprehension = true;
  scope->is_generator = comprehension->kind == COMP_GENERATOR;
  w->scope = comprehension->scope = scope;
  note(w, Arena_Name(w->arena, ".0", 2), SYM_PARAMETER | SYM_BOUND);
  for (int i = 0; i < comprehension->nclauses; i++) {
    ForClause *clause = &comprehension->clauses[i];
    bind_target(w, clause->target, SYM_BOUND | SYM_ITERATION);
    if (i > 0) {
      w->in_iterable++;
      visit(w, clause->iterable);
      w->in_iterable--;
    }
    visit_list(w, clause->conditions);
  }
  visit(w, comprehension->element);
  if (comprehension->value)
    visit(w, comprehension->value);
  w->scope = outer;
}

static void visit_yield(Walker *w, Expr *expr) {
  static const char *const names[] = {"list", "set", "dict"};
  Scope *scope = w->scope;
  if (scope->is_comprehension) {
    const char *name = PyUnicode_AsUTF8(scope->name);
    const char *kind = "generator expression";
    char text[40];
    for (int i = 0; i < 3; i++)
      if (name[1] == names[i][0] && !scope->is_generator) {
        snprintf(text, sizeof text, "%s comprehension", names[i]);
        kind = text;
      }
    Source_Error(w->source, expr->at, "'yield' inside %s", kind);
  } else if (scope->kind != SCOPE_FUNCTION) {
    Source_Error(w->source, expr->at, "'yield' outside function");
  }
  scope->is_generator = true;
  if (expr->operand)
    visit(w, expr->operand);
}

static void visit_compare(Walker *w, Expr *expr) {
  visit(w, expr->compare.left);
  for (int i = 0; i < expr->compare.count; i++)
    visit(w, expr->compare.items[i].right);
}

static void visit_slice(Walker *w, Expr *expr) {
  Expr *parts[3] = {expr->slice.start, expr->slice.stop, expr->slice.step};
  for (int i = 0; i < 3; i++)
    if (parts[i])
      visit(w, parts[i]);
}

/* Not after an error: folding clears those of its own. */
static void fold(Walker *w, Expr *expr) {
  if (!w->source->failed)
    Fold_Constant(w->arena, expr);
}

static void visit_kind(Walker *w, Expr *expr) {
  switch (expr->kind) {
  case E_CONSTANT:
    break;
  case E_NAME:
    use(w, expr->name);
    break;
  case E_UNARY:
    visit(w, expr->unary.operand);
    fold(w, expr);
    break;
  case E_BINARY:
    visit(w, expr->binary.left);
    visit(w, expr->binary.right);
    fold(w, expr);
    break;
  case E_BOOLEAN:
    visit_list(w, expr->boolean.operands);
    break;
  case E_COMPARE:
    visit_compare(w, expr);
    break;
  case E_CONDITIONAL:
    visit(w, expr->conditional.test);
    visit(w, expr->conditional.yes);
    visit(w, expr->conditional.no);
    break;
  case E_NAMED:
    visit_named(w, expr);
    break;
  case E_LAMBDA:
    visit_function(w, expr->lambda);
    break;
  case E_CALL:
    visit(w, expr->call.function);
    visit_list(w, expr->call.arguments);
    visit_keywords(w, expr->call.keywords);
    break;
  case E_ATTRIBUTE:
    visit(w, expr->attribute.object);
    break;
  case E_SUBSCRIPT:
    visit(w, expr->subscript.object);
    visit(w, expr->subscript.index);
    break;
  case E_SLICE:
    visit_slice(w, expr);
    break;
  case E_STARRED:
    visit(w, expr->operand);
    break;
  case E_TUPLE:
    visit_list(w, expr->elements);
    fold(w, expr);
    break;
  case E_LIST:
  case E_SET:
  case E_JOINED:
    visit_list(w, expr->elements);
    break;
  case E_DICT:
    visit_list(w, expr->dict.keys);
    visit_list(w, expr->dict.values);
    break;
  case E_COMPREHENSION:
    visit_comprehension(w, expr->comprehension);
    break;
  case E_YIELD:
  case E_YIELD_FROM:
    visit_yield(w, expr);
    break;
  case E_FORMATTED:
    visit(w, expr->formatted.value);
    if (expr->formatted.spec)
      visit(w, expr->formatted.spec);
    break;
  }
}

static void visit(Walker *w, Expr *expr) {
  if (w->source->failed)
    return;
  if (++w->depth > MAX_DEPTH)
    Source_Error(w->source, expr->at, "too many nested expressions");
  else
    visit_kind(w, expr);
  w->depth--;
}

/* --- statements
 * ----------------------------------------------------------------------------
 */

static void declare(Walker *w, Stmt *stmt, PyObject *name) {
  bool global = stmt->kind == S_GLOBAL;
  const char *text = PyUnicode_AsUTF8(name);
  const char *what = global ? "global" : "nonlocal";
  if (!global && w->scope->kind == SCOPE_MODULE) {
    Source_Error(w->source, stmt->at,
                 "nonlocal declaration not allowed at module level");
    return;
  }
  Symbol *symbol = Scope_Add(w->arena, w->scope, name);
  unsigned flags = symbol->flags;
  if (flags & SYM_PARAMETER)
    Source_Error(w->source, stmt->at, "name '%s' is parameter and %s", text,
                 what);
  else if (flags & SYM_USED)
    Source_Error(w->source, stmt->at,
                 "name '%s' is used prior to %s declaration", text, what);
  else if (flags & SYM_BOUND)
    Source_Error(w->source, stmt->at,
                 "name '%s' is assigned to before %s declaration", text, what);
  else if (flags & (global ? SYM_NONLOCAL : SYM_GLOBAL))
    Source_Error(w->source, stmt->at, "name '%s' is nonlocal and global", text);
  symbol->flags |= global ? SYM_GLOBAL : SYM_NONLOCAL;
  symbol->at = stmt->at;
}

static void visit_class(Walker *w, Class *class) {
  visit_list(w, class->decorators);
  visit_list(w, class->bases);
  visit_keywords(w, class->keywords);
  note(w, class->binding, SYM_BOUND);
  Scope *outer = w->scope;
  w->scope = class->scope = new_scope(w, SCOPE_CLASS, class->name);
  static const char *const implicit[] = {"__module__", "__qualname__",
                                         "__doc__"};
  for (int i = 0; i < 3; i++)
    note(w, Arena_Name(w->arena, implicit[i], strlen(implicit[i])), SYM_BOUND);
  visit_body(w, class->body);
  w->scope = outer;
}

static void visit_try(Walker *w, Stmt *stmt) {
  visit_body(w, stmt->try.body);
  for (int i = 0; i < stmt->try.nhandlers; i++) {
    Handler *handler = &stmt->try.handlers[i];
    if (handler->type)
      visit(w, handler->type);
    if (handler->name)
      note(w, handler->name, SYM_BOUND);
    visit_body(w, handler->body);
  }
  visit_body(w, stmt->try.otherwise);
  visit_body(w, stmt->try.finally);
}

static void visit_with(Walker *w, Stmt *stmt) {
  for (int i = 0; i < stmt->with.count; i++) {
    visit(w, stmt->with.items[i].context);
    if (stmt->with.items[i].target)
      bind_target(w, stmt->with.items[i].target, SYM_BOUND);
  }
  visit_body(w, stmt->with.body);
}

static void visit_import(Walker *w, Stmt *stmt) {
  if (stmt->import.count == 0 && w->scope->kind != SCOPE_MODULE)
    Source_Error(w->source, stmt->at, "import * only allowed at module level");
  for (int i = 0; i < stmt->import.count; i++) {
    Alias *alias = &stmt->import.items[i];
    note(w, alias->as ? alias->as : alias->first, SYM_BOUND);
  }
}

static void visit_optional(Walker *w, Expr *first, Expr *second) {
  if (first)
    visit(w, first);
  if (second)
    visit(w, second);
}

static void visit_assignment(Walker *w, Stmt *stmt) {
  ExprList targets = stmt->assign.targets;
  visit(w, stmt->assign.value);
  for (int i = 0; i < targets.count; i++)
    bind_target(w, targets.items[i], SYM_BOUND);
}

static void visit_statement(Walker *w, Stmt *stmt) {
  switch (stmt->kind) {
  case S_PASS:
  case S_BREAK:
  case S_CONTINUE:
    break;
  case S_EXPRESSION:
  case S_RETURN:
    visit_optional(w, stmt->value, NULL);
    break;
  case S_ASSIGN:
    visit_assignment(w, stmt);
    break;
  case S_AUGMENTED:
    bind_target(w, stmt->augmented.target, SYM_BOUND);
    visit(w, stmt->augmented.value);
    break;
  case S_ANNOTATED: /* the annotation is not evaluated */
    bind_target(w, stmt->annotated.target, SYM_BOUND);
    visit_optional(w, stmt->annotated.value, NULL);
    break;
  case S_DELETE:
    for (int i = 0; i < stmt->targets.count; i++)
      bind_target(w, stmt->targets.items[i], SYM_BOUND);
    break;
  case S_IF:
  case S_WHILE:
    visit(w, stmt->branch.test);
    visit_body(w, stmt->branch.body);
    visit_body(w, stmt->branch.otherwise);
    break;
  case S_FOR:
    visit(w, stmt->loop.iterable);
    bind_target(w, stmt->loop.target, SYM_BOUND);
    visit_body(w, stmt->loop.body);
    visit_body(w, stmt->loop.otherwise);
    break;
  case S_DEF:
    visit_list(w, stmt->def->decorators);
    note(w, stmt->def->binding, SYM_BOUND);
    visit_function(w, &stmt->def->function);
    break;
  case S_CLASS:
    visit_class(w, stmt->class);
    break;
  case S_GLOBAL:
  case S_NONLOCAL:
    for (int i = 0; i < stmt->names.count; i++)
      declare(w, stmt, stmt->names.items[i]);
    break;
  case S_TRY:
    visit_try(w, stmt);
    break;
  case S_RAISE:
    visit_optional(w, stmt->raise.exception, stmt->raise.cause);
    break;
  case S_WITH:
    visit_with(w, stmt);
    break;
  case S_ASSERT:
    visit_optional(w, stmt->assertion.test, stmt->assertion.message);
    break;
  case S_IMPORT:
  case S_FROM:
    visit_import(w, stmt);
    break;
  }
}

static void visit_body(Walker *w, StmtList body) {
  if (++w->depth > MAX_DEPTH && body.count)
    Source_Error(w->source, body.items[0]->at, "too many nested statements");
  for (int i = 0; i < body.count && !w->source->failed; i++)
    visit_statement(w, body.items[i]);
  w->depth--;
}

bool Symtable_Build(Source *source, Module *module) {
  Walker w = {.source = source,
              .arena = source->arena,
              .name_super = Arena_Name(source->arena, "super", 5),
              .name_class = Arena_Name(source->arena, "__class__", 9)};
  w.scope = module->scope =
      new_scope(&w, SCOPE_MODULE, Arena_Name(source->arena, "<module>", 8));
  if (module->expression)
    visit(&w, module->expression);
  else
    visit_body(&w, module->body);
  return !source->failed && Symtable_Resolve(source, module->scope);
}
