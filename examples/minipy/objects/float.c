/* float: a C double with Python's rules.
 *
 * repr gives the shortest decimal text that reads back as the same double; the
 * hash of a whole number is that of the equal int; comparisons with ints are
 * exact, whatever their size. */
#include <float.h>
#include <math.h>

#include "floattext.h"
#include "longdigits.h"
#include "names.h"

PyObject *PyFloat_FromDouble(double v) {
  PyFloatObject *f = PyObject_New(PyFloatObject, &PyFloat_Type);
  if (f)
    f->ob_fval = v;
  return (PyObject *)f;
}

double PyFloat_AsDouble(PyObject *o) {
  if (PyFloat_Check(o))
    return PyFloat_AS_DOUBLE(o);
  PyNumberMethods *nb = Py_TYPE(o)->tp_as_number;
  if (!nb || (!nb->nb_float && !nb->nb_index)) {
    PyErr_Format(PyExc_TypeError, "must be real number, not %.50s",
                 _PyType_Name(Py_TYPE(o)));
    return -1.0;
  }
  PyObject *f = PyNumber_Float(o);
  double v = f ? PyFloat_AS_DOUBLE(f) : -1.0;
  Py_XDECREF(f);
  return v;
}

/* The value of an int or float operand: 1, 0 for other types, -1 on error. */
static int as_double(PyObject *o, double *v) {
  if (PyFloat_Check(o)) {
    *v = PyFloat_AS_DOUBLE(o);
    return 1;
  }
  if (!PyLong_Check(o))
    return 0;
  *v = PyLong_AsDouble(o);
  return *v == -1.0 && PyErr_Occurred() ? -1 : 1;
}

#define OPERANDS(a, b)                                                         \
  double x, y;                                                                 \
  int rx = as_double(a, &x), ry = rx > 0 ? as_double(b, &y) : rx;              \
  if (ry <= 0)                                                                 \
  return ry < 0 ? NULL : Py_NewRef(Py_NotImplemented)

static PyObject *zero_division(const char *text) {
  PyErr_SetString(PyExc_ZeroDivisionError, text);
  return NULL;
}

/* ---- arithmetic ----------------------------------------------------------*/
static PyObject *float_add(PyObject *a, PyObject *b) {
  OPERANDS(a, b);
  return PyFloat_FromDouble(x + y);
}
static PyObject *float_sub(PyObject *a, PyObject *b) {
  OPERANDS(a, b);
  return PyFloat_FromDouble(x - y);
}
static PyObject *float_mul(PyObject *a, PyObject *b) {
  OPERANDS(a, b);
  return PyFloat_FromDouble(x * y);
}
static PyObject *float_div(PyObject *a, PyObject *b) {
  OPERANDS(a, b);
  return y == 0.0 ? zero_division("float division by zero")
                  : PyFloat_FromDouble(x / y);
}

static void floor_divmod(double x, double y, double *quotient, double *rest) {
  double mod = fmod(x, y), div = (x - mod) / y;
  if (mod != 0.0) {
    if ((y < 0) != (mod < 0)) {
      mod += y;
      div -= 1.0;
    }
  } else {
    mod = copysign(0.0, y);
  }
  if (div != 0.0) {
    double floored = floor(div);
    *quotient = div - floored > 0.5 ? floored + 1.0 : floored;
  } else {
    *quotient = copysign(0.0, x / y);
  }
  *rest = mod;
}

static PyObject *float_floordiv(PyObject *a, PyObject *b) {
  OPERANDS(a, b);
  double q, r;
  if (y == 0.0)
    return zero_division("float floor division by zero");
  floor_divmod(x, y, &q, &r);
  return PyFloat_FromDouble(q);
}
static PyObject *float_mod(PyObject *a, PyObject *b) {
  OPERANDS(a, b);
  double q, r;
  if (y == 0.0)
    return zero_division("float modulo");
  floor_divmod(x, y, &q, &r);
  return PyFloat_FromDouble(r);
}
static PyObject *float_divmod(PyObject *a, PyObject *b) {
  OPERANDS(a, b);
  double q, r;
  if (y == 0.0)
    return zero_division("float divmod()");
  floor_divmod(x, y, &q, &r);
  PyObject *first = PyFloat_FromDouble(q), *second = PyFloat_FromDouble(r);
  PyObject *pair = first && second ? PyTuple_Pack(2, first, second) : NULL;
  Py_XDECREF(first);
  Py_XDECREF(second);
  return pair;
}

static PyObject *float_pow(PyObject *a, PyObject *b, PyObject *m) {
  OPERANDS(a, b);
  if (m != Py_None) {
    PyErr_SetString(PyExc_TypeError, "pow() 3rd argument not allowed unless "
                                     "all arguments are integers");
    return NULL;
  }
  if (x == 0.0 && y < 0.0)
    return zero_division("0.0 cannot be raised to a negative power");
  if (x < 0.0 && isfinite(x) && isfinite(y) && y != floor(y)) {
    PyErr_SetString(PyExc_ValueError,
                    "a negative number cannot be raised to a "
                    "fractional power: minipy has no complex");
    return NULL;
  }
  double r = pow(x, y);
  if (isinf(r) && isfinite(x) && isfinite(y)) {
    PyObject *args = PyTuple_New(2); /* as errno's ERANGE */
    if (!args)
      return NULL;
    PyTuple_SET_ITEM(args, 0, PyLong_FromLong(34));
    PyTuple_SET_ITEM(args, 1,
                     PyUnicode_FromString("Numerical result out of range"));
    PyErr_SetObject(PyExc_OverflowError, args);
    Py_DECREF(args);
    return NULL;
  }
  return PyFloat_FromDouble(r);
}

static PyObject *float_neg(PyObject *o) {
  return PyFloat_FromDouble(-PyFloat_AS_DOUBLE(o));
}
static PyObject *float_pos(PyObject *o) {
  return PyFloat_CheckExact(o) ? Py_NewRef(o)
                               : PyFloat_FromDouble(PyFloat_AS_DOUBLE(o));
}
static PyObject *float_abs(PyObject *o) {
  return PyFloat_FromDouble(fabs(PyFloat_AS_DOUBLE(o)));
}
static int float_bool(PyObject *o) { return PyFloat_AS_DOUBLE(o) != 0.0; }
static PyObject *float_int(PyObject *o) {
  return PyLong_FromDouble(trunc(PyFloat_AS_DOUBLE(o)));
}

/* ---- comparison, hash ----------------------------------------------------*/
/* x compared with an int that may be too large for a double: -1, 0, 1. */
static int compare_with_int(double x, PyObject *n) {
  if (_PyLong_NumBits(n) <= 48 || isinf(x)) {
    double y = isinf(x) ? 0.0 : PyLong_AsDouble(n);
    return x < y ? -1 : x > y;
  }
  PyObject *whole = PyLong_FromDouble(trunc(x));
  int c = whole ? _PyLong_Compare(whole, n) : 0;
  Py_XDECREF(whole);
  if (c == 0)
    c = x < trunc(x) ? -1 : x > trunc(x);
  return c;
}

static PyObject *float_compare(PyObject *a, PyObject *b, int op) {
  double x = PyFloat_AS_DOUBLE(a), y;
  if (PyFloat_Check(b)) {
    y = PyFloat_AS_DOUBLE(b);
  } else if (PyLong_Check(b)) {
    if (isnan(x))
      return PyBool_FromLong(op == Py_NE);
    x = compare_with_int(x, b);
    y = 0.0;
  } else {
    Py_RETURN_NOTIMPLEMENTED;
  }
  switch (op) {
  case Py_LT:
    return PyBool_FromLong(x < y);
  case Py_LE:
    return PyBool_FromLong(x <= y);
  case Py_EQ:
    return PyBool_FromLong(x == y);
  case Py_NE:
    return PyBool_FromLong(x != y);
  case Py_GT:
    return PyBool_FromLong(x > y);
  default:
    return PyBool_FromLong(x >= y);
  }
}

Py_hash_t _Py_HashDouble(PyObject *owner, double v) {
  const uint64_t prime = ((uint64_t)1 << 61) - 1;
  if (!isfinite(v))
    return isinf(v) ? (v > 0 ? 314159 : -314159) : _Py_HashPointer(owner);
  int exponent, negative = v < 0;
  double m = frexp(fabs(v), &exponent);
  uint64_t x = 0;
  while (m != 0.0) { /* 28 bits at a time */
    x = ((x << 28) & prime) | (x >> (61 - 28));
    m *= 268435456.0;
    exponent -= 28;
    uint64_t part = (uint64_t)m;
    m -= (double)part;
    x += part;
    if (x >= prime)
      x -= prime;
  }
  exponent = exponent >= 0 ? exponent % 61 : 61 - 1 - ((-1 - exponent) % 61);
  if (exponent)
    x = ((x << exponent) & prime) | (x >> (61 - exponent));
  Py_hash_t h = negative ? -(Py_hash_t)x : (Py_hash_t)x;
  return h == -1 ? -2 : h;
}

static Py_hash_t float_hash(PyObject *o) {
  return _Py_HashDouble(o, PyFloat_AS_DOUBLE(o));
}

static PyObject *float_repr(PyObject *o) {
  char text[40];
  size_t n = _PyFloat_ShortestRepr(PyFloat_AS_DOUBLE(o), text);
  return PyUnicode_FromStringAndSize(text, (Py_ssize_t)n);
}

/* ---- methods -------------------------------------------------------------*/
static PyObject *float_trunc(PyObject *o, PyObject *unused) {
  (void)unused;
  return float_int(o);
}
static PyObject *float_floor(PyObject *o, PyObject *unused) {
  (void)unused;
  return PyLong_FromDouble(floor(PyFloat_AS_DOUBLE(o)));
}
static PyObject *float_ceil(PyObject *o, PyObject *unused) {
  (void)unused;
  return PyLong_FromDouble(ceil(PyFloat_AS_DOUBLE(o)));
}
static PyObject *float_is_integer(PyObject *o, PyObject *unused) {
  (void)unused;
  double v = PyFloat_AS_DOUBLE(o);
  return PyBool_FromLong(isfinite(v) && floor(v) == v);
}
static PyObject *float_conjugate(PyObject *o, PyObject *unused) {
  (void)unused;
  return float_pos(o);
}

static PyObject *float_ratio(PyObject *o, PyObject *unused) {
  (void)unused;
  double v = PyFloat_AS_DOUBLE(o);
  if (!isfinite(v)) {
    PyErr_SetString(isinf(v) ? PyExc_OverflowError : PyExc_ValueError,
                    isinf(v) ? "cannot convert Infinity to integer ratio"
                             : "cannot convert NaN to integer ratio");
    return NULL;
  }
  int exponent;
  double f = frexp(v, &exponent);
  for (int i = 0; i < 300 && f != floor(f); i++) {
    f *= 2.0;
    exponent--;
  }
  PyObject *n = PyLong_FromDouble(f), *d = PyLong_FromLong(1);
  if (n && exponent > 0)
    Py_SETREF(n, _PyLong_ShiftBy(n, exponent));
  else if (exponent < 0)
    Py_SETREF(d, _PyLong_ShiftBy(d, -exponent));
  PyObject *pair = n && d ? PyTuple_Pack(2, n, d) : NULL;
  Py_XDECREF(n);
  Py_XDECREF(d);
  return pair;
}

static PyObject *float_hex(PyObject *o, PyObject *unused) {
  (void)unused;
  double v = PyFloat_AS_DOUBLE(o);
  char text[64];
  if (!isfinite(v))
    return float_repr(o);
  if (v == 0.0)
    return PyUnicode_FromString(signbit(v) ? "-0x0.0p+0" : "0x0.0p+0");
  snprintf(text, sizeof text, "%.13a", v);
  return PyUnicode_FromString(text);
}

static PyObject *float_round(PyObject *o, PyObject *const *args,
                             Py_ssize_t nargs) {
  double v = PyFloat_AS_DOUBLE(o);
  if (!_PyArg_CheckPositional("__round__", nargs, 0, 1))
    return NULL;
  if (nargs == 0 || args[0] == Py_None) {
    double r = round(v); /* halves away from zero; Python wants the even one */
    if (fabs(v - r) == 0.5)
      r = 2.0 * round(v / 2.0);
    return PyLong_FromDouble(r);
  }
  Py_ssize_t digits = PyNumber_AsSsize_t(args[0], NULL);
  if (digits == -1 && PyErr_Occurred())
    return NULL;
  if (!isfinite(v) || digits > 323)
    return PyFloat_FromDouble(v);
  if (digits < -308)
    return PyFloat_FromDouble(0.0 * v);
  double r = _PyFloat_RoundDecimal(v, (int)digits);
  if (isinf(r)) {
    PyErr_SetString(PyExc_OverflowError,
                    "rounded value too large to represent");
    return NULL;
  }
  return PyFloat_FromDouble(r);
}

static PyObject *float_format(PyObject *o, PyObject *spec) {
  if (!PyUnicode_Check(spec)) {
    _PyArg_BadArgument("__format__", "argument", "str", spec);
    return NULL;
  }
  return _PyFloat_FormatSpec(o, spec);
}

static PyObject *get_real(PyObject *o, void *c) {
  (void)c;
  return float_pos(o);
}
static PyObject *get_imag(PyObject *o, void *c) {
  (void)o, (void)c;
  return PyFloat_FromDouble(0.0);
}
static PyGetSetDef float_getset[] = {{"real", get_real, NULL, NULL, NULL},
                                     {"imag", get_imag, NULL, NULL, NULL},
                                     {NULL, NULL, NULL, NULL, NULL}};
static PyMethodDef float_methods[] = {
    {"__trunc__", float_trunc, METH_NOARGS, NULL},
    {"__floor__", float_floor, METH_NOARGS, NULL},
    {"__ceil__", float_ceil, METH_NOARGS, NULL},
    {"is_integer", float_is_integer, METH_NOARGS, NULL},
    {"conjugate", float_conjugate, METH_NOARGS, NULL},
    {"as_integer_ratio", float_ratio, METH_NOARGS, NULL},
    {"hex", float_hex, METH_NOARGS, NULL},
    {"__round__", _PyCFunction_CAST(float_round), METH_FASTCALL, NULL},
    {"__format__", float_format, METH_O, NULL},
    {NULL, NULL, 0, NULL}};

static PyObject *float_new(PyTypeObject *type, PyObject *args, PyObject *kw) {
  PyObject *x = NULL;
  if (!_PyArg_NoKeywords("float", kw) ||
      !PyArg_UnpackTuple(args, "float", 0, 1, &x))
    return NULL;
  PyObject *f = x ? PyNumber_Float(x) : PyFloat_FromDouble(0.0);
  if (!f || type == &PyFloat_Type) {
    if (f && !PyFloat_CheckExact(f))
      Py_SETREF(f, PyFloat_FromDouble(PyFloat_AS_DOUBLE(f)));
    return f;
  }
  PyObject *o = type->tp_alloc(type, 0);
  if (o)
    ((PyFloatObject *)o)->ob_fval = PyFloat_AS_DOUBLE(f);
  Py_DECREF(f);
  return o;
}

static PyNumberMethods float_as_number = {
    .nb_add = float_add,
    .nb_subtract = float_sub,
    .nb_multiply = float_mul,
    .nb_remainder = float_mod,
    .nb_divmod = float_divmod,
    .nb_power = float_pow,
    .nb_negative = float_neg,
    .nb_positive = float_pos,
    .nb_absolute = float_abs,
    .nb_bool = float_bool,
    .nb_int = float_int,
    .nb_float = float_pos,
    .nb_floor_divide = float_floordiv,
    .nb_true_divide = float_div,
};

static void float_dealloc(PyObject *o) { PyObject_Free(o); }

PyTypeObject PyFloat_Type = {
    .ob_base = {PyObject_HEAD_INIT(&PyType_Type), 0},
    .tp_name = "float",
    .tp_basicsize = sizeof(PyFloatObject),
    .tp_flags = Py_TPFLAGS_BASETYPE,
    .tp_dealloc = float_dealloc,
    .tp_repr = float_repr,
    .tp_as_number = &float_as_number,
    .tp_hash = float_hash,
    .tp_richcompare = float_compare,
    .tp_methods = float_methods,
    .tp_getset = float_getset,
    .tp_new = float_new,
};
