/* Reporting syntax errors: builds SyntaxError(message, (filename, line, column,
 * text)) the way CPython does, with columns counted in characters from 1, so
 * that whoever prints the error can draw the caret. */
#include "source.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int Source_Line(const Source *source, const char *at) {
  int line = 1;
  for (const char *p = source->text; p < at; p++)
    line += *p == '\n';
  return line;
}

static int count_characters(const char *from, const char *to) {
  int count = 0;
  for (; from < to; from++)
    count += ((unsigned char)*from & 0xC0) != 0x80;
  return count;
}

/* (filename, line, column, text of the line). */
static PyObject *location(Source *source, const char *at) {
  const char *start = at, *end = at;
  while (start > source->text && start[-1] != '\n')
    start--;
  while (end < source->end && *end != '\n')
    end++;
  PyObject *items[4] = {
      PyUnicode_FromString(source->filename),
      PyLong_FromLong(Source_Line(source, at)),
      PyLong_FromLong(count_characters(start, at) + 1),
      PyUnicode_FromStringAndSize(start, end - start),
  };
  if (!items[3]) { /* not UTF-8: that may be what the error is about */
    PyErr_Clear();
    items[3] = PyUnicode_FromString("");
  }
  PyObject *tuple = PyTuple_New(4);
  for (int i = 0; i < 4; i++)
    PyTuple_SetItem(tuple, i, items[i]);
  return tuple;
}

void Source_Init(Source *source, Arena *arena, const char *text,
                 const char *filename) {
  char *copy = Arena_Alloc(arena, strlen(text) + 1), *to = copy;
  for (const char *from = text; *from; from++) {
    if (*from == '\r' && from[1] == '\n')
      continue;
    *to++ = *from == '\r' ? '\n' : *from;
  }
  *source = (Source){arena, filename, copy, to, false};
}

static void set_error(Source *source, PyObject *type, const char *at,
                      const char *format, va_list arguments) {
  if (source->failed)
    return;
  source->failed = true;
  char text[400];
  vsnprintf(text, sizeof text, format, arguments);
  PyObject *message = PyUnicode_FromString(text);
  if (!message) { /* cut in the middle of a character */
    PyErr_Clear();
    message = PyUnicode_FromString("invalid syntax");
  }
  PyObject *args = PyTuple_New(2);
  PyTuple_SetItem(args, 0, message);
  PyTuple_SetItem(args, 1, location(source, at));
  PyErr_SetObject(type, args);
  Py_DECREF(args);
}

void Source_Error(Source *source, const char *at, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  set_error(source, PyExc_SyntaxError, at, format, arguments);
  va_end(arguments);
}

void Source_ErrorOf(Source *source, PyObject *type, const char *at,
                    const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  set_error(source, type, at, format, arguments);
  va_end(arguments);
}
