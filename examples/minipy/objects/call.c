/* Calling objects.
 *
 * There are two conventions: a tuple and a dict (tp_call), and an array of
 * arguments with a tuple of keyword names (tp_vectorcall). Everything callable
 * has the first, frequently called types have the second too; the functions
 * here translate between them. */
#include "names.h"

enum { ON_STACK = 8 };

static PyObject *not_callable(PyObject *f) {
  return PyErr_Format(PyExc_TypeError, "'%.200s' object is not callable",
                      _PyType_Name(Py_TYPE(f)));
}

/* A callee that returns NULL has set an exception. */
static PyObject *check_result(PyObject *f, PyObject *r) {
  if (!r && !PyErr_Occurred())
    PyErr_Format(PyExc_SystemError,
                 "%R returned NULL without setting an exception", f);
  return r;
}

PyObject *PyObject_Call(PyObject *f, PyObject *args, PyObject *kwargs) {
  ternaryfunc call = Py_TYPE(f)->tp_call;
  if (!call)
    return not_callable(f);
  if (Py_EnterRecursiveCall(" while calling a Python object") < 0)
    return NULL;
  PyObject *r = call(f, args, kwargs);
  Py_LeaveRecursiveCall();
  return check_result(f, r);
}

PyObject *PyObject_CallObject(PyObject *f, PyObject *args) {
  return args ? PyObject_Call(f, args, NULL) : PyObject_CallNoArgs(f);
}

static PyObject *call_with_tuple(PyObject *f, PyObject *const *args,
                                 size_t nargs, PyObject *kwnames) {
  PyObject *tuple = _PyTuple_FromArray(args, (Py_ssize_t)nargs), *kw = NULL;
  if (tuple && kwnames && PyTuple_GET_SIZE(kwnames)) {
    kw = PyDict_New();
    for (Py_ssize_t i = 0; kw && i < PyTuple_GET_SIZE(kwnames); i++)
      if (PyDict_SetItem(kw, PyTuple_GET_ITEM(kwnames, i),
                         args[nargs + (size_t)i]) < 0)
        Py_CLEAR(kw);
    if (!kw)
      Py_CLEAR(tuple);
  }
  PyObject *r = tuple ? PyObject_Call(f, tuple, kw) : NULL;
  Py_XDECREF(tuple);
  Py_XDECREF(kw);
  return r;
}

PyObject *PyObject_Vectorcall(PyObject *f, PyObject *const *args, size_t nargs,
                              PyObject *kwnames) {
  vectorcallfunc call = Py_TYPE(f)->tp_vectorcall;
  if (call)
    return check_result(f, call(f, args, nargs, kwnames));
  return call_with_tuple(f, args, nargs, kwnames);
}

PyObject *_PyObject_VectorcallPrepend(PyObject *f, PyObject *first,
                                      PyObject *const *args, size_t nargs,
                                      PyObject *kwnames) {
  size_t total = nargs + (kwnames ? (size_t)PyTuple_GET_SIZE(kwnames) : 0);
  PyObject *few[ON_STACK], **all = few;
  if (total + 1 > ON_STACK && !(all = malloc((total + 1) * sizeof *all)))
    return PyErr_NoMemory();
  all[0] = first;
  for (size_t i = 0; i < total; i++)
    all[i + 1] = args[i];
  PyObject *r = PyObject_Vectorcall(f, all, nargs + 1, kwnames);
  if (all != few)
    free(all);
  return r;
}

/* tp_call of the types that have tp_vectorcall. */
PyObject *PyVectorcall_Call(PyObject *f, PyObject *args, PyObject *kwargs) {
  vectorcallfunc call = Py_TYPE(f)->tp_vectorcall;
  size_t nargs = (size_t)PyTuple_GET_SIZE(args);
  PyObject **items = ((PyTupleObject *)args)->ob_item;
  size_t nkw = kwargs ? (size_t)PyDict_GET_SIZE(kwargs) : 0;
  if (!nkw)
    return call(f, items, nargs, NULL);
  PyObject **all = malloc((nargs + nkw) * sizeof *all), *key, *value;
  PyObject *names = PyTuple_New((Py_ssize_t)nkw), *r = NULL;
  if (all && names) {
    Py_ssize_t pos = 0, i = 0;
    int strings = 1;
    for (size_t k = 0; k < nargs; k++)
      all[k] = items[k];
    for (; PyDict_Next(kwargs, &pos, &key, &value); i++) {
      strings &= PyUnicode_Check(key);
      PyTuple_SET_ITEM(names, i, Py_NewRef(key));
      all[nargs + (size_t)i] = Py_NewRef(value);
    }
    if (strings)
      r = call(f, all, nargs, names);
    else
      PyErr_SetString(PyExc_TypeError, "keywords must be strings");
    for (size_t k = 0; k < nkw; k++)
      Py_DECREF(all[nargs + k]);
  } else {
    PyErr_NoMemory();
  }
  Py_XDECREF(names);
  free(all);
  return r;
}

PyObject *PyObject_CallNoArgs(PyObject *f) {
  return PyObject_Vectorcall(f, NULL, 0, NULL);
}

PyObject *PyObject_CallOneArg(PyObject *f, PyObject *arg) {
  return PyObject_Vectorcall(f, &arg, 1, NULL);
}

/* Collects up to ON_STACK - 1 arguments, which is enough for C callers. */
static size_t collect(PyObject **all, va_list ap) {
  size_t n = 0;
  for (PyObject *a; (a = va_arg(ap, PyObject *));) {
    if (n == ON_STACK - 1)
      Py_FatalError("too many arguments in a call from C");
    all[n++] = a;
  }
  return n;
}

PyObject *PyObject_CallFunctionObjArgs(PyObject *f, ...) {
  PyObject *args[ON_STACK];
  va_list ap;
  va_start(ap, f);
  size_t n = collect(args, ap);
  va_end(ap);
  return PyObject_Vectorcall(f, args, n, NULL);
}

/* args[0] is the object. */
static PyObject *call_method(PyObject *name, PyObject *const *args, size_t n) {
  PyObject *f;
  int unbound = _PyObject_GetMethod(args[0], name, &f);
  if (!f)
    return NULL;
  PyObject *r = unbound ? PyObject_Vectorcall(f, args, n, NULL)
                        : PyObject_Vectorcall(f, args + 1, n - 1, NULL);
  Py_DECREF(f);
  return r;
}

PyObject *PyObject_CallMethodObjArgs(PyObject *o, PyObject *name, ...) {
  PyObject *args[ON_STACK + 1] = {o};
  va_list ap;
  va_start(ap, name);
  size_t n = collect(args + 1, ap);
  va_end(ap);
  return call_method(name, args, n + 1);
}

PyObject *_PyObject_CallMethodString(PyObject *o, const char *name, ...) {
  PyObject *args[ON_STACK + 1] = {o};
  va_list ap;
  va_start(ap, name);
  size_t n = collect(args + 1, ap);
  va_end(ap);
  PyObject *u = PyUnicode_FromString(name);
  PyObject *r = u ? call_method(u, args, n + 1) : NULL;
  Py_XDECREF(u);
  return r;
}

PyObject *PyObject_CallMethodNoArgs(PyObject *o, PyObject *name) {
  return call_method(name, &o, 1);
}

PyObject *PyObject_CallMethodOneArg(PyObject *o, PyObject *name, PyObject *a) {
  PyObject *args[] = {o, a};
  return call_method(name, args, 2);
}
