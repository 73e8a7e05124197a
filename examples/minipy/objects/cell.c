/* Cells: variables that an inner function shares with the outer one. */
#include "../object.h"

PyObject *PyCell_New(PyObject *v) {
  PyCellObject *self = PyObject_New(PyCellObject, &PyCell_Type);
  if (self)
    self->ob_ref = Py_XNewRef(v);
  return (PyObject *)self;
}

PyObject *PyCell_Get(PyObject *cell) { return Py_XNewRef(PyCell_GET(cell)); }

int PyCell_Set(PyObject *cell, PyObject *v) {
  Py_XSETREF(((PyCellObject *)cell)->ob_ref, Py_XNewRef(v));
  return 0;
}

static void cell_dealloc(PyObject *self) {
  Py_XDECREF(PyCell_GET(self));
  PyObject_Free(self);
}

static PyObject *cell_repr(PyObject *self) {
  PyObject *v = PyCell_GET(self);
  if (!v)
    return PyUnicode_FromFormat("<cell at %p: empty>", (void *)self);
  return PyUnicode_FromFormat("<cell at %p: %s object at %p>", (void *)self,
                              Py_TYPE(v)->tp_name, (void *)v);
}

static PyObject *get_contents(PyObject *self, void *unused) {
  (void)unused;
  if (!PyCell_GET(self)) {
    PyErr_SetString(PyExc_ValueError, "Cell is empty");
    return NULL;
  }
  return PyCell_Get(self);
}

static int set_contents(PyObject *self, PyObject *v, void *unused) {
  (void)unused;
  return PyCell_Set(self, v);
}

static PyGetSetDef cell_getset[] = {
    {"cell_contents", get_contents, set_contents, NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL}};

PyTypeObject PyCell_Type = {
    .ob_base = {PyObject_HEAD_INIT(&PyType_Type), 0},
    .tp_name = "cell",
    .tp_basicsize = sizeof(PyCellObject),
    .tp_dealloc = cell_dealloc,
    .tp_repr = cell_repr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC |
                Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .tp_getset = cell_getset,
};
