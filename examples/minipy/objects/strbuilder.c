/* Building a str of unknown length and width.
 *
 * The buffer begins with one byte per character. The first character that does
 * not fit widens everything so far, which happens at most twice. Finish copies
 * the result into an object of exactly the right size. */
#include "strbuilder.h"

void PyStrBuilder_Init(PyStrBuilder *b) {
  memset(b, 0, sizeof *b);
  b->kind = 1;
}

void PyStrBuilder_Discard(PyStrBuilder *b) {
  free(b->data);
  b->data = NULL;
}

static int fail(PyStrBuilder *b) {
  if (!b->failed)
    PyErr_NoMemory();
  b->failed = 1;
  return -1;
}

/* Room for n more characters of the given width. */
static int reserve(PyStrBuilder *b, Py_ssize_t n, int kind) {
  if (b->failed)
    return -1;
  if (b->kind >= kind && b->length + n <= b->room)
    return 0;
  Py_ssize_t room = b->room;
  if (b->length + n > room)
    room = b->length + n + (b->length >> 1) + 16;
  if (kind <= b->kind) {
    void *data = realloc(b->data, (size_t)room * (size_t)b->kind);
    if (!data)
      return fail(b);
    b->data = data;
  } else {
    void *data = malloc((size_t)room * (size_t)kind);
    if (!data)
      return fail(b);
    for (Py_ssize_t i = 0; i < b->length; i++)
      PyUnicode_WRITE(kind, data, i, PyUnicode_READ(b->kind, b->data, i));
    free(b->data);
    b->data = data;
    b->kind = kind;
  }
  b->room = room;
  return 0;
}

static int width(Py_UCS4 c) { return c < 0x100 ? 1 : c < 0x10000 ? 2 : 4; }

int PyStrBuilder_Char(PyStrBuilder *b, Py_UCS4 c) {
  if (reserve(b, 1, width(c)) < 0)
    return -1;
  PyUnicode_WRITE(b->kind, b->data, b->length++, c);
  b->all |= c;
  return 0;
}

int PyStrBuilder_Fill(PyStrBuilder *b, Py_UCS4 c, Py_ssize_t n) {
  if (n <= 0)
    return b->failed ? -1 : 0;
  if (reserve(b, n, width(c)) < 0)
    return -1;
  for (Py_ssize_t i = 0; i < n; i++)
    PyUnicode_WRITE(b->kind, b->data, b->length++, c);
  b->all |= c;
  return 0;
}

int PyStrBuilder_ASCII(PyStrBuilder *b, const char *s, Py_ssize_t n) {
  if (reserve(b, n, 1) < 0)
    return -1;
  if (b->kind == 1 && n > 0)
    memcpy((char *)b->data + b->length, s, (size_t)n);
  else
    for (Py_ssize_t i = 0; i < n; i++)
      PyUnicode_WRITE(b->kind, b->data, b->length + i, (unsigned char)s[i]);
  b->length += n;
  return 0;
}

int PyStrBuilder_CString(PyStrBuilder *b, const char *s) {
  return PyStrBuilder_ASCII(b, s, (Py_ssize_t)strlen(s));
}

int PyStrBuilder_UTF8(PyStrBuilder *b, const char *s, Py_ssize_t n) {
  Py_ssize_t i = 0;
  while (i < n && (unsigned char)s[i] < 0x80)
    i++;
  if (i == n)
    return PyStrBuilder_ASCII(b, s, n);
  PyObject *u = PyUnicode_DecodeUTF8(s, n, "replace");
  int rc = u ? PyStrBuilder_Str(b, u) : (b->failed = 1, -1);
  Py_XDECREF(u);
  return rc;
}

int PyStrBuilder_Slice(PyStrBuilder *b, PyObject *u, Py_ssize_t i,
                       Py_ssize_t j) {
  int kind = PyUnicode_KIND(u);
  const char *data = PyUnicode_DATA(u);
  if (i >= j)
    return b->failed ? -1 : 0;
  if (reserve(b, j - i, kind) < 0)
    return -1;
  if (kind == b->kind)
    memcpy((char *)b->data + b->length * kind, data + i * kind,
           (size_t)((j - i) * kind));
  else
    for (Py_ssize_t k = i; k < j; k++)
      PyUnicode_WRITE(b->kind, b->data, b->length + k - i,
                      PyUnicode_READ(kind, data, k));
  b->length += j - i;
  if (!PyUnicode_IS_ASCII(u)) /* a slice may need less: look at each */
    for (Py_ssize_t k = i; k < j; k++)
      b->all |= PyUnicode_READ(kind, data, k);
  return 0;
}

int PyStrBuilder_Str(PyStrBuilder *b, PyObject *u) {
  return PyStrBuilder_Slice(b, u, 0, PyUnicode_GET_LENGTH(u));
}

int PyStrBuilder_Repr(PyStrBuilder *b, PyObject *o) {
  PyObject *r = b->failed ? NULL : PyObject_Repr(o);
  if (!r) {
    b->failed = 1;
    return -1;
  }
  int rc = PyStrBuilder_Str(b, r);
  Py_DECREF(r);
  return rc;
}

PyObject *PyStrBuilder_Finish(PyStrBuilder *b) {
  PyObject *u = NULL;
  if (!b->failed)
    u = b->all < 0x80 && b->kind == 1 ? PyUnicode_New(b->length, 0x7f) : NULL;
  if (u) {
    if (b->length)
      memcpy(PyUnicode_DATA(u), b->data, (size_t)b->length);
  } else if (!b->failed && !PyErr_Occurred()) {
    u = PyUnicode_FromKindAndData(b->kind, b->data, b->length);
  }
  PyStrBuilder_Discard(b);
  return u;
}
