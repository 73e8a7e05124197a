/* The report of an uncaught exception, in CPython's words.
 *
 * The whole report is built as one string: the causes first, each with its
 * traceback, source lines read from the files again. Only then is it written,
 * in one piece, so reports of several threads do not mingle. */
#include "eval.h"
#include "modules/modules.h"

/* Growing text in plain memory. */
typedef struct {
  char *text;
  size_t length, room;
} Text;

static void append(Text *out, const char *text, size_t length) {
  if (out->length + length + 1 > out->room) {
    size_t room = 2 * (out->length + length) + 256;
    char *larger = realloc(out->text, room);
    if (!larger)
      return;
    out->text = larger;
    out->room = room;
  }
  memcpy(out->text + out->length, text, length);
  out->length += length;
  out->text[out->length] = 0;
}

static void append_string(Text *out, const char *text) {
  append(out, text, strlen(text));
}

/* Appends str(object) (or `otherwise` if that fails). */
static void append_object(Text *out, PyObject *object, const char *otherwise) {
  PyObject *text = object ? PyObject_Str(object) : NULL;
  Py_ssize_t length;
  const char *utf8 = text ? PyUnicode_AsUTF8AndSize(text, &length) : NULL;
  if (utf8)
    append(out, utf8, (size_t)length);
  else
    append_string(out, otherwise);
  PyErr_Clear();
  Py_XDECREF(text);
}

/* --- source lines -----------------------------------------------------------
 */

static void append_trimmed(Text *out, const char *line, size_t length) {
  while (length && strchr(" \t\f", line[0]))
    line++, length--;
  while (length && strchr(" \t\f\r\n", line[length - 1]))
    length--;
  if (length == 0)
    return;
  append_string(out, "    ");
  append(out, line, length);
  append_string(out, "\n");
}

static void append_source_line(Text *out, PyObject *filename, int wanted) {
  const char *name = PyUnicode_AsUTF8(filename);
  char *path = name ? strdup(name) : NULL, *source = NULL;
  size_t length;
  if (!path)
    return;
  Py_ALLOW_THREADS { source = _PyImport_ReadFile(path, &length); }
  free(path);
  const char *line = source;
  for (int number = 1; line && number < wanted; number++) {
    line = strchr(line, '\n');
    if (line)
      line++;
  }
  if (line)
    append_trimmed(out, line, strcspn(line, "\n"));
  free(source);
}

/* --- tracebacks -------------------------------------------------------------
 */

enum { REPEATS_SHOWN = 3 };

static void append_repeats(Text *out, int count) {
  if (count <= REPEATS_SHOWN)
    return;
  char text[80];
  count -= REPEATS_SHOWN;
  snprintf(text, sizeof text, "  [Previous line repeated %d more time%s]\n",
           count, count > 1 ? "s" : "");
  append_string(out, text);
}

static void append_traceback(Text *out, PyObject *traceback) {
  PyCodeObject *code, *last_code = NULL;
  PyObject *next;
  int line, last_line = 0, repeats = 0;
  append_string(out, "Traceback (most recent call last):\n");
  while (_PyTraceBack_Entry(traceback, &code, &line, &next)) {
    if (code != last_code || line != last_line) {
      append_repeats(out, repeats);
      last_code = code;
      last_line = line;
      repeats = 0;
    }
    if (++repeats <= REPEATS_SHOWN) {
      char number[40];
      append_string(out, "  File \"");
      append_object(out, code->co_filename, "?");
      snprintf(number, sizeof number, "\", line %d, in ", line);
      append_string(out, number);
      append_object(out, code->co_name, "?");
      append_string(out, "\n");
      append_source_line(out, code->co_filename, line);
    }
    traceback = next;
  }
  append_repeats(out, repeats);
}

/* --- the exceptions themselves ----------------------------------------------
 */

/* A SyntaxError tells where: (message, (filename, line, column, text)). */
static int append_syntax_error(Text *out, PyObject *exception) {
  PyObject *args = ((PyBaseExceptionObject *)exception)->args;
  if (!PyErr_GivenExceptionMatches(exception, PyExc_SyntaxError) || !args ||
      PyTuple_GET_SIZE(args) != 2)
    return 0;
  PyObject *place = PyTuple_GET_ITEM(args, 1);
  if (!PyTuple_Check(place) || PyTuple_GET_SIZE(place) < 4)
    return 0;
  PyObject *text = PyTuple_GET_ITEM(place, 3);
  append_string(out, "  File \"");
  append_object(out, PyTuple_GET_ITEM(place, 0), "?");
  append_string(out, "\", line ");
  append_object(out, PyTuple_GET_ITEM(place, 1), "?");
  append_string(out, "\n");
  if (PyUnicode_Check(text)) {
    const char *line = PyUnicode_AsUTF8(text);
    long column = PyLong_AsLong(PyTuple_GET_ITEM(place, 2));
    size_t indent = line ? strspn(line, " \t\f") : 0;
    PyErr_Clear();
    if (line)
      append_trimmed(out, line, strcspn(line, "\n"));
    if (line && column > 0) {
      append_string(out, "    ");
      for (long i = 1 + (long)indent; i < column; i++)
        append_string(out, " ");
      append_string(out, "^\n");
    }
  }
  append_string(out, _PyType_Name(Py_TYPE(exception)));
  append_string(out, ": ");
  append_object(out, PyTuple_GET_ITEM(args, 0), "<no message>");
  append_string(out, "\n");
  return 1;
}

static void append_class_name(Text *out, PyTypeObject *type) {
  PyObject *module = PyObject_GetAttrString((PyObject *)type, "__module__");
  if (module && PyUnicode_Check(module) &&
      !_PyUnicode_EqualToASCIIString(module, "__main__") &&
      !_PyUnicode_EqualToASCIIString(module, "builtins")) {
    append_object(out, module, "?");
    append_string(out, ".");
  }
  PyErr_Clear();
  Py_XDECREF(module);
  PyObject *name = PyType_GetQualName(type);
  append_object(out, name, "?");
  Py_XDECREF(name);
}

static void append_exception(Text *out, PyObject *exception) {
  PyObject *traceback = ((PyBaseExceptionObject *)exception)->traceback;
  if (traceback)
    append_traceback(out, traceback);
  if (append_syntax_error(out, exception))
    return;
  append_class_name(out, Py_TYPE(exception));
  size_t before = out->length;
  append_string(out, ": ");
  append_object(out, exception, "<exception str() failed>");
  if (out->length == before + 2)
    out->length = before;
  append_string(out, "\n");
}

/* The exception that led to this one, and the sentence between the two. */
static PyObject *origin_of(PyObject *exception, const char **sentence) {
  PyBaseExceptionObject *self = (PyBaseExceptionObject *)exception;
  if (self->cause) {
    *sentence = "\nThe above exception was the direct cause of the following "
                "exception:\n\n";
    return self->cause;
  }
  *sentence = "\nDuring handling of the above exception, another exception "
              "occurred:\n\n";
  return self->suppress_context ? NULL : self->context;
}

static void append_chain(Text *out, PyObject *exception, int depth) {
  const char *sentence;
  PyObject *origin = origin_of(exception, &sentence);
  if (origin && depth < 100) {
    append_chain(out, origin, depth + 1);
    append_string(out, sentence);
  }
  append_exception(out, exception);
}

PyObject *_PyErr_Report(PyObject *exception) {
  Text out = {NULL, 0, 0};
  append_chain(&out, exception, 0);
  PyObject *report = PyUnicode_FromStringAndSize(out.text ? out.text : "",
                                                 (Py_ssize_t)out.length);
  free(out.text);
  return report;
}

static void write_report(Text *report) {
  Output_Flush(stdout);
  Output_Write(stderr, report->text, report->length);
  free(report->text);
}

void PyErr_Print(void) {
  PyObject *exception = PyErr_GetRaisedException();
  if (!exception)
    return;
  Text out = {NULL, 0, 0};
  append_chain(&out, exception, 0);
  Py_DECREF(exception);
  write_report(&out);
}

int _PyErr_PrintAndStatus(void) {
  if (!PyErr_ExceptionMatches(PyExc_SystemExit)) {
    PyErr_Print();
    return 1;
  }
  PyObject *exit = PyErr_GetRaisedException();
  PyObject *args = ((PyBaseExceptionObject *)exit)->args;
  Py_ssize_t count = args ? PyTuple_GET_SIZE(args) : 0;
  PyObject *code = count == 0   ? Py_None
                   : count == 1 ? PyTuple_GET_ITEM(args, 0)
                                : args;
  int status = 0;
  if (PyLong_Check(code)) {
    status = (int)PyLong_AsLong(code);
  } else if (code != Py_None) {
    Text out = {NULL, 0, 0};
    append_object(&out, code, "");
    append_string(&out, "\n");
    write_report(&out);
    status = 1;
  }
  Py_DECREF(exit);
  return status;
}
