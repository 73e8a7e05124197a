/* property, staticmethod and classmethod: the descriptors that programs make.
 */
#include "names.h"

/* ---- property ------------------------------------------------------------*/
typedef struct {
  PyObject_HEAD PyObject *get, *set, *del, *doc; /* each may be NULL */
  PyObject *name;                                /* from __set_name__ */
} Property;

static int property_init(PyObject *o, PyObject *args, PyObject *kw) {
  Property *p = (Property *)o;
  PyObject *get = NULL, *set = NULL, *del = NULL, *doc = NULL;
  char *names[] = {"fget", "fset", "fdel", "doc", NULL};
  if (!PyArg_ParseTupleAndKeywords(args, kw, "|OOOO:property", names, &get,
                                   &set, &del, &doc))
    return -1;
  Py_XSETREF(p->get, get == Py_None ? NULL : Py_XNewRef(get));
  Py_XSETREF(p->set, set == Py_None ? NULL : Py_XNewRef(set));
  Py_XSETREF(p->del, del == Py_None ? NULL : Py_XNewRef(del));
  if (doc && doc != Py_None) {
    Py_XSETREF(p->doc, Py_NewRef(doc));
  } else if (p->get) {
    PyObject *own;
    if (_PyObject_LookupAttr(p->get, _Py_ID(__doc__), &own) < 0)
      return -1;
    Py_XSETREF(p->doc, own);
  }
  return 0;
}

static void property_dealloc(PyObject *o) {
  Property *p = (Property *)o;
  Py_XDECREF(p->get);
  Py_XDECREF(p->set);
  Py_XDECREF(p->del);
  Py_XDECREF(p->doc);
  Py_XDECREF(p->name);
  PyObject_Free(o);
}

/* "property 'x' of 'C' object has no setter" */
static void has_no(Property *p, PyObject *o, const char *what) {
  PyObject *qualname = PyType_GetQualName(Py_TYPE(o));
  if (p->name)
    PyErr_Format(PyExc_AttributeError, "property %R of %R object has no %s",
                 p->name, qualname, what);
  else
    PyErr_Format(PyExc_AttributeError, "property of %R object has no %s",
                 qualname, what);
  Py_XDECREF(qualname);
}

static PyObject *property_get(PyObject *self, PyObject *o, PyObject *cls) {
  (void)cls;
  Property *p = (Property *)self;
  if (!o || o == Py_None)
    return Py_NewRef(self);
  if (p->get)
    return PyObject_CallOneArg(p->get, o);
  has_no(p, o, "getter");
  return NULL;
}

static int property_set(PyObject *self, PyObject *o, PyObject *value) {
  Property *p = (Property *)self;
  PyObject *f = value ? p->set : p->del;
  if (!f) {
    has_no(p, o, value ? "setter" : "deleter");
    return -1;
  }
  PyObject *r = value ? PyObject_CallFunctionObjArgs(f, o, value, NULL)
                      : PyObject_CallOneArg(f, o);
  Py_XDECREF(r);
  return r ? 0 : -1;
}

static PyObject *copy_with(PyObject *self, PyObject *get, PyObject *set,
                           PyObject *del) {
  Property *p = (Property *)self;
#define OR_NONE(x) ((x) ? (x) : Py_None)
  PyObject *copy = PyObject_CallFunctionObjArgs(
      (PyObject *)Py_TYPE(self), OR_NONE(get ? get : p->get),
      OR_NONE(set ? set : p->set), OR_NONE(del ? del : p->del), NULL);
#undef OR_NONE
  if (copy && p->name && Py_IS_TYPE(copy, &PyProperty_Type))
    Py_XSETREF(((Property *)copy)->name, Py_NewRef(p->name));
  return copy;
}
static PyObject *property_getter(PyObject *self, PyObject *f) {
  return copy_with(self, f, NULL, NULL);
}
static PyObject *property_setter(PyObject *self, PyObject *f) {
  return copy_with(self, NULL, f, NULL);
}
static PyObject *property_deleter(PyObject *self, PyObject *f) {
  return copy_with(self, NULL, NULL, f);
}
static PyObject *property_set_name(PyObject *self, PyObject *const *args,
                                   Py_ssize_t nargs) {
  if (!_PyArg_CheckPositional("__set_name__", nargs, 2, 2))
    return NULL;
  Py_XSETREF(((Property *)self)->name, Py_NewRef(args[1]));
  Py_RETURN_NONE;
}
static PyObject *is_abstract(PyObject *self, void *c) {
  (void)c;
  PyObject *functions[] = {((Property *)self)->get, ((Property *)self)->set,
                           ((Property *)self)->del};
  for (int i = 0; i < 3; i++) {
    PyObject *flag = NULL;
    if (functions[i] &&
        _PyObject_LookupAttr(functions[i], _Py_ID(__isabstractmethod__),
                             &flag) < 0)
      return NULL;
    int truth = flag ? PyObject_IsTrue(flag) : 0;
    Py_XDECREF(flag);
    if (truth)
      return truth < 0 ? NULL : Py_NewRef(Py_True);
  }
  Py_RETURN_FALSE;
}
static PyMethodDef property_methods[] = {
    {"getter", property_getter, METH_O, NULL},
    {"setter", property_setter, METH_O, NULL},
    {"deleter", property_deleter, METH_O, NULL},
    {"__set_name__", _PyCFunction_CAST(property_set_name), METH_FASTCALL, NULL},
    {NULL, NULL, 0, NULL}};
static PyMemberDef property_members[] = {
    {"fget", T_OBJECT, offsetof(Property, get), READONLY, NULL},
    {"fset", T_OBJECT, offsetof(Property, set), READONLY, NULL},
    {"fdel", T_OBJECT, offsetof(Property, del), READONLY, NULL},
    {"__doc__", T_OBJECT, offsetof(Property, doc), 0, NULL},
    {NULL, 0, 0, 0, NULL}};
static PyGetSetDef property_getset[] = {
    {"__isabstractmethod__", is_abstract, NULL, NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL}};

PyTypeObject PyProperty_Type = {
    .ob_base = {PyObject_HEAD_INIT(&PyType_Type), 0},
    .tp_name = "property",
    .tp_basicsize = sizeof(Property),
    .tp_flags = Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC,
    .tp_dealloc = property_dealloc,
    .tp_descr_get = property_get,
    .tp_descr_set = property_set,
    .tp_methods = property_methods,
    .tp_members = property_members,
    .tp_getset = property_getset,
    .tp_init = property_init,
    .tp_new = PyType_GenericNew,
};

/* ---- staticmethod, classmethod -------------------------------------------*/
typedef struct {
  PyObject_HEAD PyObject *callable;
  PyObject *dict;
} Wrapper;

static void wrapper_dealloc(PyObject *o) {
  Py_XDECREF(((Wrapper *)o)->callable);
  Py_XDECREF(((Wrapper *)o)->dict);
  PyObject_Free(o);
}

static int wrapper_init(PyObject *o, PyObject *args, PyObject *kw) {
  PyObject *f;
  if (!_PyArg_NoKeywords(_PyType_Name(Py_TYPE(o)), kw) ||
      !PyArg_UnpackTuple(args, _PyType_Name(Py_TYPE(o)), 1, 1, &f))
    return -1;
  Py_XSETREF(((Wrapper *)o)->callable, Py_NewRef(f));
  return 0;
}

static PyObject *new_wrapper(PyTypeObject *type, PyObject *callable) {
  Wrapper *w = (Wrapper *)PyType_GenericAlloc(type, 0);
  if (w)
    w->callable = Py_NewRef(callable);
  return (PyObject *)w;
}
PyObject *PyStaticMethod_New(PyObject *callable) {
  return new_wrapper(&PyStaticMethod_Type, callable);
}
PyObject *PyClassMethod_New(PyObject *callable) {
  return new_wrapper(&PyClassMethod_Type, callable);
}

static PyObject *static_get(PyObject *self, PyObject *o, PyObject *cls) {
  (void)o, (void)cls;
  return Py_NewRef(((Wrapper *)self)->callable);
}
static PyObject *static_call(PyObject *self, PyObject *args, PyObject *kw) {
  return PyObject_Call(((Wrapper *)self)->callable, args, kw);
}
static PyObject *class_get(PyObject *self, PyObject *o, PyObject *cls) {
  PyObject *f = ((Wrapper *)self)->callable;
  if (!cls)
    cls = (PyObject *)Py_TYPE(o);
  descrgetfunc bind = Py_TYPE(f)->tp_descr_get;
  return bind && !(Py_TYPE(f)->tp_flags & Py_TPFLAGS_METHOD_DESCRIPTOR)
             ? bind(f, cls, cls)
             : PyMethod_New(f, cls);
}
static PyObject *wrapper_repr(PyObject *o) {
  return PyUnicode_FromFormat("<%s(%R)>", _PyType_Name(Py_TYPE(o)),
                              ((Wrapper *)o)->callable);
}
/* __name__, __doc__ and the like are those of the function. */
static PyObject *get_from_callable(PyObject *o, void *name) {
  return PyObject_GetAttrString(((Wrapper *)o)->callable, name);
}
static PyObject *wrapper_abstract(PyObject *o, void *c) {
  (void)c;
  PyObject *flag;
  int rc = _PyObject_LookupAttr(((Wrapper *)o)->callable,
                                _Py_ID(__isabstractmethod__), &flag);
  return rc < 0 ? NULL : rc ? flag : Py_NewRef(Py_False);
}
static PyMemberDef wrapper_members[] = {
    {"__func__", T_OBJECT, offsetof(Wrapper, callable), READONLY, NULL},
    {"__wrapped__", T_OBJECT, offsetof(Wrapper, callable), READONLY, NULL},
    {NULL, 0, 0, 0, NULL}};
static PyGetSetDef wrapper_getset[] = {
    {"__dict__", PyObject_GenericGetDict, PyObject_GenericSetDict, NULL, NULL},
    {"__name__", get_from_callable, NULL, NULL, "__name__"},
    {"__qualname__", get_from_callable, NULL, NULL, "__qualname__"},
    {"__doc__", get_from_callable, NULL, NULL, "__doc__"},
    {"__isabstractmethod__", wrapper_abstract, NULL, NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL}};

#define WRAPPER(name)                                                          \
  .ob_base = {PyObject_HEAD_INIT(&PyType_Type), 0}, .tp_name = name,           \
  .tp_basicsize = sizeof(Wrapper),                                             \
  .tp_flags = Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC,                        \
  .tp_dictoffset = offsetof(Wrapper, dict), .tp_dealloc = wrapper_dealloc,     \
  .tp_repr = wrapper_repr, .tp_members = wrapper_members,                      \
  .tp_getset = wrapper_getset, .tp_init = wrapper_init,                        \
  .tp_new = PyType_GenericNew
PyTypeObject PyStaticMethod_Type = {WRAPPER("staticmethod"),
                                    .tp_descr_get = static_get,
                                    .tp_call = static_call};
PyTypeObject PyClassMethod_Type = {WRAPPER("classmethod"),
                                   .tp_descr_get = class_get};
