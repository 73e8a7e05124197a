/* The operators, comparisons and methods of set and frozenset.
 *
 * The result of an operation on a subclass is a plain set or frozenset, after
 * the kind of the left operand. The operators want sets on both sides; the
 * methods take any iterable. */
#include "names.h"
#include "settable.h"

static PyTypeObject *plain_type(PyObject *o) {
  return PySet_Check(o) ? &PySet_Type : &PyFrozenSet_Type;
}

static PyObject *copy(PyObject *o) { return _PySet_Make(plain_type(o), o); }

/* other as a set: itself, or a new one; a new reference. */
static PyObject *as_set(PyObject *other) {
  return PyAnySet_Check(other) ? Py_NewRef(other) : PySet_New(other);
}

/* ---- the operations ------------------------------------------------------*/
/* The items of o that are (keep) or are not (!keep) in other, a set. */
static PyObject *filtered(PyTypeObject *type, PyObject *o, PyObject *other,
                          int keep) {
  PyObject *r = _PySet_Make(type, NULL), *key;
  Py_hash_t hash;
  Py_ssize_t pos = 0;
  while (r && _PySet_NextEntry(o, &pos, &key, &hash)) {
    Py_INCREF(key);
    int in = _PySet_ContainsEntry(other, key, hash);
    if (in < 0 || (in == keep && _PySet_AddEntry(r, key, hash) < 0))
      Py_CLEAR(r);
    Py_DECREF(key);
  }
  return r;
}

static PyObject *intersection(PyObject *o, PyObject *iterable) {
  if (PyAnySet_Check(iterable)) {
    int swap = SET(iterable)->used > SET(o)->used;
    return swap ? filtered(plain_type(o), o, iterable, 1)
                : filtered(plain_type(o), iterable, o, 1);
  }
  PyObject *r = _PySet_Make(plain_type(o), NULL), *key;
  PyObject *it = r ? PyObject_GetIter(iterable) : NULL;
  while (r && it && (key = PyIter_Next(it))) {
    Py_hash_t hash = PyObject_Hash(key);
    int in = hash == -1 ? -1 : _PySet_ContainsEntry(o, key, hash);
    if (in < 0 || (in && _PySet_AddEntry(r, key, hash) < 0))
      Py_CLEAR(r);
    Py_DECREF(key);
  }
  Py_XDECREF(it);
  if (PyErr_Occurred())
    Py_CLEAR(r);
  return r;
}

static int remove_all(PyObject *o, PyObject *iterable) {
  PyObject *other = as_set(iterable), *key;
  Py_hash_t hash;
  Py_ssize_t pos = 0;
  int rc = other ? 0 : -1;
  if (other == o)
    _PySet_Clear(o);
  while (rc >= 0 && other != o && _PySet_NextEntry(other, &pos, &key, &hash)) {
    Py_INCREF(key);
    rc = _PySet_DiscardEntry(o, key, hash);
    Py_DECREF(key);
  }
  Py_XDECREF(other);
  return rc < 0 ? -1 : _PySet_Compact(o);
}

/* A copy without the items of other, or, when other is not much smaller, the
 * items that are not in it. */
static PyObject *difference(PyObject *o, PyObject *other) {
  if (PyAnySet_Check(other) && SET(o)->used >> 2 <= SET(other)->used)
    return filtered(plain_type(o), o, other, 0);
  PyObject *r = copy(o);
  if (r && remove_all(r, other) < 0)
    Py_CLEAR(r);
  return r;
}

static PyObject *union_(PyObject *o, PyObject *iterable) {
  PyObject *r = copy(o);
  if (r && _PySet_Update(r, iterable) < 0)
    Py_CLEAR(r);
  return r;
}

/* Items of other change their membership in o. */
static int toggle_all(PyObject *o, PyObject *iterable) {
  PyObject *other = as_set(iterable), *key;
  Py_hash_t hash;
  Py_ssize_t pos = 0;
  int rc = other ? 0 : -1;
  if (other == o) {
    _PySet_Clear(o);
    pos = PY_SSIZE_T_MAX;
  }
  while (rc >= 0 && pos != PY_SSIZE_T_MAX &&
         _PySet_NextEntry(other, &pos, &key, &hash)) {
    Py_INCREF(key);
    rc = _PySet_DiscardEntry(o, key, hash);
    if (rc == 0)
      rc = _PySet_AddEntry(o, key, hash);
    Py_DECREF(key);
  }
  Py_XDECREF(other);
  return rc < 0 ? -1 : 0;
}

static PyObject *symmetric_difference(PyObject *o, PyObject *iterable) {
  PyObject *r = _PySet_Make(plain_type(o), iterable);
  if (r && toggle_all(r, o) < 0)
    Py_CLEAR(r);
  return r;
}

/* o takes over the items of r, which is released. */
static int become(PyObject *o, PyObject *r) {
  if (!r)
    return -1;
  PySetObject *a = SET(o), *b = SET(r), t = *a;
  a->fill = b->fill;
  a->used = b->used;
  a->mask = b->mask;
  a->table = b->table;
  b->fill = t.fill;
  b->used = t.used;
  b->mask = t.mask;
  b->table = t.table;
  Py_DECREF(r);
  return 0;
}

/* ---- operators -----------------------------------------------------------*/
#define OPERATOR(name, operation)                                              \
  static PyObject *set_##name(PyObject *a, PyObject *b) {                      \
    if (!PyAnySet_Check(a) || !PyAnySet_Check(b))                              \
      Py_RETURN_NOTIMPLEMENTED;                                                \
    return operation(a, b);                                                    \
  }
OPERATOR(and, intersection)
OPERATOR(or, union_)
OPERATOR(sub, difference)
OPERATOR(xor, symmetric_difference)
#define INPLACE(name, statement)                                               \
  static PyObject *set_##name(PyObject *a, PyObject *b) {                      \
    if (!PyAnySet_Check(b))                                                    \
      Py_RETURN_NOTIMPLEMENTED;                                                \
    return (statement) < 0 ? NULL : Py_NewRef(a);                              \
  }
INPLACE(iand, become(a, intersection(a, b)))
INPLACE(ior, _PySet_Update(a, b))
INPLACE(isub, remove_all(a, b))
INPLACE(ixor, toggle_all(a, b))

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

/* ---- comparison ----------------------------------------------------------*/
static int is_subset(PyObject *a, PyObject *b) {
  PyObject *key;
  Py_hash_t hash;
  Py_ssize_t pos = 0;
  if (SET(a)->used > SET(b)->used)
    return 0;
  while (_PySet_NextEntry(a, &pos, &key, &hash)) {
    Py_INCREF(key);
    int in = _PySet_ContainsEntry(b, key, hash);
    Py_DECREF(key);
    if (in <= 0)
      return in;
  }
  return 1;
}

PyObject *_PySet_Compare(PyObject *a, PyObject *b, int op) {
  int r, same_size;
  if (!PyAnySet_Check(a) || !PyAnySet_Check(b))
    Py_RETURN_NOTIMPLEMENTED;
  same_size = SET(a)->used == SET(b)->used;
  switch (op) {
  case Py_EQ:
  case Py_NE:
    r = same_size ? is_subset(a, b) : 0;
    break;
  case Py_LE:
    r = is_subset(a, b);
    break;
  case Py_GE:
    r = is_subset(b, a);
    break;
  case Py_LT:
    r = same_size ? 0 : is_subset(a, b);
    break;
  default:
    r = same_size ? 0 : is_subset(b, a);
    break;
  }
  return r < 0 ? NULL : PyBool_FromLong(op == Py_NE ? !r : r);
}

/* ---- methods -------------------------------------------------------------*/
static PyObject *none_unless(int rc) {
  return rc < 0 ? NULL : Py_NewRef(Py_None);
}
static PyObject *set_add(PyObject *o, PyObject *key) {
  return none_unless(PySet_Add(o, key));
}
static PyObject *set_discard(PyObject *o, PyObject *key) {
  return none_unless(PySet_Discard(o, key));
}
static PyObject *set_remove(PyObject *o, PyObject *key) {
  int had = PySet_Discard(o, key);
  if (had == 0)
    _PyErr_SetKeyError(key);
  return had > 0 ? Py_NewRef(Py_None) : NULL;
}
static PyObject *set_pop(PyObject *o, PyObject *unused) {
  (void)unused;
  return _PySet_Pop(o);
}
static PyObject *set_clear(PyObject *o, PyObject *unused) {
  (void)unused;
  _PySet_Clear(o);
  Py_RETURN_NONE;
}
static PyObject *set_copy(PyObject *o, PyObject *unused) {
  (void)unused;
  return Py_IS_TYPE(o, &PyFrozenSet_Type) ? Py_NewRef(o) : copy(o);
}

/* Methods of any number of iterables that make a new set. */
static PyObject *set_union(PyObject *o, PyObject *const *args,
                           Py_ssize_t nargs) {
  PyObject *r = copy(o);
  for (Py_ssize_t i = 0; r && i < nargs; i++)
    if (_PySet_Update(r, args[i]) < 0)
      Py_CLEAR(r);
  return r;
}
static PyObject *set_intersection(PyObject *o, PyObject *const *args,
                                  Py_ssize_t nargs) {
  PyObject *r = nargs ? Py_NewRef(o) : copy(o);
  for (Py_ssize_t i = 0; r && i < nargs; i++)
    Py_SETREF(r, intersection(r, args[i]));
  return r;
}
static PyObject *set_difference(PyObject *o, PyObject *const *args,
                                Py_ssize_t nargs) {
  PyObject *r = nargs ? difference(o, args[0]) : copy(o);
  for (Py_ssize_t i = 1; r && i < nargs; i++)
    if (remove_all(r, args[i]) < 0)
      Py_CLEAR(r);
  return r;
}
static PyObject *set_symmetric_difference(PyObject *o, PyObject *other) {
  return symmetric_difference(o, other);
}

static PyObject *set_update(PyObject *o, PyObject *const *args,
                            Py_ssize_t nargs) {
  for (Py_ssize_t i = 0; i < nargs; i++)
    if (_PySet_Update(o, args[i]) < 0)
      return NULL;
  Py_RETURN_NONE;
}
static PyObject *set_difference_update(PyObject *o, PyObject *const *args,
                                       Py_ssize_t nargs) {
  for (Py_ssize_t i = 0; i < nargs; i++)
    if (remove_all(o, args[i]) < 0)
      return NULL;
  Py_RETURN_NONE;
}
static PyObject *set_intersection_update(PyObject *o, PyObject *const *args,
                                         Py_ssize_t nargs) {
  return none_unless(become(o, set_intersection(o, args, nargs)));
}
static PyObject *set_symmetric_difference_update(PyObject *o, PyObject *other) {
  return none_unless(toggle_all(o, other));
}

static PyObject *set_isdisjoint(PyObject *o, PyObject *other) {
  PyObject *common = intersection(o, other);
  Py_ssize_t n = common ? SET(common)->used : 0;
  Py_XDECREF(common);
  return common ? PyBool_FromLong(n == 0) : NULL;
}
static PyObject *compare_with(PyObject *o, PyObject *iterable, int op) {
  PyObject *other = as_set(iterable);
  PyObject *r = other ? _PySet_Compare(o, other, op) : NULL;
  Py_XDECREF(other);
  return r;
}
static PyObject *set_issubset(PyObject *o, PyObject *other) {
  return compare_with(o, other, Py_LE);
}
static PyObject *set_issuperset(PyObject *o, PyObject *other) {
  return compare_with(o, other, Py_GE);
}

PyObject *_Py_GenericAliasOf(PyObject *cls, PyObject *item);

#define FAST(name)                                                             \
  { #name, _PyCFunction_CAST(set_##name), METH_FASTCALL, NULL }
#define ONE(name)                                                              \
  { #name, set_##name, METH_O, NULL }
#define NOARGS(name)                                                           \
  { #name, set_##name, METH_NOARGS, NULL }
#define COMMON                                                                 \
  NOARGS(copy), FAST(union), FAST(intersection), FAST(difference),             \
      ONE(symmetric_difference), ONE(isdisjoint), ONE(issubset),               \
      ONE(issuperset),                                                         \
      {"__class_getitem__", _Py_GenericAliasOf, METH_O | METH_CLASS, NULL}, {  \
    NULL, NULL, 0, NULL                                                        \
  }
PyMethodDef _PySet_Methods[] = {ONE(add),
                                ONE(discard),
                                ONE(remove),
                                NOARGS(pop),
                                NOARGS(clear),
                                FAST(update),
                                FAST(difference_update),
                                FAST(intersection_update),
                                ONE(symmetric_difference_update),
                                COMMON};
PyMethodDef _PyFrozenSet_Methods[] = {COMMON};
