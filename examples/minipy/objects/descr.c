/* Descriptors of C types: methods (list.append), class methods (dict.fromkeys),
 * computed attributes (getset) and attributes at a fixed offset (member). */
#include "names.h"

typedef struct {
  PyObject_HEAD PyTypeObject *d_type
      Py_IMMUTABLE; /* borrowed by heap types: no cycle */
  const char *d_name Py_IMMUTABLE;
  void *d_def Py_IMMUTABLE; /* PyMethodDef, PyGetSetDef or PyMemberDef */
} Descr;

static PyObject *new_descr(PyTypeObject *kind, PyTypeObject *type,
                           const char *name, void *def) {
  Descr *d = PyObject_New(Descr, kind);
  if (!d)
    return NULL;
  d->d_type = (PyTypeObject *)Py_NewRef(type);
  d->d_name = name;
  d->d_def = def;
  return (PyObject *)d;
}

PyObject *PyDescr_NewMethod(PyTypeObject *type, PyMethodDef *ml) {
  PyTypeObject *kind = ml->ml_flags & METH_CLASS ? &PyClassMethodDescr_Type
                                                 : &PyMethodDescr_Type;
  return new_descr(kind, type, ml->ml_name, ml);
}
PyObject *PyDescr_NewGetSet(PyTypeObject *type, PyGetSetDef *gs) {
  return new_descr(&PyGetSetDescr_Type, type, gs->name, gs);
}
PyObject *PyDescr_NewMember(PyTypeObject *type, PyMemberDef *m) {
  return new_descr(&PyMemberDescr_Type, type, m->name, m);
}

static void descr_dealloc(PyObject *o) {
  Py_DECREF(((Descr *)o)->d_type);
  PyObject_Free(o);
}

/* Does the descriptor apply to this object? */
static int check(Descr *d, PyObject *o) {
  if (PyObject_TypeCheck(o, d->d_type))
    return 1;
  PyErr_Format(PyExc_TypeError,
               "descriptor '%s' for '%.100s' objects doesn't apply to a "
               "'%.100s' object",
               d->d_name, _PyType_Name(d->d_type), _PyType_Name(Py_TYPE(o)));
  return 0;
}

static PyObject *descr_name(PyObject *o, void *c) {
  (void)c;
  return PyUnicode_FromString(((Descr *)o)->d_name);
}
static PyObject *descr_qualname(PyObject *o, void *c) {
  (void)c;
  return PyUnicode_FromFormat("%s.%s", _PyType_Name(((Descr *)o)->d_type),
                              ((Descr *)o)->d_name);
}
static PyObject *descr_objclass(PyObject *o, void *c) {
  (void)c;
  return Py_NewRef(((Descr *)o)->d_type);
}
static PyObject *descr_doc(PyObject *o, void *c) {
  (void)o, (void)c;
  Py_RETURN_NONE;
}
static PyGetSetDef descr_getset[] = {
    {"__name__", descr_name, NULL, NULL, NULL},
    {"__qualname__", descr_qualname, NULL, NULL, NULL},
    {"__objclass__", descr_objclass, NULL, NULL, NULL},
    {"__doc__", descr_doc, NULL, NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL}};

/* ---- methods -------------------------------------------------------------*/
static PyObject *method_repr(PyObject *o) {
  return PyUnicode_FromFormat("<method '%s' of '%s' objects>",
                              ((Descr *)o)->d_name,
                              _PyType_Name(((Descr *)o)->d_type));
}

static PyObject *method_get(PyObject *o, PyObject *instance, PyObject *cls) {
  (void)cls;
  Descr *d = (Descr *)o;
  if (!instance)
    return Py_NewRef(o);
  return check(d, instance) ? PyCFunction_New(d->d_def, instance) : NULL;
}

static PyObject *method_vectorcall(PyObject *o, PyObject *const *args,
                                   size_t nargs, PyObject *kwnames) {
  Descr *d = (Descr *)o;
  if (nargs < 1)
    return PyErr_Format(PyExc_TypeError,
                        "unbound method %s.%s() needs an argument",
                        _PyType_Name(d->d_type), d->d_name);
  if (!check(d, args[0]))
    return NULL;
  return _PyMethodDef_Vectorcall(d->d_def, args[0], args + 1, nargs - 1,
                                 kwnames);
}

#define DESCR(name)                                                            \
  .ob_base = {PyObject_HEAD_INIT(&PyType_Type), 0}, .tp_name = name,           \
  .tp_basicsize = sizeof(Descr), .tp_dealloc = descr_dealloc,                  \
  .tp_getset = descr_getset

PyTypeObject PyMethodDescr_Type = {
    DESCR("method_descriptor"),
    .tp_flags = Py_TPFLAGS_METHOD_DESCRIPTOR | Py_TPFLAGS_HAVE_GC,
    .tp_repr = method_repr,
    .tp_call = PyVectorcall_Call,
    .tp_vectorcall = method_vectorcall,
    .tp_descr_get = method_get,
};

static PyObject *classmethod_get(PyObject *o, PyObject *instance,
                                 PyObject *cls) {
  Descr *d = (Descr *)o;
  if (!cls)
    cls = (PyObject *)Py_TYPE(instance);
  return PyCFunction_New(d->d_def, cls);
}

static PyObject *classmethod_vectorcall(PyObject *o, PyObject *const *args,
                                        size_t nargs, PyObject *kwnames) {
  Descr *d = (Descr *)o;
  if (nargs < 1 || !PyType_Check(args[0]))
    return PyErr_Format(PyExc_TypeError,
                        "descriptor '%s' for type '%.100s' needs a type",
                        d->d_name, _PyType_Name(d->d_type));
  return _PyMethodDef_Vectorcall(d->d_def, args[0], args + 1, nargs - 1,
                                 kwnames);
}

PyTypeObject PyClassMethodDescr_Type = {
    DESCR("classmethod_descriptor"),
    .tp_flags = Py_TPFLAGS_HAVE_GC,
    .tp_repr = method_repr,
    .tp_call = PyVectorcall_Call,
    .tp_vectorcall = classmethod_vectorcall,
    .tp_descr_get = classmethod_get,
};

/* ---- computed attributes -------------------------------------------------*/
static PyObject *getset_repr(PyObject *o) {
  return PyUnicode_FromFormat("<attribute '%s' of '%s' objects>",
                              ((Descr *)o)->d_name,
                              _PyType_Name(((Descr *)o)->d_type));
}

static PyObject *getset_get(PyObject *o, PyObject *instance, PyObject *cls) {
  (void)cls;
  Descr *d = (Descr *)o;
  PyGetSetDef *gs = d->d_def;
  if (!instance)
    return Py_NewRef(o);
  return check(d, instance) ? gs->get(instance, gs->closure) : NULL;
}

static int getset_set(PyObject *o, PyObject *instance, PyObject *value) {
  Descr *d = (Descr *)o;
  PyGetSetDef *gs = d->d_def;
  if (!check(d, instance))
    return -1;
  if (gs->set)
    return gs->set(instance, value, gs->closure);
  PyErr_Format(PyExc_AttributeError,
               "attribute '%s' of '%.100s' objects is not writable", d->d_name,
               _PyType_Name(d->d_type));
  return -1;
}

PyTypeObject PyGetSetDescr_Type = {
    DESCR("getset_descriptor"), .tp_flags = Py_TPFLAGS_HAVE_GC,
    .tp_repr = getset_repr,     .tp_descr_get = getset_get,
    .tp_descr_set = getset_set,
};

/* ---- attributes at an offset, __slots__ among them -----------------------*/
static PyObject *member_get(PyObject *o, PyObject *instance, PyObject *cls) {
  (void)cls;
  Descr *d = (Descr *)o;
  PyMemberDef *m = d->d_def;
  if (!instance)
    return Py_NewRef(o);
  if (!check(d, instance))
    return NULL;
  void *at = (char *)instance + m->offset;
  switch (m->type) {
  case T_INT:
    return PyLong_FromLong(*(int *)at);
  case T_SSIZET:
    return PyLong_FromSsize_t(*(Py_ssize_t *)at);
  case T_BOOL:
    return PyBool_FromLong(*(char *)at);
  case T_OBJECT:
    return Py_NewRef(*(PyObject **)at ? *(PyObject **)at : Py_None);
  default:
    if (*(PyObject **)at)
      return Py_NewRef(*(PyObject **)at);
    return PyErr_Format(PyExc_AttributeError,
                        "'%.50s' object has no attribute '%s'",
                        _PyType_Name(Py_TYPE(instance)), d->d_name);
  }
}

static int member_set(PyObject *o, PyObject *instance, PyObject *value) {
  Descr *d = (Descr *)o;
  PyMemberDef *m = d->d_def;
  if (!check(d, instance))
    return -1;
  if (m->flags & READONLY) {
    PyErr_SetString(PyExc_AttributeError, "readonly attribute");
    return -1;
  }
  void *at = (char *)instance + m->offset;
  if (m->type == T_OBJECT || m->type == T_OBJECT_EX) {
    if (!value && !*(PyObject **)at) {
      PyErr_SetString(PyExc_AttributeError, d->d_name);
      return -1;
    }
    Py_XSETREF(*(PyObject **)at, Py_XNewRef(value));
    return 0;
  }
  if (!value) {
    PyErr_SetString(PyExc_TypeError, "can't delete numeric/char attribute");
    return -1;
  }
  Py_ssize_t n = PyLong_AsSsize_t(value);
  if (n == -1 && PyErr_Occurred())
    return -1;
  if (m->type == T_INT)
    *(int *)at = (int)n;
  else if (m->type == T_SSIZET)
    *(Py_ssize_t *)at = n;
  else
    *(char *)at = n != 0;
  return 0;
}

static PyObject *member_repr(PyObject *o) {
  return PyUnicode_FromFormat("<member '%s' of '%s' objects>",
                              ((Descr *)o)->d_name,
                              _PyType_Name(((Descr *)o)->d_type));
}

PyTypeObject PyMemberDescr_Type = {
    DESCR("member_descriptor"), .tp_flags = Py_TPFLAGS_HAVE_GC,
    .tp_repr = member_repr,     .tp_descr_get = member_get,
    .tp_descr_set = member_set,
};
