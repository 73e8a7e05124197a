/* ints as bits, and what is built on it: shifts, & | ^, powers, roots, gcd.
 *
 * Negative numbers behave as if they had infinitely many leading one bits. */
#include "longdigits.h"
#include "names.h"

/* ---- shifts --------------------------------------------------------------*/
static PyObject *left(PyObject *a, Py_ssize_t bits) {
  Py_ssize_t n = _PyLong_Count(a), whole = bits / PyLong_SHIFT;
  int part = (int)(bits % PyLong_SHIFT);
  PyLongObject *z = _PyLong_New(n + whole + 1);
  if (!z)
    return NULL;
  memset(z->ob_digit, 0, (size_t)whole * sizeof(digit));
  twodigits acc = 0;
  for (Py_ssize_t i = 0; i < n; i++) {
    acc |= (twodigits)DIGITS(a)[i] << part;
    z->ob_digit[whole + i] = (digit)(acc & PyLong_MASK);
    acc >>= PyLong_SHIFT;
  }
  z->ob_digit[whole + n] = (digit)acc;
  if (Py_SIZE(a) < 0)
    Py_SIZE(z) = -Py_SIZE(z);
  return _PyLong_Normal(z);
}

/* Rounds down: for negative numbers -((|a| - 1 >> bits) + 1). */
static PyObject *right(PyObject *a, Py_ssize_t bits) {
  Py_ssize_t n = _PyLong_Count(a), whole = bits / PyLong_SHIFT;
  int part = (int)(bits % PyLong_SHIFT), lost = 0, negative = Py_SIZE(a) < 0;
  if (whole >= n)
    return PyLong_FromLong(negative ? -1 : 0);
  for (Py_ssize_t i = 0; negative && i < whole; i++)
    lost |= DIGITS(a)[i] != 0;
  lost |= negative && (DIGITS(a)[whole] & (((digit)1 << part) - 1));
  PyLongObject *z = _PyLong_New(n - whole + 1);
  if (!z)
    return NULL;
  for (Py_ssize_t i = whole; i < n; i++) {
    twodigits upper = i + 1 < n ? DIGITS(a)[i + 1] : 0;
    z->ob_digit[i - whole] =
        (digit)((DIGITS(a)[i] >> part) |
                ((upper << (PyLong_SHIFT - part)) & PyLong_MASK));
  }
  z->ob_digit[n - whole] = 0;
  for (Py_ssize_t i = 0; lost; i++) { /* |z| += 1 */
    z->ob_digit[i] = (z->ob_digit[i] + 1) & PyLong_MASK;
    lost = z->ob_digit[i] == 0;
  }
  if (negative)
    Py_SIZE(z) = -Py_SIZE(z);
  return _PyLong_Normal(z);
}

PyObject *_PyLong_ShiftBy(PyObject *a, Py_ssize_t bits) {
  return bits >= 0 ? left(a, bits) : right(a, -bits);
}

PyObject *_PyLong_Shift(PyObject *a, PyObject *b, int to_left) {
  if (Py_SIZE(b) < 0) {
    PyErr_SetString(PyExc_ValueError, "negative shift count");
    return NULL;
  }
  if (Py_SIZE(a) == 0)
    return PyLong_FromLong(0);
  int overflow;
  long bits = PyLong_AsLongAndOverflow(b, &overflow);
  if (overflow || (to_left && bits > (1L << 40))) {
    if (!to_left)
      return PyLong_FromLong(Py_SIZE(a) < 0 ? -1 : 0);
    PyErr_SetString(PyExc_OverflowError, "too many digits in integer");
    return NULL;
  }
  if (_PyLong_IsCompact(a)) {
    Py_ssize_t v = _PyLong_CompactValue(a);
    if (!to_left)
      return PyLong_FromSsize_t(v >> (bits > 62 ? 62 : bits));
    if (bits < 32)
      return PyLong_FromLongLong(v * ((long long)1 << bits));
  }
  return to_left ? left(a, bits) : right(a, bits);
}

/* ---- & | ^ ---------------------------------------------------------------*/
/* Digit i of the two's complement of a; *carry begins as 1. */
static digit complement_digit(PyObject *a, Py_ssize_t i, digit *carry) {
  digit d = i < _PyLong_Count(a) ? DIGITS(a)[i] : 0;
  if (Py_SIZE(a) >= 0)
    return d;
  d = (d ^ PyLong_MASK) + *carry;
  *carry = d >> PyLong_SHIFT;
  return d & PyLong_MASK;
}

static digit apply(digit x, digit y, int op) {
  return op == '&' ? x & y : op == '|' ? x | y : x ^ y;
}

PyObject *_PyLong_Bitwise(PyObject *a, PyObject *b, int op) {
  if (_PyLong_IsCompact(a) && _PyLong_IsCompact(b)) {
    Py_ssize_t x = _PyLong_CompactValue(a), y = _PyLong_CompactValue(b);
    return PyLong_FromSsize_t(op == '&' ? x & y : op == '|' ? x | y : x ^ y);
  }
  Py_ssize_t n = _PyLong_Count(a), m = _PyLong_Count(b);
  Py_ssize_t size = (n > m ? n : m) + 1;
  PyLongObject *z = _PyLong_New(size);
  if (!z)
    return NULL;
  digit ca = 1, cb = 1;
  for (Py_ssize_t i = 0; i < size; i++)
    z->ob_digit[i] =
        apply(complement_digit(a, i, &ca), complement_digit(b, i, &cb), op);
  if (apply(Py_SIZE(a) < 0, Py_SIZE(b) < 0, op)) { /* negative: back again */
    digit carry = 1;
    for (Py_ssize_t i = 0; i < size; i++) {
      digit d = (z->ob_digit[i] ^ PyLong_MASK) + carry;
      carry = d >> PyLong_SHIFT;
      z->ob_digit[i] = d & PyLong_MASK;
    }
    Py_SIZE(z) = -size;
  }
  return _PyLong_Normal(z);
}

/* ---- powers --------------------------------------------------------------*/
/* x = x * y (% m), taking the reference to x. */
static PyObject *times(PyObject *x, PyObject *y, PyObject *m) {
  PyObject *z = x && y ? _PyLong_Multiply(x, y) : NULL, *r = NULL;
  Py_XDECREF(x);
  if (!z || !m)
    return z;
  _PyLong_Divmod(z, m, NULL, &r);
  Py_DECREF(z);
  return r;
}

/* a ** b (% m) for b >= 0, bit by bit from the top */
static PyObject *raise(PyObject *a, PyObject *b, PyObject *m) {
  PyObject *z = PyLong_FromLong(1);
  if (m && z) /* pow(x, 0, 1) is 0 */
    z = times(z, Py_True, m);
  for (Py_ssize_t i = _PyLong_Count(b); z && --i >= 0;)
    for (digit bit = PyLong_BASE >> 1; z && bit; bit >>= 1) {
      if (Py_SIZE(z) != 1 || DIGITS(z)[0] != 1) {
        PyObject *same = Py_NewRef(z);
        z = times(z, same, m);
        Py_DECREF(same);
      }
      if (DIGITS(b)[i] & bit)
        z = times(z, a, m);
    }
  return z;
}

/* 1 / a modulo m, by Euclid's algorithm */
static PyObject *inverse(PyObject *a, PyObject *m) {
  PyObject *r0 = Py_NewRef(m), *r1 = NULL;
  PyObject *t0 = PyLong_FromLong(0), *t1 = PyLong_FromLong(1);
  _PyLong_Divmod(a, m, NULL, &r1);
  while (r1 && Py_SIZE(r1) != 0) {
    PyObject *q = NULL, *r = NULL;
    if (_PyLong_Divmod(r0, r1, &q, &r) < 0)
      break;
    PyObject *t = times(q, t1, NULL),
             *next = t ? _PyLong_Subtract(t0, t) : NULL;
    Py_XDECREF(t);
    Py_DECREF(r0);
    r0 = r1;
    r1 = r;
    Py_DECREF(t0);
    t0 = t1;
    t1 = next;
  }
  int good = r0 && Py_SIZE(r0) == 1 && DIGITS(r0)[0] == 1;
  if (!good && !PyErr_Occurred())
    PyErr_SetString(PyExc_ValueError,
                    "base is not invertible for the given modulus");
  Py_XDECREF(r0);
  Py_XDECREF(r1);
  Py_XDECREF(t1);
  if (!good)
    Py_CLEAR(t0);
  return t0;
}

static PyObject *power_modulo(PyObject *a, PyObject *b, PyObject *m) {
  if (Py_SIZE(m) == 0) {
    PyErr_SetString(PyExc_ValueError, "pow() 3rd argument cannot be 0");
    return NULL;
  }
  PyObject *modulus = _PyLong_Abs(m), *base = NULL, *exponent = NULL, *r = NULL;
  if (modulus && Py_SIZE(b) < 0) {
    base = inverse(a, modulus);
    exponent = _PyLong_Negate(b);
  } else if (modulus) {
    _PyLong_Divmod(a, modulus, NULL, &base);
    exponent = Py_NewRef(b);
  }
  if (base && exponent)
    r = raise(base, exponent, modulus);
  if (r && Py_SIZE(m) < 0 && Py_SIZE(r) != 0)
    Py_SETREF(r, _PyLong_Add(r, m));
  Py_XDECREF(modulus);
  Py_XDECREF(base);
  Py_XDECREF(exponent);
  return r;
}

PyObject *_PyLong_Power(PyObject *a, PyObject *b, PyObject *m) {
  if (m != Py_None)
    return power_modulo(a, b, m);
  if (Py_SIZE(b) < 0) {
    PyObject *x = PyNumber_Float(a), *y = x ? PyNumber_Float(b) : NULL;
    PyObject *r = y ? PyNumber_Power(x, y, Py_None) : NULL;
    Py_XDECREF(x);
    Py_XDECREF(y);
    return r;
  }
  return raise(a, b, NULL);
}

/* ---- gcd, isqrt ----------------------------------------------------------*/
PyObject *_PyLong_GCD(PyObject *a, PyObject *b) {
  PyObject *x = _PyLong_Abs(a), *y = _PyLong_Abs(b);
  while (x && y && Py_SIZE(y) != 0) {
    PyObject *r = NULL;
    if (_PyLong_IsCompact(x) && _PyLong_IsCompact(y)) {
      Py_ssize_t u = _PyLong_CompactValue(x), v = _PyLong_CompactValue(y);
      while (v) {
        Py_ssize_t t = u % v;
        u = v;
        v = t;
      }
      Py_DECREF(x);
      Py_DECREF(y);
      return PyLong_FromSsize_t(u);
    }
    _PyLong_Divmod(x, y, NULL, &r);
    Py_DECREF(x);
    x = y;
    y = r;
  }
  if (!y)
    Py_CLEAR(x);
  Py_XDECREF(y);
  return x;
}

/* Newton's iteration from above. */
PyObject *_PyLong_ISqrt(PyObject *a) {
  if (Py_SIZE(a) <= 0)
    return PyLong_FromLong(0);
  PyObject *one = PyLong_FromLong(1);
  PyObject *x = left(one, (Py_ssize_t)((_PyLong_NumBits(a) + 1) / 2));
  Py_DECREF(one);
  while (x) {
    PyObject *q = NULL, *sum = NULL, *next = NULL;
    if (_PyLong_Divmod(a, x, &q, NULL) == 0)
      sum = _PyLong_Add(x, q);
    if (sum)
      next = right(sum, 1);
    Py_XDECREF(q);
    Py_XDECREF(sum);
    if (next && _PyLong_Compare(next, x) >= 0) {
      Py_DECREF(next);
      return x;
    }
    Py_SETREF(x, next);
  }
  return NULL;
}
