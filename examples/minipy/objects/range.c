/* range: start, stop and step that fit into 64 bits; larger ones are refused
 * with OverflowError. The iterator counts in machine words. */
#include "names.h"

typedef struct {
  PyObject_HEAD long long start Py_IMMUTABLE, stop Py_IMMUTABLE,
      step Py_IMMUTABLE;
  long long length Py_IMMUTABLE;
} Range;
#define R(o) ((Range *)(o))

static PyObject *make(long long start, long long stop, long long step) {
  Range *r = PyObject_New(Range, &PyRange_Type);
  if (!r)
    return NULL;
  r->start = start;
  r->stop = stop;
  r->step = step;
  unsigned long long n = 0;
  if (step > 0 && start < stop)
    n = ((unsigned long long)stop - (unsigned long long)start - 1) /
            (unsigned long long)step +
        1;
  else if (step < 0 && start > stop)
    n = ((unsigned long long)start - (unsigned long long)stop - 1) /
            (0 - (unsigned long long)step) +
        1;
  r->length = n > INT64_MAX ? INT64_MAX : (long long)n;
  return (PyObject *)r;
}

static int as_word(PyObject *o, long long *v) {
  PyObject *n = PyNumber_Index(o);
  *v = n ? PyLong_AsLongLong(n) : -1;
  Py_XDECREF(n);
  return *v == -1 && PyErr_Occurred() ? -1 : 0;
}

static PyObject *range_new(PyTypeObject *type, PyObject *args, PyObject *kw) {
  PyObject *a, *b = NULL, *c = NULL;
  long long start = 0, stop, step = 1;
  (void)type;
  if (!_PyArg_NoKeywords("range", kw) ||
      !PyArg_UnpackTuple(args, "range", 1, 3, &a, &b, &c))
    return NULL;
  if ((b && as_word(a, &start) < 0) || as_word(b ? b : a, &stop) < 0 ||
      (c && as_word(c, &step) < 0))
    return NULL;
  if (step == 0) {
    PyErr_SetString(PyExc_ValueError, "range() arg 3 must not be zero");
    return NULL;
  }
  return make(start, stop, step);
}

static void plain_dealloc(PyObject *o) { PyObject_Free(o); }

static PyObject *range_repr(PyObject *o) {
  if (R(o)->step == 1)
    return PyUnicode_FromFormat("range(%lld, %lld)", R(o)->start, R(o)->stop);
  return PyUnicode_FromFormat("range(%lld, %lld, %lld)", R(o)->start,
                              R(o)->stop, R(o)->step);
}

static Py_ssize_t range_length(PyObject *o) { return (Py_ssize_t)R(o)->length; }

static long long item(PyObject *o, long long i) {
  return (long long)((unsigned long long)R(o)->start +
                     (unsigned long long)i * (unsigned long long)R(o)->step);
}

static PyObject *range_item(PyObject *o, Py_ssize_t i) {
  if (i >= 0 && i < R(o)->length)
    return PyLong_FromLongLong(item(o, i));
  PyErr_SetString(PyExc_IndexError, "range object index out of range");
  return NULL;
}

static PyObject *range_subscript(PyObject *o, PyObject *key) {
  if (PyIndex_Check(key)) {
    Py_ssize_t i = PyNumber_AsSsize_t(key, PyExc_IndexError);
    if (i == -1 && PyErr_Occurred())
      return NULL;
    return range_item(o, i < 0 ? i + R(o)->length : i);
  }
  if (!PySlice_Check(key))
    return PyErr_Format(PyExc_TypeError,
                        "range indices must be integers or slices, not %.200s",
                        _PyType_Name(Py_TYPE(key)));
  Py_ssize_t start, stop, step;
  if (PySlice_Unpack(key, &start, &stop, &step) < 0)
    return NULL;
  PySlice_AdjustIndices(R(o)->length, &start, &stop, step);
  return make(item(o, start), item(o, stop), step * R(o)->step);
}

/* The index of an int in the range, or -1. */
static long long position(PyObject *o, PyObject *v) {
  int overflow;
  long n = PyLong_AsLongAndOverflow(v, &overflow);
  if (overflow || R(o)->length == 0)
    return -1;
  long long distance, first = R(o)->start, last = item(o, R(o)->length - 1);
  if (R(o)->step > 0 ? n < first || n > last : n > first || n < last)
    return -1;
  distance = n - first;
  return distance % R(o)->step == 0 ? distance / R(o)->step : -1;
}

static int range_contains(PyObject *o, PyObject *v) {
  if (PyLong_CheckExact(v) || PyBool_Check(v))
    return position(o, v) >= 0;
  PyObject *it = PyObject_GetIter(o); /* compare with each */
  int found = it ? PySequence_Contains(it, v) : -1;
  Py_XDECREF(it);
  return found;
}

static PyObject *range_compare(PyObject *a, PyObject *b, int op) {
  if (!PyRange_Check(b) || (op != Py_EQ && op != Py_NE))
    Py_RETURN_NOTIMPLEMENTED;
  long long n = R(a)->length;
  int equal =
      n == R(b)->length && (n == 0 || (R(a)->start == R(b)->start &&
                                       (n == 1 || R(a)->step == R(b)->step)));
  return PyBool_FromLong(equal == (op == Py_EQ));
}

static Py_hash_t range_hash(PyObject *o) {
  PyObject *n = PyLong_FromLongLong(R(o)->length);
  PyObject *a =
      R(o)->length ? PyLong_FromLongLong(R(o)->start) : Py_NewRef(Py_None);
  PyObject *s =
      R(o)->length > 1 ? PyLong_FromLongLong(R(o)->step) : Py_NewRef(Py_None);
  PyObject *t = n && a && s ? PyTuple_Pack(3, n, a, s) : NULL;
  Py_hash_t h = t ? PyObject_Hash(t) : -1;
  Py_XDECREF(n);
  Py_XDECREF(a);
  Py_XDECREF(s);
  Py_XDECREF(t);
  return h;
}

static PyObject *range_index(PyObject *o, PyObject *v) {
  long long i = PyLong_Check(v) ? position(o, v) : PySequence_Index(o, v);
  if (i < 0 && !PyErr_Occurred())
    PyErr_Format(PyExc_ValueError, "%R is not in range", v);
  return i < 0 ? NULL : PyLong_FromLongLong(i);
}
static PyObject *range_count(PyObject *o, PyObject *v) {
  int found = range_contains(o, v);
  return found < 0 ? NULL : PyLong_FromLong(found);
}
static int range_bool(PyObject *o) { return R(o)->length != 0; }

/* ---- iteration -----------------------------------------------------------*/
typedef struct {
  PyObject_HEAD unsigned long long next, step;
  long long left;
} RangeIter;
extern PyTypeObject _PyRangeIter_Type;

static PyObject *new_iter(long long start, long long step, long long length) {
  RangeIter *it = PyObject_New(RangeIter, &_PyRangeIter_Type);
  if (!it)
    return NULL;
  it->next = (unsigned long long)start;
  it->step = (unsigned long long)step;
  it->left = length;
  return (PyObject *)it;
}
static PyObject *range_iter(PyObject *o) {
  return new_iter(R(o)->start, R(o)->step, R(o)->length);
}
static PyObject *range_reversed(PyObject *o, PyObject *unused) {
  (void)unused;
  return new_iter(item(o, R(o)->length - 1),
                  (long long)(0 - (unsigned long long)R(o)->step),
                  R(o)->length);
}
static PyObject *iter_next(PyObject *o) {
  RangeIter *it = (RangeIter *)o;
  if (it->left <= 0)
    return NULL;
  long long v = (long long)it->next;
  it->left--;
  it->next += it->step;
  return PyLong_FromLongLong(v);
}
static PyObject *iter_hint(PyObject *o, PyObject *unused) {
  (void)unused;
  return PyLong_FromLongLong(((RangeIter *)o)->left);
}
static PyMethodDef iter_methods[] = {
    {"__length_hint__", iter_hint, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};

PyTypeObject _PyRangeIter_Type = {
    .ob_base = {PyObject_HEAD_INIT(&PyType_Type), 0},
    .tp_name = "range_iterator",
    .tp_basicsize = sizeof(RangeIter),
    .tp_dealloc = plain_dealloc,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = iter_next,
    .tp_methods = iter_methods,
};

/* ---- the type ------------------------------------------------------------*/
static PyObject *get_word(PyObject *o, void *which) {
  const char *name = which;
  return PyLong_FromLongLong(name[2] == 'a'   ? R(o)->start
                             : name[2] == 'o' ? R(o)->stop
                                              : R(o)->step);
}
static PyGetSetDef range_getset[] = {{"start", get_word, NULL, NULL, "start"},
                                     {"stop", get_word, NULL, NULL, "stop"},
                                     {"step", get_word, NULL, NULL, "step"},
                                     {NULL, NULL, NULL, NULL, NULL}};
static PyMethodDef range_methods[] = {
    {"__reversed__", range_reversed, METH_NOARGS, NULL},
    {"index", range_index, METH_O, NULL},
    {"count", range_count, METH_O, NULL},
    {NULL, NULL, 0, NULL}};
static PyNumberMethods range_as_number = {.nb_bool = range_bool};
static PySequenceMethods range_as_sequence = {.sq_length = range_length,
                                              .sq_item = range_item,
                                              .sq_contains = range_contains};
static PyMappingMethods range_as_mapping = {range_length, range_subscript,
                                            NULL};

PyTypeObject PyRange_Type = {
    .ob_base = {PyObject_HEAD_INIT(&PyType_Type), 0},
    .tp_name = "range",
    .tp_basicsize = sizeof(Range),
    .tp_dealloc = plain_dealloc,
    .tp_repr = range_repr,
    .tp_as_number = &range_as_number,
    .tp_as_sequence = &range_as_sequence,
    .tp_as_mapping = &range_as_mapping,
    .tp_hash = range_hash,
    .tp_richcompare = range_compare,
    .tp_iter = range_iter,
    .tp_methods = range_methods,
    .tp_getset = range_getset,
    .tp_new = range_new,
};
