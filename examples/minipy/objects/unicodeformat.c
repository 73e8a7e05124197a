/* "...".format(...): replacement fields {name.attribute[index]!r:spec}. */
#include "names.h"
#include "strbuilder.h"
#include "unicodestorage.h"

typedef struct {
  PyObject *args, *kwargs; /* kwargs: any mapping, or NULL */
  Py_ssize_t automatic;    /* the next number of {}; -1: numbers are given */
} Fields;

static PyObject *format_text(PyObject *u, Fields *f, int depth);

static PyObject *value_error(const char *text) {
  PyErr_SetString(PyExc_ValueError, text);
  return NULL;
}

/* The number in u[i:j), or -1 when it is no number. */
static Py_ssize_t as_number(PyObject *u, Py_ssize_t i, Py_ssize_t j) {
  Py_ssize_t v = 0;
  if (i == j)
    return -1;
  for (; i < j; i++) {
    Py_UCS4 c = PyUnicode_READ_CHAR(u, i);
    if (c < '0' || c > '9' || v > 100000000)
      return -1;
    v = v * 10 + (c - '0');
  }
  return v;
}

static PyObject *positional(Fields *f, Py_ssize_t i) {
  if (!f->args)
    return value_error("Format string contains positional fields");
  if (i < PyTuple_GET_SIZE(f->args))
    return Py_NewRef(PyTuple_GET_ITEM(f->args, i));
  return PyErr_Format(PyExc_IndexError,
                      "Replacement index %zd out of range for positional args "
                      "tuple",
                      i);
}

static PyObject *first_value(PyObject *u, Py_ssize_t i, Py_ssize_t j,
                             Fields *f) {
  if (i == j) {
    if (f->automatic < 0)
      return value_error("cannot switch from manual field specification to "
                         "automatic field numbering");
    return positional(f, f->automatic++);
  }
  Py_ssize_t number = as_number(u, i, j);
  if (number >= 0) {
    if (f->automatic > 0)
      return value_error("cannot switch from automatic field numbering to "
                         "manual field specification");
    f->automatic = -1;
    return positional(f, number);
  }
  PyObject *key = PyUnicode_Substring(u, i, j), *v = NULL;
  if (key && f->kwargs)
    v = PyObject_GetItem(f->kwargs, key);
  else if (key)
    _PyErr_SetKeyError(key);
  Py_XDECREF(key);
  return v;
}

/* The parts of a field name behind the first: .name and [index]. */
static PyObject *follow(PyObject *v, PyObject *u, Py_ssize_t i, Py_ssize_t j) {
  while (v && i < j) {
    Py_ssize_t start = i + 1, stop = start;
    PyObject *next = NULL, *key = NULL;
    if (PyUnicode_READ_CHAR(u, i) == '.') {
      while (stop < j && PyUnicode_READ_CHAR(u, stop) != '.' &&
             PyUnicode_READ_CHAR(u, stop) != '[')
        stop++;
      i = stop;
      if (stop == start)
        value_error("Empty attribute in format string");
      else if ((key = PyUnicode_Substring(u, start, stop)))
        next = PyObject_GetAttr(v, key);
    } else if (PyUnicode_READ_CHAR(u, i) == '[') {
      while (stop < j && PyUnicode_READ_CHAR(u, stop) != ']')
        stop++;
      i = stop + 1;
      Py_ssize_t number = as_number(u, start, stop);
      if (stop == j)
        value_error("Missing ']' in format string");
      else if (stop == start)
        value_error("Empty attribute in format string");
      else if ((key = number >= 0 ? PyLong_FromSsize_t(number)
                                  : PyUnicode_Substring(u, start, stop)))
        next = PyObject_GetItem(v, key);
    } else {
      value_error("Only '.' or '[' may follow ']' in format field specifier");
    }
    Py_XDECREF(key);
    Py_SETREF(v, next);
  }
  return v;
}

static PyObject *field_value(PyObject *u, Py_ssize_t i, Py_ssize_t j,
                             Fields *f) {
  Py_ssize_t k = i;
  while (k < j && PyUnicode_READ_CHAR(u, k) != '.' &&
         PyUnicode_READ_CHAR(u, k) != '[')
    k++;
  return follow(first_value(u, i, k, f), u, k, j);
}

static PyObject *convert(PyObject *v, Py_UCS4 how) {
  PyObject *r = how == 'r'   ? PyObject_Repr(v)
                : how == 's' ? PyObject_Str(v)
                : how == 'a' ? PyObject_ASCII(v)
                             : NULL;
  if (!r && !PyErr_Occurred())
    PyErr_Format(PyExc_ValueError, "Unknown conversion specifier %c",
                 how < 127 ? (int)how : '?');
  Py_DECREF(v);
  return r;
}

/* The field u[i:j) between braces. */
static PyObject *field(PyObject *u, Py_ssize_t i, Py_ssize_t j, Fields *f,
                       int depth) {
  Py_ssize_t k = i, bracket = 0;
  for (; k < j; k++) {
    Py_UCS4 c = PyUnicode_READ_CHAR(u, k);
    bracket = c == '[' ? 1 : c == ']' ? 0 : bracket;
    if (!bracket && (c == '!' || c == ':'))
      break;
  }
  PyObject *v = field_value(u, i, k, f);
  if (v && k < j && PyUnicode_READ_CHAR(u, k) == '!') {
    if (k + 1 >= j || (k + 2 < j && PyUnicode_READ_CHAR(u, k + 2) != ':')) {
      Py_DECREF(v);
      return value_error(k + 1 >= j
                             ? "end of string while looking for "
                               "conversion specifier"
                             : "expected ':' after conversion specifier");
    }
    v = convert(v, PyUnicode_READ_CHAR(u, k + 1));
    k += 2;
  }
  if (!v)
    return NULL;
  PyObject *raw = PyUnicode_Substring(u, k < j ? k + 1 : j, j);
  PyObject *spec = raw ? format_text(raw, f, depth - 1) : NULL;
  PyObject *r = spec ? PyObject_Format(v, spec) : NULL;
  Py_XDECREF(raw);
  Py_XDECREF(spec);
  Py_DECREF(v);
  return r;
}

/* The index of the brace that closes the field beginning at i, or -1. Within
 * the brackets of a field's name braces do not count. */
static Py_ssize_t closing(PyObject *u, Py_ssize_t i) {
  int depth = 1, name = 1, bracket = 0;
  for (; i < PyUnicode_GET_LENGTH(u); i++) {
    Py_UCS4 c = PyUnicode_READ_CHAR(u, i);
    name = name && c != ':' && c != '!';
    bracket = name && (c == '[' || (bracket && c != ']'));
    if (bracket)
      continue;
    depth += c == '{' ? 1 : c == '}' ? -1 : 0;
    if (depth == 0)
      return i;
  }
  return -1;
}

static PyObject *format_text(PyObject *u, Fields *f, int depth) {
  Py_ssize_t n = PyUnicode_GET_LENGTH(u);
  PyStrBuilder b;
  PyStrBuilder_Init(&b);
  if (depth < 0)
    return value_error("Max string recursion exceeded");
  for (Py_ssize_t i = 0; i < n && !b.failed;) {
    Py_UCS4 c = PyUnicode_READ_CHAR(u, i++);
    if (c != '{' && c != '}') {
      PyStrBuilder_Char(&b, c);
    } else if (i < n && PyUnicode_READ_CHAR(u, i) == c) {
      PyStrBuilder_Char(&b, c);
      i++;
    } else if (c == '}' || i == n) {
      value_error(c == '}' ? "Single '}' encountered in format string"
                           : "Single '{' encountered in format string");
      b.failed = 1;
    } else {
      Py_ssize_t stop = closing(u, i);
      PyObject *text = stop < 0
                           ? value_error("expected '}' before end of string")
                           : field(u, i, stop, f, depth);
      if (!text)
        b.failed = 1;
      else
        PyStrBuilder_Str(&b, text);
      Py_XDECREF(text);
      i = stop + 1;
    }
  }
  return PyStrBuilder_Finish(&b);
}

PyObject *_PyUnicode_FormatMethod(PyObject *self, PyObject *args,
                                  PyObject *kwargs) {
  Fields f = {args, kwargs, 0};
  return format_text(self, &f, 2);
}

PyObject *_PyUnicode_FormatMapMethod(PyObject *self, PyObject *mapping) {
  Fields f = {NULL, mapping, 0};
  return format_text(self, &f, 2);
}
