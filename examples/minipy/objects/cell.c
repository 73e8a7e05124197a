/* cell: a variable that several functions share. */
#include "names.h"

PyObject *PyCell_New(PyObject *v) {
  PyCellObject *c = PyObject_New(PyCellObject, &PyCell_Type);
  if (c)
    c->ob_ref = Py_XNewRef(v);
  return (PyObject *)c;
}

PyObject *PyCell_Get(PyObject *c) { return Py_XNewRef(PyCell_GET(c)); }

int PyCell_Set(PyObject *c, PyObject *v) {
  Py_XSETREF(((PyCellObject *)c)->ob_ref, Py_XNewRef(v));
  return 0;
}

static void cell_dealloc(PyObject *c) {
  Py_XDECREF(PyCell_GET(c));
  PyObject_Free(c);
}

static PyObject *cell_repr(PyObject *c) {
  PyObject *v = PyCell_GET(c);
  if (!v)
    return PyUnicode_FromFormat("<cell at %p: empty>", c);
  return PyUnicode_FromFormat("<cell at %p: %s object at %p>", c,
                              _PyType_Name(Py_TYPE(v)), v);
}

static PyObject *get_contents(PyObject *c, void *unused) {
  (void)unused;
  if (PyCell_GET(c))
    return PyCell_Get(c);
  PyErr_SetString(PyExc_ValueError, "Cell is empty");
  return NULL;
}
static int set_contents(PyObject *c, PyObject *v, void *unused) {
  (void)unused;
  return PyCell_Set(c, v);
}
static PyGetSetDef cell_getset[] = {
    {"cell_contents", get_contents, set_contents, NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL}};

PyTypeObject PyCell_Type = {
    .ob_base = {PyObject_HEAD_INIT(&PyType_Type), 0},
    .tp_name = "cell",
    .tp_basicsize = sizeof(PyCellObject),
    .tp_flags = Py_TPFLAGS_HAVE_GC,
    .tp_dealloc = cell_dealloc,
    .tp_repr = cell_repr,
    .tp_getset = cell_getset,
};
