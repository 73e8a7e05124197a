/* dict: compact, ordered, open addressing.
 *
 * A lookup hashes into `indices`, whose small integers name entries; entries
 * are appended in insertion order, so iteration is a walk over a dense array.
 * Collisions are resolved with the recurrence i = 5 i + 1 + perturb, where
 * perturb brings in the upper bits of the hash bit by bit. A deleted key leaves
 * a dummy index and a hole among the entries until the next resize.
 *
 * Comparing keys may run Python code that changes the very table: a lookup
 * starts again when it did. */
#include "dictkeys.h"
#include "names.h"

enum { MIN_SIZE = 8, PERTURB_SHIFT = 5 };

static PyDictObject *as_dict(PyObject *o) { return (PyDictObject *)o; }

/* ---- the table -----------------------------------------------------------*/
static Py_ssize_t usable_of(Py_ssize_t size) { return (size << 1) / 3; }

static size_t index_width(Py_ssize_t size) {
  return size <= 0x80 ? 1 : size <= 0x8000 ? 2 : 4;
}

static PyDictKeysObject *new_keys(Py_ssize_t size) {
  size_t index_bytes = (size_t)size * index_width(size);
  index_bytes = (index_bytes + 7) & ~(size_t)7;
  size_t entry_bytes = (size_t)usable_of(size) * sizeof(PyDictEntry);
  PyDictKeysObject *k = malloc(sizeof *k + index_bytes + entry_bytes);
  if (!k) {
    PyErr_NoMemory();
    return NULL;
  }
  k->size = size;
  k->usable = usable_of(size);
  k->filled = 0;
  k->entries = (PyDictEntry *)(void *)(k->indices + index_bytes);
  memset(k->indices, 0xff, index_bytes); /* DICT_EMPTY */
  return k;
}

static Py_ssize_t get_index(PyDictKeysObject *k, size_t i) {
  if (k->size <= 0x80)
    return ((int8_t *)k->indices)[i];
  if (k->size <= 0x8000)
    return ((int16_t *)(void *)k->indices)[i];
  return ((int32_t *)(void *)k->indices)[i];
}

static void set_index(PyDictKeysObject *k, size_t i, Py_ssize_t value) {
  if (k->size <= 0x80)
    ((int8_t *)k->indices)[i] = (int8_t)value;
  else if (k->size <= 0x8000)
    ((int16_t *)(void *)k->indices)[i] = (int16_t)value;
  else
    ((int32_t *)(void *)k->indices)[i] = (int32_t)value;
}

typedef struct {
  size_t slot, mask, perturb;
} Probe;

static Probe probe_start(PyDictKeysObject *k, Py_hash_t hash) {
  size_t mask = (size_t)k->size - 1;
  return (Probe){(size_t)hash & mask, mask, (size_t)hash};
}

static void probe_next(Probe *p) {
  p->perturb >>= PERTURB_SHIFT;
  p->slot = (p->slot * 5 + p->perturb + 1) & p->mask;
}

/* Is the entry's key equal? 1, 0, -1: error, 2: the table changed meanwhile. */
static int same_key(PyDictObject *d, PyDictKeysObject *k, PyDictEntry *e,
                    PyObject *key) {
  PyObject *have = e->key;
  if (PyUnicode_CheckExact(have) && PyUnicode_CheckExact(key))
    return _PyUnicode_Equal(have, key);
  Py_INCREF(have);
  int equal = PyObject_RichCompareBool(have, key, Py_EQ);
  Py_DECREF(have);
  if (equal >= 0 && (d->ma_keys != k || e->key != have))
    return 2;
  return equal;
}

/* The entry's number (and its slot among the indices), -1: absent, -2: error.
 */
static Py_ssize_t find(PyDictObject *d, PyObject *key, Py_hash_t hash,
                       size_t *slot) {
again:;
  PyDictKeysObject *k = d->ma_keys;
  if (!k)
    return -1;
  for (Probe p = probe_start(k, hash);; probe_next(&p)) {
    Py_ssize_t i = get_index(k, p.slot);
    if (i == DICT_EMPTY)
      return -1;
    if (i == DICT_DUMMY)
      continue;
    PyDictEntry *e = &k->entries[i];
    int equal = e->key == key;
    if (!equal && e->hash == hash) {
      equal = same_key(d, k, e, key);
      if (equal < 0)
        return -2;
      if (equal == 2)
        goto again;
    }
    if (equal) {
      if (slot)
        *slot = p.slot;
      return i;
    }
  }
}

/* Puts an entry that is known to be new at the end. Steals both. */
static void append(PyDictKeysObject *k, Py_hash_t hash, PyObject *key,
                   PyObject *value) {
  Probe p = probe_start(k, hash);
  while (get_index(k, p.slot) >= 0)
    probe_next(&p);
  set_index(k, p.slot, k->filled);
  PyDictEntry *e = &k->entries[k->filled++];
  e->hash = hash;
  e->key = key;
  e->value = value;
  k->usable--;
}

static int resize(PyDictObject *d, Py_ssize_t at_least) {
  Py_ssize_t size = MIN_SIZE;
  while (size < at_least)
    size <<= 1;
  PyDictKeysObject *k = new_keys(size), *old = d->ma_keys;
  if (!k)
    return -1;
  for (Py_ssize_t i = 0; old && i < old->filled; i++)
    if (old->entries[i].value)
      append(k, old->entries[i].hash, old->entries[i].key,
             old->entries[i].value);
  d->ma_keys = k;
  free(old);
  return 0;
}

static int insert(PyDictObject *d, PyObject *key, Py_hash_t hash,
                  PyObject *value) {
  Py_ssize_t i = find(d, key, hash, NULL);
  if (i == -2)
    return -1;
  if (i >= 0) {
    PyObject *old = d->ma_keys->entries[i].value;
    d->ma_keys->entries[i].value = Py_NewRef(value);
    Py_DECREF(old);
    return 0;
  }
  if (!d->ma_keys || d->ma_keys->usable <= 0)
    if (resize(d, d->ma_used * 3) < 0)
      return -1;
  append(d->ma_keys, hash, Py_NewRef(key), Py_NewRef(value));
  d->ma_used++;
  return 0;
}

/* Takes the entry out; the caller owns *value afterwards. */
static void take_out(PyDictObject *d, Py_ssize_t i, size_t slot,
                     PyObject **value) {
  PyDictEntry *e = &d->ma_keys->entries[i];
  PyObject *key = e->key;
  *value = e->value;
  e->key = e->value = NULL;
  set_index(d->ma_keys, slot, DICT_DUMMY);
  d->ma_used--;
  Py_DECREF(key);
}

static void release_keys(PyDictKeysObject *k) {
  if (!k)
    return;
  for (Py_ssize_t i = 0; i < k->filled; i++) {
    Py_XDECREF(k->entries[i].key);
    Py_XDECREF(k->entries[i].value);
  }
  free(k);
}

/* ---- the C interface -----------------------------------------------------*/
PyObject *PyDict_New(void) {
  PyDictObject *d = PyObject_New(PyDictObject, &PyDict_Type);
  if (!d)
    return NULL;
  d->ma_used = 0;
  d->ma_keys = NULL;
  return (PyObject *)d;
}

int _PyDict_Lookup(PyObject *d, PyObject *key, Py_hash_t hash,
                   PyObject **value) {
  Py_ssize_t i = find(as_dict(d), key, hash, NULL);
  *value = i >= 0 ? as_dict(d)->ma_keys->entries[i].value : NULL;
  return i >= 0 ? 1 : i == -1 ? 0 : -1;
}

PyObject *_PyDict_GetItem_KnownHash(PyObject *d, PyObject *key,
                                    Py_hash_t hash) {
  PyObject *value;
  _PyDict_Lookup(d, key, hash, &value);
  return value;
}

PyObject *PyDict_GetItemWithError(PyObject *d, PyObject *key) {
  Py_hash_t hash = PyObject_Hash(key);
  return hash == -1 ? NULL : _PyDict_GetItem_KnownHash(d, key, hash);
}

PyObject *PyDict_GetItem(PyObject *d, PyObject *key) {
  PyObject *raised = PyErr_GetRaisedException();
  PyObject *value = PyDict_GetItemWithError(d, key);
  PyErr_SetRaisedException(raised);
  return value;
}

PyObject *PyDict_GetItemString(PyObject *d, const char *key) {
  PyObject *u = PyUnicode_FromString(key);
  PyObject *value = u ? PyDict_GetItem(d, u) : NULL;
  Py_XDECREF(u);
  return value;
}

int _PyDict_SetItem_KnownHash(PyObject *d, PyObject *key, PyObject *value,
                              Py_hash_t hash) {
  return insert(as_dict(d), key, hash, value);
}

int PyDict_SetItem(PyObject *d, PyObject *key, PyObject *value) {
  Py_hash_t hash = PyObject_Hash(key);
  return hash == -1 ? -1 : insert(as_dict(d), key, hash, value);
}

int PyDict_SetItemString(PyObject *d, const char *key, PyObject *value) {
  PyObject *u = PyUnicode_FromString(key);
  int rc = u ? PyDict_SetItem(d, u, value) : -1;
  Py_XDECREF(u);
  return rc;
}

int PyDict_DelItem(PyObject *d, PyObject *key) {
  size_t slot;
  Py_hash_t hash = PyObject_Hash(key);
  Py_ssize_t i = hash == -1 ? -2 : find(as_dict(d), key, hash, &slot);
  if (i < 0) {
    if (i == -1)
      _PyErr_SetKeyError(key);
    return -1;
  }
  PyObject *value;
  take_out(as_dict(d), i, slot, &value);
  Py_DECREF(value);
  return 0;
}

int PyDict_DelItemString(PyObject *d, const char *key) {
  PyObject *u = PyUnicode_FromString(key);
  int rc = u ? PyDict_DelItem(d, u) : -1;
  Py_XDECREF(u);
  return rc;
}

PyObject *PyDict_SetDefault(PyObject *d, PyObject *key, PyObject *value) {
  PyObject *have;
  Py_hash_t hash = PyObject_Hash(key);
  int found = hash == -1 ? -1 : _PyDict_Lookup(d, key, hash, &have);
  if (found)
    return found < 0 ? NULL : have;
  return insert(as_dict(d), key, hash, value) < 0 ? NULL : value;
}

PyObject *_PyDict_Pop(PyObject *d, PyObject *key, PyObject *otherwise) {
  size_t slot;
  PyObject *value;
  if (as_dict(d)->ma_used == 0) {
    if (!otherwise)
      _PyErr_SetKeyError(key);
    return Py_XNewRef(otherwise);
  }
  Py_hash_t hash = PyObject_Hash(key);
  Py_ssize_t i = hash == -1 ? -2 : find(as_dict(d), key, hash, &slot);
  if (i == -2)
    return NULL;
  if (i == -1) {
    if (!otherwise)
      _PyErr_SetKeyError(key);
    return Py_XNewRef(otherwise);
  }
  take_out(as_dict(d), i, slot, &value);
  return value;
}

int PyDict_Contains(PyObject *d, PyObject *key) {
  PyObject *value;
  Py_hash_t hash = PyObject_Hash(key);
  return hash == -1 ? -1 : _PyDict_Lookup(d, key, hash, &value);
}

Py_ssize_t PyDict_Size(PyObject *d) { return as_dict(d)->ma_used; }

void PyDict_Clear(PyObject *d) {
  PyDictKeysObject *k = as_dict(d)->ma_keys;
  as_dict(d)->ma_keys = NULL;
  as_dict(d)->ma_used = 0;
  release_keys(k);
}

int PyDict_Next(PyObject *d, Py_ssize_t *pos, PyObject **key,
                PyObject **value) {
  PyDictKeysObject *k = as_dict(d)->ma_keys;
  for (Py_ssize_t i = *pos; k && i < k->filled; i++) {
    PyDictEntry *e = &k->entries[i];
    if (!e->value)
      continue;
    *pos = i + 1;
    if (key)
      *key = e->key;
    if (value)
      *value = e->value;
    return 1;
  }
  return 0;
}

/* An empty dict takes the entries of another without comparing any. */
static int copy_into_empty(PyDictObject *d, PyDictObject *from) {
  if (from->ma_used == 0)
    return 0;
  if (resize(d, from->ma_used * 3 / 2 + 1) < 0)
    return -1;
  PyDictKeysObject *k = from->ma_keys;
  for (Py_ssize_t i = 0; i < k->filled; i++)
    if (k->entries[i].value) {
      append(d->ma_keys, k->entries[i].hash, Py_NewRef(k->entries[i].key),
             Py_NewRef(k->entries[i].value));
      d->ma_used++;
    }
  return 0;
}

PyObject *PyDict_Copy(PyObject *d) {
  PyObject *copy = PyDict_New();
  if (copy && copy_into_empty(as_dict(copy), as_dict(d)) < 0)
    Py_CLEAR(copy);
  return copy;
}

static int merge_one(PyObject *d, PyObject *key, PyObject *value,
                     int override) {
  if (override == 1)
    return PyDict_SetItem(d, key, value);
  int has = PyDict_Contains(d, key);
  if (has == 0)
    return PyDict_SetItem(d, key, value);
  if (has > 0 && override == 2) { /* f(**a, **b): the key is the error */
    _PyErr_SetKeyError(key);
    return -1;
  }
  return has < 0 ? -1 : 0;
}

static int merge_dict(PyObject *d, PyObject *from, int override) {
  PyDictObject *other = as_dict(from);
  if (d == from || other->ma_used == 0)
    return 0;
  if (as_dict(d)->ma_used == 0 && !as_dict(d)->ma_keys)
    return copy_into_empty(as_dict(d), other);
  PyObject *key, *value;
  Py_ssize_t pos = 0, used = other->ma_used;
  while (PyDict_Next(from, &pos, &key, &value)) {
    Py_INCREF(key);
    Py_INCREF(value);
    int rc = merge_one(d, key, value, override);
    Py_DECREF(key);
    Py_DECREF(value);
    if (rc < 0)
      return -1;
    if (other->ma_used != used) {
      PyErr_SetString(PyExc_RuntimeError, "dict mutated during update");
      return -1;
    }
  }
  return 0;
}

static int merge_keys(PyObject *d, PyObject *from, int override) {
  PyObject *keys = PyMapping_Keys(from);
  PyObject *it = keys ? PyObject_GetIter(keys) : NULL, *key;
  Py_XDECREF(keys);
  if (!it)
    return -1;
  int rc = 0;
  while (rc == 0 && (key = PyIter_Next(it))) {
    PyObject *value = PyObject_GetItem(from, key);
    rc = value ? merge_one(d, key, value, override) : -1;
    Py_XDECREF(value);
    Py_DECREF(key);
  }
  Py_DECREF(it);
  return rc < 0 || PyErr_Occurred() ? -1 : 0;
}

int PyDict_Merge(PyObject *d, PyObject *from, int override) {
  if (PyDict_Check(from) && Py_TYPE(from)->tp_iter == PyDict_Type.tp_iter)
    return merge_dict(d, from, override);
  return merge_keys(d, from, override);
}

int PyDict_Update(PyObject *d, PyObject *from) {
  return PyDict_Merge(d, from, 1);
}

int PyDict_MergeFromSeq2(PyObject *d, PyObject *pairs, int override) {
  PyObject *it = PyObject_GetIter(pairs), *pair;
  if (!it)
    return -1;
  int rc = 0;
  for (Py_ssize_t i = 0; rc == 0 && (pair = PyIter_Next(it)); i++) {
    PyObject *fast = PySequence_Fast(pair, "");
    if (!fast) {
      if (PyErr_ExceptionMatches(PyExc_TypeError))
        PyErr_Format(PyExc_TypeError,
                     "cannot convert dictionary update sequence element #%zd "
                     "to a sequence",
                     i);
      rc = -1;
    } else if (PySequence_Fast_GET_SIZE(fast) != 2) {
      PyErr_Format(PyExc_ValueError,
                   "dictionary update sequence element #%zd has length %zd; 2 "
                   "is required",
                   i, PySequence_Fast_GET_SIZE(fast));
      rc = -1;
    } else {
      PyObject *key = Py_NewRef(PySequence_Fast_GET_ITEM(fast, 0));
      PyObject *value = Py_NewRef(PySequence_Fast_GET_ITEM(fast, 1));
      rc = merge_one(d, key, value, override);
      Py_DECREF(key);
      Py_DECREF(value);
    }
    Py_XDECREF(fast);
    Py_DECREF(pair);
  }
  Py_DECREF(it);
  return rc < 0 || PyErr_Occurred() ? -1 : 0;
}

static PyObject *to_list(PyObject *d, int what) {
  Py_ssize_t pos = 0;
  PyObject *key, *value, *list = PyList_New(0);
  while (list && PyDict_Next(d, &pos, &key, &value)) {
    PyObject *item = what == DICT_KEYS     ? Py_NewRef(key)
                     : what == DICT_VALUES ? Py_NewRef(value)
                                           : PyTuple_Pack(2, key, value);
    if (!item || _PyList_AppendTakeRef(list, item) < 0)
      Py_CLEAR(list);
  }
  return list;
}

PyObject *PyDict_Keys(PyObject *d) { return to_list(d, DICT_KEYS); }
PyObject *PyDict_Values(PyObject *d) { return to_list(d, DICT_VALUES); }
PyObject *PyDict_Items(PyObject *d) { return to_list(d, DICT_ITEMS); }

/* ---- slots ---------------------------------------------------------------*/
static void dict_dealloc(PyObject *o) {
  release_keys(as_dict(o)->ma_keys);
  PyObject_Free(o);
}

static PyObject *dict_subscript(PyObject *d, PyObject *key) {
  PyObject *value, *missing;
  Py_hash_t hash = PyObject_Hash(key);
  int found = hash == -1 ? -1 : _PyDict_Lookup(d, key, hash, &value);
  if (found > 0)
    return Py_NewRef(value);
  if (found < 0)
    return NULL;
  if (!PyDict_CheckExact(d) &&
      (missing = _PyObject_LookupSpecialId(d, _Py_ID(__missing__)))) {
    value = PyObject_CallOneArg(missing, key);
    Py_DECREF(missing);
    return value;
  }
  if (!PyErr_Occurred())
    _PyErr_SetKeyError(key);
  return NULL;
}

static int dict_assign(PyObject *d, PyObject *key, PyObject *value) {
  return value ? PyDict_SetItem(d, key, value) : PyDict_DelItem(d, key);
}

/* Equal: as many keys, and each maps to an equal value in the other. */
static int dict_equal(PyObject *a, PyObject *b) {
  PyObject *key, *value, *other;
  Py_ssize_t pos = 0;
  if (as_dict(a)->ma_used != as_dict(b)->ma_used)
    return 0;
  int equal = 1;
  while (equal > 0 && PyDict_Next(a, &pos, &key, &value)) {
    Py_hash_t hash = as_dict(a)->ma_keys->entries[pos - 1].hash;
    Py_INCREF(key);
    Py_INCREF(value);
    equal = _PyDict_Lookup(b, key, hash, &other);
    if (equal > 0) {
      Py_INCREF(other);
      equal = PyObject_RichCompareBool(other, value, Py_EQ);
      Py_DECREF(other);
    }
    Py_DECREF(key);
    Py_DECREF(value);
  }
  return equal;
}

static PyObject *dict_compare(PyObject *a, PyObject *b, int op) {
  if (!PyDict_Check(a) || !PyDict_Check(b) || (op != Py_EQ && op != Py_NE))
    Py_RETURN_NOTIMPLEMENTED;
  int equal = dict_equal(a, b);
  return equal < 0 ? NULL : PyBool_FromLong(equal == (op == Py_EQ));
}

static PyObject *dict_iter(PyObject *d) {
  return _PyDict_NewIterator(d, DICT_KEYS, 0);
}

static PyNumberMethods dict_as_number = {.nb_or = _PyDict_Or,
                                         .nb_inplace_or = _PyDict_InPlaceOr};
static PySequenceMethods dict_as_sequence = {.sq_contains = PyDict_Contains};
static PyMappingMethods dict_as_mapping = {PyDict_Size, dict_subscript,
                                           dict_assign};
PyObject *_PyDict_Repr(PyObject *d);

PyTypeObject PyDict_Type = {
    .ob_base = {PyObject_HEAD_INIT(&PyType_Type), 0},
    .tp_name = "dict",
    .tp_basicsize = sizeof(PyDictObject),
    .tp_flags =
        Py_TPFLAGS_BASETYPE | Py_TPFLAGS_DICT_SUBCLASS | Py_TPFLAGS_HAVE_GC,
    .tp_dealloc = dict_dealloc,
    .tp_repr = _PyDict_Repr,
    .tp_as_number = &dict_as_number,
    .tp_as_sequence = &dict_as_sequence,
    .tp_as_mapping = &dict_as_mapping,
    .tp_hash = PyObject_HashNotImplemented,
    .tp_richcompare = dict_compare,
    .tp_iter = dict_iter,
    .tp_methods = _PyDict_Methods,
    .tp_init = _PyDict_InitFrom,
    .tp_new = PyType_GenericNew,
};
