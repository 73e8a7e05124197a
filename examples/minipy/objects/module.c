/* Module objects: a dict with a name. */
#include "../object.h"

PyObject *PyModule_NewObject(PyObject *name) {
  PyModuleObject *self = PyObject_New(PyModuleObject, &PyModule_Type);
  if (!self)
    return NULL;
  self->md_name = Py_NewRef(name);
  self->md_dict = PyDict_New();
  if (!self->md_dict ||
      PyDict_SetItemString(self->md_dict, "__name__", name) < 0 ||
      PyDict_SetItemString(self->md_dict, "__doc__", Py_None) < 0) {
    Py_DECREF(self);
    return NULL;
  }
  return (PyObject *)self;
}

PyObject *PyModule_New(const char *name) {
  PyObject *text = PyUnicode_FromString(name);
  PyObject *module = text ? PyModule_NewObject(text) : NULL;
  Py_XDECREF(text);
  return module;
}

PyObject *PyModule_GetDict(PyObject *m) {
  return ((PyModuleObject *)m)->md_dict;
}

int PyModule_AddObjectRef(PyObject *m, const char *name, PyObject *v) {
  return v ? PyDict_SetItemString(PyModule_GetDict(m), name, v) : -1;
}

int PyModule_AddObject(PyObject *m, const char *name, PyObject *v) {
  int status = PyModule_AddObjectRef(m, name, v);
  Py_XDECREF(v);
  return status;
}

int PyModule_AddIntConstant(PyObject *m, const char *name, long v) {
  return PyModule_AddObject(m, name, PyLong_FromLong(v));
}

int PyModule_AddStringConstant(PyObject *m, const char *name, const char *v) {
  return PyModule_AddObject(m, name, PyUnicode_FromString(v));
}

int PyModule_AddFunctions(PyObject *m, PyMethodDef *functions) {
  for (; functions->ml_name; functions++)
    if (PyModule_AddObject(m, functions->ml_name,
                           PyCFunction_New(functions, m)) < 0)
      return -1;
  return 0;
}

static void module_dealloc(PyObject *self) {
  Py_XDECREF(((PyModuleObject *)self)->md_dict);
  Py_XDECREF(((PyModuleObject *)self)->md_name);
  PyObject_Free(self);
}

static PyObject *module_repr(PyObject *self) {
  PyObject *file = PyDict_GetItemString(PyModule_GetDict(self), "__file__");
  if (file)
    return PyUnicode_FromFormat("<module %R from %R>",
                                ((PyModuleObject *)self)->md_name, file);
  return PyUnicode_FromFormat("<module %R (built-in)>",
                              ((PyModuleObject *)self)->md_name);
}

/* The usual lookup, which covers the dict; else the module's __getattr__. */
static PyObject *module_getattro(PyObject *self, PyObject *name) {
  PyObject *dict = PyModule_GetDict(self);
  PyObject *v = PyDict_GetItemWithError(dict, name);
  if (v)
    return Py_NewRef(v);
  v = PyErr_Occurred() ? NULL : PyObject_GenericGetAttr(self, name);
  if (v || !PyErr_ExceptionMatches(PyExc_AttributeError))
    return v;
  PyErr_Clear();
  PyObject *hook = PyDict_GetItemString(dict, "__getattr__");
  if (hook)
    return PyObject_CallOneArg(hook, name);
  return PyErr_Format(PyExc_AttributeError, "module '%U' has no attribute '%U'",
                      ((PyModuleObject *)self)->md_name, name);
}

static PyObject *module_get_dict(PyObject *self, void *unused) {
  (void)unused;
  return Py_NewRef(PyModule_GetDict(self));
}

static PyGetSetDef module_getset[] = {
    {"__dict__", module_get_dict, NULL, NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL}};

PyTypeObject PyModule_Type = {
    .ob_base = {PyObject_HEAD_INIT(&PyType_Type), 0},
    .tp_name = "module",
    .tp_basicsize = sizeof(PyModuleObject),
    .tp_dealloc = module_dealloc,
    .tp_repr = module_repr,
    .tp_getattro = module_getattro,
    .tp_setattro = PyObject_GenericSetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC,
    .tp_getset = module_getset,
    .tp_dictoffset = offsetof(PyModuleObject, md_dict),
};
