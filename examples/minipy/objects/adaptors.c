/* Iterators made of other iterators: enumerate, zip, map, filter. */
#include "names.h"

/* One structure for all four: a function or a counter, and some iterators. */
typedef struct {
  PyObject_HEAD PyObject
      *function;       /* map, filter: may be None; enumerate: the count */
  PyObject *iterators; /* a tuple; NULL: exhausted */
  int strict;          /* zip */
} Adaptor;

static void adaptor_dealloc(PyObject *o) {
  Py_XDECREF(((Adaptor *)o)->function);
  Py_XDECREF(((Adaptor *)o)->iterators);
  PyObject_Free(o);
}

static PyObject *make(PyTypeObject *type, PyObject *function,
                      PyObject *const *iterables, Py_ssize_t n) {
  PyObject *iterators = PyTuple_New(n);
  for (Py_ssize_t i = 0; iterators && i < n; i++) {
    PyObject *it = PyObject_GetIter(iterables[i]);
    if (!it) {
      if (type == &PyZip_Type && PyErr_ExceptionMatches(PyExc_TypeError) &&
          !Py_TYPE(iterables[i])->tp_iter)
        PyErr_Format(PyExc_TypeError, "'%.200s' object is not iterable",
                     _PyType_Name(Py_TYPE(iterables[i])));
      Py_CLEAR(iterators);
      break;
    }
    PyTuple_SET_ITEM(iterators, i, it);
  }
  Adaptor *a = iterators ? (Adaptor *)type->tp_alloc(type, 0) : NULL;
  if (!a) {
    Py_XDECREF(iterators);
    return NULL;
  }
  a->function = Py_XNewRef(function);
  a->iterators = iterators;
  return (PyObject *)a;
}

static PyObject *next_of(Adaptor *a, Py_ssize_t i) {
  return PyIter_Next(PyTuple_GET_ITEM(a->iterators, i));
}

/* ---- enumerate -----------------------------------------------------------*/
static PyObject *enum_new(PyTypeObject *type, PyObject *args, PyObject *kw) {
  PyObject *iterable = NULL, *start = NULL;
  char *names[] = {"iterable", "start", NULL};
  if (!PyArg_ParseTupleAndKeywords(args, kw, "|OO:enumerate", names, &iterable,
                                   &start))
    return NULL;
  if (!iterable) {
    PyErr_SetString(PyExc_TypeError,
                    "enumerate() missing required argument 'iterable'");
    return NULL;
  }
  PyObject *count = start ? PyNumber_Index(start) : PyLong_FromLong(0);
  PyObject *r = count ? make(type, count, &iterable, 1) : NULL;
  Py_XDECREF(count);
  return r;
}

static PyObject *enum_next(PyObject *o) {
  Adaptor *a = (Adaptor *)o;
  PyObject *item = next_of(a, 0);
  if (!item)
    return NULL;
  PyObject *count = a->function, *one = PyLong_FromLong(1);
  PyObject *after = one ? PyNumber_Add(count, one) : NULL;
  PyObject *pair = after ? PyTuple_New(2) : NULL;
  Py_XDECREF(one);
  if (!pair) {
    Py_XDECREF(after);
    Py_DECREF(item);
    return NULL;
  }
  PyTuple_SET_ITEM(pair, 0, count); /* the reference moves */
  PyTuple_SET_ITEM(pair, 1, item);
  a->function = after;
  return pair;
}

/* ---- zip -----------------------------------------------------------------*/
static PyObject *zip_new(PyTypeObject *type, PyObject *args, PyObject *kw) {
  int strict = 0;
  if (kw && PyDict_GET_SIZE(kw)) {
    PyObject *none = PyTuple_New(0);
    char *names[] = {"strict", NULL};
    int ok = none &&
             PyArg_ParseTupleAndKeywords(none, kw, "|$p:zip", names, &strict);
    Py_XDECREF(none);
    if (!ok)
      return NULL;
  }
  PyObject *z = make(type, NULL, ((PyTupleObject *)args)->ob_item,
                     PyTuple_GET_SIZE(args));
  if (z)
    ((Adaptor *)z)->strict = strict;
  return z;
}

static const char *plural(Py_ssize_t i) { return i == 1 ? " " : "s 1-"; }

/* The i-th iterator (from 0) has ended: strict=True forbids a difference. */
static void check_strict(Adaptor *z, Py_ssize_t i) {
  if (i > 0) {
    PyErr_Format(PyExc_ValueError,
                 "zip() argument %zd is shorter than argument%s%zd", i + 1,
                 plural(i), i);
    return;
  }
  for (i = 1; i < PyTuple_GET_SIZE(z->iterators); i++) {
    PyObject *item = next_of(z, i);
    if (item)
      PyErr_Format(PyExc_ValueError,
                   "zip() argument %zd is longer than argument%s%zd", i + 1,
                   plural(i), i);
    Py_XDECREF(item);
    if (PyErr_Occurred())
      return;
  }
}

static PyObject *zip_next(PyObject *o) {
  Adaptor *z = (Adaptor *)o;
  Py_ssize_t n = PyTuple_GET_SIZE(z->iterators);
  if (n == 0)
    return NULL;
  PyObject *row = PyTuple_New(n);
  for (Py_ssize_t i = 0; row && i < n; i++) {
    PyObject *item = next_of(z, i);
    if (!item) {
      Py_DECREF(row);
      if (z->strict && !PyErr_Occurred())
        check_strict(z, i);
      return NULL;
    }
    PyTuple_SET_ITEM(row, i, item);
  }
  return row;
}

/* ---- map -----------------------------------------------------------------*/
static PyObject *map_new(PyTypeObject *type, PyObject *args, PyObject *kw) {
  if (!_PyArg_NoKeywords("map", kw))
    return NULL;
  if (PyTuple_GET_SIZE(args) < 2) {
    PyErr_SetString(PyExc_TypeError, "map() must have at least two arguments.");
    return NULL;
  }
  PyObject **items = ((PyTupleObject *)args)->ob_item;
  return make(type, items[0], items + 1, PyTuple_GET_SIZE(args) - 1);
}

static PyObject *map_next(PyObject *o) {
  Adaptor *m = (Adaptor *)o;
  if (PyTuple_GET_SIZE(m->iterators) == 1) {
    PyObject *item = next_of(m, 0);
    PyObject *r = item ? PyObject_CallOneArg(m->function, item) : NULL;
    Py_XDECREF(item);
    return r;
  }
  PyObject *row = zip_next(o);
  PyObject *r =
      row ? PyObject_Vectorcall(m->function, ((PyTupleObject *)row)->ob_item,
                                (size_t)PyTuple_GET_SIZE(row), NULL)
          : NULL;
  Py_XDECREF(row);
  return r;
}

/* ---- filter --------------------------------------------------------------*/
static PyObject *filter_new(PyTypeObject *type, PyObject *args, PyObject *kw) {
  PyObject *function, *iterable;
  if (!_PyArg_NoKeywords("filter", kw) ||
      !PyArg_UnpackTuple(args, "filter", 2, 2, &function, &iterable))
    return NULL;
  return make(type, function, &iterable, 1);
}

static PyObject *filter_next(PyObject *o) {
  Adaptor *f = (Adaptor *)o;
  PyObject *item;
  while ((item = next_of(f, 0))) {
    int good;
    if (f->function == Py_None || f->function == (PyObject *)&PyBool_Type) {
      good = PyObject_IsTrue(item);
    } else {
      PyObject *r = PyObject_CallOneArg(f->function, item);
      good = r ? PyObject_IsTrue(r) : -1;
      Py_XDECREF(r);
    }
    if (good > 0)
      return item;
    Py_DECREF(item);
    if (good < 0)
      return NULL;
  }
  return NULL;
}

#define ADAPTOR(name, new, next)                                               \
  {                                                                            \
    .ob_base = {PyObject_HEAD_INIT(&PyType_Type), 0}, .tp_name = name,         \
    .tp_basicsize = sizeof(Adaptor),                                           \
    .tp_flags = Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC,                      \
    .tp_dealloc = adaptor_dealloc, .tp_iter = PyObject_SelfIter,               \
    .tp_iternext = next, .tp_new = new                                         \
  }
PyTypeObject PyEnum_Type = ADAPTOR("enumerate", enum_new, enum_next);
PyTypeObject PyZip_Type = ADAPTOR("zip", zip_new, zip_next);
PyTypeObject PyMap_Type = ADAPTOR("map", map_new, map_next);
PyTypeObject PyFilter_Type = ADAPTOR("filter", filter_new, filter_next);
