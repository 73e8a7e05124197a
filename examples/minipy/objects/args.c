/* Taking the arguments of a C function apart. */
#include "names.h"

int _PyArg_NoKeywords(const char *name, PyObject *kwargs) {
  if (!kwargs || PyDict_GET_SIZE(kwargs) == 0)
    return 1;
  PyErr_Format(PyExc_TypeError, "%s() takes no keyword arguments", name);
  return 0;
}

int _PyArg_CheckPositional(const char *name, Py_ssize_t n, Py_ssize_t min,
                           Py_ssize_t max) {
  if (n >= min && n <= max)
    return 1;
  Py_ssize_t limit = n < min ? min : max;
  PyErr_Format(PyExc_TypeError, "%.200s expected %s%zd argument%s, got %zd",
               name,
               min == max ? ""
               : n < min  ? "at least "
                          : "at most ",
               limit, limit == 1 ? "" : "s", n);
  return 0;
}

void _PyArg_BadArgument(const char *function, const char *argument,
                        const char *expected, PyObject *got) {
  PyErr_Format(PyExc_TypeError, "%.200s() %.200s must be %.50s, not %.50s",
               function, argument, expected,
               got == Py_None ? "None" : _PyType_Name(Py_TYPE(got)));
}

int PyArg_UnpackTuple(PyObject *args, const char *name, Py_ssize_t min,
                      Py_ssize_t max, ...) {
  Py_ssize_t n = PyTuple_GET_SIZE(args);
  if (!_PyArg_CheckPositional(name, n, min, max))
    return 0;
  va_list ap;
  va_start(ap, max);
  for (Py_ssize_t i = 0; i < n; i++)
    *va_arg(ap, PyObject **) = PyTuple_GET_ITEM(args, i);
  va_end(ap);
  return 1;
}

/* ---- formats -------------------------------------------------------------*/
typedef struct {
  const char *name; /* of the function, or "function" */
  Py_ssize_t index; /* of the argument, from 1 */
} Where;

static int mismatch(Where w, const char *expected, PyObject *got) {
  PyErr_Format(
      PyExc_TypeError, "%.150s() argument %zd must be %.50s, not %.50s", w.name,
      w.index, expected, got == Py_None ? "None" : _PyType_Name(Py_TYPE(got)));
  return 0;
}

static int convert_char(PyObject *o, int *out, Where w) {
  if (!PyUnicode_Check(o))
    return mismatch(w, "a unicode character", o);
  if (PyUnicode_GET_LENGTH(o) != 1) {
    PyErr_Format(PyExc_TypeError,
                 "%.150s() argument %zd must be a unicode character, not a "
                 "string of length %zd",
                 w.name, w.index, PyUnicode_GET_LENGTH(o));
    return 0;
  }
  *out = (int)PyUnicode_READ_CHAR(o, 0);
  return 1;
}

static int convert_integer(char code, PyObject *o, void *out) {
  if (Py_IS_TYPE(o, &PyFloat_Type)) {
    PyErr_SetString(PyExc_TypeError,
                    "'float' object cannot be interpreted as an integer");
    return 0;
  }
  PyObject *n = PyNumber_Index(o);
  if (!n)
    return 0;
  long long v =
      code == 'n' ? (long long)PyLong_AsSsize_t(n) : PyLong_AsLongLong(n);
  Py_DECREF(n);
  if (v == -1 && PyErr_Occurred())
    return 0;
  if (code == 'i' && (v < INT32_MIN || v > INT32_MAX)) {
    PyErr_SetString(PyExc_OverflowError,
                    v > 0 ? "signed integer is greater than maximum"
                          : "signed integer is less than minimum");
    return 0;
  }
  if (code == 'i')
    *(int *)out = (int)v;
  else if (code == 'n')
    *(Py_ssize_t *)out = (Py_ssize_t)v;
  else if (code == 'l')
    *(long *)out = (long)v;
  else
    *(long long *)out = v;
  return 1;
}

/* One argument; o is NULL to only step over the outputs. */
static int convert(char code, PyObject *o, PyTypeObject *type, void *out,
                   Where w) {
  if (!o)
    return 1;
  switch (code) {
  case 'U':
    if (!PyUnicode_Check(o))
      return mismatch(w, "str", o);
    break;
  case 'S':
    if (!PyBytes_Check(o))
      return mismatch(w, "bytes", o);
    break;
  case '!':
    if (!PyObject_TypeCheck(o, type))
      return mismatch(w, _PyType_Name(type), o);
    break;
  case 'O':
    break;
  case 's':
    if (!PyUnicode_Check(o))
      return mismatch(w, "str", o);
    return (*(const char **)out = PyUnicode_AsUTF8(o)) != NULL;
  case 'd':
    *(double *)out = PyFloat_AsDouble(o);
    return !(*(double *)out == -1.0 && PyErr_Occurred());
  case 'p': {
    int truth = PyObject_IsTrue(o);
    *(int *)out = truth > 0;
    return truth >= 0;
  }
  case 'C':
    return convert_char(o, out, w);
  default:
    return convert_integer(code, o, out);
  }
  *(PyObject **)out = o;
  return 1;
}

typedef struct {
  Py_ssize_t required, positional, total;
  const char *name;
} Shape;

static Shape shape_of(const char *format) {
  Shape s = {-1, -1, 0, NULL};
  for (const char *f = format; *f; f++) {
    if (*f == ':') {
      s.name = f + 1;
      break;
    }
    if (*f == '|')
      s.required = s.total;
    else if (*f == '$')
      s.positional = s.total;
    else if (*f != '!')
      s.total++;
  }
  if (s.required < 0)
    s.required = s.total;
  if (s.positional < 0)
    s.positional = s.total;
  return s;
}

static int wrong_count(Shape s, Py_ssize_t n) {
  Py_ssize_t limit = n < s.required ? s.required : s.positional;
  PyErr_Format(PyExc_TypeError, "%.150s%s takes %s %zd argument%s (%zd given)",
               s.name ? s.name : "function", s.name ? "()" : "",
               s.required == s.positional ? "exactly"
               : n < s.required           ? "at least"
                                          : "at most",
               limit, limit == 1 ? "" : "s", n);
  return 0;
}

static int unknown_keyword(PyObject *kwargs, char **keywords, Shape s) {
  PyObject *key, *value;
  Py_ssize_t pos = 0;
  while (PyDict_Next(kwargs, &pos, &key, &value)) {
    int known = 0;
    for (char **k = keywords; *k && !known; k++)
      known = PyUnicode_Check(key) && _PyUnicode_EqualToASCIIString(key, *k);
    if (!known) {
      PyErr_Format(PyExc_TypeError,
                   "'%S' is an invalid keyword argument for %.200s%s", key,
                   s.name ? s.name : "this function", s.name ? "()" : "");
      return 1;
    }
  }
  return 0;
}

/* The i-th argument, by position or by keyword (counted in *used), or NULL. */
static PyObject *pick(PyObject *args, PyObject *kwargs, char **keywords,
                      Py_ssize_t i, Shape s, Py_ssize_t *used) {
  PyObject *by_name = NULL;
  if (kwargs && keywords && keywords[i][0])
    by_name = PyDict_GetItemString(kwargs, keywords[i]);
  if (by_name)
    ++*used;
  if (i >= PyTuple_GET_SIZE(args))
    return by_name;
  if (by_name)
    PyErr_Format(PyExc_TypeError,
                 "argument for %.200s%s given by name ('%s') and position "
                 "(%zd)",
                 s.name ? s.name : "function", s.name ? "()" : "", keywords[i],
                 i + 1);
  return PyTuple_GET_ITEM(args, i);
}

static int parse(PyObject *args, PyObject *kwargs, const char *format,
                 char **keywords, va_list ap) {
  Shape s = shape_of(format);
  Py_ssize_t n = PyTuple_GET_SIZE(args), used = 0, i = 0;
  if (kwargs && PyDict_GET_SIZE(kwargs) == 0)
    kwargs = NULL;
  if (n > s.positional || (!keywords && n < s.required))
    return wrong_count(s, n + (kwargs ? PyDict_GET_SIZE(kwargs) : 0));
  for (const char *f = format; *f && *f != ':'; f++) {
    if (*f == '|' || *f == '$' || *f == '!')
      continue;
    char code = f[0] == 'O' && f[1] == '!' ? '!' : f[0];
    PyTypeObject *type = code == '!' ? va_arg(ap, PyTypeObject *) : NULL;
    void *out = va_arg(ap, void *);
    PyObject *o = pick(args, kwargs, keywords, i, s, &used);
    if (PyErr_Occurred())
      return 0;
    i++;
    if (!o && i <= s.required) {
      PyErr_Format(
          PyExc_TypeError, "%.200s%s missing required argument '%s' (pos %zd)",
          s.name ? s.name : "function", s.name ? "()" : "", keywords[i - 1], i);
      return 0;
    }
    if (!convert(code, o, type, out, (Where){s.name ? s.name : "function", i}))
      return 0;
  }
  if (kwargs && used < PyDict_GET_SIZE(kwargs))
    return !unknown_keyword(kwargs, keywords, s);
  return 1;
}

int PyArg_ParseTuple(PyObject *args, const char *format, ...) {
  va_list ap;
  va_start(ap, format);
  int ok = parse(args, NULL, format, NULL, ap);
  va_end(ap);
  return ok;
}

int PyArg_ParseTupleAndKeywords(PyObject *args, PyObject *kwargs,
                                const char *format, char **keywords, ...) {
  va_list ap;
  va_start(ap, keywords);
  int ok = parse(args, kwargs, format, keywords, ap);
  va_end(ap);
  return ok;
}
