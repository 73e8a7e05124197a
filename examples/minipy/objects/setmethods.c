/* The operators and methods of sets.
 *
 * Operators want sets on both sides; methods take any iterables. Each of the
 * four combinations (union, intersection, difference, symmetric difference) is
 * written once, as a function that gives a new set; the in-place forms put its
 * result in the place of the old table. */
#include "names.h"
#include "setstorage.h"

/* `iterable` as a set: itself, or a new one. */
static PyObject *as_set(PyObject *iterable) {
  return PyAnySet_Check(iterable) ? Py_NewRef(iterable) : PySet_New(iterable);
}

static PyObject *copy_of(PyObject *s) {
  return _PySet_Make(_PySet_BaseType(s), s);
}

/* ---- the four combinations ---------------------------------------------------*/

static PyObject *set_union(PyObject *s, PyObject *other) {
  PyObject *result = copy_of(s);
  if (result && _PySet_Update(result, other) < 0)
    Py_CLEAR(result);
  return result;
}

static PyObject *set_intersection(PyObject *s, PyObject *iterable) {
  PyObject *result = _PySet_Make(_PySet_BaseType(s), NULL);
  PyObject *walked = iterable, *key;
  if (PyAnySet_Check(iterable) && PySet_GET_SIZE(iterable) > PySet_GET_SIZE(s)) {
    walked = s; /* the smaller one */
    s = iterable;
  }
  PyObject *iterator = result ? PyObject_GetIter(walked) : NULL;
  while (iterator && (key = PyIter_Next(iterator))) {
    int found = PySet_Contains(s, key);
    if (found > 0)
      found = PySet_Add(result, key);
    Py_DECREF(key);
    if (found < 0)
      break;
  }
  if (!iterator || PyErr_Occurred())
    Py_CLEAR(result);
  Py_XDECREF(iterator);
  return result;
}

static int drop_all(PyObject *s, PyObject *iterable) {
  if (s == iterable) {
    _PySet_ClearAll((PySetObject *)s);
    return 0;
  }
  PyObject *iterator = PyObject_GetIter(iterable), *key;
  while (iterator && (key = PyIter_Next(iterator))) {
    int status = PySet_Discard(s, key);
    Py_DECREF(key);
    if (status < 0)
      break;
  }
  Py_XDECREF(iterator);
  return PyErr_Occurred() ? -1 : 0;
}

static PyObject *set_difference(PyObject *s, PyObject *iterable) {
  int lookup = PyAnySet_Check(iterable) || PyDict_CheckExact(iterable);
  Py_ssize_t size = lookup ? PyObject_Size(iterable) : 0;
  if (!lookup || PySet_GET_SIZE(s) >> 2 > size) {
    PyObject *result = copy_of(s);
    if (result && drop_all(result, iterable) < 0)
      Py_CLEAR(result);
    return result;
  }
  PyObject *result = _PySet_Make(_PySet_BaseType(s), NULL), *key;
  Py_hash_t hash;
  Py_ssize_t pos = 0;
  while (result && _PySet_NextEntry(s, &pos, &key, &hash)) {
    Py_INCREF(key);
    int found = PyDict_CheckExact(iterable)
                    ? PyDict_Contains(iterable, key)
                    : _PySet_HasHashed((PySetObject *)iterable, key, hash);
    if (found == 0)
      found = _PySet_AddHashed((PySetObject *)result, key, hash);
    Py_DECREF(key);
    if (found < 0)
      Py_CLEAR(result);
  }
  return result;
}

static int toggle_all(PyObject *s, PyObject *iterable) {
  if (s == iterable) {
    _PySet_ClearAll((PySetObject *)s);
    return 0;
  }
  PyObject *other = as_set(iterable), *key;
  Py_hash_t hash;
  Py_ssize_t pos = 0;
  int status = other ? 0 : -1;
  while (status >= 0 && _PySet_NextEntry(other, &pos, &key, &hash)) {
    Py_INCREF(key);
    status = _PySet_DropHashed((PySetObject *)s, key, hash);
    if (status == 0)
      status = _PySet_AddHashed((PySetObject *)s, key, hash);
    Py_DECREF(key);
  }
  Py_XDECREF(other);
  return status < 0 ? -1 : 0;
}

static PyObject *set_symmetric_difference(PyObject *s, PyObject *iterable) {
  PyObject *result = _PySet_Make(_PySet_BaseType(s), iterable);
  if (result && toggle_all(result, s) < 0)
    Py_CLEAR(result);
  return result;
}

/* Gives `s` the table of `from`, which is released. */
static PyObject *take_table(PyObject *s, PyObject *from) {
  if (!from)
    return NULL;
  PySetObject *to = (PySetObject *)s, *source = (PySetObject *)from;
  PySetObject before = *to;
  to->fill = source->fill;
  to->used = source->used;
  to->mask = source->mask;
  to->table = source->table;
  source->fill = before.fill;
  source->used = before.used;
  source->mask = before.mask;
  source->table = before.table;
  Py_DECREF(from);
  return Py_NewRef(s);
}

/* ---- operators ------------------------------------------------------------------*/

#define OPERATOR(name, function)                                               \
  static PyObject *name(PyObject *a, PyObject *b) {                            \
    if (!PyAnySet_Check(a) || !PyAnySet_Check(b))                              \
      Py_RETURN_NOTIMPLEMENTED;                                                \
    return function(a, b);                                                     \
  }
OPERATOR(set_or, set_union)
OPERATOR(set_and, set_intersection)
OPERATOR(set_sub, set_difference)
OPERATOR(set_xor, set_symmetric_difference)

static PyObject *set_ior(PyObject *a, PyObject *b) {
  if (!PyAnySet_Check(b))
    Py_RETURN_NOTIMPLEMENTED;
  return _PySet_Update(a, b) < 0 ? NULL : Py_NewRef(a);
}

static PyObject *set_iand(PyObject *a, PyObject *b) {
  if (!PyAnySet_Check(b))
    Py_RETURN_NOTIMPLEMENTED;
  return take_table(a, set_intersection(a, b));
}

static PyObject *set_isub(PyObject *a, PyObject *b) {
  if (!PyAnySet_Check(b))
    Py_RETURN_NOTIMPLEMENTED;
  return drop_all(a, b) < 0 ? NULL : Py_NewRef(a);
}

static PyObject *set_ixor(PyObject *a, PyObject *b) {
  if (!PyAnySet_Check(b))
    Py_RETURN_NOTIMPLEMENTED;
  return toggle_all(a, b) < 0 ? NULL : Py_NewRef(a);
}

PyNumberMethods _PySet_AsNumber = {.nb_subtract = set_sub,
                                   .nb_and = set_and,
                                   .nb_xor = set_xor,
                                   .nb_or = set_or,
                                   .nb_inplace_subtract = set_isub,
                                   .nb_inplace_and = set_iand,
                                   .nb_inplace_xor = set_ixor,
                                   .nb_inplace_or = set_ior};
PyNumberMethods _PyFrozenSet_AsNumber = {.nb_subtract = set_sub,
                                         .nb_and = set_and,
                                         .nb_xor = set_xor,
                                         .nb_or = set_or};

/* ---- comparing ------------------------------------------------------------------*/

/* All of a in b? */
static int is_subset(PyObject *a, PyObject *b) {
  if (PySet_GET_SIZE(a) > PySet_GET_SIZE(b))
    return 0;
  PyObject *key;
  Py_hash_t hash;
  Py_ssize_t pos = 0;
  int found = 1;
  while (found > 0 && _PySet_NextEntry(a, &pos, &key, &hash)) {
    Py_INCREF(key);
    found = _PySet_HasHashed((PySetObject *)b, key, hash);
    Py_DECREF(key);
  }
  return found;
}

PyObject *_PySet_RichCompare(PyObject *a, PyObject *b, int op) {
  if (!PyAnySet_Check(a) || !PyAnySet_Check(b))
    Py_RETURN_NOTIMPLEMENTED;
  if (op == Py_GT || op == Py_GE)
    return _PySet_RichCompare(b, a, op == Py_GT ? Py_LT : Py_LE);
  int same_size = PySet_GET_SIZE(a) == PySet_GET_SIZE(b), truth;
  if (op == Py_LE)
    truth = is_subset(a, b);
  else if (op == Py_LT)
    truth = same_size ? 0 : is_subset(a, b);
  else
    truth = same_size ? is_subset(a, b) : 0;
  if (truth < 0)
    return NULL;
  return PyBool_FromLong(op == Py_NE ? !truth : truth);
}

static PyObject *set_issubset(PyObject *s, PyObject *iterable) {
  PyObject *other = as_set(iterable);
  int truth = other ? is_subset(s, other) : -1;
  Py_XDECREF(other);
  return truth < 0 ? NULL : PyBool_FromLong(truth);
}

static PyObject *set_issuperset(PyObject *s, PyObject *iterable) {
  PyObject *other = as_set(iterable);
  int truth = other ? is_subset(other, s) : -1;
  Py_XDECREF(other);
  return truth < 0 ? NULL : PyBool_FromLong(truth);
}

static PyObject *set_isdisjoint(PyObject *s, PyObject *iterable) {
  PyObject *common = set_intersection(s, iterable);
  int empty = common && PySet_GET_SIZE(common) == 0;
  Py_XDECREF(common);
  return common ? PyBool_FromLong(empty) : NULL;
}

/* ---- methods that take any number of iterables --------------------------------------*/

/* Combines s with each of the arguments in turn. */
static PyObject *combine(PyObject *s, PyObject *args,
                         PyObject *(*function)(PyObject *, PyObject *)) {
  PyObject *result = copy_of(s);
  for (Py_ssize_t i = 0; result && i < PyTuple_GET_SIZE(args); i++)
    Py_SETREF(result, function(result, PyTuple_GET_ITEM(args, i)));
  return result;
}

static PyObject *none_if(PyObject *result) {
  if (!result)
    return NULL;
  Py_DECREF(result);
  Py_RETURN_NONE;
}

#define COMBINATION(name)                                                      \
  static PyObject *set_##name##_method(PyObject *s, PyObject *args) {          \
    return combine(s, args, set_##name);                                       \
  }                                                                            \
  static PyObject *set_##name##_update(PyObject *s, PyObject *args) {          \
    return none_if(take_table(s, combine(s, args, set_##name)));               \
  }
COMBINATION(intersection)
COMBINATION(difference)

static PyObject *set_union_method(PyObject *s, PyObject *args) {
  return combine(s, args, set_union);
}

static PyObject *set_update(PyObject *s, PyObject *args) {
  for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(args); i++)
    if (_PySet_Update(s, PyTuple_GET_ITEM(args, i)) < 0)
      return NULL;
  Py_RETURN_NONE;
}

static PyObject *set_symmetric_difference_update(PyObject *s, PyObject *other) {
  if (toggle_all(s, other) < 0)
    return NULL;
  Py_RETURN_NONE;
}

/* ---- single keys ------------------------------------------------------------------------*/

static PyObject *set_add(PyObject *s, PyObject *key) {
  if (PySet_Add(s, key) < 0)
    return NULL;
  Py_RETURN_NONE;
}

static PyObject *set_remove(PyObject *s, PyObject *key) {
  int there = PySet_Discard(s, key);
  if (there == 0)
    _PyErr_SetKeyError(key);
  if (there <= 0)
    return NULL;
  Py_RETURN_NONE;
}

static PyObject *set_discard(PyObject *s, PyObject *key) {
  if (PySet_Discard(s, key) < 0)
    return NULL;
  Py_RETURN_NONE;
}

static PyObject *set_pop(PyObject *op, PyObject *unused) {
  (void)unused;
  PySetObject *s = (PySetObject *)op;
  PyObject *key;
  Py_hash_t hash;
  Py_ssize_t pos = s->hash & s->mask;
  if (s->used == 0) {
    PyErr_SetString(PyExc_KeyError, "pop from an empty set");
    return NULL;
  }
  if (!_PySet_NextEntry(op, &pos, &key, &hash)) {
    pos = 0;
    _PySet_NextEntry(op, &pos, &key, &hash);
  }
  Py_INCREF(key);
  if (_PySet_DropHashed(s, key, hash) < 0)
    Py_CLEAR(key);
  s->hash = pos;
  return key;
}

static PyObject *set_clear(PyObject *s, PyObject *unused) {
  (void)unused;
  _PySet_ClearAll((PySetObject *)s);
  Py_RETURN_NONE;
}

static PyObject *set_copy(PyObject *s, PyObject *unused) {
  (void)unused;
  return Py_IS_TYPE(s, &PyFrozenSet_Type) ? Py_NewRef(s) : copy_of(s);
}

static PyObject *set_contains(PyObject *s, PyObject *key) {
  int there = PySet_Contains(s, key);
  return there < 0 ? NULL : PyBool_FromLong(there);
}

#define COMMON_METHODS                                                         \
  {"copy", set_copy, METH_NOARGS, NULL},                                       \
      {"union", set_union_method, METH_VARARGS, NULL},                         \
      {"intersection", set_intersection_method, METH_VARARGS, NULL},           \
      {"difference", set_difference_method, METH_VARARGS, NULL},               \
      {"symmetric_difference", set_symmetric_difference, METH_O, NULL},        \
      {"issubset", set_issubset, METH_O, NULL},                                \
      {"issuperset", set_issuperset, METH_O, NULL},                            \
      {"isdisjoint", set_isdisjoint, METH_O, NULL}, {                          \
    "__contains__", set_contains, METH_O, NULL                                 \
  }

PyMethodDef _PyFrozenSet_Methods[] = {COMMON_METHODS, {NULL, NULL, 0, NULL}};
PyMethodDef _PySet_Methods[] = {
    COMMON_METHODS,
    {"add", set_add, METH_O, NULL},
    {"remove", set_remove, METH_O, NULL},
    {"discard", set_discard, METH_O, NULL},
    {"pop", set_pop, METH_NOARGS, NULL},
    {"clear", set_clear, METH_NOARGS, NULL},
    {"update", set_update, METH_VARARGS, NULL},
    {"intersection_update", set_intersection_update, METH_VARARGS, NULL},
    {"difference_update", set_difference_update, METH_VARARGS, NULL},
    {"symmetric_difference_update", set_symmetric_difference_update, METH_O,
     NULL},
    {NULL, NULL, 0, NULL}};
