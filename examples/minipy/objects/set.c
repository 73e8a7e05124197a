/* set and frozenset: open addressing with a short linear run before each jump.
 *
 * A slot holds a key and its hash; a removed key leaves a dummy behind (a slot
 * with the key DUMMY) until the next resize. The probing order and the growth
 * are chosen so that sets of ints are iterated in the same order as in CPython,
 * which programs print although they should not. */
#include "names.h"
#include "settable.h"
#include "strbuilder.h"

enum { MIN_SIZE = 8, LINEAR_PROBES = 9, PERTURB_SHIFT = 5 };

static PyObject dummy_struct = {1, NULL};
#define DUMMY (&dummy_struct)

/* ---- the table -----------------------------------------------------------*/
/* 1: equal, 0: not, -1: error, 2: the table changed during the comparison. */
static int same_key(PySetObject *s, setentry *table, setentry *e,
                    PyObject *key) {
  PyObject *have = e->key;
  if (PyUnicode_CheckExact(have) && PyUnicode_CheckExact(key))
    return _PyUnicode_Equal(have, key);
  Py_INCREF(have);
  int equal = PyObject_RichCompareBool(have, key, Py_EQ);
  Py_DECREF(have);
  if (equal >= 0 && (s->table != table || e->key != have))
    return 2;
  return equal;
}

/* The entry of the key; or, when it is absent, the one where it would go, which
 * is empty or a dummy (NULL in a table without memory). *error is set to -1 on
 * errors. */
static setentry *look(PySetObject *s, PyObject *key, Py_hash_t hash,
                      int *error) {
again:;
  setentry *table = s->table, *reusable = NULL;
  if (!table)
    return NULL;
  size_t mask = (size_t)s->mask, perturb = (size_t)hash;
  size_t i = (size_t)hash & mask;
  for (;;) {
    size_t run = i + LINEAR_PROBES <= mask ? LINEAR_PROBES : 0;
    for (size_t k = 0; k <= run; k++) {
      setentry *e = &table[i + k];
      if (!e->key)
        return reusable ? reusable : e;
      if (e->key == key)
        return e;
      if (e->key == DUMMY)
        reusable = e;
      if (e->hash != hash || e->key == DUMMY)
        continue;
      int equal = same_key(s, table, e, key);
      if (equal == 2)
        goto again;
      if (equal < 0)
        *error = -1;
      if (equal)
        return e;
    }
    perturb >>= PERTURB_SHIFT;
    i = (i * 5 + 1 + perturb) & mask;
  }
}

static setentry *find(PySetObject *s, PyObject *key, Py_hash_t hash,
                      int *error) {
  *error = 0;
  setentry *e = look(s, key, hash, error);
  return e && e->key && e->key != DUMMY && !*error ? e : NULL;
}

/* Into a table without dummies and without this key. */
static void insert_clean(setentry *table, size_t mask, PyObject *key,
                         Py_hash_t hash) {
  size_t perturb = (size_t)hash, i = (size_t)hash & mask;
  for (;;) {
    size_t run = i + LINEAR_PROBES <= mask ? LINEAR_PROBES : 0;
    for (size_t k = 0; k <= run; k++)
      if (!table[i + k].key) {
        table[i + k].key = key;
        table[i + k].hash = hash;
        return;
      }
    perturb >>= PERTURB_SHIFT;
    i = (i * 5 + 1 + perturb) & mask;
  }
}

static int resize(PySetObject *s, Py_ssize_t at_least) {
  Py_ssize_t size = MIN_SIZE;
  while (size <= at_least)
    size <<= 1;
  setentry *table = calloc((size_t)size, sizeof *table), *old = s->table;
  if (!table) {
    PyErr_NoMemory();
    return -1;
  }
  for (Py_ssize_t i = 0; old && i <= s->mask; i++)
    if (old[i].key && old[i].key != DUMMY)
      insert_clean(table, (size_t)size - 1, old[i].key, old[i].hash);
  s->table = table;
  s->mask = size - 1;
  s->fill = s->used;
  free(old);
  return 0;
}

int _PySet_AddEntry(PyObject *o, PyObject *key, Py_hash_t hash) {
  PySetObject *s = SET(o);
  int error = 0;
  setentry *e = NULL;
  while (!e) { /* a comparison may have cleared the set: then again */
    if (!s->table && resize(s, 0) < 0)
      return -1;
    e = look(s, key, hash, &error);
    if (error)
      return -1;
  }
  if (e->key && e->key != DUMMY)
    return 0;
  int reused = e->key == DUMMY;
  e->key = Py_NewRef(key);
  e->hash = hash;
  s->used++;
  if (reused)
    return 0;
  s->fill++;
  if (s->fill * 5 < s->mask * 3)
    return 0;
  return resize(s, s->used > 50000 ? s->used * 2 : s->used * 4);
}

int _PySet_ContainsEntry(PyObject *o, PyObject *key, Py_hash_t hash) {
  int error;
  setentry *e = find(SET(o), key, hash, &error);
  return error ? -1 : e != NULL;
}

int _PySet_DiscardEntry(PyObject *o, PyObject *key, Py_hash_t hash) {
  int error;
  setentry *e = find(SET(o), key, hash, &error);
  if (!e)
    return error;
  PyObject *had = e->key;
  e->key = DUMMY;
  e->hash = -1;
  SET(o)->used--;
  Py_DECREF(had);
  return 1;
}

void _PySet_Clear(PyObject *o) {
  PySetObject *s = SET(o);
  setentry *table = s->table;
  Py_ssize_t mask = s->mask;
  s->table = NULL;
  s->fill = s->used = s->mask = 0;
  for (Py_ssize_t i = 0; table && i <= mask; i++)
    if (table[i].key && table[i].key != DUMMY)
      Py_DECREF(table[i].key);
  free(table);
}

int _PySet_NextEntry(PyObject *o, Py_ssize_t *pos, PyObject **key,
                     Py_hash_t *hash) {
  PySetObject *s = SET(o);
  for (Py_ssize_t i = *pos; s->table && i <= s->mask; i++)
    if (s->table[i].key && s->table[i].key != DUMMY) {
      *pos = i + 1;
      *key = s->table[i].key;
      if (hash)
        *hash = s->table[i].hash;
      return 1;
    }
  return 0;
}

/* Goes round the table, so that emptying a set takes linear time. */
PyObject *_PySet_Pop(PyObject *o) {
  PySetObject *s = SET(o);
  if (s->used == 0) {
    PyErr_SetString(PyExc_KeyError, "pop from an empty set");
    return NULL;
  }
  Py_ssize_t i = s->finger & s->mask;
  while (!s->table[i].key || s->table[i].key == DUMMY)
    i = (i + 1) & s->mask;
  PyObject *key = s->table[i].key; /* its reference moves to the caller */
  s->table[i].key = DUMMY;
  s->table[i].hash = -1;
  s->used--;
  s->finger = i + 1;
  return key;
}

/* ---- the C interface -----------------------------------------------------*/
/* A set as a key stands for the frozenset of its items. */
static Py_hash_t hash_of(PyObject *key, PyObject **stand_in) {
  *stand_in = NULL;
  Py_hash_t hash = PyObject_Hash(key);
  if (hash != -1 || !PySet_Check(key) ||
      !PyErr_ExceptionMatches(PyExc_TypeError))
    return hash;
  PyErr_Clear();
  *stand_in = PyFrozenSet_New(key);
  return *stand_in ? PyObject_Hash(*stand_in) : -1;
}

int PySet_Add(PyObject *s, PyObject *key) {
  Py_hash_t hash = PyObject_Hash(key);
  return hash == -1 ? -1 : _PySet_AddEntry(s, key, hash);
}
int PySet_Contains(PyObject *s, PyObject *key) {
  PyObject *other;
  Py_hash_t hash = hash_of(key, &other);
  int r = hash == -1 ? -1 : _PySet_ContainsEntry(s, other ? other : key, hash);
  Py_XDECREF(other);
  return r;
}
int PySet_Discard(PyObject *s, PyObject *key) {
  PyObject *other;
  Py_hash_t hash = hash_of(key, &other);
  int r = hash == -1 ? -1 : _PySet_DiscardEntry(s, other ? other : key, hash);
  Py_XDECREF(other);
  return r;
}
Py_ssize_t PySet_Size(PyObject *s) { return SET(s)->used; }

int _PySet_Compact(PyObject *o) {
  PySetObject *s = SET(o);
  if (s->fill - s->used <= s->mask / 4)
    return 0;
  return resize(s, s->used > 50000 ? s->used * 2 : s->used * 4);
}

/* Makes room for so many more at once. */
static int expect(PySetObject *s, Py_ssize_t more) {
  if (!s->table && resize(s, 0) < 0)
    return -1;
  return (s->fill + more) * 5 >= s->mask * 3 ? resize(s, (s->used + more) * 2)
                                             : 0;
}

/* Into an empty table of the same size: every item to its old place. */
static void copy_table(PySetObject *s, PySetObject *from) {
  for (Py_ssize_t i = 0; i <= from->mask; i++)
    if (from->table[i].key) {
      s->table[i].hash = from->table[i].hash;
      s->table[i].key = Py_NewRef(from->table[i].key);
    }
  s->fill = s->used = from->used;
}

static int update_from_set(PyObject *s, PyObject *from) {
  PyObject *key;
  Py_hash_t hash;
  Py_ssize_t pos = 0;
  if (s == from || SET(from)->used == 0)
    return 0;
  if (expect(SET(s), SET(from)->used) < 0)
    return -1;
  if (SET(s)->fill == 0 && SET(s)->mask == SET(from)->mask &&
      SET(from)->fill == SET(from)->used) {
    copy_table(SET(s), SET(from));
    return 0;
  }
  while (_PySet_NextEntry(from, &pos, &key, &hash)) {
    Py_INCREF(key);
    int rc = _PySet_AddEntry(s, key, hash);
    Py_DECREF(key);
    if (rc < 0)
      return -1;
  }
  return 0;
}

int _PySet_Update(PyObject *s, PyObject *iterable) {
  if (PyAnySet_Check(iterable))
    return update_from_set(s, iterable);
  if (PyDict_CheckExact(iterable) &&
      expect(SET(s), PyDict_GET_SIZE(iterable)) < 0)
    return -1;
  PyObject *it = PyObject_GetIter(iterable), *key;
  int rc = it ? 0 : -1;
  while (rc == 0 && (key = PyIter_Next(it))) {
    rc = PySet_Add(s, key);
    Py_DECREF(key);
  }
  Py_XDECREF(it);
  return rc < 0 || PyErr_Occurred() ? -1 : 0;
}

PyObject *_PySet_Make(PyTypeObject *type, PyObject *iterable) {
  PyObject *s = type->tp_alloc(type, 0);
  if (!s)
    return NULL;
  SET(s)->hash = -1;
  if (iterable && _PySet_Update(s, iterable) < 0)
    Py_CLEAR(s);
  return s;
}

PyObject *PySet_New(PyObject *iterable) {
  return _PySet_Make(&PySet_Type, iterable);
}
PyObject *PyFrozenSet_New(PyObject *iterable) {
  return _PySet_Make(&PyFrozenSet_Type, iterable);
}

/* ---- slots ---------------------------------------------------------------*/
static void set_dealloc(PyObject *o) {
  _PySet_Clear(o);
  PyObject_Free(o);
}

static PyObject *set_repr(PyObject *o) {
  const char *name = _PyType_Name(Py_TYPE(o));
  if (SET(o)->used == 0)
    return PyUnicode_FromFormat("%s()", name);
  int inside = Py_ReprEnter(o);
  if (inside)
    return inside < 0 ? NULL : PyUnicode_FromFormat("%s(...)", name);
  int plain = Py_IS_TYPE(o, &PySet_Type);
  PyStrBuilder b;
  PyStrBuilder_Init(&b);
  if (!plain) {
    PyStrBuilder_CString(&b, name);
    PyStrBuilder_Char(&b, '(');
  }
  PyObject *key;
  Py_ssize_t pos = 0;
  for (const char *lead = "{";
       !b.failed && _PySet_NextEntry(o, &pos, &key, NULL); lead = ", ") {
    Py_INCREF(key);
    PyStrBuilder_CString(&b, lead);
    PyStrBuilder_Repr(&b, key);
    Py_DECREF(key);
  }
  PyStrBuilder_CString(&b, plain ? "}" : "})");
  Py_ReprLeave(o);
  return PyStrBuilder_Finish(&b);
}

/* Independent of the order: a sum of well-mixed hashes. */
static Py_hash_t frozenset_hash(PyObject *o) {
  if (SET(o)->hash != -1)
    return SET(o)->hash;
  Py_uhash_t h = 0;
  PyObject *key;
  Py_hash_t hash;
  Py_ssize_t pos = 0;
  while (_PySet_NextEntry(o, &pos, &key, &hash)) {
    Py_uhash_t x = (Py_uhash_t)hash;
    h ^= ((x ^ 89869747u) ^ (x << 16)) * 3644798167u;
  }
  h ^= ((Py_uhash_t)SET(o)->used + 1) * 1927868237u;
  h ^= (h >> 11) ^ (h >> 25);
  h = h * 69069u + 907133923u;
  if (h == (Py_uhash_t)-1)
    h = 590923713u;
  return SET(o)->hash = (Py_hash_t)h;
}

static PyObject *set_new(PyTypeObject *type, PyObject *args, PyObject *kw) {
  (void)args, (void)kw;
  return _PySet_Make(type, NULL);
}
static int set_init(PyObject *o, PyObject *args, PyObject *kw) {
  PyObject *iterable = NULL;
  if (!_PyArg_NoKeywords("set", kw) ||
      !PyArg_UnpackTuple(args, "set", 0, 1, &iterable))
    return -1;
  _PySet_Clear(o);
  return iterable ? _PySet_Update(o, iterable) : 0;
}
static PyObject *frozenset_new(PyTypeObject *type, PyObject *args,
                               PyObject *kw) {
  PyObject *iterable = NULL;
  if ((type == &PyFrozenSet_Type && !_PyArg_NoKeywords("frozenset", kw)) ||
      !PyArg_UnpackTuple(args, "frozenset", 0, 1, &iterable))
    return NULL;
  if (iterable && type == &PyFrozenSet_Type &&
      Py_IS_TYPE(iterable, &PyFrozenSet_Type))
    return Py_NewRef(iterable);
  return _PySet_Make(type, iterable);
}

/* ---- iteration -----------------------------------------------------------*/
typedef struct {
  PyObject_HEAD PyObject *set; /* NULL: exhausted */
  Py_ssize_t used, pos, left;
} SetIter;
extern PyTypeObject _PySetIter_Type;

static PyObject *set_iter(PyObject *o) {
  SetIter *it = PyObject_New(SetIter, &_PySetIter_Type);
  if (!it)
    return NULL;
  it->set = Py_NewRef(o);
  it->used = it->left = SET(o)->used;
  it->pos = 0;
  return (PyObject *)it;
}
static void iter_dealloc(PyObject *o) {
  Py_XDECREF(((SetIter *)o)->set);
  PyObject_Free(o);
}
static PyObject *iter_next(PyObject *o) {
  SetIter *it = (SetIter *)o;
  PyObject *key;
  if (!it->set)
    return NULL;
  if (it->used != SET(it->set)->used) {
    it->used = -1;
    PyErr_SetString(PyExc_RuntimeError, "Set changed size during iteration");
    return NULL;
  }
  if (_PySet_NextEntry(it->set, &it->pos, &key, NULL)) {
    it->left--;
    return Py_NewRef(key);
  }
  Py_CLEAR(it->set);
  return NULL;
}
static PyObject *iter_hint(PyObject *o, PyObject *unused) {
  (void)unused;
  return PyLong_FromSsize_t(((SetIter *)o)->set ? ((SetIter *)o)->left : 0);
}
static PyMethodDef iter_methods[] = {
    {"__length_hint__", iter_hint, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};

PyTypeObject _PySetIter_Type = {
    .ob_base = {PyObject_HEAD_INIT(&PyType_Type), 0},
    .tp_name = "set_iterator",
    .tp_basicsize = sizeof(SetIter),
    .tp_flags = Py_TPFLAGS_HAVE_GC,
    .tp_dealloc = iter_dealloc,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = iter_next,
    .tp_methods = iter_methods,
};

static PySequenceMethods set_as_sequence = {.sq_length = PySet_Size,
                                            .sq_contains = PySet_Contains};

PyTypeObject PySet_Type = {
    .ob_base = {PyObject_HEAD_INIT(&PyType_Type), 0},
    .tp_name = "set",
    .tp_basicsize = sizeof(PySetObject),
    .tp_flags = Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC,
    .tp_dealloc = set_dealloc,
    .tp_repr = set_repr,
    .tp_as_number = &_PySet_AsNumber,
    .tp_as_sequence = &set_as_sequence,
    .tp_hash = PyObject_HashNotImplemented,
    .tp_richcompare = _PySet_Compare,
    .tp_iter = set_iter,
    .tp_methods = _PySet_Methods,
    .tp_init = set_init,
    .tp_new = set_new,
};

static PySequenceMethods frozenset_as_sequence = {
    .sq_length = PySet_Size, .sq_contains = PySet_Contains};

PyTypeObject PyFrozenSet_Type = {
    .ob_base = {PyObject_HEAD_INIT(&PyType_Type), 0},
    .tp_name = "frozenset",
    .tp_basicsize = sizeof(PySetObject),
    .tp_flags = Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC,
    .tp_dealloc = set_dealloc,
    .tp_repr = set_repr,
    .tp_as_number = &_PyFrozenSet_AsNumber,
    .tp_as_sequence = &frozenset_as_sequence,
    .tp_hash = frozenset_hash,
    .tp_richcompare = _PySet_Compare,
    .tp_iter = set_iter,
    .tp_methods = _PyFrozenSet_Methods,
    .tp_new = frozenset_new,
};
