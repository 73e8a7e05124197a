/* What the files of int share: digits, and arithmetic on whole objects.
 *
 * An int is an array of digits in base 2**30, least significant first, without
 * leading zeros; the sign is that of ob_size. All functions here take int
 * objects (of any subclass) and return new references to exact ints. */
#ifndef MINIPY_OBJECTS_LONGDIGITS_H
#define MINIPY_OBJECTS_LONGDIGITS_H

#include "../object.h"

typedef uint32_t digit;
typedef uint64_t twodigits;

#define DIGITS(o) (((PyLongObject *)(o))->ob_digit)
static inline Py_ssize_t _PyLong_Count(PyObject *o) {
  Py_ssize_t n = Py_SIZE(o);
  return n < 0 ? -n : n;
}

/* Room for n digits, not initialized; ob_size = n. */
PyLongObject *_PyLong_New(Py_ssize_t n);
/* Strips leading zeros, and small values become the shared objects. Takes v. */
PyObject *_PyLong_Normal(PyLongObject *v);

PyObject *_PyLong_Add(PyObject *a, PyObject *b);
PyObject *_PyLong_Subtract(PyObject *a, PyObject *b);
PyObject *_PyLong_Multiply(PyObject *a, PyObject *b);
PyObject *_PyLong_Negate(PyObject *a);
PyObject *_PyLong_Abs(PyObject *a);
PyObject *_PyLong_Copy(PyObject *a); /* of a subclass: as an exact int */
/* Floor division; either of the results may be NULL. 0 or -1. */
int _PyLong_Divmod(PyObject *a, PyObject *b, PyObject **quotient,
                   PyObject **remainder);
PyObject *_PyLong_Power(PyObject *a, PyObject *b, PyObject *m);
PyObject *_PyLong_TrueDivide(PyObject *a, PyObject *b);
PyObject *_PyLong_Shift(PyObject *a, PyObject *b, int left);
PyObject *_PyLong_ShiftBy(PyObject *a, Py_ssize_t bits);     /* > 0: left */
PyObject *_PyLong_Bitwise(PyObject *a, PyObject *b, int op); /* '&' '|' '^' */
int _PyLong_Compare(PyObject *a, PyObject *b);               /* -1, 0, 1 */
/* n digits divided by one; returns the remainder. quotient may be a. */
digit _PyLong_DivideDigits(digit *quotient, const digit *a, Py_ssize_t n,
                           digit by);
/* value * 2**exponent; -1.0 and OverflowError. */
double _PyLong_Frexp(PyObject *a, Py_ssize_t *exponent);
extern PyMethodDef _PyLong_Methods[];
extern PyGetSetDef _PyLong_GetSet[];
/* str(o) in the given base, without prefix, as ASCII; see longtext.c. */
PyObject *_PyLong_ToText(PyObject *o, int base, const char *prefix);
PyObject *_PyInt_FormatSpec(PyObject *o, PyObject *spec); /* formatspec.c */

#endif
