/* Truth: and, or, comparisons (chained ones evaluate the middle once), and
 * jumps on conditions, which avoid making a bool where only its truth matters.
 */
#include "compiler.h"

int Constant_Truth(const Expr *expr) {
  if (expr->kind == E_NAME)
    return _PyUnicode_EqualToASCIIString(expr->name, "__debug__") ? 1 : -1;
  if (expr->kind != E_CONSTANT)
    return -1;
  return PyObject_IsTrue(expr->constant);
}

void Compile_Boolean(Compiler *c, Expr *expr) {
  int opcode = expr->boolean.is_or ? JUMP_IF_TRUE_OR_POP : JUMP_IF_FALSE_OR_POP;
  ExprList operands = expr->boolean.operands;
  Label end = New_Label(c);
  for (int i = 0; i < operands.count; i++) {
    Compile_Expr(c, operands.items[i]);
    if (i + 1 < operands.count)
      Jump(c, opcode, end);
  }
  Place(c, end);
}

static void compile_right(Compiler *c, const Comparison *comparison) {
  if (comparison->kind == CMP_IN)
    Compile_Transient(c, comparison->right);
  else
    Compile_Expr(c, comparison->right);
}

static void emit_comparison(Compiler *c, const Comparison *comparison) {
  static const int opcodes[] = {COMPARE_OP, IS_OP, CONTAINS_OP};
  Emit(c, opcodes[comparison->kind], comparison->argument);
}

/* All links of a < b < c but the last leave the right operand below the
 * result, for the next one. */
static void emit_link(Compiler *c, const Comparison *comparison) {
  Compile_Expr(c, comparison->right);
  Emit(c, DUP_TOP, 0);
  Emit(c, ROT_THREE, 0);
  emit_comparison(c, comparison);
}

void Compile_Compare(Compiler *c, Expr *expr) {
  int last = expr->compare.count - 1;
  Comparison *items = expr->compare.items;
  Compile_Expr(c, expr->compare.left);
  Label cleanup = New_Label(c), end = New_Label(c);
  for (int i = 0; i < last; i++) {
    emit_link(c, &items[i]);
    Jump(c, JUMP_IF_FALSE_OR_POP, cleanup);
  }
  compile_right(c, &items[last]);
  emit_comparison(c, &items[last]);
  if (last == 0)
    return;
  Jump(c, JUMP_ABSOLUTE, end);
  Place(c, cleanup);
  Emit(c, ROT_TWO, 0);
  Emit(c, POP_TOP, 0);
  Place(c, end);
}

static void jump_if_chain(Compiler *c, Expr *expr, Label target, bool when) {
  int last = expr->compare.count - 1;
  Comparison *items = expr->compare.items;
  Label cleanup = New_Label(c), end = New_Label(c);
  Compile_Expr(c, expr->compare.left);
  for (int i = 0; i < last; i++) {
    emit_link(c, &items[i]);
    Jump(c, POP_JUMP_IF_FALSE, cleanup);
  }
  compile_right(c, &items[last]);
  emit_comparison(c, &items[last]);
  Jump(c, when ? POP_JUMP_IF_TRUE : POP_JUMP_IF_FALSE, target);
  Jump(c, JUMP_ABSOLUTE, end);
  Place(c, cleanup);
  Emit(c, POP_TOP, 0);
  if (!when)
    Jump(c, JUMP_ABSOLUTE, target);
  Place(c, end);
}

static void jump_if_boolean(Compiler *c, Expr *expr, Label target, bool when) {
  ExprList operands = expr->boolean.operands;
  bool decisive = expr->boolean.is_or; /* this truth decides at once */
  Label end = New_Label(c);
  for (int i = 0; i + 1 < operands.count; i++)
    Compile_JumpIf(c, operands.items[i], decisive == when ? target : end,
                   decisive);
  Compile_JumpIf(c, operands.items[operands.count - 1], target, when);
  Place(c, end);
}

static void jump_if_conditional(Compiler *c, Expr *expr, Label target,
                                bool when) {
  Label no = New_Label(c), end = New_Label(c);
  Compile_JumpIf(c, expr->conditional.test, no, false);
  Compile_JumpIf(c, expr->conditional.yes, target, when);
  Jump(c, JUMP_ABSOLUTE, end);
  Place(c, no);
  Compile_JumpIf(c, expr->conditional.no, target, when);
  Place(c, end);
}

static void jump_if(Compiler *c, Expr *expr, Label target, bool when) {
  int truth = Constant_Truth(expr);
  if (truth >= 0) {
    if (truth == when)
      Jump(c, JUMP_ABSOLUTE, target);
    return;
  }
  switch (expr->kind) {
  case E_UNARY:
    if (expr->unary.opcode == UNARY_NOT) {
      Compile_JumpIf(c, expr->unary.operand, target, !when);
      return;
    }
    break;
  case E_BOOLEAN:
    jump_if_boolean(c, expr, target, when);
    return;
  case E_CONDITIONAL:
    jump_if_conditional(c, expr, target, when);
    return;
  case E_COMPARE:
    if (expr->compare.count > 1) {
      jump_if_chain(c, expr, target, when);
      return;
    }
    break;
  default:
    break;
  }
  Compile_Expr(c, expr);
  Jump(c, when ? POP_JUMP_IF_TRUE : POP_JUMP_IF_FALSE, target);
}

void Compile_JumpIf(Compiler *c, Expr *condition, Label target, bool when) {
  int line = c->unit->line;
  c->unit->line = condition->line;
  jump_if(c, condition, target, when);
  c->unit->line = line;
}
