/* Format specifications:
 * [[fill]align][sign][z][#][0][width][,_][.precision][type]
 *
 * The three __format__ methods of int, float and str, and format(). A number is
 * made of a sign, a prefix (0x), digits that may be grouped, and a rest (the
 * fraction and exponent); padding goes before the sign, behind it ('=') or
 * after all. */
#include <math.h>

#include "floattext.h"
#include "longdigits.h"
#include "names.h"
#include "strbuilder.h"
#include "unicodestorage.h"

typedef struct {
  Py_UCS4 fill, align, sign, type; /* 0: not given */
  int alternate, zero, no_negative_zero;
  Py_UCS4 grouping;            /* ',' or '_' */
  Py_ssize_t width, precision; /* -1: not given */
} Spec;

/* ---- parsing -------------------------------------------------------------*/
static int is_align(Py_UCS4 c) {
  return c == '<' || c == '>' || c == '^' || c == '=';
}

static int number(PyObject *u, Py_ssize_t *i, Py_ssize_t *value) {
  Py_ssize_t n = PyUnicode_GET_LENGTH(u), start = *i, v = 0;
  for (; *i < n; ++*i) {
    Py_UCS4 c = PyUnicode_READ_CHAR(u, *i);
    if (c < '0' || c > '9')
      break;
    if (v > PY_SSIZE_T_MAX / 10 - 10) {
      PyErr_SetString(PyExc_ValueError,
                      "Too many decimal digits in format string");
      return -1;
    }
    v = v * 10 + (c - '0');
  }
  if (*i > start)
    *value = v;
  return *i > start;
}

static int parse(PyObject *u, Spec *s, PyObject *o) {
  Py_ssize_t n = PyUnicode_GET_LENGTH(u), i = 0;
#define PEEK (i < n ? PyUnicode_READ_CHAR(u, i) : 0)
  *s = (Spec){.width = -1, .precision = -1};
  if (n >= 2 && is_align(PyUnicode_READ_CHAR(u, 1))) {
    s->fill = PyUnicode_READ_CHAR(u, 0);
    s->align = PyUnicode_READ_CHAR(u, 1);
    i = 2;
  } else if (is_align(PEEK)) {
    s->align = PEEK;
    i++;
  }
  if (PEEK == '+' || PEEK == '-' || PEEK == ' ') {
    s->sign = PEEK;
    i++;
  }
  if (PEEK == 'z') {
    s->no_negative_zero = 1;
    i++;
  }
  if (PEEK == '#') {
    s->alternate = 1;
    i++;
  }
  if (PEEK == '0') {
    s->zero = 1;
    i++;
  }
  if (number(u, &i, &s->width) < 0)
    return -1;
  while (PEEK == ',' || PEEK == '_') {
    if (s->grouping) {
      PyErr_SetString(PyExc_ValueError, s->grouping == PEEK && PEEK == '_'
                                            ? "Cannot specify '_' with '_'."
                                        : s->grouping == PEEK
                                            ? "Cannot specify ',' with ','."
                                            : "Cannot specify both ',' and "
                                              "'_'.");
      return -1;
    }
    s->grouping = PEEK;
    i++;
  }
  if (PEEK == '.') {
    i++;
    int ok = number(u, &i, &s->precision);
    if (ok == 0)
      PyErr_SetString(PyExc_ValueError, "Format specifier missing precision");
    if (ok <= 0)
      return -1;
  }
  if (i < n - 1) {
    PyErr_Format(PyExc_ValueError,
                 "Invalid format specifier '%U' for object of type '%s'", u,
                 _PyType_Name(Py_TYPE(o)));
    return -1;
  }
  s->type = PEEK;
#undef PEEK
  return 0;
}

static PyObject *unknown(Spec *s, PyObject *o) {
  PyObject *c = PyUnicode_FromOrdinal((int)s->type);
  if (c)
    PyErr_Format(PyExc_ValueError,
                 "Unknown format code '%U' for object of type '%s'", c,
                 _PyType_Name(Py_TYPE(o)));
  Py_XDECREF(c);
  return NULL;
}

/* ---- padding -------------------------------------------------------------*/
static void margins(Spec *s, Py_ssize_t length, Py_UCS4 otherwise,
                    Py_ssize_t *left, Py_ssize_t *right) {
  Py_ssize_t space = s->width > length ? s->width - length : 0;
  Py_UCS4 align = s->align ? s->align : otherwise;
  *left = align == '<' ? 0 : align == '^' ? space / 2 : space;
  *right = space - *left;
}

PyObject *_PyUnicode_FormatSpec(PyObject *o, PyObject *spec) {
  Spec s;
  if (PyUnicode_GET_LENGTH(spec) == 0)
    return PyObject_Str(o);
  if (parse(spec, &s, o) < 0)
    return NULL;
  if (s.type && s.type != 's')
    return unknown(&s, o);
  const char *error =
      s.grouping == ',' ? "Cannot specify ',' with 's'."
      : s.grouping      ? "Cannot specify '_' with 's'."
      : s.sign ? (s.sign == ' ' ? "Space not allowed in string format specifier"
                                : "Sign not allowed in string format specifier")
      : s.no_negative_zero
          ? "Negative zero coercion (z) not allowed in string format specifier"
      : s.alternate    ? "Alternate form (#) not allowed in string format "
                         "specifier"
      : s.align == '=' ? "'=' alignment not allowed in string format specifier"
                       : NULL;
  if (error) {
    PyErr_SetString(PyExc_ValueError, error);
    return NULL;
  }
  Py_ssize_t n = PyUnicode_GET_LENGTH(o), left, right;
  if (s.precision >= 0 && s.precision < n)
    n = s.precision;
  if (s.zero && !s.fill)
    s.fill = '0';
  margins(&s, n, '<', &left, &right);
  PyStrBuilder b;
  PyStrBuilder_Init(&b);
  PyStrBuilder_Fill(&b, s.fill ? s.fill : ' ', left);
  PyStrBuilder_Slice(&b, o, 0, n);
  PyStrBuilder_Fill(&b, s.fill ? s.fill : ' ', right);
  return PyStrBuilder_Finish(&b);
}

/* ---- numbers -------------------------------------------------------------*/
typedef struct {
  int negative;
  const char *prefix; /* "0x" and the like */
  const char *digits; /* n of them */
  Py_ssize_t n;
  const char *rest; /* ".5e10", "%" */
} Number;

/* Digits with separators, zeros in front so that all is at least `width` wide
 * (a separator never comes first). */
static void put_grouped(PyStrBuilder *b, Number *v, Spec *s, int group,
                        Py_ssize_t width) {
  Py_ssize_t n = v->n, total = n + (n - 1) / group;
  while (total < width) { /* one more zero, and maybe a separator */
    n++;
    total = n + (n - 1) / group;
  }
  for (Py_ssize_t i = n; i > 0; i--) {
    PyStrBuilder_Char(
        b, i > v->n ? '0' : (Py_UCS4)(unsigned char)v->digits[v->n - i]);
    if (i > 1 && (i - 1) % group == 0)
      PyStrBuilder_Char(b, s->grouping);
  }
}

static PyObject *put_number(Spec *s, Number *v, int group) {
  PyStrBuilder b;
  PyStrBuilder_Init(&b);
  char sign[2] = {v->negative      ? '-'
                  : s->sign == '+' ? '+'
                  : s->sign == ' ' ? ' '
                                   : 0,
                  0};
  Py_UCS4 align = s->align ? s->align : s->zero ? '=' : '>';
  Py_UCS4 fill = s->fill ? s->fill : s->zero ? '0' : ' ';
  Py_ssize_t outside =
      (Py_ssize_t)(strlen(sign) + strlen(v->prefix) + strlen(v->rest));
  Py_ssize_t middle = v->n, inner = 0;
  if (s->grouping && v->n) {
    if (align == '=' && fill == '0' && s->width > outside)
      inner = s->width - outside;
    middle = v->n + (v->n - 1) / group;
    Py_ssize_t n = v->n;
    while (middle < inner) {
      n++;
      middle = n + (n - 1) / group;
    }
  }
  Spec padding = *s;
  Py_ssize_t left, right;
  padding.align = align;
  margins(&padding, outside + middle, '>', &left, &right);
  if (align != '=')
    PyStrBuilder_Fill(&b, fill, left);
  PyStrBuilder_CString(&b, sign);
  PyStrBuilder_CString(&b, v->prefix);
  if (align == '=')
    PyStrBuilder_Fill(&b, fill, left);
  if (s->grouping && v->n)
    put_grouped(&b, v, s, group, inner);
  else
    PyStrBuilder_ASCII(&b, v->digits, v->n);
  PyStrBuilder_CString(&b, v->rest);
  if (align != '=')
    PyStrBuilder_Fill(&b, fill, right);
  return PyStrBuilder_Finish(&b);
}

/* ---- int -----------------------------------------------------------------*/
static PyObject *format_char(PyObject *o, Spec *s) {
  if (s->sign) {
    PyErr_SetString(PyExc_ValueError,
                    "Sign not allowed with integer format specifier 'c'");
    return NULL;
  }
  int overflow;
  long c = PyLong_AsLongAndOverflow(o, &overflow);
  if (overflow || c < 0 || c > 0x10ffff) {
    PyErr_SetString(PyExc_OverflowError, "%c arg not in range(0x110000)");
    return NULL;
  }
  PyObject *u = PyUnicode_FromOrdinal((int)c);
  if (!u)
    return NULL;
  Py_ssize_t left, right;
  margins(s, 1, '>', &left, &right);
  PyStrBuilder b;
  PyStrBuilder_Init(&b);
  PyStrBuilder_Fill(&b, s->fill ? s->fill : ' ', left);
  PyStrBuilder_Str(&b, u);
  PyStrBuilder_Fill(&b, s->fill ? s->fill : ' ', right);
  Py_DECREF(u);
  return PyStrBuilder_Finish(&b);
}

static PyObject *format_float(PyObject *owner, double v, Spec *s);

static PyObject *format_int(PyObject *o, Spec *s) {
  int base = s->type == 'b'                     ? 2
             : s->type == 'o'                   ? 8
             : s->type == 'x' || s->type == 'X' ? 16
                                                : 10;
  if (s->precision >= 0) {
    PyErr_SetString(PyExc_ValueError,
                    "Precision not allowed in integer format specifier");
    return NULL;
  }
  if (s->no_negative_zero) {
    PyErr_SetString(PyExc_ValueError, "Negative zero coercion (z) not allowed "
                                      "in integer format specifier");
    return NULL;
  }
  if (s->grouping == ',' && base != 10) {
    PyErr_Format(PyExc_ValueError, "Cannot specify ',' with '%c'.",
                 (int)s->type);
    return NULL;
  }
  PyObject *text = _PyLong_ToText(o, base, "");
  if (!text)
    return NULL;
  Py_ssize_t n = PyUnicode_GET_LENGTH(text);
  char *digits = malloc((size_t)n + 1);
  if (!digits) {
    Py_DECREF(text);
    return PyErr_NoMemory();
  }
  memcpy(digits, PyUnicode_DATA(text), (size_t)n + 1);
  Py_DECREF(text);
  int negative = digits[0] == '-';
  for (Py_ssize_t i = 0; s->type == 'X' && i < n; i++)
    if (digits[i] >= 'a')
      digits[i] = (char)(digits[i] - 32);
  const char *prefix = !s->alternate ? ""
                       : base == 2   ? "0b"
                       : base == 8   ? "0o"
                       : base == 16  ? (s->type == 'X' ? "0X" : "0x")
                                     : "";
  Number v = {negative, prefix, digits + negative, n - negative, ""};
  PyObject *r = put_number(s, &v, base == 10 ? 3 : 4);
  free(digits);
  return r;
}

PyObject *_PyInt_FormatSpec(PyObject *o, PyObject *spec) {
  Spec s;
  if (PyUnicode_GET_LENGTH(spec) == 0)
    return PyObject_Str(o);
  if (parse(spec, &s, o) < 0)
    return NULL;
  switch (s.type) {
  case 0:
  case 'd':
  case 'b':
  case 'o':
  case 'x':
  case 'X':
  case 'n':
    return format_int(o, &s);
  case 'c':
    return format_char(o, &s);
  case 'e':
  case 'E':
  case 'f':
  case 'F':
  case 'g':
  case 'G':
  case '%': {
    double v = PyLong_AsDouble(o);
    return v == -1.0 && PyErr_Occurred() ? NULL : format_float(o, v, &s);
  }
  default:
    return unknown(&s, o);
  }
}

/* ---- float ---------------------------------------------------------------*/
/* Without a type: like repr, or like 'g' but never without ".0". */
static char *default_text(double v, Spec *s) {
  char *text;
  if (s->precision < 0) {
    if ((text = malloc(40)))
      text[_PyFloat_ShortestRepr(v, text)] = 0;
    return text;
  }
  int precision = s->precision ? (int)s->precision : 1;
  text = _PyFloat_Printf(v, 'g', precision, s->alternate);
  if (!text || !isfinite(v) || strchr(text, '.') || strchr(text, 'e'))
    return text;
  /* An integer: "12" becomes "12.0", but "1e+01" when the digits do not
   * leave room for it. */
  Py_ssize_t n = (Py_ssize_t)strlen(text) - (text[0] == '-');
  if (n < precision) {
    char *longer = realloc(text, strlen(text) + 3);
    if (longer)
      strcat(longer, ".0");
    else
      free(text);
    return longer;
  }
  free(text);
  text = _PyFloat_Printf(v, 'e', precision - 1, 0);
  char *e = text ? strchr(text, 'e') : NULL, *p = e;
  if (p && strchr(text, '.')) { /* without trailing zeros */
    while (p[-1] == '0')
      p--;
    if (p[-1] == '.')
      p--;
    memmove(p, e, strlen(e) + 1);
  }
  return text;
}

static char *float_text(double v, Spec *s) {
  char type = (char)s->type;
  int precision = s->precision < 0 ? 6 : (int)s->precision;
  if (!type)
    return default_text(v, s);
  if (type == '%') {
    v *= 100;
    type = 'f';
  } else if (type == 'n') {
    type = 'g';
  }
  return _PyFloat_Printf(v, type, precision, s->alternate);
}

static PyObject *format_float(PyObject *owner, double v, Spec *s) {
  (void)owner;
  if (s->precision > 100000) {
    PyErr_SetString(PyExc_ValueError, "precision too big");
    return NULL;
  }
  char *text = float_text(v, s);
  if (!text)
    return PyErr_NoMemory();
  int negative = text[0] == '-';
  if (s->no_negative_zero && negative && !strpbrk(text, "123456789in"))
    memmove(text, text + 1, strlen(text)), negative = 0;
  char *digits = text + negative;
  Py_ssize_t n = 0;
  while (digits[n] >= '0' && digits[n] <= '9')
    n++;
  char *rest = malloc(strlen(digits + n) + 2);
  if (!rest) {
    free(text);
    return PyErr_NoMemory();
  }
  strcpy(rest, digits + n);
  if (s->type == '%')
    strcat(rest, "%");
  Number number_ = {negative, "", digits, n, rest};
  PyObject *r = put_number(s, &number_, 3);
  free(rest);
  free(text);
  return r;
}

PyObject *_PyFloat_FormatSpec(PyObject *o, PyObject *spec) {
  Spec s;
  if (PyUnicode_GET_LENGTH(spec) == 0)
    return PyObject_Str(o);
  if (parse(spec, &s, o) < 0)
    return NULL;
  if (s.type && (s.type > 127 || !strchr("eEfFgGn%", (int)s.type)))
    return unknown(&s, o);
  return format_float(o, PyFloat_AS_DOUBLE(o), &s);
}

/* ---- format(o, spec) -----------------------------------------------------*/
PyObject *PyObject_Format(PyObject *o, PyObject *spec) {
  if (spec && !PyUnicode_Check(spec))
    return PyErr_Format(PyExc_SystemError,
                        "Format specifier must be a string, not %.200s",
                        _PyType_Name(Py_TYPE(spec)));
  if (!spec || PyUnicode_GET_LENGTH(spec) == 0) {
    if (PyUnicode_CheckExact(o))
      return Py_NewRef(o);
    if (PyLong_CheckExact(o))
      return PyObject_Str(o);
  }
  PyObject *empty = spec ? Py_NewRef(spec) : PyUnicode_New(0, 0);
  PyObject *method =
      empty ? _PyObject_LookupSpecialId(o, _Py_ID(__format__)) : NULL;
  PyObject *r = method ? PyObject_CallOneArg(method, empty) : NULL;
  Py_XDECREF(method);
  Py_XDECREF(empty);
  if (r && !PyUnicode_Check(r)) {
    PyErr_Format(PyExc_TypeError, "__format__ must return a str, not %.200s",
                 _PyType_Name(Py_TYPE(r)));
    Py_CLEAR(r);
  }
  return r;
}
