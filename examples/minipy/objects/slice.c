/* Slice objects, and what they mean for a sequence of a given length. */
#include "../object.h"

PyObject *PySlice_New(PyObject *start, PyObject *stop, PyObject *step) {
  PySliceObject *self = PyObject_New(PySliceObject, &PySlice_Type);
  if (!self)
    return NULL;
  self->start = Py_NewRef(start ? start : Py_None);
  self->stop = Py_NewRef(stop ? stop : Py_None);
  self->step = Py_NewRef(step ? step : Py_None);
  return (PyObject *)self;
}

/* An index that is clamped to what fits; None: `otherwise`. */
static int index_or(PyObject *o, Py_ssize_t otherwise, Py_ssize_t *result) {
  *result = otherwise;
  if (o == Py_None)
    return 0;
  if (!PyIndex_Check(o)) {
    PyErr_SetString(PyExc_TypeError, "slice indices must be integers or None "
                                     "or have an __index__ method");
    return -1;
  }
  *result = PyNumber_AsSsize_t(o, NULL);
  return *result == -1 && PyErr_Occurred() ? -1 : 0;
}

int PySlice_Unpack(PyObject *s, Py_ssize_t *start, Py_ssize_t *stop,
                   Py_ssize_t *step) {
  PySliceObject *slice = (PySliceObject *)s;
  if (index_or(slice->step, 1, step) < 0)
    return -1;
  if (*step == 0) {
    PyErr_SetString(PyExc_ValueError, "slice step cannot be zero");
    return -1;
  }
  if (*step < -PY_SSIZE_T_MAX)
    *step = -PY_SSIZE_T_MAX;
  if (index_or(slice->start, *step < 0 ? PY_SSIZE_T_MAX : 0, start) < 0)
    return -1;
  return index_or(slice->stop,
                  *step < 0 ? -PY_SSIZE_T_MAX - 1 : PY_SSIZE_T_MAX, stop);
}

static Py_ssize_t clamped(Py_ssize_t i, Py_ssize_t length, Py_ssize_t step) {
  if (i < 0) {
    i += length;
    if (i < 0)
      i = step < 0 ? -1 : 0;
  } else if (i >= length) {
    i = step < 0 ? length - 1 : length;
  }
  return i;
}

Py_ssize_t PySlice_AdjustIndices(Py_ssize_t length, Py_ssize_t *start,
                                 Py_ssize_t *stop, Py_ssize_t step) {
  *start = clamped(*start, length, step);
  *stop = clamped(*stop, length, step);
  if (step < 0)
    return *stop < *start ? (*start - *stop - 1) / -step + 1 : 0;
  return *start < *stop ? (*stop - *start - 1) / step + 1 : 0;
}

static PyObject *slice_indices(PyObject *self, PyObject *arg) {
  Py_ssize_t length = PyNumber_AsSsize_t(arg, PyExc_OverflowError);
  if (length == -1 && PyErr_Occurred())
    return NULL;
  if (length < 0) {
    PyErr_SetString(PyExc_ValueError, "length should not be negative");
    return NULL;
  }
  Py_ssize_t n[3];
  if (PySlice_Unpack(self, &n[0], &n[1], &n[2]) < 0)
    return NULL;
  PySlice_AdjustIndices(length, &n[0], &n[1], n[2]);
  PyObject *result = PyTuple_New(3);
  for (int i = 0; result && i < 3; i++)
    PyTuple_SET_ITEM(result, i, PyLong_FromSsize_t(n[i]));
  return result;
}

static PyObject *slice_new(PyTypeObject *type, PyObject *args, PyObject *kw) {
  PyObject *a, *b = NULL, *step = NULL;
  (void)type;
  if (!_PyArg_NoKeywords("slice", kw) ||
      !PyArg_UnpackTuple(args, "slice", 1, 3, &a, &b, &step))
    return NULL;
  return b ? PySlice_New(a, b, step) : PySlice_New(NULL, a, NULL);
}

static void slice_dealloc(PyObject *self) {
  PySliceObject *slice = (PySliceObject *)self;
  Py_DECREF(slice->start);
  Py_DECREF(slice->stop);
  Py_DECREF(slice->step);
  PyObject_Free(self);
}

static PyObject *slice_repr(PyObject *self) {
  PySliceObject *slice = (PySliceObject *)self;
  return PyUnicode_FromFormat("slice(%R, %R, %R)", slice->start, slice->stop,
                              slice->step);
}

static PyObject *slice_richcompare(PyObject *a, PyObject *b, int op) {
  if (!PySlice_Check(a) || !PySlice_Check(b))
    Py_RETURN_NOTIMPLEMENTED;
  PySliceObject *x = (PySliceObject *)a, *y = (PySliceObject *)b;
  PyObject *left = PyTuple_Pack(3, x->start, x->stop, x->step);
  PyObject *right = PyTuple_Pack(3, y->start, y->stop, y->step);
  PyObject *r = left && right ? PyObject_RichCompare(left, right, op) : NULL;
  Py_XDECREF(left);
  Py_XDECREF(right);
  return r;
}

static PyMemberDef slice_members[] = {
    {"start", T_OBJECT, offsetof(PySliceObject, start), READONLY, NULL},
    {"stop", T_OBJECT, offsetof(PySliceObject, stop), READONLY, NULL},
    {"step", T_OBJECT, offsetof(PySliceObject, step), READONLY, NULL},
    {NULL, 0, 0, 0, NULL}};

static PyMethodDef slice_methods[] = {{"indices", slice_indices, METH_O, NULL},
                                      {NULL, NULL, 0, NULL}};

PyTypeObject PySlice_Type = {
    .ob_base = {PyObject_HEAD_INIT(&PyType_Type), 0},
    .tp_name = "slice",
    .tp_basicsize = sizeof(PySliceObject),
    .tp_dealloc = slice_dealloc,
    .tp_repr = slice_repr,
    .tp_hash = PyObject_HashNotImplemented,
    .tp_richcompare = slice_richcompare,
    .tp_members = slice_members,
    .tp_methods = slice_methods,
    .tp_new = slice_new,
};
