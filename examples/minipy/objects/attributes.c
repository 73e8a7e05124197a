/* Reading and writing attributes: o.name.
 *
 * The generic rule (object.__getattribute__): a data descriptor of the class
 * wins, then the instance's own __dict__, then any other attribute of the
 * class, bound if it is a descriptor. Types and modules have their own slots
 * (type.c, module.c). Classes are searched along the MRO without a cache: a
 * cache would be written by all threads. */
#include "names.h"

PyObject *_PyType_Lookup(PyTypeObject *type, PyObject *name) {
  PyTupleObject *mro = (PyTupleObject *)type->tp_mro;
  Py_hash_t hash = PyObject_Hash(name);
  if (!mro || hash == -1) {
    PyErr_Clear();
    return NULL;
  }
  Py_ssize_t n = Py_SIZE(mro);
  for (Py_ssize_t i = 0; i < n; i++) {
    PyObject *dict = ((PyTypeObject *)mro->ob_item[i])->tp_dict;
    PyObject *found = _PyDict_GetItem_KnownHash(dict, name, hash);
    if (found)
      return found;
  }
  return NULL;
}

PyObject *_PyType_LookupString(PyTypeObject *type, const char *name) {
  PyObject *u = PyUnicode_FromString(name);
  PyObject *found = u ? _PyType_Lookup(type, u) : NULL;
  Py_XDECREF(u);
  return found;
}

static PyObject *bind_special(PyObject *self, PyObject *f) {
  if (!f)
    return NULL;
  descrgetfunc bind = Py_TYPE(f)->tp_descr_get;
  return bind ? bind(f, self, (PyObject *)Py_TYPE(self)) : Py_NewRef(f);
}

PyObject *_PyObject_LookupSpecialId(PyObject *self, PyObject *name) {
  return bind_special(self, _PyType_Lookup(Py_TYPE(self), name));
}

PyObject *_PyObject_LookupSpecial(PyObject *self, const char *name) {
  return bind_special(self, _PyType_LookupString(Py_TYPE(self), name));
}

static void no_attribute(PyObject *o, PyObject *name) {
  PyErr_Format(PyExc_AttributeError, "'%.50s' object has no attribute '%U'",
               _PyType_Name(Py_TYPE(o)), name);
}

/* ---- the generic rule ----------------------------------------------------*/
/* Set quiet to get NULL without an exception for a missing attribute. */
static PyObject *generic_get(PyObject *o, PyObject *name, int quiet) {
  PyTypeObject *type = Py_TYPE(o);
  PyObject *descr = _PyType_Lookup(type, name);
  descrgetfunc bind = NULL;
  if (descr) {
    Py_INCREF(descr);
    bind = Py_TYPE(descr)->tp_descr_get;
    if (bind && Py_TYPE(descr)->tp_descr_set) {
      PyObject *r = bind(descr, o, (PyObject *)type);
      Py_DECREF(descr);
      return r;
    }
  }
  PyObject **dict = _PyObject_GetDictPtr(o);
  if (dict && *dict) {
    PyObject *held = Py_NewRef(*dict);
    PyObject *r = Py_XNewRef(PyDict_GetItemWithError(held, name));
    Py_DECREF(held);
    if (r || PyErr_Occurred()) {
      Py_XDECREF(descr);
      return r;
    }
  }
  if (bind) {
    PyObject *r = bind(descr, o, (PyObject *)type);
    Py_DECREF(descr);
    return r;
  }
  if (!descr && !quiet)
    no_attribute(o, name);
  return descr;
}

PyObject *PyObject_GenericGetAttr(PyObject *o, PyObject *name) {
  return generic_get(o, name, 0);
}

static int set_in_dict(PyObject *o, PyObject **dict, PyObject *name,
                       PyObject *value) {
  if (!*dict) {
    if (value)
      *dict = PyDict_New();
    if (!*dict) {
      if (!value)
        no_attribute(o, name);
      return -1;
    }
  }
  PyObject *held = Py_NewRef(*dict);
  int rc =
      value ? PyDict_SetItem(held, name, value) : PyDict_DelItem(held, name);
  Py_DECREF(held);
  if (rc < 0 && !value && PyErr_ExceptionMatches(PyExc_KeyError)) {
    PyErr_Clear();
    no_attribute(o, name);
  }
  return rc;
}

int PyObject_GenericSetAttr(PyObject *o, PyObject *name, PyObject *value) {
  PyTypeObject *type = Py_TYPE(o);
  if (!PyUnicode_Check(name)) {
    PyErr_Format(PyExc_TypeError, "attribute name must be string, not '%.200s'",
                 _PyType_Name(Py_TYPE(name)));
    return -1;
  }
  PyObject *descr = _PyType_Lookup(type, name);
  if (descr && Py_TYPE(descr)->tp_descr_set) {
    Py_INCREF(descr);
    int rc = Py_TYPE(descr)->tp_descr_set(descr, o, value);
    Py_DECREF(descr);
    return rc;
  }
  PyObject **dict = _PyObject_GetDictPtr(o);
  if (dict)
    return set_in_dict(o, dict, name, value);
  if (descr)
    PyErr_Format(PyExc_AttributeError,
                 "'%.50s' object attribute '%U' is read-only",
                 _PyType_Name(type), name);
  else
    no_attribute(o, name);
  return -1;
}

PyObject *PyObject_GenericGetDict(PyObject *o, void *context) {
  (void)context;
  PyObject **dict = _PyObject_GetDictPtr(o);
  if (!dict) {
    PyErr_SetString(PyExc_AttributeError, "This object has no __dict__");
    return NULL;
  }
  if (!*dict)
    *dict = PyDict_New();
  return Py_XNewRef(*dict);
}

int PyObject_GenericSetDict(PyObject *o, PyObject *value, void *context) {
  (void)context;
  PyObject **dict = _PyObject_GetDictPtr(o);
  if (!dict) {
    PyErr_SetString(PyExc_AttributeError, "This object has no __dict__");
    return -1;
  }
  if (!value) {
    PyErr_SetString(PyExc_TypeError, "cannot delete __dict__");
    return -1;
  }
  if (!PyDict_Check(value)) {
    PyErr_Format(PyExc_TypeError,
                 "__dict__ must be set to a dictionary, not a '%.200s'",
                 _PyType_Name(Py_TYPE(value)));
    return -1;
  }
  Py_XSETREF(*dict, Py_NewRef(value));
  return 0;
}

/* ---- the protocol --------------------------------------------------------*/
PyObject *PyObject_GetAttr(PyObject *o, PyObject *name) {
  if (!PyUnicode_Check(name))
    return PyErr_Format(PyExc_TypeError,
                        "attribute name must be string, not '%.200s'",
                        _PyType_Name(Py_TYPE(name)));
  return Py_TYPE(o)->tp_getattro(o, name);
}

int _PyObject_LookupAttr(PyObject *o, PyObject *name, PyObject **result) {
  getattrofunc get = Py_TYPE(o)->tp_getattro;
  *result = get == PyObject_GenericGetAttr && PyUnicode_Check(name)
                ? generic_get(o, name, 1)
                : PyObject_GetAttr(o, name);
  if (*result)
    return 1;
  if (!PyErr_Occurred())
    return 0;
  if (!PyErr_ExceptionMatches(PyExc_AttributeError))
    return -1;
  PyErr_Clear();
  return 0;
}

/* Attributes in C are few and static: their names may be interned no further
 * than the thread, so a fresh str is made; hot paths use _Py_ID instead. */
PyObject *PyObject_GetAttrString(PyObject *o, const char *name) {
  PyObject *u = PyUnicode_FromString(name);
  PyObject *r = u ? PyObject_GetAttr(o, u) : NULL;
  Py_XDECREF(u);
  return r;
}

int _PyObject_LookupAttrString(PyObject *o, const char *name,
                               PyObject **result) {
  PyObject *u = PyUnicode_FromString(name);
  *result = NULL;
  int rc = u ? _PyObject_LookupAttr(o, u, result) : -1;
  Py_XDECREF(u);
  return rc;
}

int PyObject_SetAttr(PyObject *o, PyObject *name, PyObject *value) {
  if (!PyUnicode_Check(name)) {
    PyErr_Format(PyExc_TypeError, "attribute name must be string, not '%.200s'",
                 _PyType_Name(Py_TYPE(name)));
    return -1;
  }
  return Py_TYPE(o)->tp_setattro(o, name, value);
}

int PyObject_SetAttrString(PyObject *o, const char *name, PyObject *value) {
  PyObject *u = PyUnicode_FromString(name);
  int rc = u ? PyObject_SetAttr(o, u, value) : -1;
  Py_XDECREF(u);
  return rc;
}

int PyObject_HasAttr(PyObject *o, PyObject *name) {
  PyObject *r;
  int found = _PyObject_LookupAttr(o, name, &r);
  Py_XDECREF(r);
  if (found < 0)
    PyErr_Clear();
  return found > 0;
}

int PyObject_HasAttrString(PyObject *o, const char *name) {
  PyObject *r;
  int found = _PyObject_LookupAttrString(o, name, &r);
  Py_XDECREF(r);
  if (found < 0)
    PyErr_Clear();
  return found > 0;
}

int _PyObject_GetMethod(PyObject *o, PyObject *name, PyObject **method) {
  PyTypeObject *type = Py_TYPE(o);
  *method = NULL;
  if (type->tp_getattro != PyObject_GenericGetAttr || !PyUnicode_Check(name)) {
    *method = PyObject_GetAttr(o, name);
    return 0;
  }
  PyObject *descr = _PyType_Lookup(type, name);
  if (!descr || !(Py_TYPE(descr)->tp_flags & Py_TPFLAGS_METHOD_DESCRIPTOR)) {
    *method = generic_get(o, name, 0);
    return 0;
  }
  Py_INCREF(descr);
  PyObject **dict = _PyObject_GetDictPtr(o);
  if (dict && *dict) {
    PyObject *held = Py_NewRef(*dict);
    PyObject *own = Py_XNewRef(PyDict_GetItemWithError(held, name));
    Py_DECREF(held);
    if (own || PyErr_Occurred()) {
      Py_DECREF(descr);
      *method = own;
      return 0;
    }
  }
  *method = descr;
  return 1;
}
