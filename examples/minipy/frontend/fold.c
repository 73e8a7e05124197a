/* Constant folding: -1, 60 * 60, "a" "b" * 2, (1, 2). Only what is cheap to
 * compute and small to store; whatever would raise is left for run time. */
#include "../code.h"
#include "symtable.h"

static bool is_number(PyObject *value) {
  return PyLong_CheckExact(value) || PyFloat_CheckExact(value);
}

/* Small enough that no operator can produce something huge. */
static bool is_small(PyObject *value) {
  return PyFloat_CheckExact(value) || _PyLong_NumBits(value) <= 64;
}

static bool is_small_shift(PyObject *value) {
  return PyLong_CheckExact(value) && _PyLong_NumBits(value) <= 6;
}

static PyObject *fold_binary(int opcode, PyObject *left, PyObject *right) {
  bool numbers = is_number(left) && is_number(right);
  if (opcode == BINARY_ADD && PyUnicode_CheckExact(left) &&
      PyUnicode_CheckExact(right))
    return PyNumber_Add(left, right);
  if (!numbers || !is_small(left) || !is_small(right))
    return NULL;
  switch (opcode) {
  case BINARY_ADD:
    return PyNumber_Add(left, right);
  case BINARY_SUBTRACT:
    return PyNumber_Subtract(left, right);
  case BINARY_MULTIPLY:
    return PyNumber_Multiply(left, right);
  case BINARY_TRUE_DIVIDE:
    return PyNumber_TrueDivide(left, right);
  case BINARY_FLOOR_DIVIDE:
    return PyNumber_FloorDivide(left, right);
  case BINARY_MODULO:
    return PyNumber_Remainder(left, right);
  case BINARY_POWER:
    return is_small_shift(right) ? PyNumber_Power(left, right, Py_None) : NULL;
  case BINARY_LSHIFT:
    return is_small_shift(right) ? PyNumber_Lshift(left, right) : NULL;
  case BINARY_RSHIFT:
    return PyNumber_Rshift(left, right);
  case BINARY_AND:
    return PyNumber_And(left, right);
  case BINARY_OR:
    return PyNumber_Or(left, right);
  case BINARY_XOR:
    return PyNumber_Xor(left, right);
  default:
    return NULL;
  }
}

static PyObject *fold_unary(int opcode, PyObject *operand) {
  if (opcode == UNARY_NOT)
    return operand == Py_True || operand == Py_False || operand == Py_None
               ? PyBool_FromLong(operand != Py_True)
               : NULL;
  if (!is_number(operand))
    return NULL;
  if (opcode == UNARY_NEGATIVE)
    return PyNumber_Negative(operand);
  if (opcode == UNARY_POSITIVE)
    return PyNumber_Positive(operand);
  return PyLong_CheckExact(operand) ? PyNumber_Invert(operand) : NULL;
}

PyObject *Fold_Elements(Arena *arena, ExprList elements) {
  for (int i = 0; i < elements.count; i++)
    if (elements.items[i]->kind != E_CONSTANT)
      return NULL;
  PyObject *tuple = PyTuple_New(elements.count);
  for (int i = 0; tuple && i < elements.count; i++)
    PyTuple_SET_ITEM(tuple, i, Py_NewRef(elements.items[i]->constant));
  return Arena_Own(arena, tuple);
}

static PyObject *fold(Arena *arena, Expr *expr) {
  if (expr->kind == E_TUPLE) {
    PyObject *tuple = Fold_Elements(arena, expr->elements);
    return Py_XNewRef(tuple);
  }
  if (expr->kind == E_UNARY && expr->unary.operand->kind == E_CONSTANT)
    return fold_unary(expr->unary.opcode, expr->unary.operand->constant);
  if (expr->kind == E_BINARY && expr->binary.left->kind == E_CONSTANT &&
      expr->binary.right->kind == E_CONSTANT)
    return fold_binary(expr->binary.opcode, expr->binary.left->constant,
                       expr->binary.right->constant);
  return NULL;
}

void Fold_Constant(Arena *arena, Expr *expr) {
  PyObject *value = fold(arena, expr);
  if (!value) {
    PyErr_Clear();
    return;
  }
  expr->kind = E_CONSTANT;
  expr->constant = Arena_Own(arena, value);
}
