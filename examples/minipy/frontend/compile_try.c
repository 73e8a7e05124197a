/* try, with, and what leaving them early takes. opcode.def shows the code for
 * each; the stack contents named in comments here are `prev` (the exception
 * handled before) and `exc` (the one being handled). */
#include "compiler.h"

void Push_Around(Compiler *c, Around *around, AroundKind kind) {
  around->outer = c->unit->around;
  around->kind = kind;
  c->unit->around = around;
}

void Pop_Around(Compiler *c) { c->unit->around = c->unit->around->outer; }

/* --- leaving early
 * ---------------------------------------------------------------------- */

/* The value on top, if it is to be kept, goes below the one under it. */
static void keep_value(Compiler *c, bool keep) {
  if (keep)
    Emit(c, ROT_TWO, 0);
}

/* The bound __exit__ is on top: calls it with (None, None, None). */
static void call_exit(Compiler *c) {
  for (int i = 0; i < 3; i++)
    Emit_None(c);
  Emit(c, CALL_FUNCTION, 3);
  Emit(c, POP_TOP, 0);
}

static void unset_name(Compiler *c, PyObject *name) {
  Emit_None(c);
  Emit_Variable(c, name, NAME_STORE);
  Emit_Variable(c, name, NAME_DELETE);
}

/* A copy of the finally body, with the value to keep below it. */
static void inline_finally(Compiler *c, Around *around, bool keep) {
  int line = c->unit->line;
  Around value;
  Emit(c, POP_BLOCK, 0);
  if (keep)
    Push_Around(c, &value, AROUND_VALUE);
  Compile_Body(c, around->finally);
  if (keep)
    Pop_Around(c);
  c->unit->line = line;
}

static void leave(Compiler *c, Around *around, bool keep) {
  switch (around->kind) {
  case AROUND_WHILE:
    break;
  case AROUND_FOR:
  case AROUND_VALUE:
    keep_value(c, keep);
    Emit(c, POP_TOP, 0);
    break;
  case AROUND_TRY:
    Emit(c, POP_BLOCK, 0);
    break;
  case AROUND_NAMED_HANDLER:
    Emit(c, POP_BLOCK, 0);
    keep_value(c, keep);
    Emit(c, POP_EXCEPT, 0);
    unset_name(c, around->name);
    break;
  case AROUND_HANDLER:
    keep_value(c, keep);
    Emit(c, POP_EXCEPT, 0);
    break;
  case AROUND_FINALLY_TRY:
    inline_finally(c, around, keep);
    break;
  case AROUND_FINALLY_END: /* prev exc [value] */
    keep_value(c, keep);
    Emit(c, POP_TOP, 0);
    keep_value(c, keep);
    Emit(c, POP_EXCEPT, 0);
    break;
  case AROUND_WITH:
    Emit(c, POP_BLOCK, 0);
    keep_value(c, keep);
    call_exit(c);
    break;
  }
}

static bool is_loop(const Around *around) {
  return around->kind == AROUND_WHILE || around->kind == AROUND_FOR;
}

Around *Unwind(Compiler *c, bool keep, bool to_loop) {
  /* A finally body is compiled as if it stood outside of its try. */
  Unit *unit = c->unit;
  Around *saved = unit->around;
  if (to_loop) { /* nothing is to be emitted if there is no loop */
    Around *loop = saved;
    while (loop && !is_loop(loop))
      loop = loop->outer;
    if (!loop)
      return NULL;
  }
  while (unit->around && !(to_loop && is_loop(unit->around))) {
    Around *around = unit->around;
    unit->around = around->outer;
    leave(c, around, keep);
  }
  Around *loop = unit->around;
  unit->around = saved;
  return loop;
}

/* --- try .. except
 * ------------------------------------------------------------------------ */

/* prev exc -- ; the clause's body, when its type fits. */
static void compile_named_handler(Compiler *c, Handler *handler, Label end) {
  Around around = {.name = handler->name};
  Label cleanup = New_Label(c);
  Emit_Variable(c, handler->name, NAME_STORE);
  Jump(c, SETUP_FINALLY, cleanup);
  Push_Around(c, &around, AROUND_NAMED_HANDLER);
  Compile_Body(c, handler->body);
  Pop_Around(c);
  c->unit->line = handler->line;
  Emit(c, POP_BLOCK, 0);
  Emit(c, POP_EXCEPT, 0);
  unset_name(c, handler->name);
  Jump(c, JUMP_ABSOLUTE, end);
  Place(c, cleanup);
  unset_name(c, handler->name);
  Emit(c, RERAISE, 0);
}

static void compile_plain_handler(Compiler *c, Handler *handler, Label end) {
  Around around = {0};
  Emit(c, POP_TOP, 0);
  Push_Around(c, &around, AROUND_HANDLER);
  Compile_Body(c, handler->body);
  Pop_Around(c);
  c->unit->line = handler->line;
  Emit(c, POP_EXCEPT, 0);
  Jump(c, JUMP_ABSOLUTE, end);
}

static void compile_handler(Compiler *c, Handler *handler, Label end) {
  Label next = New_Label(c);
  c->unit->line = handler->line;
  if (handler->type) {
    Emit(c, DUP_TOP, 0);
    Compile_Expr(c, handler->type);
    Jump(c, JUMP_IF_NOT_EXC_MATCH, next);
  }
  if (handler->name)
    compile_named_handler(c, handler, end);
  else
    compile_plain_handler(c, handler, end);
  c->unit->line = handler->line;
  Place(c, next);
}

static void compile_try_except(Compiler *c, Stmt *stmt) {
  Around around = {0};
  Label handlers = New_Label(c), end = New_Label(c);
  Jump(c, SETUP_FINALLY, handlers);
  Push_Around(c, &around, AROUND_TRY);
  Compile_Body(c, stmt->try.body);
  Pop_Around(c);
  Emit(c, POP_BLOCK, 0);
  Compile_Body(c, stmt->try.otherwise);
  Jump(c, JUMP_ABSOLUTE, end);
  Place(c, handlers);
  for (int i = 0; i < stmt->try.nhandlers; i++)
    compile_handler(c, &stmt->try.handlers[i], end);
  Emit(c, RERAISE, 0);
  Place(c, end);
}

/* --- try .. finally
 * ------------------------------------------------------------------------- */

static void compile_protected(Compiler *c, Stmt *stmt) {
  if (stmt->try.nhandlers)
    compile_try_except(c, stmt);
  else
    Compile_Body(c, stmt->try.body);
}

static void compile_try_finally(Compiler *c, Stmt *stmt) {
  Around around = {.finally = stmt->try.finally}, handling = {0};
  Label handler = New_Label(c), end = New_Label(c);
  Jump(c, SETUP_FINALLY, handler);
  Push_Around(c, &around, AROUND_FINALLY_TRY);
  compile_protected(c, stmt);
  Pop_Around(c);
  Emit(c, POP_BLOCK, 0);
  Compile_Body(c, stmt->try.finally);
  Jump(c, JUMP_ABSOLUTE, end);
  Place(c, handler);
  Push_Around(c, &handling, AROUND_FINALLY_END);
  Compile_Body(c, stmt->try.finally);
  Pop_Around(c);
  Emit(c, RERAISE, 0);
  Place(c, end);
}

void Compile_Try(Compiler *c, Stmt *stmt) {
  if (stmt->try.finally.count)
    compile_try_finally(c, stmt);
  else
    compile_try_except(c, stmt);
}

/* --- with
 * -------------------------------------------------------------------------------------
 */

static void compile_with_items(Compiler *c, Stmt *stmt, int i) {
  if (i == stmt->with.count) {
    Compile_Body(c, stmt->with.body);
    return;
  }
  WithItem *item = &stmt->with.items[i];
  Around around = {0};
  Label handler = New_Label(c), suppress = New_Label(c), end = New_Label(c);
  Compile_Expr(c, item->context);
  Jump(c, SETUP_WITH, handler);
  Push_Around(c, &around, AROUND_WITH);
  if (item->target)
    Compile_Store(c, item->target);
  else
    Emit(c, POP_TOP, 0);
  compile_with_items(c, stmt, i + 1);
  Pop_Around(c);
  c->unit->line = stmt->line;
  Emit(c, POP_BLOCK, 0);
  call_exit(c);
  Jump(c, JUMP_ABSOLUTE, end);
  Place(c, handler);
  Emit(c, WITH_EXCEPT_START, 0);
  Jump(c, POP_JUMP_IF_TRUE, suppress);
  Emit(c, RERAISE, 0);
  Place(c, suppress);
  Emit(c, POP_TOP, 0);
  Emit(c, POP_EXCEPT, 0);
  Emit(c, POP_TOP, 0);
  Place(c, end);
}

void Compile_With(Compiler *c, Stmt *stmt) { compile_with_items(c, stmt, 0); }
