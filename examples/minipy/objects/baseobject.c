/* The class `object`: what every object can do unless its class says otherwise.
 * And None, NotImplemented and Ellipsis, which add next to nothing to it. */
#include "names.h"
#include "typeslots.h"

static int has_arguments(PyObject *args, PyObject *kw) {
  return (args && PyTuple_GET_SIZE(args)) || (kw && PyDict_GET_SIZE(kw));
}

/* Surplus arguments are an error unless the other of __new__ and __init__ is
 * overridden and takes them. */
PyObject *_PyObject_NewSlot(PyTypeObject *type, PyObject *args, PyObject *kw) {
  if (has_arguments(args, kw)) {
    if (type->tp_new != _PyObject_NewSlot) {
      PyErr_SetString(PyExc_TypeError,
                      "object.__new__() takes exactly one argument (the type "
                      "to instantiate)");
      return NULL;
    }
    if (type->tp_init == _PyObject_InitSlot)
      return PyErr_Format(PyExc_TypeError, "%.200s() takes no arguments",
                          _PyType_Name(type));
  }
  if (type->tp_flags & Py_TPFLAGS_HEAPTYPE) {
    PyObject *abstract = _PyType_Lookup(type, _Py_ID(__abstractmethods__));
    int refuse = abstract ? PyObject_IsTrue(abstract) : 0;
    if (refuse > 0) {
      PyObject *names = PySequence_List(abstract), *text = NULL;
      PyObject *comma = PyUnicode_FromString(", ");
      if (names && comma && PyList_Sort(names) == 0)
        text = PyUnicode_Join(comma, names);
      if (text)
        PyErr_Format(PyExc_TypeError,
                     "Can't instantiate abstract class %s with abstract "
                     "method%s %U",
                     _PyType_Name(type), PyList_GET_SIZE(names) > 1 ? "s" : "",
                     text);
      Py_XDECREF(names);
      Py_XDECREF(comma);
      Py_XDECREF(text);
      return NULL;
    }
  }
  return type->tp_alloc(type, 0);
}

int _PyObject_InitSlot(PyObject *self, PyObject *args, PyObject *kw) {
  PyTypeObject *type = Py_TYPE(self);
  if (!has_arguments(args, kw))
    return 0;
  if (type->tp_init != _PyObject_InitSlot) {
    PyErr_SetString(PyExc_TypeError, "object.__init__() takes exactly one "
                                     "argument (the instance to initialize)");
    return -1;
  }
  if (type->tp_new == _PyObject_NewSlot) {
    PyErr_Format(PyExc_TypeError, "%.200s() takes no arguments",
                 _PyType_Name(type));
    return -1;
  }
  return 0;
}

static void object_dealloc(PyObject *o) { PyObject_Free(o); }

static PyObject *object_repr(PyObject *o) {
  PyTypeObject *type = Py_TYPE(o);
  PyObject *module = _PyType_Lookup(type, _Py_ID(__module__));
  PyObject *name = PyType_GetQualName(type), *r = NULL;
  if (name && module && PyUnicode_Check(module) &&
      !_PyUnicode_EqualToASCIIString(module, "builtins"))
    r = PyUnicode_FromFormat("<%U.%U object at %p>", module, name, o);
  else if (name)
    r = PyUnicode_FromFormat("<%U object at %p>", name, o);
  Py_XDECREF(name);
  return r;
}

static PyObject *object_str(PyObject *o) { return Py_TYPE(o)->tp_repr(o); }

static Py_hash_t object_hash(PyObject *o) { return _Py_HashPointer(o); }

static PyObject *object_compare(PyObject *a, PyObject *b, int op) {
  if (op == Py_EQ && a == b)
    Py_RETURN_TRUE;
  if (op != Py_NE || !Py_TYPE(a)->tp_richcompare)
    Py_RETURN_NOTIMPLEMENTED;
  PyObject *r = Py_TYPE(a)->tp_richcompare(a, b, Py_EQ);
  if (!r || r == Py_NotImplemented)
    return r;
  int truth = PyObject_IsTrue(r);
  Py_DECREF(r);
  return truth < 0 ? NULL : PyBool_FromLong(!truth);
}

static PyObject *object_format(PyObject *o, PyObject *spec) {
  if (!PyUnicode_Check(spec))
    return PyErr_Format(PyExc_TypeError,
                        "__format__() argument must be str, not %.50s",
                        _PyType_Name(Py_TYPE(spec)));
  if (PyUnicode_GET_LENGTH(spec) > 0)
    return PyErr_Format(PyExc_TypeError,
                        "unsupported format string passed to %.200s.__format__",
                        _PyType_Name(Py_TYPE(o)));
  return PyObject_Str(o);
}

static PyObject *object_init_subclass(PyObject *cls, PyObject *args,
                                      PyObject *kw) {
  PyObject *name = PyType_GetName((PyTypeObject *)cls);
  if (name && has_arguments(args, kw)) {
    PyErr_Format(PyExc_TypeError,
                 "%U.__init_subclass__() takes no keyword arguments", name);
    Py_CLEAR(name);
  }
  Py_XDECREF(name);
  return name ? Py_NewRef(Py_None) : NULL;
}

static PyObject *object_dir(PyObject *o, PyObject *unused) {
  (void)unused;
  PyObject *names = PyDict_New();
  PyObject **own = _PyObject_GetDictPtr(o);
  int rc = names ? 0 : -1;
  if (rc == 0 && own && *own && PyDict_Check(*own))
    rc = PyDict_Update(names, *own);
  PyTypeObject *type = PyType_Check(o) ? (PyTypeObject *)o : Py_TYPE(o);
  for (Py_ssize_t i = 0;
       rc == 0 && !PyModule_Check(o) && i < PyTuple_GET_SIZE(type->tp_mro);
       i++) {
    PyObject *base = PyTuple_GET_ITEM(type->tp_mro, i);
    rc = PyDict_Update(names, ((PyTypeObject *)base)->tp_dict);
  }
  PyObject *list = rc == 0 ? PyDict_Keys(names) : NULL;
  Py_XDECREF(names);
  return list;
}

static PyObject *object_sizeof(PyObject *o, PyObject *unused) {
  (void)unused;
  PyTypeObject *t = Py_TYPE(o);
  Py_ssize_t n = t->tp_basicsize;
  if (t->tp_itemsize)
    n += t->tp_itemsize * (Py_SIZE(o) < 0 ? -Py_SIZE(o) : Py_SIZE(o));
  return PyLong_FromSsize_t(n);
}

static PyObject *get_class(PyObject *o, void *c) {
  (void)c;
  return Py_NewRef(Py_TYPE(o));
}
static int set_class(PyObject *o, PyObject *v, void *c) {
  (void)o, (void)v, (void)c;
  PyErr_SetString(PyExc_TypeError,
                  "__class__ assignment is not supported by minipy");
  return -1;
}

static PyMethodDef object_methods[] = {
    {"__format__", object_format, METH_O, NULL},
    {"__dir__", object_dir, METH_NOARGS, NULL},
    {"__sizeof__", object_sizeof, METH_NOARGS, NULL},
    {"__init_subclass__", _PyCFunction_CAST(object_init_subclass),
     METH_VARARGS | METH_KEYWORDS | METH_CLASS, NULL},
    {NULL, NULL, 0, NULL}};
static PyGetSetDef object_getset[] = {
    {"__class__", get_class, set_class, NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL}};

PyTypeObject PyBaseObject_Type = {
    .ob_base = {PyObject_HEAD_INIT(&PyType_Type), 0},
    .tp_name = "object",
    .tp_basicsize = sizeof(PyObject),
    .tp_flags = Py_TPFLAGS_BASETYPE,
    .tp_dealloc = object_dealloc,
    .tp_repr = object_repr,
    .tp_str = object_str,
    .tp_hash = object_hash,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_setattro = PyObject_GenericSetAttr,
    .tp_richcompare = object_compare,
    .tp_methods = object_methods,
    .tp_getset = object_getset,
    .tp_init = _PyObject_InitSlot,
    .tp_alloc = PyType_GenericAlloc,
    .tp_new = _PyObject_NewSlot,
    .tp_free = PyObject_Free,
};

/* ---- None, NotImplemented, Ellipsis --------------------------------------*/
static PyObject *none_repr(PyObject *o) {
  (void)o;
  return PyUnicode_FromString("None");
}
static PyObject *notimplemented_repr(PyObject *o) {
  (void)o;
  return PyUnicode_FromString("NotImplemented");
}
static PyObject *ellipsis_repr(PyObject *o) {
  (void)o;
  return PyUnicode_FromString("Ellipsis");
}
static int none_bool(PyObject *o) {
  (void)o;
  return 0;
}
static void never(PyObject *o) {
  (void)o;
  Py_FatalError("a singleton was released too often");
}
static PyObject *the(PyTypeObject *type, PyObject *args, PyObject *kw) {
  if (has_arguments(args, kw))
    return PyErr_Format(PyExc_TypeError, "%s takes no arguments",
                        type->tp_name);
  return Py_NewRef(type == &_PyNone_Type      ? Py_None
                   : type == &PyEllipsis_Type ? Py_Ellipsis
                                              : Py_NotImplemented);
}
static PyNumberMethods none_as_number = {.nb_bool = none_bool};

#define SINGLETON(name, repr)                                                  \
  .ob_base = {PyObject_HEAD_INIT(&PyType_Type), 0}, .tp_name = name,           \
  .tp_basicsize = sizeof(PyObject), .tp_dealloc = never, .tp_repr = repr,      \
  .tp_new = the
PyTypeObject _PyNone_Type = {SINGLETON("NoneType", none_repr),
                             .tp_as_number = &none_as_number};
PyTypeObject PyEllipsis_Type = {SINGLETON("ellipsis", ellipsis_repr)};
PyTypeObject _PyNotImplemented_Type = {
    SINGLETON("NotImplementedType", notimplemented_repr)};

PyObject _Py_NoneStruct = PyObject_HEAD_INIT(&_PyNone_Type);
PyObject _Py_EllipsisObject = PyObject_HEAD_INIT(&PyEllipsis_Type);
PyObject _Py_NotImplementedStruct = PyObject_HEAD_INIT(&_PyNotImplemented_Type);
