/* PyUnicode_FromFormat: printf for C code, with objects. */
#include "names.h"
#include "strbuilder.h"

typedef struct {
  int precision; /* -1: none */
  int width, zero;
  int length; /* 0: int, 1: long, 2: long long, 3: Py_ssize_t */
} Flags;

static void put_integer(PyStrBuilder *b, Flags *f, long long v,
                        unsigned long long u, char type) {
  char text[40], format[16];
  snprintf(format, sizeof format, "%%%s%dll%c", f->zero ? "0" : "",
           f->width < 30 ? f->width : 30, type);
  if (!f->width)
    snprintf(format, sizeof format, "%%ll%c", type);
  int n = type == 'd' ? snprintf(text, sizeof text, format, v)
                      : snprintf(text, sizeof text, format, u);
  PyStrBuilder_ASCII(b, text, n);
}

static const char *flags(const char *p, Flags *f) {
  *f = (Flags){-1, 0, 0, 0};
  if (*p == '0') {
    f->zero = 1;
    p++;
  }
  while (*p >= '0' && *p <= '9')
    f->width = f->width * 10 + (*p++ - '0');
  if (*p == '.')
    for (f->precision = 0, p++; *p >= '0' && *p <= '9';)
      f->precision = f->precision * 10 + (*p++ - '0');
  while (*p == 'l') {
    f->length++;
    p++;
  }
  if (*p == 'z') {
    f->length = 3;
    p++;
  }
  return p;
}

/* Adds u, at most `precision` characters, and releases it. */
static void put_object(PyStrBuilder *b, Flags *f, PyObject *u) {
  if (!u) {
    b->failed = 1;
    return;
  }
  Py_ssize_t n = PyUnicode_GET_LENGTH(u);
  PyStrBuilder_Slice(b, u, 0,
                     f->precision >= 0 && f->precision < n ? f->precision : n);
  Py_DECREF(u);
}

static void put_text(PyStrBuilder *b, Flags *f, const char *s) {
  Py_ssize_t n = 0;
  if (!s)
    s = "(null)";
  while (s[n] && (f->precision < 0 || n < f->precision))
    n++;
  while (n > 0 && f->precision >= 0 && ((unsigned char)s[n] & 0xc0) == 0x80)
    n--; /* not within a character */
  PyStrBuilder_UTF8(b, s, n);
}

PyObject *PyUnicode_FromFormatV(const char *p, va_list ap) {
  PyStrBuilder b;
  PyStrBuilder_Init(&b);
  while (*p && !b.failed) {
    const char *start = p;
    while (*p && *p != '%')
      p++;
    if (p > start) {
      PyStrBuilder_UTF8(&b, start, p - start);
      continue;
    }
    Flags f;
    p = flags(p + 1, &f);
    char type = *p ? *p++ : 0;
    switch (type) {
    case '%':
      PyStrBuilder_Char(&b, '%');
      break;
    case 'c':
      PyStrBuilder_Char(&b, (Py_UCS4)va_arg(ap, int));
      break;
    case 's':
      put_text(&b, &f, va_arg(ap, const char *));
      break;
    case 'U':
      put_object(&b, &f, Py_XNewRef(va_arg(ap, PyObject *)));
      break;
    case 'S':
      put_object(&b, &f, PyObject_Str(va_arg(ap, PyObject *)));
      break;
    case 'R':
      put_object(&b, &f, PyObject_Repr(va_arg(ap, PyObject *)));
      break;
    case 'A':
      put_object(&b, &f, PyObject_ASCII(va_arg(ap, PyObject *)));
      break;
    case 'T':
      put_text(&b, &f, _PyType_Name(Py_TYPE(va_arg(ap, PyObject *))));
      break;
    case 'p': {
      char text[32];
      int n = snprintf(text, sizeof text, "0x%llx",
                       (unsigned long long)(uintptr_t)va_arg(ap, void *));
      PyStrBuilder_ASCII(&b, text, n);
      break;
    }
    case 'd':
    case 'i': {
      long long v = f.length == 0   ? va_arg(ap, int)
                    : f.length == 1 ? va_arg(ap, long)
                    : f.length == 2 ? va_arg(ap, long long)
                                    : va_arg(ap, Py_ssize_t);
      put_integer(&b, &f, v, 0, 'd');
      break;
    }
    case 'u':
    case 'x': {
      unsigned long long u = f.length == 0   ? va_arg(ap, unsigned)
                             : f.length == 1 ? va_arg(ap, unsigned long)
                             : f.length == 2 ? va_arg(ap, unsigned long long)
                                             : va_arg(ap, size_t);
      put_integer(&b, &f, 0, u, type);
      break;
    }
    default:
      PyStrBuilder_Discard(&b);
      PyErr_SetString(PyExc_SystemError, "invalid format string");
      return NULL;
    }
  }
  return PyStrBuilder_Finish(&b);
}

PyObject *PyUnicode_FromFormat(const char *format, ...) {
  va_list ap;
  va_start(ap, format);
  PyObject *u = PyUnicode_FromFormatV(format, ap);
  va_end(ap);
  return u;
}
