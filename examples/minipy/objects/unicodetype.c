/* The type str: slots, subscription, repr, construction, iteration. */
#include "names.h"
#include "strbuilder.h"
#include "unicodechars.h"
#include "unicodestorage.h"

static void str_dealloc(PyObject *o) {
  free(((PyUnicodeObject *)o)->utf8);
  PyObject_Free(o);
}

/* ---- repr ----------------------------------------------------------------*/
static void escape(PyStrBuilder *b, Py_UCS4 c) {
  char text[16];
  int n = snprintf(text, sizeof text,
                   c < 0x100     ? "\\x%02x"
                   : c < 0x10000 ? "\\u%04x"
                                 : "\\U%08x",
                   c);
  PyStrBuilder_ASCII(b, text, n);
}

static void repr_char(PyStrBuilder *b, Py_UCS4 c, Py_UCS4 quote, int ascii) {
  if (c == quote || c == '\\') {
    PyStrBuilder_Char(b, '\\');
    PyStrBuilder_Char(b, c);
  } else if (c == '\n' || c == '\r' || c == '\t') {
    PyStrBuilder_CString(b, c == '\n' ? "\\n" : c == '\r' ? "\\r" : "\\t");
  } else if (!_PyChar_IsPrintable(c) || (ascii && c >= 0x80)) {
    escape(b, c);
  } else {
    PyStrBuilder_Char(b, c);
  }
}

static PyObject *repr(PyObject *u, int ascii) {
  Py_ssize_t n = PyUnicode_GET_LENGTH(u);
  int single = 0, two = 0;
  for (Py_ssize_t i = 0; i < n; i++) {
    Py_UCS4 c = PyUnicode_READ_CHAR(u, i);
    single |= c == '\'';
    two |= c == '"';
  }
  Py_UCS4 quote = single && !two ? '"' : '\'';
  PyStrBuilder b;
  PyStrBuilder_Init(&b);
  PyStrBuilder_Char(&b, quote);
  for (Py_ssize_t i = 0; i < n; i++)
    repr_char(&b, PyUnicode_READ_CHAR(u, i), quote, ascii);
  PyStrBuilder_Char(&b, quote);
  return PyStrBuilder_Finish(&b);
}

PyObject *_PyUnicode_Repr(PyObject *u) { return repr(u, 0); }

/* repr(o) with everything beyond ASCII escaped */
PyObject *PyObject_ASCII(PyObject *o) {
  PyObject *r = PyObject_Repr(o);
  if (!r || PyUnicode_IS_ASCII(r))
    return r;
  PyStrBuilder b;
  PyStrBuilder_Init(&b);
  for (Py_ssize_t i = 0; i < PyUnicode_GET_LENGTH(r); i++) {
    Py_UCS4 c = PyUnicode_READ_CHAR(r, i);
    if (c < 0x80)
      PyStrBuilder_Char(&b, c);
    else
      escape(&b, c);
  }
  Py_DECREF(r);
  return PyStrBuilder_Finish(&b);
}

static PyObject *str_str(PyObject *o) { return PyUnicode_FromObject(o); }

static PyObject *str_compare(PyObject *a, PyObject *b, int op) {
  if (!PyUnicode_Check(a) || !PyUnicode_Check(b))
    Py_RETURN_NOTIMPLEMENTED;
  if (op == Py_EQ || op == Py_NE)
    return PyBool_FromLong(_PyUnicode_Equal(a, b) == (op == Py_EQ));
  int c = PyUnicode_Compare(a, b);
  return PyBool_FromLong(op == Py_LT   ? c < 0
                         : op == Py_LE ? c <= 0
                         : op == Py_GT ? c > 0
                                       : c >= 0);
}

/* ---- a sequence of characters --------------------------------------------*/
static Py_ssize_t str_length(PyObject *o) { return PyUnicode_GET_LENGTH(o); }

static PyObject *str_item(PyObject *o, Py_ssize_t i) {
  Py_UCS4 c = PyUnicode_ReadChar(o, i);
  if (c == (Py_UCS4)-1)
    return NULL;
  PyObject *u = PyUnicode_New(1, c);
  if (u)
    PyUnicode_WRITE(PyUnicode_KIND(u), PyUnicode_DATA(u), 0, c);
  return u;
}

static PyObject *str_subscript(PyObject *o, PyObject *key) {
  if (PyIndex_Check(key)) {
    Py_ssize_t i = PyNumber_AsSsize_t(key, PyExc_IndexError);
    if (i == -1 && PyErr_Occurred())
      return NULL;
    return str_item(o, i < 0 ? i + PyUnicode_GET_LENGTH(o) : i);
  }
  if (!PySlice_Check(key))
    return PyErr_Format(PyExc_TypeError,
                        "string indices must be integers, not '%.200s'",
                        _PyType_Name(Py_TYPE(key)));
  Py_ssize_t start, stop, step;
  if (PySlice_Unpack(key, &start, &stop, &step) < 0)
    return NULL;
  Py_ssize_t n =
      PySlice_AdjustIndices(PyUnicode_GET_LENGTH(o), &start, &stop, step);
  if (step == 1)
    return PyUnicode_Substring(o, start, start + n);
  PyStrBuilder b;
  PyStrBuilder_Init(&b);
  for (Py_ssize_t i = 0; i < n; i++)
    PyStrBuilder_Char(&b, PyUnicode_READ_CHAR(o, start + i * step));
  return PyStrBuilder_Finish(&b);
}

static PyObject *str_repeat(PyObject *o, Py_ssize_t times) {
  Py_ssize_t n = PyUnicode_GET_LENGTH(o);
  if (times == 1 && PyUnicode_CheckExact(o))
    return Py_NewRef(o);
  if (times <= 0 || n == 0)
    return PyUnicode_New(0, 0);
  if (n > PY_SSIZE_T_MAX / 8 / times)
    return PyErr_NoMemory();
  PyObject *u = PyUnicode_New(n * times, _PyUnicode_Limit(o));
  if (u && n == 1 && PyUnicode_KIND(o) == 1)
    memset(PyUnicode_DATA(u), (int)PyUnicode_READ_CHAR(o, 0), (size_t)times);
  else
    for (Py_ssize_t i = 0; u && i < times; i++)
      _PyUnicode_CopyInto(u, i * n, o);
  return u;
}

static PyObject *str_mod(PyObject *a, PyObject *b) {
  if (!PyUnicode_Check(a))
    Py_RETURN_NOTIMPLEMENTED;
  return PyUnicode_Format(a, b);
}

/* ---- construction --------------------------------------------------------*/
static PyObject *make_str(PyObject *o, PyObject *encoding, PyObject *errors) {
  if (!o)
    return PyUnicode_New(0, 0);
  if (!encoding && !errors)
    return PyObject_Str(o);
  if (!PyBytes_Check(o))
    return PyErr_Format(PyExc_TypeError,
                        PyUnicode_Check(o)
                            ? "decoding str is not supported"
                            : "decoding to str: need a bytes-like object, "
                              "%.80s found",
                        _PyType_Name(Py_TYPE(o)));
  return PyUnicode_Decode(PyBytes_AS_STRING(o), PyBytes_GET_SIZE(o),
                          encoding ? PyUnicode_AsUTF8(encoding) : "utf-8",
                          errors ? PyUnicode_AsUTF8(errors) : NULL);
}

static PyObject *str_new(PyTypeObject *type, PyObject *args, PyObject *kw) {
  PyObject *o = NULL, *encoding = NULL, *errors = NULL;
  char *names[] = {"object", "encoding", "errors", NULL};
  if (!PyArg_ParseTupleAndKeywords(args, kw, "|OUU:str", names, &o, &encoding,
                                   &errors))
    return NULL;
  PyObject *u = make_str(o, encoding, errors);
  if (u && type != &PyUnicode_Type)
    Py_SETREF(u, _PyUnicode_CopyAs(type, u));
  return u;
}

/* ---- iteration -----------------------------------------------------------*/
typedef struct {
  PyObject_HEAD Py_ssize_t index;
  PyObject *str; /* NULL: exhausted */
} StrIter;

extern PyTypeObject _PyStrIter_Type;

static PyObject *str_iter(PyObject *o) {
  StrIter *it = PyObject_New(StrIter, &_PyStrIter_Type);
  if (!it)
    return NULL;
  it->index = 0;
  it->str = Py_NewRef(o);
  return (PyObject *)it;
}
static void iter_dealloc(PyObject *o) {
  Py_XDECREF(((StrIter *)o)->str);
  PyObject_Free(o);
}
static PyObject *iter_next(PyObject *o) {
  StrIter *it = (StrIter *)o;
  if (!it->str)
    return NULL;
  if (it->index < PyUnicode_GET_LENGTH(it->str))
    return str_item(it->str, it->index++);
  Py_CLEAR(it->str);
  return NULL;
}
static PyObject *iter_hint(PyObject *o, PyObject *unused) {
  (void)unused;
  StrIter *it = (StrIter *)o;
  return PyLong_FromSsize_t(it->str ? PyUnicode_GET_LENGTH(it->str) - it->index
                                    : 0);
}
static PyMethodDef iter_methods[] = {
    {"__length_hint__", iter_hint, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};

PyTypeObject _PyStrIter_Type = {
    .ob_base = {PyObject_HEAD_INIT(&PyType_Type), 0},
    .tp_name = "str_ascii_iterator",
    .tp_basicsize = sizeof(StrIter),
    .tp_dealloc = iter_dealloc,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = iter_next,
    .tp_methods = iter_methods,
};

static PyNumberMethods str_as_number = {.nb_remainder = str_mod};
static PySequenceMethods str_as_sequence = {.sq_length = str_length,
                                            .sq_concat = PyUnicode_Concat,
                                            .sq_repeat = str_repeat,
                                            .sq_item = str_item,
                                            .sq_contains = PyUnicode_Contains};
static PyMappingMethods str_as_mapping = {str_length, str_subscript, NULL};

PyTypeObject PyUnicode_Type = {
    .ob_base = {PyObject_HEAD_INIT(&PyType_Type), 0},
    .tp_name = "str",
    .tp_basicsize = sizeof(PyUnicodeObject),
    .tp_flags = Py_TPFLAGS_BASETYPE | Py_TPFLAGS_UNICODE_SUBCLASS,
    .tp_dealloc = str_dealloc,
    .tp_repr = _PyUnicode_Repr,
    .tp_str = str_str,
    .tp_as_number = &str_as_number,
    .tp_as_sequence = &str_as_sequence,
    .tp_as_mapping = &str_as_mapping,
    .tp_hash = _PyUnicode_Hash,
    .tp_richcompare = str_compare,
    .tp_iter = str_iter,
    .tp_methods = _PyUnicode_Methods,
    .tp_new = str_new,
};
