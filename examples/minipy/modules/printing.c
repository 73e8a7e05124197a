/* print, input and open.
 *
 * print joins its whole line in memory and writes it in one go. */
#include "builtins.h"

/* A keyword that must be a str or None; `otherwise` when it is absent. */
static int text_option(PyObject *value, const char *name, const char *otherwise,
                       PyObject **text) {
  *text = NULL;
  if (!value || value == Py_None) {
    *text = PyUnicode_FromString(otherwise);
    return *text ? 0 : -1;
  }
  if (!PyUnicode_Check(value)) {
    PyErr_Format(PyExc_TypeError, "%s must be None or a string, not %s", name,
                 _PyType_Name(Py_TYPE(value)));
    return -1;
  }
  *text = Py_NewRef(value);
  return 0;
}

/* The line: the arguments, the separator between them, the end. */
static PyObject *print_line(PyObject *args, PyObject *separator,
                            PyObject *end) {
  PyObject *list = PyList_New(0);
  for (Py_ssize_t i = 0; list && i < PyTuple_GET_SIZE(args); i++) {
    PyObject *text = PyObject_Str(PyTuple_GET_ITEM(args, i));
    if (!text || PyList_Append(list, text) < 0)
      Py_CLEAR(list);
    Py_XDECREF(text);
  }
  PyObject *joined = list ? PyUnicode_Join(separator, list) : NULL;
  Py_XDECREF(list);
  if (joined)
    PyUnicode_Append(&joined, end);
  return joined;
}

static int write_line(PyObject *file, PyObject *line, int flush) {
  if (!file || file == Py_None) {
    Py_ssize_t length;
    const char *text = PyUnicode_AsUTF8AndSize(line, &length);
    if (!text)
      return -1;
    Output_Write(stdout, text, (size_t)length);
    if (flush)
      Output_Flush(stdout);
    return 0;
  }
  PyObject *result = _PyObject_CallMethodString(file, "write", line, NULL);
  Py_XDECREF(result);
  if (result && flush) {
    result = _PyObject_CallMethodString(file, "flush", NULL);
    Py_XDECREF(result);
  }
  return result ? 0 : -1;
}

PyObject *Builtin_Print(PyObject *self, PyObject *args, PyObject *kwargs) {
  (void)self;
  static const char *const names[] = {"sep", "end", "file", "flush", NULL};
  PyObject *options[4] = {NULL, NULL, NULL, NULL};
  PyObject *key, *value;
  Py_ssize_t position = 0;
  while (kwargs && PyDict_Next(kwargs, &position, &key, &value)) {
    int index = 0;
    while (names[index] && !_PyUnicode_EqualToASCIIString(key, names[index]))
      index++;
    if (!names[index])
      return PyErr_Format(PyExc_TypeError,
                          "'%U' is an invalid keyword argument for print()",
                          key);
    options[index] = value;
  }
  PyObject *separator, *end, *line = NULL;
  if (text_option(options[0], "sep", " ", &separator) < 0)
    return NULL;
  if (text_option(options[1], "end", "\n", &end) == 0)
    line = print_line(args, separator, end);
  Py_DECREF(separator);
  Py_XDECREF(end);
  if (!line)
    return NULL;
  int flush = options[3] ? PyObject_IsTrue(options[3]) : 0;
  int status = flush < 0 ? -1 : write_line(options[2], line, flush);
  Py_DECREF(line);
  if (status < 0)
    return NULL;
  Py_RETURN_NONE;
}

PyObject *Builtin_Input(PyObject *self, PyObject *args) {
  (void)self;
  if (!Builtin_ArgCount("input", args, 0, 1))
    return NULL;
  if (PyTuple_GET_SIZE(args) == 1) {
    PyObject *prompt = PyObject_Str(PyTuple_GET_ITEM(args, 0));
    const char *text = prompt ? PyUnicode_AsUTF8(prompt) : NULL;
    if (text)
      Output_Write(stdout, text, strlen(text));
    Py_XDECREF(prompt);
    if (!text)
      return NULL;
  }
  Output_Flush(stdout);
  char *line = NULL;
  ssize_t length = 0;
  Py_ALLOW_THREADS {
    size_t room = 0;
    length = getline(&line, &room, stdin);
  }
  PyObject *result = NULL;
  if (length < 0) {
    PyErr_SetString(PyExc_EOFError, "EOF when reading a line");
  } else {
    if (length > 0 && line[length - 1] == '\n')
      length--;
    result = PyUnicode_FromStringAndSize(line, length);
  }
  free(line);
  return result;
}

PyObject *Builtin_Open(PyObject *self, PyObject *args, PyObject *kwargs) {
  static char *names[] = {"file",   "mode",    "buffering", "encoding",
                          "errors", "newline", NULL};
  PyObject *path, *mode = NULL, *ignored[4];
  (void)self;
  if (!PyArg_ParseTupleAndKeywords(args, kwargs, "O|OOOOO:open", names, &path,
                                   &mode, &ignored[0], &ignored[1], &ignored[2],
                                   &ignored[3]))
    return NULL;
  if (mode && !PyUnicode_Check(mode))
    return PyErr_Format(PyExc_TypeError,
                        "open() argument 'mode' must be str, not %s",
                        _PyType_Name(Py_TYPE(mode)));
  const char *text = mode ? PyUnicode_AsUTF8(mode) : "r";
  return text ? PyTextFile_Open(path, text) : NULL;
}
