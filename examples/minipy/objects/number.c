/* The number protocol: operators on objects of any type.
 *
 * A binary operator asks the left operand's slot and then the right one's; the
 * right one goes first when its type is a subtype of the left one's. A slot
 * that does not know what to do returns NotImplemented. */
#include "names.h"

static binaryfunc slot_at(PyObject *o, size_t offset) {
  binaryfunc f = NULL;
  if (Py_TYPE(o)->tp_as_number)
    memcpy(&f, (char *)Py_TYPE(o)->tp_as_number + offset, sizeof f);
  return f;
}

/* A new reference, perhaps to NotImplemented. */
static PyObject *binary1(PyObject *a, PyObject *b, size_t offset) {
  binaryfunc f = slot_at(a, offset);
  binaryfunc g = Py_TYPE(a) == Py_TYPE(b) ? NULL : slot_at(b, offset);
  PyObject *r;
  if (f == g)
    g = NULL;
  if (f && g && PyType_IsSubtype(Py_TYPE(b), Py_TYPE(a))) {
    r = g(a, b);
    if (r != Py_NotImplemented)
      return r;
    Py_DECREF(r);
    g = NULL;
  }
  if (f) {
    r = f(a, b);
    if (r != Py_NotImplemented)
      return r;
    Py_DECREF(r);
  }
  return g ? g(a, b) : Py_NewRef(Py_NotImplemented);
}

static PyObject *unsupported(PyObject *a, PyObject *b, const char *op) {
  return PyErr_Format(PyExc_TypeError,
                      "unsupported operand type(s) for %.100s: '%.100s' and "
                      "'%.100s'",
                      op, _PyType_Name(Py_TYPE(a)), _PyType_Name(Py_TYPE(b)));
}

static PyObject *binary(PyObject *a, PyObject *b, size_t offset,
                        const char *op) {
  PyObject *r = binary1(a, b, offset);
  if (r != Py_NotImplemented)
    return r;
  Py_DECREF(r);
  return unsupported(a, b, op);
}

/* NotImplemented unless there is an in-place slot or a plain one that works. */
static PyObject *inplace1(PyObject *a, PyObject *b, size_t inplace,
                          size_t plain) {
  binaryfunc f = slot_at(a, inplace);
  if (f) {
    PyObject *r = f(a, b);
    if (r != Py_NotImplemented)
      return r;
    Py_DECREF(r);
  }
  return binary1(a, b, plain);
}

static PyObject *inplace(PyObject *a, PyObject *b, size_t inplace_slot,
                         size_t plain, const char *op) {
  PyObject *r = inplace1(a, b, inplace_slot, plain);
  if (r != Py_NotImplemented)
    return r;
  Py_DECREF(r);
  return unsupported(a, b, op);
}

#define NB(slot) offsetof(PyNumberMethods, slot)
#define BINARY(name, slot, op)                                                 \
  PyObject *PyNumber_##name(PyObject *a, PyObject *b) {                        \
    return binary(a, b, NB(nb_##slot), op);                                    \
  }                                                                            \
  PyObject *PyNumber_InPlace##name(PyObject *a, PyObject *b) {                 \
    return inplace(a, b, NB(nb_inplace_##slot), NB(nb_##slot), op "=");        \
  }
BINARY(Subtract, subtract, "-")
BINARY(MatrixMultiply, matrix_multiply, "@")
BINARY(FloorDivide, floor_divide, "//")
BINARY(TrueDivide, true_divide, "/")
BINARY(Remainder, remainder, "%")
BINARY(Lshift, lshift, "<<")
BINARY(Rshift, rshift, ">>")
BINARY(And, and, "&")
BINARY(Xor, xor, "^")
BINARY(Or, or, "|")

PyObject *PyNumber_Divmod(PyObject *a, PyObject *b) {
  return binary(a, b, NB(nb_divmod), "divmod()");
}

/* ---- + and *, which sequences have too -----------------------------------*/
static PySequenceMethods *sequence(PyObject *o) {
  return Py_TYPE(o)->tp_as_sequence;
}

PyObject *PyNumber_Add(PyObject *a, PyObject *b) {
  PyObject *r = binary1(a, b, NB(nb_add));
  if (r != Py_NotImplemented)
    return r;
  Py_DECREF(r);
  if (sequence(a) && sequence(a)->sq_concat)
    return sequence(a)->sq_concat(a, b);
  return unsupported(a, b, "+");
}

PyObject *PyNumber_InPlaceAdd(PyObject *a, PyObject *b) {
  PyObject *r = inplace1(a, b, NB(nb_inplace_add), NB(nb_add));
  if (r != Py_NotImplemented)
    return r;
  Py_DECREF(r);
  if (sequence(a) && sequence(a)->sq_inplace_concat)
    return sequence(a)->sq_inplace_concat(a, b);
  if (sequence(a) && sequence(a)->sq_concat)
    return sequence(a)->sq_concat(a, b);
  return unsupported(a, b, "+=");
}

static PyObject *repeat(ssizeargfunc f, PyObject *o, PyObject *count) {
  if (!PyIndex_Check(count))
    return PyErr_Format(PyExc_TypeError,
                        "can't multiply sequence by non-int of type '%.200s'",
                        _PyType_Name(Py_TYPE(count)));
  Py_ssize_t n = PyNumber_AsSsize_t(count, PyExc_OverflowError);
  return n == -1 && PyErr_Occurred() ? NULL : f(o, n);
}

PyObject *PyNumber_Multiply(PyObject *a, PyObject *b) {
  PyObject *r = binary1(a, b, NB(nb_multiply));
  if (r != Py_NotImplemented)
    return r;
  Py_DECREF(r);
  if (sequence(a) && sequence(a)->sq_repeat)
    return repeat(sequence(a)->sq_repeat, a, b);
  if (sequence(b) && sequence(b)->sq_repeat)
    return repeat(sequence(b)->sq_repeat, b, a);
  return unsupported(a, b, "*");
}

PyObject *PyNumber_InPlaceMultiply(PyObject *a, PyObject *b) {
  PyObject *r = inplace1(a, b, NB(nb_inplace_multiply), NB(nb_multiply));
  if (r != Py_NotImplemented)
    return r;
  Py_DECREF(r);
  if (sequence(a) && sequence(a)->sq_inplace_repeat)
    return repeat(sequence(a)->sq_inplace_repeat, a, b);
  if (sequence(a) && sequence(a)->sq_repeat)
    return repeat(sequence(a)->sq_repeat, a, b);
  if (sequence(b) && sequence(b)->sq_repeat)
    return repeat(sequence(b)->sq_repeat, b, a);
  return unsupported(a, b, "*=");
}

/* ---- ** ------------------------------------------------------------------*/
static ternaryfunc power_of(PyObject *o) {
  return Py_TYPE(o)->tp_as_number ? Py_TYPE(o)->tp_as_number->nb_power : NULL;
}

static PyObject *power(PyObject *a, PyObject *b, PyObject *m, const char *op) {
  ternaryfunc f = power_of(a);
  ternaryfunc g = Py_TYPE(a) == Py_TYPE(b) ? NULL : power_of(b);
  ternaryfunc order[2];
  if (f == g)
    g = NULL;
  int right_first = f && g && PyType_IsSubtype(Py_TYPE(b), Py_TYPE(a));
  order[0] = right_first ? g : f;
  order[1] = right_first ? f : g;
  for (int i = 0; i < 2; i++) {
    PyObject *r = order[i] ? order[i](a, b, m) : Py_NewRef(Py_NotImplemented);
    if (r != Py_NotImplemented)
      return r;
    Py_DECREF(r);
  }
  if (m != Py_None)
    return PyErr_Format(PyExc_TypeError,
                        "unsupported operand type(s) for %s: '%.100s', "
                        "'%.100s', '%.100s'",
                        op, _PyType_Name(Py_TYPE(a)), _PyType_Name(Py_TYPE(b)),
                        _PyType_Name(Py_TYPE(m)));
  return unsupported(a, b, op);
}

PyObject *PyNumber_Power(PyObject *a, PyObject *b, PyObject *m) {
  return power(a, b, m, "** or pow()");
}

PyObject *PyNumber_InPlacePower(PyObject *a, PyObject *b, PyObject *m) {
  PyNumberMethods *nb = Py_TYPE(a)->tp_as_number;
  if (nb && nb->nb_inplace_power)
    return nb->nb_inplace_power(a, b, m);
  return power(a, b, m, "**=");
}

/* ---- unary ---------------------------------------------------------------*/
#define UNARY(name, slot, text)                                                \
  PyObject *PyNumber_##name(PyObject *o) {                                     \
    PyNumberMethods *nb = Py_TYPE(o)->tp_as_number;                            \
    if (nb && nb->slot)                                                        \
      return nb->slot(o);                                                      \
    return PyErr_Format(PyExc_TypeError, "bad operand type for %s: '%.200s'",  \
                        text, _PyType_Name(Py_TYPE(o)));                       \
  }
UNARY(Negative, nb_negative, "unary -")
UNARY(Positive, nb_positive, "unary +")
UNARY(Invert, nb_invert, "unary ~")
UNARY(Absolute, nb_absolute, "abs()")

/* ---- conversions ---------------------------------------------------------*/
int PyNumber_Check(PyObject *o) {
  PyNumberMethods *nb = Py_TYPE(o)->tp_as_number;
  return nb && (nb->nb_index || nb->nb_int || nb->nb_float);
}

int PyIndex_Check(PyObject *o) {
  PyNumberMethods *nb = Py_TYPE(o)->tp_as_number;
  return nb && nb->nb_index;
}

static PyObject *must_be_int(PyObject *r, const char *method) {
  if (r && !PyLong_Check(r)) {
    PyErr_Format(PyExc_TypeError, "%s returned non-int (type %.200s)", method,
                 _PyType_Name(Py_TYPE(r)));
    Py_CLEAR(r);
  }
  return r;
}

PyObject *PyNumber_Index(PyObject *o) {
  if (PyLong_Check(o))
    return Py_NewRef(o);
  if (!PyIndex_Check(o))
    return PyErr_Format(PyExc_TypeError,
                        "'%.200s' object cannot be interpreted as an integer",
                        _PyType_Name(Py_TYPE(o)));
  return must_be_int(Py_TYPE(o)->tp_as_number->nb_index(o), "__index__");
}

Py_ssize_t PyNumber_AsSsize_t(PyObject *o, PyObject *overflow) {
  PyObject *n = PyNumber_Index(o);
  if (!n)
    return -1;
  Py_ssize_t v = PyLong_AsSsize_t(n);
  if (v == -1 && PyErr_Occurred() &&
      PyErr_ExceptionMatches(PyExc_OverflowError)) {
    PyErr_Clear();
    if (!overflow)
      v = _PyLong_Sign(n) < 0 ? -PY_SSIZE_T_MAX - 1 : PY_SSIZE_T_MAX;
    else
      PyErr_Format(overflow, "cannot fit '%.200s' into an index-sized integer",
                   _PyType_Name(Py_TYPE(o)));
  }
  Py_DECREF(n);
  return v;
}

PyObject *PyNumber_Long(PyObject *o) {
  if (PyLong_CheckExact(o))
    return Py_NewRef(o);
  PyNumberMethods *nb = Py_TYPE(o)->tp_as_number;
  if (nb && nb->nb_int)
    return must_be_int(nb->nb_int(o), "__int__");
  if (nb && nb->nb_index)
    return PyNumber_Index(o);
  PyObject *trunc = _PyObject_LookupSpecialId(o, _Py_ID(__trunc__));
  if (trunc) {
    PyObject *r = PyObject_CallNoArgs(trunc);
    Py_DECREF(trunc);
    return must_be_int(r, "__trunc__");
  }
  if (PyErr_Occurred())
    return NULL;
  if (PyUnicode_Check(o))
    return PyLong_FromUnicodeObject(o, 10);
  if (PyBytes_Check(o)) {
    PyObject *u =
        PyUnicode_FromStringAndSize(PyBytes_AS_STRING(o), PyBytes_GET_SIZE(o));
    PyObject *r = u ? PyLong_FromUnicodeObject(u, 10) : NULL;
    Py_XDECREF(u);
    return r;
  }
  return PyErr_Format(PyExc_TypeError,
                      "int() argument must be a string, a bytes-like object "
                      "or a real number, not '%.200s'",
                      _PyType_Name(Py_TYPE(o)));
}

PyObject *PyNumber_Float(PyObject *o) {
  if (PyFloat_CheckExact(o))
    return Py_NewRef(o);
  PyNumberMethods *nb = Py_TYPE(o)->tp_as_number;
  if (nb && nb->nb_float) {
    PyObject *r = nb->nb_float(o);
    if (r && !PyFloat_Check(r)) {
      PyErr_Format(PyExc_TypeError,
                   "%.50s.__float__ returned non-float (type %.50s)",
                   _PyType_Name(Py_TYPE(o)), _PyType_Name(Py_TYPE(r)));
      Py_CLEAR(r);
    }
    return r;
  }
  if (nb && nb->nb_index) {
    PyObject *n = PyNumber_Index(o);
    double v = n ? PyLong_AsDouble(n) : -1.0;
    Py_XDECREF(n);
    return v == -1.0 && PyErr_Occurred() ? NULL : PyFloat_FromDouble(v);
  }
  return PyFloat_FromString(o);
}

PyObject *PyNumber_ToBase(PyObject *o, int base) {
  PyObject *n = PyNumber_Index(o);
  PyObject *r = n ? _PyLong_Format(n, base) : NULL;
  Py_XDECREF(n);
  return r;
}
