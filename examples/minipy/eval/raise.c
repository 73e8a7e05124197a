/* raise, except and with: what their instructions need besides the unwinding
 * of stacks that the loop itself does. */
#include "instructions.h"

void _PyEval_SetHandled(PyThreadState *ts, PyObject *before) {
  PyObject *handled = ts->exc_info->exc_value;
  if (before == Py_None) {
    ts->exc_info->exc_value = NULL;
    Py_DECREF(before);
  } else {
    ts->exc_info->exc_value = before;
  }
  Py_XDECREF(handled);
}

/* An instance from a class or an instance, which it takes over; or NULL. */
static PyObject *as_instance(PyObject *exception, const char *complaint) {
  PyObject *instance = exception;
  if (PyExceptionClass_Check(exception)) {
    instance = PyObject_CallNoArgs(exception);
    Py_DECREF(exception);
    if (!instance || PyExceptionInstance_Check(instance))
      return instance;
    PyErr_Format(PyExc_TypeError,
                 "calling %s should have returned an instance of "
                 "BaseException, not %s",
                 "the exception class", Py_TYPE(instance)->tp_name);
  } else if (PyExceptionInstance_Check(exception)) {
    return exception;
  } else {
    PyErr_SetString(PyExc_TypeError, complaint);
  }
  Py_DECREF(instance);
  return NULL;
}

int _PyEval_Raise(PyObject *exception, PyObject *cause) {
  if (!exception) {
    exception = PyErr_GetHandledException();
    if (!exception) {
      PyErr_SetString(PyExc_RuntimeError, "No active exception to reraise");
      return 0;
    }
    PyErr_SetRaisedException(exception);
    return 1;
  }
  exception =
      as_instance(exception, "exceptions must derive from BaseException");
  if (!exception) {
    Py_XDECREF(cause);
    return 0;
  }
  if (cause == Py_None) {
    Py_DECREF(cause);
    PyException_SetCause(exception, NULL);
    ((PyBaseExceptionObject *)exception)->suppress_context = 1;
  } else if (cause) {
    cause =
        as_instance(cause, "exception causes must derive from BaseException");
    if (!cause) {
      Py_DECREF(exception);
      return 0;
    }
    PyException_SetCause(exception, cause);
    ((PyBaseExceptionObject *)exception)->suppress_context = 1;
  }
  PyErr_SetObject((PyObject *)Py_TYPE(exception), exception);
  Py_DECREF(exception);
  return 0;
}

static int is_exception_class(PyObject *object) {
  return PyExceptionClass_Check(object);
}

int _PyEval_ExceptionMatches(PyObject *exception, PyObject *classes) {
  int good = is_exception_class(classes);
  if (PyTuple_Check(classes)) {
    good = 1;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(classes); i++)
      good = good && is_exception_class(PyTuple_GET_ITEM(classes, i));
  }
  if (!good) {
    PyErr_SetString(PyExc_TypeError,
                    "catching classes that do not inherit from BaseException "
                    "is not allowed");
    return -1;
  }
  return PyErr_GivenExceptionMatches(exception, classes);
}

/* --- with ------------------------------------------------------------------
 */

PyObject *_PyEval_EnterWith(PyObject *manager, PyObject **exit) {
  PyObject *enter = _PyObject_LookupSpecial(manager, "__enter__");
  if (!enter) {
    if (!PyErr_Occurred())
      PyErr_Format(PyExc_TypeError,
                   "'%s' object does not support the context manager protocol",
                   _PyType_Name(Py_TYPE(manager)));
    return NULL;
  }
  *exit = _PyObject_LookupSpecial(manager, "__exit__");
  if (!*exit) {
    if (!PyErr_Occurred())
      PyErr_Format(PyExc_TypeError,
                   "'%s' object does not support the context manager protocol "
                   "(missed __exit__ method)",
                   _PyType_Name(Py_TYPE(manager)));
    Py_DECREF(enter);
    return NULL;
  }
  PyObject *entered = PyObject_CallNoArgs(enter);
  Py_DECREF(enter);
  if (!entered)
    Py_CLEAR(*exit);
  return entered;
}

PyObject *_PyEval_CallExit(PyObject *exit, PyObject *exception) {
  PyObject *traceback = PyException_GetTraceback(exception);
  if (!traceback)
    traceback = Py_NewRef(Py_None);
  PyObject *args[] = {(PyObject *)Py_TYPE(exception), exception, traceback};
  PyObject *result = PyObject_Vectorcall(exit, args, 3, NULL);
  Py_DECREF(traceback);
  return result;
}
