/* The methods of dict, its repr, its constructor and its | operator. */
#include "dictkeys.h"
#include "names.h"

/* {k: v, ...}, and {...} for a dict inside of itself. */
PyObject *_PyDict_Repr(PyObject *d);

#include "strbuilder.h"

PyObject *_PyDict_Repr(PyObject *d) {
  int inside = Py_ReprEnter(d);
  if (inside)
    return inside < 0 ? NULL : PyUnicode_FromString("{...}");
  PyStrBuilder b;
  PyStrBuilder_Init(&b);
  PyStrBuilder_Char(&b, '{');
  PyObject *key, *value;
  Py_ssize_t pos = 0;
  for (int first = 1; !b.failed && PyDict_Next(d, &pos, &key, &value);
       first = 0) {
    Py_INCREF(key);
    Py_INCREF(value);
    if (!first)
      PyStrBuilder_CString(&b, ", ");
    PyStrBuilder_Repr(&b, key);
    PyStrBuilder_CString(&b, ": ");
    PyStrBuilder_Repr(&b, value);
    Py_DECREF(key);
    Py_DECREF(value);
  }
  PyStrBuilder_Char(&b, '}');
  Py_ReprLeave(d);
  return PyStrBuilder_Finish(&b);
}

/* dict(), dict(mapping), dict(pairs), dict(a=1): also update(). */
static int update_from(PyObject *self, PyObject *args, PyObject *kw,
                       const char *name) {
  PyObject *from = NULL;
  if (!PyArg_UnpackTuple(args, name, 0, 1, &from))
    return -1;
  int rc = 0;
  if (from && PyDict_CheckExact(from)) {
    rc = PyDict_Merge(self, from, 1);
  } else if (from) {
    PyObject *keys;
    rc = _PyObject_LookupAttr(from, _Py_ID(keys), &keys);
    Py_XDECREF(keys);
    if (rc >= 0)
      rc = rc ? PyDict_Merge(self, from, 1)
              : PyDict_MergeFromSeq2(self, from, 1);
  }
  return rc == 0 && kw ? PyDict_Merge(self, kw, 1) : rc;
}

int _PyDict_InitFrom(PyObject *self, PyObject *args, PyObject *kw) {
  return update_from(self, args, kw, "dict");
}

static PyObject *dict_update(PyObject *self, PyObject *args, PyObject *kw) {
  return update_from(self, args, kw, "update") < 0 ? NULL : Py_NewRef(Py_None);
}

PyObject *_PyDict_Or(PyObject *a, PyObject *b) {
  if (!PyDict_Check(a) || !PyDict_Check(b))
    Py_RETURN_NOTIMPLEMENTED;
  PyObject *both = PyDict_Copy(a);
  if (both && PyDict_Update(both, b) < 0)
    Py_CLEAR(both);
  return both;
}

PyObject *_PyDict_InPlaceOr(PyObject *a, PyObject *b) {
  PyObject *args = PyTuple_Pack(1, b);
  int rc = args ? update_from(a, args, NULL, "update") : -1;
  Py_XDECREF(args);
  return rc < 0 ? NULL : Py_NewRef(a);
}

static PyObject *dict_get(PyObject *d, PyObject *const *args,
                          Py_ssize_t nargs) {
  PyObject *value;
  if (!_PyArg_CheckPositional("get", nargs, 1, 2))
    return NULL;
  Py_hash_t hash = PyObject_Hash(args[0]);
  int found = hash == -1 ? -1 : _PyDict_Lookup(d, args[0], hash, &value);
  if (found < 0)
    return NULL;
  return Py_NewRef(found ? value : nargs > 1 ? args[1] : Py_None);
}

static PyObject *dict_setdefault(PyObject *d, PyObject *const *args,
                                 Py_ssize_t nargs) {
  if (!_PyArg_CheckPositional("setdefault", nargs, 1, 2))
    return NULL;
  return Py_XNewRef(
      PyDict_SetDefault(d, args[0], nargs > 1 ? args[1] : Py_None));
}

static PyObject *dict_pop(PyObject *d, PyObject *const *args,
                          Py_ssize_t nargs) {
  if (!_PyArg_CheckPositional("pop", nargs, 1, 2))
    return NULL;
  return _PyDict_Pop(d, args[0], nargs > 1 ? args[1] : NULL);
}

static PyObject *dict_popitem(PyObject *d, PyObject *unused) {
  (void)unused;
  PyDictKeysObject *k = ((PyDictObject *)d)->ma_keys;
  Py_ssize_t i = k ? k->filled - 1 : -1;
  while (i >= 0 && !k->entries[i].value)
    i--;
  if (i < 0) {
    PyErr_SetString(PyExc_KeyError, "popitem(): dictionary is empty");
    return NULL;
  }
  PyObject *pair = PyTuple_Pack(2, k->entries[i].key, k->entries[i].value);
  if (!pair)
    return NULL;
  PyObject *value = _PyDict_Pop(d, PyTuple_GET_ITEM(pair, 0), NULL);
  if (!value) {
    Py_DECREF(pair);
    return NULL;
  }
  Py_DECREF(value);
  /* The holes at the end can be filled again, but their dummy indices remain:
   * `usable` is therefore left alone. */
  if (((PyDictObject *)d)->ma_keys == k)
    k->filled = i;
  return pair;
}

static PyObject *dict_clear(PyObject *d, PyObject *unused) {
  (void)unused;
  PyDict_Clear(d);
  Py_RETURN_NONE;
}

static PyObject *dict_copy(PyObject *d, PyObject *unused) {
  (void)unused;
  return PyDict_Copy(d);
}

static PyObject *dict_keys(PyObject *d, PyObject *unused) {
  (void)unused;
  return _PyDict_NewView(d, DICT_KEYS);
}
static PyObject *dict_values(PyObject *d, PyObject *unused) {
  (void)unused;
  return _PyDict_NewView(d, DICT_VALUES);
}
static PyObject *dict_items(PyObject *d, PyObject *unused) {
  (void)unused;
  return _PyDict_NewView(d, DICT_ITEMS);
}
static PyObject *dict_reversed(PyObject *d, PyObject *unused) {
  (void)unused;
  return _PyDict_NewIterator(d, DICT_KEYS, 1);
}

static PyObject *dict_fromkeys(PyObject *cls, PyObject *const *args,
                               Py_ssize_t nargs) {
  if (!_PyArg_CheckPositional("fromkeys", nargs, 1, 2))
    return NULL;
  PyObject *value = nargs > 1 ? args[1] : Py_None, *key;
  PyObject *d = PyObject_CallNoArgs(cls);
  PyObject *it = d ? PyObject_GetIter(args[0]) : NULL;
  if (!it) {
    Py_XDECREF(d);
    return NULL;
  }
  int rc = 0;
  while (rc == 0 && (key = PyIter_Next(it))) {
    rc = PyDict_CheckExact(d) ? PyDict_SetItem(d, key, value)
                              : PyObject_SetItem(d, key, value);
    Py_DECREF(key);
  }
  Py_DECREF(it);
  if (rc < 0 || PyErr_Occurred())
    Py_CLEAR(d);
  return d;
}

PyObject *_Py_GenericAliasOf(PyObject *cls, PyObject *item);

PyMethodDef _PyDict_Methods[] = {
    {"get", _PyCFunction_CAST(dict_get), METH_FASTCALL, NULL},
    {"setdefault", _PyCFunction_CAST(dict_setdefault), METH_FASTCALL, NULL},
    {"pop", _PyCFunction_CAST(dict_pop), METH_FASTCALL, NULL},
    {"popitem", dict_popitem, METH_NOARGS, NULL},
    {"keys", dict_keys, METH_NOARGS, NULL},
    {"values", dict_values, METH_NOARGS, NULL},
    {"items", dict_items, METH_NOARGS, NULL},
    {"update", _PyCFunction_CAST(dict_update), METH_VARARGS | METH_KEYWORDS,
     NULL},
    {"clear", dict_clear, METH_NOARGS, NULL},
    {"copy", dict_copy, METH_NOARGS, NULL},
    {"fromkeys", _PyCFunction_CAST(dict_fromkeys), METH_FASTCALL | METH_CLASS,
     NULL},
    {"__reversed__", dict_reversed, METH_NOARGS, NULL},
    {"__class_getitem__", _Py_GenericAliasOf, METH_O | METH_CLASS, NULL},
    {NULL, NULL, 0, NULL}};
