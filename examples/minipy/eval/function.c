/* Function objects, and how a call's arguments become the locals of a frame.
 *
 * Nearly all calls give exactly the positional parameters and nothing else:
 * these just copy them. Everything else (defaults, *args, **kwargs, keyword
 * arguments, keyword-only parameters) goes through bind_arguments, whose errors
 * arguments.c words. */
#include "arguments.h"
#include "eval.h"

PyObject *PyFunction_New(PyCodeObject *code, PyObject *globals) {
  PyFunctionObject *self = PyObject_New(PyFunctionObject, &PyFunction_Type);
  if (!self)
    return NULL;
  self->func_code = (PyCodeObject *)Py_NewRef(code);
  self->func_globals = Py_NewRef(globals);
  self->func_closure = NULL;
  self->func_defaults = NULL;
  self->func_kwdefaults = NULL;
  self->func_name = Py_NewRef(code->co_name);
  self->func_qualname = Py_NewRef(code->co_qualname);
  PyObject *module = PyDict_GetItemString(globals, "__name__");
  self->func_module = Py_NewRef(module ? module : Py_None);
  self->func_doc = Py_NewRef(code->co_flags & CO_DOCSTRING
                                 ? PyTuple_GET_ITEM(code->co_consts, 0)
                                 : Py_None);
  self->func_dict = NULL;
  int unusual = CO_VARARGS | CO_VARKEYWORDS | CO_GENERATOR;
  self->func_simple =
      !(code->co_flags & unusual) && code->co_kwonlyargcount == 0;
  return (PyObject *)self;
}

/* --- binding -------------------------------------------------------------- */

/* Where the parameters' slots are in the frame. */
static int star_slot(PyCodeObject *code) {
  return code->co_argcount + code->co_kwonlyargcount;
}

static int double_star_slot(PyCodeObject *code) {
  return star_slot(code) + ((code->co_flags & CO_VARARGS) != 0);
}

static int bind_positional(PyFunctionObject *function, PyFrameObject *frame,
                           PyObject *const *args, size_t nargs) {
  PyCodeObject *code = function->func_code;
  size_t named = (size_t)code->co_argcount;
  size_t copied = nargs < named ? nargs : named;
  for (size_t i = 0; i < copied; i++)
    frame->f_values[i] = Py_NewRef(args[i]);
  if (!(code->co_flags & CO_VARARGS))
    return 0;
  PyObject *rest =
      _PyTuple_FromArray(args + copied, (Py_ssize_t)(nargs - copied));
  frame->f_values[star_slot(code)] = rest;
  return rest ? 0 : -1;
}

/* The index of the parameter that can be given by this name, or -1. */
static int parameter_named(PyCodeObject *code, PyObject *name) {
  int count = code->co_argcount + code->co_kwonlyargcount;
  for (int i = code->co_posonlyargcount; i < count; i++)
    if (PyTuple_GET_ITEM(code->co_varnames, i) == name)
      return i;
  for (int i = code->co_posonlyargcount; i < count; i++)
    if (_PyUnicode_Equal(PyTuple_GET_ITEM(code->co_varnames, i), name))
      return i;
  return -1;
}

static int bind_keyword(PyFunctionObject *function, PyFrameObject *frame,
                        PyObject *name, PyObject *value, PyObject *kwnames) {
  PyCodeObject *code = function->func_code;
  if (!PyUnicode_Check(name)) {
    PyErr_Format(PyExc_TypeError, "%U() keywords must be strings",
                 function->func_qualname);
    return -1;
  }
  int index = parameter_named(code, name);
  if (index < 0) {
    if (code->co_flags & CO_VARKEYWORDS)
      return PyDict_SetItem(frame->f_values[double_star_slot(code)], name,
                            value);
    return Arguments_UnexpectedKeyword(function, name, kwnames);
  }
  if (frame->f_values[index]) {
    PyErr_Format(PyExc_TypeError, "%U() got multiple values for argument '%U'",
                 function->func_qualname, name);
    return -1;
  }
  frame->f_values[index] = Py_NewRef(value);
  return 0;
}

static int bind_defaults(PyFunctionObject *function, PyFrameObject *frame,
                         size_t nargs) {
  PyCodeObject *code = function->func_code;
  Py_ssize_t named = code->co_argcount;
  PyObject *defaults = function->func_defaults;
  Py_ssize_t count = defaults ? PyTuple_GET_SIZE(defaults) : 0;
  int missing = 0;
  for (Py_ssize_t i = (Py_ssize_t)nargs; i < named; i++) {
    if (frame->f_values[i])
      continue;
    if (i >= named - count)
      frame->f_values[i] =
          Py_NewRef(PyTuple_GET_ITEM(defaults, i - (named - count)));
    else
      missing = 1;
  }
  if (missing)
    return Arguments_Missing(function, frame, 0, (int)(named - count),
                             "positional");
  for (int i = (int)named; i < star_slot(code); i++) {
    if (frame->f_values[i])
      continue;
    PyObject *value =
        function->func_kwdefaults
            ? PyDict_GetItemWithError(function->func_kwdefaults,
                                      PyTuple_GET_ITEM(code->co_varnames, i))
            : NULL;
    if (value)
      frame->f_values[i] = Py_NewRef(value);
    else
      missing = 1;
  }
  if (missing)
    return Arguments_Missing(function, frame, (int)named, star_slot(code),
                             "keyword-only");
  return 0;
}

static int bind_arguments(PyFunctionObject *function, PyFrameObject *frame,
                          PyObject *const *args, size_t nargs,
                          PyObject *kwnames) {
  PyCodeObject *code = function->func_code;
  if (code->co_flags & CO_VARKEYWORDS) {
    PyObject *dict = PyDict_New();
    if (!dict)
      return -1;
    frame->f_values[double_star_slot(code)] = dict;
  }
  if (bind_positional(function, frame, args, nargs) < 0)
    return -1;
  Py_ssize_t keywords = kwnames ? PyTuple_GET_SIZE(kwnames) : 0;
  for (Py_ssize_t i = 0; i < keywords; i++)
    if (bind_keyword(function, frame, PyTuple_GET_ITEM(kwnames, i),
                     args[nargs + (size_t)i], kwnames) < 0)
      return -1;
  if (nargs > (size_t)code->co_argcount && !(code->co_flags & CO_VARARGS))
    return Arguments_TooMany(function, frame, nargs);
  return bind_defaults(function, frame, nargs);
}

PyFrameObject *_PyFunction_Frame(PyFunctionObject *function,
                                 PyObject *const *args, size_t nargs,
                                 PyObject *kwnames) {
  PyCodeObject *code = function->func_code;
  PyFrameObject *frame =
      PyFrame_New(code, function->func_globals, function->func_closure);
  if (!frame)
    return NULL;
  int status = 0;
  if (function->func_simple && !kwnames && nargs == (size_t)code->co_argcount)
    for (size_t i = 0; i < nargs; i++)
      frame->f_values[i] = Py_NewRef(args[i]);
  else
    status = bind_arguments(function, frame, args, nargs, kwnames);
  if (status < 0 || (code->co_ncells && PyFrame_MakeCells(frame) < 0)) {
    PyFrame_Free(frame);
    return NULL;
  }
  return frame;
}

/* --- calling -------------------------------------------------------------- */

PyObject *_PyFunction_Enter(PyFunctionObject *function, PyFrameObject *frame) {
  if (frame->f_code->co_flags & CO_GENERATOR) {
    frame->f_function = Py_NewRef(function);
    return PyGen_New(frame, function);
  }
  PyObject *result = _PyEval_Frame(frame, 0);
  PyFrame_Free(frame);
  return result;
}

PyObject *_PyFunction_Vectorcall(PyObject *callable, PyObject *const *args,
                                 size_t nargs, PyObject *kwnames) {
  PyFunctionObject *function = (PyFunctionObject *)callable;
  PyFrameObject *frame = _PyFunction_Frame(function, args, nargs, kwnames);
  if (!frame)
    return NULL;
  Py_INCREF(callable); /* the frame borrows from it; it may be unbound */
  PyObject *result = _PyFunction_Enter(function, frame);
  Py_DECREF(callable);
  return result;
}

/* --- the type ------------------------------------------------------------- */

static void function_dealloc(PyObject *op) {
  PyFunctionObject *self = (PyFunctionObject *)op;
  Py_DECREF(self->func_code);
  Py_DECREF(self->func_globals);
  Py_XDECREF(self->func_closure);
  Py_XDECREF(self->func_defaults);
  Py_XDECREF(self->func_kwdefaults);
  Py_DECREF(self->func_name);
  Py_DECREF(self->func_qualname);
  Py_DECREF(self->func_module);
  Py_DECREF(self->func_doc);
  Py_XDECREF(self->func_dict);
  PyObject_Free(op);
}

static PyObject *function_repr(PyObject *op) {
  return PyUnicode_FromFormat("<function %U at %p>",
                              ((PyFunctionObject *)op)->func_qualname, op);
}

static PyObject *function_get(PyObject *self, PyObject *instance,
                              PyObject *owner) {
  (void)owner;
  if (!instance || instance == Py_None)
    return Py_NewRef(self);
  return PyMethod_New(self, instance);
}

static int set_name(PyObject *self, PyObject *value, void *closure) {
  PyFunctionObject *function = (PyFunctionObject *)self;
  if (!value || !PyUnicode_Check(value)) {
    PyErr_Format(PyExc_TypeError, "%s must be set to a string object",
                 (const char *)closure);
    return -1;
  }
  PyObject **field = strcmp(closure, "__name__") == 0
                         ? &function->func_name
                         : &function->func_qualname;
  Py_SETREF(*field, Py_NewRef(value));
  return 0;
}

static PyObject *get_name(PyObject *self, void *closure) {
  PyFunctionObject *function = (PyFunctionObject *)self;
  return Py_NewRef(strcmp(closure, "__name__") == 0 ? function->func_name
                                                    : function->func_qualname);
}

static PyObject *get_doc(PyObject *self, void *unused) {
  (void)unused;
  return Py_NewRef(((PyFunctionObject *)self)->func_doc);
}

static int set_doc(PyObject *self, PyObject *value, void *unused) {
  (void)unused;
  Py_SETREF(((PyFunctionObject *)self)->func_doc,
            Py_NewRef(value ? value : Py_None));
  return 0;
}

static PyObject *get_module(PyObject *self, void *unused) {
  (void)unused;
  return Py_NewRef(((PyFunctionObject *)self)->func_module);
}

static int set_module(PyObject *self, PyObject *value, void *unused) {
  (void)unused;
  Py_SETREF(((PyFunctionObject *)self)->func_module,
            Py_NewRef(value ? value : Py_None));
  return 0;
}

static PyObject *or_none(PyObject *value) {
  return Py_NewRef(value ? value : Py_None);
}

static PyObject *get_defaults(PyObject *self, void *unused) {
  (void)unused;
  return or_none(((PyFunctionObject *)self)->func_defaults);
}

static PyObject *get_kwdefaults(PyObject *self, void *unused) {
  (void)unused;
  return or_none(((PyFunctionObject *)self)->func_kwdefaults);
}

static PyObject *get_closure(PyObject *self, void *unused) {
  (void)unused;
  return or_none(((PyFunctionObject *)self)->func_closure);
}

static PyObject *get_code(PyObject *self, void *unused) {
  (void)unused;
  return Py_NewRef(((PyFunctionObject *)self)->func_code);
}

static PyObject *get_globals(PyObject *self, void *unused) {
  (void)unused;
  return Py_NewRef(((PyFunctionObject *)self)->func_globals);
}

static PyGetSetDef function_getset[] = {
    {"__name__", get_name, set_name, NULL, "__name__"},
    {"__qualname__", get_name, set_name, NULL, "__qualname__"},
    {"__doc__", get_doc, set_doc, NULL, NULL},
    {"__module__", get_module, set_module, NULL, NULL},
    {"__defaults__", get_defaults, NULL, NULL, NULL},
    {"__kwdefaults__", get_kwdefaults, NULL, NULL, NULL},
    {"__closure__", get_closure, NULL, NULL, NULL},
    {"__code__", get_code, NULL, NULL, NULL},
    {"__globals__", get_globals, NULL, NULL, NULL},
    {"__dict__", PyObject_GenericGetDict, PyObject_GenericSetDict, NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL}};

PyTypeObject PyFunction_Type = {
    .ob_base = {PyObject_HEAD_INIT(&PyType_Type), 0},
    .tp_name = "function",
    .tp_basicsize = sizeof(PyFunctionObject),
    .tp_dealloc = function_dealloc,
    .tp_repr = function_repr,
    .tp_call = PyVectorcall_Call,
    .tp_vectorcall = _PyFunction_Vectorcall,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_setattro = PyObject_GenericSetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_METHOD_DESCRIPTOR |
                Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_HAVE_GC,
    .tp_getset = function_getset,
    .tp_descr_get = function_get,
    .tp_dictoffset = offsetof(PyFunctionObject, func_dict),
};
