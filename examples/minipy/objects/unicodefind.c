/* Searching in strs: find, count, replace, split. */
#include "names.h"
#include "strbuilder.h"
#include "unicodestorage.h"

void _PyUnicode_ClipRange(Py_ssize_t n, Py_ssize_t *start, Py_ssize_t *stop) {
  if (*stop > n)
    *stop = n;
  else if (*stop < 0)
    *stop = *stop + n < 0 ? 0 : *stop + n;
  if (*start < 0)
    *start = *start + n < 0 ? 0 : *start + n;
}

/* Does sub lie at u[i]? There is room for it. */
static int matches(PyObject *u, Py_ssize_t i, PyObject *sub) {
  Py_ssize_t m = PyUnicode_GET_LENGTH(sub);
  int kind = PyUnicode_KIND(u);
  if (kind == PyUnicode_KIND(sub))
    return memcmp((char *)PyUnicode_DATA(u) + i * kind, PyUnicode_DATA(sub),
                  (size_t)(m * kind)) == 0;
  for (Py_ssize_t k = 0; k < m; k++)
    if (PyUnicode_READ_CHAR(u, i + k) != PyUnicode_READ_CHAR(sub, k))
      return 0;
  return 1;
}

Py_ssize_t PyUnicode_Find(PyObject *u, PyObject *sub, Py_ssize_t start,
                          Py_ssize_t stop, int direction) {
  Py_ssize_t m = PyUnicode_GET_LENGTH(sub);
  _PyUnicode_ClipRange(PyUnicode_GET_LENGTH(u), &start, &stop);
  if (stop - start < m || PyUnicode_KIND(sub) > PyUnicode_KIND(u))
    return -1;
  if (m == 0)
    return direction > 0 ? start : stop;
  Py_UCS4 first = PyUnicode_READ_CHAR(sub, 0);
  int kind = PyUnicode_KIND(u);
  const void *data = PyUnicode_DATA(u);
  if (direction > 0) {
    for (Py_ssize_t i = start; i <= stop - m; i++)
      if (PyUnicode_READ(kind, data, i) == first && matches(u, i, sub))
        return i;
  } else {
    for (Py_ssize_t i = stop - m; i >= start; i--)
      if (PyUnicode_READ(kind, data, i) == first && matches(u, i, sub))
        return i;
  }
  return -1;
}

int PyUnicode_Contains(PyObject *u, PyObject *sub) {
  if (!PyUnicode_Check(sub)) {
    PyErr_Format(PyExc_TypeError,
                 "'in <string>' requires string as left operand, not %.100s",
                 _PyType_Name(Py_TYPE(sub)));
    return -1;
  }
  return PyUnicode_Find(u, sub, 0, PY_SSIZE_T_MAX, 1) >= 0;
}

PyObject *PyUnicode_Replace(PyObject *u, PyObject *from, PyObject *to,
                            Py_ssize_t maxcount) {
  Py_ssize_t n = PyUnicode_GET_LENGTH(u), m = PyUnicode_GET_LENGTH(from);
  PyStrBuilder b;
  PyStrBuilder_Init(&b);
  Py_ssize_t at = 0, count = 0;
  while (maxcount < 0 || count < maxcount) {
    Py_ssize_t i = PyUnicode_Find(u, from, at, PY_SSIZE_T_MAX, 1);
    if (m == 0) /* between all characters */
      i = count == 0 ? 0 : at < n ? at + 1 : -1;
    if (i < 0)
      break;
    PyStrBuilder_Slice(&b, u, at, i);
    PyStrBuilder_Str(&b, to);
    at = i + m;
    count++;
  }
  if (count == 0 && PyUnicode_CheckExact(u)) {
    PyStrBuilder_Discard(&b);
    return Py_NewRef(u);
  }
  PyStrBuilder_Slice(&b, u, at, n);
  return PyStrBuilder_Finish(&b);
}

/* ---- splitting -----------------------------------------------------------*/
int _PyChar_IsSpace(Py_UCS4 c);

static int append_part(PyObject *list, PyObject *u, Py_ssize_t i,
                       Py_ssize_t j) {
  PyObject *part = PyUnicode_Substring(u, i, j);
  return part ? _PyList_AppendTakeRef(list, part) : -1;
}

static int split_spaces(PyObject *list, PyObject *u, Py_ssize_t max) {
  Py_ssize_t n = PyUnicode_GET_LENGTH(u), i = 0;
  for (;;) {
    while (i < n && _PyChar_IsSpace(PyUnicode_READ_CHAR(u, i)))
      i++;
    if (i == n)
      return 0;
    Py_ssize_t start = i;
    if (max-- == 0) /* the rest, with its trailing spaces */
      return append_part(list, u, start, n);
    while (i < n && !_PyChar_IsSpace(PyUnicode_READ_CHAR(u, i)))
      i++;
    if (append_part(list, u, start, i) < 0)
      return -1;
  }
}

static int rsplit_spaces(PyObject *list, PyObject *u, Py_ssize_t max) {
  Py_ssize_t i = PyUnicode_GET_LENGTH(u);
  for (;;) {
    while (i > 0 && _PyChar_IsSpace(PyUnicode_READ_CHAR(u, i - 1)))
      i--;
    if (i == 0)
      return 0;
    Py_ssize_t stop = i;
    if (max-- == 0)
      return append_part(list, u, 0, stop);
    while (i > 0 && !_PyChar_IsSpace(PyUnicode_READ_CHAR(u, i - 1)))
      i--;
    if (append_part(list, u, i, stop) < 0)
      return -1;
  }
}

static int split_at(PyObject *list, PyObject *u, PyObject *sep,
                    Py_ssize_t max) {
  Py_ssize_t at = 0, m = PyUnicode_GET_LENGTH(sep);
  while (max-- != 0) {
    Py_ssize_t i = PyUnicode_Find(u, sep, at, PY_SSIZE_T_MAX, 1);
    if (i < 0)
      break;
    if (append_part(list, u, at, i) < 0)
      return -1;
    at = i + m;
  }
  return append_part(list, u, at, PyUnicode_GET_LENGTH(u));
}

static int rsplit_at(PyObject *list, PyObject *u, PyObject *sep,
                     Py_ssize_t max) {
  Py_ssize_t stop = PyUnicode_GET_LENGTH(u), m = PyUnicode_GET_LENGTH(sep);
  while (max-- != 0) {
    Py_ssize_t i = PyUnicode_Find(u, sep, 0, stop, -1);
    if (i < 0)
      break;
    if (append_part(list, u, i + m, stop) < 0)
      return -1;
    stop = i;
  }
  return append_part(list, u, 0, stop);
}

static PyObject *split(PyObject *u, PyObject *sep, Py_ssize_t max,
                       int backwards) {
  if (sep && !PyUnicode_Check(sep))
    return PyErr_Format(PyExc_TypeError, "must be str or None, not %.100s",
                        _PyType_Name(Py_TYPE(sep)));
  if (sep && PyUnicode_GET_LENGTH(sep) == 0) {
    PyErr_SetString(PyExc_ValueError, "empty separator");
    return NULL;
  }
  PyObject *list = PyList_New(0);
  if (!list)
    return NULL;
  int rc =
      backwards
          ? (sep ? rsplit_at(list, u, sep, max) : rsplit_spaces(list, u, max))
          : (sep ? split_at(list, u, sep, max) : split_spaces(list, u, max));
  if (rc < 0)
    Py_CLEAR(list);
  else if (backwards)
    PyList_Reverse(list);
  return list;
}

PyObject *PyUnicode_Split(PyObject *u, PyObject *sep, Py_ssize_t max) {
  return split(u, sep, max, 0);
}
PyObject *_PyUnicode_RSplit(PyObject *u, PyObject *sep, Py_ssize_t max) {
  return split(u, sep, max, 1);
}
