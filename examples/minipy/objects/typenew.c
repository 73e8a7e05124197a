/* type(name, bases, namespace): making a class, and the death of its instances.
 *
 * A class made in Python has the layout of its "best" base followed by its
 * __slots__, and a word for the __dict__ in front (object.c). Classes are part
 * of cycles (their MRO begins with themselves), so they live for ever. */
#include "names.h"
#include "typeslots.h"

#define INHERITED_FLAGS                                                        \
  (Py_TPFLAGS_LONG_SUBCLASS | Py_TPFLAGS_LIST_SUBCLASS |                       \
   Py_TPFLAGS_TUPLE_SUBCLASS | Py_TPFLAGS_BYTES_SUBCLASS |                     \
   Py_TPFLAGS_UNICODE_SUBCLASS | Py_TPFLAGS_DICT_SUBCLASS |                    \
   Py_TPFLAGS_BASE_EXC_SUBCLASS | Py_TPFLAGS_TYPE_SUBCLASS |                   \
   Py_TPFLAGS_MANAGED_DICT)

/* ---- instances -----------------------------------------------------------*/
static void clear_slots(PyTypeObject *type, PyObject *self) {
  for (; type->tp_flags & Py_TPFLAGS_HEAPTYPE; type = type->tp_base)
    for (Py_ssize_t at = type->tp_base->tp_basicsize; at < type->tp_basicsize;
         at += (Py_ssize_t)sizeof(PyObject *))
      Py_CLEAR(*(PyObject **)(void *)((char *)self + at));
}

void _PySubtype_Dealloc(PyObject *self) {
  PyTypeObject *type = Py_TYPE(self), *base = type;
  if (type->tp_finalize) {
    self->ob_refcnt = 1;
    type->tp_finalize(self);
    if (--self->ob_refcnt > 0)
      return; /* __del__ made a new reference */
  }
  while (base->tp_flags & Py_TPFLAGS_HEAPTYPE)
    base = base->tp_base;
  clear_slots(type, self);
  if (type->tp_flags & Py_TPFLAGS_MANAGED_DICT)
    Py_CLEAR(*_PyObject_GetDictPtr(self));
  base->tp_dealloc(self);
  Py_DECREF(type);
}

/* ---- bases ---------------------------------------------------------------*/
PyTypeObject *_PyType_CalculateMetaclass(PyTypeObject *winner,
                                         PyObject *bases) {
  for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(bases); i++) {
    PyTypeObject *meta = Py_TYPE(PyTuple_GET_ITEM(bases, i));
    if (PyType_IsSubtype(winner, meta))
      continue;
    if (PyType_IsSubtype(meta, winner)) {
      winner = meta;
      continue;
    }
    PyErr_SetString(PyExc_TypeError,
                    "metaclass conflict: the metaclass of a derived class must "
                    "be a (non-strict) subclass of the metaclasses of all its "
                    "bases");
    return NULL;
  }
  return winner;
}

/* The class whose layout this one has: it or its nearest base that adds to
 * it.*/
static PyTypeObject *solid_base(PyTypeObject *type) {
  while (type->tp_base && type->tp_basicsize == type->tp_base->tp_basicsize &&
         type->tp_itemsize == type->tp_base->tp_itemsize)
    type = type->tp_base;
  return type;
}

static PyTypeObject *best_base(PyObject *bases) {
  PyTypeObject *winner = NULL, *solid = NULL;
  for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(bases); i++) {
    PyTypeObject *base = (PyTypeObject *)PyTuple_GET_ITEM(bases, i);
    if (!PyType_Check(base)) {
      PyErr_SetString(PyExc_TypeError, "bases must be types");
      return NULL;
    }
    if (!(base->tp_flags & Py_TPFLAGS_BASETYPE)) {
      PyErr_Format(PyExc_TypeError,
                   "type '%.100s' is not an acceptable base type",
                   base->tp_name);
      return NULL;
    }
    PyTypeObject *candidate = solid_base(base);
    if (!winner || (candidate != solid && PyType_IsSubtype(candidate, solid))) {
      winner = base;
      solid = candidate;
    } else if (!PyType_IsSubtype(solid, candidate)) {
      PyErr_SetString(PyExc_TypeError,
                      "multiple bases have instance lay-out conflict");
      return NULL;
    }
  }
  return winner;
}

/* ---- __slots__ -----------------------------------------------------------*/
static int add_slot(PyTypeObject *type, PyObject *name) {
  if (!PyUnicode_Check(name)) {
    PyErr_Format(PyExc_TypeError,
                 "__slots__ items must be strings, not '%.200s'",
                 _PyType_Name(Py_TYPE(name)));
    return -1;
  }
  if (_PyUnicode_EqualToASCIIString(name, "__weakref__"))
    return 0;
  if (_PyUnicode_EqualToASCIIString(name, "__dict__")) {
    type->tp_flags |= Py_TPFLAGS_MANAGED_DICT;
    return 0;
  }
  if (PyDict_Contains(type->tp_dict, name) > 0) {
    PyErr_Format(PyExc_ValueError,
                 "%R in __slots__ conflicts with class variable", name);
    return -1;
  }
  if (type->tp_itemsize) {
    PyErr_Format(PyExc_TypeError,
                 "nonempty __slots__ not supported for subtype of '%s'",
                 type->tp_base->tp_name);
    return -1;
  }
  PyMemberDef *m = calloc(1, sizeof *m); /* lives as long as the class */
  const char *text = PyUnicode_AsUTF8(name);
  char *copy = text ? malloc(strlen(text) + 1) : NULL;
  if (!m || !copy)
    return -1;
  m->name = strcpy(copy, text);
  m->type = T_OBJECT_EX;
  m->offset = type->tp_basicsize;
  type->tp_basicsize += (Py_ssize_t)sizeof(PyObject *);
  PyObject *descr = PyDescr_NewMember(type, m);
  int rc = descr ? PyDict_SetItem(type->tp_dict, name, descr) : -1;
  Py_XDECREF(descr);
  return rc;
}

static int add_slots(PyTypeObject *type, PyObject *slots) {
  if (PyUnicode_Check(slots))
    return add_slot(type, slots);
  PyObject *names = PySequence_Tuple(slots);
  int rc = names ? 0 : -1;
  for (Py_ssize_t i = 0; rc == 0 && i < PyTuple_GET_SIZE(names); i++)
    rc = add_slot(type, PyTuple_GET_ITEM(names, i));
  Py_XDECREF(names);
  return rc;
}

static int set_layout(PyTypeObject *type) {
  PyTypeObject *base = type->tp_base;
  type->tp_basicsize = base->tp_basicsize;
  type->tp_itemsize = base->tp_itemsize;
  type->tp_dictoffset = base->tp_dictoffset;
  int has_dict =
      base->tp_dictoffset || (base->tp_flags & Py_TPFLAGS_MANAGED_DICT);
  for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(type->tp_bases); i++) {
    PyTypeObject *b = (PyTypeObject *)PyTuple_GET_ITEM(type->tp_bases, i);
    if (!has_dict && (b->tp_flags & Py_TPFLAGS_MANAGED_DICT)) {
      type->tp_flags |= Py_TPFLAGS_MANAGED_DICT;
      has_dict = 1;
    }
  }
  PyObject *slots = PyDict_GetItemWithError(type->tp_dict, _Py_ID(__slots__));
  if (slots)
    return add_slots(type, slots);
  if (!has_dict)
    type->tp_flags |= Py_TPFLAGS_MANAGED_DICT;
  return PyErr_Occurred() ? -1 : 0;
}

/* ---- the namespace -------------------------------------------------------*/
static int is_function(PyObject *o) {
  return (Py_TYPE(o)->tp_flags & Py_TPFLAGS_METHOD_DESCRIPTOR) &&
         !Py_IS_TYPE(o, &PyMethodDescr_Type) &&
         !Py_IS_TYPE(o, &PyWrapperDescr_Type);
}

static int wrap(PyObject *dict, PyObject *name, PyObject *(*make)(PyObject *)) {
  PyObject *f = PyDict_GetItemWithError(dict, name);
  if (!f || !is_function(f))
    return PyErr_Occurred() ? -1 : 0;
  PyObject *wrapped = make(f);
  int rc = wrapped ? PyDict_SetItem(dict, name, wrapped) : -1;
  Py_XDECREF(wrapped);
  return rc;
}

static int take_qualname(PyHeapTypeObject *h) {
  PyObject *dict = h->ht_type.tp_dict;
  PyObject *q = PyDict_GetItemWithError(dict, _Py_ID(__qualname__));
  if (q && !PyUnicode_Check(q)) {
    PyErr_Format(PyExc_TypeError, "type __qualname__ must be a str, not %s",
                 _PyType_Name(Py_TYPE(q)));
    return -1;
  }
  h->ht_qualname = Py_NewRef(q ? q : h->ht_name);
  return q ? PyDict_DelItem(dict, _Py_ID(__qualname__)) : 0;
}

static int fill_class_cell(PyTypeObject *type) {
  PyObject *dict = type->tp_dict;
  PyObject *cell = PyDict_GetItemWithError(dict, _Py_ID(__classcell__));
  if (!cell)
    return PyErr_Occurred() ? -1 : 0;
  if (!PyCell_Check(cell)) {
    PyErr_Format(PyExc_TypeError,
                 "__classcell__ must be a nonlocal cell, not <%R>",
                 Py_TYPE(cell));
    return -1;
  }
  PyCell_Set(cell, (PyObject *)type);
  return PyDict_DelItem(dict, _Py_ID(__classcell__));
}

static PyObject *get_instance_dict(PyObject *o, void *c) {
  return PyObject_GenericGetDict(o, c);
}
static PyGetSetDef dict_getset = {"__dict__", get_instance_dict,
                                  PyObject_GenericSetDict, NULL, NULL};

static int fill_namespace(PyHeapTypeObject *h) {
  PyTypeObject *type = &h->ht_type;
  PyObject *dict = type->tp_dict;
  if (take_qualname(h) < 0 ||
      wrap(dict, _Py_ID(__new__), PyStaticMethod_New) < 0 ||
      wrap(dict, _Py_ID(__init_subclass__), PyClassMethod_New) < 0 ||
      wrap(dict, _Py_ID(__class_getitem__), PyClassMethod_New) < 0 ||
      set_layout(type) < 0)
    return -1;
  if ((type->tp_flags & Py_TPFLAGS_MANAGED_DICT) &&
      !(type->tp_base->tp_flags & Py_TPFLAGS_MANAGED_DICT)) {
    PyObject *descr = PyDescr_NewGetSet(type, &dict_getset);
    int rc = descr && PyDict_SetDefault(dict, _Py_ID(__dict__), descr) ? 0 : -1;
    Py_XDECREF(descr);
    return rc;
  }
  return 0;
}

/* ---- hooks ---------------------------------------------------------------*/
static int set_names(PyTypeObject *type) {
  PyObject *copy = PyDict_Copy(type->tp_dict), *key, *value;
  Py_ssize_t pos = 0;
  int rc = copy ? 0 : -1;
  while (rc == 0 && PyDict_Next(copy, &pos, &key, &value)) {
    PyObject *hook = _PyType_Lookup(Py_TYPE(value), _Py_ID(__set_name__));
    if (!hook)
      continue;
    PyObject *r = PyObject_CallFunctionObjArgs(hook, value, type, key, NULL);
    if (!r) {
      _PyErr_FormatFromCause(
          PyExc_RuntimeError,
          "Error calling __set_name__ on '%.100s' instance %R in '%.100s'",
          _PyType_Name(Py_TYPE(value)), key, type->tp_name);
      rc = -1;
    }
    Py_XDECREF(r);
  }
  Py_XDECREF(copy);
  return rc;
}

static int init_subclass(PyTypeObject *type, PyObject *kw) {
  PyObject *super =
      PyObject_CallFunctionObjArgs((PyObject *)&PySuper_Type, type, type, NULL);
  PyObject *hook =
      super ? PyObject_GetAttr(super, _Py_ID(__init_subclass__)) : NULL;
  PyObject *none = hook ? PyTuple_New(0) : NULL;
  PyObject *r = none ? PyObject_Call(hook, none, kw) : NULL;
  Py_XDECREF(super);
  Py_XDECREF(hook);
  Py_XDECREF(none);
  Py_XDECREF(r);
  return r ? 0 : -1;
}

/* ---- type.__new__ --------------------------------------------------------*/
static PyHeapTypeObject *allocate(PyTypeObject *meta, PyObject *name,
                                  PyObject *bases, PyTypeObject *base,
                                  PyObject *ns) {
  const char *text = PyUnicode_AsUTF8(name);
  PyHeapTypeObject *h =
      text ? (PyHeapTypeObject *)PyType_GenericAlloc(meta, 0) : NULL;
  if (!h)
    return NULL;
  PyTypeObject *type = &h->ht_type;
  h->ht_name = Py_NewRef(name);
  type->tp_name = text;
  type->tp_flags = Py_TPFLAGS_HEAPTYPE | Py_TPFLAGS_BASETYPE |
                   Py_TPFLAGS_HAVE_GC | (base->tp_flags & INHERITED_FLAGS);
  type->tp_bases = Py_NewRef(bases);
  type->tp_base = (PyTypeObject *)Py_NewRef(base);
  type->tp_as_number = &h->as_number;
  type->tp_as_sequence = &h->as_sequence;
  type->tp_as_mapping = &h->as_mapping;
  type->tp_dealloc = _PySubtype_Dealloc;
  type->tp_alloc = PyType_GenericAlloc;
  type->tp_free = PyObject_Free;
  type->tp_dict = PyDict_Copy(ns);
  return type->tp_dict ? h : NULL;
}

static PyObject *make_class(PyTypeObject *meta, PyObject *name, PyObject *bases,
                            PyObject *ns, PyObject *kw) {
  PyTypeObject *base = best_base(bases);
  if (!base)
    return NULL;
  PyHeapTypeObject *h = allocate(meta, name, bases, base, ns);
  if (!h)
    return NULL;
  PyTypeObject *type = &h->ht_type;
  if (fill_namespace(h) < 0 || fill_class_cell(type) < 0 ||
      PyType_Ready(type) < 0 || set_names(type) < 0 ||
      init_subclass(type, kw) < 0)
    return NULL; /* the half-made class leaks, as every class does */
  return (PyObject *)type;
}

PyObject *_PyType_New(PyTypeObject *meta, PyObject *args, PyObject *kw) {
  PyObject *name, *bases, *ns;
  if (!PyArg_ParseTuple(args, "UO!O!:type.__new__", &name, &PyTuple_Type,
                        &bases, &PyDict_Type, &ns))
    return NULL;
  PyTypeObject *winner = _PyType_CalculateMetaclass(meta, bases);
  if (!winner)
    return NULL;
  if (winner != meta && winner->tp_new != _PyType_New)
    return winner->tp_new(winner, args, kw);
  PyObject *real = PyTuple_GET_SIZE(bases)
                       ? Py_NewRef(bases)
                       : PyTuple_Pack(1, &PyBaseObject_Type);
  PyObject *type = real ? make_class(winner, name, real, ns, kw) : NULL;
  Py_XDECREF(real);
  return type;
}
