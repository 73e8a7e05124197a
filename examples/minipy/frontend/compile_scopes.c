/* Whatever becomes a code object of its own: functions, lambdas, classes and
 * comprehensions. */
#include "compiler.h"

enum { FUNCTION_FLAGS = CO_OPTIMIZED | CO_NEWLOCALS };

/* --- functions
 * ---------------------------------------------------------------------- */

static int compile_defaults(Compiler *c, const Parameters *parameters) {
  ExprList defaults = {0};
  Expr **items = Arena_Alloc(c->arena, (size_t)(parameters->npositional + 1) *
                                           sizeof *items);
  defaults.items = items;
  for (int i = 0; i < parameters->npositional; i++)
    if (parameters->items[i].otherwise)
      items[defaults.count++] = parameters->items[i].otherwise;
  if (defaults.count == 0)
    return 0;
  PyObject *constants = Fold_Elements(c->arena, defaults);
  if (constants)
    Emit_Const(c, constants);
  else
    Compile_Sequence(c, defaults, E_TUPLE, 0);
  return MAKE_FUNCTION_DEFAULTS;
}

static int compile_keyword_defaults(Compiler *c, const Parameters *parameters) {
  int count = 0;
  for (int i = 0; i < parameters->nkwonly; i++) {
    Parameter *parameter = &parameters->items[parameters->npositional + i];
    if (!parameter->otherwise)
      continue;
    Emit_Const(c, parameter->name);
    Compile_Expr(c, parameter->otherwise);
    count++;
  }
  if (count == 0)
    return 0;
  Emit(c, BUILD_MAP, count);
  return MAKE_FUNCTION_KWDEFAULTS;
}

static int parameter_flags(const Parameters *parameters) {
  return (parameters->star ? CO_VARARGS : 0) |
         (parameters->double_star ? CO_VARKEYWORDS : 0);
}

/* Pushes the function. */
static void compile_function(Compiler *c, Function *function, int line) {
  Parameters *parameters = &function->parameters;
  int flags = compile_defaults(c, parameters);
  flags |= compile_keyword_defaults(c, parameters);
  Unit *unit = Enter_Unit(c, function->scope, function->name,
                          FUNCTION_FLAGS | parameter_flags(parameters), line);
  unit->argcount = parameters->npositional;
  unit->posonlyargcount = parameters->nposonly;
  unit->kwonlyargcount = parameters->nkwonly;
  if (function->result) {
    Compile_Expr(c, function->result);
    if (function->scope->is_generator) {
      Emit(c, POP_TOP, 0);
      Emit_None(c);
    }
  } else {
    PyObject *docstring = Body_Docstring(function->body);
    if (docstring) {
      Unit_Const(unit, docstring);
      unit->flags |= CO_DOCSTRING;
    }
    Compile_Body(c, function->body);
    Emit_None(c);
  }
  Emit(c, RETURN_VALUE, 0);
  Emit_Function(c, Leave_Unit(c), flags);
}

void Compile_Lambda(Compiler *c, Expr *expr) {
  compile_function(c, expr->lambda, expr->line);
}

static void compile_decorators(Compiler *c, ExprList decorators) {
  for (int i = 0; i < decorators.count; i++)
    Compile_Expr(c, decorators.items[i]);
}

static void apply_decorators(Compiler *c, ExprList decorators) {
  int line = c->unit->line;
  for (int i = decorators.count - 1; i >= 0; i--) {
    c->unit->line = decorators.items[i]->line;
    Emit(c, CALL_FUNCTION, 1);
  }
  c->unit->line = line;
}

/* The line of the first decorator, if there is one: where the code "begins". */
static int first_line(ExprList decorators, int line) {
  return decorators.count ? decorators.items[0]->line : line;
}

void Compile_Def(Compiler *c, Stmt *stmt) {
  Def *def = stmt->def;
  compile_decorators(c, def->decorators);
  compile_function(c, &def->function, first_line(def->decorators, stmt->line));
  apply_decorators(c, def->decorators);
  Emit_Variable(c, def->binding, NAME_STORE);
}

/* --- classes
 * ---------------------------------------------------------------------------
 */

static void store_name(Compiler *c, const char *name) {
  Emit_Name(c, STORE_NAME, Name_Of(c, name));
}

static PyCodeObject *compile_class_body(Compiler *c, Class *class, int line) {
  Unit *unit = Enter_Unit(c, class->scope, class->name, 0, line);
  Emit_Name(c, LOAD_NAME, Name_Of(c, "__name__"));
  store_name(c, "__module__");
  Emit_Const(c, unit->qualname);
  store_name(c, "__qualname__");
  PyObject *docstring = Body_Docstring(class->body);
  if (docstring) {
    Emit_Const(c, docstring);
    store_name(c, "__doc__");
  }
  Compile_Body(c, class->body);
  if (class->scope->needs_class_cell) {
    Emit(c, LOAD_CLOSURE, 0);
    Emit(c, DUP_TOP, 0);
    store_name(c, "__classcell__");
  } else {
    Emit_None(c);
  }
  Emit(c, RETURN_VALUE, 0);
  return Leave_Unit(c);
}

void Compile_Class(Compiler *c, Stmt *stmt) {
  Class *class = stmt->class;
  compile_decorators(c, class->decorators);
  Emit(c, LOAD_BUILD_CLASS, 0);
  Emit_Function(
      c,
      compile_class_body(c, class, first_line(class->decorators, stmt->line)),
      0);
  Emit_Const(c, class->name);
  Compile_Arguments(c, 2, class->bases, class->keywords);
  apply_decorators(c, class->decorators);
  Emit_Variable(c, class->binding, NAME_STORE);
}

/* --- comprehensions
 * -------------------------------------------------------------------- */

static void emit_element(Compiler *c, Comprehension *comprehension) {
  static const int add[] = {LIST_APPEND, SET_ADD, MAP_ADD};
  int depth = comprehension->nclauses + 1; /* the iterators, the container */
  Compile_Expr(c, comprehension->element);
  if (comprehension->kind == COMP_GENERATOR) {
    Emit(c, YIELD_VALUE, 0);
    Emit(c, POP_TOP, 0);
    return;
  }
  if (comprehension->value)
    Compile_Expr(c, comprehension->value);
  Emit(c, add[comprehension->kind], depth);
}

static void compile_clause(Compiler *c, Comprehension *comprehension, int i) {
  ForClause *clause = &comprehension->clauses[i];
  Label start = New_Label(c), next = New_Label(c), end = New_Label(c);
  if (i == 0) {
    Emit(c, LOAD_FAST, 0);
  } else {
    Compile_Transient(c, clause->iterable);
    Emit(c, GET_ITER, 0);
  }
  Place(c, start);
  Jump(c, FOR_ITER, end);
  Compile_Store(c, clause->target);
  for (int k = 0; k < clause->conditions.count; k++)
    Compile_JumpIf(c, clause->conditions.items[k], next, false);
  if (i + 1 < comprehension->nclauses)
    compile_clause(c, comprehension, i + 1);
  else
    emit_element(c, comprehension);
  Place(c, next);
  Jump(c, JUMP_BACK, start);
  Place(c, end);
}

void Compile_Comprehension(Compiler *c, Expr *expr) {
  static const int build[] = {BUILD_LIST, BUILD_SET, BUILD_MAP};
  Comprehension *comprehension = expr->comprehension;
  bool generator = comprehension->kind == COMP_GENERATOR;
  Unit *unit = Enter_Unit(c, comprehension->scope, comprehension->scope->name,
                          FUNCTION_FLAGS, expr->line);
  unit->argcount = 1;
  if (!generator)
    Emit(c, build[comprehension->kind], 0);
  compile_clause(c, comprehension, 0);
  if (generator)
    Emit_None(c);
  Emit(c, RETURN_VALUE, 0);
  Emit_Function(c, Leave_Unit(c), 0);
  Compile_Transient(c, comprehension->clauses[0].iterable);
  Emit(c, GET_ITER, 0);
  Emit(c, CALL_FUNCTION, 1);
}
