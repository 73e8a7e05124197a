/* d.keys(), d.values(), d.items(), and the iterators of dicts.
 *
 * A view holds its dict and nothing else. The views of keys and items are sets:
 * they compare and combine as sets do, by making a set of themselves. */
#include "dictkeys.h"
#include "strbuilder.h"

/* ---- iterators -----------------------------------------------------------*/
typedef struct {
  PyObject_HEAD PyObject *dict; /* NULL: exhausted */
  Py_ssize_t used, pos, left;
  int what, backwards;
} DictIter;

static void iter_dealloc(PyObject *o) {
  Py_XDECREF(((DictIter *)o)->dict);
  PyObject_Free(o);
}

/* The next entry in the iterator's direction, or NULL. */
static PyDictEntry *advance(DictIter *it) {
  PyDictKeysObject *k = ((PyDictObject *)it->dict)->ma_keys;
  if (!it->backwards) {
    while (k && it->pos < k->filled) {
      PyDictEntry *e = &k->entries[it->pos++];
      if (e->value)
        return e;
    }
    return NULL;
  }
  while (k && it->pos > 0) {
    if (--it->pos >= k->filled)
      continue;
    PyDictEntry *e = &k->entries[it->pos];
    if (e->value)
      return e;
  }
  return NULL;
}

static PyObject *iter_next(PyObject *o) {
  DictIter *it = (DictIter *)o;
  if (!it->dict)
    return NULL;
  if (it->used != ((PyDictObject *)it->dict)->ma_used) {
    it->used = -1; /* and it stays broken */
    PyErr_SetString(PyExc_RuntimeError,
                    "dictionary changed size during iteration");
    return NULL;
  }
  PyDictEntry *e = advance(it);
  if (e && it->left > 0) {
    it->left--;
    return it->what == DICT_KEYS     ? Py_NewRef(e->key)
           : it->what == DICT_VALUES ? Py_NewRef(e->value)
                                     : PyTuple_Pack(2, e->key, e->value);
  }
  if (e)
    PyErr_SetString(PyExc_RuntimeError,
                    "dictionary keys changed during iteration");
  Py_CLEAR(it->dict);
  return NULL;
}

static PyObject *iter_hint(PyObject *o, PyObject *unused) {
  (void)unused;
  return PyLong_FromSsize_t(((DictIter *)o)->dict ? ((DictIter *)o)->left : 0);
}
static PyMethodDef iter_methods[] = {
    {"__length_hint__", iter_hint, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};

#define ITERATOR(id, name)                                                     \
  static PyTypeObject id = {.ob_base = {PyObject_HEAD_INIT(&PyType_Type), 0},  \
                            .tp_name = name,                                   \
                            .tp_basicsize = sizeof(DictIter),                  \
                            .tp_flags = Py_TPFLAGS_HAVE_GC |                   \
                                        Py_TPFLAGS_DISALLOW_INSTANTIATION,     \
                            .tp_dealloc = iter_dealloc,                        \
                            .tp_iter = PyObject_SelfIter,                      \
                            .tp_iternext = iter_next,                          \
                            .tp_methods = iter_methods};
ITERATOR(keyiterator_type, "dict_keyiterator")
ITERATOR(valueiterator_type, "dict_valueiterator")
ITERATOR(itemiterator_type, "dict_itemiterator")
ITERATOR(reversekeyiterator_type, "dict_reversekeyiterator")
ITERATOR(reversevalueiterator_type, "dict_reversevalueiterator")
ITERATOR(reverseitemiterator_type, "dict_reverseitemiterator")
#undef ITERATOR

static PyTypeObject *const iterator_types[2][3] = {
    {&keyiterator_type, &valueiterator_type, &itemiterator_type},
    {&reversekeyiterator_type, &reversevalueiterator_type,
     &reverseitemiterator_type}};

PyObject *_PyDict_NewIterator(PyObject *d, int what, int backwards) {
  DictIter *it = PyObject_New(DictIter, iterator_types[backwards][what]);
  if (!it)
    return NULL;
  PyDictKeysObject *k = ((PyDictObject *)d)->ma_keys;
  it->dict = Py_NewRef(d);
  it->used = it->left = ((PyDictObject *)d)->ma_used;
  it->pos = backwards && k ? k->filled : 0;
  it->what = what;
  it->backwards = backwards;
  return (PyObject *)it;
}

/* ---- views ---------------------------------------------------------------*/
typedef struct {
  PyObject_HEAD PyObject *dict Py_IMMUTABLE;
} DictView;

static PyObject *dict_of(PyObject *view) { return ((DictView *)view)->dict; }

static int what_of(PyObject *view) {
  return Py_IS_TYPE(view, &PyDictKeys_Type)     ? DICT_KEYS
         : Py_IS_TYPE(view, &PyDictValues_Type) ? DICT_VALUES
                                                : DICT_ITEMS;
}

PyObject *_PyDict_NewView(PyObject *d, int what) {
  PyTypeObject *type = what == DICT_KEYS     ? &PyDictKeys_Type
                       : what == DICT_VALUES ? &PyDictValues_Type
                                             : &PyDictItems_Type;
  DictView *v = PyObject_New(DictView, type);
  if (v)
    v->dict = Py_NewRef(d);
  return (PyObject *)v;
}

static void view_dealloc(PyObject *v) {
  Py_DECREF(dict_of(v));
  PyObject_Free(v);
}

static Py_ssize_t view_len(PyObject *v) { return PyDict_Size(dict_of(v)); }

static PyObject *view_iter(PyObject *v) {
  return _PyDict_NewIterator(dict_of(v), what_of(v), 0);
}

static PyObject *view_reversed(PyObject *v, PyObject *unused) {
  (void)unused;
  return _PyDict_NewIterator(dict_of(v), what_of(v), 1);
}

static PyObject *view_repr(PyObject *v) {
  int inside = Py_ReprEnter(v);
  if (inside)
    return inside < 0 ? NULL : PyUnicode_FromString("...");
  PyObject *list = PySequence_List(v);
  PyObject *r =
      list ? PyUnicode_FromFormat("%s(%R)", Py_TYPE(v)->tp_name, list) : NULL;
  Py_XDECREF(list);
  Py_ReprLeave(v);
  return r;
}

static int keys_contains(PyObject *v, PyObject *key) {
  return PyDict_Contains(dict_of(v), key);
}

static int items_contains(PyObject *v, PyObject *pair) {
  if (!PyTuple_Check(pair) || PyTuple_GET_SIZE(pair) != 2)
    return 0;
  PyObject *have =
      PyDict_GetItemWithError(dict_of(v), PyTuple_GET_ITEM(pair, 0));
  if (!have)
    return PyErr_Occurred() ? -1 : 0;
  Py_INCREF(have);
  int equal = PyObject_RichCompareBool(have, PyTuple_GET_ITEM(pair, 1), Py_EQ);
  Py_DECREF(have);
  return equal;
}

/* ---- views as sets -------------------------------------------------------*/
static int is_setlike(PyObject *o) {
  return PyAnySet_Check(o) || Py_IS_TYPE(o, &PyDictKeys_Type) ||
         Py_IS_TYPE(o, &PyDictItems_Type);
}

static PyObject *combine(PyObject *a, PyObject *b,
                         PyObject *(*operation)(PyObject *, PyObject *)) {
  PyObject *x = PySet_New(a), *y = x ? PySet_New(b) : NULL;
  PyObject *r = y ? operation(x, y) : NULL;
  Py_XDECREF(x);
  Py_XDECREF(y);
  return r;
}

static int is_view(PyObject *o) {
  return Py_IS_TYPE(o, &PyDictKeys_Type) || Py_IS_TYPE(o, &PyDictItems_Type);
}

/* The items of `other` that are in the view; the smaller of two views or of a
 * view and a set is the one to be walked over. */
static PyObject *view_and(PyObject *view, PyObject *other) {
  if (!is_view(view)) {
    PyObject *t = view;
    view = other;
    other = t;
  }
  Py_ssize_t n = view_len(view);
  if (Py_IS_TYPE(other, &PySet_Type) && n <= PySet_GET_SIZE(other))
    return _PyObject_CallMethodString(other, "intersection", view, NULL);
  if (is_view(other) && view_len(other) > n) {
    PyObject *t = view;
    view = other;
    other = t;
  }
  PyObject *r = PySet_New(NULL), *it = PyObject_GetIter(other), *item;
  while (r && it && (item = PyIter_Next(it))) {
    int in = PySequence_Contains(view, item);
    if (in < 0 || (in && PySet_Add(r, item) < 0))
      Py_CLEAR(r);
    Py_DECREF(item);
  }
  Py_XDECREF(it);
  if (!it || PyErr_Occurred())
    Py_CLEAR(r);
  return r;
}
static PyObject *view_or(PyObject *a, PyObject *b) {
  return combine(a, b, PyNumber_InPlaceOr);
}
static PyObject *view_sub(PyObject *a, PyObject *b) {
  return combine(a, b, PyNumber_InPlaceSubtract);
}
static PyObject *view_xor(PyObject *a, PyObject *b) {
  return combine(a, b, PyNumber_InPlaceXor);
}

static PyObject *view_compare(PyObject *a, PyObject *b, int op) {
  if (!is_setlike(a) || !is_setlike(b))
    Py_RETURN_NOTIMPLEMENTED;
  PyObject *x = PySet_New(a), *y = x ? PySet_New(b) : NULL;
  PyObject *r = y ? PyObject_RichCompare(x, y, op) : NULL;
  Py_XDECREF(x);
  Py_XDECREF(y);
  return r;
}

static PyObject *view_isdisjoint(PyObject *a, PyObject *b) {
  PyObject *common = view_and(a, b);
  Py_ssize_t n = common ? PySet_Size(common) : 0;
  Py_XDECREF(common);
  return common ? PyBool_FromLong(n == 0) : NULL;
}

static PyMethodDef view_methods[] = {
    {"isdisjoint", view_isdisjoint, METH_O, NULL},
    {"__reversed__", view_reversed, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL}};
static PyMethodDef values_methods[] = {
    {"__reversed__", view_reversed, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};
static PyNumberMethods view_as_number = {.nb_subtract = view_sub,
                                         .nb_and = view_and,
                                         .nb_xor = view_xor,
                                         .nb_or = view_or};
static PySequenceMethods keys_as_sequence = {.sq_length = view_len,
                                             .sq_contains = keys_contains};
static PySequenceMethods items_as_sequence = {.sq_length = view_len,
                                              .sq_contains = items_contains};
static PySequenceMethods values_as_sequence = {.sq_length = view_len};

#define VIEW                                                                   \
  .ob_base = {PyObject_HEAD_INIT(&PyType_Type), 0},                            \
  .tp_basicsize = sizeof(DictView),                                            \
  .tp_flags = Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_DISALLOW_INSTANTIATION,          \
  .tp_dealloc = view_dealloc, .tp_repr = view_repr, .tp_iter = view_iter

PyTypeObject PyDictKeys_Type = {VIEW,
                                .tp_name = "dict_keys",
                                .tp_as_number = &view_as_number,
                                .tp_as_sequence = &keys_as_sequence,
                                .tp_hash = PyObject_HashNotImplemented,
                                .tp_richcompare = view_compare,
                                .tp_methods = view_methods};
PyTypeObject PyDictItems_Type = {VIEW,
                                 .tp_name = "dict_items",
                                 .tp_as_number = &view_as_number,
                                 .tp_as_sequence = &items_as_sequence,
                                 .tp_hash = PyObject_HashNotImplemented,
                                 .tp_richcompare = view_compare,
                                 .tp_methods = view_methods};
PyTypeObject PyDictValues_Type = {VIEW, .tp_name = "dict_values",
                                  .tp_as_sequence = &values_as_sequence,
                                  .tp_methods = values_methods};

int _PyDictViews_Init(void) {
  PyTypeObject *views[] = {&PyDictKeys_Type, &PyDictValues_Type,
                           &PyDictItems_Type};
  for (int i = 0; i < 3; i++)
    if (PyType_Ready(views[i]) < 0 || PyType_Ready(iterator_types[0][i]) < 0 ||
        PyType_Ready(iterator_types[1][i]) < 0)
      return -1;
  return 0;
}
