/* bytes: the little of it that programs without binary data need. */
#include "names.h"
#include "strbuilder.h"

#define DATA(o) (((PyBytesObject *)(o))->ob_sval)

PyObject *PyBytes_FromStringAndSize(const char *s, Py_ssize_t n) {
  PyObject *b =
      _PyObject_Allocate(&PyBytes_Type, sizeof(PyBytesObject) + (size_t)n + 1);
  if (!b)
    return NULL;
  Py_SIZE(b) = n;
  if (s && n)
    memcpy(DATA(b), s, (size_t)n);
  else if (n)
    memset(DATA(b), 0, (size_t)n);
  DATA(b)[n] = 0;
  return b;
}

PyObject *PyBytes_FromString(const char *s) {
  return PyBytes_FromStringAndSize(s, (Py_ssize_t)strlen(s));
}

char *PyBytes_AsString(PyObject *o) {
  if (PyBytes_Check(o))
    return DATA(o);
  PyErr_Format(PyExc_TypeError, "expected bytes, %.200s found",
               _PyType_Name(Py_TYPE(o)));
  return NULL;
}

static void bytes_dealloc(PyObject *o) { PyObject_Free(o); }

static PyObject *bytes_repr(PyObject *o) {
  Py_ssize_t n = Py_SIZE(o);
  char quote =
      memchr(DATA(o), '\'', (size_t)n) && !memchr(DATA(o), '"', (size_t)n)
          ? '"'
          : '\'';
  PyStrBuilder b;
  PyStrBuilder_Init(&b);
  PyStrBuilder_Char(&b, 'b');
  PyStrBuilder_Char(&b, (Py_UCS4)quote);
  for (Py_ssize_t i = 0; i < n; i++) {
    unsigned char c = (unsigned char)DATA(o)[i];
    char text[8] = {(char)c, 0};
    if (c == (unsigned char)quote || c == '\\')
      snprintf(text, sizeof text, "\\%c", c);
    else if (c == '\n' || c == '\r' || c == '\t')
      snprintf(text, sizeof text, "%s",
               c == '\n'   ? "\\n"
               : c == '\r' ? "\\r"
                           : "\\t");
    else if (c < ' ' || c >= 0x7f)
      snprintf(text, sizeof text, "\\x%02x", c);
    PyStrBuilder_CString(&b, text);
  }
  PyStrBuilder_Char(&b, (Py_UCS4)quote);
  return PyStrBuilder_Finish(&b);
}

static Py_hash_t bytes_hash(PyObject *o) {
  uint64_t h = 14695981039346656037u;
  for (Py_ssize_t i = 0; i < Py_SIZE(o); i++)
    h = (h ^ (unsigned char)DATA(o)[i]) * 1099511628211u;
  h ^= h >> 32;
  return (Py_hash_t)h == -1 ? -2 : (Py_hash_t)h;
}

static PyObject *bytes_compare(PyObject *a, PyObject *b, int op) {
  if (!PyBytes_Check(a) || !PyBytes_Check(b))
    Py_RETURN_NOTIMPLEMENTED;
  Py_ssize_t n = Py_SIZE(a), m = Py_SIZE(b);
  int c = memcmp(DATA(a), DATA(b), (size_t)(n < m ? n : m));
  if (!c)
    c = n < m ? -1 : n > m;
  return PyBool_FromLong(op == Py_LT   ? c < 0
                         : op == Py_LE ? c <= 0
                         : op == Py_EQ ? c == 0
                         : op == Py_NE ? c != 0
                         : op == Py_GT ? c > 0
                                       : c >= 0);
}

static Py_ssize_t bytes_length(PyObject *o) { return Py_SIZE(o); }

static PyObject *bytes_item(PyObject *o, Py_ssize_t i) {
  if (i >= 0 && i < Py_SIZE(o))
    return PyLong_FromLong((unsigned char)DATA(o)[i]);
  PyErr_SetString(PyExc_IndexError, "index out of range");
  return NULL;
}

static PyObject *bytes_subscript(PyObject *o, PyObject *key) {
  if (PyIndex_Check(key)) {
    Py_ssize_t i = PyNumber_AsSsize_t(key, PyExc_IndexError);
    if (i == -1 && PyErr_Occurred())
      return NULL;
    return bytes_item(o, i < 0 ? i + Py_SIZE(o) : i);
  }
  if (!PySlice_Check(key))
    return PyErr_Format(PyExc_TypeError,
                        "byte indices must be integers or slices, not %.200s",
                        _PyType_Name(Py_TYPE(key)));
  Py_ssize_t start, stop, step;
  if (PySlice_Unpack(key, &start, &stop, &step) < 0)
    return NULL;
  Py_ssize_t n = PySlice_AdjustIndices(Py_SIZE(o), &start, &stop, step);
  PyObject *b = PyBytes_FromStringAndSize(NULL, n);
  for (Py_ssize_t i = 0; b && i < n; i++)
    DATA(b)[i] = DATA(o)[start + i * step];
  return b;
}

static PyObject *bytes_concat(PyObject *a, PyObject *b) {
  if (!PyBytes_Check(b))
    return PyErr_Format(PyExc_TypeError, "can't concat %.100s to bytes",
                        _PyType_Name(Py_TYPE(b)));
  PyObject *r = PyBytes_FromStringAndSize(NULL, Py_SIZE(a) + Py_SIZE(b));
  if (r) {
    memcpy(DATA(r), DATA(a), (size_t)Py_SIZE(a));
    memcpy(DATA(r) + Py_SIZE(a), DATA(b), (size_t)Py_SIZE(b));
  }
  return r;
}

static PyObject *bytes_repeat(PyObject *o, Py_ssize_t times) {
  Py_ssize_t n = Py_SIZE(o);
  if (times <= 0 || n == 0)
    return PyBytes_FromStringAndSize(NULL, 0);
  if (n > PY_SSIZE_T_MAX / 2 / times)
    return PyErr_NoMemory();
  PyObject *r = PyBytes_FromStringAndSize(NULL, n * times);
  for (Py_ssize_t i = 0; r && i < times; i++)
    memcpy(DATA(r) + i * n, DATA(o), (size_t)n);
  return r;
}

/* The index of part in o from `start`, or -1. */
static Py_ssize_t find(PyObject *o, const char *part, Py_ssize_t m,
                       Py_ssize_t start) {
  for (Py_ssize_t i = start; i + m <= Py_SIZE(o); i++)
    if (memcmp(DATA(o) + i, part, (size_t)m) == 0)
      return i;
  return -1;
}

static int bytes_contains(PyObject *o, PyObject *v) {
  if (PyBytes_Check(v))
    return find(o, DATA(v), Py_SIZE(v), 0) >= 0;
  if (!PyIndex_Check(v)) {
    PyErr_Format(PyExc_TypeError,
                 "a bytes-like object is required, not "
                 "'%.100s'",
                 _PyType_Name(Py_TYPE(v)));
    return -1;
  }
  Py_ssize_t n = PyNumber_AsSsize_t(v, NULL);
  if (n == -1 && PyErr_Occurred())
    return -1;
  if (n < 0 || n > 255) {
    PyErr_SetString(PyExc_ValueError, "byte must be in range(0, 256)");
    return -1;
  }
  char c = (char)n;
  return find(o, &c, 1, 0) >= 0;
}

static PyObject *from_iterable(PyObject *x) {
  PyObject *list = PySequence_List(x);
  PyObject *b =
      list ? PyBytes_FromStringAndSize(NULL, PyList_GET_SIZE(list)) : NULL;
  for (Py_ssize_t i = 0; b && i < PyList_GET_SIZE(list); i++) {
    Py_ssize_t v = PyNumber_AsSsize_t(PyList_GET_ITEM(list, i), NULL);
    if ((v < 0 || v > 255) && !PyErr_Occurred())
      PyErr_SetString(PyExc_ValueError, "bytes must be in range(0, 256)");
    if (PyErr_Occurred())
      Py_CLEAR(b);
    else
      DATA(b)[i] = (char)v;
  }
  Py_XDECREF(list);
  return b;
}

static PyObject *make(PyObject *x, const char *encoding, const char *errors) {
  if (!x)
    return PyBytes_FromStringAndSize(NULL, 0);
  if (PyUnicode_Check(x)) {
    if (encoding)
      return PyUnicode_AsEncodedString(x, encoding, errors);
    PyErr_SetString(PyExc_TypeError, "string argument without an encoding");
    return NULL;
  }
  PyObject *hook = _PyObject_LookupSpecialId(x, _Py_ID(__bytes__));
  if (hook || PyErr_Occurred()) {
    PyObject *r = hook ? PyObject_CallNoArgs(hook) : NULL;
    Py_XDECREF(hook);
    return r;
  }
  if (PyBytes_CheckExact(x))
    return Py_NewRef(x);
  if (PyIndex_Check(x)) {
    Py_ssize_t n = PyNumber_AsSsize_t(x, PyExc_OverflowError);
    if (n < 0 && !PyErr_Occurred())
      PyErr_SetString(PyExc_ValueError, "negative count");
    return n < 0 ? NULL : PyBytes_FromStringAndSize(NULL, n);
  }
  if (!Py_TYPE(x)->tp_iter && !PySequence_Check(x))
    return PyErr_Format(PyExc_TypeError,
                        "cannot convert '%.200s' object to bytes",
                        _PyType_Name(Py_TYPE(x)));
  return from_iterable(x);
}

static PyObject *bytes_new(PyTypeObject *type, PyObject *args, PyObject *kw) {
  PyObject *x = NULL;
  const char *encoding = NULL, *errors = NULL;
  char *names[] = {"source", "encoding", "errors", NULL};
  if (!PyArg_ParseTupleAndKeywords(args, kw, "|Oss:bytes", names, &x, &encoding,
                                   &errors))
    return NULL;
  PyObject *b = make(x, encoding, errors);
  if (!b || type == &PyBytes_Type)
    return b;
  PyObject *o = type->tp_alloc(type, Py_SIZE(b));
  if (o)
    memcpy(DATA(o), DATA(b), (size_t)Py_SIZE(b));
  Py_DECREF(b);
  return o;
}

/* ---- methods -------------------------------------------------------------*/
static PyObject *bytes_decode(PyObject *o, PyObject *args, PyObject *kw) {
  const char *encoding = "utf-8", *errors = NULL;
  char *names[] = {"encoding", "errors", NULL};
  if (!PyArg_ParseTupleAndKeywords(args, kw, "|ss:decode", names, &encoding,
                                   &errors))
    return NULL;
  return PyUnicode_Decode(DATA(o), Py_SIZE(o), encoding, errors);
}

static PyObject *bytes_hex(PyObject *o, PyObject *unused) {
  (void)unused;
  PyStrBuilder b;
  PyStrBuilder_Init(&b);
  for (Py_ssize_t i = 0; i < Py_SIZE(o); i++) {
    unsigned char c = (unsigned char)DATA(o)[i];
    PyStrBuilder_Char(&b, (Py_UCS4) "0123456789abcdef"[c >> 4]);
    PyStrBuilder_Char(&b, (Py_UCS4) "0123456789abcdef"[c & 15]);
  }
  return PyStrBuilder_Finish(&b);
}

static int want_bytes(PyObject *o) {
  if (PyBytes_Check(o))
    return 1;
  PyErr_Format(PyExc_TypeError, "a bytes-like object is required, not '%.100s'",
               _PyType_Name(Py_TYPE(o)));
  return 0;
}

static PyObject *bytes_find(PyObject *o, PyObject *part) {
  return want_bytes(part)
             ? PyLong_FromSsize_t(find(o, DATA(part), Py_SIZE(part), 0))
             : NULL;
}

static PyObject *bytes_startswith(PyObject *o, PyObject *part) {
  if (!want_bytes(part))
    return NULL;
  Py_ssize_t m = Py_SIZE(part);
  return PyBool_FromLong(m <= Py_SIZE(o) &&
                         memcmp(DATA(o), DATA(part), (size_t)m) == 0);
}

static PyObject *bytes_endswith(PyObject *o, PyObject *part) {
  if (!want_bytes(part))
    return NULL;
  Py_ssize_t m = Py_SIZE(part), n = Py_SIZE(o);
  return PyBool_FromLong(m <= n &&
                         memcmp(DATA(o) + n - m, DATA(part), (size_t)m) == 0);
}

static PyObject *bytes_join(PyObject *o, PyObject *sequence) {
  PyObject *fast = PySequence_Fast(sequence, "can only join an iterable");
  if (!fast)
    return NULL;
  Py_ssize_t n = PySequence_Fast_GET_SIZE(fast), total = 0;
  for (Py_ssize_t i = 0; i < n; i++) {
    PyObject *item = PySequence_Fast_GET_ITEM(fast, i);
    if (!PyBytes_Check(item)) {
      PyErr_Format(PyExc_TypeError,
                   "sequence item %zd: expected a bytes-like object, %.80s "
                   "found",
                   i, _PyType_Name(Py_TYPE(item)));
      Py_DECREF(fast);
      return NULL;
    }
    total += Py_SIZE(item) + (i ? Py_SIZE(o) : 0);
  }
  PyObject *r = PyBytes_FromStringAndSize(NULL, total);
  Py_ssize_t at = 0;
  for (Py_ssize_t i = 0; r && i < n; i++) {
    PyObject *item = PySequence_Fast_GET_ITEM(fast, i);
    if (i) {
      memcpy(DATA(r) + at, DATA(o), (size_t)Py_SIZE(o));
      at += Py_SIZE(o);
    }
    memcpy(DATA(r) + at, DATA(item), (size_t)Py_SIZE(item));
    at += Py_SIZE(item);
  }
  Py_DECREF(fast);
  return r;
}

static PyMethodDef bytes_methods[] = {
    {"decode", _PyCFunction_CAST(bytes_decode), METH_VARARGS | METH_KEYWORDS,
     NULL},
    {"hex", bytes_hex, METH_NOARGS, NULL},
    {"find", bytes_find, METH_O, NULL},
    {"startswith", bytes_startswith, METH_O, NULL},
    {"endswith", bytes_endswith, METH_O, NULL},
    {"join", bytes_join, METH_O, NULL},
    {NULL, NULL, 0, NULL}};

static PySequenceMethods bytes_as_sequence = {.sq_length = bytes_length,
                                              .sq_concat = bytes_concat,
                                              .sq_repeat = bytes_repeat,
                                              .sq_item = bytes_item,
                                              .sq_contains = bytes_contains};
static PyMappingMethods bytes_as_mapping = {bytes_length, bytes_subscript,
                                            NULL};

static PyObject *bytes_iter(PyObject *o) { return PySeqIter_New(o); }

PyTypeObject PyBytes_Type = {
    .ob_base = {PyObject_HEAD_INIT(&PyType_Type), 0},
    .tp_name = "bytes",
    .tp_basicsize = sizeof(PyBytesObject) + 1,
    .tp_itemsize = 1,
    .tp_flags = Py_TPFLAGS_BASETYPE | Py_TPFLAGS_BYTES_SUBCLASS,
    .tp_dealloc = bytes_dealloc,
    .tp_repr = bytes_repr,
    .tp_as_sequence = &bytes_as_sequence,
    .tp_as_mapping = &bytes_as_mapping,
    .tp_hash = bytes_hash,
    .tp_richcompare = bytes_compare,
    .tp_iter = bytes_iter,
    .tp_methods = bytes_methods,
    .tp_new = bytes_new,
};
