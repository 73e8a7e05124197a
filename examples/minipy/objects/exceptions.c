/* The exception classes and their instances.
 *
 * All of them share one structure; what a class adds (errno of OSError, value
 * of StopIteration, ...) is computed from args, so that the classes can be
 * freely combined. The tree is the table at the end. */
#include "names.h"

typedef PyBaseExceptionObject Exc;

static PyObject *exc_new(PyTypeObject *type, PyObject *args, PyObject *kw) {
  (void)kw;
  Exc *self = (Exc *)type->tp_alloc(type, 0);
  if (self)
    self->args = args ? Py_NewRef(args) : PyTuple_New(0);
  return (PyObject *)self;
}

static int exc_init(PyObject *o, PyObject *args, PyObject *kw) {
  if (!_PyArg_NoKeywords(_PyType_Name(Py_TYPE(o)), kw))
    return -1;
  Py_XSETREF(((Exc *)o)->args, Py_NewRef(args));
  return 0;
}

/* ImportError(message, name=..., path=...), NameError(message, name=...) and
 * the like: the keywords become attributes. */
static int exc_init_keywords(PyObject *o, PyObject *args, PyObject *kw) {
  PyObject *key, *value;
  Py_ssize_t pos = 0;
  while (kw && PyDict_Next(kw, &pos, &key, &value))
    if (PyObject_SetAttr(o, key, value) < 0)
      return -1;
  return exc_init(o, args, NULL);
}

static void exc_dealloc(PyObject *o) {
  Exc *self = (Exc *)o;
  Py_CLEAR(self->dict);
  Py_CLEAR(self->args);
  Py_CLEAR(self->traceback);
  Py_CLEAR(self->context);
  Py_CLEAR(self->cause);
  PyObject_Free(o);
}

static PyObject *exc_str(PyObject *o) {
  PyObject *args = ((Exc *)o)->args;
  switch (PyTuple_GET_SIZE(args)) {
  case 0:
    return PyUnicode_FromString("");
  case 1:
    return PyObject_Str(PyTuple_GET_ITEM(args, 0));
  default:
    return PyObject_Str(args);
  }
}

static PyObject *exc_repr(PyObject *o) {
  PyObject *args = ((Exc *)o)->args;
  const char *name = _PyType_Name(Py_TYPE(o));
  if (PyTuple_GET_SIZE(args) == 1)
    return PyUnicode_FromFormat("%s(%R)", name, PyTuple_GET_ITEM(args, 0));
  return PyUnicode_FromFormat("%s%R", name, args);
}

/* ---- attributes ----------------------------------------------------------*/
static PyObject *get_args(PyObject *o, void *c) {
  (void)c;
  return Py_NewRef(((Exc *)o)->args);
}
static int set_args(PyObject *o, PyObject *v, void *c) {
  (void)c;
  PyObject *args = v ? PySequence_Tuple(v) : NULL;
  if (!v)
    PyErr_SetString(PyExc_TypeError, "args may not be deleted");
  if (!args)
    return -1;
  Py_XSETREF(((Exc *)o)->args, args);
  return 0;
}
static PyObject *or_none(PyObject *o) { return Py_NewRef(o ? o : Py_None); }
static PyObject *get_tb(PyObject *o, void *c) {
  (void)c;
  return or_none(((Exc *)o)->traceback);
}
static int set_tb(PyObject *o, PyObject *v, void *c) {
  (void)c;
  return PyException_SetTraceback(o, v);
}
static PyObject *get_context(PyObject *o, void *c) {
  (void)c;
  return or_none(((Exc *)o)->context);
}
static PyObject *get_cause(PyObject *o, void *c) {
  (void)c;
  return or_none(((Exc *)o)->cause);
}
static int check_link(PyObject *v, const char *what) {
  if (v && (v == Py_None || PyExceptionInstance_Check(v)))
    return 0;
  PyErr_Format(PyExc_TypeError,
               "exception %s must be None or derive from BaseException", what);
  return -1;
}
static int set_context(PyObject *o, PyObject *v, void *c) {
  (void)c;
  if (check_link(v, "context") < 0)
    return -1;
  PyException_SetContext(o, v == Py_None ? NULL : Py_NewRef(v));
  return 0;
}
static int set_cause(PyObject *o, PyObject *v, void *c) {
  (void)c;
  if (check_link(v, "cause") < 0)
    return -1;
  PyException_SetCause(o, v == Py_None ? NULL : Py_NewRef(v));
  return 0;
}
static PyObject *get_suppress(PyObject *o, void *c) {
  (void)c;
  return PyBool_FromLong(((Exc *)o)->suppress_context);
}
static int set_suppress(PyObject *o, PyObject *v, void *c) {
  (void)c;
  int truth = v ? PyObject_IsTrue(v) : 0;
  if (truth < 0)
    return -1;
  ((Exc *)o)->suppress_context = (char)truth;
  return 0;
}
static PyObject *with_traceback(PyObject *o, PyObject *tb) {
  return PyException_SetTraceback(o, tb) < 0 ? NULL : Py_NewRef(o);
}
static PyObject *add_note(PyObject *o, PyObject *note) {
  PyObject *notes;
  if (!PyUnicode_Check(note))
    return PyErr_Format(PyExc_TypeError, "note must be a str, not '%.200s'",
                        _PyType_Name(Py_TYPE(note)));
  int found = _PyObject_LookupAttrString(o, "__notes__", &notes);
  if (found == 0) {
    notes = PyList_New(0);
    if (notes && PyObject_SetAttrString(o, "__notes__", notes) < 0)
      Py_CLEAR(notes);
  }
  int rc = notes ? PyList_Append(notes, note) : -1;
  Py_XDECREF(notes);
  return rc < 0 ? NULL : Py_NewRef(Py_None);
}

static PyGetSetDef exc_getset[] = {
    {"__dict__", PyObject_GenericGetDict, PyObject_GenericSetDict, NULL, NULL},
    {"args", get_args, set_args, NULL, NULL},
    {"__traceback__", get_tb, set_tb, NULL, NULL},
    {"__context__", get_context, set_context, NULL, NULL},
    {"__cause__", get_cause, set_cause, NULL, NULL},
    {"__suppress_context__", get_suppress, set_suppress, NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL}};
static PyMethodDef exc_methods[] = {
    {"with_traceback", with_traceback, METH_O, NULL},
    {"add_note", add_note, METH_O, NULL},
    {NULL, NULL, 0, NULL}};

/* An attribute that is args[i] (None when missing), unless it was assigned. */
typedef struct {
  const char *name;
  Py_ssize_t index, at_least, at_most; /* of len(args) */
  int inner; /* index into the tuple args[1], as SyntaxError has it */
} ArgAttribute;

static PyObject *get_arg(PyObject *o, void *closure) {
  const ArgAttribute *a = closure;
  PyObject *args = ((Exc *)o)->args, *dict = ((Exc *)o)->dict;
  PyObject *assigned = dict ? PyDict_GetItemString(dict, a->name) : NULL;
  if (assigned)
    return Py_NewRef(assigned);
  Py_ssize_t n = PyTuple_GET_SIZE(args);
  if (n < a->at_least || n > a->at_most)
    Py_RETURN_NONE;
  if (a->inner) {
    args = PyTuple_GET_ITEM(args, 1);
    if (!PyTuple_Check(args))
      Py_RETURN_NONE;
  }
  return or_none(a->index < PyTuple_GET_SIZE(args)
                     ? PyTuple_GET_ITEM(args, a->index)
                     : NULL);
}

static int set_arg(PyObject *o, PyObject *v, void *closure) {
  PyObject *dict = PyObject_GenericGetDict(o, NULL);
  const char *name = ((const ArgAttribute *)closure)->name;
  if (!dict)
    return -1;
  int rc = v ? PyDict_SetItemString(dict, name, v)
             : PyDict_DelItemString(dict, name);
  Py_DECREF(dict);
  return rc;
}

#define ARG(name, index, least, most, inner)                                   \
  {                                                                            \
    name, get_arg, set_arg, NULL, &(ArgAttribute) {                            \
      name, index, least, most, inner                                          \
    }                                                                          \
  }
#define END                                                                    \
  { NULL, NULL, NULL, NULL, NULL }

static PyGetSetDef stop_getset[] = {ARG("value", 0, 1, 99, 0), END};
static PyGetSetDef oserror_getset[] = {ARG("errno", 0, 2, 5, 0),
                                       ARG("strerror", 1, 2, 5, 0),
                                       ARG("filename", 2, 3, 5, 0), END};
static PyGetSetDef import_getset[] = {ARG("msg", 0, 1, 1, 0),
                                      ARG("name", 0, 99, 99, 0),
                                      ARG("path", 0, 99, 99, 0), END};
static PyGetSetDef name_getset[] = {ARG("name", 0, 99, 99, 0), END};
static PyGetSetDef attribute_getset[] = {ARG("name", 0, 99, 99, 0),
                                         ARG("obj", 0, 99, 99, 0), END};
static PyGetSetDef syntax_getset[] = {
    ARG("msg", 0, 1, 2, 0),        ARG("filename", 0, 2, 2, 1),
    ARG("lineno", 1, 2, 2, 1),     ARG("offset", 2, 2, 2, 1),
    ARG("text", 3, 2, 2, 1),       ARG("end_lineno", 4, 2, 2, 1),
    ARG("end_offset", 5, 2, 2, 1), END};

/* SystemExit().code is None, SystemExit(a).code a, SystemExit(a, b).code
 * both.*/
static PyObject *get_code(PyObject *o, void *closure) {
  PyObject *args = ((Exc *)o)->args;
  if (PyTuple_GET_SIZE(args) > 1)
    return Py_NewRef(args);
  return get_arg(o, closure);
}
static PyGetSetDef exit_getset[] = {
    {"code", get_code, set_arg, NULL, &(ArgAttribute){"code", 0, 1, 1, 0}},
    END};

/* ---- their own texts -----------------------------------------------------*/
static PyObject *keyerror_str(PyObject *o) {
  PyObject *args = ((Exc *)o)->args;
  if (PyTuple_GET_SIZE(args) == 1)
    return PyObject_Repr(PyTuple_GET_ITEM(args, 0));
  return exc_str(o);
}

static PyObject *oserror_str(PyObject *o) {
  PyObject *args = ((Exc *)o)->args;
  Py_ssize_t n = PyTuple_GET_SIZE(args);
  if (n < 2 || n > 5)
    return exc_str(o);
  PyObject *code = PyTuple_GET_ITEM(args, 0);
  PyObject *text = PyTuple_GET_ITEM(args, 1);
  if (n > 2 && PyTuple_GET_ITEM(args, 2) != Py_None)
    return PyUnicode_FromFormat("[Errno %S] %S: %R", code, text,
                                PyTuple_GET_ITEM(args, 2));
  return PyUnicode_FromFormat("[Errno %S] %S", code, text);
}

/* OSError(2, "text") is a FileNotFoundError. */
static PyObject *oserror_new(PyTypeObject *type, PyObject *args, PyObject *kw) {
  static const struct {
    int code;
    PyObject *const *type;
  } map[] = {{2, &PyExc_FileNotFoundError},  {17, &PyExc_FileExistsError},
             {13, &PyExc_PermissionError},   {1, &PyExc_PermissionError},
             {21, &PyExc_IsADirectoryError}, {20, &PyExc_NotADirectoryError},
             {4, &PyExc_InterruptedError},   {32, &PyExc_BrokenPipeError},
             {11, &PyExc_BlockingIOError},   {110, &PyExc_TimeoutError}};
  if ((PyObject *)type == PyExc_OSError && args &&
      PyTuple_GET_SIZE(args) >= 2 && PyLong_Check(PyTuple_GET_ITEM(args, 0)))
    for (size_t i = 0; i < sizeof map / sizeof *map; i++)
      if (_PyLong_IsCompact(PyTuple_GET_ITEM(args, 0)) &&
          _PyLong_CompactValue(PyTuple_GET_ITEM(args, 0)) == map[i].code)
        type = (PyTypeObject *)*map[i].type;
  return exc_new(type, args, kw);
}

static PyObject *syntaxerror_str(PyObject *o) {
  PyObject *args = ((Exc *)o)->args;
  if (PyTuple_GET_SIZE(args) != 2 || !PyTuple_Check(PyTuple_GET_ITEM(args, 1)))
    return exc_str(o);
  PyObject *where = PyTuple_GET_ITEM(args, 1);
  if (PyTuple_GET_SIZE(where) < 2)
    return PyObject_Str(PyTuple_GET_ITEM(args, 0));
  PyObject *file = PyTuple_GET_ITEM(where, 0);
  const char *path = PyUnicode_Check(file) ? PyUnicode_AsUTF8(file) : "";
  const char *slash = path ? strrchr(path, '/') : NULL;
  return PyUnicode_FromFormat("%S (%s, line %S)", PyTuple_GET_ITEM(args, 0),
                              slash  ? slash + 1
                              : path ? path
                                     : "",
                              PyTuple_GET_ITEM(where, 1));
}

/* ---- links ---------------------------------------------------------------*/
PyObject *PyException_GetTraceback(PyObject *e) {
  return Py_XNewRef(((Exc *)e)->traceback);
}
int PyException_SetTraceback(PyObject *e, PyObject *tb) {
  Py_XSETREF(((Exc *)e)->traceback, tb == Py_None ? NULL : Py_XNewRef(tb));
  return 0;
}
PyObject *PyException_GetContext(PyObject *e) {
  return Py_XNewRef(((Exc *)e)->context);
}
void PyException_SetContext(PyObject *e, PyObject *context) {
  Py_XSETREF(((Exc *)e)->context, context);
}
PyObject *PyException_GetCause(PyObject *e) {
  return Py_XNewRef(((Exc *)e)->cause);
}
void PyException_SetCause(PyObject *e, PyObject *cause) {
  ((Exc *)e)->suppress_context = 1;
  Py_XSETREF(((Exc *)e)->cause, cause);
}

PyObject *PyErr_NewException(const char *name, PyObject *base, PyObject *dict) {
  const char *dot = strrchr(name, '.');
  PyObject *ns = dict ? PyDict_Copy(dict) : PyDict_New();
  if (!ns)
    return NULL;
  PyObject *module = dot ? PyUnicode_FromStringAndSize(name, dot - name)
                         : PyUnicode_FromString("builtins");
  PyObject *type = NULL;
  if (module && PyDict_SetItemString(ns, "__module__", module) == 0) {
    PyObject *u = PyUnicode_FromString(dot ? dot + 1 : name);
    PyObject *bases = PyTuple_Pack(1, base ? base : PyExc_Exception);
    if (u && bases)
      type = PyObject_CallFunctionObjArgs((PyObject *)&PyType_Type, u, bases,
                                          ns, NULL);
    Py_XDECREF(u);
    Py_XDECREF(bases);
  }
  Py_XDECREF(module);
  Py_DECREF(ns);
  return type;
}

/* ---- the tree ------------------------------------------------------------*/
#define DEFINE(n)                                                              \
  static PyTypeObject exc_##n = {                                              \
      .ob_base = {PyObject_HEAD_INIT(&PyType_Type), 0},                        \
      .tp_name = #n,                                                           \
      .tp_basicsize = sizeof(Exc),                                             \
      .tp_flags = Py_TPFLAGS_BASETYPE | Py_TPFLAGS_BASE_EXC_SUBCLASS |         \
                  Py_TPFLAGS_HAVE_GC,                                          \
      .tp_dictoffset = offsetof(Exc, dict),                                    \
      .tp_dealloc = exc_dealloc};                                              \
  PyObject *const PyExc_##n = (PyObject *)&exc_##n;
_PY_EXCEPTIONS(DEFINE)
#undef DEFINE

static const struct {
  PyTypeObject *type, *base;
} tree[] = {
#define T(name, base) {&exc_##name, &exc_##base},
    T(Exception, BaseException) T(GeneratorExit, BaseException) T(
        SystemExit, BaseException) T(KeyboardInterrupt,
                                     BaseException) T(TypeError, Exception)
        T(StopIteration, Exception) T(StopAsyncIteration, Exception) T(
            ImportError,
            Exception) T(ModuleNotFoundError,
                         ImportError) T(OSError, Exception) T(FileNotFoundError,
                                                              OSError)
            T(FileExistsError, OSError) T(PermissionError, OSError) T(
                IsADirectoryError,
                OSError) T(NotADirectoryError,
                           OSError) T(InterruptedError,
                                      OSError) T(ConnectionError,
                                                 OSError) T(BrokenPipeError,
                                                            ConnectionError)
                T(BlockingIOError, OSError) T(TimeoutError, OSError) T(
                    EOFError,
                    Exception) T(RuntimeError,
                                 Exception) T(RecursionError, RuntimeError)
                    T(NotImplementedError, RuntimeError) T(
                        NameError,
                        Exception) T(UnboundLocalError,
                                     NameError) T(AttributeError, Exception)
                        T(SyntaxError, Exception) T(
                            IndentationError,
                            SyntaxError) T(TabError, IndentationError)
                            T(LookupError,
                              Exception) T(IndexError,
                                           LookupError) T(KeyError, LookupError)
                                T(ValueError,
                                  Exception) T(UnicodeError,
                                               ValueError) T(UnicodeDecodeError,
                                                             UnicodeError)
                                    T(UnicodeEncodeError,
                                      UnicodeError) T(AssertionError, Exception)
                                        T(ArithmeticError, Exception) T(
                                            FloatingPointError, ArithmeticError)
                                            T(OverflowError, ArithmeticError) T(
                                                ZeroDivisionError,
                                                ArithmeticError) T(SystemError,
                                                                   Exception)
                                                T(MemoryError, Exception) T(
                                                    BufferError,
                                                    Exception) T(ReferenceError,
                                                                 Exception)
                                                    T(Warning, Exception) T(
                                                        UserWarning, Warning)
                                                        T(DeprecationWarning,
                                                          Warning)
                                                            T(RuntimeWarning,
                                                              Warning)
                                                                T(SyntaxWarning,
                                                                  Warning)
#undef T
};

int _PyExceptions_Init(void) {
  exc_BaseException.tp_new = exc_new;
  exc_BaseException.tp_init = exc_init;
  exc_BaseException.tp_str = exc_str;
  exc_BaseException.tp_repr = exc_repr;
  exc_BaseException.tp_getset = exc_getset;
  exc_BaseException.tp_methods = exc_methods;
  exc_KeyError.tp_str = keyerror_str;
  exc_OSError.tp_str = oserror_str;
  exc_OSError.tp_new = oserror_new;
  exc_OSError.tp_getset = oserror_getset;
  exc_SyntaxError.tp_str = syntaxerror_str;
  exc_SyntaxError.tp_getset = syntax_getset;
  exc_StopIteration.tp_getset = stop_getset;
  exc_SystemExit.tp_getset = exit_getset;
  exc_ImportError.tp_getset = import_getset;
  exc_ImportError.tp_init = exc_init_keywords;
  exc_NameError.tp_getset = name_getset;
  exc_NameError.tp_init = exc_init_keywords;
  exc_AttributeError.tp_getset = attribute_getset;
  exc_AttributeError.tp_init = exc_init_keywords;
  if (PyType_Ready(&exc_BaseException) < 0)
    return -1;
  for (size_t i = 0; i < sizeof tree / sizeof *tree; i++) {
    tree[i].type->tp_base = tree[i].base;
    if (PyType_Ready(tree[i].type) < 0)
      return -1;
  }
  return 0;
}
