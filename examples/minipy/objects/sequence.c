/* The sequence, mapping and iteration protocols on objects of any type. */
#include "names.h"

static PySequenceMethods *seq(PyObject *o) {
  return Py_TYPE(o)->tp_as_sequence;
}
static PyMappingMethods *map(PyObject *o) { return Py_TYPE(o)->tp_as_mapping; }

static PyObject *type_error(const char *format, PyObject *o) {
  return PyErr_Format(PyExc_TypeError, format, _PyType_Name(Py_TYPE(o)));
}

/* ---- length --------------------------------------------------------------*/
Py_ssize_t PyObject_Size(PyObject *o) {
  if (seq(o) && seq(o)->sq_length)
    return seq(o)->sq_length(o);
  if (map(o) && map(o)->mp_length)
    return map(o)->mp_length(o);
  type_error("object of type '%.200s' has no len()", o);
  return -1;
}

Py_ssize_t PySequence_Size(PyObject *o) { return PyObject_Size(o); }

Py_ssize_t PyObject_LengthHint(PyObject *o, Py_ssize_t otherwise) {
  if ((seq(o) && seq(o)->sq_length) || (map(o) && map(o)->mp_length)) {
    Py_ssize_t n = PyObject_Size(o);
    if (n >= 0 || !PyErr_ExceptionMatches(PyExc_TypeError))
      return n;
    PyErr_Clear();
  }
  PyObject *hint = _PyObject_LookupSpecialId(o, _Py_ID(__length_hint__));
  if (!hint)
    return PyErr_Occurred() ? -1 : otherwise;
  PyObject *r = PyObject_CallNoArgs(hint);
  Py_DECREF(hint);
  if (!r)
    return -1;
  Py_ssize_t n = PyLong_Check(r) ? PyLong_AsSsize_t(r) : otherwise;
  Py_DECREF(r);
  return n;
}

/* ---- o[key] --------------------------------------------------------------*/
PyObject *_Py_GenericAliasOf(PyObject *cls, PyObject *item);

static PyObject *subscript_class(PyObject *o, PyObject *key) {
  PyObject *hook;
  if (o == (PyObject *)&PyType_Type)
    return _Py_GenericAliasOf(o, key);
  if (_PyObject_LookupAttr(o, _Py_ID(__class_getitem__), &hook) < 0)
    return NULL;
  if (!hook)
    return PyErr_Format(PyExc_TypeError, "type '%.200s' is not subscriptable",
                        _PyType_Name((PyTypeObject *)o));
  PyObject *r = PyObject_CallOneArg(hook, key);
  Py_DECREF(hook);
  return r;
}

PyObject *PyObject_GetItem(PyObject *o, PyObject *key) {
  if (map(o) && map(o)->mp_subscript)
    return map(o)->mp_subscript(o, key);
  if (seq(o) && seq(o)->sq_item) {
    if (!PyIndex_Check(key))
      return PyErr_Format(PyExc_TypeError,
                          "sequence index must be integer, not '%.200s'",
                          _PyType_Name(Py_TYPE(key)));
    Py_ssize_t i = PyNumber_AsSsize_t(key, PyExc_IndexError);
    return i == -1 && PyErr_Occurred() ? NULL : PySequence_GetItem(o, i);
  }
  if (PyType_Check(o))
    return subscript_class(o, key);
  return type_error("'%.200s' object is not subscriptable", o);
}

static int assign(PyObject *o, PyObject *key, PyObject *v, const char *error) {
  if (map(o) && map(o)->mp_ass_subscript)
    return map(o)->mp_ass_subscript(o, key, v);
  if (seq(o) && seq(o)->sq_ass_item && PyIndex_Check(key)) {
    Py_ssize_t i = PyNumber_AsSsize_t(key, PyExc_IndexError);
    if (i == -1 && PyErr_Occurred())
      return -1;
    return v ? PySequence_SetItem(o, i, v) : PySequence_DelItem(o, i);
  }
  type_error(error, o);
  return -1;
}

int PyObject_SetItem(PyObject *o, PyObject *key, PyObject *v) {
  return assign(o, key, v, "'%.200s' object does not support item assignment");
}
int PyObject_DelItem(PyObject *o, PyObject *key) {
  return assign(o, key, NULL, "'%.200s' object doesn't support item deletion");
}

/* ---- sequences by index --------------------------------------------------*/
int PySequence_Check(PyObject *o) {
  return !PyDict_Check(o) && seq(o) && seq(o)->sq_item;
}
int PyMapping_Check(PyObject *o) { return map(o) && map(o)->mp_subscript; }

/* A negative index counts from the end. 0, or -1 with an exception. */
static int from_end(PyObject *o, Py_ssize_t *i) {
  if (*i >= 0 || !seq(o)->sq_length)
    return 0;
  Py_ssize_t n = seq(o)->sq_length(o);
  *i += n;
  return n < 0 ? -1 : 0;
}

PyObject *PySequence_GetItem(PyObject *o, Py_ssize_t i) {
  if (seq(o) && seq(o)->sq_item)
    return from_end(o, &i) < 0 ? NULL : seq(o)->sq_item(o, i);
  return type_error(map(o) && map(o)->mp_subscript
                        ? "%.200s is not a sequence"
                        : "'%.200s' object does not support indexing",
                    o);
}

int PySequence_SetItem(PyObject *o, Py_ssize_t i, PyObject *v) {
  if (seq(o) && seq(o)->sq_ass_item)
    return from_end(o, &i) < 0 ? -1 : seq(o)->sq_ass_item(o, i, v);
  type_error("'%.200s' object does not support item assignment", o);
  return -1;
}
int PySequence_DelItem(PyObject *o, Py_ssize_t i) {
  if (seq(o) && seq(o)->sq_ass_item)
    return from_end(o, &i) < 0 ? -1 : seq(o)->sq_ass_item(o, i, NULL);
  type_error("'%.200s' object doesn't support item deletion", o);
  return -1;
}

PyObject *PySequence_GetSlice(PyObject *o, Py_ssize_t i, Py_ssize_t j) {
  PyObject *a = PyLong_FromSsize_t(i), *b = PyLong_FromSsize_t(j);
  PyObject *slice = a && b ? PySlice_New(a, b, NULL) : NULL;
  PyObject *r = slice ? PyObject_GetItem(o, slice) : NULL;
  Py_XDECREF(a);
  Py_XDECREF(b);
  Py_XDECREF(slice);
  return r;
}

PyObject *PySequence_Concat(PyObject *a, PyObject *b) {
  if (seq(a) && seq(a)->sq_concat)
    return seq(a)->sq_concat(a, b);
  return type_error("'%.200s' object can't be concatenated", a);
}
PyObject *PySequence_Repeat(PyObject *o, Py_ssize_t n) {
  if (seq(o) && seq(o)->sq_repeat)
    return seq(o)->sq_repeat(o, n);
  return type_error("'%.200s' object can't be repeated", o);
}

/* ---- searching by iteration ----------------------------------------------*/
enum { COUNT, INDEX, CONTAINS };

static Py_ssize_t search(PyObject *o, PyObject *v, int what) {
  PyObject *it = PyObject_GetIter(o), *item;
  if (!it) {
    if (PyErr_ExceptionMatches(PyExc_TypeError))
      type_error("argument of type '%.200s' is not iterable", o);
    return -1;
  }
  Py_ssize_t n = 0, found = 0;
  while ((item = PyIter_Next(it))) {
    int equal = PyObject_RichCompareBool(item, v, Py_EQ);
    Py_DECREF(item);
    if (equal < 0)
      break;
    found += equal;
    if (equal && what != COUNT)
      break;
    n++;
  }
  Py_DECREF(it);
  if (PyErr_Occurred())
    return -1;
  if (what == INDEX && !found) {
    PyErr_SetString(PyExc_ValueError, "sequence.index(x): x not in sequence");
    return -1;
  }
  return what == INDEX ? n : found;
}

int PySequence_Contains(PyObject *o, PyObject *v) {
  if (seq(o) && seq(o)->sq_contains)
    return seq(o)->sq_contains(o, v);
  return (int)search(o, v, CONTAINS);
}
Py_ssize_t PySequence_Index(PyObject *o, PyObject *v) {
  return search(o, v, INDEX);
}
Py_ssize_t PySequence_Count(PyObject *o, PyObject *v) {
  return search(o, v, COUNT);
}

/* ---- conversions ---------------------------------------------------------*/
PyObject *PySequence_List(PyObject *o) {
  PyObject *list = PyList_New(0);
  PyObject *none = list ? _PyList_Extend(list, o) : NULL;
  Py_XDECREF(none);
  if (!none)
    Py_CLEAR(list);
  return list;
}

PyObject *PySequence_Tuple(PyObject *o) {
  if (PyTuple_CheckExact(o))
    return Py_NewRef(o);
  if (PyList_CheckExact(o))
    return PyList_AsTuple(o);
  PyObject *list = PySequence_List(o);
  PyObject *tuple = list ? PyList_AsTuple(list) : NULL;
  Py_XDECREF(list);
  return tuple;
}

PyObject *PySequence_Fast(PyObject *o, const char *message) {
  if (PyList_CheckExact(o) || PyTuple_CheckExact(o))
    return Py_NewRef(o);
  PyObject *it = PyObject_GetIter(o);
  if (!it) {
    if (PyErr_ExceptionMatches(PyExc_TypeError))
      PyErr_SetString(PyExc_TypeError, message);
    return NULL;
  }
  PyObject *list = PySequence_List(it);
  Py_DECREF(it);
  return list;
}

static PyObject *list_from(PyObject *o, PyObject *method) {
  PyObject *view = PyObject_CallMethodNoArgs(o, method);
  PyObject *list = view ? PySequence_List(view) : NULL;
  Py_XDECREF(view);
  return list;
}
PyObject *PyMapping_Keys(PyObject *o) {
  return PyDict_CheckExact(o) ? PyDict_Keys(o) : list_from(o, _Py_ID(keys));
}
PyObject *PyMapping_Items(PyObject *o) {
  return PyDict_CheckExact(o) ? PyDict_Items(o) : list_from(o, _Py_ID(items));
}
PyObject *PyMapping_GetItemString(PyObject *o, const char *key) {
  PyObject *u = PyUnicode_FromString(key);
  PyObject *r = u ? PyObject_GetItem(o, u) : NULL;
  Py_XDECREF(u);
  return r;
}

/* ---- iteration -----------------------------------------------------------*/
PyObject *PyObject_GetIter(PyObject *o) {
  getiterfunc f = Py_TYPE(o)->tp_iter;
  if (!f) {
    if (PySequence_Check(o))
      return PySeqIter_New(o);
    return type_error("'%.200s' object is not iterable", o);
  }
  PyObject *it = f(o);
  if (it && !PyIter_Check(it)) {
    PyErr_Format(PyExc_TypeError,
                 "iter() returned non-iterator of type '%.100s'",
                 _PyType_Name(Py_TYPE(it)));
    Py_CLEAR(it);
  }
  return it;
}

PyObject *PyIter_Next(PyObject *it) {
  PyObject *r = Py_TYPE(it)->tp_iternext(it);
  if (!r && PyThreadState_Get()->current_exception &&
      PyErr_ExceptionMatches(PyExc_StopIteration))
    PyErr_Clear();
  return r;
}
