/* Decimal text of doubles, by way of the C library's exact conversions.
 *
 * The shortest text that reads back as v has at most 17 digits. For normal
 * numbers, if 15 digits read back they are the shortest after the removal of
 * trailing zeros, so at most three lengths must be tried; only denormal numbers
 * are tried from one digit on. */
#include "floattext.h"

#include <float.h>
#include <math.h>

#include "unicodestorage.h"

/* Adds one to the last digit of "d.ddde..."; 0 if that needs one more. */
static int increment(char *text) {
  char *p = strchr(text, 'e') - 1;
  for (; p >= text && *p != '-'; p--) {
    if (*p == '.')
      continue;
    if (*p != '9') {
      ++*p;
      return 1;
    }
    *p = '0';
  }
  return 0;
}

/* "d.ddde[+-]xx" with the least sufficient number of digits. The doubles below
 * a power of two lie closer than those above, so there the nearest text of a
 * length may belong to the neighbour while the next one up is right. */
static void shortest_scientific(double v, char *text, size_t room) {
  int digits = fabs(v) < DBL_MIN ? 1 : 15, exponent;
  int power_of_two = fabs(frexp(v, &exponent)) == 0.5;
  for (; digits <= 17; digits++) {
    snprintf(text, room, "%.*e", digits - 1, v);
    if (strtod(text, NULL) == v)
      return;
    if (power_of_two && increment(text) && strtod(text, NULL) == v)
      return;
  }
}

/* Splits "[-]d.ddde[+-]xx": the digits without trailing zeros, and the
 * exponent of the first. */
static int split(const char *text, char *digits) {
  int n = 0;
  const char *p = *text == '-' ? text + 1 : text;
  for (; *p && *p != 'e'; p++)
    if (*p != '.')
      digits[n++] = *p;
  while (n > 1 && digits[n - 1] == '0')
    n--;
  digits[n] = 0;
  return *p ? (int)strtol(p + 1, NULL, 10) : 0;
}

size_t _PyFloat_ShortestRepr(double v, char *text) {
  if (isnan(v))
    return (size_t)snprintf(text, 40, "nan");
  if (isinf(v))
    return (size_t)snprintf(text, 40, v < 0 ? "-inf" : "inf");
  if (v == 0.0)
    return (size_t)snprintf(text, 40, signbit(v) ? "-0.0" : "0.0");
  char scientific[40], digits[24];
  shortest_scientific(v, scientific, sizeof scientific);
  int exponent = split(scientific, digits), n = (int)strlen(digits);
  char *p = text;
  if (v < 0)
    *p++ = '-';
  if (exponent < -4 || exponent >= 16) {
    *p++ = digits[0];
    if (n > 1)
      p += snprintf(p, 24, ".%s", digits + 1);
    p += snprintf(p, 8, "e%c%02d", exponent < 0 ? '-' : '+', abs(exponent));
    return (size_t)(p - text);
  }
  if (exponent < 0) { /* 0.000ddd */
    *p++ = '0';
    *p++ = '.';
    for (int i = -1; i > exponent; i--)
      *p++ = '0';
    memcpy(p, digits, (size_t)n);
    return (size_t)(p + n - text);
  }
  for (int i = 0; i <= exponent || i < n; i++) {
    if (i == exponent + 1)
      *p++ = '.';
    *p++ = i < n ? digits[i] : '0';
  }
  if (n <= exponent + 1) {
    *p++ = '.';
    *p++ = '0';
  }
  return (size_t)(p - text);
}

char *_PyFloat_Printf(double v, char type, int precision, int alternate) {
  char format[] = {'%', '#', '.', '*', type, 0};
  if (!alternate)
    memmove(format + 1, format + 2, 4);
  size_t room = (size_t)precision + 330 + 24;
  char *text = malloc(room);
  if (text)
    snprintf(text, room, format, precision, v);
  if (text && isnan(v)) /* never -nan */
    snprintf(text, room, type >= 'a' ? "nan" : "NAN");
  return text;
}

double _PyFloat_RoundDecimal(double v, int digits) {
  char text[400];
  if (digits >= 0) {
    /* Correctly rounded, halves to even, by the exact decimal expansion. */
    if (digits > 330)
      return v;
    char *long_text = _PyFloat_Printf(v, 'f', digits, 0);
    double r = long_text ? strtod(long_text, NULL) : v;
    free(long_text);
    return r;
  }
  int exponent = (int)floor(log10(fabs(v) > 0 ? fabs(v) : 1.0));
  char probe[40];
  snprintf(probe, sizeof probe, "%.17e", v);
  char digits_text[24];
  exponent = split(probe, digits_text);
  int keep = exponent + digits; /* digits behind the first */
  if (keep < -1)
    return copysign(0.0, v);
  if (keep == -1) { /* 5..9 of the leading digit's place round up to one unit */
    double unit =
        strtod((snprintf(text, sizeof text, "1e%d", -digits), text), NULL);
    return fabs(v) > unit / 2 ? copysign(unit, v) : copysign(0.0, v);
  }
  snprintf(text, sizeof text, "%.*e", keep, v);
  return strtod(text, NULL);
}

/* ---- from text -----------------------------------------------------------*/
/* Copies s without the underscores that stand between digits; 0 when one
 * stands elsewhere. */
static int strip_underscores(const char *s, char *to) {
  char before = 0;
  for (; *s; s++) {
    if (*s == '_') {
      if (!(before >= '0' && before <= '9') || !(s[1] >= '0' && s[1] <= '9'))
        return 0;
    } else {
      *to++ = *s;
    }
    before = *s;
  }
  *to = 0;
  return 1;
}

static int looks_like_number(const char *s) {
  if (*s == '+' || *s == '-')
    s++;
  if ((*s >= '0' && *s <= '9') || *s == '.')
    return s[1] != 'x' && s[1] != 'X'; /* no hexadecimal */
  static const char *const words[] = {"inf", "infinity", "nan"};
  for (int w = 0; w < 3; w++) {
    const char *a = s, *b = words[w];
    while (*a && *b && (*a | 0x20) == *b)
      a++, b++;
    if (!*a && !*b)
      return 1;
  }
  return 0;
}

PyObject *PyFloat_FromString(PyObject *o) {
  if (!PyUnicode_Check(o) && !PyBytes_Check(o))
    return PyErr_Format(PyExc_TypeError,
                        "float() argument must be a string or a real number, "
                        "not '%.200s'",
                        _PyType_Name(Py_TYPE(o)));
  PyObject *u = PyBytes_Check(o)
                    ? PyUnicode_FromStringAndSize(PyBytes_AS_STRING(o),
                                                  PyBytes_GET_SIZE(o))
                    : Py_NewRef(o);
  PyObject *stripped = u ? _PyUnicode_ToDecimal(u) : NULL;
  Py_XDECREF(u);
  Py_ssize_t n;
  const char *s = stripped ? PyUnicode_AsUTF8AndSize(stripped, &n) : NULL;
  char *clean = s ? malloc((size_t)n + 1) : NULL, *end = NULL;
  PyObject *r = NULL;
  if (clean && strlen(s) == (size_t)n && strip_underscores(s, clean) &&
      looks_like_number(clean)) {
    double v = strtod(clean, &end);
    if (!*end && end != clean)
      r = PyFloat_FromDouble(v);
  }
  if (!r && !PyErr_Occurred())
    PyErr_Format(PyExc_ValueError, "could not convert string to float: %R", o);
  free(clean);
  Py_XDECREF(stripped);
  return r;
}
