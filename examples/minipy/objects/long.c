/* int: making ints from C values and C values from ints.
 *
 * The ints from -5 to 256 exist once; they are made at start-up and never
 * change, so any thread may hand them out. */
#include <math.h>

#include "longdigits.h"
#include "names.h"

enum { SMALL_MIN = -5, SMALL_MAX = 256 };
static _PySmallLong small_ints[SMALL_MAX - SMALL_MIN + 1];

int _PyLong_Init(void) {
  for (int i = SMALL_MIN; i <= SMALL_MAX; i++) {
    _PySmallLong *s = &small_ints[i - SMALL_MIN];
    s->ob_base.ob_base.ob_refcnt = _Py_STATIC_REFCNT;
    s->ob_base.ob_base.ob_type = &PyLong_Type;
    s->ob_base.ob_size = i < 0 ? -1 : i > 0;
    s->ob_digit[0] = (digit)(i < 0 ? -i : i);
  }
  return 0;
}

static PyObject *small(Py_ssize_t v) {
  return Py_NewRef(&small_ints[v - SMALL_MIN]);
}
static int is_small(long long v) { return v >= SMALL_MIN && v <= SMALL_MAX; }

PyLongObject *_PyLong_New(Py_ssize_t n) {
  size_t bytes = sizeof(PyLongObject) + (size_t)(n ? n : 1) * sizeof(digit);
  PyLongObject *v = (PyLongObject *)_PyObject_Allocate(&PyLong_Type, bytes);
  if (v)
    Py_SIZE(v) = n;
  return v;
}

PyObject *_PyLong_Normal(PyLongObject *v) {
  if (!v)
    return NULL;
  Py_ssize_t n = _PyLong_Count((PyObject *)v), i = n;
  while (i > 0 && v->ob_digit[i - 1] == 0)
    i--;
  if (i != n)
    Py_SIZE(v) = Py_SIZE(v) < 0 ? -i : i;
  if (_PyLong_IsCompact((PyObject *)v)) {
    Py_ssize_t value = _PyLong_CompactValue((PyObject *)v);
    if (is_small(value)) {
      Py_DECREF(v);
      return small(value);
    }
  }
  return (PyObject *)v;
}

/* ---- from C values -------------------------------------------------------*/
static PyObject *from_magnitude(unsigned long long u, int negative) {
  Py_ssize_t n = 0;
  for (unsigned long long t = u; t; t >>= PyLong_SHIFT)
    n++;
  PyLongObject *v = _PyLong_New(n);
  if (!v)
    return NULL;
  for (Py_ssize_t i = 0; i < n; i++, u >>= PyLong_SHIFT)
    v->ob_digit[i] = (digit)(u & PyLong_MASK);
  if (negative)
    Py_SIZE(v) = -n;
  return (PyObject *)v;
}

PyObject *PyLong_FromLongLong(long long v) {
  if (is_small(v))
    return small((Py_ssize_t)v);
  return from_magnitude(
      v < 0 ? 0 - (unsigned long long)v : (unsigned long long)v, v < 0);
}
PyObject *PyLong_FromUnsignedLongLong(unsigned long long v) {
  return v <= SMALL_MAX ? small((Py_ssize_t)v) : from_magnitude(v, 0);
}
PyObject *PyLong_FromLong(long v) { return PyLong_FromLongLong(v); }
PyObject *PyLong_FromSsize_t(Py_ssize_t v) { return PyLong_FromLongLong(v); }
PyObject *PyLong_FromUnsignedLong(unsigned long v) {
  return PyLong_FromUnsignedLongLong(v);
}
PyObject *PyLong_FromSize_t(size_t v) { return PyLong_FromUnsignedLongLong(v); }
PyObject *PyLong_FromVoidPtr(void *p) {
  return PyLong_FromUnsignedLongLong((uintptr_t)p);
}

PyObject *PyLong_FromDouble(double d) {
  if (isinf(d)) {
    PyErr_SetString(PyExc_OverflowError,
                    "cannot convert float infinity to integer");
    return NULL;
  }
  if (isnan(d)) {
    PyErr_SetString(PyExc_ValueError, "cannot convert float NaN to integer");
    return NULL;
  }
  if (d > -9.2e18 && d < 9.2e18)
    return PyLong_FromLongLong((long long)d);
  int exponent;
  double f = frexp(fabs(d), &exponent); /* 0.5 <= f < 1 */
  Py_ssize_t n = (exponent - 1) / PyLong_SHIFT + 1;
  PyLongObject *v = _PyLong_New(n);
  if (!v)
    return NULL;
  f = ldexp(f, (exponent - 1) % PyLong_SHIFT + 1);
  for (Py_ssize_t i = n; --i >= 0;) {
    digit bits = (digit)f;
    v->ob_digit[i] = bits;
    f = ldexp(f - (double)bits, PyLong_SHIFT);
  }
  if (d < 0)
    Py_SIZE(v) = -n;
  return _PyLong_Normal(v);
}

PyObject *_PyLong_FromBytes(const unsigned char *s, size_t n, int little,
                            int is_signed) {
  int negative = is_signed && n && (s[little ? n - 1 : 0] & 0x80);
  Py_ssize_t count = (Py_ssize_t)(n * 8 / PyLong_SHIFT + 1);
  PyLongObject *v = _PyLong_New(count);
  if (!v)
    return NULL;
  twodigits acc = 0, carry = 1;
  int bits = 0;
  Py_ssize_t at = 0;
  for (size_t i = 0; i < n; i++) {
    twodigits byte = s[little ? i : n - 1 - i];
    if (negative) { /* two's complement: invert and add one */
      byte = (byte ^ 0xff) + carry;
      carry = byte >> 8;
      byte &= 0xff;
    }
    acc |= byte << bits;
    bits += 8;
    if (bits >= PyLong_SHIFT) {
      v->ob_digit[at++] = (digit)(acc & PyLong_MASK);
      acc >>= PyLong_SHIFT;
      bits -= PyLong_SHIFT;
    }
  }
  acc |= negative && carry ? (twodigits)1 << bits : 0; /* -2**(8 n) */
  for (; at < count; at++, acc >>= PyLong_SHIFT)
    v->ob_digit[at] = (digit)(acc & PyLong_MASK);
  if (negative)
    Py_SIZE(v) = -count;
  return _PyLong_Normal(v);
}

/* ---- to C values ---------------------------------------------------------*/
/* The magnitude, or *overflow = 1. */
static unsigned long long magnitude(PyObject *o, int *overflow) {
  unsigned long long u = 0;
  *overflow = 0;
  for (Py_ssize_t i = _PyLong_Count(o); --i >= 0;) {
    if (u >> (64 - PyLong_SHIFT))
      *overflow = 1;
    u = (u << PyLong_SHIFT) | DIGITS(o)[i];
  }
  return u;
}

/* o must be an int (of a subclass) or have __index__. */
static long long as_long_long(PyObject *o, int *overflow) {
  *overflow = 0;
  if (!PyLong_Check(o)) {
    PyObject *n = PyNumber_Index(o);
    long long v = n ? as_long_long(n, overflow) : -1;
    Py_XDECREF(n);
    return v;
  }
  if (_PyLong_IsCompact(o))
    return _PyLong_CompactValue(o);
  int too_big, negative = Py_SIZE(o) < 0;
  unsigned long long u = magnitude(o, &too_big);
  if (!too_big && !negative && u <= INT64_MAX)
    return (long long)u;
  if (!too_big && negative && u <= (unsigned long long)INT64_MAX + 1)
    return (long long)(0 - u);
  *overflow = negative ? -1 : 1;
  return -1;
}

static long long checked(PyObject *o, const char *type) {
  int overflow;
  long long v = as_long_long(o, &overflow);
  if (overflow)
    PyErr_Format(PyExc_OverflowError, "Python int too large to convert to %s",
                 type);
  return v;
}

long long PyLong_AsLongLong(PyObject *o) { return checked(o, "C long"); }
long PyLong_AsLong(PyObject *o) { return (long)checked(o, "C long"); }
Py_ssize_t PyLong_AsSsize_t(PyObject *o) {
  return (Py_ssize_t)checked(o, "C ssize_t");
}
long PyLong_AsLongAndOverflow(PyObject *o, int *overflow) {
  return (long)as_long_long(o, overflow);
}

int _PyLong_AsInt(PyObject *o) {
  long long v = PyLong_AsLongLong(o);
  if (v >= INT32_MIN && v <= INT32_MAX)
    return (int)v;
  PyErr_SetString(PyExc_OverflowError,
                  "Python int too large to convert to C int");
  return -1;
}

unsigned long long PyLong_AsUnsignedLongLong(PyObject *o) {
  int overflow;
  if (!PyLong_Check(o)) {
    PyErr_SetString(PyExc_TypeError, "an integer is required");
    return (unsigned long long)-1;
  }
  unsigned long long u = magnitude(o, &overflow);
  if (!overflow && Py_SIZE(o) >= 0)
    return u;
  PyErr_SetString(PyExc_OverflowError,
                  Py_SIZE(o) < 0
                      ? "can't convert negative int to unsigned"
                      : "Python int too large to convert to C unsigned long");
  return (unsigned long long)-1;
}

unsigned long long PyLong_AsUnsignedLongLongMask(PyObject *o) {
  int overflow;
  unsigned long long u = magnitude(o, &overflow);
  return Py_SIZE(o) < 0 ? 0 - u : u;
}

int _PyLong_Sign(PyObject *o) { return Py_SIZE(o) < 0 ? -1 : Py_SIZE(o) > 0; }

size_t _PyLong_NumBits(PyObject *o) {
  Py_ssize_t n = _PyLong_Count(o);
  size_t bits = n ? (size_t)(n - 1) * PyLong_SHIFT : 0;
  for (digit top = n ? DIGITS(o)[n - 1] : 0; top; top >>= 1)
    bits++;
  return bits;
}

/* The 64 most significant bits, the last one "sticky", give the nearest
 * double when they are converted. */
double _PyLong_Frexp(PyObject *o, Py_ssize_t *exponent) {
  Py_ssize_t n = _PyLong_Count(o), bits = (Py_ssize_t)_PyLong_NumBits(o);
  uint64_t top = 0;
  int have = 0;
  Py_ssize_t i = n - 1;
  for (; i >= 0 && have < 64; i--) {
    int width =
        i == n - 1 ? (int)(bits - (n - 1) * PyLong_SHIFT) : PyLong_SHIFT;
    int take = width <= 64 - have ? width : 64 - have;
    digit d = DIGITS(o)[i];
    top = (top << take) | (d >> (width - take));
    have += take;
    if (take < width && (d & (((digit)1 << (width - take)) - 1)))
      top |= 1;
  }
  for (; i >= 0 && !(top & 1); i--)
    top |= DIGITS(o)[i] != 0;
  *exponent = bits - have;
  return Py_SIZE(o) < 0 ? -(double)top : (double)top;
}

double PyLong_AsDouble(PyObject *o) {
  if (!PyLong_Check(o)) {
    PyErr_SetString(PyExc_TypeError, "an integer is required");
    return -1.0;
  }
  if (_PyLong_IsCompact(o))
    return (double)_PyLong_CompactValue(o);
  Py_ssize_t exponent;
  double top = _PyLong_Frexp(o, &exponent);
  double d = exponent > 2000 ? HUGE_VAL : ldexp(top, (int)exponent);
  if (!isinf(d))
    return d;
  PyErr_SetString(PyExc_OverflowError, "int too large to convert to float");
  return -1.0;
}
