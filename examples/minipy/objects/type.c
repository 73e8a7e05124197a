/* The type `type`: calling classes, their attributes, isinstance; and `object`.
 *
 * Calling a class makes an instance with tp_new and initializes it with
 * tp_init. A class of Python that defines __init__ only is called without ever
 * building an argument tuple (type_vectorcall). */
#include "names.h"
#include "typeslots.h"

const char *_PyType_Name(PyTypeObject *type) {
  const char *dot = strrchr(type->tp_name, '.');
  return dot ? dot + 1 : type->tp_name;
}

int PyType_IsSubtype(PyTypeObject *a, PyTypeObject *b) {
  if (a == b)
    return 1;
  PyObject *mro = a->tp_mro;
  if (!mro) { /* during start-up */
    for (; a; a = a->tp_base)
      if (a == b)
        return 1;
    return b == &PyBaseObject_Type;
  }
  for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(mro); i++)
    if (PyTuple_GET_ITEM(mro, i) == (PyObject *)b)
      return 1;
  return 0;
}

PyObject *PyType_GetName(PyTypeObject *type) {
  if (type->tp_flags & Py_TPFLAGS_HEAPTYPE)
    return Py_NewRef(((PyHeapTypeObject *)type)->ht_name);
  return PyUnicode_FromString(_PyType_Name(type));
}

PyObject *PyType_GetQualName(PyTypeObject *type) {
  if (type->tp_flags & Py_TPFLAGS_HEAPTYPE)
    return Py_NewRef(((PyHeapTypeObject *)type)->ht_qualname);
  return PyUnicode_FromString(_PyType_Name(type));
}

/* ---- calling a class -----------------------------------------------------*/
static PyObject *type_call(PyObject *self, PyObject *args, PyObject *kw) {
  PyTypeObject *type = (PyTypeObject *)self;
  if (type == &PyType_Type && PyTuple_GET_SIZE(args) == 1 &&
      (!kw || PyDict_GET_SIZE(kw) == 0))
    return Py_NewRef(Py_TYPE(PyTuple_GET_ITEM(args, 0)));
  if (type == &PyType_Type && PyTuple_GET_SIZE(args) != 3) {
    PyErr_SetString(PyExc_TypeError, "type() takes 1 or 3 arguments");
    return NULL;
  }
  if (!type->tp_new || (type->tp_flags & Py_TPFLAGS_DISALLOW_INSTANTIATION))
    return PyErr_Format(PyExc_TypeError, "cannot create '%s' instances",
                        type->tp_name);
  PyObject *o = type->tp_new(type, args, kw);
  if (!o || !PyObject_TypeCheck(o, type))
    return o;
  type = Py_TYPE(o);
  if (type->tp_init && type->tp_init(o, args, kw) < 0)
    Py_CLEAR(o);
  return o;
}

static PyObject *check_init(PyObject *o, PyObject *r) {
  if (r && r != Py_None) {
    PyErr_Format(PyExc_TypeError, "__init__() should return None, not '%.200s'",
                 _PyType_Name(Py_TYPE(r)));
    Py_CLEAR(r);
  }
  if (!r)
    Py_CLEAR(o);
  Py_XDECREF(r);
  return o;
}

static PyObject *type_vectorcall(PyObject *self, PyObject *const *args,
                                 size_t nargs, PyObject *kwnames) {
  PyTypeObject *type = (PyTypeObject *)self;
  if (type == &PyType_Type && nargs == 1 && !kwnames)
    return Py_NewRef(Py_TYPE(args[0]));
  if (type->tp_new == _PyObject_NewSlot &&
      type->tp_init == _PySlot_InitPython &&
      !(type->tp_flags & Py_TPFLAGS_DISALLOW_INSTANTIATION)) {
    PyObject *init = _PyType_Lookup(type, _Py_ID(__init__));
    if (init && (Py_TYPE(init)->tp_flags & Py_TPFLAGS_METHOD_DESCRIPTOR)) {
      PyObject *o = _PyObject_NewSlot(type, NULL, NULL);
      if (!o)
        return NULL;
      Py_INCREF(init);
      PyObject *r = _PyObject_VectorcallPrepend(init, o, args, nargs, kwnames);
      Py_DECREF(init);
      return check_init(o, r);
    }
  }
  PyObject *tuple = _PyTuple_FromArray(args, (Py_ssize_t)nargs);
  PyObject *kw = NULL;
  if (tuple && kwnames && PyTuple_GET_SIZE(kwnames)) {
    kw = PyDict_New();
    for (Py_ssize_t i = 0; kw && i < PyTuple_GET_SIZE(kwnames); i++)
      if (PyDict_SetItem(kw, PyTuple_GET_ITEM(kwnames, i),
                         args[nargs + (size_t)i]) < 0)
        Py_CLEAR(kw);
    if (!kw)
      Py_CLEAR(tuple);
  }
  PyObject *r = tuple ? type_call(self, tuple, kw) : NULL;
  Py_XDECREF(tuple);
  Py_XDECREF(kw);
  return r;
}

/* ---- attributes of classes -----------------------------------------------*/
static PyObject *type_getattro(PyObject *self, PyObject *name) {
  PyTypeObject *type = (PyTypeObject *)self, *meta = Py_TYPE(self);
  PyObject *in_meta = Py_XNewRef(_PyType_Lookup(meta, name));
  descrgetfunc bind = in_meta ? Py_TYPE(in_meta)->tp_descr_get : NULL;
  PyObject *r = NULL;
  if (bind && Py_TYPE(in_meta)->tp_descr_set) {
    r = bind(in_meta, self, (PyObject *)meta);
    Py_DECREF(in_meta);
    return r;
  }
  PyObject *own = _PyType_Lookup(type, name);
  if (own) {
    descrgetfunc get = Py_TYPE(own)->tp_descr_get;
    Py_INCREF(own);
    r = get ? get(own, NULL, self) : Py_NewRef(own);
    Py_DECREF(own);
  } else if (bind) {
    r = bind(in_meta, self, (PyObject *)meta);
  } else if (in_meta) {
    return in_meta;
  } else {
    PyErr_Format(PyExc_AttributeError,
                 "type object '%.50s' has no attribute '%U'",
                 _PyType_Name(type), name);
  }
  Py_XDECREF(in_meta);
  return r;
}

static int type_setattro(PyObject *self, PyObject *name, PyObject *value) {
  PyTypeObject *type = (PyTypeObject *)self;
  if (!(type->tp_flags & Py_TPFLAGS_HEAPTYPE)) {
    PyErr_Format(PyExc_TypeError,
                 "cannot set %R attribute of immutable type '%s'", name,
                 type->tp_name);
    return -1;
  }
  PyObject *descr = _PyType_Lookup(Py_TYPE(self), name);
  if (descr && Py_TYPE(descr)->tp_descr_set)
    return Py_TYPE(descr)->tp_descr_set(descr, self, value);
  int rc = value ? PyDict_SetItem(type->tp_dict, name, value)
                 : PyDict_DelItem(type->tp_dict, name);
  if (rc < 0 && !value && PyErr_ExceptionMatches(PyExc_KeyError)) {
    PyErr_Clear();
    PyErr_Format(PyExc_AttributeError,
                 "type object '%.50s' has no attribute '%U'",
                 _PyType_Name(type), name);
  }
  if (rc == 0)
    _PyType_UpdateSlot(type, name);
  return rc;
}

static PyObject *type_repr(PyObject *self) {
  PyTypeObject *type = (PyTypeObject *)self;
  PyObject *module = PyDict_GetItemWithError(type->tp_dict, _Py_ID(__module__));
  PyObject *name = PyType_GetQualName(type), *r = NULL;
  if (name && module && PyUnicode_Check(module) &&
      !_PyUnicode_EqualToASCIIString(module, "builtins"))
    r = PyUnicode_FromFormat("<class '%U.%U'>", module, name);
  else if (name)
    r = PyUnicode_FromFormat("<class '%U'>", name);
  Py_XDECREF(name);
  return r;
}

static void type_dealloc(PyObject *self) {
  /* Only a class that failed while it was made can come here: see typenew.c. */
  PyHeapTypeObject *h = (PyHeapTypeObject *)self;
  PyTypeObject *meta = Py_TYPE(self);
  Py_CLEAR(h->ht_type.tp_dict);
  Py_CLEAR(h->ht_type.tp_bases);
  Py_CLEAR(h->ht_type.tp_mro);
  Py_CLEAR(h->ht_type.tp_subclasses);
  Py_CLEAR(h->ht_qualname);
  Py_CLEAR(h->ht_name);
  PyObject_Free(self);
  (void)meta;
}

#define TYPE(o) ((PyTypeObject *)(o))
static PyObject *get_name(PyObject *o, void *c) {
  (void)c;
  return PyType_GetName(TYPE(o));
}
static PyObject *get_qualname(PyObject *o, void *c) {
  (void)c;
  return PyType_GetQualName(TYPE(o));
}
static int set_a_name(PyObject *o, PyObject *v, void *which) {
  if (!(TYPE(o)->tp_flags & Py_TPFLAGS_HEAPTYPE) || !v || !PyUnicode_Check(v)) {
    PyErr_Format(PyExc_TypeError, "can only assign string to %s.%s, not '%s'",
                 TYPE(o)->tp_name, (const char *)which,
                 v ? _PyType_Name(Py_TYPE(v)) : "NULL");
    return -1;
  }
  PyHeapTypeObject *h = (PyHeapTypeObject *)o;
  if (strcmp(which, "__qualname__") == 0) {
    Py_SETREF(h->ht_qualname, Py_NewRef(v));
  } else { /* the old name stays alive: tp_name may be in use */
    h->ht_name = Py_NewRef(v);
    h->ht_type.tp_name = PyUnicode_AsUTF8(v);
  }
  return 0;
}
static PyObject *get_bases(PyObject *o, void *c) {
  (void)c;
  return Py_NewRef(TYPE(o)->tp_bases);
}
static PyObject *get_base(PyObject *o, void *c) {
  (void)c;
  return Py_NewRef(TYPE(o)->tp_base ? (PyObject *)TYPE(o)->tp_base : Py_None);
}
static PyObject *get_mro(PyObject *o, void *c) {
  (void)c;
  return Py_NewRef(TYPE(o)->tp_mro);
}
static PyObject *get_type_dict(PyObject *o, void *c) {
  (void)c;
  return PyDictProxy_New(TYPE(o)->tp_dict);
}
/* __module__ and __doc__ of a class lie in its own __dict__. */
static PyObject *get_own(PyObject *o, void *name) {
  PyObject *v = PyDict_GetItemString(TYPE(o)->tp_dict, name);
  return Py_NewRef(v ? v : Py_None);
}
static int set_own(PyObject *o, PyObject *v, void *name) {
  if (v && (TYPE(o)->tp_flags & Py_TPFLAGS_HEAPTYPE))
    return PyDict_SetItemString(TYPE(o)->tp_dict, name, v);
  PyErr_Format(PyExc_TypeError,
               "cannot set '%s' attribute of immutable type '%s'",
               (const char *)name, TYPE(o)->tp_name);
  return -1;
}
static PyGetSetDef type_getset[] = {
    {"__name__", get_name, set_a_name, NULL, "__name__"},
    {"__qualname__", get_qualname, set_a_name, NULL, "__qualname__"},
    {"__bases__", get_bases, NULL, NULL, NULL},
    {"__base__", get_base, NULL, NULL, NULL},
    {"__mro__", get_mro, NULL, NULL, NULL},
    {"__dict__", get_type_dict, NULL, NULL, NULL},
    {"__module__", get_own, set_own, NULL, "__module__"},
    {"__doc__", get_own, set_own, NULL, "__doc__"},
    {NULL, NULL, NULL, NULL, NULL}};

static PyObject *type_mro(PyObject *o, PyObject *unused) {
  (void)unused;
  return PySequence_List(TYPE(o)->tp_mro);
}
static PyObject *type_subclasses(PyObject *o, PyObject *unused) {
  (void)unused;
  return TYPE(o)->tp_subclasses ? PySequence_List(TYPE(o)->tp_subclasses)
                                : PyList_New(0);
}
static PyObject *type_instancecheck(PyObject *o, PyObject *instance) {
  return PyBool_FromLong(PyType_IsSubtype(Py_TYPE(instance), TYPE(o)));
}
static PyObject *type_subclasscheck(PyObject *o, PyObject *sub) {
  return PyBool_FromLong(PyType_Check(sub) &&
                         PyType_IsSubtype(TYPE(sub), TYPE(o)));
}
static PyObject *type_prepare(PyObject *o, PyObject *args, PyObject *kw) {
  (void)o, (void)args, (void)kw;
  return PyDict_New();
}
static PyMethodDef type_methods[] = {
    {"mro", type_mro, METH_NOARGS, NULL},
    {"__subclasses__", type_subclasses, METH_NOARGS, NULL},
    {"__instancecheck__", type_instancecheck, METH_O, NULL},
    {"__subclasscheck__", type_subclasscheck, METH_O, NULL},
    {"__prepare__", _PyCFunction_CAST(type_prepare),
     METH_VARARGS | METH_KEYWORDS | METH_CLASS, NULL},
    {NULL, NULL, 0, NULL}};

/* int | None, in annotations: the pair as a tuple, good for isinstance. */
static PyObject *type_or(PyObject *a, PyObject *b) {
  if ((!PyType_Check(a) && a != Py_None && !PyTuple_Check(a)) ||
      (!PyType_Check(b) && b != Py_None && !PyTuple_Check(b)))
    Py_RETURN_NOTIMPLEMENTED;
  return PyTuple_Pack(2, a == Py_None ? (PyObject *)&_PyNone_Type : a,
                      b == Py_None ? (PyObject *)&_PyNone_Type : b);
}
static PyNumberMethods type_as_number = {.nb_or = type_or};

static int type_init(PyObject *o, PyObject *args, PyObject *kw) {
  (void)o, (void)kw;
  if (PyTuple_GET_SIZE(args) == 1 || PyTuple_GET_SIZE(args) == 3)
    return 0;
  PyErr_SetString(PyExc_TypeError, "type.__init__() takes 1 or 3 arguments");
  return -1;
}

PyTypeObject PyType_Type = {
    .ob_base = {PyObject_HEAD_INIT(&PyType_Type), 0},
    .tp_name = "type",
    .tp_basicsize = sizeof(PyHeapTypeObject),
    .tp_flags =
        Py_TPFLAGS_BASETYPE | Py_TPFLAGS_TYPE_SUBCLASS | Py_TPFLAGS_HAVE_GC,
    .tp_dictoffset = offsetof(PyTypeObject, tp_dict),
    .tp_dealloc = type_dealloc,
    .tp_repr = type_repr,
    .tp_as_number = &type_as_number,
    .tp_call = type_call,
    .tp_vectorcall = type_vectorcall,
    .tp_getattro = type_getattro,
    .tp_setattro = type_setattro,
    .tp_methods = type_methods,
    .tp_getset = type_getset,
    .tp_init = type_init,
    .tp_new = _PyType_New,
};

/* ---- isinstance, issubclass ----------------------------------------------*/
static int check_with(PyObject *checker, PyObject *o) {
  PyObject *r = PyObject_CallOneArg(checker, o);
  int truth = r ? PyObject_IsTrue(r) : -1;
  Py_DECREF(checker);
  Py_XDECREF(r);
  return truth;
}

static int any_of(PyObject *o, PyObject *classes,
                  int (*check)(PyObject *, PyObject *)) {
  int r = 0;
  for (Py_ssize_t i = 0; r == 0 && i < PyTuple_GET_SIZE(classes); i++)
    r = check(o, PyTuple_GET_ITEM(classes, i));
  return r;
}

int PyObject_IsInstance(PyObject *o, PyObject *cls) {
  if ((PyObject *)Py_TYPE(o) == cls)
    return 1;
  if (Py_IS_TYPE(cls, &PyType_Type))
    return PyType_IsSubtype(Py_TYPE(o), (PyTypeObject *)cls);
  if (PyTuple_Check(cls))
    return any_of(o, cls, PyObject_IsInstance);
  PyObject *checker = _PyObject_LookupSpecialId(cls, _Py_ID(__instancecheck__));
  if (checker)
    return check_with(checker, o);
  if (!PyErr_Occurred())
    PyErr_SetString(PyExc_TypeError,
                    "isinstance() arg 2 must be a type, a tuple of types, or a "
                    "union");
  return -1;
}

int PyObject_IsSubclass(PyObject *o, PyObject *cls) {
  if (PyTuple_Check(cls))
    return any_of(o, cls, PyObject_IsSubclass);
  if (!PyType_Check(o)) {
    PyErr_SetString(PyExc_TypeError, "issubclass() arg 1 must be a class");
    return -1;
  }
  if (Py_IS_TYPE(cls, &PyType_Type))
    return PyType_IsSubtype((PyTypeObject *)o, (PyTypeObject *)cls);
  PyObject *checker = _PyObject_LookupSpecialId(cls, _Py_ID(__subclasscheck__));
  if (checker)
    return check_with(checker, o);
  if (!PyErr_Occurred())
    PyErr_SetString(PyExc_TypeError,
                    "issubclass() arg 2 must be a class, a tuple of classes, "
                    "or a union");
  return -1;
}
