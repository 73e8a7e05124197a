/* Calling a C slot as if it were a method: int.__add__(1, 2).
 *
 * Also the two objects that make them visible: wrapper_descriptor (found in the
 * class) and method-wrapper (the same, bound to an object), and __new__. */
#include "slotwrappers.h"
#include "names.h"

/* The number of arguments, or an exception. */
static int want(PyObject *args, Py_ssize_t n) {
  if (PyTuple_GET_SIZE(args) == n)
    return 1;
  PyErr_Format(PyExc_TypeError, "expected %zd argument%s, got %zd", n,
               n == 1 ? "" : "s", PyTuple_GET_SIZE(args));
  return 0;
}
static int want_between(PyObject *args, Py_ssize_t min, Py_ssize_t max) {
  Py_ssize_t n = PyTuple_GET_SIZE(args);
  return n < min ? want(args, min) : n > max ? want(args, max) : 1;
}

#define ARG(i) PyTuple_GET_ITEM(args, i)
#define WRAPPER(name)                                                          \
  PyObject *wrap_##name(PyObject *self, PyObject *args, PyObject *kw, AnySlot f)
#define NO_KEYWORDS (void)kw
static PyObject *none_unless(int rc) {
  return rc < 0 ? NULL : Py_NewRef(Py_None);
}

WRAPPER(unary) {
  NO_KEYWORDS;
  return want(args, 0) ? ((unaryfunc)f)(self) : NULL;
}
WRAPPER(binary_any) {
  NO_KEYWORDS;
  return want(args, 1) ? ((binaryfunc)f)(self, ARG(0)) : NULL;
}
WRAPPER(binary) { return wrap_binary_any(self, args, kw, f); }
WRAPPER(reflected) {
  NO_KEYWORDS;
  return want(args, 1) ? ((binaryfunc)f)(ARG(0), self) : NULL;
}
WRAPPER(power) {
  NO_KEYWORDS;
  if (!want_between(args, 1, 2))
    return NULL;
  return ((ternaryfunc)f)(self, ARG(0),
                          PyTuple_GET_SIZE(args) > 1 ? ARG(1) : Py_None);
}
WRAPPER(reflected_power) {
  NO_KEYWORDS;
  if (!want_between(args, 1, 2))
    return NULL;
  return ((ternaryfunc)f)(ARG(0), self,
                          PyTuple_GET_SIZE(args) > 1 ? ARG(1) : Py_None);
}
WRAPPER(inquiry) {
  NO_KEYWORDS;
  int truth = want(args, 0) ? ((inquiry)f)(self) : -1;
  return truth < 0 ? NULL : PyBool_FromLong(truth);
}
WRAPPER(hash) {
  NO_KEYWORDS;
  Py_hash_t h = want(args, 0) ? ((hashfunc)f)(self) : -1;
  return h == -1 ? NULL : PyLong_FromSsize_t(h);
}
WRAPPER(call) { return ((ternaryfunc)f)(self, args, kw); }
WRAPPER(setattr) {
  NO_KEYWORDS;
  return want(args, 2) ? none_unless(((setattrofunc)f)(self, ARG(0), ARG(1)))
                       : NULL;
}
WRAPPER(delattr) {
  NO_KEYWORDS;
  return want(args, 1) ? none_unless(((setattrofunc)f)(self, ARG(0), NULL))
                       : NULL;
}
#define COMPARE(name, op)                                                      \
  WRAPPER(name) {                                                              \
    NO_KEYWORDS;                                                               \
    return want(args, 1) ? ((richcmpfunc)f)(self, ARG(0), op) : NULL;          \
  }
COMPARE(lt, Py_LT)
COMPARE(le, Py_LE)
COMPARE(eq, Py_EQ)
COMPARE(ne, Py_NE)
COMPARE(gt, Py_GT)
COMPARE(ge, Py_GE)
WRAPPER(next) {
  NO_KEYWORDS;
  PyObject *r = want(args, 0) ? ((iternextfunc)f)(self) : NULL;
  if (!r && !PyErr_Occurred())
    PyErr_SetNone(PyExc_StopIteration);
  return r;
}
WRAPPER(descr_get) {
  NO_KEYWORDS;
  if (!want_between(args, 1, 2))
    return NULL;
  PyObject *o = ARG(0) == Py_None ? NULL : ARG(0);
  PyObject *cls =
      PyTuple_GET_SIZE(args) > 1 && ARG(1) != Py_None ? ARG(1) : NULL;
  if (!o && !cls) {
    PyErr_SetString(PyExc_TypeError, "__get__(None, None) is invalid");
    return NULL;
  }
  return ((descrgetfunc)f)(self, o, cls);
}
WRAPPER(descr_set) {
  NO_KEYWORDS;
  return want(args, 2) ? none_unless(((descrsetfunc)f)(self, ARG(0), ARG(1)))
                       : NULL;
}
WRAPPER(descr_delete) {
  NO_KEYWORDS;
  return want(args, 1) ? none_unless(((descrsetfunc)f)(self, ARG(0), NULL))
                       : NULL;
}
WRAPPER(init) { return none_unless(((initproc)f)(self, args, kw)); }
WRAPPER(length) {
  NO_KEYWORDS;
  Py_ssize_t n = want(args, 0) ? ((lenfunc)f)(self) : -1;
  return n < 0 ? NULL : PyLong_FromSsize_t(n);
}
WRAPPER(setitem) {
  NO_KEYWORDS;
  return want(args, 2) ? none_unless(((objobjargproc)f)(self, ARG(0), ARG(1)))
                       : NULL;
}
WRAPPER(delitem) {
  NO_KEYWORDS;
  return want(args, 1) ? none_unless(((objobjargproc)f)(self, ARG(0), NULL))
                       : NULL;
}
WRAPPER(repeat) {
  NO_KEYWORDS;
  if (!want(args, 1))
    return NULL;
  Py_ssize_t n = PyNumber_AsSsize_t(ARG(0), PyExc_OverflowError);
  return n == -1 && PyErr_Occurred() ? NULL : ((ssizeargfunc)f)(self, n);
}
WRAPPER(item) {
  NO_KEYWORDS;
  if (!want(args, 1))
    return NULL;
  Py_ssize_t i = PyNumber_AsSsize_t(ARG(0), PyExc_IndexError);
  if (i == -1 && PyErr_Occurred())
    return NULL;
  if (i < 0) {
    Py_ssize_t n = PyObject_Size(self);
    if (n < 0)
      return NULL;
    i += n;
  }
  return ((ssizeargfunc)f)(self, i);
}
WRAPPER(contains) {
  NO_KEYWORDS;
  int r = want(args, 1) ? ((objobjproc)f)(self, ARG(0)) : -1;
  return r < 0 ? NULL : PyBool_FromLong(r);
}

/* ---- wrapper_descriptor --------------------------------------------------*/
PyObject *_PyWrapperDescr_New(PyTypeObject *type, const SlotDef *def,
                              AnySlot wrapped) {
  PyWrapperDescrObject *w =
      PyObject_New(PyWrapperDescrObject, &PyWrapperDescr_Type);
  if (!w)
    return NULL;
  w->d_type = (PyTypeObject *)Py_NewRef(type);
  w->d_base = def;
  w->d_wrapped = wrapped;
  return (PyObject *)w;
}

static void descr_dealloc(PyObject *o) {
  Py_DECREF(((PyWrapperDescrObject *)o)->d_type);
  PyObject_Free(o);
}

static PyObject *descr_repr(PyObject *o) {
  PyWrapperDescrObject *w = (PyWrapperDescrObject *)o;
  return PyUnicode_FromFormat("<slot wrapper '%s' of '%s' objects>",
                              w->d_base->name, _PyType_Name(w->d_type));
}

static PyObject *descr_call(PyObject *o, PyObject *args, PyObject *kw) {
  PyWrapperDescrObject *w = (PyWrapperDescrObject *)o;
  if (PyTuple_GET_SIZE(args) < 1)
    return PyErr_Format(PyExc_TypeError,
                        "descriptor '%s' of '%.100s' object needs an argument",
                        w->d_base->name, _PyType_Name(w->d_type));
  PyObject *self = ARG(0);
  if (!PyObject_TypeCheck(self, w->d_type))
    return PyErr_Format(PyExc_TypeError,
                        "descriptor '%s' requires a '%.100s' object but "
                        "received a '%.100s'",
                        w->d_base->name, _PyType_Name(w->d_type),
                        _PyType_Name(Py_TYPE(self)));
  PyObject *rest = PyTuple_GetSlice(args, 1, PyTuple_GET_SIZE(args));
  PyObject *r = rest ? w->d_base->wrap(self, rest, kw, w->d_wrapped) : NULL;
  Py_XDECREF(rest);
  return r;
}

typedef struct {
  PyObject_HEAD PyWrapperDescrObject *descr Py_IMMUTABLE;
  PyObject *self Py_IMMUTABLE;
} MethodWrapper;

static PyObject *descr_get(PyObject *o, PyObject *instance, PyObject *cls) {
  (void)cls;
  if (!instance)
    return Py_NewRef(o);
  MethodWrapper *m = PyObject_New(MethodWrapper, &PyMethodWrapper_Type);
  if (!m)
    return NULL;
  m->descr = (PyWrapperDescrObject *)Py_NewRef(o);
  m->self = Py_NewRef(instance);
  return (PyObject *)m;
}

static PyObject *descr_name(PyObject *o, void *c) {
  (void)c;
  return PyUnicode_FromString(((PyWrapperDescrObject *)o)->d_base->name);
}
static PyObject *descr_qualname(PyObject *o, void *c) {
  (void)c;
  PyWrapperDescrObject *w = (PyWrapperDescrObject *)o;
  return PyUnicode_FromFormat("%s.%s", _PyType_Name(w->d_type),
                              w->d_base->name);
}
static PyGetSetDef descr_getset[] = {
    {"__name__", descr_name, NULL, NULL, NULL},
    {"__qualname__", descr_qualname, NULL, NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL}};

PyTypeObject PyWrapperDescr_Type = {
    .ob_base = {PyObject_HEAD_INIT(&PyType_Type), 0},
    .tp_name = "wrapper_descriptor",
    .tp_basicsize = sizeof(PyWrapperDescrObject),
    .tp_flags = Py_TPFLAGS_METHOD_DESCRIPTOR | Py_TPFLAGS_HAVE_GC,
    .tp_dealloc = descr_dealloc,
    .tp_repr = descr_repr,
    .tp_call = descr_call,
    .tp_descr_get = descr_get,
    .tp_getset = descr_getset,
};

/* ---- method-wrapper ------------------------------------------------------*/
static void wrapper_dealloc(PyObject *o) {
  Py_DECREF(((MethodWrapper *)o)->descr);
  Py_DECREF(((MethodWrapper *)o)->self);
  PyObject_Free(o);
}
static PyObject *wrapper_repr(PyObject *o) {
  MethodWrapper *m = (MethodWrapper *)o;
  return PyUnicode_FromFormat("<method-wrapper '%s' of %s object at %p>",
                              m->descr->d_base->name,
                              _PyType_Name(Py_TYPE(m->self)), m->self);
}
static PyObject *wrapper_call(PyObject *o, PyObject *args, PyObject *kw) {
  MethodWrapper *m = (MethodWrapper *)o;
  return m->descr->d_base->wrap(m->self, args, kw, m->descr->d_wrapped);
}
static PyObject *wrapper_self(PyObject *o, void *c) {
  (void)c;
  return Py_NewRef(((MethodWrapper *)o)->self);
}
static PyObject *wrapper_name(PyObject *o, void *c) {
  return descr_name((PyObject *)((MethodWrapper *)o)->descr, c);
}
static PyGetSetDef wrapper_getset[] = {
    {"__self__", wrapper_self, NULL, NULL, NULL},
    {"__name__", wrapper_name, NULL, NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL}};

PyTypeObject PyMethodWrapper_Type = {
    .ob_base = {PyObject_HEAD_INIT(&PyType_Type), 0},
    .tp_name = "method-wrapper",
    .tp_basicsize = sizeof(MethodWrapper),
    .tp_flags = Py_TPFLAGS_HAVE_GC,
    .tp_dealloc = wrapper_dealloc,
    .tp_repr = wrapper_repr,
    .tp_call = wrapper_call,
    .tp_getset = wrapper_getset,
};

/* ---- __new__ of C types --------------------------------------------------*/
static PyObject *new_method(PyObject *self, PyObject *args, PyObject *kw) {
  PyTypeObject *type = (PyTypeObject *)self, *sub;
  if (PyTuple_GET_SIZE(args) < 1)
    return PyErr_Format(PyExc_TypeError, "%s.__new__(): not enough arguments",
                        type->tp_name);
  if (!PyType_Check(ARG(0)))
    return PyErr_Format(PyExc_TypeError,
                        "%s.__new__(X): X is not a type object (%s)",
                        type->tp_name, _PyType_Name(Py_TYPE(ARG(0))));
  sub = (PyTypeObject *)ARG(0);
  if (!PyType_IsSubtype(sub, type))
    return PyErr_Format(
        PyExc_TypeError, "%s.__new__(%s): %s is not a subtype of %s",
        type->tp_name, sub->tp_name, sub->tp_name, type->tp_name);
  PyTypeObject *safe = sub; /* whose layout is that of a C type */
  while (safe->tp_flags & Py_TPFLAGS_HEAPTYPE)
    safe = safe->tp_base;
  if (safe->tp_new != type->tp_new)
    return PyErr_Format(PyExc_TypeError,
                        "%s.__new__(%s) is not safe, use %s.__new__()",
                        type->tp_name, sub->tp_name, safe->tp_name);
  PyObject *rest = PyTuple_GetSlice(args, 1, PyTuple_GET_SIZE(args));
  PyObject *r = rest ? type->tp_new(sub, rest, kw) : NULL;
  Py_XDECREF(rest);
  return r;
}

PyMethodDef _PyType_NewMethod = {"__new__", _PyCFunction_CAST(new_method),
                                 METH_VARARGS | METH_KEYWORDS, NULL};

int _PyType_AddNewMethod(PyTypeObject *type) {
  PyObject *f = PyCFunction_New(&_PyType_NewMethod, (PyObject *)type);
  int ok = f && PyDict_SetDefault(type->tp_dict, _Py_ID(__new__), f);
  Py_XDECREF(f);
  return ok ? 0 : -1;
}
