/* The methods of str. */
#include "names.h"
#include "strbuilder.h"
#include "unicodechars.h"
#include "unicodestorage.h"

#define LEN(o) PyUnicode_GET_LENGTH(o)
#define AT(o, i) PyUnicode_READ_CHAR(o, i)

static int want_str(const char *function, PyObject *o) {
  if (PyUnicode_Check(o))
    return 1;
  _PyArg_BadArgument(function, "argument", "str", o);
  return 0;
}

/* ---- case ----------------------------------------------------------------*/
static void put_upper(PyStrBuilder *b, Py_UCS4 c) {
  if (c == 0xdf) /* the one letter here that becomes two */
    PyStrBuilder_CString(b, "SS");
  else
    PyStrBuilder_Char(b, _PyChar_Upper(c));
}

static PyObject *ascii_case(PyObject *o, int upper) {
  Py_ssize_t n = LEN(o);
  PyObject *r = PyUnicode_New(n, 127);
  const unsigned char *from = PyUnicode_DATA(o);
  unsigned char *to = r ? PyUnicode_DATA(r) : NULL;
  for (Py_ssize_t i = 0; r && i < n; i++) {
    unsigned char c = from[i];
    if (upper ? c >= 'a' && c <= 'z' : c >= 'A' && c <= 'Z')
      c ^= 32;
    to[i] = c;
  }
  return r;
}

static PyObject *str_upper(PyObject *o, PyObject *unused) {
  (void)unused;
  if (PyUnicode_IS_ASCII(o))
    return ascii_case(o, 1);
  PyStrBuilder b;
  PyStrBuilder_Init(&b);
  for (Py_ssize_t i = 0; i < LEN(o); i++)
    put_upper(&b, AT(o, i));
  return PyStrBuilder_Finish(&b);
}
static PyObject *str_lower(PyObject *o, PyObject *unused) {
  (void)unused;
  if (PyUnicode_IS_ASCII(o))
    return ascii_case(o, 0);
  PyStrBuilder b;
  PyStrBuilder_Init(&b);
  for (Py_ssize_t i = 0; i < LEN(o); i++)
    PyStrBuilder_Char(&b, _PyChar_Lower(AT(o, i)));
  return PyStrBuilder_Finish(&b);
}
static PyObject *str_casefold(PyObject *o, PyObject *unused) {
  (void)unused;
  PyStrBuilder b;
  PyStrBuilder_Init(&b);
  for (Py_ssize_t i = 0; i < LEN(o); i++)
    if (AT(o, i) == 0xdf)
      PyStrBuilder_CString(&b, "ss");
    else
      PyStrBuilder_Char(&b, _PyChar_Lower(AT(o, i)));
  return PyStrBuilder_Finish(&b);
}
static PyObject *str_swapcase(PyObject *o, PyObject *unused) {
  (void)unused;
  PyStrBuilder b;
  PyStrBuilder_Init(&b);
  for (Py_ssize_t i = 0; i < LEN(o); i++)
    if (_PyChar_IsUpper(AT(o, i)))
      PyStrBuilder_Char(&b, _PyChar_Lower(AT(o, i)));
    else
      put_upper(&b, AT(o, i));
  return PyStrBuilder_Finish(&b);
}
static int is_cased(Py_UCS4 c) {
  return _PyChar_IsUpper(c) || _PyChar_IsLower(c);
}
static PyObject *capitalize(PyObject *o, int every_word) {
  PyStrBuilder b;
  PyStrBuilder_Init(&b);
  int inside = 0;
  for (Py_ssize_t i = 0; i < LEN(o); i++) {
    Py_UCS4 c = AT(o, i);
    if (c == 0xdf && !inside)
      PyStrBuilder_CString(&b, "Ss");
    else
      PyStrBuilder_Char(&b, inside ? _PyChar_Lower(c) : _PyChar_Upper(c));
    inside = every_word ? is_cased(c) : 1;
  }
  return PyStrBuilder_Finish(&b);
}
static PyObject *str_title(PyObject *o, PyObject *unused) {
  (void)unused;
  return capitalize(o, 1);
}
static PyObject *str_capitalize(PyObject *o, PyObject *unused) {
  (void)unused;
  return capitalize(o, 0);
}

/* ---- predicates ----------------------------------------------------------*/
static PyObject *all_are(PyObject *o, int (*is)(Py_UCS4)) {
  for (Py_ssize_t i = 0; i < LEN(o); i++)
    if (!is(AT(o, i)))
      Py_RETURN_FALSE;
  return PyBool_FromLong(LEN(o) > 0);
}
static int is_alnum(Py_UCS4 c) {
  return _PyChar_IsAlpha(c) || _PyChar_IsDigit(c);
}
static int is_decimal(Py_UCS4 c) {
  return _PyChar_IsDigit(c) &&
         !(c == 0xb2 || c == 0xb3 || c == 0xb9 || (c >= 0x2070 && c < 0x2090));
}
#define PREDICATE(name, is)                                                    \
  static PyObject *str_##name(PyObject *o, PyObject *unused) {                 \
    (void)unused;                                                              \
    return all_are(o, is);                                                     \
  }
PREDICATE(isalpha, _PyChar_IsAlpha)
PREDICATE(isdigit, _PyChar_IsDigit)
PREDICATE(isdecimal, is_decimal)
PREDICATE(isnumeric, _PyChar_IsDigit)
PREDICATE(isalnum, is_alnum)
PREDICATE(isspace, _PyChar_IsSpace)
static PyObject *str_isprintable(PyObject *o, PyObject *unused) {
  (void)unused;
  for (Py_ssize_t i = 0; i < LEN(o); i++)
    if (!_PyChar_IsPrintable(AT(o, i)))
      Py_RETURN_FALSE;
  Py_RETURN_TRUE;
}
static PyObject *str_isascii(PyObject *o, PyObject *unused) {
  (void)unused;
  return PyBool_FromLong(PyUnicode_IS_ASCII(o));
}
static PyObject *one_case(PyObject *o, int (*want)(Py_UCS4),
                          int (*other)(Py_UCS4)) {
  int seen = 0;
  for (Py_ssize_t i = 0; i < LEN(o); i++) {
    if (other(AT(o, i)))
      Py_RETURN_FALSE;
    seen |= want(AT(o, i));
  }
  return PyBool_FromLong(seen);
}
static PyObject *str_isupper(PyObject *o, PyObject *unused) {
  (void)unused;
  return one_case(o, _PyChar_IsUpper, _PyChar_IsLower);
}
static PyObject *str_islower(PyObject *o, PyObject *unused) {
  (void)unused;
  return one_case(o, _PyChar_IsLower, _PyChar_IsUpper);
}
static PyObject *str_istitle(PyObject *o, PyObject *unused) {
  (void)unused;
  int inside = 0, seen = 0;
  for (Py_ssize_t i = 0; i < LEN(o); i++) {
    Py_UCS4 c = AT(o, i);
    if (_PyChar_IsUpper(c) ? inside : _PyChar_IsLower(c) && !inside)
      Py_RETURN_FALSE;
    inside = is_cased(c);
    seen |= inside;
  }
  return PyBool_FromLong(seen);
}
int PyUnicode_IsIdentifier(PyObject *o) {
  for (Py_ssize_t i = 0; i < LEN(o); i++) {
    Py_UCS4 c = AT(o, i);
    if (!(c == '_' || _PyChar_IsAlpha(c) || (i && is_decimal(c))))
      return 0;
  }
  return LEN(o) > 0;
}
static PyObject *str_isidentifier(PyObject *o, PyObject *unused) {
  (void)unused;
  return PyBool_FromLong(PyUnicode_IsIdentifier(o));
}

/* ---- searching -----------------------------------------------------------*/
/* (sub[, start[, stop]]) */
static int search_args(const char *name, PyObject *const *args,
                       Py_ssize_t nargs, Py_ssize_t *start, Py_ssize_t *stop) {
  *start = 0;
  *stop = PY_SSIZE_T_MAX;
  if (!_PyArg_CheckPositional(name, nargs, 1, 3))
    return 0;
  if (nargs > 1 && args[1] != Py_None)
    *start = PyNumber_AsSsize_t(args[1], NULL);
  if (nargs > 2 && args[2] != Py_None)
    *stop = PyNumber_AsSsize_t(args[2], NULL);
  return !PyErr_Occurred();
}

static Py_ssize_t search(const char *name, PyObject *o, PyObject *const *args,
                         Py_ssize_t nargs, int direction) {
  Py_ssize_t start, stop;
  if (!search_args(name, args, nargs, &start, &stop))
    return -2;
  if (!PyUnicode_Check(args[0])) {
    PyErr_Format(PyExc_TypeError, "must be str, not %.100s",
                 _PyType_Name(Py_TYPE(args[0])));
    return -2;
  }
  return PyUnicode_Find(o, args[0], start, stop, direction);
}
static PyObject *found(Py_ssize_t i, int required) {
  if (i == -1 && required)
    PyErr_SetString(PyExc_ValueError, "substring not found");
  return i == -2 || (i == -1 && required) ? NULL : PyLong_FromSsize_t(i);
}
#define SEARCH(name, direction, required)                                      \
  static PyObject *str_##name(PyObject *o, PyObject *const *args,              \
                              Py_ssize_t nargs) {                              \
    return found(search(#name, o, args, nargs, direction), required);          \
  }
SEARCH(find, 1, 0)
SEARCH(rfind, -1, 0)
SEARCH(index, 1, 1)
SEARCH(rindex, -1, 1)

static PyObject *str_count(PyObject *o, PyObject *const *args,
                           Py_ssize_t nargs) {
  Py_ssize_t start, stop, count = 0;
  if (!search_args("count", args, nargs, &start, &stop))
    return NULL;
  if (!PyUnicode_Check(args[0]))
    return PyErr_Format(PyExc_TypeError, "must be str, not %.100s",
                        _PyType_Name(Py_TYPE(args[0])));
  _PyUnicode_ClipRange(LEN(o), &start, &stop);
  if (LEN(args[0]) == 0)
    return PyLong_FromSsize_t(stop >= start ? stop - start + 1 : 0);
  for (Py_ssize_t i; (i = PyUnicode_Find(o, args[0], start, stop, 1)) >= 0;
       start = i + LEN(args[0]))
    count++;
  return PyLong_FromSsize_t(count);
}

static int at_end(PyObject *o, PyObject *part, Py_ssize_t start,
                  Py_ssize_t stop, int at_tail) {
  Py_ssize_t m = LEN(part);
  if (start > LEN(o) || stop - start < m)
    return 0;
  Py_ssize_t i = at_tail ? stop - m : start;
  return m == 0 || PyUnicode_Find(o, part, i, i + m, 1) == i;
}
static PyObject *ends(PyObject *o, PyObject *const *args, Py_ssize_t nargs,
                      const char *name, int at_tail) {
  Py_ssize_t start, stop;
  if (!search_args(name, args, nargs, &start, &stop))
    return NULL;
  _PyUnicode_ClipRange(LEN(o), &start, &stop);
  if (PyUnicode_Check(args[0]))
    return PyBool_FromLong(at_end(o, args[0], start, stop, at_tail));
  if (!PyTuple_Check(args[0]))
    return PyErr_Format(PyExc_TypeError,
                        "%s first arg must be str or a tuple of str, not "
                        "%.100s",
                        name, _PyType_Name(Py_TYPE(args[0])));
  for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(args[0]); i++) {
    PyObject *part = PyTuple_GET_ITEM(args[0], i);
    if (!PyUnicode_Check(part))
      return PyErr_Format(PyExc_TypeError,
                          "tuple for %s must only contain str, not %.100s",
                          name, _PyType_Name(Py_TYPE(part)));
    if (at_end(o, part, start, stop, at_tail))
      Py_RETURN_TRUE;
  }
  Py_RETURN_FALSE;
}
static PyObject *str_startswith(PyObject *o, PyObject *const *args,
                                Py_ssize_t nargs) {
  return ends(o, args, nargs, "startswith", 0);
}
static PyObject *str_endswith(PyObject *o, PyObject *const *args,
                              Py_ssize_t nargs) {
  return ends(o, args, nargs, "endswith", 1);
}
static PyObject *str_removeprefix(PyObject *o, PyObject *p) {
  if (!want_str("removeprefix", p))
    return NULL;
  return PyUnicode_Substring(o, at_end(o, p, 0, LEN(o), 0) ? LEN(p) : 0,
                             LEN(o));
}
static PyObject *str_removesuffix(PyObject *o, PyObject *p) {
  if (!want_str("removesuffix", p))
    return NULL;
  return PyUnicode_Substring(
      o, 0, at_end(o, p, 0, LEN(o), 1) ? LEN(o) - LEN(p) : LEN(o));
}

static PyObject *str_replace(PyObject *o, PyObject *const *args,
                             Py_ssize_t nargs) {
  Py_ssize_t max = -1;
  if (!_PyArg_CheckPositional("replace", nargs, 2, 3))
    return NULL;
  for (int i = 0; i < 2; i++)
    if (!PyUnicode_Check(args[i])) {
      _PyArg_BadArgument("replace", i ? "argument 2" : "argument 1", "str",
                         args[i]);
      return NULL;
    }
  if (nargs > 2 && (max = PyNumber_AsSsize_t(args[2], NULL)) == -1 &&
      PyErr_Occurred())
    return NULL;
  return PyUnicode_Replace(o, args[0], args[1], max);
}

/* ---- stripping and padding -----------------------------------------------*/
static int in_set(Py_UCS4 c, PyObject *set) {
  if (!set)
    return _PyChar_IsSpace(c);
  for (Py_ssize_t i = 0; i < LEN(set); i++)
    if (AT(set, i) == c)
      return 1;
  return 0;
}
static PyObject *strip(PyObject *o, PyObject *const *args, Py_ssize_t nargs,
                       const char *name, int sides) {
  PyObject *set = nargs && args[0] != Py_None ? args[0] : NULL;
  if (!_PyArg_CheckPositional(name, nargs, 0, 1))
    return NULL;
  if (set && !PyUnicode_Check(set))
    return PyErr_Format(PyExc_TypeError, "%s arg must be None or str", name);
  Py_ssize_t i = 0, j = LEN(o);
  while ((sides & 1) && i < j && in_set(AT(o, i), set))
    i++;
  while ((sides & 2) && j > i && in_set(AT(o, j - 1), set))
    j--;
  return PyUnicode_Substring(o, i, j);
}
#define STRIP(name, sides)                                                     \
  static PyObject *str_##name(PyObject *o, PyObject *const *args,              \
                              Py_ssize_t nargs) {                              \
    return strip(o, args, nargs, #name, sides);                                \
  }
STRIP(strip, 3)
STRIP(lstrip, 1)
STRIP(rstrip, 2)

static PyObject *padded(PyObject *o, Py_ssize_t left, Py_ssize_t right,
                        Py_UCS4 fill) {
  if (left <= 0 && right <= 0)
    return PyUnicode_FromObject(o);
  PyStrBuilder b;
  PyStrBuilder_Init(&b);
  PyStrBuilder_Fill(&b, fill, left);
  PyStrBuilder_Str(&b, o);
  PyStrBuilder_Fill(&b, fill, right);
  return PyStrBuilder_Finish(&b);
}
static int pad_args(const char *name, PyObject *const *args, Py_ssize_t nargs,
                    Py_ssize_t *width, Py_UCS4 *fill) {
  *fill = ' ';
  if (!_PyArg_CheckPositional(name, nargs, 1, 2))
    return 0;
  *width = PyNumber_AsSsize_t(args[0], PyExc_OverflowError);
  if (*width == -1 && PyErr_Occurred())
    return 0;
  if (nargs < 2)
    return 1;
  if (!PyUnicode_Check(args[1])) {
    PyErr_Format(PyExc_TypeError,
                 "The fill character must be a unicode character, not %.100s",
                 _PyType_Name(Py_TYPE(args[1])));
    return 0;
  }
  if (LEN(args[1]) != 1) {
    PyErr_SetString(PyExc_TypeError,
                    "The fill character must be exactly one character long");
    return 0;
  }
  *fill = AT(args[1], 0);
  return 1;
}
static PyObject *str_ljust(PyObject *o, PyObject *const *args,
                           Py_ssize_t nargs) {
  Py_ssize_t width;
  Py_UCS4 fill;
  return pad_args("ljust", args, nargs, &width, &fill)
             ? padded(o, 0, width - LEN(o), fill)
             : NULL;
}
static PyObject *str_rjust(PyObject *o, PyObject *const *args,
                           Py_ssize_t nargs) {
  Py_ssize_t width;
  Py_UCS4 fill;
  return pad_args("rjust", args, nargs, &width, &fill)
             ? padded(o, width - LEN(o), 0, fill)
             : NULL;
}
static PyObject *str_center(PyObject *o, PyObject *const *args,
                            Py_ssize_t nargs) {
  Py_ssize_t width;
  Py_UCS4 fill;
  if (!pad_args("center", args, nargs, &width, &fill))
    return NULL;
  Py_ssize_t space = width > LEN(o) ? width - LEN(o) : 0;
  Py_ssize_t left = space / 2 + (space & width & 1);
  return padded(o, left, space - left, fill);
}
static PyObject *str_zfill(PyObject *o, PyObject *arg) {
  Py_ssize_t width = PyNumber_AsSsize_t(arg, PyExc_OverflowError);
  if (width == -1 && PyErr_Occurred())
    return NULL;
  int sign = LEN(o) > 0 && (AT(o, 0) == '+' || AT(o, 0) == '-');
  if (width <= LEN(o))
    return PyUnicode_FromObject(o);
  PyStrBuilder b;
  PyStrBuilder_Init(&b);
  PyStrBuilder_Slice(&b, o, 0, sign);
  PyStrBuilder_Fill(&b, '0', width - LEN(o));
  PyStrBuilder_Slice(&b, o, sign, LEN(o));
  return PyStrBuilder_Finish(&b);
}
static PyObject *str_expandtabs(PyObject *o, PyObject *args, PyObject *kw) {
  int size = 8;
  char *names[] = {"tabsize", NULL};
  if (!PyArg_ParseTupleAndKeywords(args, kw, "|i:expandtabs", names, &size))
    return NULL;
  PyStrBuilder b;
  PyStrBuilder_Init(&b);
  Py_ssize_t column = 0;
  for (Py_ssize_t i = 0; i < LEN(o); i++) {
    Py_UCS4 c = AT(o, i);
    if (c == '\t') {
      Py_ssize_t n = size > 0 ? size - column % size : 0;
      PyStrBuilder_Fill(&b, ' ', n);
      column += n;
    } else {
      PyStrBuilder_Char(&b, c);
      column = c == '\n' || c == '\r' ? 0 : column + 1;
    }
  }
  return PyStrBuilder_Finish(&b);
}

/* ---- splitting and joining -----------------------------------------------*/
PyObject *_PyUnicode_RSplit(PyObject *u, PyObject *sep, Py_ssize_t max);

static PyObject *str_split(PyObject *o, PyObject *args, PyObject *kw) {
  PyObject *sep = NULL;
  Py_ssize_t max = -1;
  char *names[] = {"sep", "maxsplit", NULL};
  if (!PyArg_ParseTupleAndKeywords(args, kw, "|On:split", names, &sep, &max))
    return NULL;
  return PyUnicode_Split(o, sep == Py_None ? NULL : sep, max);
}
static PyObject *str_rsplit(PyObject *o, PyObject *args, PyObject *kw) {
  PyObject *sep = NULL;
  Py_ssize_t max = -1;
  char *names[] = {"sep", "maxsplit", NULL};
  if (!PyArg_ParseTupleAndKeywords(args, kw, "|On:rsplit", names, &sep, &max))
    return NULL;
  return _PyUnicode_RSplit(o, sep == Py_None ? NULL : sep, max);
}
static PyObject *str_splitlines(PyObject *o, PyObject *args, PyObject *kw) {
  int keep = 0;
  char *names[] = {"keepends", NULL};
  if (!PyArg_ParseTupleAndKeywords(args, kw, "|p:splitlines", names, &keep))
    return NULL;
  PyObject *list = PyList_New(0);
  for (Py_ssize_t i = 0, n = LEN(o); list && i < n;) {
    Py_ssize_t start = i;
    while (i < n && !_PyChar_IsLineBreak(AT(o, i)))
      i++;
    Py_ssize_t stop = i;
    if (i < n)
      i += AT(o, i) == '\r' && i + 1 < n && AT(o, i + 1) == '\n' ? 2 : 1;
    PyObject *line = PyUnicode_Substring(o, start, keep ? i : stop);
    if (!line || _PyList_AppendTakeRef(list, line) < 0)
      Py_CLEAR(list);
  }
  return list;
}
static PyObject *partition(PyObject *o, PyObject *sep, int backwards) {
  if (!PyUnicode_Check(sep))
    return PyErr_Format(PyExc_TypeError, "must be str, not %.100s",
                        _PyType_Name(Py_TYPE(sep)));
  if (LEN(sep) == 0) {
    PyErr_SetString(PyExc_ValueError, "empty separator");
    return NULL;
  }
  Py_ssize_t n = LEN(o);
  Py_ssize_t i = PyUnicode_Find(o, sep, 0, n, backwards ? -1 : 1);
  Py_ssize_t cut = i >= 0 ? i : backwards ? 0 : n;
  PyObject *before = PyUnicode_Substring(o, 0, cut);
  PyObject *middle = i >= 0 ? Py_NewRef(sep) : PyUnicode_New(0, 0);
  PyObject *after = PyUnicode_Substring(o, i >= 0 ? i + LEN(sep) : cut, n);
  PyObject *r =
      before && middle && after ? PyTuple_Pack(3, before, middle, after) : NULL;
  Py_XDECREF(before);
  Py_XDECREF(middle);
  Py_XDECREF(after);
  return r;
}
static PyObject *str_partition(PyObject *o, PyObject *sep) {
  return partition(o, sep, 0);
}
static PyObject *str_rpartition(PyObject *o, PyObject *sep) {
  return partition(o, sep, 1);
}
static PyObject *str_join(PyObject *o, PyObject *sequence) {
  return PyUnicode_Join(o, sequence);
}

/* ---- digits of any script ------------------------------------------------*/
PyObject *_PyUnicode_ToDecimal(PyObject *u) {
  PyStrBuilder b;
  PyStrBuilder_Init(&b);
  Py_ssize_t i = 0, j = LEN(u);
  while (i < j && _PyChar_IsSpace(AT(u, i)))
    i++;
  while (j > i && _PyChar_IsSpace(AT(u, j - 1)))
    j--;
  for (; i < j; i++) {
    Py_UCS4 c = AT(u, i);
    Py_UCS4 zero = c >= 0xff10 ? 0xff10 : c >= 0x966 ? 0x966 : 0x660;
    PyStrBuilder_Char(&b, c < 0x80        ? c
                          : is_decimal(c) ? '0' + (c - zero)
                                          : '?');
  }
  return PyStrBuilder_Finish(&b);
}

/* ---- translation, encoding, formatting -----------------------------------*/
static PyObject *str_maketrans(PyObject *self, PyObject *const *args,
                               Py_ssize_t nargs) {
  (void)self;
  PyObject *table = PyDict_New();
  if (!table || !_PyArg_CheckPositional("maketrans", nargs, 1, 3))
    goto error;
  if (nargs == 1) { /* a dict: characters as keys become ordinals */
    PyObject *key, *value;
    Py_ssize_t pos = 0;
    if (!PyDict_Check(args[0])) {
      PyErr_SetString(PyExc_TypeError, "if you give only one argument to "
                                       "maketrans it must be a dict");
      goto error;
    }
    while (PyDict_Next(args[0], &pos, &key, &value)) {
      PyObject *k = PyUnicode_Check(key) && LEN(key) == 1
                        ? PyLong_FromLong((long)AT(key, 0))
                        : Py_NewRef(key);
      int rc = k ? PyDict_SetItem(table, k, value) : -1;
      Py_XDECREF(k);
      if (rc < 0)
        goto error;
    }
    return table;
  }
  for (Py_ssize_t a = 0; a < nargs; a++)
    if (!want_str("maketrans", args[a]))
      goto error;
  if (LEN(args[0]) != LEN(args[1])) {
    PyErr_SetString(PyExc_ValueError, "the first two maketrans arguments must "
                                      "have equal length");
    goto error;
  }
  for (Py_ssize_t a = 0; a < nargs; a += 2)
    for (Py_ssize_t i = 0; i < LEN(args[a]); i++) {
      PyObject *k = PyLong_FromLong((long)AT(args[a], i));
      PyObject *v =
          a ? Py_NewRef(Py_None) : PyLong_FromLong((long)AT(args[1], i));
      int rc = k && v ? PyDict_SetItem(table, k, v) : -1;
      Py_XDECREF(k);
      Py_XDECREF(v);
      if (rc < 0)
        goto error;
    }
  return table;
error:
  Py_XDECREF(table);
  return NULL;
}
static PyObject *str_translate(PyObject *o, PyObject *table) {
  PyStrBuilder b;
  PyStrBuilder_Init(&b);
  for (Py_ssize_t i = 0; i < LEN(o) && !b.failed; i++) {
    PyObject *k = PyLong_FromLong((long)AT(o, i));
    PyObject *v = k ? PyObject_GetItem(table, k) : NULL;
    Py_XDECREF(k);
    if (!v && PyErr_ExceptionMatches(PyExc_LookupError)) {
      PyErr_Clear();
      PyStrBuilder_Char(&b, AT(o, i));
    } else if (!v) {
      b.failed = 1;
    } else if (PyUnicode_Check(v)) {
      PyStrBuilder_Str(&b, v);
    } else if (PyLong_Check(v)) {
      PyStrBuilder_Char(&b, (Py_UCS4)PyLong_AsLong(v));
    } else if (v != Py_None) {
      PyErr_SetString(PyExc_TypeError, "character mapping must return integer, "
                                       "None or str");
      b.failed = 1;
    }
    Py_XDECREF(v);
  }
  return PyStrBuilder_Finish(&b);
}
static PyObject *str_encode(PyObject *o, PyObject *args, PyObject *kw) {
  const char *encoding = "utf-8", *errors = NULL;
  char *names[] = {"encoding", "errors", NULL};
  PyObject *given = PyTuple_GET_SIZE(args) ? PyTuple_GET_ITEM(args, 0) : NULL;
  if (given && !PyUnicode_Check(given)) {
    _PyArg_BadArgument("encode", "argument 'encoding'", "str", given);
    return NULL;
  }
  if (!PyArg_ParseTupleAndKeywords(args, kw, "|ss:encode", names, &encoding,
                                   &errors))
    return NULL;
  return PyUnicode_AsEncodedString(o, encoding, errors);
}
static PyObject *str_format_spec(PyObject *o, PyObject *spec) {
  return want_str("__format__", spec) ? _PyUnicode_FormatSpec(o, spec) : NULL;
}

#define NOARGS(name)                                                           \
  { #name, str_##name, METH_NOARGS, NULL }
#define ONE(name)                                                              \
  { #name, str_##name, METH_O, NULL }
#define FAST(name)                                                             \
  { #name, _PyCFunction_CAST(str_##name), METH_FASTCALL, NULL }
#define KEYWORDS(name)                                                         \
  { #name, _PyCFunction_CAST(str_##name), METH_VARARGS | METH_KEYWORDS, NULL }
PyMethodDef _PyUnicode_Methods[] = {
    ONE(join),
    KEYWORDS(split),
    KEYWORDS(rsplit),
    KEYWORDS(splitlines),
    FAST(strip),
    FAST(lstrip),
    FAST(rstrip),
    FAST(replace),
    FAST(find),
    FAST(rfind),
    FAST(index),
    FAST(rindex),
    FAST(count),
    FAST(startswith),
    FAST(endswith),
    ONE(removeprefix),
    ONE(removesuffix),
    NOARGS(upper),
    NOARGS(lower),
    NOARGS(casefold),
    NOARGS(swapcase),
    NOARGS(title),
    NOARGS(capitalize),
    NOARGS(isalpha),
    NOARGS(isdigit),
    NOARGS(isdecimal),
    NOARGS(isnumeric),
    NOARGS(isalnum),
    NOARGS(isspace),
    NOARGS(isupper),
    NOARGS(islower),
    NOARGS(istitle),
    NOARGS(isascii),
    NOARGS(isprintable),
    NOARGS(isidentifier),
    FAST(ljust),
    FAST(rjust),
    FAST(center),
    ONE(zfill),
    KEYWORDS(expandtabs),
    ONE(partition),
    ONE(rpartition),
    ONE(translate),
    KEYWORDS(encode),
    {"maketrans", _PyCFunction_CAST(str_maketrans), METH_FASTCALL | METH_STATIC,
     NULL},
    {"format", _PyCFunction_CAST(_PyUnicode_FormatMethod),
     METH_VARARGS | METH_KEYWORDS, NULL},
    {"format_map", _PyUnicode_FormatMapMethod, METH_O, NULL},
    {"__format__", str_format_spec, METH_O, NULL},
    {NULL, NULL, 0, NULL}};
