/* "..." % args: the printf-like formatting of strs. */
#include <math.h>

#include "floattext.h"
#include "longdigits.h"
#include "names.h"
#include "strbuilder.h"
#include "unicodestorage.h"

typedef struct {
  PyObject *format, *args; /* args: a tuple or a single object */
  Py_ssize_t at;           /* in the format */
  Py_ssize_t next;         /* in args; -1: a single object, -2: it was used */
  PyStrBuilder out;
} Formatter;

typedef struct {
  int left, plus, blank, alternate, zero;
  Py_ssize_t width, precision; /* -1: not given */
  Py_UCS4 type;
} Conversion;

static Py_UCS4 peek(Formatter *f) {
  return f->at < PyUnicode_GET_LENGTH(f->format)
             ? PyUnicode_READ_CHAR(f->format, f->at)
             : 0;
}

static PyObject *next_argument(Formatter *f) { /* borrowed */
  if (f->next == -1) {
    f->next = -2;
    return f->args;
  }
  if (f->next >= 0 && f->next < PyTuple_GET_SIZE(f->args))
    return PyTuple_GET_ITEM(f->args, f->next++);
  PyErr_SetString(PyExc_TypeError, "not enough arguments for format string");
  return NULL;
}

/* A width or precision: digits or '*'. */
static int number(Formatter *f, Py_ssize_t *value) {
  if (peek(f) == '*') {
    f->at++;
    PyObject *o = next_argument(f);
    if (o && !PyLong_Check(o)) {
      PyErr_SetString(PyExc_TypeError, "* wants int");
      o = NULL;
    }
    *value = o ? PyLong_AsSsize_t(o) : -1;
    return o && !PyErr_Occurred() ? 0 : -1;
  }
  for (*value = 0; peek(f) >= '0' && peek(f) <= '9' && *value < 100000000;
       f->at++)
    *value = *value * 10 + (peek(f) - '0');
  return 0;
}

static int parse(Formatter *f, Conversion *c) {
  *c = (Conversion){.width = -1, .precision = -1};
  for (int more = 1; more; f->at += more)
    switch (peek(f)) {
    case '-':
      c->left = 1;
      break;
    case '+':
      c->plus = 1;
      break;
    case ' ':
      c->blank = 1;
      break;
    case '#':
      c->alternate = 1;
      break;
    case '0':
      c->zero = 1;
      break;
    default:
      more = 0;
    }
  if ((peek(f) == '*' || (peek(f) >= '1' && peek(f) <= '9')) &&
      number(f, &c->width) < 0)
    return -1;
  if (c->width < 0 && c->width != -1) {
    c->left = 1;
    c->width = -c->width;
  }
  if (peek(f) == '.') {
    f->at++;
    if (number(f, &c->precision) < 0)
      return -1;
  }
  while (peek(f) == 'l' || peek(f) == 'h' || peek(f) == 'L')
    f->at++;
  if (!(c->type = peek(f))) {
    PyErr_SetString(PyExc_ValueError, "incomplete format");
    return -1;
  }
  f->at++;
  return 0;
}

/* sign, prefix and digits, padded */
static void put(Formatter *f, Conversion *c, const char *prefix,
                const char *text, Py_ssize_t n) {
  Py_ssize_t length = (Py_ssize_t)strlen(prefix) + n;
  Py_ssize_t space = c->width > length ? c->width - length : 0;
  if (!c->left && !c->zero)
    PyStrBuilder_Fill(&f->out, ' ', space);
  PyStrBuilder_CString(&f->out, prefix);
  if (!c->left && c->zero)
    PyStrBuilder_Fill(&f->out, '0', space);
  PyStrBuilder_ASCII(&f->out, text, n);
  if (c->left)
    PyStrBuilder_Fill(&f->out, ' ', space);
}

static int put_str(Formatter *f, Conversion *c, PyObject *u) {
  Py_ssize_t n = PyUnicode_GET_LENGTH(u);
  if (c->precision >= 0 && c->precision < n)
    n = c->precision;
  Py_ssize_t space = c->width > n ? c->width - n : 0;
  PyStrBuilder_Fill(&f->out, ' ', c->left ? 0 : space);
  PyStrBuilder_Slice(&f->out, u, 0, n);
  return PyStrBuilder_Fill(&f->out, ' ', c->left ? space : 0);
}

static const char *sign(Conversion *c, int negative) {
  return negative ? "-" : c->plus ? "+" : c->blank ? " " : "";
}

static PyObject *as_int(PyObject *o, Py_UCS4 type) {
  int hex = type == 'x' || type == 'X' || type == 'o';
  PyObject *n =
      hex || !PyFloat_Check(o)
          ? (PyLong_Check(o) || PyIndex_Check(o) ? PyNumber_Index(o) : NULL)
          : PyNumber_Long(o);
  if (!n && !PyErr_Occurred())
    PyErr_Format(PyExc_TypeError,
                 hex ? "%%%c format: an integer is required, not %.200s"
                     : "%%%c format: a real number is required, not %.200s",
                 (int)type, _PyType_Name(Py_TYPE(o)));
  return n;
}

static int put_int(Formatter *f, Conversion *c, PyObject *o) {
  PyObject *n = as_int(o, c->type);
  if (!n)
    return -1;
  int base = c->type == 'o' ? 8 : c->type == 'x' || c->type == 'X' ? 16 : 10;
  PyObject *text = _PyLong_ToText(n, base, "");
  Py_DECREF(n);
  if (!text)
    return -1;
  const char *digits = PyUnicode_AsUTF8(text);
  int negative = *digits == '-';
  char prefix[4];
  snprintf(prefix, sizeof prefix, "%s%s", sign(c, negative),
           !c->alternate || base == 10 ? ""
           : base == 8                 ? "0o"
           : c->type == 'X'            ? "0X"
                                       : "0x");
  Py_ssize_t length = PyUnicode_GET_LENGTH(text) - negative;
  Py_ssize_t zeros = c->precision > length ? c->precision - length : 0;
  char *all = malloc((size_t)(zeros + length) + 1);
  if (all) {
    memset(all, '0', (size_t)zeros);
    memcpy(all + zeros, digits + negative, (size_t)length);
    for (Py_ssize_t i = 0; c->type == 'X' && i < zeros + length; i++)
      if (all[i] >= 'a')
        all[i] = (char)(all[i] - 32);
    put(f, c, prefix, all, zeros + length);
  } else {
    PyErr_NoMemory();
  }
  free(all);
  Py_DECREF(text);
  return all ? 0 : -1;
}

static int put_float(Formatter *f, Conversion *c, PyObject *o) {
  double v = PyFloat_AsDouble(o);
  if (v == -1.0 && PyErr_Occurred())
    return -1;
  char *text = _PyFloat_Printf(
      v, (char)c->type, c->precision < 0 ? 6 : (int)c->precision, c->alternate);
  if (!text) {
    PyErr_NoMemory();
    return -1;
  }
  int negative = *text == '-';
  if (!isfinite(v))
    c->zero = 0;
  put(f, c, sign(c, negative), text + negative,
      (Py_ssize_t)strlen(text) - negative);
  free(text);
  return 0;
}

static int put_char(Formatter *f, Conversion *c, PyObject *o) {
  PyObject *u;
  if (PyUnicode_Check(o) && PyUnicode_GET_LENGTH(o) == 1) {
    u = Py_NewRef(o);
  } else if (PyLong_Check(o)) {
    int overflow;
    long v = PyLong_AsLongAndOverflow(o, &overflow);
    if (overflow || v < 0 || v > 0x10ffff) {
      PyErr_SetString(PyExc_OverflowError, "%c arg not in range(0x110000)");
      return -1;
    }
    u = PyUnicode_FromOrdinal((int)v);
  } else {
    PyErr_SetString(PyExc_TypeError, "%c requires int or char");
    return -1;
  }
  c->precision = -1;
  int rc = u ? put_str(f, c, u) : -1;
  Py_XDECREF(u);
  return rc;
}

static int put_object(Formatter *f, Conversion *c, PyObject *o) {
  PyObject *u = c->type == 's'   ? PyObject_Str(o)
                : c->type == 'r' ? PyObject_Repr(o)
                                 : PyObject_ASCII(o);
  int rc = u ? put_str(f, c, u) : -1;
  Py_XDECREF(u);
  return rc;
}

static int convert(Formatter *f, Conversion *c, PyObject *o) {
  switch (c->type) {
  case 's':
  case 'r':
  case 'a':
    return put_object(f, c, o);
  case 'd':
  case 'i':
  case 'u':
  case 'x':
  case 'X':
  case 'o':
    return put_int(f, c, o);
  case 'e':
  case 'E':
  case 'f':
  case 'F':
  case 'g':
  case 'G':
    return put_float(f, c, o);
  case 'c':
    return put_char(f, c, o);
  default:
    PyErr_Format(PyExc_ValueError,
                 "unsupported format character '%c' (0x%x) at index %zd",
                 c->type < 127 ? (int)c->type : '?', (unsigned)c->type,
                 f->at - 1);
    return -1;
  }
}

/* %(name)s: the value, a new reference */
static PyObject *mapped_argument(Formatter *f, PyObject *mapping) {
  Py_ssize_t start = ++f->at, depth = 1;
  if (PyTuple_Check(mapping) || !PyMapping_Check(mapping) ||
      PyUnicode_Check(mapping)) {
    PyErr_SetString(PyExc_TypeError, "format requires a mapping");
    return NULL;
  }
  for (; depth > 0 && peek(f); f->at++)
    depth += peek(f) == '(' ? 1 : peek(f) == ')' ? -1 : 0;
  if (depth) {
    PyErr_SetString(PyExc_ValueError, "incomplete format key");
    return NULL;
  }
  PyObject *key = PyUnicode_Substring(f->format, start, f->at - 1);
  PyObject *value = key ? PyObject_GetItem(mapping, key) : NULL;
  Py_XDECREF(key);
  return value;
}

/* What follows a '%'. */
static int one(Formatter *f, PyObject *original) {
  PyObject *mapped = NULL;
  Conversion c;
  if (peek(f) == '%') {
    f->at++;
    return PyStrBuilder_Char(&f->out, '%');
  }
  if (peek(f) == '(') {
    if (!(mapped = mapped_argument(f, original)))
      return -1;
    f->next = -2;
  }
  int rc = parse(f, &c);
  if (rc == 0 && c.type == '%') {
    rc = PyStrBuilder_Char(&f->out, '%');
  } else if (rc == 0) {
    PyObject *o = mapped ? mapped : next_argument(f);
    rc = o ? convert(f, &c, o) : -1;
  }
  Py_XDECREF(mapped);
  return rc;
}

PyObject *PyUnicode_Format(PyObject *format, PyObject *args) {
  Formatter f = {
      .format = format, .args = args, .next = PyTuple_Check(args) ? 0 : -1};
  PyStrBuilder_Init(&f.out);
  Py_ssize_t n = PyUnicode_GET_LENGTH(format);
  while (f.at < n) {
    Py_ssize_t start = f.at;
    while (f.at < n && PyUnicode_READ_CHAR(format, f.at) != '%')
      f.at++;
    PyStrBuilder_Slice(&f.out, format, start, f.at);
    if (f.at++ < n && one(&f, args) < 0) {
      PyStrBuilder_Discard(&f.out);
      return NULL;
    }
  }
  int unused = f.next >= 0 ? f.next < PyTuple_GET_SIZE(args)
                           : f.next == -1 && (PyUnicode_Check(args) ||
                                              !PyMapping_Check(args));
  if (unused) {
    PyErr_SetString(PyExc_TypeError,
                    "not all arguments converted during string formatting");
    PyStrBuilder_Discard(&f.out);
    return NULL;
  }
  return PyStrBuilder_Finish(&f.out);
}
