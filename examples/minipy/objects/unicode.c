/* str: storage, UTF-8, comparison, hashing, concatenation.
 *
 * A str holds its characters in 1, 2 or 4 bytes each, the least that its widest
 * character needs, so equal strs have equal layout and are compared with
 * memcmp. Strs never change once made; the hash is stored when it is first
 * asked for, and so is the UTF-8 form of a str that is not ASCII. */
#include "names.h"
#include "unicodestorage.h"

static int kind_of(Py_UCS4 max) {
  return max < 0x100 ? 1 : max < 0x10000 ? 2 : 4;
}

static PyUnicodeObject *allocate(PyTypeObject *type, Py_ssize_t n, int kind,
                                 int ascii) {
  if (n > (PY_SSIZE_T_MAX - 64) / 4 - 1) {
    PyErr_NoMemory();
    return NULL;
  }
  size_t bytes = sizeof(PyUnicodeObject) + (size_t)(n + 1) * (size_t)kind;
  PyUnicodeObject *u = (PyUnicodeObject *)_PyObject_Allocate(type, bytes);
  if (!u)
    return NULL;
  u->length = n;
  u->hash = -1;
  u->utf8 = NULL;
  u->kind = (uint8_t)kind;
  u->ascii = (uint8_t)ascii;
  PyUnicode_WRITE(kind, u->data, n, 0);
  return u;
}

PyObject *PyUnicode_New(Py_ssize_t n, Py_UCS4 max) {
  return (PyObject *)allocate(&PyUnicode_Type, n, kind_of(max), max < 0x80);
}

PyObject *_PyUnicode_CopyAs(PyTypeObject *type, PyObject *u) {
  PyUnicodeObject *from = (PyUnicodeObject *)u;
  PyUnicodeObject *copy = allocate(type, from->length, from->kind, from->ascii);
  if (copy)
    memcpy(copy->data, from->data, (size_t)(from->length * from->kind));
  return (PyObject *)copy;
}

static Py_UCS4 widest(int kind, const void *data, Py_ssize_t n) {
  Py_UCS4 all = 0;
  if (kind == 1)
    for (Py_ssize_t i = 0; i < n; i++)
      all |= ((const Py_UCS1 *)data)[i];
  else
    for (Py_ssize_t i = 0; i < n; i++)
      all |= PyUnicode_READ(kind, data, i);
  return all; /* at least as wide as the widest, and of the same kind */
}

PyObject *PyUnicode_FromKindAndData(int kind, const void *data, Py_ssize_t n) {
  PyObject *u = PyUnicode_New(n, widest(kind, data, n));
  if (!u)
    return NULL;
  if (PyUnicode_KIND(u) == kind) {
    if (n)
      memcpy(PyUnicode_DATA(u), data, (size_t)(n * kind));
  } else {
    for (Py_ssize_t i = 0; i < n; i++)
      PyUnicode_WRITE(PyUnicode_KIND(u), PyUnicode_DATA(u), i,
                      PyUnicode_READ(kind, data, i));
  }
  return u;
}

PyObject *PyUnicode_FromOrdinal(int c) {
  Py_UCS4 one = (Py_UCS4)c;
  if (c < 0 || c > 0x10ffff) {
    PyErr_SetString(PyExc_ValueError, "chr() arg not in range(0x110000)");
    return NULL;
  }
  return PyUnicode_FromKindAndData(4, &one, 1);
}

PyObject *PyUnicode_FromObject(PyObject *o) {
  if (PyUnicode_CheckExact(o))
    return Py_NewRef(o);
  if (PyUnicode_Check(o))
    return _PyUnicode_CopyAs(&PyUnicode_Type, o);
  return PyErr_Format(PyExc_TypeError,
                      "Can't convert '%.100s' object to str "
                      "implicitly",
                      _PyType_Name(Py_TYPE(o)));
}

PyObject *PyUnicode_Substring(PyObject *u, Py_ssize_t i, Py_ssize_t j) {
  Py_ssize_t n = PyUnicode_GET_LENGTH(u);
  int kind = PyUnicode_KIND(u);
  i = i < 0 ? 0 : i > n ? n : i;
  j = j < i ? i : j > n ? n : j;
  if (i == 0 && j == n && PyUnicode_CheckExact(u))
    return Py_NewRef(u);
  const char *from = (char *)PyUnicode_DATA(u) + i * kind;
  if (!PyUnicode_IS_ASCII(u))
    return PyUnicode_FromKindAndData(kind, from, j - i);
  PyObject *part = PyUnicode_New(j - i, 127);
  if (part)
    memcpy(PyUnicode_DATA(part), from, (size_t)(j - i));
  return part;
}

Py_UCS4 PyUnicode_ReadChar(PyObject *u, Py_ssize_t i) {
  if (i >= 0 && i < PyUnicode_GET_LENGTH(u))
    return PyUnicode_READ_CHAR(u, i);
  PyErr_SetString(PyExc_IndexError, "string index out of range");
  return (Py_UCS4)-1;
}

/* ---- UTF-8 ---------------------------------------------------------------*/
/* One character from s[0..n), n > 0: its length, or 0 when it is invalid. */
static int decode_one(const unsigned char *s, Py_ssize_t n, Py_UCS4 *c) {
  if (s[0] < 0x80) {
    *c = s[0];
    return 1;
  }
  int length = s[0] >= 0xf0 ? 4 : s[0] >= 0xe0 ? 3 : 2;
  if (s[0] < 0xc2 || s[0] > 0xf4 || n < length)
    return 0;
  *c = s[0] & (0xffu >> (length + 1));
  for (int i = 1; i < length; i++) {
    if ((s[i] & 0xc0) != 0x80)
      return 0;
    *c = (*c << 6) | (s[i] & 0x3f);
  }
  if ((length == 3 && *c < 0x800) || (length == 4 && *c < 0x10000) ||
      *c > 0x10ffff || (*c >= 0xd800 && *c <= 0xdfff))
    return 0;
  return length;
}

/* Is the byte b possible at place i (from 1) of a sequence that `first` begins?
 */
static int continues(unsigned char first, int i, unsigned char b) {
  if (i > 1)
    return (b & 0xc0) == 0x80;
  return b >= (first == 0xe0   ? 0xa0
               : first == 0xf0 ? 0x90
                               : 0x80) &&
         b <= (first == 0xed   ? 0x9f
               : first == 0xf4 ? 0x8f
                               : 0xbf);
}

/* The number of bytes at s, n > 0 of them, that are wrong together: the part of
 * a sequence before the byte that does not fit. */
static int bad_bytes(const unsigned char *s, Py_ssize_t n, const char **why) {
  int length = s[0] >= 0xf0 ? 4 : s[0] >= 0xe0 ? 3 : 2, i = 1;
  if (s[0] < 0xc2 || s[0] > 0xf4) {
    *why = "invalid start byte";
    return 1;
  }
  while (i < length && i < n && continues(s[0], i, s[i]))
    i++;
  *why = i < n ? "invalid continuation byte" : "unexpected end of data";
  return i;
}

static PyObject *undecodable(const unsigned char *s, Py_ssize_t at,
                             Py_ssize_t n) {
  const char *why;
  int bad = bad_bytes(s + at, n - at, &why);
  if (bad == 1)
    return PyErr_Format(PyExc_UnicodeDecodeError,
                        "'utf-8' codec can't decode byte 0x%02x in position "
                        "%zd: %s",
                        s[at], at, why);
  return PyErr_Format(PyExc_UnicodeDecodeError,
                      "'utf-8' codec can't decode bytes in position %zd-%zd: "
                      "%s",
                      at, at + bad - 1, why);
}

PyObject *PyUnicode_DecodeUTF8(const char *text, Py_ssize_t n,
                               const char *errors) {
  const unsigned char *s = (const unsigned char *)text;
  int replace = errors && strcmp(errors, "replace") == 0;
  int ignore = errors && strcmp(errors, "ignore") == 0;
  const char *why;
  Py_UCS4 all = 0, c = 0;
  Py_ssize_t count = 0;
  for (Py_ssize_t i = 0; i < n;) {
    int length = decode_one(s + i, n - i, &c);
    if (!length && !replace && !ignore)
      return undecodable(s, i, n);
    if (length || replace) {
      all |= length ? c : 0xfffd;
      count++;
    }
    i += length ? length : bad_bytes(s + i, n - i, &why);
  }
  PyObject *u = PyUnicode_New(count, all);
  if (!u)
    return NULL;
  if (all < 0x80 && count == n) {
    if (n)
      memcpy(PyUnicode_DATA(u), s, (size_t)n);
    return u;
  }
  Py_ssize_t at = 0;
  for (Py_ssize_t i = 0; i < n;) {
    int length = decode_one(s + i, n - i, &c);
    if (length || replace)
      PyUnicode_WRITE(PyUnicode_KIND(u), PyUnicode_DATA(u), at++,
                      length ? c : 0xfffd);
    i += length ? length : bad_bytes(s + i, n - i, &why);
  }
  return u;
}

PyObject *PyUnicode_FromStringAndSize(const char *s, Py_ssize_t n) {
  for (Py_ssize_t i = 0; i < n; i++)
    if ((unsigned char)s[i] >= 0x80)
      return PyUnicode_DecodeUTF8(s, n, NULL);
  PyObject *u = PyUnicode_New(n, 127);
  if (u && n)
    memcpy(PyUnicode_DATA(u), s, (size_t)n);
  return u;
}

PyObject *PyUnicode_FromString(const char *s) {
  return PyUnicode_FromStringAndSize(s, (Py_ssize_t)strlen(s));
}

PyObject *PyUnicode_DecodeLatin1(const char *s, Py_ssize_t n,
                                 const char *errors) {
  (void)errors;
  return PyUnicode_FromKindAndData(1, s, n);
}

static char *encode_one(char *p, Py_UCS4 c) {
  if (c < 0x80) {
    *p++ = (char)c;
  } else if (c < 0x800) {
    *p++ = (char)(0xc0 | (c >> 6));
    *p++ = (char)(0x80 | (c & 0x3f));
  } else if (c < 0x10000) {
    *p++ = (char)(0xe0 | (c >> 12));
    *p++ = (char)(0x80 | ((c >> 6) & 0x3f));
    *p++ = (char)(0x80 | (c & 0x3f));
  } else {
    *p++ = (char)(0xf0 | (c >> 18));
    *p++ = (char)(0x80 | ((c >> 12) & 0x3f));
    *p++ = (char)(0x80 | ((c >> 6) & 0x3f));
    *p++ = (char)(0x80 | (c & 0x3f));
  }
  return p;
}

/* Surrogates, which only "\ud800" can make, are encoded like any other. */
static char *encode(PyUnicodeObject *u, Py_ssize_t *size) {
  Py_ssize_t n = 0;
  for (Py_ssize_t i = 0; i < u->length; i++) {
    Py_UCS4 c = PyUnicode_READ(u->kind, u->data, i);
    n += c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
  }
  char *text = malloc((size_t)n + 1), *p = text;
  if (!text) {
    PyErr_NoMemory();
    return NULL;
  }
  for (Py_ssize_t i = 0; i < u->length; i++)
    p = encode_one(p, PyUnicode_READ(u->kind, u->data, i));
  *p = 0;
  *size = n;
  return text;
}

const char *PyUnicode_AsUTF8AndSize(PyObject *o, Py_ssize_t *size) {
  PyUnicodeObject *u = (PyUnicodeObject *)o;
  if (u->ascii) {
    if (size)
      *size = u->length;
    return u->data;
  }
  Py_ssize_t n = 0;
  if (!u->utf8)
    u->utf8 = encode(u, &n);
  else if (size)
    n = (Py_ssize_t)strlen(u->utf8);
  /* strlen is wrong for a str with NULs inside: count those. */
  if (u->utf8 && size) {
    n = 0;
    for (Py_ssize_t i = 0; i < u->length; i++) {
      Py_UCS4 c = PyUnicode_READ(u->kind, u->data, i);
      n += c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    }
    *size = n;
  }
  return u->utf8;
}

const char *PyUnicode_AsUTF8(PyObject *u) {
  return PyUnicode_AsUTF8AndSize(u, NULL);
}

PyObject *PyUnicode_AsUTF8String(PyObject *u) {
  Py_ssize_t n;
  const char *s = PyUnicode_AsUTF8AndSize(u, &n);
  return s ? PyBytes_FromStringAndSize(s, n) : NULL;
}

/* ---- other encodings -----------------------------------------------------*/
/* 'u' UTF-8, 'a' ASCII, 'l' Latin-1, 0: unknown (LookupError is set) */
static int codec(const char *name) {
  static const struct {
    const char *name;
    int id;
  } known[] = {{"utf8", 'u'},    {"u8", 'u'},     {"ascii", 'a'},
               {"usascii", 'a'}, {"latin1", 'l'}, {"iso88591", 'l'},
               {"l1", 'l'}};
  char plain[16];
  size_t n = 0;
  for (const char *p = name ? name : "utf8"; *p && n < sizeof plain - 1; p++)
    if (*p != '-' && *p != '_' && *p != ' ')
      plain[n++] = (char)(*p >= 'A' && *p <= 'Z' ? *p + 32 : *p);
  plain[n] = 0;
  for (size_t i = 0; i < sizeof known / sizeof *known; i++)
    if (strcmp(plain, known[i].name) == 0)
      return known[i].id;
  PyErr_Format(PyExc_LookupError, "unknown encoding: %s", name);
  return 0;
}

/* The character at i, and those behind it, are not below the limit. */
static PyObject *unencodable(PyObject *u, Py_ssize_t i, Py_UCS4 limit) {
  const char *name = limit == 0x80 ? "ascii" : "latin-1";
  Py_ssize_t j = i + 1;
  while (j < PyUnicode_GET_LENGTH(u) && PyUnicode_READ_CHAR(u, j) >= limit)
    j++;
  if (j > i + 1)
    return PyErr_Format(PyExc_UnicodeEncodeError,
                        "'%s' codec can't encode characters in position "
                        "%zd-%zd: ordinal not in range(%d)",
                        name, i, j - 1, (int)limit);
  Py_UCS4 c = PyUnicode_READ_CHAR(u, i);
  char escape[16];
  snprintf(escape, sizeof escape,
           c < 0x100     ? "\\x%02x"
           : c < 0x10000 ? "\\u%04x"
                         : "\\U%08x",
           c);
  return PyErr_Format(PyExc_UnicodeEncodeError,
                      "'%s' codec can't encode character '%s' in position "
                      "%zd: ordinal not in range(%d)",
                      name, escape, i, (int)limit);
}

PyObject *PyUnicode_AsEncodedString(PyObject *u, const char *encoding,
                                    const char *errors) {
  int id = codec(encoding);
  if (!id)
    return NULL;
  if (id == 'u' || (id == 'a' && PyUnicode_IS_ASCII(u)))
    return PyUnicode_AsUTF8String(u);
  Py_UCS4 limit = id == 'a' ? 0x80 : 0x100;
  int replace = errors && strcmp(errors, "replace") == 0;
  int ignore = errors && strcmp(errors, "ignore") == 0;
  Py_ssize_t n = PyUnicode_GET_LENGTH(u), at = 0;
  char *buffer = malloc((size_t)n + 1);
  if (!buffer)
    return PyErr_NoMemory();
  for (Py_ssize_t i = 0; i < n; i++) {
    Py_UCS4 c = PyUnicode_READ_CHAR(u, i);
    if (c < limit) {
      buffer[at++] = (char)c;
    } else if (replace) {
      buffer[at++] = '?';
    } else if (!ignore) {
      free(buffer);
      return unencodable(u, i, limit);
    }
  }
  PyObject *bytes = PyBytes_FromStringAndSize(buffer, at);
  free(buffer);
  return bytes;
}

PyObject *PyUnicode_Decode(const char *s, Py_ssize_t n, const char *encoding,
                           const char *errors) {
  int id = codec(encoding);
  if (!id)
    return NULL;
  if (id == 'u')
    return PyUnicode_DecodeUTF8(s, n, errors);
  for (Py_ssize_t i = 0; id == 'a' && i < n; i++)
    if ((unsigned char)s[i] >= 0x80)
      return PyErr_Format(PyExc_UnicodeDecodeError,
                          "'ascii' codec can't decode byte 0x%02x in position "
                          "%zd: ordinal not in range(128)",
                          (unsigned char)s[i], i);
  return PyUnicode_DecodeLatin1(s, n, errors);
}

/* ---- comparison and hash -------------------------------------------------*/
int _PyUnicode_Equal(PyObject *a, PyObject *b) {
  PyUnicodeObject *x = (PyUnicodeObject *)a, *y = (PyUnicodeObject *)b;
  return x == y ||
         (x->length == y->length && x->kind == y->kind &&
          memcmp(x->data, y->data, (size_t)(x->length * x->kind)) == 0);
}

int PyUnicode_Compare(PyObject *a, PyObject *b) {
  Py_ssize_t n = PyUnicode_GET_LENGTH(a), m = PyUnicode_GET_LENGTH(b);
  Py_ssize_t least = n < m ? n : m;
  if (PyUnicode_KIND(a) == 1 && PyUnicode_KIND(b) == 1) {
    int c = memcmp(PyUnicode_DATA(a), PyUnicode_DATA(b), (size_t)least);
    if (c)
      return c < 0 ? -1 : 1;
  } else {
    for (Py_ssize_t i = 0; i < least; i++) {
      Py_UCS4 x = PyUnicode_READ_CHAR(a, i), y = PyUnicode_READ_CHAR(b, i);
      if (x != y)
        return x < y ? -1 : 1;
    }
  }
  return n < m ? -1 : n > m;
}

int PyUnicode_CompareWithASCIIString(PyObject *u, const char *s) {
  Py_ssize_t n = PyUnicode_GET_LENGTH(u), i = 0;
  for (; i < n && s[i]; i++) {
    Py_UCS4 c = PyUnicode_READ_CHAR(u, i);
    if (c != (unsigned char)s[i])
      return c < (unsigned char)s[i] ? -1 : 1;
  }
  return i < n ? 1 : s[i] ? -1 : 0;
}

int _PyUnicode_EqualToASCIIString(PyObject *u, const char *s) {
  Py_ssize_t n = PyUnicode_GET_LENGTH(u);
  return PyUnicode_IS_ASCII(u) && strlen(s) == (size_t)n &&
         memcmp(PyUnicode_DATA(u), s, (size_t)n) == 0;
}

/* FNV-1a over the characters, with a final mix for the low bits. */
Py_hash_t _PyUnicode_Hash(PyObject *o) {
  PyUnicodeObject *u = (PyUnicodeObject *)o;
  if (u->hash != -1)
    return u->hash;
  uint64_t h = 14695981039346656037u;
  for (Py_ssize_t i = 0; i < u->length; i++)
    h = (h ^ PyUnicode_READ(u->kind, u->data, i)) * 1099511628211u;
  h ^= h >> 32;
  h *= 0xd6e8feb86659fd93u;
  h ^= h >> 32;
  if ((Py_hash_t)h == -1)
    h = (uint64_t)-2;
  return u->hash = u->length ? (Py_hash_t)h : 0;
}

/* ---- interning (compile time and start-up) -------------------------------*/
static PyObject *interned; /* a dict from str to itself */

int _PyUnicode_Init(void) { return (interned = PyDict_New()) ? 0 : -1; }

void PyUnicode_InternInPlace(PyObject **u) {
  if (!interned || !PyUnicode_CheckExact(*u))
    return;
  PyObject *shared = PyDict_SetDefault(interned, *u, *u);
  if (shared && shared != *u)
    Py_SETREF(*u, Py_NewRef(shared));
}

PyObject *PyUnicode_InternFromString(const char *s) {
  PyObject *u = PyUnicode_FromString(s);
  if (u)
    PyUnicode_InternInPlace(&u);
  return u;
}

/* ---- putting together ----------------------------------------------------*/
void _PyUnicode_CopyInto(PyObject *to, Py_ssize_t at, PyObject *from) {
  int kind = PyUnicode_KIND(to);
  Py_ssize_t n = PyUnicode_GET_LENGTH(from);
  if (kind == PyUnicode_KIND(from))
    memcpy((char *)PyUnicode_DATA(to) + at * kind, PyUnicode_DATA(from),
           (size_t)(n * kind));
  else
    for (Py_ssize_t i = 0; i < n; i++)
      PyUnicode_WRITE(kind, PyUnicode_DATA(to), at + i,
                      PyUnicode_READ_CHAR(from, i));
}

Py_UCS4 _PyUnicode_Limit(PyObject *u) {
  return PyUnicode_IS_ASCII(u)    ? 0x7f
         : PyUnicode_KIND(u) == 1 ? 0xff
         : PyUnicode_KIND(u) == 2 ? 0xffff
                                  : 0x10ffff;
}

PyObject *PyUnicode_Concat(PyObject *a, PyObject *b) {
  if (!PyUnicode_Check(b))
    return PyErr_Format(PyExc_TypeError,
                        "can only concatenate str (not \"%.200s\") to str",
                        _PyType_Name(Py_TYPE(b)));
  if (PyUnicode_GET_LENGTH(b) == 0 && PyUnicode_CheckExact(a))
    return Py_NewRef(a);
  if (PyUnicode_GET_LENGTH(a) == 0 && PyUnicode_CheckExact(b))
    return Py_NewRef(b);
  Py_UCS4 x = _PyUnicode_Limit(a), y = _PyUnicode_Limit(b);
  PyObject *u = PyUnicode_New(PyUnicode_GET_LENGTH(a) + PyUnicode_GET_LENGTH(b),
                              x > y ? x : y);
  if (u) {
    _PyUnicode_CopyInto(u, 0, a);
    _PyUnicode_CopyInto(u, PyUnicode_GET_LENGTH(a), b);
  }
  return u;
}

void PyUnicode_Append(PyObject **left, PyObject *right) {
  PyObject *u = *left && right ? PyUnicode_Concat(*left, right) : NULL;
  Py_XSETREF(*left, u);
}

PyObject *_PyUnicode_JoinArray(PyObject *sep, PyObject *const *items,
                               Py_ssize_t n) {
  Py_ssize_t total = 0;
  Py_UCS4 limit = n > 1 && sep ? _PyUnicode_Limit(sep) : 0x7f;
  if (n == 1 && PyUnicode_CheckExact(items[0]))
    return Py_NewRef(items[0]);
  for (Py_ssize_t i = 0; i < n; i++) {
    if (!PyUnicode_Check(items[i]))
      return PyErr_Format(PyExc_TypeError,
                          "sequence item %zd: expected str instance, %.80s "
                          "found",
                          i, _PyType_Name(Py_TYPE(items[i])));
    total += PyUnicode_GET_LENGTH(items[i]);
    if (i && sep)
      total += PyUnicode_GET_LENGTH(sep);
    Py_UCS4 own = _PyUnicode_Limit(items[i]);
    limit = own > limit ? own : limit;
  }
  PyObject *u = PyUnicode_New(total, limit);
  Py_ssize_t at = 0;
  for (Py_ssize_t i = 0; u && i < n; i++) {
    if (i && sep) {
      _PyUnicode_CopyInto(u, at, sep);
      at += PyUnicode_GET_LENGTH(sep);
    }
    _PyUnicode_CopyInto(u, at, items[i]);
    at += PyUnicode_GET_LENGTH(items[i]);
  }
  return u;
}

PyObject *PyUnicode_Join(PyObject *sep, PyObject *sequence) {
  PyObject *fast = PySequence_Fast(sequence, "can only join an iterable");
  if (!fast)
    return NULL;
  PyObject *u = _PyUnicode_JoinArray(sep, PySequence_Fast_ITEMS(fast),
                                     PySequence_Fast_GET_SIZE(fast));
  Py_DECREF(fast);
  return u;
}
