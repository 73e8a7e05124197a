/* Generators: a frame that sleeps between two values.
 *
 * The generator owns its frame until the frame returns or fails. While it runs
 * it adds its own entry to the thread's stack of handled exceptions, so that an
 * exception that the generator's body is just handling does not show outside
 * while the generator sleeps.
 *
 * `yield from` runs the receiver through _PyGen_Delegate; throw() and close()
 * look whether the frame sleeps at a YIELD_FROM and go to the receiver first.
 */
#include "eval.h"

typedef struct {
  PyObject_HEAD PyFrameObject *gi_frame; /* NULL: over */
  PyObject *gi_name, *gi_qualname;
  PyCodeObject *gi_code Py_IMMUTABLE;
  _PyErr_StackItem gi_handled;
  int gi_started, gi_running;
} PyGenObject;

PyObject *PyGen_New(PyFrameObject *frame, PyFunctionObject *function) {
  PyGenObject *self = PyObject_New(PyGenObject, &PyGen_Type);
  if (!self) {
    PyFrame_Free(frame);
    return NULL;
  }
  self->gi_frame = frame;
  self->gi_name = Py_NewRef(function->func_name);
  self->gi_qualname = Py_NewRef(function->func_qualname);
  self->gi_code = (PyCodeObject *)Py_NewRef(function->func_code);
  self->gi_handled.exc_value = NULL;
  self->gi_handled.previous_item = NULL;
  self->gi_started = self->gi_running = 0;
  return (PyObject *)self;
}

static void finish(PyGenObject *self) {
  PyFrameObject *frame = self->gi_frame;
  self->gi_frame = NULL;
  if (frame)
    PyFrame_Free(frame);
  Py_CLEAR(self->gi_handled.exc_value);
}

/* A StopIteration that leaves a generator's body is an error in the body. */
static void check_stop_iteration(void) {
  if (PyErr_ExceptionMatches(PyExc_StopIteration))
    _PyErr_FormatFromCause(PyExc_RuntimeError,
                           "generator raised StopIteration");
}

/* What is thrown into the body has what the body is handling as its context. */
static void give_context(void) {
  PyObject *exception = PyErr_GetRaisedException();
  PyErr_SetObject((PyObject *)Py_TYPE(exception), exception);
  Py_DECREF(exception);
}

/* Lets the frame go on. *returned tells a return from a yield; NULL with an
 * exception. */
static PyObject *resume(PyGenObject *self, PyObject *sent, int raising,
                        int *returned) {
  PyThreadState *ts = PyThreadState_Get();
  PyFrameObject *frame = self->gi_frame;
  *returned = 0;
  if (self->gi_running) {
    PyErr_SetString(PyExc_ValueError, "generator already executing");
    return NULL;
  }
  if (!raising && self->gi_started)
    *frame->f_top++ = Py_NewRef(sent);
  self->gi_running = self->gi_started = 1;
  self->gi_handled.previous_item = ts->exc_info;
  ts->exc_info = &self->gi_handled;
  if (raising)
    give_context();
  PyObject *value = _PyEval_Frame(frame, raising);
  ts->exc_info = self->gi_handled.previous_item;
  self->gi_handled.previous_item = NULL;
  self->gi_running = 0;
  if (value && frame->f_yielded)
    return value;
  finish(self);
  if (value)
    *returned = 1;
  else
    check_stop_iteration();
  return value;
}

/* StopIteration(value), with one argument even if it is a tuple. */
static void raise_stop(PyObject *value) {
  if (value == Py_None) {
    PyErr_SetNone(PyExc_StopIteration);
    return;
  }
  PyObject *stop = PyObject_CallOneArg(PyExc_StopIteration, value);
  if (stop) {
    PyErr_SetObject(PyExc_StopIteration, stop);
    Py_DECREF(stop);
  }
}

/* The value yielded; NULL: StopIteration or another exception is set. */
static PyObject *step(PyGenObject *self, PyObject *sent, int raising) {
  int returned;
  if (!self->gi_frame) {
    if (!raising)
      PyErr_SetNone(PyExc_StopIteration);
    return NULL;
  }
  PyObject *value = resume(self, sent, raising, &returned);
  if (!returned)
    return value;
  raise_stop(value);
  Py_DECREF(value);
  return NULL;
}

/* next(): the end is NULL alone unless there is a value to tell. */
static PyObject *gen_iternext(PyObject *op) {
  PyGenObject *self = (PyGenObject *)op;
  int returned;
  if (!self->gi_frame)
    return NULL;
  PyObject *value = resume(self, Py_None, 0, &returned);
  if (!returned)
    return value;
  if (value != Py_None)
    raise_stop(value);
  Py_DECREF(value);
  return NULL;
}

static PyObject *gen_send(PyObject *op, PyObject *value) {
  PyGenObject *self = (PyGenObject *)op;
  if (self->gi_frame && !self->gi_started && value != Py_None) {
    PyErr_SetString(PyExc_TypeError,
                    "can't send non-None value to a just-started generator");
    return NULL;
  }
  return step(self, value, 0);
}

/* --- yield from -------------------------------------------------------------
 */

int _PyGen_Delegate(PyObject *receiver, PyObject *sent, PyObject **result) {
  PyObject *value;
  if (PyGen_Check(receiver))
    value = sent == Py_None ? gen_iternext(receiver) : gen_send(receiver, sent);
  else if (sent == Py_None)
    value = Py_TYPE(receiver)->tp_iternext(receiver);
  else
    value = _PyObject_CallMethodString(receiver, "send", sent, NULL);
  *result = value;
  if (value)
    return 1;
  return _PyGen_FetchStopIterationValue(result) < 0 ? -1 : 0;
}

/* What the generator waits for in a `yield from` (borrowed), or NULL. */
static PyObject *receiver_of(PyGenObject *self) {
  PyFrameObject *frame = self->gi_frame;
  if (!frame || !self->gi_started || self->gi_running)
    return NULL;
  _Py_CODEUNIT unit = frame->f_code->co_code[frame->f_next];
  return _Py_OPCODE(unit) == YIELD_FROM ? frame->f_top[-1] : NULL;
}

/* Ends the `yield from`: its receiver goes, the frame stands after it. */
static void leave_receiver(PyGenObject *self) {
  PyFrameObject *frame = self->gi_frame;
  PyObject *receiver = *--frame->f_top;
  frame->f_next++;
  Py_DECREF(receiver);
}

/* --- throw and close --------------------------------------------------------
 */

static PyObject *gen_close(PyObject *op, PyObject *unused);

static int close_receiver(PyObject *receiver) {
  PyObject *close, *result;
  if (PyGen_Check(receiver)) {
    result = gen_close(receiver, NULL);
  } else {
    int found = _PyObject_LookupAttrString(receiver, "close", &close);
    if (found <= 0)
      return found;
    result = PyObject_CallNoArgs(close);
    Py_DECREF(close);
  }
  Py_XDECREF(result);
  return result ? 0 : -1;
}

/* Raises the exception (an instance) where the generator sleeps. */
static PyObject *throw_into(PyGenObject *self, PyObject *exception);

static PyObject *throw_into_receiver(PyGenObject *self, PyObject *receiver,
                                     PyObject *exception) {
  PyObject *result, *method;
  self->gi_running = 1;
  if (PyGen_Check(receiver)) {
    result = throw_into((PyGenObject *)receiver, exception);
  } else {
    int found = _PyObject_LookupAttrString(receiver, "throw", &method);
    if (found == 0) {
      self->gi_running = 0;
      leave_receiver(self);
      PyErr_SetRaisedException(Py_NewRef(exception));
      return step(self, NULL, 1);
    }
    result = found < 0 ? NULL : PyObject_CallOneArg(method, exception);
    if (found > 0)
      Py_DECREF(method);
  }
  self->gi_running = 0;
  if (result)
    return result;
  leave_receiver(self);
  PyObject *value;
  if (_PyGen_FetchStopIterationValue(&value) < 0)
    return step(self, NULL, 1);
  result = step(self, value, 0);
  Py_DECREF(value);
  return result;
}

static PyObject *throw_into(PyGenObject *self, PyObject *exception) {
  PyObject *receiver = receiver_of(self);
  if (receiver) {
    Py_INCREF(receiver);
    PyObject *result = NULL;
    if (PyErr_GivenExceptionMatches(exception, PyExc_GeneratorExit)) {
      self->gi_running = 1;
      int status = close_receiver(receiver);
      self->gi_running = 0;
      leave_receiver(self);
      if (status == 0)
        PyErr_SetRaisedException(Py_NewRef(exception));
      result = step(self, NULL, 1);
    } else {
      result = throw_into_receiver(self, receiver, exception);
    }
    Py_DECREF(receiver);
    return result;
  }
  if (self->gi_running) {
    PyErr_SetString(PyExc_ValueError, "generator already executing");
    return NULL;
  }
  PyErr_SetRaisedException(Py_NewRef(exception));
  if (!self->gi_started && self->gi_frame) {
    /* Nothing has run: the exception passes at the def line. */
    PyTraceBack_Here(self->gi_frame, 0);
    finish(self);
    check_stop_iteration();
    return NULL;
  }
  return step(self, NULL, 1);
}

static PyObject *gen_throw(PyObject *op, PyObject *args) {
  PyObject *type, *value = NULL, *traceback = NULL, *exception;
  if (!PyArg_UnpackTuple(args, "throw", 1, 3, &type, &value, &traceback))
    return NULL;
  if (PyExceptionInstance_Check(type)) {
    exception = Py_NewRef(type);
  } else if (PyExceptionClass_Check(type)) {
    if (value && PyExceptionInstance_Check(value))
      exception = Py_NewRef(value);
    else if (value && value != Py_None)
      exception = PyObject_CallOneArg(type, value);
    else
      exception = PyObject_CallNoArgs(type);
  } else {
    PyErr_Format(PyExc_TypeError,
                 "exceptions must be classes or instances deriving from "
                 "BaseException, not %s",
                 Py_TYPE(type)->tp_name);
    return NULL;
  }
  if (!exception)
    return NULL;
  PyObject *result = throw_into((PyGenObject *)op, exception);
  Py_DECREF(exception);
  return result;
}

static PyObject *gen_close(PyObject *op, PyObject *unused) {
  (void)unused;
  PyGenObject *self = (PyGenObject *)op;
  if (self->gi_frame && !self->gi_started)
    finish(self);
  if (!self->gi_frame)
    Py_RETURN_NONE;
  PyObject *exit = PyObject_CallNoArgs(PyExc_GeneratorExit);
  if (!exit)
    return NULL;
  PyObject *value = throw_into(self, exit);
  Py_DECREF(exit);
  if (value) {
    Py_DECREF(value);
    PyErr_SetString(PyExc_RuntimeError, "generator ignored GeneratorExit");
    return NULL;
  }
  if (PyErr_ExceptionMatches(PyExc_StopIteration) ||
      PyErr_ExceptionMatches(PyExc_GeneratorExit)) {
    PyErr_Clear();
    Py_RETURN_NONE;
  }
  return NULL;
}

/* --- the type ---------------------------------------------------------------
 */

/* A generator dropped in the middle still runs its `finally` clauses. */
static void close_forgotten(PyGenObject *self) {
  if (!self->gi_frame || !self->gi_started || self->gi_running ||
      (self->gi_frame->f_block_count == 0 && !receiver_of(self)))
    return;
  PyObject *pending = PyErr_GetRaisedException();
  self->ob_base.ob_refcnt = 1; /* alive while its code runs */
  PyObject *result = gen_close((PyObject *)self, NULL);
  if (!result)
    PyErr_Print();
  Py_XDECREF(result);
  self->ob_base.ob_refcnt = 0;
  if (pending)
    PyErr_SetRaisedException(pending);
}

static void gen_dealloc(PyObject *op) {
  PyGenObject *self = (PyGenObject *)op;
  close_forgotten(self);
  finish(self);
  Py_DECREF(self->gi_name);
  Py_DECREF(self->gi_qualname);
  Py_DECREF(self->gi_code);
  PyObject_Free(op);
}

static PyObject *gen_repr(PyObject *op) {
  return PyUnicode_FromFormat("<generator object %U at %p>",
                              ((PyGenObject *)op)->gi_qualname, op);
}

static PyObject *get_name(PyObject *self, void *unused) {
  (void)unused;
  return Py_NewRef(((PyGenObject *)self)->gi_name);
}

static PyObject *get_qualname(PyObject *self, void *unused) {
  (void)unused;
  return Py_NewRef(((PyGenObject *)self)->gi_qualname);
}

static PyObject *get_running(PyObject *self, void *unused) {
  (void)unused;
  return PyBool_FromLong(((PyGenObject *)self)->gi_running);
}

static PyObject *get_yield_from(PyObject *self, void *unused) {
  (void)unused;
  PyObject *receiver = receiver_of((PyGenObject *)self);
  return Py_NewRef(receiver ? receiver : Py_None);
}

static PyMethodDef gen_methods[] = {{"send", gen_send, METH_O, NULL},
                                    {"throw", gen_throw, METH_VARARGS, NULL},
                                    {"close", gen_close, METH_NOARGS, NULL},
                                    {NULL, NULL, 0, NULL}};

static PyGetSetDef gen_getset[] = {
    {"__name__", get_name, NULL, NULL, NULL},
    {"__qualname__", get_qualname, NULL, NULL, NULL},
    {"gi_running", get_running, NULL, NULL, NULL},
    {"gi_yieldfrom", get_yield_from, NULL, NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL}};

PyTypeObject PyGen_Type = {
    .ob_base = {PyObject_HEAD_INIT(&PyType_Type), 0},
    .tp_name = "generator",
    .tp_basicsize = sizeof(PyGenObject),
    .tp_dealloc = gen_dealloc,
    .tp_repr = gen_repr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION |
                Py_TPFLAGS_HAVE_GC,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = gen_iternext,
    .tp_methods = gen_methods,
    .tp_getset = gen_getset,
};
