/* Module sys: the script's arguments, exit, the standard streams, and what the
 * interpreter says about itself. */
#include "eval/eval.h"
#include "modules.h"

/* exit((1, 2)) is SystemExit(1, 2), and exit(None) is SystemExit(). */
static PyObject *sys_exit(PyObject *self, PyObject *args) {
  (void)self;
  if (!Builtin_ArgCount("exit", args, 0, 1))
    return NULL;
  PyObject *code = PyTuple_GET_SIZE(args) ? PyTuple_GET_ITEM(args, 0) : Py_None;
  PyObject *exit = code == Py_None ? PyObject_CallNoArgs(PyExc_SystemExit)
                   : PyTuple_Check(code)
                       ? PyObject_Call(PyExc_SystemExit, code, NULL)
                       : PyObject_CallOneArg(PyExc_SystemExit, code);
  if (exit)
    PyErr_SetObject(PyExc_SystemExit, exit);
  Py_XDECREF(exit);
  return NULL;
}

static PyObject *sys_exc_info(PyObject *self, PyObject *unused) {
  (void)self, (void)unused;
  PyObject *exception = PyErr_GetHandledException();
  if (!exception)
    return PyTuple_Pack(3, Py_None, Py_None, Py_None);
  PyObject *traceback = PyException_GetTraceback(exception);
  PyObject *triple = PyTuple_Pack(3, (PyObject *)Py_TYPE(exception), exception,
                                  traceback ? traceback : Py_None);
  Py_XDECREF(traceback);
  Py_DECREF(exception);
  return triple;
}

static PyObject *sys_exception(PyObject *self, PyObject *unused) {
  (void)self, (void)unused;
  PyObject *exception = PyErr_GetHandledException();
  return exception ? exception : Py_NewRef(Py_None);
}

static PyObject *sys_getrecursionlimit(PyObject *self, PyObject *unused) {
  (void)self, (void)unused;
  return PyLong_FromLong(PyThreadState_Get()->recursion_limit);
}

/* More than this would not fit into the C stack. */
enum { DEEPEST = 20000 };

static PyObject *sys_setrecursionlimit(PyObject *self, PyObject *arg) {
  (void)self;
  long limit = PyLong_AsLong(arg);
  if (limit == -1 && PyErr_Occurred())
    return NULL;
  if (limit < 1) {
    PyErr_SetString(PyExc_ValueError,
                    "recursion limit must be greater or equal than 1");
    return NULL;
  }
  PyThreadState_Get()->recursion_limit =
      (int)(limit < DEEPEST ? limit : DEEPEST);
  Py_RETURN_NONE;
}

static PyObject *sys_getrefcount(PyObject *self, PyObject *arg) {
  (void)self;
  return PyLong_FromSsize_t(Py_REFCNT(arg));
}

static PyObject *sys_intern(PyObject *self, PyObject *arg) {
  (void)self;
  return Py_NewRef(arg); /* nothing is interned at run time */
}

static PyObject *sys_live_objects(PyObject *self, PyObject *unused) {
  (void)self, (void)unused;
  return PyLong_FromSsize_t(_Py_LiveObjects());
}

static PyMethodDef sys_methods[] = {
    MODULE_NOARGS("_live_objects", sys_live_objects),
    MODULE_VARARGS("exit", sys_exit),
    MODULE_NOARGS("exc_info", sys_exc_info),
    MODULE_NOARGS("exception", sys_exception),
    MODULE_NOARGS("getrecursionlimit", sys_getrecursionlimit),
    MODULE_O("setrecursionlimit", sys_setrecursionlimit),
    MODULE_O("getrefcount", sys_getrefcount),
    MODULE_O("intern", sys_intern),
    MODULE_END};

static PyObject *version_info(void) {
  PyObject *info = PyTuple_New(5);
  static const long numbers[] = {3, 11, 0};
  for (int i = 0; info && i < 3; i++)
    PyTuple_SET_ITEM(info, i, PyLong_FromLong(numbers[i]));
  if (info) {
    PyTuple_SET_ITEM(info, 3, PyUnicode_FromString("final"));
    PyTuple_SET_ITEM(info, 4, PyLong_FromLong(0));
  }
  return info;
}

PyObject *PyInit_sys(void) {
  PyObject *m = Module_Create("sys", sys_methods);
  if (!m || Module_AddObject(m, "argv", PyList_New(0)) < 0 ||
      Module_AddObject(m, "path", Py_NewRef(_PyEval_Path)) < 0 ||
      Module_AddObject(m, "modules", Py_NewRef(_PyEval_Modules)) < 0 ||
      Module_AddObject(m, "maxsize", PyLong_FromSsize_t(PY_SSIZE_T_MAX)) < 0 ||
      Module_AddObject(m, "maxunicode", PyLong_FromLong(0x10FFFF)) < 0 ||
      Module_AddObject(m, "platform", PyUnicode_FromString("linux")) < 0 ||
      Module_AddObject(m, "byteorder", PyUnicode_FromString("little")) < 0 ||
      Module_AddObject(m, "version", PyUnicode_FromString("3.11 (minipy)")) <
          0 ||
      Module_AddObject(m, "version_info", version_info()) < 0 ||
      Module_AddObject(m, "stdin", PyTextFile_Standard(stdin, "<stdin>")) < 0 ||
      Module_AddObject(m, "stdout", PyTextFile_Standard(stdout, "<stdout>")) <
          0 ||
      Module_AddObject(m, "stderr", PyTextFile_Standard(stderr, "<stderr>")) <
          0)
    return NULL;
  return m;
}
