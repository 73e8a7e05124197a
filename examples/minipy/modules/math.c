/* Module math: the C library's functions on floats, and a few on integers.
 *
 * Each float function is one line of a table made by macros. Errors follow
 * Python rather than C: a NaN that comes out of numbers that were none is a
 * ValueError ("math domain error"), an infinity out of finite numbers an
 * OverflowError ("math range error"). */
#include "modules.h"
#include <math.h>

static int as_double(PyObject *object, double *result) {
  PyNumberMethods *number = Py_TYPE(object)->tp_as_number;
  if (number && (number->nb_float || number->nb_index)) {
    *result = PyFloat_AsDouble(object);
    return *result == -1.0 && PyErr_Occurred() ? -1 : 0;
  }
  PyErr_Format(PyExc_TypeError, "must be real number, not %s",
               _PyType_Name(Py_TYPE(object)));
  return -1;
}

static PyObject *checked(double result, int finite_argument) {
  if (isnan(result) && finite_argument) {
    PyErr_SetString(PyExc_ValueError, "math domain error");
    return NULL;
  }
  if (isinf(result) && finite_argument) {
    PyErr_SetString(PyExc_OverflowError, "math range error");
    return NULL;
  }
  return PyFloat_FromDouble(result);
}

static int two_doubles(PyObject *args, const char *name, double *x, double *y) {
  if (!Builtin_ArgCount(name, args, 2, 2))
    return -1;
  if (as_double(PyTuple_GET_ITEM(args, 0), x) < 0)
    return -1;
  return as_double(PyTuple_GET_ITEM(args, 1), y);
}

#define UNARY(name)                                                            \
  static PyObject *math_##name(PyObject *self, PyObject *arg) {                \
    double x;                                                                  \
    (void)self;                                                                \
    return as_double(arg, &x) < 0 ? NULL : checked(name(x), isfinite(x));      \
  }
#define BINARY(name)                                                           \
  static PyObject *math_##name(PyObject *self, PyObject *args) {               \
    double x, y;                                                               \
    (void)self;                                                                \
    if (two_doubles(args, #name, &x, &y) < 0)                                  \
      return NULL;                                                             \
    return checked(name(x, y), isfinite(x) && isfinite(y));                    \
  }

UNARY(sin)
UNARY(cos)
UNARY(tan)
UNARY(asin)
UNARY(acos)
UNARY(atan)
UNARY(sinh)
UNARY(cosh)
UNARY(tanh)
UNARY(exp)
UNARY(expm1)
UNARY(fabs)
UNARY(erf)
BINARY(atan2)
BINARY(fmod)
BINARY(copysign)

static PyObject *math_pow(PyObject *self, PyObject *args) {
  double x, y;
  (void)self;
  if (two_doubles(args, "pow", &x, &y) < 0)
    return NULL;
  if (x == 0.0 && y < 0) {
    PyErr_SetString(PyExc_ValueError, "math domain error");
    return NULL;
  }
  return checked(pow(x, y), isfinite(x) && isfinite(y));
}

static PyObject *math_sqrt(PyObject *self, PyObject *arg) {
  double x;
  (void)self;
  return as_double(arg, &x) < 0 ? NULL : checked(sqrt(x), !isnan(x));
}

/* The logarithm of an integer too large for a float: of its leading bits, plus
 * that of the power of two that was taken off. */
static PyObject *large_logarithm(PyObject *arg, double (*function)(double)) {
  size_t shift = _PyLong_NumBits(arg) - 64;
  PyObject *count = PyLong_FromSize_t(shift);
  PyObject *leading = count ? PyNumber_Rshift(arg, count) : NULL;
  double x = leading ? PyFloat_AsDouble(leading) : 1;
  Py_XDECREF(count);
  Py_XDECREF(leading);
  if (PyErr_Occurred())
    return NULL;
  return PyFloat_FromDouble(function(x) + (double)shift * function(2));
}

static PyObject *logarithm(PyObject *arg, double (*function)(double)) {
  double x;
  if (PyLong_Check(arg) && _PyLong_Sign(arg) > 0 && _PyLong_NumBits(arg) > 1000)
    return large_logarithm(arg, function);
  if (as_double(arg, &x) < 0)
    return NULL;
  if (x <= 0) {
    PyErr_SetString(PyExc_ValueError, "math domain error");
    return NULL;
  }
  return PyFloat_FromDouble(function(x));
}

static PyObject *math_log2(PyObject *self, PyObject *arg) {
  (void)self;
  return logarithm(arg, log2);
}

static PyObject *math_log10(PyObject *self, PyObject *arg) {
  (void)self;
  return logarithm(arg, log10);
}

static PyObject *math_log1p(PyObject *self, PyObject *arg) {
  (void)self;
  double x;
  if (as_double(arg, &x) < 0)
    return NULL;
  return checked(log1p(x), isfinite(x));
}

static PyObject *math_log(PyObject *self, PyObject *args) {
  (void)self;
  if (!Builtin_ArgCount("log", args, 1, 2))
    return NULL;
  PyObject *value = logarithm(PyTuple_GET_ITEM(args, 0), log);
  if (!value || PyTuple_GET_SIZE(args) == 1)
    return value;
  PyObject *base = logarithm(PyTuple_GET_ITEM(args, 1), log);
  PyObject *result = base ? PyNumber_TrueDivide(value, base) : NULL;
  Py_DECREF(value);
  Py_XDECREF(base);
  return result;
}

/* --- to integers --------------------------------------------------------- */

static PyObject *rounded(PyObject *arg, double (*function)(double)) {
  double x;
  if (PyLong_Check(arg))
    return Py_NewRef(arg);
  if (as_double(arg, &x) < 0)
    return NULL;
  return PyLong_FromDouble(function(x));
}

static PyObject *math_floor(PyObject *self, PyObject *arg) {
  (void)self;
  return rounded(arg, floor);
}

static PyObject *math_ceil(PyObject *self, PyObject *arg) {
  (void)self;
  return rounded(arg, ceil);
}

static PyObject *math_trunc(PyObject *self, PyObject *arg) {
  (void)self;
  return rounded(arg, trunc);
}

/* gcd by Euclid, on objects, so that any size of integer will do. */
static PyObject *gcd_of_two(PyObject *a, PyObject *b) {
  a = PyNumber_Absolute(a);
  b = PyNumber_Absolute(b);
  while (a && b && PyObject_IsTrue(b)) {
    PyObject *rest = PyNumber_Remainder(a, b);
    Py_DECREF(a);
    a = b;
    b = rest;
  }
  if (!b) {
    Py_XDECREF(a);
    return NULL;
  }
  Py_DECREF(b);
  return a;
}

static PyObject *math_gcd(PyObject *self, PyObject *args) {
  (void)self;
  PyObject *result = PyLong_FromLong(0);
  for (Py_ssize_t i = 0; result && i < PyTuple_GET_SIZE(args); i++) {
    PyObject *item = PyTuple_GET_ITEM(args, i);
    PyObject *next = NULL;
    if (PyLong_Check(item))
      next = gcd_of_two(result, item);
    else
      PyErr_Format(PyExc_TypeError,
                   "'%s' object cannot be interpreted as an integer",
                   Py_TYPE(item)->tp_name);
    Py_DECREF(result);
    result = next;
  }
  return result;
}

static PyObject *math_factorial(PyObject *self, PyObject *arg) {
  (void)self;
  long n = PyLong_AsLong(arg);
  if (n == -1 && PyErr_Occurred())
    return NULL;
  if (n < 0) {
    PyErr_SetString(PyExc_ValueError,
                    "factorial() not defined for negative values");
    return NULL;
  }
  PyObject *result = PyLong_FromLong(1);
  for (long i = 2; result && i <= n; i++) {
    PyObject *factor = PyLong_FromLong(i);
    PyObject *product = factor ? PyNumber_Multiply(result, factor) : NULL;
    Py_XDECREF(factor);
    Py_DECREF(result);
    result = product;
  }
  return result;
}

static PyObject *integer_compare(PyObject *a, PyObject *b, int op, int *truth) {
  *truth = PyObject_RichCompareBool(a, b, op);
  return *truth < 0 ? NULL : a;
}

/* Newton's iteration from above, on integers of any size. */
static PyObject *math_isqrt(PyObject *self, PyObject *arg) {
  (void)self;
  PyObject *zero = PyLong_FromLong(0), *one = PyLong_FromLong(1);
  PyObject *guess = NULL;
  int truth;
  if (!integer_compare(arg, zero, Py_LT, &truth))
    goto done;
  if (truth) {
    PyErr_SetString(PyExc_ValueError, "isqrt() argument must be nonnegative");
    goto done;
  }
  guess = Py_NewRef(arg);
  for (;;) {
    if (!PyObject_IsTrue(guess))
      break;
    PyObject *quotient = PyNumber_FloorDivide(arg, guess);
    PyObject *sum = quotient ? PyNumber_Add(guess, quotient) : NULL;
    PyObject *next = sum ? PyNumber_Rshift(sum, one) : NULL;
    Py_XDECREF(quotient);
    Py_XDECREF(sum);
    if (!next || !integer_compare(next, guess, Py_GE, &truth)) {
      Py_XDECREF(next);
      Py_DECREF(guess);
      guess = NULL;
      break;
    }
    if (truth) {
      Py_DECREF(next);
      break;
    }
    Py_DECREF(guess);
    guess = next;
  }
done:
  Py_XDECREF(zero);
  Py_XDECREF(one);
  return guess;
}

/* --- the rest ------------------------------------------------------------ */

static PyObject *math_hypot(PyObject *self, PyObject *args) {
  (void)self;
  double result = 0, x;
  for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(args); i++) {
    if (as_double(PyTuple_GET_ITEM(args, i), &x) < 0)
      return NULL;
    result = hypot(result, x);
  }
  return PyFloat_FromDouble(result);
}

/* Neumaier's compensated sum: exact enough for what scripts print. */
static PyObject *math_fsum(PyObject *self, PyObject *arg) {
  (void)self;
  double sum = 0, lost = 0, x;
  PyObject *iterator = PyObject_GetIter(arg), *item;
  if (!iterator)
    return NULL;
  while ((item = PyIter_Next(iterator))) {
    int bad = as_double(item, &x);
    Py_DECREF(item);
    if (bad)
      break;
    double next = sum + x;
    lost += fabs(sum) >= fabs(x) ? (sum - next) + x : (x - next) + sum;
    sum = next;
  }
  Py_DECREF(iterator);
  return PyErr_Occurred() ? NULL : PyFloat_FromDouble(sum + lost);
}

static PyObject *math_prod(PyObject *self, PyObject *arg) {
  (void)self;
  PyObject *result = PyLong_FromLong(1), *item;
  PyObject *iterator = PyObject_GetIter(arg);
  if (!iterator) {
    Py_XDECREF(result);
    return NULL;
  }
  while (result && (item = PyIter_Next(iterator))) {
    PyObject *product = PyNumber_Multiply(result, item);
    Py_DECREF(item);
    Py_DECREF(result);
    result = product;
  }
  Py_DECREF(iterator);
  if (PyErr_Occurred()) {
    Py_XDECREF(result);
    return NULL;
  }
  return result;
}

static PyObject *math_isnan(PyObject *self, PyObject *arg) {
  double x;
  (void)self;
  return as_double(arg, &x) < 0 ? NULL : PyBool_FromLong(isnan(x));
}

static PyObject *math_isinf(PyObject *self, PyObject *arg) {
  double x;
  (void)self;
  return as_double(arg, &x) < 0 ? NULL : PyBool_FromLong(isinf(x));
}

static PyObject *math_isfinite(PyObject *self, PyObject *arg) {
  double x;
  (void)self;
  return as_double(arg, &x) < 0 ? NULL : PyBool_FromLong(isfinite(x));
}

static PyObject *math_degrees(PyObject *self, PyObject *arg) {
  double x;
  (void)self;
  return as_double(arg, &x) < 0 ? NULL : PyFloat_FromDouble(x * (180 / M_PI));
}

static PyObject *math_radians(PyObject *self, PyObject *arg) {
  double x;
  (void)self;
  return as_double(arg, &x) < 0 ? NULL : PyFloat_FromDouble(x * (M_PI / 180));
}

static PyObject *math_isclose(PyObject *self, PyObject *args) {
  double x, y;
  (void)self;
  if (two_doubles(args, "isclose", &x, &y) < 0)
    return NULL;
  double scale = fmax(fabs(x), fabs(y));
  return PyBool_FromLong(x == y ||
                         (isfinite(scale) && fabs(x - y) <= 1e-9 * scale));
}

#define ONE(name) MODULE_O(#name, math_##name)
#define MANY(name) MODULE_VARARGS(#name, math_##name)
static PyMethodDef math_methods[] = {
    ONE(sin),       ONE(cos),       ONE(tan),   ONE(asin),     ONE(acos),
    ONE(atan),      ONE(sinh),      ONE(cosh),  ONE(tanh),     ONE(exp),
    ONE(expm1),     ONE(fabs),      ONE(erf),   MANY(atan2),   MANY(fmod),
    MANY(copysign), MANY(pow),      ONE(sqrt),  ONE(log2),     ONE(log10),
    ONE(log1p),     MANY(log),      ONE(floor), ONE(ceil),     ONE(trunc),
    MANY(gcd),      ONE(factorial), ONE(isqrt), MANY(hypot),   ONE(fsum),
    ONE(prod),      ONE(isnan),     ONE(isinf), ONE(isfinite), ONE(degrees),
    ONE(radians),   MANY(isclose),  MODULE_END};

PyObject *PyInit_math(void) {
  PyObject *module = Module_Create("math", math_methods);
  if (!module || Module_AddObject(module, "pi", PyFloat_FromDouble(M_PI)) < 0 ||
      Module_AddObject(module, "e", PyFloat_FromDouble(M_E)) < 0 ||
      Module_AddObject(module, "tau", PyFloat_FromDouble(2 * M_PI)) < 0 ||
      Module_AddObject(module, "inf", PyFloat_FromDouble(INFINITY)) < 0 ||
      Module_AddObject(module, "nan", PyFloat_FromDouble(NAN)) < 0)
    return NULL;
  return module;
}
