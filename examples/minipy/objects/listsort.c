/* list.sort: a stable merge sort that profits from order that is there already.
 *
 * The items are taken out of the list (which is empty while Python code
 * compares), paired with their keys, sorted and put back, whatever happens.
 * Runs of up to RUN items are sorted by binary insertion; two neighbouring runs
 * are merged only if the second does not simply follow the first. Keys that are
 * all small ints, all floats or all str are compared without a call through
 * their type. */
#include "liststorage.h"
#include "names.h"

enum { RUN = 16 };

typedef struct {
  PyObject *key, *value; /* the same object when there is no key function */
} Pair;

typedef struct Sorter {
  int (*less)(PyObject *, PyObject *); /* 1, 0 or -1 */
  Pair *pairs, *scratch;
} Sorter;

static int less_general(PyObject *a, PyObject *b) {
  PyObject *r = PyObject_RichCompare(a, b, Py_LT);
  int truth = r ? PyObject_IsTrue(r) : -1;
  Py_XDECREF(r);
  return truth;
}
static int less_int(PyObject *a, PyObject *b) {
  return _PyLong_CompactValue(a) < _PyLong_CompactValue(b);
}
static int less_float(PyObject *a, PyObject *b) {
  return PyFloat_AS_DOUBLE(a) < PyFloat_AS_DOUBLE(b);
}
static int less_str(PyObject *a, PyObject *b) {
  return PyUnicode_Compare(a, b) < 0;
}

static void choose_comparison(Sorter *s, Py_ssize_t n) {
  int ints = 1, floats = 1, strings = 1;
  for (Py_ssize_t i = 0; i < n && (ints | floats | strings); i++) {
    PyObject *k = s->pairs[i].key;
    ints &= PyLong_CheckExact(k) && _PyLong_IsCompact(k);
    floats &= PyFloat_CheckExact(k);
    strings &= PyUnicode_CheckExact(k);
  }
  s->less = ints      ? less_int
            : floats  ? less_float
            : strings ? less_str
                      : less_general;
}

/* Sorts pairs[from..to) where pairs[from..sorted) already is. */
static int insertion_sort(Sorter *s, Py_ssize_t from, Py_ssize_t sorted,
                          Py_ssize_t to) {
  for (; sorted < to; sorted++) {
    Pair p = s->pairs[sorted];
    Py_ssize_t low = from, high = sorted;
    while (low < high) {
      Py_ssize_t middle = low + (high - low) / 2;
      int less = s->less(p.key, s->pairs[middle].key);
      if (less < 0)
        return -1;
      if (less)
        high = middle;
      else
        low = middle + 1;
    }
    memmove(s->pairs + low + 1, s->pairs + low,
            (size_t)(sorted - low) * sizeof p);
    s->pairs[low] = p;
  }
  return 0;
}

/* Merges the sorted [from..middle) and [middle..to). When a comparison fails,
 * the pairs are in some order, but all there. */
static int merge(Sorter *s, Py_ssize_t from, Py_ssize_t middle, Py_ssize_t to) {
  int less = s->less(s->pairs[middle].key, s->pairs[middle - 1].key);
  if (less <= 0)
    return less;
  Py_ssize_t n = middle - from, i = 0, j = middle, k = from;
  memcpy(s->scratch, s->pairs + from, (size_t)n * sizeof(Pair));
  while (i < n && j < to) {
    less = s->less(s->pairs[j].key, s->scratch[i].key);
    if (less < 0)
      break;
    s->pairs[k++] = less ? s->pairs[j++] : s->scratch[i++];
  }
  memcpy(s->pairs + k, s->scratch + i, (size_t)(n - i) * sizeof(Pair));
  return less < 0 ? -1 : 0;
}

static int merge_sort(Sorter *s, Py_ssize_t from, Py_ssize_t to) {
  if (to - from <= RUN)
    return insertion_sort(s, from, from + 1, to);
  Py_ssize_t middle = from + (to - from) / 2;
  if (merge_sort(s, from, middle) < 0 || merge_sort(s, middle, to) < 0)
    return -1;
  return merge(s, from, middle, to);
}

static void reverse(Pair *p, Py_ssize_t n) {
  for (Py_ssize_t i = 0, j = n - 1; i < j; i++, j--) {
    Pair t = p[i];
    p[i] = p[j];
    p[j] = t;
  }
}

/* All in order, or all in strictly reverse order? Then no sort is needed. */
static int already_sorted(Sorter *s, Py_ssize_t n) {
  Py_ssize_t i = 1;
  int less = s->less(s->pairs[1].key, s->pairs[0].key), falling = less;
  while (less >= 0 && less == falling && ++i < n)
    less = s->less(s->pairs[i].key, s->pairs[i - 1].key);
  if (less < 0)
    return -1;
  if (i < n)
    return 0;
  if (falling)
    reverse(s->pairs, n);
  return 1;
}

static int sort_pairs(Sorter *s, Py_ssize_t n, int backwards) {
  choose_comparison(s, n);
  if (backwards) /* stable in reverse: reverse, sort, reverse */
    reverse(s->pairs, n);
  int rc = already_sorted(s, n);
  if (rc == 0)
    rc = merge_sort(s, 0, n);
  if (backwards)
    reverse(s->pairs, n);
  return rc < 0 ? -1 : 0;
}

/* The keys of all items; on error those made so far are released. */
static int make_keys(Pair *pairs, PyObject **items, Py_ssize_t n,
                     PyObject *key) {
  for (Py_ssize_t i = 0; i < n; i++) {
    pairs[i].value = items[i];
    pairs[i].key = key ? PyObject_CallOneArg(key, items[i]) : items[i];
    if (pairs[i].key)
      continue;
    while (--i >= 0)
      Py_DECREF(pairs[i].key);
    return -1;
  }
  return 0;
}

static int sort_array(PyObject **items, Py_ssize_t n, PyObject *key,
                      int backwards) {
  if (n == 0)
    return 0;
  Sorter s = {NULL, malloc((size_t)n * sizeof(Pair)),
              malloc((size_t)(n / 2 + 1) * sizeof(Pair))};
  int rc = -1;
  if (!s.pairs || !s.scratch) {
    PyErr_NoMemory();
  } else if (make_keys(s.pairs, items, n, key) == 0) {
    rc = n > 1 ? sort_pairs(&s, n, backwards) : 0;
    for (Py_ssize_t i = 0; i < n; i++)
      items[i] = s.pairs[i].value;
    for (Py_ssize_t i = 0; key && i < n; i++)
      Py_DECREF(s.pairs[i].key);
  }
  free(s.pairs);
  free(s.scratch);
  return rc;
}

static int sort(PyObject *o, PyObject *key, int backwards) {
  PyListObject *l = (PyListObject *)o;
  PyObject **items = l->ob_item;
  Py_ssize_t n = l->ob_size, room = l->allocated;
  l->ob_item = NULL;
  l->ob_size = 0;
  l->allocated = -1; /* becomes visible when somebody uses the list */
  int rc = sort_array(items, n, key, backwards);
  if (l->allocated != -1 && rc == 0) {
    PyErr_SetString(PyExc_ValueError, "list modified during sort");
    rc = -1;
  }
  PyObject **others = l->ob_item;
  Py_ssize_t count = l->ob_size;
  l->ob_item = items;
  l->ob_size = n;
  l->allocated = room;
  while (--count >= 0)
    Py_XDECREF(others[count]);
  free(others);
  return rc;
}

int PyList_Sort(PyObject *o) { return sort(o, NULL, 0); }

PyObject *_PyList_SortMethod(PyObject *o, PyObject *const *args,
                             Py_ssize_t nargs, PyObject *kwnames) {
  PyObject *key = NULL, *backwards = Py_False;
  if (nargs) {
    PyErr_SetString(PyExc_TypeError, "sort() takes no positional arguments");
    return NULL;
  }
  for (Py_ssize_t i = 0; kwnames && i < PyTuple_GET_SIZE(kwnames); i++) {
    PyObject *name = PyTuple_GET_ITEM(kwnames, i);
    if (_PyUnicode_EqualToASCIIString(name, "key"))
      key = args[i] == Py_None ? NULL : args[i];
    else if (_PyUnicode_EqualToASCIIString(name, "reverse"))
      backwards = args[i];
    else
      return PyErr_Format(PyExc_TypeError,
                          "'%U' is an invalid keyword argument for sort()",
                          name);
  }
  int down = PyObject_IsTrue(backwards);
  if (down < 0 || sort(o, key, down) < 0)
    return NULL;
  Py_RETURN_NONE;
}
