/* Arithmetic of ints of any size.
 *
 * Numbers of one digit take a short cut through 64-bit arithmetic. Beyond that:
 * addition and subtraction by the school method, multiplication by the school
 * method and from KARATSUBA digits on by Karatsuba's, division by Knuth's
 * algorithm D. Python's division rounds down: the quotient of numbers of
 * different sign is one less when there is a remainder. */
#include <float.h>
#include <math.h>

#include "longdigits.h"
#include "names.h"

enum { KARATSUBA = 70 };

/* ---- magnitudes ----------------------------------------------------------*/
static int compare_digits(const digit *a, Py_ssize_t n, const digit *b,
                          Py_ssize_t m) {
  if (n != m)
    return n < m ? -1 : 1;
  while (--n >= 0)
    if (a[n] != b[n])
      return a[n] < b[n] ? -1 : 1;
  return 0;
}

int _PyLong_Compare(PyObject *a, PyObject *b) {
  Py_ssize_t n = Py_SIZE(a), m = Py_SIZE(b);
  if (n != m)
    return n < m ? -1 : 1;
  int c = compare_digits(DIGITS(a), n < 0 ? -n : n, DIGITS(b), m < 0 ? -m : m);
  return n < 0 ? -c : c;
}

/* |a| + |b| */
static PyLongObject *add_magnitudes(PyObject *a, PyObject *b) {
  Py_ssize_t n = _PyLong_Count(a), m = _PyLong_Count(b);
  if (n < m) {
    PyObject *t = a;
    a = b;
    b = t;
    n = _PyLong_Count(a);
    m = _PyLong_Count(b);
  }
  PyLongObject *z = _PyLong_New(n + 1);
  if (!z)
    return NULL;
  digit carry = 0;
  for (Py_ssize_t i = 0; i < n; i++) {
    carry += DIGITS(a)[i] + (i < m ? DIGITS(b)[i] : 0);
    z->ob_digit[i] = carry & PyLong_MASK;
    carry >>= PyLong_SHIFT;
  }
  z->ob_digit[n] = carry;
  return z;
}

/* |a| - |b|, with its sign */
static PyLongObject *subtract_magnitudes(PyObject *a, PyObject *b) {
  Py_ssize_t n = _PyLong_Count(a), m = _PyLong_Count(b);
  int negative = compare_digits(DIGITS(a), n, DIGITS(b), m) < 0;
  if (negative) {
    PyObject *t = a;
    a = b;
    b = t;
    n = _PyLong_Count(a);
    m = _PyLong_Count(b);
  }
  PyLongObject *z = _PyLong_New(n);
  if (!z)
    return NULL;
  digit borrow = 0;
  for (Py_ssize_t i = 0; i < n; i++) {
    borrow = DIGITS(a)[i] - (i < m ? DIGITS(b)[i] : 0) - borrow;
    z->ob_digit[i] = borrow & PyLong_MASK;
    borrow = (borrow >> PyLong_SHIFT) & 1;
  }
  if (negative)
    Py_SIZE(z) = -n;
  return z;
}

static PyObject *with_sign(PyLongObject *z, int flip) {
  if (z && flip)
    Py_SIZE(z) = -Py_SIZE(z);
  return _PyLong_Normal(z);
}

PyObject *_PyLong_Add(PyObject *a, PyObject *b) {
  if (_PyLong_IsCompact(a) && _PyLong_IsCompact(b))
    return PyLong_FromSsize_t(_PyLong_CompactValue(a) +
                              _PyLong_CompactValue(b));
  if (Py_SIZE(a) < 0)
    return Py_SIZE(b) < 0 ? with_sign(add_magnitudes(a, b), 1)
                          : with_sign(subtract_magnitudes(b, a), 0);
  return with_sign(
      Py_SIZE(b) < 0 ? subtract_magnitudes(a, b) : add_magnitudes(a, b), 0);
}

PyObject *_PyLong_Subtract(PyObject *a, PyObject *b) {
  if (_PyLong_IsCompact(a) && _PyLong_IsCompact(b))
    return PyLong_FromSsize_t(_PyLong_CompactValue(a) -
                              _PyLong_CompactValue(b));
  if (Py_SIZE(a) < 0)
    return Py_SIZE(b) < 0 ? with_sign(subtract_magnitudes(b, a), 0)
                          : with_sign(add_magnitudes(a, b), 1);
  return with_sign(
      Py_SIZE(b) < 0 ? add_magnitudes(a, b) : subtract_magnitudes(a, b), 0);
}

PyObject *_PyLong_Copy(PyObject *a) {
  if (PyLong_CheckExact(a))
    return Py_NewRef(a);
  Py_ssize_t n = _PyLong_Count(a);
  PyLongObject *z = _PyLong_New(n);
  if (!z)
    return NULL;
  memcpy(z->ob_digit, DIGITS(a), (size_t)n * sizeof(digit));
  return with_sign(z, Py_SIZE(a) < 0);
}

PyObject *_PyLong_Negate(PyObject *a) {
  if (_PyLong_IsCompact(a))
    return PyLong_FromSsize_t(-_PyLong_CompactValue(a));
  Py_ssize_t n = _PyLong_Count(a);
  PyLongObject *z = _PyLong_New(n);
  if (!z)
    return NULL;
  memcpy(z->ob_digit, DIGITS(a), (size_t)n * sizeof(digit));
  return with_sign(z, Py_SIZE(a) > 0);
}

PyObject *_PyLong_Abs(PyObject *a) {
  return Py_SIZE(a) < 0 ? _PyLong_Negate(a) : _PyLong_Copy(a);
}

/* ---- multiplication ------------------------------------------------------*/
/* z (n + m digits, cleared by us) = a * b */
static void multiply_school(digit *z, const digit *a, Py_ssize_t n,
                            const digit *b, Py_ssize_t m) {
  memset(z, 0, (size_t)(n + m) * sizeof(digit));
  for (Py_ssize_t i = 0; i < n; i++) {
    twodigits carry = 0, f = a[i];
    for (Py_ssize_t j = 0; j < m; j++) {
      carry += z[i + j] + b[j] * f;
      z[i + j] = (digit)(carry & PyLong_MASK);
      carry >>= PyLong_SHIFT;
    }
    z[i + m] = (digit)carry;
  }
}

/* z[0..n) += a[0..m), m <= n; the carry out of z is dropped */
static void add_to(digit *z, Py_ssize_t n, const digit *a, Py_ssize_t m) {
  digit carry = 0;
  for (Py_ssize_t i = 0; i < n && (i < m || carry); i++) {
    carry += z[i] + (i < m ? a[i] : 0);
    z[i] = carry & PyLong_MASK;
    carry >>= PyLong_SHIFT;
  }
}

static void subtract_from(digit *z, Py_ssize_t n, const digit *a,
                          Py_ssize_t m) {
  digit borrow = 0;
  for (Py_ssize_t i = 0; i < n && (i < m || borrow); i++) {
    borrow = z[i] - (i < m ? a[i] : 0) - borrow;
    z[i] = borrow & PyLong_MASK;
    borrow = (borrow >> PyLong_SHIFT) & 1;
  }
}

/* z (2 n digits) = a * b, both of n digits. 0 or -1: no memory. */
static int multiply_karatsuba(digit *z, const digit *a, const digit *b,
                              Py_ssize_t n) {
  if (n < KARATSUBA) {
    multiply_school(z, a, n, b, n);
    return 0;
  }
  /* a = a1 B + a0, so a b = a1 b1 B^2 + (a1 + a0)(b1 + b0) B
   *                         - (a1 b1 + a0 b0) B + a0 b0 */
  Py_ssize_t low = (n + 1) / 2, high = n - low, k = low + 1;
  digit *work = calloc((size_t)(4 * k), sizeof(digit));
  if (!work)
    return -1;
  digit *sa = work, *sb = work + k, *p = work + 2 * k;
  int rc = multiply_karatsuba(z, a, b, low);
  if (rc == 0) {
    if (high == low)
      rc = multiply_karatsuba(z + 2 * low, a + low, b + low, high);
    else
      multiply_school(z + 2 * low, a + low, high, b + low, high);
  }
  if (rc == 0) {
    memcpy(sa, a, (size_t)low * sizeof(digit));
    memcpy(sb, b, (size_t)low * sizeof(digit));
    add_to(sa, k, a + low, high);
    add_to(sb, k, b + low, high);
    rc = multiply_karatsuba(p, sa, sb, k);
  }
  if (rc == 0) {
    subtract_from(p, 2 * k, z, 2 * low);
    subtract_from(p, 2 * k, z + 2 * low, 2 * high);
    Py_ssize_t used = 2 * k;
    while (used > 0 && p[used - 1] == 0)
      used--;
    add_to(z + low, 2 * n - low, p, used);
  }
  free(work);
  return rc;
}

/* z (n + m digits) = a * b, m <= n: in slices of m digits of a. */
static int multiply_digits(digit *z, const digit *a, Py_ssize_t n,
                           const digit *b, Py_ssize_t m) {
  if (m < KARATSUBA) {
    multiply_school(z, a, n, b, m);
    return 0;
  }
  digit *part = malloc((size_t)(2 * m) * sizeof(digit));
  if (!part)
    return -1;
  int rc = 0;
  memset(z, 0, (size_t)(n + m) * sizeof(digit));
  for (Py_ssize_t at = 0; rc == 0 && at < n; at += m) {
    Py_ssize_t k = n - at < m ? n - at : m;
    if (k == m)
      rc = multiply_karatsuba(part, a + at, b, m);
    else
      multiply_school(part, a + at, k, b, m);
    add_to(z + at, n + m - at, part, k + m);
  }
  free(part);
  return rc;
}

PyObject *_PyLong_Multiply(PyObject *a, PyObject *b) {
  if (_PyLong_IsCompact(a) && _PyLong_IsCompact(b))
    return PyLong_FromLongLong((long long)_PyLong_CompactValue(a) *
                               _PyLong_CompactValue(b));
  Py_ssize_t n = _PyLong_Count(a), m = _PyLong_Count(b);
  PyLongObject *z = _PyLong_New(n + m);
  if (!z)
    return NULL;
  int rc = n >= m ? multiply_digits(z->ob_digit, DIGITS(a), n, DIGITS(b), m)
                  : multiply_digits(z->ob_digit, DIGITS(b), m, DIGITS(a), n);
  if (rc < 0) {
    Py_DECREF(z);
    return PyErr_NoMemory();
  }
  return with_sign(z, (Py_SIZE(a) < 0) != (Py_SIZE(b) < 0));
}

/* ---- division ------------------------------------------------------------*/
digit _PyLong_DivideDigits(digit *q, const digit *a, Py_ssize_t n, digit by) {
  twodigits rest = 0;
  while (--n >= 0) {
    rest = (rest << PyLong_SHIFT) | a[n];
    q[n] = (digit)(rest / by);
    rest %= by;
  }
  return (digit)rest;
}

static digit shift_left(digit *z, const digit *a, Py_ssize_t n, int bits) {
  digit carry = 0;
  for (Py_ssize_t i = 0; i < n; i++) {
    twodigits t = (twodigits)a[i] << bits | carry;
    z[i] = (digit)(t & PyLong_MASK);
    carry = (digit)(t >> PyLong_SHIFT);
  }
  return carry;
}

static void shift_right(digit *z, const digit *a, Py_ssize_t n, int bits) {
  for (Py_ssize_t i = 0; i < n; i++) {
    digit upper = i + 1 < n ? a[i + 1] : 0;
    z[i] = (digit)((a[i] >> bits) |
                   (((twodigits)upper << (PyLong_SHIFT - bits)) & PyLong_MASK));
  }
}

/* One step of Knuth's algorithm D: u (m + 1 digits) = q v + rest. */
static digit divide_step(digit *u, const digit *v, Py_ssize_t m) {
  twodigits top = ((twodigits)u[m] << PyLong_SHIFT) | u[m - 1];
  twodigits q = top / v[m - 1], r = top % v[m - 1];
  while (q >= PyLong_BASE || q * v[m - 2] > ((r << PyLong_SHIFT) | u[m - 2])) {
    q--;
    r += v[m - 1];
    if (r >= PyLong_BASE)
      break;
  }
  int64_t borrow = 0;
  for (Py_ssize_t i = 0; i < m; i++) {
    int64_t t = (int64_t)u[i] + borrow - (int64_t)(q * v[i]);
    u[i] = (digit)((uint64_t)t & PyLong_MASK);
    borrow = t >> PyLong_SHIFT;
  }
  int64_t t = (int64_t)u[m] + borrow;
  u[m] = (digit)((uint64_t)t & PyLong_MASK);
  if (t < 0) { /* q was one too large */
    q--;
    digit carry = 0;
    for (Py_ssize_t i = 0; i < m; i++) {
      carry += u[i] + v[i];
      u[i] = carry & PyLong_MASK;
      carry >>= PyLong_SHIFT;
    }
    u[m] = (u[m] + carry) & PyLong_MASK;
  }
  return (digit)q;
}

/* |a| = q |b| + r for |b| of at least two digits and |a| >= |b| */
static int divide_large(PyObject *a, PyObject *b, PyLongObject **q,
                        PyLongObject **r) {
  Py_ssize_t n = _PyLong_Count(a), m = _PyLong_Count(b);
  digit *u = malloc((size_t)(n + 1) * sizeof(digit));
  digit *v = malloc((size_t)m * sizeof(digit));
  *q = _PyLong_New(n - m + 1);
  *r = _PyLong_New(m);
  if (!u || !v || !*q || !*r) {
    Py_CLEAR(*q);
    Py_CLEAR(*r);
    free(u);
    free(v);
    PyErr_NoMemory();
    return -1;
  }
  int bits = 0;
  while (!((DIGITS(b)[m - 1] << bits) & (PyLong_BASE >> 1)))
    bits++;
  shift_left(v, DIGITS(b), m, bits);
  u[n] = shift_left(u, DIGITS(a), n, bits);
  for (Py_ssize_t j = n - m; j >= 0; j--)
    (*q)->ob_digit[j] = divide_step(u + j, v, m);
  shift_right((*r)->ob_digit, u, m, bits);
  free(u);
  free(v);
  return 0;
}

/* Rounded to zero; *q and *r normalized, r with the sign of a. */
static int divide_truncating(PyObject *a, PyObject *b, PyObject **q,
                             PyObject **r) {
  Py_ssize_t n = _PyLong_Count(a), m = _PyLong_Count(b);
  if (compare_digits(DIGITS(a), n, DIGITS(b), m) < 0) {
    *q = PyLong_FromLong(0);
    *r = _PyLong_Copy(a);
    return *r ? 0 : -1;
  }
  PyLongObject *quotient, *rest;
  if (m == 1) {
    if (!(quotient = _PyLong_New(n)))
      return -1;
    digit d =
        _PyLong_DivideDigits(quotient->ob_digit, DIGITS(a), n, DIGITS(b)[0]);
    if (!(rest = _PyLong_New(1))) {
      Py_DECREF(quotient);
      return -1;
    }
    rest->ob_digit[0] = d;
  } else if (divide_large(a, b, &quotient, &rest) < 0) {
    return -1;
  }
  *q = with_sign(quotient, (Py_SIZE(a) < 0) != (Py_SIZE(b) < 0));
  *r = with_sign(rest, Py_SIZE(a) < 0);
  return 0;
}

static int divmod_compact(PyObject *a, PyObject *b, PyObject **q,
                          PyObject **r) {
  Py_ssize_t x = _PyLong_CompactValue(a), y = _PyLong_CompactValue(b);
  Py_ssize_t quotient = x / y, rest = x % y;
  if (rest && (rest < 0) != (y < 0)) {
    quotient--;
    rest += y;
  }
  if (q && !(*q = PyLong_FromSsize_t(quotient)))
    return -1;
  return r && !(*r = PyLong_FromSsize_t(rest)) ? -1 : 0;
}

int _PyLong_Divmod(PyObject *a, PyObject *b, PyObject **quotient,
                   PyObject **remainder) {
  if (Py_SIZE(b) == 0) {
    PyErr_SetString(PyExc_ZeroDivisionError,
                    quotient && !remainder
                        ? "integer division or modulo by zero"
                    : quotient ? "integer division or modulo by zero"
                               : "integer modulo by zero");
    return -1;
  }
  if (_PyLong_IsCompact(a) && _PyLong_IsCompact(b))
    return divmod_compact(a, b, quotient, remainder);
  PyObject *q, *r;
  if (divide_truncating(a, b, &q, &r) < 0)
    return -1;
  if (Py_SIZE(r) != 0 && (Py_SIZE(r) < 0) != (Py_SIZE(b) < 0)) {
    PyObject *one = PyLong_FromLong(1);
    Py_SETREF(r, _PyLong_Add(r, b));
    Py_SETREF(q, _PyLong_Subtract(q, one));
    Py_DECREF(one);
    if (!q || !r) {
      Py_XDECREF(q);
      Py_XDECREF(r);
      return -1;
    }
  }
  if (quotient)
    *quotient = q;
  else
    Py_DECREF(q);
  if (remainder)
    *remainder = r;
  else
    Py_DECREF(r);
  return 0;
}

/* a / b, correctly rounded: the quotient is computed to a few bits more than a
 * double has, with a sticky last bit. */
PyObject *_PyLong_TrueDivide(PyObject *a, PyObject *b) {
  if (Py_SIZE(b) == 0) {
    PyErr_SetString(PyExc_ZeroDivisionError, "division by zero");
    return NULL;
  }
  size_t na = _PyLong_NumBits(a), nb = _PyLong_NumBits(b);
  if (na <= DBL_MANT_DIG && nb <= DBL_MANT_DIG)
    return PyFloat_FromDouble(PyLong_AsDouble(a) / PyLong_AsDouble(b));
  if (Py_SIZE(a) == 0)
    return PyFloat_FromDouble(Py_SIZE(b) < 0 ? -0.0 : 0.0);
  int negative = (Py_SIZE(a) < 0) != (Py_SIZE(b) < 0);
  Py_ssize_t difference = (Py_ssize_t)na - (Py_ssize_t)nb;
  if (difference > DBL_MAX_EXP) {
    PyErr_SetString(PyExc_OverflowError,
                    "integer division result too large for a float");
    return NULL;
  }
  if (difference < DBL_MIN_EXP - DBL_MANT_DIG - 1)
    return PyFloat_FromDouble(negative ? -0.0 : 0.0);
  Py_ssize_t shift =
      (difference > DBL_MIN_EXP ? difference : DBL_MIN_EXP) - DBL_MANT_DIG - 2;
  PyObject *x = _PyLong_Abs(a), *y = _PyLong_Abs(b), *q = NULL, *r = NULL;
  int sticky = 0;
  if (x && shift < 0) {
    Py_SETREF(x, _PyLong_ShiftBy(x, -shift));
  } else if (x && shift > 0) { /* bits of a that fall off matter too */
    PyObject *cut = _PyLong_ShiftBy(x, -shift);
    PyObject *back = cut ? _PyLong_ShiftBy(cut, shift) : NULL;
    sticky = back && _PyLong_Compare(back, x) != 0;
    Py_XDECREF(back);
    Py_SETREF(x, cut);
  }
  int rc = x && y ? _PyLong_Divmod(x, y, &q, &r) : -1;
  Py_XDECREF(x);
  Py_XDECREF(y);
  if (rc < 0)
    return NULL;
  uint64_t bits = PyLong_AsUnsignedLongLong(q);
  sticky |= Py_SIZE(r) != 0;
  Py_ssize_t extra = (Py_ssize_t)_PyLong_NumBits(q);
  Py_DECREF(q);
  Py_DECREF(r);
  if (extra < DBL_MIN_EXP - shift)
    extra = DBL_MIN_EXP - shift;
  extra -= DBL_MANT_DIG;
  uint64_t half = (uint64_t)1 << (extra - 1);
  bits |= (uint64_t)sticky;
  if ((bits & half) && (bits & (3 * half - 1)))
    bits += half;
  bits &= ~(2 * half - 1);
  double d = ldexp((double)bits, (int)shift);
  if (isinf(d)) {
    PyErr_SetString(PyExc_OverflowError,
                    "integer division result too large for a float");
    return NULL;
  }
  return PyFloat_FromDouble(negative ? -d : d);
}
