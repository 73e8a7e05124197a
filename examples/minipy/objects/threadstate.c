/* The state of one thread of the interpreter, and its limits.
 *
 * Every thread that runs Python code (or touches objects) has one, reachable
 * through a thread-local pointer; nothing in it is ever read by another thread.
 * It holds the exception in flight, the exceptions being handled, the depth of
 * recursion and the dead objects whose destruction was put off (object.c). */
#include "../object.h"

_Thread_local PyThreadState *_PyThreadState_Current;

PyThreadState *PyThreadState_New(void) {
  PyThreadState *ts = calloc(1, sizeof *ts);
  if (!ts)
    Py_FatalError("no memory for a thread's state");
  ts->exc_info = &ts->exc_state;
  ts->recursion_limit = 1000;
  _PyThreadState_Current = ts;
  return ts;
}

void PyThreadState_Delete(PyThreadState *ts) {
  Py_CLEAR(ts->current_exception);
  Py_CLEAR(ts->exc_state.exc_value);
  Py_CLEAR(ts->repr_active);
  free(ts->trash_later);
  if (_PyThreadState_Current == ts)
    _PyThreadState_Current = NULL;
  free(ts);
}

int Py_EnterRecursiveCall(const char *where) {
  PyThreadState *ts = PyThreadState_Get();
  if (ts->recursion_depth < ts->recursion_limit) {
    ts->recursion_depth++;
    return 0;
  }
  /* The error itself needs a few calls. */
  ts->recursion_limit += 50;
  PyErr_Format(PyExc_RecursionError, "maximum recursion depth exceeded%s",
               where);
  ts->recursion_limit -= 50;
  return -1;
}

void Py_LeaveRecursiveCall(void) { PyThreadState_Get()->recursion_depth--; }

void Py_FatalError(const char *message) {
  fprintf(stderr, "Fatal Python error: %s\n", message);
  abort();
}
