/* The general iterators: over anything with __getitem__, over the results of a
 * function until a sentinel, and backwards over a sequence (reversed). */
#include "names.h"

/* ---- by index ------------------------------------------------------------*/
typedef struct {
  PyObject_HEAD Py_ssize_t index;
  PyObject *sequence; /* NULL: exhausted */
} SeqIter;

static PyObject *new_seqiter(PyTypeObject *type, PyObject *o, Py_ssize_t at) {
  SeqIter *it = (SeqIter *)type->tp_alloc(type, 0);
  if (!it)
    return NULL;
  it->index = at;
  it->sequence = Py_NewRef(o);
  return (PyObject *)it;
}

PyObject *PySeqIter_New(PyObject *o) {
  return new_seqiter(&PySeqIter_Type, o, 0);
}

static void seqiter_dealloc(PyObject *o) {
  Py_XDECREF(((SeqIter *)o)->sequence);
  PyObject_Free(o);
}

/* IndexError and StopIteration end the iteration. */
static void end(SeqIter *it) {
  if (PyErr_ExceptionMatches(PyExc_IndexError) ||
      PyErr_ExceptionMatches(PyExc_StopIteration)) {
    PyErr_Clear();
    Py_CLEAR(it->sequence);
  }
}

static PyObject *seqiter_next(PyObject *o) {
  SeqIter *it = (SeqIter *)o;
  PyObject *item =
      it->sequence ? PySequence_GetItem(it->sequence, it->index) : NULL;
  if (item)
    it->index++;
  else if (it->sequence)
    end(it);
  return item;
}

PyTypeObject PySeqIter_Type = {
    .ob_base = {PyObject_HEAD_INIT(&PyType_Type), 0},
    .tp_name = "iterator",
    .tp_basicsize = sizeof(SeqIter),
    .tp_flags = Py_TPFLAGS_HAVE_GC,
    .tp_dealloc = seqiter_dealloc,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = seqiter_next,
};

/* ---- reversed ------------------------------------------------------------*/
static PyObject *reversed_new(PyTypeObject *type, PyObject *args,
                              PyObject *kw) {
  PyObject *o;
  if (!_PyArg_NoKeywords("reversed", kw) ||
      !PyArg_UnpackTuple(args, "reversed", 1, 1, &o))
    return NULL;
  PyObject *method = _PyObject_LookupSpecialId(o, _Py_ID(__reversed__));
  if (method == Py_None) {
    Py_DECREF(method);
    return PyErr_Format(PyExc_TypeError, "'%.200s' object is not reversible",
                        _PyType_Name(Py_TYPE(o)));
  }
  if (method) {
    PyObject *r = PyObject_CallNoArgs(method);
    Py_DECREF(method);
    return r;
  }
  if (PyErr_Occurred())
    return NULL;
  if (!PySequence_Check(o))
    return PyErr_Format(PyExc_TypeError, "'%.200s' object is not reversible",
                        _PyType_Name(Py_TYPE(o)));
  Py_ssize_t n = PySequence_Size(o);
  return n < 0 ? NULL : new_seqiter(type, o, n - 1);
}

static PyObject *reversed_next(PyObject *o) {
  SeqIter *it = (SeqIter *)o;
  if (!it->sequence)
    return NULL;
  PyObject *item =
      it->index >= 0 ? PySequence_GetItem(it->sequence, it->index) : NULL;
  if (item)
    it->index--;
  else if (it->index < 0)
    Py_CLEAR(it->sequence);
  else
    end(it);
  return item;
}

static PyObject *reversed_hint(PyObject *o, PyObject *unused) {
  (void)unused;
  return PyLong_FromSsize_t(((SeqIter *)o)->sequence ? ((SeqIter *)o)->index + 1
                                                     : 0);
}
static PyMethodDef reversed_methods[] = {
    {"__length_hint__", reversed_hint, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL}};

PyTypeObject PyReversed_Type = {
    .ob_base = {PyObject_HEAD_INIT(&PyType_Type), 0},
    .tp_name = "reversed",
    .tp_basicsize = sizeof(SeqIter),
    .tp_flags = Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC,
    .tp_dealloc = seqiter_dealloc,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = reversed_next,
    .tp_methods = reversed_methods,
    .tp_new = reversed_new,
};

/* ---- iter(callable, sentinel) --------------------------------------------*/
typedef struct {
  PyObject_HEAD PyObject *callable, *sentinel; /* NULL: exhausted */
} CallIter;

PyObject *PyCallIter_New(PyObject *callable, PyObject *sentinel) {
  CallIter *it = PyObject_New(CallIter, &PyCallIter_Type);
  if (!it)
    return NULL;
  it->callable = Py_NewRef(callable);
  it->sentinel = Py_NewRef(sentinel);
  return (PyObject *)it;
}

static void calliter_dealloc(PyObject *o) {
  Py_XDECREF(((CallIter *)o)->callable);
  Py_XDECREF(((CallIter *)o)->sentinel);
  PyObject_Free(o);
}

static PyObject *calliter_next(PyObject *o) {
  CallIter *it = (CallIter *)o;
  if (!it->callable)
    return NULL;
  PyObject *r = PyObject_CallNoArgs(it->callable);
  int same =
      r && it->sentinel ? PyObject_RichCompareBool(it->sentinel, r, Py_EQ) : -1;
  if (r && same == 0)
    return r;
  Py_XDECREF(r);
  if (same > 0 || PyErr_ExceptionMatches(PyExc_StopIteration)) {
    PyErr_Clear();
    Py_CLEAR(it->callable);
    Py_CLEAR(it->sentinel);
  }
  return NULL;
}

PyTypeObject PyCallIter_Type = {
    .ob_base = {PyObject_HEAD_INIT(&PyType_Type), 0},
    .tp_name = "callable_iterator",
    .tp_basicsize = sizeof(CallIter),
    .tp_flags = Py_TPFLAGS_HAVE_GC,
    .tp_dealloc = calliter_dealloc,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = calliter_next,
};
