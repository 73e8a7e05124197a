/* The types int and bool: slots, methods, construction. */
#include "longdigits.h"
#include "names.h"

#define BOTH_INTS(a, b)                                                        \
  if (!PyLong_Check(a) || !PyLong_Check(b))                                    \
  Py_RETURN_NOTIMPLEMENTED

static PyObject *int_add(PyObject *a, PyObject *b) {
  BOTH_INTS(a, b);
  return _PyLong_Add(a, b);
}
static PyObject *int_sub(PyObject *a, PyObject *b) {
  BOTH_INTS(a, b);
  return _PyLong_Subtract(a, b);
}
static PyObject *int_mul(PyObject *a, PyObject *b) {
  BOTH_INTS(a, b);
  return _PyLong_Multiply(a, b);
}
static PyObject *int_floordiv(PyObject *a, PyObject *b) {
  PyObject *q = NULL;
  BOTH_INTS(a, b);
  _PyLong_Divmod(a, b, &q, NULL);
  return q;
}
static PyObject *int_mod(PyObject *a, PyObject *b) {
  PyObject *r = NULL;
  BOTH_INTS(a, b);
  _PyLong_Divmod(a, b, NULL, &r);
  return r;
}
static PyObject *int_divmod(PyObject *a, PyObject *b) {
  PyObject *q, *r;
  BOTH_INTS(a, b);
  if (_PyLong_Divmod(a, b, &q, &r) < 0)
    return NULL;
  PyObject *pair = PyTuple_Pack(2, q, r);
  Py_DECREF(q);
  Py_DECREF(r);
  return pair;
}
static PyObject *int_truediv(PyObject *a, PyObject *b) {
  BOTH_INTS(a, b);
  return _PyLong_TrueDivide(a, b);
}
static PyObject *int_power(PyObject *a, PyObject *b, PyObject *m) {
  BOTH_INTS(a, b);
  if (m != Py_None && !PyLong_Check(m))
    Py_RETURN_NOTIMPLEMENTED;
  return _PyLong_Power(a, b, m);
}
static PyObject *int_lshift(PyObject *a, PyObject *b) {
  BOTH_INTS(a, b);
  return _PyLong_Shift(a, b, 1);
}
static PyObject *int_rshift(PyObject *a, PyObject *b) {
  BOTH_INTS(a, b);
  return _PyLong_Shift(a, b, 0);
}
static PyObject *int_and(PyObject *a, PyObject *b) {
  BOTH_INTS(a, b);
  return _PyLong_Bitwise(a, b, '&');
}
static PyObject *int_or(PyObject *a, PyObject *b) {
  BOTH_INTS(a, b);
  return _PyLong_Bitwise(a, b, '|');
}
static PyObject *int_xor(PyObject *a, PyObject *b) {
  BOTH_INTS(a, b);
  return _PyLong_Bitwise(a, b, '^');
}
static PyObject *int_invert(PyObject *a) { /* -(a + 1) */
  PyObject *minus_one = PyLong_FromLong(-1);
  PyObject *r = _PyLong_Subtract(minus_one, a);
  Py_DECREF(minus_one);
  return r;
}
static int int_bool(PyObject *a) { return Py_SIZE(a) != 0; }
static PyObject *int_float(PyObject *a) {
  double d = PyLong_AsDouble(a);
  return d == -1.0 && PyErr_Occurred() ? NULL : PyFloat_FromDouble(d);
}

static PyObject *int_repr(PyObject *o) { return _PyLong_ToText(o, 10, ""); }

/* The value modulo the prime 2**61 - 1, as for floats of the same value. */
static Py_hash_t int_hash(PyObject *o) {
  const uint64_t prime = ((uint64_t)1 << 61) - 1;
  if (_PyLong_IsCompact(o)) {
    Py_ssize_t v = _PyLong_CompactValue(o);
    return v == -1 ? -2 : v;
  }
  uint64_t x = 0;
  for (Py_ssize_t i = _PyLong_Count(o); --i >= 0;) {
    x = ((x << PyLong_SHIFT) & prime) | (x >> (61 - PyLong_SHIFT));
    x += DIGITS(o)[i];
    if (x >= prime)
      x -= prime;
  }
  Py_hash_t h = Py_SIZE(o) < 0 ? -(Py_hash_t)x : (Py_hash_t)x;
  return h == -1 ? -2 : h;
}

static PyObject *int_compare(PyObject *a, PyObject *b, int op) {
  BOTH_INTS(a, b);
  int c = a == b ? 0 : _PyLong_Compare(a, b);
  switch (op) {
  case Py_LT:
    return PyBool_FromLong(c < 0);
  case Py_LE:
    return PyBool_FromLong(c <= 0);
  case Py_EQ:
    return PyBool_FromLong(c == 0);
  case Py_NE:
    return PyBool_FromLong(c != 0);
  case Py_GT:
    return PyBool_FromLong(c > 0);
  default:
    return PyBool_FromLong(c >= 0);
  }
}

/* ---- construction --------------------------------------------------------*/
static PyObject *from_arguments(PyObject *x, PyObject *base) {
  if (!x && base) {
    PyErr_SetString(PyExc_TypeError, "int() missing string argument");
    return NULL;
  }
  if (!x)
    return PyLong_FromLong(0);
  if (!base) {
    PyObject *v = PyNumber_Long(x);
    if (v && !PyLong_CheckExact(v))
      Py_SETREF(v, _PyLong_Copy(v));
    return v;
  }
  Py_ssize_t b = PyNumber_AsSsize_t(base, NULL);
  if (b == -1 && PyErr_Occurred())
    return NULL;
  if (b != 0 && (b < 2 || b > 36)) {
    PyErr_SetString(PyExc_ValueError,
                    "int() base must be >= 2 and <= 36, or 0");
    return NULL;
  }
  if (PyUnicode_Check(x))
    return PyLong_FromUnicodeObject(x, (int)b);
  if (PyBytes_Check(x))
    return PyLong_FromString(PyBytes_AS_STRING(x), NULL, (int)b);
  PyErr_SetString(PyExc_TypeError,
                  "int() can't convert non-string with explicit base");
  return NULL;
}

static PyObject *int_new(PyTypeObject *type, PyObject *args, PyObject *kw) {
  PyObject *x = NULL, *base = NULL;
  char *names[] = {"", "base", NULL};
  if (!PyArg_ParseTupleAndKeywords(args, kw, "|OO:int", names, &x, &base))
    return NULL;
  PyObject *v = from_arguments(x, base);
  if (!v || type == &PyLong_Type)
    return v;
  Py_ssize_t n = _PyLong_Count(v);
  PyObject *o = type->tp_alloc(type, n ? n : 1);
  if (o) {
    Py_SIZE(o) = Py_SIZE(v);
    memcpy(DIGITS(o), DIGITS(v), (size_t)n * sizeof(digit));
  }
  Py_DECREF(v);
  return o;
}

/* ---- methods -------------------------------------------------------------*/
static PyObject *self_as_int(PyObject *o, PyObject *unused) {
  (void)unused;
  return _PyLong_Copy(o);
}
static PyObject *get_self(PyObject *o, void *c) {
  (void)c;
  return _PyLong_Copy(o);
}
static PyObject *get_constant(PyObject *o, void *value) {
  (void)o;
  return PyLong_FromLong(value ? 1 : 0);
}
PyGetSetDef _PyLong_GetSet[] = {
    {"real", get_self, NULL, NULL, NULL},
    {"imag", get_constant, NULL, NULL, NULL},
    {"numerator", get_self, NULL, NULL, NULL},
    {"denominator", get_constant, NULL, NULL, _PyLong_GetSet},
    {NULL, NULL, NULL, NULL, NULL}};

static PyObject *int_bit_length(PyObject *o, PyObject *unused) {
  (void)unused;
  return PyLong_FromSize_t(_PyLong_NumBits(o));
}
static PyObject *int_bit_count(PyObject *o, PyObject *unused) {
  (void)unused;
  long count = 0;
  for (Py_ssize_t i = 0; i < _PyLong_Count(o); i++)
    for (digit d = DIGITS(o)[i]; d; d &= d - 1)
      count++;
  return PyLong_FromLong(count);
}
static PyObject *int_ratio(PyObject *o, PyObject *unused) {
  (void)unused;
  PyObject *n = _PyLong_Copy(o), *one = PyLong_FromLong(1);
  PyObject *pair = n ? PyTuple_Pack(2, n, one) : NULL;
  Py_XDECREF(n);
  Py_DECREF(one);
  return pair;
}

/* round(o, -n): to a multiple of 10**n, ties to even. */
static PyObject *round_to(PyObject *o, PyObject *unit) {
  PyObject *q, *r, *two = PyLong_FromLong(2), *result = NULL;
  if (_PyLong_Divmod(o, unit, &q, &r) < 0) {
    Py_DECREF(two);
    return NULL;
  }
  PyObject *twice = _PyLong_Multiply(r, two);
  int c = twice ? _PyLong_Compare(twice, unit) : 0;
  PyObject *down = twice ? _PyLong_Subtract(o, r) : NULL;
  int odd = Py_SIZE(q) != 0 && (DIGITS(q)[0] & 1);
  if (down)
    result =
        c > 0 || (c == 0 && odd) ? _PyLong_Add(down, unit) : Py_NewRef(down);
  Py_XDECREF(down);
  Py_XDECREF(twice);
  Py_DECREF(q);
  Py_DECREF(r);
  Py_DECREF(two);
  return result;
}

static PyObject *int_round(PyObject *o, PyObject *const *args,
                           Py_ssize_t nargs) {
  if (!_PyArg_CheckPositional("__round__", nargs, 0, 1))
    return NULL;
  if (nargs == 0 || args[0] == Py_None)
    return _PyLong_Copy(o);
  PyObject *n = PyNumber_Index(args[0]);
  if (!n)
    return NULL;
  if (Py_SIZE(n) >= 0) {
    Py_DECREF(n);
    return _PyLong_Copy(o);
  }
  PyObject *power = _PyLong_Negate(n), *ten = PyLong_FromLong(10);
  PyObject *unit = power ? _PyLong_Power(ten, power, Py_None) : NULL;
  PyObject *r = unit ? round_to(o, unit) : NULL;
  Py_DECREF(n);
  Py_XDECREF(power);
  Py_DECREF(ten);
  Py_XDECREF(unit);
  return r;
}

static int byte_order(PyObject *order, int *little) {
  *little = order && _PyUnicode_EqualToASCIIString(order, "little");
  if (!order || *little || _PyUnicode_EqualToASCIIString(order, "big"))
    return 0;
  PyErr_SetString(PyExc_ValueError,
                  "byteorder must be either 'little' or 'big'");
  return -1;
}

static PyObject *int_to_bytes(PyObject *o, PyObject *args, PyObject *kw) {
  Py_ssize_t length = 1;
  PyObject *order = NULL;
  int is_signed = 0, little;
  char *names[] = {"length", "byteorder", "signed", NULL};
  if (!PyArg_ParseTupleAndKeywords(args, kw, "|nU$p:to_bytes", names, &length,
                                   &order, &is_signed) ||
      byte_order(order, &little) < 0)
    return NULL;
  int negative = Py_SIZE(o) < 0;
  if (length < 0 || (negative && !is_signed)) {
    PyErr_SetString(length < 0 ? PyExc_ValueError : PyExc_OverflowError,
                    length < 0 ? "length argument must be non-negative"
                               : "can't convert negative int to unsigned");
    return NULL;
  }
  PyObject *minimum = negative ? int_invert(o) : _PyLong_Copy(o);
  if (!minimum)
    return NULL;
  size_t bits = _PyLong_NumBits(minimum) + (is_signed ? 1 : 0);
  PyObject *bytes = NULL;
  if (bits > (size_t)length * 8 && !(Py_SIZE(o) == 0))
    PyErr_SetString(PyExc_OverflowError, "int too big to convert");
  else
    bytes = PyBytes_FromStringAndSize(NULL, length);
  for (Py_ssize_t i = 0; bytes && i < length; i++) {
    unsigned byte = 0;
    for (int b = 0; b < 8; b++) { /* the digits of ~o, inverted again */
      Py_ssize_t bit = 8 * i + b, d = bit / PyLong_SHIFT;
      unsigned v = d < _PyLong_Count(minimum)
                       ? (DIGITS(minimum)[d] >> (bit % PyLong_SHIFT)) & 1
                       : 0;
      byte |= (v ^ (unsigned)negative) << b;
    }
    PyBytes_AS_STRING(bytes)[little ? i : length - 1 - i] = (char)byte;
  }
  Py_DECREF(minimum);
  return bytes;
}

static PyObject *int_from_bytes(PyObject *cls, PyObject *args, PyObject *kw) {
  PyObject *bytes, *order = NULL;
  int is_signed = 0, little;
  char *names[] = {"bytes", "byteorder", "signed", NULL};
  if (!PyArg_ParseTupleAndKeywords(args, kw, "O|U$p:from_bytes", names, &bytes,
                                   &order, &is_signed) ||
      byte_order(order, &little) < 0)
    return NULL;
  if (!PyBytes_Check(bytes))
    bytes = PyObject_CallOneArg((PyObject *)&PyBytes_Type, bytes);
  else
    Py_INCREF(bytes);
  if (!bytes)
    return NULL;
  PyObject *v =
      _PyLong_FromBytes((unsigned char *)PyBytes_AS_STRING(bytes),
                        (size_t)PyBytes_GET_SIZE(bytes), little, is_signed);
  Py_DECREF(bytes);
  if (v && cls != (PyObject *)&PyLong_Type)
    Py_SETREF(v, PyObject_CallOneArg(cls, v));
  return v;
}

static PyObject *int_format(PyObject *o, PyObject *spec) {
  if (!PyUnicode_Check(spec)) {
    _PyArg_BadArgument("__format__", "argument", "str", spec);
    return NULL;
  }
  return _PyInt_FormatSpec(o, spec);
}

PyMethodDef _PyLong_Methods[] = {
    {"conjugate", self_as_int, METH_NOARGS, NULL},
    {"__trunc__", self_as_int, METH_NOARGS, NULL},
    {"__floor__", self_as_int, METH_NOARGS, NULL},
    {"__ceil__", self_as_int, METH_NOARGS, NULL},
    {"bit_length", int_bit_length, METH_NOARGS, NULL},
    {"bit_count", int_bit_count, METH_NOARGS, NULL},
    {"as_integer_ratio", int_ratio, METH_NOARGS, NULL},
    {"to_bytes", _PyCFunction_CAST(int_to_bytes), METH_VARARGS | METH_KEYWORDS,
     NULL},
    {"from_bytes", _PyCFunction_CAST(int_from_bytes),
     METH_VARARGS | METH_KEYWORDS | METH_CLASS, NULL},
    {"__round__", _PyCFunction_CAST(int_round), METH_FASTCALL, NULL},
    {"__format__", int_format, METH_O, NULL},
    {NULL, NULL, 0, NULL}};

static PyNumberMethods int_as_number = {
    .nb_add = int_add,
    .nb_subtract = int_sub,
    .nb_multiply = int_mul,
    .nb_remainder = int_mod,
    .nb_divmod = int_divmod,
    .nb_power = int_power,
    .nb_negative = _PyLong_Negate,
    .nb_positive = _PyLong_Copy,
    .nb_absolute = _PyLong_Abs,
    .nb_bool = int_bool,
    .nb_invert = int_invert,
    .nb_lshift = int_lshift,
    .nb_rshift = int_rshift,
    .nb_and = int_and,
    .nb_xor = int_xor,
    .nb_or = int_or,
    .nb_int = _PyLong_Copy,
    .nb_float = int_float,
    .nb_floor_divide = int_floordiv,
    .nb_true_divide = int_truediv,
    .nb_index = _PyLong_Copy,
};

static void int_dealloc(PyObject *o) { PyObject_Free(o); }

PyTypeObject PyLong_Type = {
    .ob_base = {PyObject_HEAD_INIT(&PyType_Type), 0},
    .tp_name = "int",
    .tp_basicsize = sizeof(PyLongObject),
    .tp_itemsize = sizeof(digit),
    .tp_flags = Py_TPFLAGS_BASETYPE | Py_TPFLAGS_LONG_SUBCLASS,
    .tp_dealloc = int_dealloc,
    .tp_repr = int_repr,
    .tp_as_number = &int_as_number,
    .tp_hash = int_hash,
    .tp_richcompare = int_compare,
    .tp_methods = _PyLong_Methods,
    .tp_getset = _PyLong_GetSet,
    .tp_new = int_new,
};

/* ---- bool ----------------------------------------------------------------*/
_PySmallLong _Py_FalseStruct = {{PyObject_HEAD_INIT(&PyBool_Type), 0}, {0, 0}};
_PySmallLong _Py_TrueStruct = {{PyObject_HEAD_INIT(&PyBool_Type), 1}, {1, 0}};

PyObject *PyBool_FromLong(long v) { return Py_NewRef(v ? Py_True : Py_False); }

static PyObject *bool_repr(PyObject *o) {
  return PyUnicode_FromString(o == Py_True ? "True" : "False");
}

static PyObject *bool_new(PyTypeObject *type, PyObject *args, PyObject *kw) {
  (void)type;
  PyObject *o = Py_False;
  if (!_PyArg_NoKeywords("bool", kw) ||
      !PyArg_UnpackTuple(args, "bool", 0, 1, &o))
    return NULL;
  int truth = PyObject_IsTrue(o);
  return truth < 0 ? NULL : PyBool_FromLong(truth);
}

static PyObject *bool_bitwise(PyObject *a, PyObject *b, int op) {
  BOTH_INTS(a, b);
  if (!PyBool_Check(a) || !PyBool_Check(b))
    return _PyLong_Bitwise(a, b, op);
  int x = a == Py_True, y = b == Py_True;
  return PyBool_FromLong(op == '&' ? x & y : op == '|' ? x | y : x ^ y);
}
static PyObject *bool_and(PyObject *a, PyObject *b) {
  return bool_bitwise(a, b, '&');
}
static PyObject *bool_or(PyObject *a, PyObject *b) {
  return bool_bitwise(a, b, '|');
}
static PyObject *bool_xor(PyObject *a, PyObject *b) {
  return bool_bitwise(a, b, '^');
}
static void bool_dealloc(PyObject *o) {
  (void)o;
  Py_FatalError("a bool was released too often");
}
static PyNumberMethods bool_as_number = {
    .nb_and = bool_and, .nb_xor = bool_xor, .nb_or = bool_or};

PyTypeObject PyBool_Type = {
    .ob_base = {PyObject_HEAD_INIT(&PyType_Type), 0},
    .tp_name = "bool",
    .tp_basicsize = sizeof(PyLongObject),
    .tp_itemsize = sizeof(digit),
    .tp_base = &PyLong_Type,
    .tp_dealloc = bool_dealloc,
    .tp_repr = bool_repr,
    .tp_as_number = &bool_as_number,
    .tp_new = bool_new,
};
