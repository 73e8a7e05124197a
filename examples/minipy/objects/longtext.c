/* ints as text, and text as ints.
 *
 * Decimal digits come out nine at a time, by division of the whole number by
 * 10**9; in bases 2, 8 and 16 they are cut out of the bits. As in CPython, a
 * decimal text of more than 4300 digits is an error in both directions. */
#include "longdigits.h"
#include "names.h"
#include "unicodestorage.h"

enum { CHUNK = 9, CHUNK_BASE = 1000000000, MAX_DECIMAL = 4300 };

/* ---- to text -------------------------------------------------------------*/
/* Writes backwards from `end`; returns where the text begins. */
static char *write_bits(char *end, PyObject *o, int bits_per_char) {
  twodigits acc = 0;
  int have = 0;
  Py_ssize_t n = _PyLong_Count(o);
  for (Py_ssize_t i = 0; i < n || acc; i++) {
    if (i < n)
      acc |= (twodigits)DIGITS(o)[i] << have;
    have += PyLong_SHIFT;
    while (have >= bits_per_char && (i + 1 < n || acc)) {
      *--end = "0123456789abcdef"[acc & ((1u << bits_per_char) - 1)];
      acc >>= bits_per_char;
      have -= bits_per_char;
    }
  }
  return end;
}

static char *write_decimal(char *end, PyObject *o) {
  Py_ssize_t n = _PyLong_Count(o);
  if (n == 1) {
    for (digit d = DIGITS(o)[0]; d; d /= 10)
      *--end = (char)('0' + d % 10);
    return end;
  }
  digit *rest = malloc((size_t)n * sizeof(digit));
  if (!rest)
    return NULL;
  memcpy(rest, DIGITS(o), (size_t)n * sizeof(digit));
  while (n) {
    digit d = _PyLong_DivideDigits(rest, rest, n, CHUNK_BASE);
    while (n && rest[n - 1] == 0)
      n--;
    for (int i = 0; n ? i < CHUNK : d != 0; i++, d /= 10)
      *--end = (char)('0' + d % 10);
  }
  free(rest);
  return end;
}

PyObject *_PyLong_ToText(PyObject *o, int base, const char *prefix) {
  int per_char = base == 16 ? 4 : base == 8 ? 3 : base == 2 ? 1 : 3;
  size_t room = _PyLong_NumBits(o) / (size_t)per_char + 16;
  char few[96], *buffer = room <= sizeof few ? few : malloc(room);
  if (!buffer)
    return PyErr_NoMemory();
  char *end = buffer + room, *p = end;
  if (Py_SIZE(o) == 0)
    *--p = '0';
  else
    p = base == 10 ? write_decimal(p, o) : write_bits(p, o, per_char);
  PyObject *u = NULL;
  if (!p) {
    PyErr_NoMemory();
  } else if (base == 10 && end - p > MAX_DECIMAL) {
    PyErr_Format(PyExc_ValueError,
                 "Exceeds the limit (%d digits) for integer string conversion; "
                 "use sys.set_int_max_str_digits() to increase the limit",
                 MAX_DECIMAL);
  } else {
    for (size_t i = strlen(prefix); i > 0; i--)
      *--p = prefix[i - 1];
    if (Py_SIZE(o) < 0)
      *--p = '-';
    if ((u = PyUnicode_New(end - p, 127)))
      memcpy(PyUnicode_DATA(u), p, (size_t)(end - p));
  }
  if (buffer != few)
    free(buffer);
  return u;
}

PyObject *_PyLong_Format(PyObject *o, int base) {
  return _PyLong_ToText(o, base,
                        base == 2    ? "0b"
                        : base == 8  ? "0o"
                        : base == 16 ? "0x"
                                     : "");
}

/* ---- from text -----------------------------------------------------------*/
static int value_of(char c) {
  if (c >= '0' && c <= '9')
    return c - '0';
  if (c >= 'a' && c <= 'z')
    return c - 'a' + 10;
  if (c >= 'A' && c <= 'Z')
    return c - 'A' + 10;
  return 99;
}

/* z[0..n) = z * factor + summand; returns the new n. */
static Py_ssize_t multiply_add(digit *z, Py_ssize_t n, digit factor,
                               digit summand) {
  twodigits acc = summand;
  for (Py_ssize_t i = 0; i < n; i++) {
    acc += (twodigits)z[i] * factor;
    z[i] = (digit)(acc & PyLong_MASK);
    acc >>= PyLong_SHIFT;
  }
  if (acc)
    z[n++] = (digit)acc;
  return n;
}

/* s: digits of the base with single underscores between; sets *end behind the
 * last that belongs. NULL without exception: no digit at all. */
static PyObject *parse_digits(const char *s, const char **end, int base) {
  Py_ssize_t count = 0;
  const char *p = s;
  for (int last_was_digit = 0;; p++) {
    if (value_of(*p) < base) {
      count++;
      last_was_digit = 1;
    } else if (*p == '_' && last_was_digit && value_of(p[1]) < base) {
      last_was_digit = 0;
    } else {
      break;
    }
  }
  *end = p;
  if (!count)
    return NULL;
  if (base == 10 && count > MAX_DECIMAL) {
    PyErr_Format(PyExc_ValueError,
                 "Exceeds the limit (%d digits) for integer string conversion: "
                 "value has %zd digits; use sys.set_int_max_str_digits() to "
                 "increase the limit",
                 MAX_DECIMAL, count);
    return NULL;
  }
  int bits = 1; /* per character, rounded up */
  while ((1 << bits) < base)
    bits++;
  PyLongObject *z = _PyLong_New(count * bits / PyLong_SHIFT + 2);
  if (!z)
    return NULL;
  Py_ssize_t n = 0;
  digit chunk = 0, factor = 1;
  for (p = s; p < *end; p++) {
    if (*p == '_')
      continue;
    chunk = chunk * (digit)base + (digit)value_of(*p);
    factor *= (digit)base;
    if ((twodigits)factor * (twodigits)base >= PyLong_BASE) {
      n = multiply_add(z->ob_digit, n, factor, chunk);
      chunk = 0;
      factor = 1;
    }
  }
  n = multiply_add(z->ob_digit, n, factor, chunk);
  Py_SIZE(z) = n;
  return _PyLong_Normal(z);
}

static int is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

/* Skips 0x, 0o, 0b when the base allows; base 0 is decided by it. */
static const char *skip_prefix(const char *s, int *base) {
  int marked = s[0] != '0'                  ? 0
               : s[1] == 'x' || s[1] == 'X' ? 16
               : s[1] == 'o' || s[1] == 'O' ? 8
               : s[1] == 'b' || s[1] == 'B' ? 2
                                            : 0;
  if (*base == 0)
    *base = marked ? marked : 10;
  else if (marked != *base)
    marked = 0;
  if (!marked)
    return s;
  s += 2;
  return *s == '_' ? s + 1 : s;
}

PyObject *PyLong_FromString(const char *s, char **end, int base) {
  const char *p = s, *stop;
  if (base != 0 && (base < 2 || base > 36)) {
    PyErr_SetString(PyExc_ValueError,
                    "int() base must be >= 2 and <= 36, or 0");
    return NULL;
  }
  while (is_space(*p))
    p++;
  int negative = *p == '-', any_base = base == 0;
  if (*p == '+' || *p == '-')
    p++;
  p = skip_prefix(p, &base);
  PyObject *v = parse_digits(p, &stop, base);
  if (v && any_base && base == 10 && *p == '0' && Py_SIZE(v) != 0)
    Py_CLEAR(v); /* 010 is ambiguous */
  if (v && negative)
    Py_SETREF(v, _PyLong_Negate(v));
  while (v && is_space(*stop))
    stop++;
  if (v && !end && *stop)
    Py_CLEAR(v);
  if (v && end)
    *end = (char *)(uintptr_t)stop;
  if (!v && !PyErr_Occurred()) {
    PyObject *text = PyUnicode_FromString(s);
    if (text)
      PyErr_Format(PyExc_ValueError,
                   "invalid literal for int() with base %d: %R",
                   any_base ? 0 : base, text);
    Py_XDECREF(text);
  }
  return v;
}

PyObject *PyLong_FromUnicodeObject(PyObject *u, int base) {
  Py_ssize_t n;
  const char *s = PyUnicode_AsUTF8AndSize(u, &n);
  if (!s)
    return NULL;
  PyObject *stripped = NULL;
  if (!PyUnicode_IS_ASCII(u)) {
    stripped = _PyUnicode_ToDecimal(u);
    s = stripped ? PyUnicode_AsUTF8AndSize(stripped, &n) : NULL;
  }
  char *end = NULL;
  PyObject *v = s ? PyLong_FromString(s, &end, base) : NULL;
  int bad = s && (!v || end != s + n);
  if (bad &&
      (!v ? PyErr_ExceptionMatches(PyExc_ValueError) &&
                (base == 0 || (base >= 2 && base <= 36)) && n <= MAX_DECIMAL
          : 1)) {
    Py_CLEAR(v);
    PyErr_Format(PyExc_ValueError, "invalid literal for int() with base %d: %R",
                 base, u);
  }
  Py_XDECREF(stripped);
  return v;
}
