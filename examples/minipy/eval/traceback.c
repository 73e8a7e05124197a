/* Traceback objects: where an exception passed on its way out.
 *
 * One entry per frame, the outermost first; an entry keeps the code object and
 * the line, not the frame, so an exception that is kept does not keep the
 * locals of what it passed alive (and there is no tb_frame.f_locals). */
#include "eval.h"

typedef struct {
  PyObject_HEAD PyObject *tb_next; /* towards where it was raised; or NULL */
  PyCodeObject *tb_code Py_IMMUTABLE;
  int tb_lineno Py_IMMUTABLE;
} PyTracebackObject;

void _PyTraceBack_Add(PyObject *exception, PyCodeObject *code, int line) {
  PyTracebackObject *entry = PyObject_New(PyTracebackObject, &PyTraceBack_Type);
  if (!entry)
    return; /* the exception itself matters more than its traceback */
  PyBaseExceptionObject *base = (PyBaseExceptionObject *)exception;
  entry->tb_next = base->traceback;
  entry->tb_code = (PyCodeObject *)Py_NewRef(code);
  entry->tb_lineno = line;
  base->traceback = (PyObject *)entry;
}

void PyTraceBack_Here(PyFrameObject *frame, int unit) {
  PyThreadState *ts = PyThreadState_Get();
  if (ts->current_exception)
    _PyTraceBack_Add(ts->current_exception, frame->f_code,
                     PyCode_Addr2Line(frame->f_code, unit));
}

int _PyTraceBack_Entry(PyObject *traceback, PyCodeObject **code, int *line,
                       PyObject **next) {
  if (!traceback || !Py_IS_TYPE(traceback, &PyTraceBack_Type))
    return 0;
  PyTracebackObject *entry = (PyTracebackObject *)traceback;
  *code = entry->tb_code;
  *line = entry->tb_lineno;
  *next = entry->tb_next;
  return 1;
}

static void traceback_dealloc(PyObject *op) {
  PyTracebackObject *self = (PyTracebackObject *)op;
  Py_XDECREF(self->tb_next);
  Py_DECREF(self->tb_code);
  PyObject_Free(op);
}

static PyObject *get_next(PyObject *self, void *unused) {
  (void)unused;
  PyObject *next = ((PyTracebackObject *)self)->tb_next;
  return Py_NewRef(next ? next : Py_None);
}

static PyObject *get_line(PyObject *self, void *unused) {
  (void)unused;
  return PyLong_FromLong(((PyTracebackObject *)self)->tb_lineno);
}

static PyGetSetDef traceback_getset[] = {
    {"tb_next", get_next, NULL, NULL, NULL},
    {"tb_lineno", get_line, NULL, NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL}};

PyTypeObject PyTraceBack_Type = {
    .ob_base = {PyObject_HEAD_INIT(&PyType_Type), 0},
    .tp_name = "traceback",
    .tp_basicsize = sizeof(PyTracebackObject),
    .tp_dealloc = traceback_dealloc,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION |
                Py_TPFLAGS_HAVE_GC,
    .tp_getset = traceback_getset,
};
