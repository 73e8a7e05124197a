/* module: a __dict__ with a name. */
#include "names.h"

#define M(o) ((PyModuleObject *)(o))

PyObject *PyModule_NewObject(PyObject *name) {
  PyModuleObject *m = (PyModuleObject *)PyType_GenericAlloc(&PyModule_Type, 0);
  if (!m)
    return NULL;
  m->md_name = Py_NewRef(name);
  m->md_dict = PyDict_New();
  if (!m->md_dict || PyDict_SetItem(m->md_dict, _Py_ID(__name__), name) < 0 ||
      PyDict_SetItem(m->md_dict, _Py_ID(__doc__), Py_None) < 0)
    Py_CLEAR(m);
  return (PyObject *)m;
}

PyObject *PyModule_New(const char *name) {
  PyObject *u = PyUnicode_FromString(name);
  PyObject *m = u ? PyModule_NewObject(u) : NULL;
  Py_XDECREF(u);
  return m;
}

PyObject *PyModule_GetDict(PyObject *m) { return M(m)->md_dict; }

int PyModule_AddObjectRef(PyObject *m, const char *name, PyObject *v) {
  if (!v)
    return -1;
  PyObject *u = PyUnicode_InternFromString(name);
  int rc = u ? PyDict_SetItem(M(m)->md_dict, u, v) : -1;
  Py_XDECREF(u);
  return rc;
}

int PyModule_AddObject(PyObject *m, const char *name, PyObject *v) {
  int rc = PyModule_AddObjectRef(m, name, v);
  if (rc == 0)
    Py_DECREF(v);
  return rc;
}

int PyModule_AddIntConstant(PyObject *m, const char *name, long value) {
  PyObject *v = PyLong_FromLong(value);
  int rc = PyModule_AddObjectRef(m, name, v);
  Py_XDECREF(v);
  return rc;
}

int PyModule_AddStringConstant(PyObject *m, const char *name,
                               const char *value) {
  PyObject *v = PyUnicode_FromString(value);
  int rc = PyModule_AddObjectRef(m, name, v);
  Py_XDECREF(v);
  return rc;
}

int PyModule_AddFunctions(PyObject *m, PyMethodDef *functions) {
  for (PyMethodDef *f = functions; f->ml_name; f++) {
    PyObject *v = PyCFunction_NewEx(f, m, M(m)->md_name);
    int rc = PyModule_AddObjectRef(m, f->ml_name, v);
    Py_XDECREF(v);
    if (rc < 0)
      return -1;
  }
  return 0;
}

static void module_dealloc(PyObject *o) {
  Py_XDECREF(M(o)->md_dict);
  Py_XDECREF(M(o)->md_name);
  PyObject_Free(o);
}

static PyObject *module_repr(PyObject *o) {
  PyObject *file = PyDict_GetItemString(M(o)->md_dict, "__file__");
  if (file)
    return PyUnicode_FromFormat("<module %R from %R>", M(o)->md_name, file);
  return PyUnicode_FromFormat("<module %R (built-in)>", M(o)->md_name);
}

static PyObject *module_getattro(PyObject *o, PyObject *name) {
  PyObject *found = PyDict_GetItemWithError(M(o)->md_dict, name), *r;
  if (found)
    return Py_NewRef(found);
  if (PyErr_Occurred())
    return NULL;
  if ((r = PyObject_GenericGetAttr(o, name)) ||
      !PyErr_ExceptionMatches(PyExc_AttributeError))
    return r;
  PyErr_Clear();
  PyObject *hook = PyDict_GetItemWithError(M(o)->md_dict, _Py_ID(__getattr__));
  if (hook)
    return PyObject_CallOneArg(hook, name);
  return PyErr_Format(PyExc_AttributeError, "module %R has no attribute '%U'",
                      M(o)->md_name, name);
}

static int module_init(PyObject *o, PyObject *args, PyObject *kw) {
  PyObject *name, *doc = Py_None;
  char *names[] = {"name", "doc", NULL};
  if (!PyArg_ParseTupleAndKeywords(args, kw, "U|O:module", names, &name, &doc))
    return -1;
  Py_XSETREF(M(o)->md_name, Py_NewRef(name));
  if (!M(o)->md_dict && !(M(o)->md_dict = PyDict_New()))
    return -1;
  return PyDict_SetItem(M(o)->md_dict, _Py_ID(__name__), name) < 0 ||
                 PyDict_SetItem(M(o)->md_dict, _Py_ID(__doc__), doc) < 0
             ? -1
             : 0;
}

static PyObject *get_dict(PyObject *o, void *c) {
  (void)c;
  return Py_NewRef(M(o)->md_dict);
}
static PyGetSetDef module_getset[] = {{"__dict__", get_dict, NULL, NULL, NULL},
                                      {NULL, NULL, NULL, NULL, NULL}};

PyTypeObject PyModule_Type = {
    .ob_base = {PyObject_HEAD_INIT(&PyType_Type), 0},
    .tp_name = "module",
    .tp_basicsize = sizeof(PyModuleObject),
    .tp_flags = Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC,
    .tp_dictoffset = offsetof(PyModuleObject, md_dict),
    .tp_dealloc = module_dealloc,
    .tp_repr = module_repr,
    .tp_getattro = module_getattro,
    .tp_getset = module_getset,
    .tp_init = module_init,
    .tp_new = PyType_GenericNew,
};
