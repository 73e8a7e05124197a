/* list: a growing array of references.
 *
 * The array grows by an eighth, so that n appends cost O(n). Whatever may run
 * Python code (comparisons, the destruction of items) may change the list under
 * our hands: sizes are read again after it, and items are taken out before they
 * are released. */
#include "liststorage.h"
#include "names.h"

/* ---- storage -------------------------------------------------------------*/
int _PyList_Resize(PyObject *o, Py_ssize_t size) {
  PyListObject *l = (PyListObject *)o;
  if (l->allocated >= size && size >= l->allocated >> 1) {
    l->ob_size = size;
    return 0;
  }
  Py_ssize_t room = size + (size >> 3) + 6;
  room &= ~(Py_ssize_t)3;
  if (size == 0)
    room = 0;
  if (room > PY_SSIZE_T_MAX / (Py_ssize_t)sizeof(PyObject *)) {
    PyErr_NoMemory();
    return -1;
  }
  PyObject **items = NULL;
  if (room == 0) {
    free(l->ob_item);
  } else if (!(items = realloc(l->ob_item, (size_t)room * sizeof *items))) {
    PyErr_NoMemory();
    return -1;
  }
  l->ob_item = items;
  l->ob_size = size;
  l->allocated = room;
  return 0;
}

PyObject *PyList_New(Py_ssize_t n) {
  PyListObject *l = PyObject_New(PyListObject, &PyList_Type);
  if (!l)
    return NULL;
  l->ob_size = l->allocated = 0;
  l->ob_item = NULL;
  if (n > 0) {
    if (!(l->ob_item = calloc((size_t)n, sizeof(PyObject *)))) {
      Py_DECREF(l);
      return PyErr_NoMemory();
    }
    l->ob_size = l->allocated = n;
  }
  return (PyObject *)l;
}

static PyObject *from_array(PyObject *const *items, Py_ssize_t n) {
  PyObject *l = PyList_New(n);
  for (Py_ssize_t i = 0; l && i < n; i++)
    ITEMS(l)[i] = Py_NewRef(items[i]);
  return l;
}

/* n items from index i on; an empty list may have no array to point into. */
static PyObject *part(PyObject *o, Py_ssize_t i, Py_ssize_t n) {
  return n ? from_array(ITEMS(o) + i, n) : PyList_New(0);
}

Py_ssize_t PyList_Size(PyObject *o) { return SIZE(o); }

PyObject *PyList_GetItem(PyObject *o, Py_ssize_t i) {
  if (i >= 0 && i < SIZE(o))
    return ITEMS(o)[i];
  PyErr_SetString(PyExc_IndexError, "list index out of range");
  return NULL;
}

int PyList_SetItem(PyObject *o, Py_ssize_t i, PyObject *v) {
  if (i >= 0 && i < SIZE(o)) {
    Py_XSETREF(ITEMS(o)[i], v);
    return 0;
  }
  Py_XDECREF(v);
  PyErr_SetString(PyExc_IndexError, "list assignment index out of range");
  return -1;
}

int _PyList_AppendTakeRef(PyObject *o, PyObject *v) {
  Py_ssize_t n = SIZE(o);
  if (_PyList_Resize(o, n + 1) < 0) {
    Py_DECREF(v);
    return -1;
  }
  ITEMS(o)[n] = v;
  return 0;
}

int PyList_Append(PyObject *o, PyObject *v) {
  return _PyList_AppendTakeRef(o, Py_NewRef(v));
}

int PyList_Insert(PyObject *o, Py_ssize_t at, PyObject *v) {
  Py_ssize_t n = SIZE(o);
  at = at < 0 ? (at + n < 0 ? 0 : at + n) : at > n ? n : at;
  if (_PyList_Resize(o, n + 1) < 0)
    return -1;
  PyObject **items = ITEMS(o);
  memmove(items + at + 1, items + at, (size_t)(n - at) * sizeof *items);
  items[at] = Py_NewRef(v);
  return 0;
}

static int extend_from_array(PyObject *o, PyObject *from) {
  Py_ssize_t n = SIZE(o), m = PySequence_Fast_GET_SIZE(from);
  if (m == 0)
    return 0;
  if (_PyList_Resize(o, n + m) < 0)
    return -1;
  PyObject **source = PySequence_Fast_ITEMS(from); /* o itself, perhaps */
  for (Py_ssize_t i = 0; i < m; i++)
    ITEMS(o)[n + i] = Py_NewRef(source[i]);
  return 0;
}

static int extend_from_iterator(PyObject *o, PyObject *it) {
  iternextfunc next = Py_TYPE(it)->tp_iternext;
  PyObject *item;
  while ((item = next(it)))
    if (_PyList_AppendTakeRef(o, item) < 0)
      return -1;
  if (!PyErr_Occurred())
    return 0;
  if (!PyErr_ExceptionMatches(PyExc_StopIteration))
    return -1;
  PyErr_Clear();
  return 0;
}

PyObject *_PyList_Extend(PyObject *o, PyObject *iterable) {
  int rc = -1;
  if (PyList_CheckExact(iterable) || PyTuple_CheckExact(iterable)) {
    rc = extend_from_array(o, iterable);
  } else {
    PyObject *it = PyObject_GetIter(iterable);
    rc = it ? extend_from_iterator(o, it) : -1;
    Py_XDECREF(it);
  }
  return rc < 0 ? NULL : Py_NewRef(Py_None);
}

PyObject *PyList_GetSlice(PyObject *o, Py_ssize_t i, Py_ssize_t j) {
  Py_ssize_t n = SIZE(o);
  i = i < 0 ? 0 : i > n ? n : i;
  j = j < i ? i : j > n ? n : j;
  return part(o, i, j - i);
}

PyObject *PyList_AsTuple(PyObject *o) {
  return _PyTuple_FromArray(ITEMS(o), SIZE(o));
}

/* o[i:j] = v, where v is a list or tuple, or NULL to delete. */
int PyList_SetSlice(PyObject *o, Py_ssize_t i, Py_ssize_t j, PyObject *v) {
  Py_ssize_t n = SIZE(o);
  i = i < 0 ? 0 : i > n ? n : i;
  j = j < i ? i : j > n ? n : j;
  PyObject *source = v && v == o ? PyList_GetSlice(o, 0, n) : Py_XNewRef(v);
  Py_ssize_t m = source ? PySequence_Fast_GET_SIZE(source) : 0, gone = j - i;
  /* The items that go are kept in a list until all is consistent again. */
  PyObject *removed = PyList_GetSlice(o, i, j);
  int rc = removed && (!v || source) ? 0 : -1;
  if (rc == 0 && m > gone)
    rc = _PyList_Resize(o, n + m - gone);
  if (rc == 0) {
    PyObject **items = ITEMS(o);
    if (m != gone && n > j)
      memmove(items + i + m, items + j, (size_t)(n - j) * sizeof *items);
    for (Py_ssize_t k = 0; k < m; k++)
      items[i + k] = Py_NewRef(PySequence_Fast_GET_ITEM(source, k));
    if (m < gone)
      rc = _PyList_Resize(o, n + m - gone);
    for (Py_ssize_t k = 0; k < gone; k++)
      Py_DECREF(ITEMS(removed)[k]); /* the list's own references */
  }
  Py_XDECREF(removed);
  Py_XDECREF(source);
  return rc;
}

int PyList_Reverse(PyObject *o) {
  PyObject **items = ITEMS(o);
  for (Py_ssize_t i = 0, j = SIZE(o) - 1; i < j; i++, j--) {
    PyObject *t = items[i];
    items[i] = items[j];
    items[j] = t;
  }
  return 0;
}

void _PyList_Clear(PyObject *o) {
  PyListObject *l = (PyListObject *)o;
  PyObject **items = l->ob_item;
  Py_ssize_t n = l->ob_size;
  l->ob_item = NULL;
  l->ob_size = l->allocated = 0;
  while (--n >= 0)
    Py_XDECREF(items[n]);
  free(items);
}

/* ---- slots ---------------------------------------------------------------*/
static void list_dealloc(PyObject *o) {
  _PyList_Clear(o);
  PyObject_Free(o);
}

static PyObject *list_compare(PyObject *a, PyObject *b, int op) {
  if (!PyList_Check(a) || !PyList_Check(b))
    Py_RETURN_NOTIMPLEMENTED;
  if (SIZE(a) != SIZE(b) && (op == Py_EQ || op == Py_NE))
    return PyBool_FromLong(op == Py_NE);
  Py_ssize_t i = 0;
  for (; i < SIZE(a) && i < SIZE(b); i++) {
    PyObject *x = Py_NewRef(ITEMS(a)[i]), *y = Py_NewRef(ITEMS(b)[i]);
    int equal = PyObject_RichCompareBool(x, y, Py_EQ);
    PyObject *r = NULL;
    if (equal == 0 && op != Py_EQ && op != Py_NE)
      r = PyObject_RichCompare(x, y, op);
    else if (equal == 0)
      r = PyBool_FromLong(op == Py_NE);
    Py_DECREF(x);
    Py_DECREF(y);
    if (equal <= 0)
      return r;
  }
  Py_ssize_t n = SIZE(a), m = SIZE(b);
  switch (op) {
  case Py_LT:
    return PyBool_FromLong(n < m);
  case Py_LE:
    return PyBool_FromLong(n <= m);
  case Py_EQ:
    return PyBool_FromLong(n == m);
  case Py_NE:
    return PyBool_FromLong(n != m);
  case Py_GT:
    return PyBool_FromLong(n > m);
  default:
    return PyBool_FromLong(n >= m);
  }
}

static PyObject *list_item(PyObject *o, Py_ssize_t i) {
  return Py_XNewRef(PyList_GetItem(o, i));
}

static int list_ass_item(PyObject *o, Py_ssize_t i, PyObject *v) {
  if (i < 0 || i >= SIZE(o)) {
    PyErr_SetString(PyExc_IndexError, "list assignment index out of range");
    return -1;
  }
  if (!v)
    return PyList_SetSlice(o, i, i + 1, NULL);
  Py_SETREF(ITEMS(o)[i], Py_NewRef(v));
  return 0;
}

static PyObject *bad_index(PyObject *key) {
  return PyErr_Format(PyExc_TypeError,
                      "list indices must be integers or slices, not %.200s",
                      _PyType_Name(Py_TYPE(key)));
}

static PyObject *list_subscript(PyObject *o, PyObject *key) {
  if (PyIndex_Check(key)) {
    Py_ssize_t i = PyNumber_AsSsize_t(key, PyExc_IndexError);
    if (i == -1 && PyErr_Occurred())
      return NULL;
    return list_item(o, i < 0 ? i + SIZE(o) : i);
  }
  Py_ssize_t start, stop, step;
  if (!PySlice_Check(key))
    return bad_index(key);
  if (PySlice_Unpack(key, &start, &stop, &step) < 0)
    return NULL;
  Py_ssize_t n = PySlice_AdjustIndices(SIZE(o), &start, &stop, step);
  if (step == 1)
    return part(o, start, n);
  PyObject *l = PyList_New(n);
  for (Py_ssize_t i = 0; l && i < n; i++)
    ITEMS(l)[i] = Py_NewRef(ITEMS(o)[start + i * step]);
  return l;
}

/* del o[start:stop:step] */
static int delete_every(PyObject *o, Py_ssize_t start, Py_ssize_t step,
                        Py_ssize_t n) {
  if (n == 0)
    return 0;
  if (step < 0) {
    start += step * (n - 1);
    step = -step;
  }
  PyObject *removed = PyList_New(0);
  if (!removed)
    return -1;
  Py_ssize_t to = start, next = start, left = n;
  for (Py_ssize_t from = start; from < SIZE(o); from++) {
    if (left && from == next) {
      if (_PyList_AppendTakeRef(removed, ITEMS(o)[from]) < 0)
        break; /* out of memory: the item is gone all the same */
      next += step;
      left--;
    } else {
      ITEMS(o)[to++] = ITEMS(o)[from];
    }
  }
  int rc = _PyList_Resize(o, to);
  Py_DECREF(removed);
  return rc;
}

static int assign_every(PyObject *o, Py_ssize_t start, Py_ssize_t step,
                        Py_ssize_t n, PyObject *v) {
  PyObject *source = v == o ? PyList_GetSlice(o, 0, SIZE(o))
                            : PySequence_Fast(v, "must assign iterable to "
                                                 "extended slice");
  if (!source)
    return -1;
  int rc = 0;
  if (PySequence_Fast_GET_SIZE(source) != n) {
    PyErr_Format(PyExc_ValueError,
                 "attempt to assign sequence of size %zd to extended slice of "
                 "size %zd",
                 PySequence_Fast_GET_SIZE(source), n);
    rc = -1;
  }
  for (Py_ssize_t i = 0; rc == 0 && i < n && start + i * step < SIZE(o); i++)
    Py_SETREF(ITEMS(o)[start + i * step],
              Py_NewRef(PySequence_Fast_GET_ITEM(source, i)));
  Py_DECREF(source);
  return rc;
}

static int list_ass_subscript(PyObject *o, PyObject *key, PyObject *v) {
  if (PyIndex_Check(key)) {
    Py_ssize_t i = PyNumber_AsSsize_t(key, PyExc_IndexError);
    if (i == -1 && PyErr_Occurred())
      return -1;
    return list_ass_item(o, i < 0 ? i + SIZE(o) : i, v);
  }
  Py_ssize_t start, stop, step;
  if (!PySlice_Check(key)) {
    bad_index(key);
    return -1;
  }
  if (PySlice_Unpack(key, &start, &stop, &step) < 0)
    return -1;
  if (step != 1) {
    Py_ssize_t n = PySlice_AdjustIndices(SIZE(o), &start, &stop, step);
    return v ? assign_every(o, start, step, n, v)
             : delete_every(o, start, step, n);
  }
  PyObject *source =
      v ? PySequence_Fast(v, "can only assign an iterable") : NULL;
  if (v && !source)
    return -1;
  Py_ssize_t n = PySlice_AdjustIndices(SIZE(o), &start, &stop, step);
  int rc = PyList_SetSlice(o, start, start + n, source);
  Py_XDECREF(source);
  return rc;
}

static PyObject *list_concat(PyObject *a, PyObject *b) {
  if (!PyList_Check(b))
    return PyErr_Format(PyExc_TypeError,
                        "can only concatenate list (not \"%.200s\") to list",
                        _PyType_Name(Py_TYPE(b)));
  Py_ssize_t n = SIZE(a), m = SIZE(b);
  PyObject *l = PyList_New(n + m);
  for (Py_ssize_t i = 0; l && i < n; i++)
    ITEMS(l)[i] = Py_NewRef(ITEMS(a)[i]);
  for (Py_ssize_t i = 0; l && i < m; i++)
    ITEMS(l)[n + i] = Py_NewRef(ITEMS(b)[i]);
  return l;
}

static PyObject *list_inplace_concat(PyObject *a, PyObject *b) {
  PyObject *none = _PyList_Extend(a, b);
  Py_XDECREF(none);
  return none ? Py_NewRef(a) : NULL;
}

static PyObject *list_repeat(PyObject *o, Py_ssize_t times) {
  Py_ssize_t n = SIZE(o);
  if (times <= 0 || n == 0)
    return PyList_New(0);
  if (n > PY_SSIZE_T_MAX / (Py_ssize_t)sizeof(PyObject *) / times)
    return PyErr_NoMemory();
  PyObject *l = PyList_New(n * times);
  for (Py_ssize_t t = 0; l && t < times; t++)
    for (Py_ssize_t i = 0; i < n; i++)
      ITEMS(l)[t * n + i] = Py_NewRef(ITEMS(o)[i]);
  return l;
}

static PyObject *list_inplace_repeat(PyObject *o, Py_ssize_t times) {
  if (times <= 0) {
    _PyList_Clear(o);
    return Py_NewRef(o);
  }
  PyObject *all = list_repeat(o, times);
  int rc = all ? PyList_SetSlice(o, 0, SIZE(o), all) : -1;
  Py_XDECREF(all);
  return rc < 0 ? NULL : Py_NewRef(o);
}

static int list_contains(PyObject *o, PyObject *v) {
  int equal = 0;
  for (Py_ssize_t i = 0; !equal && i < SIZE(o); i++) {
    PyObject *item = Py_NewRef(ITEMS(o)[i]);
    equal = PyObject_RichCompareBool(item, v, Py_EQ);
    Py_DECREF(item);
  }
  return equal;
}

static int list_init(PyObject *o, PyObject *args, PyObject *kw) {
  PyObject *from = NULL;
  if ((Py_IS_TYPE(o, &PyList_Type) && !_PyArg_NoKeywords("list", kw)) ||
      !PyArg_UnpackTuple(args, "list", 0, 1, &from))
    return -1;
  _PyList_Clear(o);
  PyObject *none = from ? _PyList_Extend(o, from) : Py_NewRef(Py_None);
  Py_XDECREF(none);
  return none ? 0 : -1;
}

/* ---- iteration -----------------------------------------------------------*/
typedef struct {
  PyObject_HEAD Py_ssize_t index;
  PyObject *list; /* NULL: exhausted */
} ListIter;

extern PyTypeObject _PyListIter_Type, _PyListRevIter_Type;

static PyObject *new_iter(PyTypeObject *type, PyObject *o, Py_ssize_t index) {
  ListIter *it = PyObject_New(ListIter, type);
  if (!it)
    return NULL;
  it->index = index;
  it->list = Py_NewRef(o);
  return (PyObject *)it;
}
static PyObject *list_iter(PyObject *o) {
  return new_iter(&_PyListIter_Type, o, 0);
}
PyObject *_PyList_Reversed(PyObject *o, PyObject *unused) {
  (void)unused;
  return new_iter(&_PyListRevIter_Type, o, SIZE(o) - 1);
}

static void iter_dealloc(PyObject *o) {
  Py_XDECREF(((ListIter *)o)->list);
  PyObject_Free(o);
}

static PyObject *iter_next(PyObject *o) {
  ListIter *it = (ListIter *)o;
  if (!it->list)
    return NULL;
  if (it->index < SIZE(it->list))
    return Py_NewRef(ITEMS(it->list)[it->index++]);
  Py_CLEAR(it->list);
  return NULL;
}

static PyObject *reviter_next(PyObject *o) {
  ListIter *it = (ListIter *)o;
  if (!it->list)
    return NULL;
  if (it->index >= 0 && it->index < SIZE(it->list))
    return Py_NewRef(ITEMS(it->list)[it->index--]);
  Py_CLEAR(it->list);
  return NULL;
}

static PyObject *iter_hint(PyObject *o, PyObject *unused) {
  (void)unused;
  ListIter *it = (ListIter *)o;
  Py_ssize_t n = it->list ? SIZE(it->list) - it->index : 0;
  if (Py_IS_TYPE(o, &_PyListRevIter_Type))
    n = it->list ? it->index + 1 : 0;
  return PyLong_FromSsize_t(n < 0 ? 0 : n);
}
static PyMethodDef iter_methods[] = {
    {"__length_hint__", iter_hint, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};

#define ITERATOR(name, next)                                                   \
  {                                                                            \
    .ob_base = {PyObject_HEAD_INIT(&PyType_Type), 0}, .tp_name = name,         \
    .tp_basicsize = sizeof(ListIter), .tp_flags = Py_TPFLAGS_HAVE_GC,          \
    .tp_dealloc = iter_dealloc, .tp_iter = PyObject_SelfIter,                  \
    .tp_iternext = next, .tp_methods = iter_methods                            \
  }
PyTypeObject _PyListIter_Type = ITERATOR("list_iterator", iter_next);
PyTypeObject _PyListRevIter_Type =
    ITERATOR("list_reverseiterator", reviter_next);

static PySequenceMethods list_as_sequence = {
    .sq_length = PyList_Size,
    .sq_concat = list_concat,
    .sq_repeat = list_repeat,
    .sq_item = list_item,
    .sq_ass_item = list_ass_item,
    .sq_contains = list_contains,
    .sq_inplace_concat = list_inplace_concat,
    .sq_inplace_repeat = list_inplace_repeat,
};
static PyMappingMethods list_as_mapping = {PyList_Size, list_subscript,
                                           list_ass_subscript};

PyTypeObject PyList_Type = {
    .ob_base = {PyObject_HEAD_INIT(&PyType_Type), 0},
    .tp_name = "list",
    .tp_basicsize = sizeof(PyListObject),
    .tp_flags =
        Py_TPFLAGS_BASETYPE | Py_TPFLAGS_LIST_SUBCLASS | Py_TPFLAGS_HAVE_GC,
    .tp_dealloc = list_dealloc,
    .tp_repr = _PyList_Repr,
    .tp_as_sequence = &list_as_sequence,
    .tp_as_mapping = &list_as_mapping,
    .tp_hash = PyObject_HashNotImplemented,
    .tp_richcompare = list_compare,
    .tp_iter = list_iter,
    .tp_methods = _PyList_Methods,
    .tp_init = list_init,
    .tp_new = PyType_GenericNew,
};
