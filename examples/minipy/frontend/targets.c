/* What may stand on the left of `=`, after `for`, `as` and `del`: the parser
 * reads such places as ordinary expressions and checks them here afterwards. */
#include "parser.h"

#include "../code.h"

static const char *describe_constant(PyObject *value) {
  if (value == Py_True)
    return "True";
  if (value == Py_False)
    return "False";
  if (value == Py_None)
    return "None";
  return value == Py_Ellipsis ? "ellipsis" : "literal";
}

static const char *describe_comprehension(ComprehensionKind kind) {
  static const char *const names[] = {"list comprehension", "set comprehension",
                                      "dict comprehension",
                                      "generator expression"};
  return names[kind];
}

const char *Expr_Describe(const Expr *expr) {
  switch (expr->kind) {
  case E_CONSTANT:
    return describe_constant(expr->constant);
  case E_NAME:
    return "name";
  case E_UNARY:
  case E_BINARY:
  case E_BOOLEAN:
    return "expression";
  case E_COMPARE:
    return "comparison";
  case E_CONDITIONAL:
    return "conditional expression";
  case E_NAMED:
    return "named expression";
  case E_LAMBDA:
    return "lambda";
  case E_CALL:
    return "function call";
  case E_ATTRIBUTE:
    return "attribute";
  case E_SUBSCRIPT:
    return "subscript";
  case E_SLICE:
    return "slice";
  case E_STARRED:
    return "starred";
  case E_LIST:
    return "list";
  case E_TUPLE:
    return "tuple";
  case E_SET:
    return "set display";
  case E_DICT:
    return "dict literal";
  case E_COMPREHENSION:
    return describe_comprehension(expr->comprehension->kind);
  case E_YIELD:
  case E_YIELD_FROM:
    return "yield expression";
  case E_JOINED:
  case E_FORMATTED:
    return "f-string expression";
  }
  return "expression";
}

/* `1 = x` was perhaps meant as a comparison. */
static bool maybe_comparison(const Expr *target, TargetUse use) {
  if (use != TARGET_ASSIGN)
    return false;
  switch (target->kind) {
  case E_CONSTANT:
    return target->constant != Py_True && target->constant != Py_False &&
           target->constant != Py_None;
  case E_COMPARE:
  case E_BOOLEAN:
  case E_CONDITIONAL:
  case E_LAMBDA:
  case E_LIST:
  case E_TUPLE:
  case E_STARRED:
  case E_COMPREHENSION:
    return false;
  case E_UNARY:
    return target->unary.opcode != UNARY_NOT;
  default:
    return true;
  }
}

static void bad_target(Parser *p, const Expr *target, TargetUse use,
                       bool hint) {
  const char *verb = use == TARGET_DELETE ? "delete" : "assign to";
  Parser_Error(p, target->at, "cannot %s %s%s", verb, Expr_Describe(target),
               hint && maybe_comparison(target, use)
                   ? " here. Maybe you meant '==' instead of '='?"
                   : "");
}

/* hint: the target stands right before the first `=`. */
static void check(Parser *p, Expr *target, TargetUse use, bool hint) {
  switch (target->kind) {
  case E_NAME:
  case E_ATTRIBUTE:
  case E_SUBSCRIPT:
    return;
  case E_STARRED:
    if (use == TARGET_DELETE)
      bad_target(p, target, use, false);
    else
      check(p, target->operand, use, false);
    return;
  case E_LIST:
  case E_TUPLE:
    for (int i = 0; i < target->elements.count; i++)
      check(p, target->elements.items[i], use,
            hint && target->kind == E_TUPLE && !target->in_parentheses &&
                i + 1 == target->elements.count);
    return;
  default:
    bad_target(p, target, use, hint);
  }
}

void Check_Target(Parser *p, Expr *target, TargetUse use) {
  if (!p->source->failed)
    check(p, target, use, use == TARGET_ASSIGN);
}

void Check_LaterTarget(Parser *p, Expr *target) {
  if (!p->source->failed)
    check(p, target, TARGET_ASSIGN, false);
}

void Check_AugmentedTarget(Parser *p, Expr *target) {
  if (target->kind != E_NAME && target->kind != E_ATTRIBUTE &&
      target->kind != E_SUBSCRIPT)
    Parser_Error(p, target->at,
                 "'%s' is an illegal expression for augmented assignment",
                 Expr_Describe(target));
}

void Check_AnnotatedTarget(Parser *p, Expr *target) {
  if (target->kind == E_LIST || target->kind == E_TUPLE)
    Parser_Error(p, target->at, "only single target (not %s) can be annotated",
                 Expr_Describe(target));
  else if (target->kind != E_NAME && target->kind != E_ATTRIBUTE &&
           target->kind != E_SUBSCRIPT)
    Parser_Error(p, target->at, "illegal target for annotation");
}
