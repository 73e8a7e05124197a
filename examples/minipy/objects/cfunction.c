/* Functions written in C, and bound methods of functions of either kind. */
#include "names.h"

/* ---- calling through a PyMethodDef ---------------------------------------*/
static PyObject *wrong_count(PyMethodDef *ml, PyObject *self, const char *text,
                             size_t nargs) {
  /* "list.append() takes exactly one argument (2 given)" */
  if (self && !PyModule_Check(self) && !(ml->ml_flags & METH_STATIC)) {
    PyTypeObject *t = PyType_Check(self) ? (PyTypeObject *)self : Py_TYPE(self);
    return PyErr_Format(PyExc_TypeError, "%s.%s() %s (%zu given)",
                        _PyType_Name(t), ml->ml_name, text, nargs);
  }
  return PyErr_Format(PyExc_TypeError, "%s() %s (%zu given)", ml->ml_name, text,
                      nargs);
}

static PyObject *no_keywords(PyMethodDef *ml, PyObject *self) {
  if (self && !PyModule_Check(self) && !(ml->ml_flags & METH_STATIC)) {
    PyTypeObject *t = PyType_Check(self) ? (PyTypeObject *)self : Py_TYPE(self);
    return PyErr_Format(PyExc_TypeError, "%s.%s() takes no keyword arguments",
                        _PyType_Name(t), ml->ml_name);
  }
  return PyErr_Format(PyExc_TypeError, "%s() takes no keyword arguments",
                      ml->ml_name);
}

static PyObject *keywords_dict(PyObject *const *values, PyObject *kwnames) {
  PyObject *kw = PyDict_New();
  for (Py_ssize_t i = 0; kw && i < PyTuple_GET_SIZE(kwnames); i++)
    if (PyDict_SetItem(kw, PyTuple_GET_ITEM(kwnames, i), values[i]) < 0)
      Py_CLEAR(kw);
  return kw;
}

static PyObject *call_with_tuple(PyMethodDef *ml, PyObject *self,
                                 PyObject *const *args, size_t nargs,
                                 PyObject *kwnames) {
  PyObject *tuple = _PyTuple_FromArray(args, (Py_ssize_t)nargs), *kw = NULL;
  PyObject *r = NULL;
  if (!tuple)
    return NULL;
  if (!(ml->ml_flags & METH_KEYWORDS))
    r = ml->ml_meth(self, tuple);
  else if (!kwnames || (kw = keywords_dict(args + nargs, kwnames)))
    r = ((PyCFunctionWithKeywords)(void (*)(void))ml->ml_meth)(self, tuple, kw);
  Py_XDECREF(kw);
  Py_DECREF(tuple);
  return r;
}

PyObject *_PyMethodDef_Vectorcall(PyMethodDef *ml, PyObject *self,
                                  PyObject *const *args, size_t nargs,
                                  PyObject *kwnames) {
  if (kwnames && PyTuple_GET_SIZE(kwnames) == 0)
    kwnames = NULL;
  if (kwnames && !(ml->ml_flags & METH_KEYWORDS))
    return no_keywords(ml, self);
  void (*f)(void) = (void (*)(void))ml->ml_meth;
  switch (ml->ml_flags &
          (METH_NOARGS | METH_O | METH_FASTCALL | METH_KEYWORDS)) {
  case METH_NOARGS:
    return nargs ? wrong_count(ml, self, "takes no arguments", nargs)
                 : ml->ml_meth(self, NULL);
  case METH_O:
    return nargs == 1
               ? ml->ml_meth(self, args[0])
               : wrong_count(ml, self, "takes exactly one argument", nargs);
  case METH_FASTCALL:
    return ((_PyCFunctionFast)f)(self, args, (Py_ssize_t)nargs);
  case METH_FASTCALL | METH_KEYWORDS:
    return ((_PyCFunctionFastWithKeywords)f)(self, args, (Py_ssize_t)nargs,
                                             kwnames);
  default:
    return call_with_tuple(ml, self, args, nargs, kwnames);
  }
}

/* ---- builtin_function_or_method ------------------------------------------*/
PyObject *PyCFunction_NewEx(PyMethodDef *ml, PyObject *self, PyObject *module) {
  PyCFunctionObject *f = PyObject_New(PyCFunctionObject, &PyCFunction_Type);
  if (!f)
    return NULL;
  f->m_ml = ml;
  f->m_self = Py_XNewRef(self);
  f->m_module = Py_XNewRef(module);
  return (PyObject *)f;
}

PyObject *PyCFunction_New(PyMethodDef *ml, PyObject *self) {
  return PyCFunction_NewEx(ml, self, NULL);
}

static void cfunction_dealloc(PyObject *o) {
  Py_XDECREF(((PyCFunctionObject *)o)->m_self);
  Py_XDECREF(((PyCFunctionObject *)o)->m_module);
  PyObject_Free(o);
}

static PyObject *cfunction_vectorcall(PyObject *o, PyObject *const *args,
                                      size_t nargs, PyObject *kwnames) {
  PyCFunctionObject *f = (PyCFunctionObject *)o;
  return _PyMethodDef_Vectorcall(f->m_ml, f->m_self, args, nargs, kwnames);
}

static PyObject *cfunction_repr(PyObject *o) {
  PyCFunctionObject *f = (PyCFunctionObject *)o;
  if (!f->m_self || PyModule_Check(f->m_self))
    return PyUnicode_FromFormat("<built-in function %s>", f->m_ml->ml_name);
  return PyUnicode_FromFormat("<built-in method %s of %s object at %p>",
                              f->m_ml->ml_name,
                              _PyType_Name(Py_TYPE(f->m_self)), f->m_self);
}

static PyObject *cfunction_compare(PyObject *a, PyObject *b, int op) {
  if ((op != Py_EQ && op != Py_NE) || !PyCFunction_Check(a) ||
      !PyCFunction_Check(b))
    Py_RETURN_NOTIMPLEMENTED;
  PyCFunctionObject *f = (PyCFunctionObject *)a, *g = (PyCFunctionObject *)b;
  int equal = f->m_self == g->m_self && f->m_ml == g->m_ml;
  return PyBool_FromLong(equal == (op == Py_EQ));
}

static Py_hash_t cfunction_hash(PyObject *o) {
  PyCFunctionObject *f = (PyCFunctionObject *)o;
  Py_hash_t h = _Py_HashPointer(f->m_self) ^ _Py_HashPointer(f->m_ml);
  return h == -1 ? -2 : h;
}

static PyObject *cfunction_name(PyObject *o, void *c) {
  (void)c;
  return PyUnicode_FromString(((PyCFunctionObject *)o)->m_ml->ml_name);
}
static PyObject *cfunction_qualname(PyObject *o, void *c) {
  PyObject *self = ((PyCFunctionObject *)o)->m_self;
  if (!self || PyModule_Check(self))
    return cfunction_name(o, c);
  PyTypeObject *t = PyType_Check(self) ? (PyTypeObject *)self : Py_TYPE(self);
  return PyUnicode_FromFormat("%s.%s", _PyType_Name(t),
                              ((PyCFunctionObject *)o)->m_ml->ml_name);
}
static PyObject *cfunction_doc(PyObject *o, void *c) {
  (void)c;
  const char *doc = ((PyCFunctionObject *)o)->m_ml->ml_doc;
  return doc ? PyUnicode_FromString(doc) : Py_NewRef(Py_None);
}
static PyGetSetDef cfunction_getset[] = {
    {"__name__", cfunction_name, NULL, NULL, NULL},
    {"__qualname__", cfunction_qualname, NULL, NULL, NULL},
    {"__doc__", cfunction_doc, NULL, NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL}};
static PyMemberDef cfunction_members[] = {
    {"__self__", T_OBJECT, offsetof(PyCFunctionObject, m_self), READONLY, NULL},
    {"__module__", T_OBJECT, offsetof(PyCFunctionObject, m_module), READONLY,
     NULL},
    {NULL, 0, 0, 0, NULL}};

PyTypeObject PyCFunction_Type = {
    .ob_base = {PyObject_HEAD_INIT(&PyType_Type), 0},
    .tp_name = "builtin_function_or_method",
    .tp_basicsize = sizeof(PyCFunctionObject),
    .tp_flags = Py_TPFLAGS_HAVE_GC,
    .tp_dealloc = cfunction_dealloc,
    .tp_repr = cfunction_repr,
    .tp_hash = cfunction_hash,
    .tp_call = PyVectorcall_Call,
    .tp_vectorcall = cfunction_vectorcall,
    .tp_richcompare = cfunction_compare,
    .tp_members = cfunction_members,
    .tp_getset = cfunction_getset,
};

/* ---- method --------------------------------------------------------------*/
PyObject *PyMethod_New(PyObject *function, PyObject *self) {
  PyMethodObject *m = PyObject_New(PyMethodObject, &PyMethod_Type);
  if (!m)
    return NULL;
  m->im_func = Py_NewRef(function);
  m->im_self = Py_NewRef(self);
  return (PyObject *)m;
}

static void method_dealloc(PyObject *o) {
  Py_DECREF(PyMethod_GET_FUNCTION(o));
  Py_DECREF(PyMethod_GET_SELF(o));
  PyObject_Free(o);
}

static PyObject *method_vectorcall(PyObject *o, PyObject *const *args,
                                   size_t nargs, PyObject *kwnames) {
  return _PyObject_VectorcallPrepend(
      PyMethod_GET_FUNCTION(o), PyMethod_GET_SELF(o), args, nargs, kwnames);
}

static PyObject *method_repr(PyObject *o) {
  PyObject *name, *r;
  if (_PyObject_LookupAttr(PyMethod_GET_FUNCTION(o), _Py_ID(__qualname__),
                           &name) < 0)
    return NULL;
  r = name && PyUnicode_Check(name)
          ? PyUnicode_FromFormat("<bound method %U of %R>", name,
                                 PyMethod_GET_SELF(o))
          : PyUnicode_FromFormat("<bound method ? of %R>",
                                 PyMethod_GET_SELF(o));
  Py_XDECREF(name);
  return r;
}

static PyObject *method_compare(PyObject *a, PyObject *b, int op) {
  if ((op != Py_EQ && op != Py_NE) || !PyMethod_Check(a) || !PyMethod_Check(b))
    Py_RETURN_NOTIMPLEMENTED;
  int equal = PyMethod_GET_SELF(a) == PyMethod_GET_SELF(b);
  if (equal)
    equal = PyObject_RichCompareBool(PyMethod_GET_FUNCTION(a),
                                     PyMethod_GET_FUNCTION(b), Py_EQ);
  return equal < 0 ? NULL : PyBool_FromLong(equal == (op == Py_EQ));
}

static Py_hash_t method_hash(PyObject *o) {
  Py_hash_t x = _Py_HashPointer(PyMethod_GET_SELF(o));
  Py_hash_t y = PyObject_Hash(PyMethod_GET_FUNCTION(o));
  return y == -1 ? -1 : (x ^ y) == -1 ? -2 : (x ^ y);
}

static PyMemberDef method_members[] = {
    {"__func__", T_OBJECT, offsetof(PyMethodObject, im_func), READONLY, NULL},
    {"__self__", T_OBJECT, offsetof(PyMethodObject, im_self), READONLY, NULL},
    {NULL, 0, 0, 0, NULL}};

/* Any other attribute is the function's. */
static PyObject *method_getattro(PyObject *o, PyObject *name) {
  PyObject *own = _PyType_Lookup(&PyMethod_Type, name);
  if (own && !Py_IS_TYPE(own, &PyGetSetDescr_Type) &&
      !Py_IS_TYPE(own, &PyMemberDescr_Type) &&
      _PyUnicode_EqualToASCIIString(name, "__doc__"))
    own = NULL;
  if (own)
    return PyObject_GenericGetAttr(o, name);
  return PyObject_GetAttr(PyMethod_GET_FUNCTION(o), name);
}

static PyObject *method_new(PyTypeObject *type, PyObject *args, PyObject *kw) {
  PyObject *f, *self;
  (void)type;
  if (!_PyArg_NoKeywords("method", kw) ||
      !PyArg_UnpackTuple(args, "method", 2, 2, &f, &self))
    return NULL;
  return PyMethod_New(f, self);
}

static PyObject *method_get(PyObject *o, PyObject *instance, PyObject *cls) {
  (void)instance, (void)cls;
  return Py_NewRef(o); /* already bound */
}

PyTypeObject PyMethod_Type = {
    .ob_base = {PyObject_HEAD_INIT(&PyType_Type), 0},
    .tp_name = "method",
    .tp_basicsize = sizeof(PyMethodObject),
    .tp_flags = Py_TPFLAGS_HAVE_GC,
    .tp_dealloc = method_dealloc,
    .tp_repr = method_repr,
    .tp_hash = method_hash,
    .tp_call = PyVectorcall_Call,
    .tp_vectorcall = method_vectorcall,
    .tp_getattro = method_getattro,
    .tp_richcompare = method_compare,
    .tp_descr_get = method_get,
    .tp_members = method_members,
    .tp_new = method_new,
};
