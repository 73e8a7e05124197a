/* slice: start, stop and step of a subscription. */
#include "names.h"

#define S(o) ((PySliceObject *)(o))

PyObject *PySlice_New(PyObject *start, PyObject *stop, PyObject *step) {
  PySliceObject *s = PyObject_New(PySliceObject, &PySlice_Type);
  if (!s)
    return NULL;
  s->start = Py_NewRef(start ? start : Py_None);
  s->stop = Py_NewRef(stop ? stop : Py_None);
  s->step = Py_NewRef(step ? step : Py_None);
  return (PyObject *)s;
}

/* An index, or `otherwise` for None. */
static int evaluate(PyObject *o, Py_ssize_t otherwise, Py_ssize_t *value) {
  *value = otherwise;
  if (o == Py_None)
    return 0;
  if (!PyIndex_Check(o)) {
    PyErr_SetString(PyExc_TypeError, "slice indices must be integers or None "
                                     "or have an __index__ method");
    return -1;
  }
  *value = PyNumber_AsSsize_t(o, NULL);
  return *value == -1 && PyErr_Occurred() ? -1 : 0;
}

int PySlice_Unpack(PyObject *o, Py_ssize_t *start, Py_ssize_t *stop,
                   Py_ssize_t *step) {
  const Py_ssize_t min = -PY_SSIZE_T_MAX - 1, max = PY_SSIZE_T_MAX;
  if (evaluate(S(o)->step, 1, step) < 0)
    return -1;
  if (*step == 0) {
    PyErr_SetString(PyExc_ValueError, "slice step cannot be zero");
    return -1;
  }
  if (*step < -max)
    *step = -max; /* so that it can be negated */
  if (evaluate(S(o)->start, *step < 0 ? max : 0, start) < 0 ||
      evaluate(S(o)->stop, *step < 0 ? min : max, stop) < 0)
    return -1;
  return 0;
}

Py_ssize_t PySlice_AdjustIndices(Py_ssize_t length, Py_ssize_t *start,
                                 Py_ssize_t *stop, Py_ssize_t step) {
  Py_ssize_t *both[] = {start, stop};
  for (int i = 0; i < 2; i++) {
    if (*both[i] < 0) {
      *both[i] += length;
      if (*both[i] < 0)
        *both[i] = step < 0 ? -1 : 0;
    } else if (*both[i] >= length) {
      *both[i] = step < 0 ? length - 1 : length;
    }
  }
  if (step < 0)
    return *stop < *start ? (*start - *stop - 1) / -step + 1 : 0;
  return *start < *stop ? (*stop - *start - 1) / step + 1 : 0;
}

static void slice_dealloc(PyObject *o) {
  Py_DECREF(S(o)->start);
  Py_DECREF(S(o)->stop);
  Py_DECREF(S(o)->step);
  PyObject_Free(o);
}

static PyObject *slice_repr(PyObject *o) {
  return PyUnicode_FromFormat("slice(%R, %R, %R)", S(o)->start, S(o)->stop,
                              S(o)->step);
}

static PyObject *as_tuple(PyObject *o) {
  return PyTuple_Pack(3, S(o)->start, S(o)->stop, S(o)->step);
}

static PyObject *slice_compare(PyObject *a, PyObject *b, int op) {
  if (!PySlice_Check(a) || !PySlice_Check(b))
    Py_RETURN_NOTIMPLEMENTED;
  PyObject *x = as_tuple(a), *y = x ? as_tuple(b) : NULL;
  PyObject *r = y ? PyObject_RichCompare(x, y, op) : NULL;
  Py_XDECREF(x);
  Py_XDECREF(y);
  return r;
}

static PyObject *slice_new(PyTypeObject *type, PyObject *args, PyObject *kw) {
  PyObject *start, *stop = NULL, *step = NULL;
  (void)type;
  if (!_PyArg_NoKeywords("slice", kw) ||
      !PyArg_UnpackTuple(args, "slice", 1, 3, &start, &stop, &step))
    return NULL;
  return stop ? PySlice_New(start, stop, step) : PySlice_New(NULL, start, NULL);
}

static PyObject *slice_indices(PyObject *o, PyObject *length) {
  Py_ssize_t start, stop, step, n = PyNumber_AsSsize_t(length, NULL);
  if (n < 0 && !PyErr_Occurred())
    PyErr_SetString(PyExc_ValueError, "length should not be negative");
  if (n < 0 || PySlice_Unpack(o, &start, &stop, &step) < 0)
    return NULL;
  PySlice_AdjustIndices(n, &start, &stop, step);
  PyObject *t = PyTuple_New(3);
  Py_ssize_t values[] = {start, stop, step};
  for (int i = 0; t && i < 3; i++) {
    PyObject *v = PyLong_FromSsize_t(values[i]);
    if (!v)
      Py_CLEAR(t);
    else
      PyTuple_SET_ITEM(t, i, v);
  }
  return t;
}

static PyMethodDef slice_methods[] = {{"indices", slice_indices, METH_O, NULL},
                                      {NULL, NULL, 0, NULL}};
static PyMemberDef slice_members[] = {
    {"start", T_OBJECT, offsetof(PySliceObject, start), READONLY, NULL},
    {"stop", T_OBJECT, offsetof(PySliceObject, stop), READONLY, NULL},
    {"step", T_OBJECT, offsetof(PySliceObject, step), READONLY, NULL},
    {NULL, 0, 0, 0, NULL}};

PyTypeObject PySlice_Type = {
    .ob_base = {PyObject_HEAD_INIT(&PyType_Type), 0},
    .tp_name = "slice",
    .tp_basicsize = sizeof(PySliceObject),
    .tp_flags = Py_TPFLAGS_HAVE_GC,
    .tp_dealloc = slice_dealloc,
    .tp_repr = slice_repr,
    .tp_hash = PyObject_HashNotImplemented,
    .tp_richcompare = slice_compare,
    .tp_methods = slice_methods,
    .tp_members = slice_members,
    .tp_new = slice_new,
};
