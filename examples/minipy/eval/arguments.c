/* Wording the errors of calls as CPython does: which arguments are missing, how
 * many there are too many, which keyword nobody knows. */
#include "arguments.h"

/* "'a'", "'a' and 'b'", "'a', 'b', and 'c'" from a list of str. */
static PyObject *enumeration(PyObject *names) {
  Py_ssize_t count = PyList_GET_SIZE(names);
  PyObject *text = PyUnicode_FromString("");
  for (Py_ssize_t i = 0; text && i < count; i++) {
    const char *between = i == 0          ? ""
                          : i + 1 < count ? ", "
                          : count > 2     ? ", and "
                                          : " and ";
    PyObject *longer = PyUnicode_FromFormat("%U%s'%U'", text, between,
                                            PyList_GET_ITEM(names, i));
    Py_DECREF(text);
    text = longer;
  }
  return text;
}

int Arguments_Missing(PyFunctionObject *function, PyFrameObject *frame,
                      int from, int to, const char *kind) {
  PyObject *names = PyList_New(0);
  for (int i = from; names && i < to; i++) {
    PyObject *name = PyTuple_GET_ITEM(function->func_code->co_varnames, i);
    int has_default = function->func_kwdefaults &&
                      i >= function->func_code->co_argcount &&
                      PyDict_GetItem(function->func_kwdefaults, name) != NULL;
    if (!frame->f_values[i] && !has_default && PyList_Append(names, name) < 0)
      Py_CLEAR(names);
  }
  PyObject *text = names ? enumeration(names) : NULL;
  if (text) {
    Py_ssize_t count = PyList_GET_SIZE(names);
    PyErr_Format(PyExc_TypeError, "%U() missing %zd required %s argument%s: %U",
                 function->func_qualname, count, kind, count == 1 ? "" : "s",
                 text);
  }
  Py_XDECREF(names);
  Py_XDECREF(text);
  return -1;
}

int Arguments_TooMany(PyFunctionObject *function, PyFrameObject *frame,
                      size_t given) {
  PyCodeObject *code = function->func_code;
  Py_ssize_t most = code->co_argcount;
  Py_ssize_t defaults =
      function->func_defaults ? PyTuple_GET_SIZE(function->func_defaults) : 0;
  int keyword_only = 0;
  for (int i = 0; i < code->co_kwonlyargcount; i++)
    keyword_only += frame->f_values[code->co_argcount + i] != NULL;
  char takes[64], extra[96] = "";
  if (defaults)
    snprintf(takes, sizeof takes, "from %zd to %zd", most - defaults, most);
  else
    snprintf(takes, sizeof takes, "%zd", most);
  if (keyword_only)
    snprintf(extra, sizeof extra,
             " positional argument%s (and %d keyword-only argument%s)",
             given == 1 ? "" : "s", keyword_only, keyword_only == 1 ? "" : "s");
  PyErr_Format(
      PyExc_TypeError, "%U() takes %s positional argument%s but %zd%s %s given",
      function->func_qualname, takes, most == 1 && !defaults ? "" : "s",
      (Py_ssize_t)given, extra, given == 1 && !keyword_only ? "was" : "were");
  return -1;
}

/* Those of the keywords that name positional-only parameters: "a, b"; or "". */
static PyObject *misplaced_names(PyCodeObject *code, PyObject *kwnames) {
  PyObject *names = PyList_New(0), *comma = PyUnicode_FromString(", ");
  for (int i = 0; names && i < code->co_posonlyargcount; i++) {
    PyObject *name = PyTuple_GET_ITEM(code->co_varnames, i);
    int given = PySequence_Contains(kwnames, name);
    if (given < 0 || (given && PyList_Append(names, name) < 0))
      Py_CLEAR(names);
  }
  PyObject *text = names && comma ? PyUnicode_Join(comma, names) : NULL;
  Py_XDECREF(names);
  Py_XDECREF(comma);
  return text;
}

int Arguments_UnexpectedKeyword(PyFunctionObject *function, PyObject *name,
                                PyObject *kwnames) {
  PyObject *misplaced = misplaced_names(function->func_code, kwnames);
  if (!misplaced)
    return -1;
  if (PyUnicode_GET_LENGTH(misplaced) > 0)
    PyErr_Format(PyExc_TypeError,
                 "%U() got some positional-only arguments passed as keyword "
                 "arguments: '%U'",
                 function->func_qualname, misplaced);
  else
    PyErr_Format(PyExc_TypeError,
                 "%U() got an unexpected keyword argument '%U'",
                 function->func_qualname, name);
  Py_DECREF(misplaced);
  return -1;
}
