/* The frequent cases of operators, for the loop to have inline: integers of one
 * digit, floats, lists and tuples indexed by small integers. All else goes to
 * the general functions of objects/. */
#ifndef MINIPY_EVAL_SHORTCUTS_H
#define MINIPY_EVAL_SHORTCUTS_H

#include "object.h"

static inline int both_compact(PyObject *a, PyObject *b) {
  return PyLong_CheckExact(a) && PyLong_CheckExact(b) && _PyLong_IsCompact(a) &&
         _PyLong_IsCompact(b);
}

static inline PyObject *add(PyObject *a, PyObject *b) {
  if (both_compact(a, b))
    return PyLong_FromLong(_PyLong_CompactValue(a) + _PyLong_CompactValue(b));
  if (PyFloat_CheckExact(a) && PyFloat_CheckExact(b))
    return PyFloat_FromDouble(PyFloat_AS_DOUBLE(a) + PyFloat_AS_DOUBLE(b));
  return PyNumber_Add(a, b);
}

static inline PyObject *subtract(PyObject *a, PyObject *b) {
  if (both_compact(a, b))
    return PyLong_FromLong(_PyLong_CompactValue(a) - _PyLong_CompactValue(b));
  if (PyFloat_CheckExact(a) && PyFloat_CheckExact(b))
    return PyFloat_FromDouble(PyFloat_AS_DOUBLE(a) - PyFloat_AS_DOUBLE(b));
  return PyNumber_Subtract(a, b);
}

static inline PyObject *multiply(PyObject *a, PyObject *b) {
  if (both_compact(a, b))
    return PyLong_FromLong(_PyLong_CompactValue(a) * _PyLong_CompactValue(b));
  if (PyFloat_CheckExact(a) && PyFloat_CheckExact(b))
    return PyFloat_FromDouble(PyFloat_AS_DOUBLE(a) * PyFloat_AS_DOUBLE(b));
  return PyNumber_Multiply(a, b);
}

/* Python rounds the quotient down; the remainder has the divisor's sign. */
static inline PyObject *floor_divide(PyObject *a, PyObject *b) {
  if (!both_compact(a, b) || Py_SIZE(b) == 0)
    return PyNumber_FloorDivide(a, b);
  Py_ssize_t x = _PyLong_CompactValue(a), y = _PyLong_CompactValue(b);
  return PyLong_FromLong(x / y - (x % y != 0 && (x < 0) != (y < 0)));
}

static inline PyObject *remainder_of(PyObject *a, PyObject *b) {
  if (!both_compact(a, b) || Py_SIZE(b) == 0)
    return PyNumber_Remainder(a, b);
  Py_ssize_t x = _PyLong_CompactValue(a), y = _PyLong_CompactValue(b);
  Py_ssize_t rest = x % y;
  return PyLong_FromLong(rest != 0 && (rest < 0) != (y < 0) ? rest + y : rest);
}

/* A non-negative small index into `size` items; else -1. */
static inline Py_ssize_t plain_index(PyObject *key, Py_ssize_t size) {
  if (!PyLong_CheckExact(key) || !_PyLong_IsCompact(key))
    return -1;
  Py_ssize_t index = _PyLong_CompactValue(key);
  if (index < 0)
    index += size;
  return index < size ? index : -1;
}

static inline PyObject *subscript(PyObject *container, PyObject *key) {
  Py_ssize_t index;
  if (PyList_CheckExact(container)) {
    if ((index = plain_index(key, PyList_GET_SIZE(container))) >= 0)
      return Py_NewRef(PyList_GET_ITEM(container, index));
  } else if (PyTuple_CheckExact(container)) {
    if ((index = plain_index(key, PyTuple_GET_SIZE(container))) >= 0)
      return Py_NewRef(PyTuple_GET_ITEM(container, index));
  }
  return PyObject_GetItem(container, key);
}

static inline int store_subscript(PyObject *container, PyObject *key,
                                  PyObject *value) {
  Py_ssize_t index;
  if (PyList_CheckExact(container) &&
      (index = plain_index(key, PyList_GET_SIZE(container))) >= 0) {
    PyObject *before = PyList_GET_ITEM(container, index);
    PyList_SET_ITEM(container, index, Py_NewRef(value));
    Py_DECREF(before);
    return 0;
  }
  if (PyDict_CheckExact(container))
    return PyDict_SetItem(container, key, value);
  return PyObject_SetItem(container, key, value);
}

static inline PyObject *compare(PyObject *a, PyObject *b, unsigned how) {
  if (both_compact(a, b)) {
    Py_ssize_t x = _PyLong_CompactValue(a), y = _PyLong_CompactValue(b);
    int truth = how == Py_LT   ? x < y
                : how == Py_LE ? x <= y
                : how == Py_EQ ? x == y
                : how == Py_NE ? x != y
                : how == Py_GT ? x > y
                               : x >= y;
    return Py_NewRef(truth ? Py_True : Py_False);
  }
  return PyObject_RichCompare(a, b, (int)how);
}

static inline int truth_of(PyObject *value) {
  if (value == Py_True)
    return 1;
  if (value == Py_False || value == Py_None)
    return 0;
  return PyObject_IsTrue(value);
}

#endif
