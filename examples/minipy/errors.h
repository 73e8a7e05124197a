/* Exceptions and the state of a thread: the part of object.h (which includes
 * this file) that is about errors. The exception in flight is one pointer in
 * the thread state, always to an instance. */
#ifndef MINIPY_ERRORS_H
#define MINIPY_ERRORS_H

#ifndef MINIPY_OBJECT_H
#error "include object.h"
#endif

/* ---- exceptions ----------------------------------------------------------*/
typedef struct {
  PyObject_HEAD PyObject *dict, *args;
  PyObject *traceback, *context, *cause; /* may be NULL */
  char suppress_context;
} PyBaseExceptionObject;

#define _PY_EXCEPTIONS(X)                                                      \
  X(BaseException)                                                             \
  X(Exception) X(TypeError) X(StopIteration) X(StopAsyncIteration) X(          \
      GeneratorExit) X(SystemExit) X(KeyboardInterrupt) X(ImportError)         \
      X(ModuleNotFoundError) X(OSError) X(FileNotFoundError) X(                \
          FileExistsError) X(PermissionError) X(IsADirectoryError)             \
          X(NotADirectoryError) X(InterruptedError) X(BrokenPipeError) X(      \
              BlockingIOError) X(TimeoutError) X(ConnectionError) X(EOFError)  \
              X(RuntimeError) X(RecursionError) X(NotImplementedError)         \
                  X(NameError) X(UnboundLocalError) X(AttributeError)          \
                      X(SyntaxError) X(IndentationError) X(TabError) X(        \
                          LookupError) X(IndexError) X(KeyError) X(ValueError) \
                          X(UnicodeError) X(UnicodeDecodeError)                \
                              X(UnicodeEncodeError) X(AssertionError)          \
                                  X(ArithmeticError) X(FloatingPointError)     \
                                      X(OverflowError) X(ZeroDivisionError)    \
                                          X(SystemError) X(MemoryError)        \
                                              X(BufferError) X(ReferenceError) \
                                                  X(Warning) X(UserWarning)    \
                                                      X(DeprecationWarning)    \
                                                          X(RuntimeWarning)    \
                                                              X(SyntaxWarning)
#define _PY_DECLARE_EXCEPTION(name) extern PyObject *const PyExc_##name;
_PY_EXCEPTIONS(_PY_DECLARE_EXCEPTION)
#undef _PY_DECLARE_EXCEPTION

void PyErr_SetString(PyObject *type, const char *message);
void PyErr_SetObject(PyObject *type, PyObject *value);
void PyErr_SetNone(PyObject *type);
PyObject *PyErr_Format(PyObject *type, const char *format, ...); /* NULL */
PyObject *PyErr_FormatV(PyObject *type, const char *format, va_list ap);
PyObject *PyErr_NoMemory(void); /* NULL */
void PyErr_BadInternalCall(void);
int PyErr_BadArgument(void);    /* 0 */
PyObject *PyErr_Occurred(void); /* borrowed: the exception's class, or NULL */
void PyErr_Clear(void);
int PyErr_ExceptionMatches(PyObject *type_or_tuple);
int PyErr_GivenExceptionMatches(PyObject *given, PyObject *type_or_tuple);
void PyErr_Fetch(PyObject **type, PyObject **value, PyObject **tb); /* owned */
void PyErr_Restore(PyObject *type, PyObject *value, PyObject *tb);  /* steals */
void PyErr_NormalizeException(PyObject **t, PyObject **v, PyObject **tb);
PyObject *PyErr_GetRaisedException(void);     /* takes it out; may be NULL */
void PyErr_SetRaisedException(PyObject *exc); /* steals exc */
PyObject *PyErr_GetHandledException(void);    /* new reference or NULL */
PyObject *PyErr_SetFromErrno(PyObject *type);
PyObject *PyErr_SetFromErrnoWithFilename(PyObject *type, const char *filename);
/* Raises `type` with the current exception as its __cause__ and __context__. */
PyObject *_PyErr_FormatFromCause(PyObject *type, const char *format, ...);
/* Pending StopIteration, or no exception: its value and 0; else -1. */
int _PyGen_FetchStopIterationValue(PyObject **value);
void _PyErr_SetKeyError(PyObject *key);
PyObject *PyException_GetTraceback(PyObject *e);         /* new or NULL */
int PyException_SetTraceback(PyObject *e, PyObject *tb); /* NULL or None too */
PyObject *PyException_GetContext(PyObject *e);
void PyException_SetContext(PyObject *e, PyObject *context); /* steals */
PyObject *PyException_GetCause(PyObject *e);
void PyException_SetCause(PyObject *e, PyObject *cause); /* steals */
/* A new class; name may be "module.name"; base may be NULL, dict too. */
PyObject *PyErr_NewException(const char *name, PyObject *base, PyObject *dict);

/* ---- the thread state ----------------------------------------------------*/
typedef struct _err_stackitem { /* exceptions being handled: generators push */
  PyObject *exc_value Py_THREADLOCAL; /* NULL: none */
  struct _err_stackitem *previous_item Py_THREADLOCAL;
} _PyErr_StackItem;

typedef struct _ts {
  PyObject *current_exception Py_THREADLOCAL; /* raised and not yet handled */
  _PyErr_StackItem *exc_info Py_THREADLOCAL;  /* top of the handled ones */
  _PyErr_StackItem exc_state;                 /* its bottom */
  int recursion_depth Py_THREADLOCAL;
  int recursion_limit Py_THREADLOCAL;
  struct _frame *frame Py_THREADLOCAL;
  int trash_nesting Py_THREADLOCAL;
  PyObject **trash_later Py_THREADLOCAL; /* objects to be destroyed, ... */
  Py_ssize_t trash_count Py_THREADLOCAL, trash_room Py_THREADLOCAL;
  PyObject *repr_active Py_THREADLOCAL; /* list of containers, or NULL */
  unsigned long thread_id Py_THREADLOCAL;
  void *eval_data Py_THREADLOCAL; /* free for EVAL */
} PyThreadState;
extern _Thread_local PyThreadState *_PyThreadState_Current;
static inline PyThreadState *PyThreadState_Get(void) {
  return _PyThreadState_Current;
}
PyThreadState *PyThreadState_New(void); /* and makes it this thread's */
void PyThreadState_Delete(PyThreadState *ts);
int Py_EnterRecursiveCall(const char *where); /* -1: RecursionError is set */
void Py_LeaveRecursiveCall(void);
void Py_FatalError(const char *message);

#endif
