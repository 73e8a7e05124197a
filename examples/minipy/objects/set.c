/* Sets: a hash table with open addressing, and their two types.
 *
 * The order of iteration is the order of the table, and programs print it, so
 * the table grows and probes exactly as CPython's does: a few neighbours of the
 * first place, then a jump that the rest of the hash decides. The table of an
 * empty set is not there. A removed key leaves a mark behind (DUMMY), because
 * others may have been placed beyond it.
 *
 * While a set is mutable, its `hash` field is where pop() looks next. */
#include "names.h"
#include "setstorage.h"

enum { SMALLEST = 8, NEIGHBOURS = 9, PERTURB_SHIFT = 5 };
static PyObject dummy_object = PyObject_HEAD_INIT(&PyBaseObject_Type);
#define DUMMY (&dummy_object)

/* ---- the table ------------------------------------------------------------*/

/* Places a key that is not there, in a table without marks. */
static void insert_clean(setentry *table, size_t mask, PyObject *key,
                         Py_hash_t hash) {
  size_t perturb = (size_t)hash, i = (size_t)hash & mask;
  for (;;) {
    size_t last = i + NEIGHBOURS <= mask ? i + NEIGHBOURS : i;
    for (size_t j = i; j <= last; j++)
      if (!table[j].key) {
        table[j].key = key;
        table[j].hash = hash;
        return;
      }
    perturb >>= PERTURB_SHIFT;
    i = (i * 5 + 1 + perturb) & mask;
  }
}

static int resize(PySetObject *s, Py_ssize_t least) {
  size_t size = SMALLEST;
  while (size <= (size_t)least)
    size <<= 1;
  setentry *table = calloc(size, sizeof *table);
  if (!table) {
    PyErr_NoMemory();
    return -1;
  }
  for (Py_ssize_t i = 0; s->table && i <= s->mask; i++)
    if (s->table[i].key && s->table[i].key != DUMMY)
      insert_clean(table, size - 1, s->table[i].key, s->table[i].hash);
  free(s->table);
  s->table = table;
  s->mask = (Py_ssize_t)size - 1;
  s->fill = s->used;
  return 0;
}

/* Finds the key's entry, or the free one where it would be; NULL: an exception.
 * A comparison may change the set; then the search starts again. */
static setentry *find(PySetObject *s, PyObject *key, Py_hash_t hash) {
again:;
  setentry *table = s->table;
  size_t mask = (size_t)s->mask;
  size_t perturb = (size_t)hash, i = (size_t)hash & mask;
  for (;;) {
    size_t last = i + NEIGHBOURS <= mask ? i + NEIGHBOURS : i;
    for (size_t j = i; j <= last; j++) {
      setentry *entry = &table[j];
      PyObject *there = entry->key;
      if (!there || there == key)
        return entry;
      if (entry->hash != hash || there == DUMMY)
        continue;
      Py_INCREF(there);
      int same = PyObject_RichCompareBool(there, key, Py_EQ);
      Py_DECREF(there);
      if (same < 0)
        return NULL;
      if (s->table != table || entry->key != there)
        goto again;
      if (same)
        return entry;
    }
    perturb >>= PERTURB_SHIFT;
    i = (i * 5 + 1 + perturb) & mask;
  }
}

int _PySet_AddHashed(PySetObject *s, PyObject *key, Py_hash_t hash) {
  if (!s->table && resize(s, 0) < 0)
    return -1;
  setentry *entry = find(s, key, hash);
  if (!entry)
    return -1;
  if (entry->key)
    return 0;
  entry->key = Py_NewRef(key);
  entry->hash = hash;
  s->fill++;
  s->used++;
  if ((size_t)s->fill * 5 < (size_t)s->mask * 3)
    return 0;
  return resize(s, s->used > 50000 ? s->used * 2 : s->used * 4);
}

int _PySet_HasHashed(PySetObject *s, PyObject *key, Py_hash_t hash) {
  if (s->used == 0)
    return 0;
  setentry *entry = find(s, key, hash);
  return entry ? entry->key != NULL : -1;
}

static void drop(PySetObject *s, setentry *entry) {
  PyObject *key = entry->key;
  entry->key = DUMMY;
  entry->hash = -1;
  s->used--;
  Py_DECREF(key);
}

int _PySet_DropHashed(PySetObject *s, PyObject *key, Py_hash_t hash) {
  if (s->used == 0)
    return 0;
  setentry *entry = find(s, key, hash);
  if (!entry || !entry->key)
    return entry ? 0 : -1;
  drop(s, entry);
  return 1;
}

void _PySet_ClearAll(PySetObject *s) {
  setentry *table = s->table;
  Py_ssize_t mask = s->mask;
  s->table = NULL;
  s->fill = s->used = 0;
  s->mask = SMALLEST - 1;
  for (Py_ssize_t i = 0; table && i <= mask; i++)
    if (table[i].key && table[i].key != DUMMY)
      Py_DECREF(table[i].key);
  free(table);
}

int _PySet_NextEntry(PyObject *set, Py_ssize_t *pos, PyObject **key,
                     Py_hash_t *hash) {
  PySetObject *s = (PySetObject *)set;
  for (; s->table && *pos <= s->mask; ++*pos) {
    setentry *entry = &s->table[*pos];
    if (!entry->key || entry->key == DUMMY)
      continue;
    *key = entry->key;
    *hash = entry->hash;
    ++*pos;
    return 1;
  }
  return 0;
}

/* ---- filling --------------------------------------------------------------*/

/* Room for `more` keys that come at once. */
static int make_room(PySetObject *s, Py_ssize_t more) {
  if ((size_t)(s->fill + more) * 5 < (size_t)s->mask * 3)
    return 0;
  return resize(s, (s->used + more) * 2);
}

static int merge_set(PySetObject *s, PySetObject *other) {
  if ((PyObject *)s == (PyObject *)other || other->used == 0)
    return 0;
  if (make_room(s, other->used) < 0 || (!s->table && resize(s, 0) < 0))
    return -1;
  int clean = s->fill == 0;
  PyObject *key;
  Py_hash_t hash;
  Py_ssize_t pos = 0;
  if (clean && s->mask == other->mask && other->fill == other->used) {
    for (Py_ssize_t i = 0; i <= s->mask; i++)
      if ((s->table[i] = other->table[i]).key)
        Py_INCREF(s->table[i].key);
    s->fill = s->used = other->used;
    return 0;
  }
  while (_PySet_NextEntry((PyObject *)other, &pos, &key, &hash)) {
    if (clean) {
      insert_clean(s->table, (size_t)s->mask, Py_NewRef(key), hash);
      s->fill++;
      s->used++;
      continue;
    }
    Py_INCREF(key);
    int status = _PySet_AddHashed(s, key, hash);
    Py_DECREF(key);
    if (status < 0)
      return -1;
  }
  return 0;
}

int _PySet_Update(PyObject *set, PyObject *iterable) {
  PySetObject *s = (PySetObject *)set;
  if (PyAnySet_Check(iterable))
    return merge_set(s, (PySetObject *)iterable);
  if (PyDict_CheckExact(iterable) &&
      make_room(s, PyDict_GET_SIZE(iterable)) < 0)
    return -1;
  PyObject *iterator = PyObject_GetIter(iterable), *key;
  int status = iterator ? 0 : -1;
  while (status == 0 && (key = PyIter_Next(iterator))) {
    status = PySet_Add(set, key);
    Py_DECREF(key);
  }
  Py_XDECREF(iterator);
  return status < 0 || PyErr_Occurred() ? -1 : 0;
}

PyObject *_PySet_Make(PyTypeObject *type, PyObject *iterable) {
  PySetObject *s = (PySetObject *)type->tp_alloc(type, 0);
  if (!s)
    return NULL;
  s->table = NULL;
  s->fill = s->used = 0;
  s->mask = SMALLEST - 1;
  s->hash = PyType_IsSubtype(type, &PySet_Type) ? 0 : -1;
  if (iterable && _PySet_Update((PyObject *)s, iterable) < 0) {
    Py_DECREF(s);
    return NULL;
  }
  return (PyObject *)s;
}

PyTypeObject *_PySet_BaseType(PyObject *s) {
  return PySet_Check(s) ? &PySet_Type : &PyFrozenSet_Type;
}

/* ---- the public functions --------------------------------------------------*/

PyObject *PySet_New(PyObject *iterable) {
  return _PySet_Make(&PySet_Type, iterable);
}

PyObject *PyFrozenSet_New(PyObject *iterable) {
  return _PySet_Make(&PyFrozenSet_Type, iterable);
}

int PySet_Add(PyObject *s, PyObject *key) {
  Py_hash_t hash = PyObject_Hash(key);
  return hash == -1 ? -1 : _PySet_AddHashed((PySetObject *)s, key, hash);
}

static Py_hash_t frozenset_hash(PyObject *op);

Py_hash_t _PySet_KeyHash(PyObject *key) {
  if (PySet_Check(key) && Py_TYPE(key)->tp_hash == PyObject_HashNotImplemented)
    return frozenset_hash(key);
  return PyObject_Hash(key);
}

int PySet_Contains(PyObject *s, PyObject *key) {
  Py_hash_t hash = _PySet_KeyHash(key);
  return hash == -1 ? -1 : _PySet_HasHashed((PySetObject *)s, key, hash);
}

int PySet_Discard(PyObject *s, PyObject *key) {
  Py_hash_t hash = _PySet_KeyHash(key);
  return hash == -1 ? -1 : _PySet_DropHashed((PySetObject *)s, key, hash);
}

Py_ssize_t PySet_Size(PyObject *s) { return PySet_GET_SIZE(s); }

/* ---- iteration ---------------------------------------------------------------*/

typedef struct {
  PyObject_HEAD
  PySetObject *set; /* NULL: exhausted */
  Py_ssize_t used, pos;
} SetIterator;

extern PyTypeObject _PySetIter_Type;

static PyObject *set_iter(PyObject *op) {
  SetIterator *it = PyObject_New(SetIterator, &_PySetIter_Type);
  if (!it)
    return NULL;
  it->set = (PySetObject *)Py_NewRef(op);
  it->used = PySet_GET_SIZE(op);
  it->pos = 0;
  return (PyObject *)it;
}

static PyObject *setiter_next(PyObject *op) {
  SetIterator *it = (SetIterator *)op;
  PyObject *key;
  Py_hash_t hash;
  if (!it->set)
    return NULL;
  if (it->used != it->set->used) {
    it->used = -1; /* and it stays so */
    PyErr_SetString(PyExc_RuntimeError, "Set changed size during iteration");
    return NULL;
  }
  if (_PySet_NextEntry((PyObject *)it->set, &it->pos, &key, &hash))
    return Py_NewRef(key);
  Py_CLEAR(it->set);
  return NULL;
}

static void setiter_dealloc(PyObject *op) {
  Py_XDECREF(((SetIterator *)op)->set);
  PyObject_Free(op);
}

PyTypeObject _PySetIter_Type = {
    .ob_base = {PyObject_HEAD_INIT(&PyType_Type), 0},
    .tp_name = "set_iterator",
    .tp_basicsize = sizeof(SetIterator),
    .tp_dealloc = setiter_dealloc,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = setiter_next,
};

/* ---- the types ---------------------------------------------------------------*/

static void set_dealloc(PyObject *op) {
  _PySet_ClearAll((PySetObject *)op);
  PyObject_Free(op);
}

static PyObject *set_repr(PyObject *op) {
  const char *name = _PyType_Name(Py_TYPE(op));
  if (PySet_GET_SIZE(op) == 0)
    return PyUnicode_FromFormat("%s()", name);
  int active = Py_ReprEnter(op);
  if (active != 0)
    return active < 0 ? NULL : PyUnicode_FromFormat("%s(...)", name);
  PyObject *keys = PySequence_List(op);
  PyObject *text = keys ? PyObject_Repr(keys) : NULL, *result = NULL;
  Py_XDECREF(keys);
  PyObject *inner =
      text ? PySequence_GetSlice(text, 1, PyUnicode_GET_LENGTH(text) - 1)
           : NULL;
  if (inner && Py_IS_TYPE(op, &PySet_Type))
    result = PyUnicode_FromFormat("{%U}", inner);
  else if (inner)
    result = PyUnicode_FromFormat("%s({%U})", name, inner);
  Py_XDECREF(text);
  Py_XDECREF(inner);
  Py_ReprLeave(op);
  return result;
}

static Py_ssize_t set_length(PyObject *op) { return PySet_GET_SIZE(op); }

static Py_uhash_t shuffled(Py_uhash_t h) {
  return ((h ^ 89869747UL) ^ (h << 16)) * 3644798167UL;
}

/* The same for the same keys in any order. */
static Py_hash_t frozenset_hash(PyObject *op) {
  PySetObject *s = (PySetObject *)op;
  int frozen = PyFrozenSet_Check(op);
  if (frozen && s->hash != -1)
    return s->hash;
  Py_uhash_t hash = 0;
  PyObject *key;
  Py_hash_t key_hash;
  Py_ssize_t pos = 0;
  while (_PySet_NextEntry(op, &pos, &key, &key_hash))
    hash ^= shuffled((Py_uhash_t)key_hash);
  hash ^= ((Py_uhash_t)s->used + 1) * 1927868237UL;
  hash ^= (hash >> 11) ^ (hash >> 25);
  hash = hash * 69069U + 907133923UL;
  if (hash == (Py_uhash_t)-1)
    hash = 590923713UL;
  if (frozen)
    s->hash = (Py_hash_t)hash;
  return (Py_hash_t)hash;
}

static PyObject *set_new(PyTypeObject *type, PyObject *args, PyObject *kw) {
  (void)args, (void)kw;
  return _PySet_Make(type, NULL);
}

static int set_init(PyObject *self, PyObject *args, PyObject *kw) {
  PyObject *iterable = NULL;
  if (!_PyArg_NoKeywords("set", kw) ||
      !PyArg_UnpackTuple(args, "set", 0, 1, &iterable))
    return -1;
  _PySet_ClearAll((PySetObject *)self);
  return iterable ? _PySet_Update(self, iterable) : 0;
}

static PyObject *frozenset_new(PyTypeObject *type, PyObject *args,
                               PyObject *kw) {
  PyObject *iterable = NULL;
  if (type == &PyFrozenSet_Type && !_PyArg_NoKeywords("frozenset", kw))
    return NULL;
  if (!PyArg_UnpackTuple(args, "frozenset", 0, 1, &iterable))
    return NULL;
  if (iterable && type == &PyFrozenSet_Type &&
      Py_IS_TYPE(iterable, &PyFrozenSet_Type))
    return Py_NewRef(iterable);
  return _PySet_Make(type, iterable);
}

static PySequenceMethods set_as_sequence = {.sq_length = set_length,
                                            .sq_contains = PySet_Contains};

#define SET_TYPE(name)                                                         \
  .ob_base = {PyObject_HEAD_INIT(&PyType_Type), 0}, .tp_name = name,           \
  .tp_basicsize = sizeof(PySetObject), .tp_dealloc = set_dealloc,              \
  .tp_repr = set_repr, .tp_as_sequence = &set_as_sequence,                     \
  .tp_getattro = PyObject_GenericGetAttr, .tp_iter = set_iter,                 \
  .tp_flags =                                                                  \
      Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC,           \
  .tp_richcompare = _PySet_RichCompare

PyTypeObject PySet_Type = {
    SET_TYPE("set"),
    .tp_hash = PyObject_HashNotImplemented,
    .tp_as_number = &_PySet_AsNumber,
    .tp_methods = _PySet_Methods,
    .tp_init = set_init,
    .tp_new = set_new,
};

PyTypeObject PyFrozenSet_Type = {
    SET_TYPE("frozenset"),
    .tp_hash = frozenset_hash,
    .tp_as_number = &_PyFrozenSet_AsNumber,
    .tp_methods = _PyFrozenSet_Methods,
    .tp_new = frozenset_new,
};
