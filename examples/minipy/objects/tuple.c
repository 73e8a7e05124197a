/* tuple: a fixed array of references. */
#include "names.h"
#include "strbuilder.h"

static PyObject **items_of(PyObject *o) {
  return ((PyTupleObject *)o)->ob_item;
}

PyObject *PyTuple_New(Py_ssize_t n) {
  PyTupleObject *t = PyObject_NewVar(PyTupleObject, &PyTuple_Type, n);
  for (Py_ssize_t i = 0; t && i < n; i++)
    t->ob_item[i] = NULL;
  return (PyObject *)t;
}

PyObject *_PyTuple_FromArray(PyObject *const *items, Py_ssize_t n) {
  PyTupleObject *t = PyObject_NewVar(PyTupleObject, &PyTuple_Type, n);
  for (Py_ssize_t i = 0; t && i < n; i++)
    t->ob_item[i] = Py_NewRef(items[i]);
  return (PyObject *)t;
}

PyObject *PyTuple_Pack(Py_ssize_t n, ...) {
  PyObject *t = PyTuple_New(n);
  va_list ap;
  va_start(ap, n);
  for (Py_ssize_t i = 0; t && i < n; i++)
    items_of(t)[i] = Py_NewRef(va_arg(ap, PyObject *));
  va_end(ap);
  return t;
}

Py_ssize_t PyTuple_Size(PyObject *o) { return Py_SIZE(o); }

PyObject *PyTuple_GetItem(PyObject *o, Py_ssize_t i) {
  if (i >= 0 && i < Py_SIZE(o))
    return items_of(o)[i];
  PyErr_SetString(PyExc_IndexError, "tuple index out of range");
  return NULL;
}

int PyTuple_SetItem(PyObject *o, Py_ssize_t i, PyObject *v) {
  if (i >= 0 && i < Py_SIZE(o)) {
    Py_XSETREF(items_of(o)[i], v);
    return 0;
  }
  Py_XDECREF(v);
  PyErr_SetString(PyExc_IndexError, "tuple assignment index out of range");
  return -1;
}

PyObject *PyTuple_GetSlice(PyObject *o, Py_ssize_t i, Py_ssize_t j) {
  Py_ssize_t n = Py_SIZE(o);
  i = i < 0 ? 0 : i > n ? n : i;
  j = j < i ? i : j > n ? n : j;
  if (i == 0 && j == n && PyTuple_CheckExact(o))
    return Py_NewRef(o);
  return _PyTuple_FromArray(items_of(o) + i, j - i);
}

/* ---- slots ---------------------------------------------------------------*/
static void tuple_dealloc(PyObject *o) {
  for (Py_ssize_t i = Py_SIZE(o); --i >= 0;)
    Py_XDECREF(items_of(o)[i]);
  PyObject_Free(o);
}

static PyObject *tuple_repr(PyObject *o) {
  Py_ssize_t n = Py_SIZE(o);
  int inside = Py_ReprEnter(o);
  if (inside)
    return inside < 0 ? NULL : PyUnicode_FromString("(...)");
  PyStrBuilder b;
  PyStrBuilder_Init(&b);
  PyStrBuilder_Char(&b, '(');
  for (Py_ssize_t i = 0; i < n && !b.failed; i++) {
    if (i)
      PyStrBuilder_CString(&b, ", ");
    PyStrBuilder_Repr(&b, items_of(o)[i]);
  }
  PyStrBuilder_CString(&b, n == 1 ? ",)" : ")");
  Py_ReprLeave(o);
  return PyStrBuilder_Finish(&b);
}

/* The mixing function is that of xxHash, as in CPython, so that sets of tuples
 * of numbers come out in the same order. */
static Py_hash_t tuple_hash(PyObject *o) {
  const Py_uhash_t p1 = 11400714785074694791u, p2 = 14029467366897019727u,
                   p5 = 2870177450012600261u;
  Py_uhash_t acc = p5;
  Py_ssize_t n = Py_SIZE(o);
  for (Py_ssize_t i = 0; i < n; i++) {
    Py_uhash_t lane = (Py_uhash_t)PyObject_Hash(items_of(o)[i]);
    if (lane == (Py_uhash_t)-1)
      return -1;
    acc += lane * p2;
    acc = (acc << 31) | (acc >> 33);
    acc *= p1;
  }
  acc += (Py_uhash_t)n ^ (p5 ^ 3527539u);
  return acc == (Py_uhash_t)-1 ? 1546275796 : (Py_hash_t)acc;
}

static PyObject *tuple_compare(PyObject *a, PyObject *b, int op) {
  if (!PyTuple_Check(a) || !PyTuple_Check(b))
    Py_RETURN_NOTIMPLEMENTED;
  Py_ssize_t n = Py_SIZE(a), m = Py_SIZE(b), i = 0;
  for (; i < n && i < m; i++) {
    int equal = PyObject_RichCompareBool(items_of(a)[i], items_of(b)[i], Py_EQ);
    if (equal < 0)
      return NULL;
    if (!equal)
      break;
  }
  if (i < n && i < m) {
    if (op == Py_EQ || op == Py_NE)
      return PyBool_FromLong(op == Py_NE);
    return PyObject_RichCompare(items_of(a)[i], items_of(b)[i], op);
  }
  switch (op) {
  case Py_LT:
    return PyBool_FromLong(n < m);
  case Py_LE:
    return PyBool_FromLong(n <= m);
  case Py_EQ:
    return PyBool_FromLong(n == m);
  case Py_NE:
    return PyBool_FromLong(n != m);
  case Py_GT:
    return PyBool_FromLong(n > m);
  default:
    return PyBool_FromLong(n >= m);
  }
}

static PyObject *tuple_item(PyObject *o, Py_ssize_t i) {
  return Py_XNewRef(PyTuple_GetItem(o, i));
}

static PyObject *tuple_subscript(PyObject *o, PyObject *key) {
  if (PyIndex_Check(key)) {
    Py_ssize_t i = PyNumber_AsSsize_t(key, PyExc_IndexError);
    if (i == -1 && PyErr_Occurred())
      return NULL;
    return tuple_item(o, i < 0 ? i + Py_SIZE(o) : i);
  }
  if (!PySlice_Check(key))
    return PyErr_Format(PyExc_TypeError,
                        "tuple indices must be integers or slices, not %.200s",
                        _PyType_Name(Py_TYPE(key)));
  Py_ssize_t start, stop, step;
  if (PySlice_Unpack(key, &start, &stop, &step) < 0)
    return NULL;
  Py_ssize_t n = PySlice_AdjustIndices(Py_SIZE(o), &start, &stop, step);
  if (step == 1)
    return PyTuple_GetSlice(o, start, start + n);
  PyObject *t = PyTuple_New(n);
  for (Py_ssize_t i = 0; t && i < n; i++)
    items_of(t)[i] = Py_NewRef(items_of(o)[start + i * step]);
  return t;
}

static PyObject *tuple_concat(PyObject *a, PyObject *b) {
  if (!PyTuple_Check(b))
    return PyErr_Format(PyExc_TypeError,
                        "can only concatenate tuple (not \"%.200s\") to tuple",
                        _PyType_Name(Py_TYPE(b)));
  Py_ssize_t n = Py_SIZE(a), m = Py_SIZE(b);
  PyObject *t = PyTuple_New(n + m);
  for (Py_ssize_t i = 0; t && i < n; i++)
    items_of(t)[i] = Py_NewRef(items_of(a)[i]);
  for (Py_ssize_t i = 0; t && i < m; i++)
    items_of(t)[n + i] = Py_NewRef(items_of(b)[i]);
  return t;
}

static PyObject *tuple_repeat(PyObject *o, Py_ssize_t times) {
  Py_ssize_t n = Py_SIZE(o);
  if (times == 1 && PyTuple_CheckExact(o))
    return Py_NewRef(o);
  if (times <= 0 || n == 0)
    return PyTuple_New(0);
  if (n > PY_SSIZE_T_MAX / (Py_ssize_t)sizeof(PyObject *) / times)
    return PyErr_NoMemory();
  PyObject *t = PyTuple_New(n * times);
  for (Py_ssize_t i = 0; t && i < n * times; i++)
    items_of(t)[i] = Py_NewRef(items_of(o)[i % n]);
  return t;
}

static int tuple_contains(PyObject *o, PyObject *v) {
  int equal = 0;
  for (Py_ssize_t i = 0; !equal && i < Py_SIZE(o); i++)
    equal = PyObject_RichCompareBool(items_of(o)[i], v, Py_EQ);
  return equal;
}

static PyObject *tuple_new(PyTypeObject *type, PyObject *args, PyObject *kw) {
  PyObject *from = NULL;
  if (!_PyArg_NoKeywords("tuple", kw) ||
      !PyArg_UnpackTuple(args, "tuple", 0, 1, &from))
    return NULL;
  PyObject *plain = from ? PySequence_Tuple(from) : PyTuple_New(0);
  if (!plain || type == &PyTuple_Type)
    return plain;
  PyObject *t = type->tp_alloc(type, Py_SIZE(plain));
  for (Py_ssize_t i = 0; t && i < Py_SIZE(plain); i++)
    items_of(t)[i] = Py_NewRef(items_of(plain)[i]);
  Py_DECREF(plain);
  return t;
}

/* ---- methods -------------------------------------------------------------*/
static PyObject *tuple_index(PyObject *o, PyObject *const *args,
                             Py_ssize_t nargs) {
  if (!_PyArg_CheckPositional("index", nargs, 1, 3))
    return NULL;
  Py_ssize_t n = Py_SIZE(o), start = 0, stop = n;
  if (nargs > 1)
    start = PyNumber_AsSsize_t(args[1], NULL);
  if (nargs > 2)
    stop = PyNumber_AsSsize_t(args[2], NULL);
  if (PyErr_Occurred())
    return NULL;
  start = start < 0 ? (start + n < 0 ? 0 : start + n) : start;
  stop = stop < 0 ? stop + n : stop > n ? n : stop;
  for (Py_ssize_t i = start; i < stop; i++) {
    int equal = PyObject_RichCompareBool(items_of(o)[i], args[0], Py_EQ);
    if (equal)
      return equal < 0 ? NULL : PyLong_FromSsize_t(i);
  }
  PyErr_SetString(PyExc_ValueError, "tuple.index(x): x not in tuple");
  return NULL;
}

static PyObject *tuple_count(PyObject *o, PyObject *v) {
  Py_ssize_t count = 0;
  for (Py_ssize_t i = 0; i < Py_SIZE(o); i++) {
    int equal = PyObject_RichCompareBool(items_of(o)[i], v, Py_EQ);
    if (equal < 0)
      return NULL;
    count += equal;
  }
  return PyLong_FromSsize_t(count);
}

PyObject *_Py_GenericAliasOf(PyObject *cls, PyObject *item);
static PyMethodDef tuple_methods[] = {
    {"index", _PyCFunction_CAST(tuple_index), METH_FASTCALL, NULL},
    {"count", tuple_count, METH_O, NULL},
    {"__class_getitem__", _Py_GenericAliasOf, METH_O | METH_CLASS, NULL},
    {NULL, NULL, 0, NULL}};

/* ---- iteration -----------------------------------------------------------*/
typedef struct {
  PyObject_HEAD Py_ssize_t index;
  PyObject *tuple; /* NULL: exhausted */
} TupleIter;

extern PyTypeObject _PyTupleIter_Type;

static PyObject *tuple_iter(PyObject *o) {
  TupleIter *it = PyObject_New(TupleIter, &_PyTupleIter_Type);
  if (!it)
    return NULL;
  it->index = 0;
  it->tuple = Py_NewRef(o);
  return (PyObject *)it;
}

static void iter_dealloc(PyObject *o) {
  Py_XDECREF(((TupleIter *)o)->tuple);
  PyObject_Free(o);
}

static PyObject *iter_next(PyObject *o) {
  TupleIter *it = (TupleIter *)o;
  if (!it->tuple)
    return NULL;
  if (it->index < Py_SIZE(it->tuple))
    return Py_NewRef(items_of(it->tuple)[it->index++]);
  Py_CLEAR(it->tuple);
  return NULL;
}

static PyObject *iter_hint(PyObject *o, PyObject *unused) {
  (void)unused;
  TupleIter *it = (TupleIter *)o;
  return PyLong_FromSsize_t(it->tuple ? Py_SIZE(it->tuple) - it->index : 0);
}
static PyMethodDef iter_methods[] = {
    {"__length_hint__", iter_hint, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};

PyTypeObject _PyTupleIter_Type = {
    .ob_base = {PyObject_HEAD_INIT(&PyType_Type), 0},
    .tp_name = "tuple_iterator",
    .tp_basicsize = sizeof(TupleIter),
    .tp_flags = Py_TPFLAGS_HAVE_GC,
    .tp_dealloc = iter_dealloc,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = iter_next,
    .tp_methods = iter_methods,
};

static PySequenceMethods tuple_as_sequence = {
    .sq_length = PyTuple_Size,
    .sq_concat = tuple_concat,
    .sq_repeat = tuple_repeat,
    .sq_item = tuple_item,
    .sq_contains = tuple_contains,
};
static PyMappingMethods tuple_as_mapping = {PyTuple_Size, tuple_subscript,
                                            NULL};

PyTypeObject PyTuple_Type = {
    .ob_base = {PyObject_HEAD_INIT(&PyType_Type), 0},
    .tp_name = "tuple",
    .tp_basicsize = sizeof(PyTupleObject),
    .tp_itemsize = sizeof(PyObject *),
    .tp_flags =
        Py_TPFLAGS_BASETYPE | Py_TPFLAGS_TUPLE_SUBCLASS | Py_TPFLAGS_HAVE_GC,
    .tp_dealloc = tuple_dealloc,
    .tp_repr = tuple_repr,
    .tp_as_sequence = &tuple_as_sequence,
    .tp_as_mapping = &tuple_as_mapping,
    .tp_hash = tuple_hash,
    .tp_richcompare = tuple_compare,
    .tp_iter = tuple_iter,
    .tp_methods = tuple_methods,
    .tp_new = tuple_new,
};
