/* Statements, except for those that deal with exceptions (compile_try.c). */
#include "compiler.h"

#include <string.h>

/* --- loops and branches
 * ---------------------------------------------------------------- */

static void compile_if(Compiler *c, Stmt *stmt) {
  Label otherwise = New_Label(c), end = New_Label(c);
  bool has_else = stmt->branch.otherwise.count > 0;
  Compile_JumpIf(c, stmt->branch.test, has_else ? otherwise : end, false);
  Compile_Body(c, stmt->branch.body);
  if (has_else) {
    Jump(c, JUMP_ABSOLUTE, end);
    Place(c, otherwise);
    Compile_Body(c, stmt->branch.otherwise);
  }
  Place(c, end);
}

static void compile_while(Compiler *c, Stmt *stmt) {
  Around around = {.start = New_Label(c), .end = New_Label(c)};
  Label done = New_Label(c);
  Place(c, around.start);
  Compile_JumpIf(c, stmt->branch.test, done, false);
  Push_Around(c, &around, AROUND_WHILE);
  Compile_Body(c, stmt->branch.body);
  Pop_Around(c);
  Jump(c, JUMP_BACK, around.start);
  Place(c, done);
  Compile_Body(c, stmt->branch.otherwise);
  Place(c, around.end);
}

static void compile_for(Compiler *c, Stmt *stmt) {
  Around around = {.start = New_Label(c), .end = New_Label(c)};
  Label done = New_Label(c);
  Compile_Transient(c, stmt->loop.iterable);
  Emit(c, GET_ITER, 0);
  Place(c, around.start);
  Jump(c, FOR_ITER, done);
  Compile_Store(c, stmt->loop.target);
  Push_Around(c, &around, AROUND_FOR);
  Compile_Body(c, stmt->loop.body);
  Pop_Around(c);
  Jump(c, JUMP_BACK, around.start);
  Place(c, done);
  Compile_Body(c, stmt->loop.otherwise);
  Place(c, around.end);
}

static void compile_break(Compiler *c, Stmt *stmt) {
  Around *loop = Unwind(c, false, true);
  if (!loop) {
    Source_Error(c->source, stmt->at, "'break' outside loop");
    return;
  }
  if (loop->kind == AROUND_FOR)
    Emit(c, POP_TOP, 0);
  Jump(c, JUMP_ABSOLUTE, loop->end);
}

static void compile_continue(Compiler *c, Stmt *stmt) {
  Around *loop = Unwind(c, false, true);
  if (loop)
    Jump(c, JUMP_BACK, loop->start);
  else
    Source_Error(c->source, stmt->at, "'continue' not properly in loop");
}

static void compile_return(Compiler *c, Stmt *stmt) {
  Scope *scope = c->unit->scope;
  if (scope->kind != SCOPE_FUNCTION) {
    Source_Error(c->source, stmt->at, "'return' outside function");
    return;
  }
  bool constant = !stmt->value || stmt->value->kind == E_CONSTANT;
  if (!constant)
    Compile_Expr(c, stmt->value);
  Unwind(c, !constant, false);
  if (!stmt->value)
    Emit_None(c);
  else if (constant)
    Compile_Expr(c, stmt->value);
  Emit(c, RETURN_VALUE, 0);
}

/* --- assignments
 * -------------------------------------------------------------------------- */

static bool is_short_tuple(const Expr *expr) {
  if (expr->kind != E_TUPLE || expr->elements.count < 2 ||
      expr->elements.count > 3)
    return false;
  for (int i = 0; i < expr->elements.count; i++)
    if (expr->elements.items[i]->kind == E_STARRED)
      return false;
  return true;
}

/* a, b = b, a needs no tuple: the values are stored from the stack. */
static bool compile_swap(Compiler *c, Expr *target, Expr *value) {
  if (!is_short_tuple(target) || !is_short_tuple(value) ||
      target->elements.count != value->elements.count)
    return false;
  int count = target->elements.count;
  for (int i = 0; i < count; i++)
    Compile_Expr(c, value->elements.items[i]);
  if (count == 3)
    Emit(c, ROT_THREE, 0);
  Emit(c, ROT_TWO, 0);
  for (int i = 0; i < count; i++)
    Compile_Store(c, target->elements.items[i]);
  return true;
}

static void compile_assign(Compiler *c, Stmt *stmt) {
  ExprList targets = stmt->assign.targets;
  if (targets.count == 1 &&
      compile_swap(c, targets.items[0], stmt->assign.value))
    return;
  Compile_Expr(c, stmt->assign.value);
  for (int i = 0; i < targets.count; i++) {
    if (i + 1 < targets.count)
      Emit(c, DUP_TOP, 0);
    Compile_Store(c, targets.items[i]);
  }
}

static void compile_augmented(Compiler *c, Stmt *stmt) {
  Expr *target = stmt->augmented.target, *value = stmt->augmented.value;
  int opcode = stmt->augmented.opcode;
  switch (target->kind) {
  case E_ATTRIBUTE:
    Compile_Expr(c, target->attribute.object);
    Emit(c, DUP_TOP, 0);
    Emit_Name(c, LOAD_ATTR, target->attribute.name);
    Compile_Expr(c, value);
    Emit(c, opcode, 0);
    Emit(c, ROT_TWO, 0);
    Emit_Name(c, STORE_ATTR, target->attribute.name);
    break;
  case E_SUBSCRIPT:
    Compile_Expr(c, target->subscript.object);
    Compile_Expr(c, target->subscript.index);
    Emit(c, DUP_TOP_TWO, 0);
    Emit(c, BINARY_SUBSCR, 0);
    Compile_Expr(c, value);
    Emit(c, opcode, 0);
    Emit(c, ROT_THREE, 0);
    Emit(c, STORE_SUBSCR, 0);
    break;
  default:
    Emit_Variable(c, target->name, NAME_LOAD);
    Compile_Expr(c, value);
    Emit(c, opcode, 0);
    Emit_Variable(c, target->name, NAME_STORE);
  }
}

static void compile_expression_statement(Compiler *c, Stmt *stmt) {
  if (stmt->value->kind == E_CONSTANT)
    return;
  Compile_Expr(c, stmt->value);
  Emit(c, POP_TOP, 0);
}

static void compile_raise(Compiler *c, Stmt *stmt) {
  int count = 0;
  if (stmt->raise.exception) {
    Compile_Expr(c, stmt->raise.exception);
    count++;
  }
  if (stmt->raise.cause) {
    Compile_Expr(c, stmt->raise.cause);
    count++;
  }
  Emit(c, RAISE_VARARGS, count);
}

static void compile_assert(Compiler *c, Stmt *stmt) {
  Label fine = New_Label(c);
  Compile_JumpIf(c, stmt->assertion.test, fine, true);
  Emit(c, LOAD_ASSERTION_ERROR, 0);
  if (stmt->assertion.message) {
    Compile_Expr(c, stmt->assertion.message);
    Emit(c, CALL_FUNCTION, 1);
  }
  Emit(c, RAISE_VARARGS, 1);
  Place(c, fine);
}

/* --- imports
 * --------------------------------------------------------------------------------
 */

static void emit_int(Compiler *c, int value) {
  Emit_Const(c, Arena_Own(c->arena, PyLong_FromLong(value)));
}

/* import a.b.c as d: the package is on the stack, d is its b's c. */
static void descend(Compiler *c, PyObject *dotted) {
  const char *text = strchr(PyUnicode_AsUTF8(dotted), '.');
  while (text) {
    const char *start = text + 1;
    text = strchr(start, '.');
    size_t size = text ? (size_t)(text - start) : strlen(start);
    Emit_Name(c, IMPORT_FROM, Arena_Name(c->arena, start, size));
    Emit(c, ROT_TWO, 0);
    Emit(c, POP_TOP, 0);
  }
}

void Compile_Import(Compiler *c, Stmt *stmt) {
  for (int i = 0; i < stmt->import.count; i++) {
    Alias *alias = &stmt->import.items[i];
    emit_int(c, 0);
    Emit_None(c);
    Emit_Name(c, IMPORT_NAME, alias->name);
    if (alias->as)
      descend(c, alias->name);
    Emit_Variable(c, alias->as ? alias->as : alias->first, NAME_STORE);
  }
}

static PyObject *imported_names(Compiler *c, Stmt *stmt) {
  int count = stmt->import.count;
  PyObject *names = PyTuple_New(count ? count : 1);
  if (count == 0)
    PyTuple_SET_ITEM(names, 0, Py_NewRef(Name_Of(c, "*")));
  for (int i = 0; i < count; i++)
    PyTuple_SET_ITEM(names, i, Py_NewRef(stmt->import.items[i].name));
  return Arena_Own(c->arena, names);
}

/* from __future__ import ...: everything there is is on, or accepted. */
static bool is_future(Compiler *c, Stmt *stmt) {
  static const char known[] = " annotations division print_function "
                              "absolute_import generators nested_scopes "
                              "unicode_literals with_statement generator_stop ";
  if (stmt->import.module != Name_Of(c, "__future__"))
    return false;
  for (int i = 0; i < stmt->import.count; i++) {
    const char *name = PyUnicode_AsUTF8(stmt->import.items[i].name);
    const char *found = strstr(known, name);
    if (!found || found[-1] != ' ' || found[strlen(name)] != ' ')
      Source_Error(c->source, stmt->at, "future feature %s is not defined",
                   name);
  }
  Unit *unit = c->unit;
  bool at_start =
      unit->count == 0 ||
      (unit->count == 2 && unit->names.items[0] == Name_Of(c, "__doc__"));
  if (!at_start) /* a docstring's two instructions may come before */
    Source_Error(c->source, stmt->at,
                 "from __future__ imports must occur at the beginning of the "
                 "file");
  return true;
}

void Compile_From(Compiler *c, Stmt *stmt) {
  if (is_future(c, stmt))
    return;
  emit_int(c, stmt->import.level);
  Emit_Const(c, imported_names(c, stmt));
  Emit_Name(c, IMPORT_NAME, stmt->import.module);
  if (stmt->import.count == 0) {
    Emit(c, IMPORT_STAR, 0);
    return;
  }
  for (int i = 0; i < stmt->import.count; i++) {
    Alias *alias = &stmt->import.items[i];
    Emit_Name(c, IMPORT_FROM, alias->name);
    Emit_Variable(c, alias->as ? alias->as : alias->first, NAME_STORE);
  }
  Emit(c, POP_TOP, 0);
}

/* --- dispatch
 * ---------------------------------------------------------------------------------
 */

static void compile_statement(Compiler *c, Stmt *stmt) {
  switch (stmt->kind) {
  case S_PASS:
  case S_GLOBAL:
  case S_NONLOCAL:
    break;
  case S_EXPRESSION:
    compile_expression_statement(c, stmt);
    break;
  case S_ASSIGN:
    compile_assign(c, stmt);
    break;
  case S_AUGMENTED:
    compile_augmented(c, stmt);
    break;
  case S_ANNOTATED:
    if (stmt->annotated.value) {
      Compile_Expr(c, stmt->annotated.value);
      Compile_Store(c, stmt->annotated.target);
    }
    break;
  case S_DELETE:
    for (int i = 0; i < stmt->targets.count; i++)
      Compile_Delete(c, stmt->targets.items[i]);
    break;
  case S_IF:
    compile_if(c, stmt);
    break;
  case S_WHILE:
    compile_while(c, stmt);
    break;
  case S_FOR:
    compile_for(c, stmt);
    break;
  case S_BREAK:
    compile_break(c, stmt);
    break;
  case S_CONTINUE:
    compile_continue(c, stmt);
    break;
  case S_RETURN:
    compile_return(c, stmt);
    break;
  case S_DEF:
    Compile_Def(c, stmt);
    break;
  case S_CLASS:
    Compile_Class(c, stmt);
    break;
  case S_TRY:
    Compile_Try(c, stmt);
    break;
  case S_RAISE:
    compile_raise(c, stmt);
    break;
  case S_WITH:
    Compile_With(c, stmt);
    break;
  case S_ASSERT:
    compile_assert(c, stmt);
    break;
  case S_IMPORT:
    Compile_Import(c, stmt);
    break;
  case S_FROM:
    Compile_From(c, stmt);
    break;
  }
}

void Compile_Statement(Compiler *c, Stmt *stmt) {
  c->unit->line = stmt->line;
  compile_statement(c, stmt);
}

void Compile_Body(Compiler *c, StmtList body) {
  for (int i = 0; i < body.count && !c->source->failed; i++)
    Compile_Statement(c, body.items[i]);
}
