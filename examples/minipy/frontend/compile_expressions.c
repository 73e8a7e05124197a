/* Expressions: each leaves exactly one value on the stack. Also the other two
 * things that happen to expressions: being assigned to and being deleted. */
#include "compiler.h"

/* --- displays
 * --------------------------------------------------------------------- */

static bool has_star(ExprList elements) {
  for (int i = 0; i < elements.count; i++)
    if (elements.items[i]->kind == E_STARRED)
      return true;
  return false;
}

static void compile_starred_sequence(Compiler *c, ExprList elements,
                                     ExprKind kind, int on_stack) {
  int build = kind == E_SET ? BUILD_SET : BUILD_LIST;
  int add = kind == E_SET ? SET_ADD : LIST_APPEND;
  int extend = kind == E_SET ? SET_UPDATE : LIST_EXTEND;
  bool built = false;
  int waiting = on_stack;
  for (int i = 0; i < elements.count; i++) {
    Expr *element = elements.items[i];
    bool starred = element->kind == E_STARRED;
    if (starred && !built) {
      Emit(c, build, waiting);
      built = true;
    }
    Compile_Expr(c, starred ? element->operand : element);
    if (built)
      Emit(c, starred ? extend : add, 1);
    else
      waiting++;
  }
  if (kind == E_TUPLE)
    Emit(c, LIST_TO_TUPLE, 0);
}

void Compile_Sequence(Compiler *c, ExprList elements, ExprKind kind,
                      int on_stack) {
  if (has_star(elements)) {
    compile_starred_sequence(c, elements, kind, on_stack);
    return;
  }
  /* A long list of constants needs no deep stack. */
  PyObject *constants = kind != E_TUPLE && elements.count > 2 && on_stack == 0
                            ? Fold_Elements(c->arena, elements)
                            : NULL;
  if (constants) {
    Emit(c, kind == E_SET ? BUILD_SET : BUILD_LIST, 0);
    Emit_Const(c, constants);
    Emit(c, kind == E_SET ? SET_UPDATE : LIST_EXTEND, 1);
    return;
  }
  for (int i = 0; i < elements.count; i++)
    Compile_Expr(c, elements.items[i]);
  Emit(c,
       kind == E_SET    ? BUILD_SET
       : kind == E_LIST ? BUILD_LIST
                        : BUILD_TUPLE,
       elements.count + on_stack);
}

void Compile_Transient(Compiler *c, Expr *expr) {
  PyObject *constants =
      expr->kind == E_LIST ? Fold_Elements(c->arena, expr->elements) : NULL;
  if (constants)
    Emit_Const(c, constants);
  else
    Compile_Expr(c, expr);
}

/* Items first..last of a dict display, none of them **mapping. */
static void compile_items(Compiler *c, Expr *expr, int first, int last) {
  ExprList keys = {last - first, expr->dict.keys.items + first};
  Expr **values = expr->dict.values.items + first;
  PyObject *constants = keys.count > 1 ? Fold_Elements(c->arena, keys) : NULL;
  for (int i = 0; i < keys.count; i++) {
    if (!constants)
      Compile_Expr(c, keys.items[i]);
    Compile_Expr(c, values[i]);
  }
  if (constants)
    Emit_Const(c, constants);
  Emit(c, constants ? BUILD_CONST_KEY_MAP : BUILD_MAP, keys.count);
}

/* In pieces of at most 16 items, so that a large table needs no deep stack. */
static void compile_dict(Compiler *c, Expr *expr) {
  ExprList keys = expr->dict.keys;
  bool built = false;
  for (int i = 0; i < keys.count;) {
    int end = i;
    while (end < keys.count && keys.items[end] && end - i < 16)
      end++;
    if (end > i) {
      compile_items(c, expr, i, end);
      if (built)
        Emit(c, DICT_UPDATE, 1);
      built = true;
    }
    i = end;
    if (i < keys.count && !keys.items[i]) {
      if (!built)
        Emit(c, BUILD_MAP, 0);
      built = true;
      Compile_Expr(c, expr->dict.values.items[i++]);
      Emit(c, DICT_UPDATE, 1);
    }
  }
  if (!built)
    Emit(c, BUILD_MAP, 0);
}

/* --- f-strings
 * ------------------------------------------------------------------------ */

static void compile_joined(Compiler *c, Expr *expr) {
  ExprList parts = expr->elements;
  for (int i = 0; i < parts.count; i++)
    Compile_Expr(c, parts.items[i]);
  if (parts.count == 0)
    Emit_Const(c, Name_Of(c, ""));
  else if (parts.count > 1)
    Emit(c, BUILD_STRING, parts.count);
}

static void compile_formatted(Compiler *c, Expr *expr) {
  Compile_Expr(c, expr->formatted.value);
  int flags = expr->formatted.conversion;
  if (expr->formatted.spec) {
    Compile_Expr(c, expr->formatted.spec);
    flags |= 4;
  }
  Emit(c, FORMAT_VALUE, flags);
}

/* --- the rest
 * ----------------------------------------------------------------------------
 */

static void compile_optional(Compiler *c, Expr *expr) {
  if (expr)
    Compile_Expr(c, expr);
  else
    Emit_None(c);
}

static void compile_slice(Compiler *c, Expr *expr) {
  compile_optional(c, expr->slice.start);
  compile_optional(c, expr->slice.stop);
  if (expr->slice.step)
    Compile_Expr(c, expr->slice.step);
  Emit(c, BUILD_SLICE, expr->slice.step ? 3 : 2);
}

static void compile_conditional(Compiler *c, Expr *expr) {
  Label no = New_Label(c), end = New_Label(c);
  Compile_JumpIf(c, expr->conditional.test, no, false);
  Compile_Expr(c, expr->conditional.yes);
  Jump(c, JUMP_ABSOLUTE, end);
  Place(c, no);
  Compile_Expr(c, expr->conditional.no);
  Place(c, end);
}

static void compile_yield(Compiler *c, Expr *expr) {
  compile_optional(c, expr->operand);
  if (expr->kind == E_YIELD) {
    Emit(c, YIELD_VALUE, 0);
    return;
  }
  Emit(c, GET_YIELD_FROM_ITER, 0);
  Emit_None(c);
  Emit(c, YIELD_FROM, 0);
}

static void compile_named(Compiler *c, Expr *expr) {
  Compile_Expr(c, expr->named.value);
  Emit(c, DUP_TOP, 0);
  Emit_Variable(c, expr->named.target->name, NAME_STORE);
}

static void compile_kind(Compiler *c, Expr *expr) {
  switch (expr->kind) {
  case E_CONSTANT:
    Emit_Const(c, expr->constant);
    break;
  case E_NAME:
    Emit_Variable(c, expr->name, NAME_LOAD);
    break;
  case E_UNARY:
    Compile_Expr(c, expr->unary.operand);
    Emit(c, expr->unary.opcode, 0);
    break;
  case E_BINARY:
    Compile_Expr(c, expr->binary.left);
    Compile_Expr(c, expr->binary.right);
    Emit(c, expr->binary.opcode, 0);
    break;
  case E_BOOLEAN:
    Compile_Boolean(c, expr);
    break;
  case E_COMPARE:
    Compile_Compare(c, expr);
    break;
  case E_CONDITIONAL:
    compile_conditional(c, expr);
    break;
  case E_NAMED:
    compile_named(c, expr);
    break;
  case E_LAMBDA:
    Compile_Lambda(c, expr);
    break;
  case E_CALL:
    Compile_Call(c, expr);
    break;
  case E_ATTRIBUTE:
    Compile_Expr(c, expr->attribute.object);
    Emit_Name(c, LOAD_ATTR, expr->attribute.name);
    break;
  case E_SUBSCRIPT:
    Compile_Expr(c, expr->subscript.object);
    Compile_Expr(c, expr->subscript.index);
    Emit(c, BINARY_SUBSCR, 0);
    break;
  case E_SLICE:
    compile_slice(c, expr);
    break;
  case E_STARRED:
    Source_Error(c->source, expr->at, "can't use starred expression here");
    Emit_None(c);
    break;
  case E_LIST:
  case E_TUPLE:
  case E_SET:
    Compile_Sequence(c, expr->elements, expr->kind, 0);
    break;
  case E_DICT:
    compile_dict(c, expr);
    break;
  case E_COMPREHENSION:
    Compile_Comprehension(c, expr);
    break;
  case E_YIELD:
  case E_YIELD_FROM:
    compile_yield(c, expr);
    break;
  case E_JOINED:
    compile_joined(c, expr);
    break;
  case E_FORMATTED:
    compile_formatted(c, expr);
    break;
  }
}

void Compile_Expr(Compiler *c, Expr *expr) {
  int line = c->unit->line;
  c->unit->line = expr->line;
  compile_kind(c, expr);
  c->unit->line = line;
}

/* --- targets
 * -------------------------------------------------------------------------------
 */

static void store_elements(Compiler *c, Expr *target) {
  ExprList elements = target->elements;
  int star = -1;
  for (int i = 0; i < elements.count; i++) {
    if (elements.items[i]->kind != E_STARRED)
      continue;
    if (star >= 0)
      Source_Error(c->source, target->at,
                   "multiple starred expressions in assignment");
    star = i;
  }
  int after = elements.count - star - 1;
  if (star >= 0 && (star > 0xFF || after > 0xFFFF))
    Source_Error(c->source, target->at,
                 "too many expressions in star-unpacking assignment");
  if (c->source->failed)
    star = -1; /* the rest must still fit the stack */
  if (star >= 0)
    Emit(c, UNPACK_EX, star | after << 8);
  else
    Emit(c, UNPACK_SEQUENCE, elements.count);
  for (int i = 0; i < elements.count; i++) {
    Expr *element = elements.items[i];
    Compile_Store(c, element->kind == E_STARRED ? element->operand : element);
  }
}

static void store(Compiler *c, Expr *target) {
  switch (target->kind) {
  case E_NAME:
    Emit_Variable(c, target->name, NAME_STORE);
    break;
  case E_ATTRIBUTE:
    Compile_Expr(c, target->attribute.object);
    Emit_Name(c, STORE_ATTR, target->attribute.name);
    break;
  case E_SUBSCRIPT:
    Compile_Expr(c, target->subscript.object);
    Compile_Expr(c, target->subscript.index);
    Emit(c, STORE_SUBSCR, 0);
    break;
  case E_LIST:
  case E_TUPLE:
    store_elements(c, target);
    break;
  default:
    Source_Error(c->source, target->at,
                 "starred assignment target must be in a list or tuple");
    Emit(c, POP_TOP, 0);
  }
}

void Compile_Store(Compiler *c, Expr *target) {
  int line = c->unit->line;
  c->unit->line = target->line;
  store(c, target);
  c->unit->line = line;
}

void Compile_Delete(Compiler *c, Expr *target) {
  switch (target->kind) {
  case E_NAME:
    Emit_Variable(c, target->name, NAME_DELETE);
    break;
  case E_ATTRIBUTE:
    Compile_Expr(c, target->attribute.object);
    Emit_Name(c, DELETE_ATTR, target->attribute.name);
    break;
  case E_SUBSCRIPT:
    Compile_Expr(c, target->subscript.object);
    Compile_Expr(c, target->subscript.index);
    Emit(c, DELETE_SUBSCR, 0);
    break;
  default: /* a list or a tuple: the parser has checked */
    for (int i = 0; i < target->elements.count; i++)
      Compile_Delete(c, target->elements.items[i]);
  }
}
