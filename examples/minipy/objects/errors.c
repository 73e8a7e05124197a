/* Raising, fetching and matching exceptions: the PyErr_ functions.
 *
 * The exception in flight is one pointer in the thread state, always to an
 * instance: classes are instantiated when they are raised. An exception that is
 * raised while another is being handled gets that one as its __context__. */
#include <errno.h>

#include "names.h"

static PyBaseExceptionObject *as_exception(PyObject *o) {
  return (PyBaseExceptionObject *)o;
}

/* ---- raising -------------------------------------------------------------*/
/* The exception that is being handled by this thread: borrowed or NULL. */
static PyObject *handled(PyThreadState *ts) {
  for (_PyErr_StackItem *i = ts->exc_info; i; i = i->previous_item)
    if (i->exc_value && i->exc_value != Py_None)
      return i->exc_value;
  return NULL;
}

/* exc.__context__ = outer, but never a cycle: where exc already appears in the
 * chain of outer, the chain is cut there. */
static void chain(PyObject *exc, PyObject *outer) {
  if (!outer || outer == exc || as_exception(exc)->context == outer)
    return;
  for (PyObject *o = outer; o; o = as_exception(o)->context)
    if (as_exception(o)->context == exc) {
      Py_CLEAR(as_exception(o)->context);
      break;
    }
  PyException_SetContext(exc, Py_NewRef(outer));
}

static PyObject *instantiate(PyObject *type, PyObject *value) {
  if (value && PyExceptionInstance_Check(value) &&
      PyType_IsSubtype(Py_TYPE(value), (PyTypeObject *)type))
    return Py_NewRef(value);
  PyObject *exc;
  if (!value || value == Py_None)
    exc = PyObject_CallNoArgs(type);
  else if (PyTuple_Check(value))
    exc = PyObject_Call(type, value, NULL);
  else
    exc = PyObject_CallOneArg(type, value);
  if (exc && !PyExceptionInstance_Check(exc)) {
    PyErr_Format(PyExc_TypeError,
                 "calling %R should have returned an instance of "
                 "BaseException, not %.200s",
                 type, _PyType_Name(Py_TYPE(exc)));
    Py_DECREF(exc);
    return NULL;
  }
  return exc;
}

void PyErr_SetObject(PyObject *type, PyObject *value) {
  PyThreadState *ts = PyThreadState_Get();
  Py_CLEAR(ts->current_exception);
  if (!PyExceptionClass_Check(type)) {
    PyErr_SetString(PyExc_TypeError,
                    "exceptions must derive from BaseException");
    return;
  }
  PyObject *exc = instantiate(type, value);
  if (!exc)
    return; /* the failure is the exception */
  chain(exc, handled(ts));
  Py_XSETREF(ts->current_exception, exc);
}

void PyErr_SetNone(PyObject *type) { PyErr_SetObject(type, NULL); }

void PyErr_SetString(PyObject *type, const char *message) {
  PyErr_Clear();
  PyObject *u = PyUnicode_FromString(message);
  if (u)
    PyErr_SetObject(type, u);
  Py_XDECREF(u);
}

PyObject *PyErr_FormatV(PyObject *type, const char *format, va_list ap) {
  PyErr_Clear();
  PyObject *u = PyUnicode_FromFormatV(format, ap);
  if (u)
    PyErr_SetObject(type, u);
  Py_XDECREF(u);
  return NULL;
}

PyObject *PyErr_Format(PyObject *type, const char *format, ...) {
  va_list ap;
  va_start(ap, format);
  PyErr_FormatV(type, format, ap);
  va_end(ap);
  return NULL;
}

PyObject *_PyErr_FormatFromCause(PyObject *type, const char *format, ...) {
  PyObject *cause = PyErr_GetRaisedException();
  va_list ap;
  va_start(ap, format);
  PyErr_FormatV(type, format, ap);
  va_end(ap);
  PyObject *exc = PyErr_GetRaisedException();
  if (exc && cause) {
    PyException_SetCause(exc, Py_NewRef(cause));
    PyException_SetContext(exc, Py_NewRef(cause));
  }
  Py_XDECREF(cause);
  PyErr_SetRaisedException(exc);
  return NULL;
}

PyObject *PyErr_NoMemory(void) {
  PyErr_SetNone(PyExc_MemoryError);
  return NULL;
}

void PyErr_BadInternalCall(void) {
  PyErr_SetString(PyExc_SystemError, "bad argument to internal function");
}

int PyErr_BadArgument(void) {
  PyErr_SetString(PyExc_TypeError, "bad argument type for built-in operation");
  return 0;
}

/* KeyError(key), also when the key is a tuple or an exception. */
void _PyErr_SetKeyError(PyObject *key) {
  PyObject *exc = PyObject_CallOneArg(PyExc_KeyError, key);
  if (exc)
    PyErr_SetObject(PyExc_KeyError, exc);
  Py_XDECREF(exc);
}

static PyObject *class_of_errno(PyObject *type, int code) {
  if (type != PyExc_OSError)
    return type;
  switch (code) {
  case ENOENT:
    return PyExc_FileNotFoundError;
  case EEXIST:
    return PyExc_FileExistsError;
  case EACCES:
  case EPERM:
    return PyExc_PermissionError;
  case EISDIR:
    return PyExc_IsADirectoryError;
  case ENOTDIR:
    return PyExc_NotADirectoryError;
  case EINTR:
    return PyExc_InterruptedError;
  case EPIPE:
    return PyExc_BrokenPipeError;
  case EAGAIN:
    return PyExc_BlockingIOError;
  case ETIMEDOUT:
    return PyExc_TimeoutError;
  default:
    return type;
  }
}

PyObject *PyErr_SetFromErrnoWithFilename(PyObject *type, const char *filename) {
  int code = errno;
  PyObject *args = PyTuple_New(filename ? 3 : 2);
  if (!args)
    return NULL;
  PyTuple_SET_ITEM(args, 0, PyLong_FromLong(code));
  PyTuple_SET_ITEM(args, 1, PyUnicode_FromString(strerror(code)));
  if (filename)
    PyTuple_SET_ITEM(args, 2, PyUnicode_FromString(filename));
  if (!PyErr_Occurred())
    PyErr_SetObject(class_of_errno(type, code), args);
  Py_DECREF(args);
  return NULL;
}

PyObject *PyErr_SetFromErrno(PyObject *type) {
  return PyErr_SetFromErrnoWithFilename(type, NULL);
}

/* ---- the exception in flight ---------------------------------------------*/
PyObject *PyErr_Occurred(void) {
  PyObject *exc = PyThreadState_Get()->current_exception;
  return exc ? (PyObject *)Py_TYPE(exc) : NULL;
}

void PyErr_Clear(void) { Py_CLEAR(PyThreadState_Get()->current_exception); }

PyObject *PyErr_GetRaisedException(void) {
  PyThreadState *ts = PyThreadState_Get();
  PyObject *exc = ts->current_exception;
  ts->current_exception = NULL;
  return exc;
}

void PyErr_SetRaisedException(PyObject *exc) {
  Py_XSETREF(PyThreadState_Get()->current_exception, exc);
}

void PyErr_Fetch(PyObject **type, PyObject **value, PyObject **tb) {
  PyObject *exc = PyErr_GetRaisedException();
  *value = exc;
  *type = exc ? Py_NewRef(Py_TYPE(exc)) : NULL;
  *tb = exc ? PyException_GetTraceback(exc) : NULL;
}

void PyErr_Restore(PyObject *type, PyObject *value, PyObject *tb) {
  PyObject *exc = NULL;
  if (type && value && PyExceptionInstance_Check(value))
    exc = Py_NewRef(value);
  else if (type)
    exc = instantiate(type, value);
  if (exc || !type) {
    if (exc && tb)
      PyException_SetTraceback(exc, tb);
    PyErr_SetRaisedException(exc);
  }
  Py_XDECREF(type);
  Py_XDECREF(value);
  Py_XDECREF(tb);
}

void PyErr_NormalizeException(PyObject **type, PyObject **value,
                              PyObject **tb) {
  if (!*type || (*value && PyExceptionInstance_Check(*value)))
    return;
  PyErr_Restore(*type, *value, *tb);
  PyErr_Fetch(type, value, tb);
}

PyObject *PyErr_GetHandledException(void) {
  return Py_XNewRef(handled(PyThreadState_Get()));
}

/* ---- matching ------------------------------------------------------------*/
int PyErr_GivenExceptionMatches(PyObject *given, PyObject *type) {
  if (!given || !type)
    return 0;
  if (PyTuple_Check(type)) {
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(type); i++)
      if (PyErr_GivenExceptionMatches(given, PyTuple_GET_ITEM(type, i)))
        return 1;
    return 0;
  }
  if (PyExceptionInstance_Check(given))
    given = (PyObject *)Py_TYPE(given);
  if (PyExceptionClass_Check(given) && PyExceptionClass_Check(type))
    return PyType_IsSubtype((PyTypeObject *)given, (PyTypeObject *)type);
  return given == type;
}

int PyErr_ExceptionMatches(PyObject *type) {
  return PyErr_GivenExceptionMatches(PyErr_Occurred(), type);
}

int _PyGen_FetchStopIterationValue(PyObject **value) {
  *value = NULL;
  if (PyErr_Occurred()) {
    if (!PyErr_ExceptionMatches(PyExc_StopIteration))
      return -1;
    PyObject *exc = PyErr_GetRaisedException();
    PyObject *args = as_exception(exc)->args;
    *value = PyTuple_GET_SIZE(args) ? Py_NewRef(PyTuple_GET_ITEM(args, 0))
                                    : Py_NewRef(Py_None);
    Py_DECREF(exc);
    return 0;
  }
  *value = Py_NewRef(Py_None);
  return 0;
}
