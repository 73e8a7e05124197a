/* The methods of list, and its repr. */
#include "liststorage.h"
#include "names.h"
#include "strbuilder.h"

PyObject *_PyList_Repr(PyObject *o) {
  int inside = Py_ReprEnter(o);
  if (inside)
    return inside < 0 ? NULL : PyUnicode_FromString("[...]");
  PyStrBuilder b;
  PyStrBuilder_Init(&b);
  PyStrBuilder_Char(&b, '[');
  for (Py_ssize_t i = 0; i < SIZE(o) && !b.failed; i++) {
    PyObject *item = Py_NewRef(ITEMS(o)[i]);
    if (i)
      PyStrBuilder_CString(&b, ", ");
    PyStrBuilder_Repr(&b, item);
    Py_DECREF(item);
  }
  PyStrBuilder_Char(&b, ']');
  Py_ReprLeave(o);
  return PyStrBuilder_Finish(&b);
}

static PyObject *list_append(PyObject *o, PyObject *v) {
  return PyList_Append(o, v) < 0 ? NULL : Py_NewRef(Py_None);
}

static PyObject *list_insert(PyObject *o, PyObject *const *args,
                             Py_ssize_t nargs) {
  if (!_PyArg_CheckPositional("insert", nargs, 2, 2))
    return NULL;
  Py_ssize_t i = PyNumber_AsSsize_t(args[0], NULL);
  if (i == -1 && PyErr_Occurred())
    return NULL;
  return PyList_Insert(o, i, args[1]) < 0 ? NULL : Py_NewRef(Py_None);
}

static PyObject *list_pop(PyObject *o, PyObject *const *args,
                          Py_ssize_t nargs) {
  Py_ssize_t i = -1, n = SIZE(o);
  if (!_PyArg_CheckPositional("pop", nargs, 0, 1))
    return NULL;
  if (nargs && (i = PyNumber_AsSsize_t(args[0], PyExc_IndexError)) == -1 &&
      PyErr_Occurred())
    return NULL;
  if (n == 0) {
    PyErr_SetString(PyExc_IndexError, "pop from empty list");
    return NULL;
  }
  i = i < 0 ? i + n : i;
  if (i < 0 || i >= n) {
    PyErr_SetString(PyExc_IndexError, "pop index out of range");
    return NULL;
  }
  PyObject **items = ITEMS(o), *v = items[i];
  memmove(items + i, items + i + 1, (size_t)(n - i - 1) * sizeof *items);
  _PyList_Resize(o, n - 1); /* shrinking: when it fails, all is still well */
  return v;
}

/* The index of v in o[start:stop], -1: absent, -2: error. */
static Py_ssize_t find(PyObject *o, PyObject *v, Py_ssize_t start,
                       Py_ssize_t stop) {
  for (Py_ssize_t i = start; i < stop && i < SIZE(o); i++) {
    PyObject *item = Py_NewRef(ITEMS(o)[i]);
    int equal = PyObject_RichCompareBool(item, v, Py_EQ);
    Py_DECREF(item);
    if (equal)
      return equal < 0 ? -2 : i;
  }
  return -1;
}

static PyObject *list_remove(PyObject *o, PyObject *v) {
  Py_ssize_t i = find(o, v, 0, PY_SSIZE_T_MAX);
  if (i >= 0)
    return PyList_SetSlice(o, i, i + 1, NULL) < 0 ? NULL : Py_NewRef(Py_None);
  if (i == -1)
    PyErr_SetString(PyExc_ValueError, "list.remove(x): x not in list");
  return NULL;
}

static PyObject *list_index(PyObject *o, PyObject *const *args,
                            Py_ssize_t nargs) {
  Py_ssize_t n = SIZE(o), start = 0, stop = PY_SSIZE_T_MAX;
  if (!_PyArg_CheckPositional("index", nargs, 1, 3))
    return NULL;
  if (nargs > 1)
    start = PyNumber_AsSsize_t(args[1], NULL);
  if (nargs > 2)
    stop = PyNumber_AsSsize_t(args[2], NULL);
  if (PyErr_Occurred())
    return NULL;
  start = start < 0 ? (start + n < 0 ? 0 : start + n) : start;
  stop = stop < 0 ? stop + n : stop;
  Py_ssize_t i = find(o, args[0], start, stop);
  if (i == -1)
    PyErr_Format(PyExc_ValueError, "%R is not in list", args[0]);
  return i < 0 ? NULL : PyLong_FromSsize_t(i);
}

static PyObject *list_count(PyObject *o, PyObject *v) {
  Py_ssize_t count = 0, i = 0;
  while ((i = find(o, v, i, PY_SSIZE_T_MAX)) >= 0) {
    count++;
    i++;
  }
  return i == -2 ? NULL : PyLong_FromSsize_t(count);
}

static PyObject *list_reverse(PyObject *o, PyObject *unused) {
  (void)unused;
  PyList_Reverse(o);
  Py_RETURN_NONE;
}
static PyObject *list_clear(PyObject *o, PyObject *unused) {
  (void)unused;
  _PyList_Clear(o);
  Py_RETURN_NONE;
}
static PyObject *list_copy(PyObject *o, PyObject *unused) {
  (void)unused;
  return PyList_GetSlice(o, 0, SIZE(o));
}

PyObject *_Py_GenericAliasOf(PyObject *cls, PyObject *item);

PyMethodDef _PyList_Methods[] = {
    {"append", list_append, METH_O, NULL},
    {"extend", _PyList_Extend, METH_O, NULL},
    {"insert", _PyCFunction_CAST(list_insert), METH_FASTCALL, NULL},
    {"pop", _PyCFunction_CAST(list_pop), METH_FASTCALL, NULL},
    {"remove", list_remove, METH_O, NULL},
    {"index", _PyCFunction_CAST(list_index), METH_FASTCALL, NULL},
    {"count", list_count, METH_O, NULL},
    {"reverse", list_reverse, METH_NOARGS, NULL},
    {"sort", _PyCFunction_CAST(_PyList_SortMethod),
     METH_FASTCALL | METH_KEYWORDS, NULL},
    {"clear", list_clear, METH_NOARGS, NULL},
    {"copy", list_copy, METH_NOARGS, NULL},
    {"__reversed__", _PyList_Reversed, METH_NOARGS, NULL},
    {"__class_getitem__", _Py_GenericAliasOf, METH_O | METH_CLASS, NULL},
    {NULL, NULL, 0, NULL}};
