/* Module builtins: the functions. The types, constants and exceptions are named
 * by objects/ (_PyObjects_AddBuiltins); print, input and open are in
 * printing.c.
 *
 * Functions without keyword arguments get their arguments as an array
 * (METH_FASTCALL), so calling them builds no tuple. */
#include "builtins.h"
#include "eval/eval.h"

#define FAST(name)                                                             \
  static PyObject *builtin_##name(PyObject *self, PyObject *const *args,       \
                                  Py_ssize_t nargs)
#define ONE(name) static PyObject *builtin_##name(PyObject *self, PyObject *arg)

static int count_is(const char *name, Py_ssize_t nargs, Py_ssize_t least,
                    Py_ssize_t most) {
  return _PyArg_CheckPositional(name, nargs, least, most);
}

/* --- objects ----------------------------------------------------------------
 */

ONE(len) {
  (void)self;
  Py_ssize_t size = PyObject_Size(arg);
  return size < 0 ? NULL : PyLong_FromSsize_t(size);
}

ONE(repr) {
  (void)self;
  return PyObject_Repr(arg);
}

ONE(ascii) {
  (void)self;
  return PyObject_ASCII(arg);
}

ONE(hash) {
  (void)self;
  Py_hash_t hash = PyObject_Hash(arg);
  return hash == -1 ? NULL : PyLong_FromSsize_t(hash);
}

ONE(id) {
  (void)self;
  return PyLong_FromVoidPtr(arg);
}

ONE(callable) {
  (void)self;
  return PyBool_FromLong(PyCallable_Check(arg));
}

FAST(isinstance) {
  (void)self;
  if (!count_is("isinstance", nargs, 2, 2))
    return NULL;
  int truth = PyObject_IsInstance(args[0], args[1]);
  return truth < 0 ? NULL : PyBool_FromLong(truth);
}

FAST(issubclass) {
  (void)self;
  if (!count_is("issubclass", nargs, 2, 2))
    return NULL;
  int truth = PyObject_IsSubclass(args[0], args[1]);
  return truth < 0 ? NULL : PyBool_FromLong(truth);
}

FAST(getattr) {
  (void)self;
  if (!count_is("getattr", nargs, 2, 3))
    return NULL;
  if (nargs == 2)
    return PyObject_GetAttr(args[0], args[1]);
  PyObject *value;
  int found = _PyObject_LookupAttr(args[0], args[1], &value);
  return found == 0 ? Py_NewRef(args[2]) : value;
}

FAST(hasattr) {
  (void)self;
  if (!count_is("hasattr", nargs, 2, 2))
    return NULL;
  PyObject *value;
  int found = _PyObject_LookupAttr(args[0], args[1], &value);
  Py_XDECREF(value);
  return found < 0 ? NULL : PyBool_FromLong(found);
}

FAST(setattr) {
  (void)self;
  if (!count_is("setattr", nargs, 3, 3) ||
      PyObject_SetAttr(args[0], args[1], args[2]) < 0)
    return NULL;
  Py_RETURN_NONE;
}

FAST(delattr) {
  (void)self;
  if (!count_is("delattr", nargs, 2, 2) ||
      PyObject_DelAttr(args[0], args[1]) < 0)
    return NULL;
  Py_RETURN_NONE;
}

FAST(format) {
  (void)self;
  if (!count_is("format", nargs, 1, 2))
    return NULL;
  return PyObject_Format(args[0], nargs > 1 ? args[1] : NULL);
}

/* --- namespaces
 * --------------------------------------------------------------- */

/* What locals() gives: the module's or class's dict, or a new one. */
static PyObject *current_locals(void) {
  PyFrameObject *frame = PyThreadState_Get()->frame;
  if (!frame)
    return PyDict_New();
  if (frame->f_locals)
    return Py_NewRef(frame->f_locals);
  PyCodeObject *code = frame->f_code;
  PyObject *dict = PyDict_New();
  int count = code->co_nlocals + code->co_ncells + code->co_nfrees;
  for (int i = 0; dict && i < count; i++) {
    PyObject *value = frame->f_values[i], *name;
    int cell = i - code->co_nlocals, free = cell - code->co_ncells;
    name = cell < 0   ? PyTuple_GET_ITEM(code->co_varnames, i)
           : free < 0 ? PyTuple_GET_ITEM(code->co_cellvars, cell)
                      : PyTuple_GET_ITEM(code->co_freevars, free);
    if (cell >= 0 && value)
      value = PyCell_GET(value);
    if (value && PyDict_SetItem(dict, name, value) < 0)
      Py_CLEAR(dict);
  }
  return dict;
}

FAST(locals) {
  (void)self, (void)args;
  return count_is("locals", nargs, 0, 0) ? current_locals() : NULL;
}

FAST(globals) {
  (void)self, (void)args;
  if (!count_is("globals", nargs, 0, 0))
    return NULL;
  PyFrameObject *frame = PyThreadState_Get()->frame;
  return frame ? Py_NewRef(frame->f_globals) : PyDict_New();
}

FAST(vars) {
  (void)self;
  if (!count_is("vars", nargs, 0, 1))
    return NULL;
  if (nargs == 0)
    return current_locals();
  PyObject *dict;
  if (_PyObject_LookupAttrString(args[0], "__dict__", &dict) == 0)
    PyErr_SetString(PyExc_TypeError,
                    "vars() argument must have __dict__ attribute");
  return dict;
}

FAST(dir) {
  (void)self;
  if (!count_is("dir", nargs, 0, 1))
    return NULL;
  if (nargs == 1)
    return PyObject_Dir(args[0]);
  PyObject *dict = current_locals();
  PyObject *names = dict ? PyDict_Keys(dict) : NULL;
  Py_XDECREF(dict);
  if (names && PyList_Sort(names) < 0)
    Py_CLEAR(names);
  return names;
}

/* exec(source or code[, globals[, locals]]), and eval likewise. */
static PyObject *run_text(const char *name, PyObject *const *args,
                          Py_ssize_t nargs, int expression) {
  if (!count_is(name, nargs, 1, 3))
    return NULL;
  PyFrameObject *frame = PyThreadState_Get()->frame;
  PyObject *globals = nargs > 1 && args[1] != Py_None ? args[1]
                      : frame                         ? frame->f_globals
                                                      : NULL;
  PyObject *locals = nargs > 2 && args[2] != Py_None   ? Py_NewRef(args[2])
                     : nargs > 1 && args[1] != Py_None ? Py_NewRef(globals)
                                                       : current_locals();
  PyObject *result = NULL;
  PyCodeObject *code = NULL;
  if (!globals || !PyDict_Check(globals) || !locals || !PyDict_Check(locals)) {
    PyErr_Format(PyExc_TypeError, "%s() globals must be a dict", name);
  } else if (PyCode_Check(args[0])) {
    code = (PyCodeObject *)Py_NewRef(args[0]);
  } else if (PyUnicode_Check(args[0])) {
    const char *text = PyUnicode_AsUTF8(args[0]);
    if (text)
      code = expression ? PyFrontend_CompileExpression(
                              text + strspn(text, " \t"), "<string>")
                        : PyFrontend_Compile(text, "<string>");
  } else {
    PyErr_Format(PyExc_TypeError,
                 "%s() arg 1 must be a string, bytes or code object", name);
  }
  if (code)
    result = _PyEval_Code(code, globals, locals);
  Py_XDECREF(code);
  Py_XDECREF(locals);
  if (result && !expression) {
    Py_DECREF(result);
    Py_RETURN_NONE;
  }
  return result;
}

FAST(exec) {
  (void)self;
  return run_text("exec", args, nargs, 0);
}

FAST(eval) {
  (void)self;
  return run_text("eval", args, nargs, 1);
}

FAST(import) {
  (void)self;
  if (!count_is("__import__", nargs, 1, 5))
    return NULL;
  return _PyImport_Import(args[0], nargs > 3 ? args[3] : Py_None, 0);
}

/* --- iteration
 * ------------------------------------------------------------------ */

FAST(iter) {
  (void)self;
  if (!count_is("iter", nargs, 1, 2))
    return NULL;
  if (nargs == 1)
    return PyObject_GetIter(args[0]);
  if (!PyCallable_Check(args[0])) {
    PyErr_SetString(PyExc_TypeError, "iter(v, w): v must be callable");
    return NULL;
  }
  return PyCallIter_New(args[0], args[1]);
}

FAST(next) {
  (void)self;
  if (!count_is("next", nargs, 1, 2))
    return NULL;
  if (!PyIter_Check(args[0]))
    return PyErr_Format(PyExc_TypeError, "'%s' object is not an iterator",
                        _PyType_Name(Py_TYPE(args[0])));
  PyObject *value = Py_TYPE(args[0])->tp_iternext(args[0]);
  if (value)
    return value;
  if (nargs == 1) {
    if (!PyErr_Occurred())
      PyErr_SetNone(PyExc_StopIteration);
    return NULL;
  }
  if (PyErr_Occurred()) {
    if (!PyErr_ExceptionMatches(PyExc_StopIteration))
      return NULL;
    PyErr_Clear();
  }
  return Py_NewRef(args[1]);
}

/* Is there an item whose truth is `wanted`? */
static PyObject *any_item_is(PyObject *iterable, int wanted) {
  PyObject *iterator = PyObject_GetIter(iterable), *item;
  int truth = !wanted;
  if (!iterator)
    return NULL;
  while (truth == !wanted && (item = PyIter_Next(iterator))) {
    truth = PyObject_IsTrue(item);
    Py_DECREF(item);
  }
  Py_DECREF(iterator);
  return PyErr_Occurred() ? NULL : PyBool_FromLong(truth);
}

ONE(any) {
  (void)self;
  return any_item_is(arg, 1);
}

ONE(all) {
  (void)self;
  return any_item_is(arg, 0);
}

static PyObject *builtin_sum(PyObject *self, PyObject *args, PyObject *kwargs) {
  static char *names[] = {"iterable", "start", NULL};
  PyObject *iterable, *start = NULL;
  (void)self;
  if (!PyArg_ParseTupleAndKeywords(args, kwargs, "O|O:sum", names, &iterable,
                                   &start))
    return NULL;
  if (start && PyUnicode_Check(start)) {
    PyErr_SetString(PyExc_TypeError,
                    "sum() can't sum strings [use ''.join(seq) instead]");
    return NULL;
  }
  PyObject *iterator = PyObject_GetIter(iterable), *item;
  if (!iterator)
    return NULL;
  PyObject *total = start ? Py_NewRef(start) : PyLong_FromLong(0);
  while (total && (item = PyIter_Next(iterator))) {
    PyObject *next = PyNumber_Add(total, item);
    Py_DECREF(item);
    Py_DECREF(total);
    total = next;
  }
  Py_DECREF(iterator);
  if (total && PyErr_Occurred())
    Py_CLEAR(total);
  return total;
}

static PyObject *builtin_sorted(PyObject *self, PyObject *args,
                                PyObject *kwargs) {
  (void)self;
  if (!_PyArg_CheckPositional("sorted", PyTuple_GET_SIZE(args), 1, 1))
    return NULL;
  PyObject *list = PySequence_List(PyTuple_GET_ITEM(args, 0));
  PyObject *sort = list ? PyObject_GetAttrString(list, "sort") : NULL;
  PyObject *none = PyTuple_New(0);
  PyObject *done = sort && none ? PyObject_Call(sort, none, kwargs) : NULL;
  Py_XDECREF(sort);
  Py_XDECREF(none);
  if (!done)
    Py_CLEAR(list);
  Py_XDECREF(done);
  return list;
}

/* The best item of an iterator: by `op` (Py_LT or Py_GT) of their keys. */
static PyObject *best_of(PyObject *iterator, PyObject *key, int op) {
  PyObject *best = NULL, *best_key = NULL, *item;
  while ((item = PyIter_Next(iterator))) {
    PyObject *item_key = key ? PyObject_CallOneArg(key, item) : Py_NewRef(item);
    int better = !item_key ? -1
                 : best    ? PyObject_RichCompareBool(item_key, best_key, op)
                           : 1;
    if (better > 0) {
      Py_XSETREF(best, item);
      Py_XSETREF(best_key, item_key);
      continue;
    }
    Py_DECREF(item);
    Py_XDECREF(item_key);
    if (better < 0)
      break;
  }
  Py_XDECREF(best_key);
  if (PyErr_Occurred())
    Py_CLEAR(best);
  return best;
}

static PyObject *min_or_max(const char *name, PyObject *args, PyObject *kwargs,
                            int op) {
  Py_ssize_t count = PyTuple_GET_SIZE(args);
  PyObject *key = kwargs ? PyDict_GetItemString(kwargs, "key") : NULL;
  PyObject *otherwise = kwargs ? PyDict_GetItemString(kwargs, "default") : NULL;
  if (count < 1)
    return PyErr_Format(PyExc_TypeError,
                        "%s expected at least 1 argument, got 0", name);
  if (kwargs &&
      PyDict_GET_SIZE(kwargs) != (key != NULL) + (otherwise != NULL)) {
    PyObject *unknown, *value;
    Py_ssize_t position = 0;
    while (PyDict_Next(kwargs, &position, &unknown, &value))
      if (value != key && value != otherwise)
        return PyErr_Format(PyExc_TypeError,
                            "'%U' is an invalid keyword argument for %s()",
                            unknown, name);
  }
  if (otherwise && count > 1)
    return PyErr_Format(PyExc_TypeError,
                        "Cannot specify a default for %s() with multiple "
                        "positional arguments",
                        name);
  if (key == Py_None)
    key = NULL;
  PyObject *items = count > 1 ? args : PyTuple_GET_ITEM(args, 0);
  PyObject *iterator = PyObject_GetIter(items);
  if (!iterator)
    return NULL;
  PyObject *best = best_of(iterator, key, op);
  Py_DECREF(iterator);
  if (best || PyErr_Occurred())
    return best;
  if (otherwise)
    return Py_NewRef(otherwise);
  return PyErr_Format(PyExc_ValueError, "%s() arg is an empty sequence", name);
}

static PyObject *builtin_min(PyObject *self, PyObject *args, PyObject *kwargs) {
  (void)self;
  return min_or_max("min", args, kwargs, Py_LT);
}

static PyObject *builtin_max(PyObject *self, PyObject *args, PyObject *kwargs) {
  (void)self;
  return min_or_max("max", args, kwargs, Py_GT);
}

/* --- numbers
 * ---------------------------------------------------------------------- */

ONE(abs) {
  (void)self;
  return PyNumber_Absolute(arg);
}

FAST(divmod) {
  (void)self;
  return count_is("divmod", nargs, 2, 2) ? PyNumber_Divmod(args[0], args[1])
                                         : NULL;
}

static PyObject *builtin_pow(PyObject *self, PyObject *args, PyObject *kwargs) {
  static char *names[] = {"base", "exp", "mod", NULL};
  PyObject *base, *exponent, *modulus = Py_None;
  (void)self;
  if (!PyArg_ParseTupleAndKeywords(args, kwargs, "OO|O:pow", names, &base,
                                   &exponent, &modulus))
    return NULL;
  return PyNumber_Power(base, exponent, modulus);
}

static PyObject *builtin_round(PyObject *self, PyObject *args,
                               PyObject *kwargs) {
  static char *names[] = {"number", "ndigits", NULL};
  PyObject *number, *digits = Py_None;
  (void)self;
  if (!PyArg_ParseTupleAndKeywords(args, kwargs, "O|O:round", names, &number,
                                   &digits))
    return NULL;
  PyObject *method = _PyObject_LookupSpecial(number, "__round__");
  if (!method)
    return PyErr_Occurred()
               ? NULL
               : PyErr_Format(PyExc_TypeError,
                              "type %s doesn't define __round__ method",
                              _PyType_Name(Py_TYPE(number)));
  PyObject *result = digits == Py_None ? PyObject_CallNoArgs(method)
                                       : PyObject_CallOneArg(method, digits);
  Py_DECREF(method);
  return result;
}

ONE(bin) {
  (void)self;
  return PyNumber_ToBase(arg, 2);
}

ONE(oct) {
  (void)self;
  return PyNumber_ToBase(arg, 8);
}

ONE(hex) {
  (void)self;
  return PyNumber_ToBase(arg, 16);
}

ONE(chr) {
  (void)self;
  PyObject *index = PyNumber_Index(arg);
  long code = index ? PyLong_AsLong(index) : -1;
  Py_XDECREF(index);
  if (code == -1 && PyErr_Occurred())
    return NULL;
  if (code < 0 || code > 0x10FFFF) {
    PyErr_SetString(PyExc_ValueError, "chr() arg not in range(0x110000)");
    return NULL;
  }
  return PyUnicode_FromOrdinal((int)code);
}

ONE(ord) {
  (void)self;
  Py_ssize_t size;
  if (PyUnicode_Check(arg)) {
    size = PyUnicode_GET_LENGTH(arg);
    if (size == 1)
      return PyLong_FromLong((long)PyUnicode_READ_CHAR(arg, 0));
  } else if (PyBytes_Check(arg)) {
    size = PyBytes_GET_SIZE(arg);
    if (size == 1)
      return PyLong_FromLong((unsigned char)PyBytes_AS_STRING(arg)[0]);
  } else {
    return PyErr_Format(PyExc_TypeError,
                        "ord() expected string of length 1, but %s found",
                        _PyType_Name(Py_TYPE(arg)));
  }
  return PyErr_Format(
      PyExc_TypeError,
      "ord() expected a character, but string of length %zd found", size);
}

/* --- the module
 * --------------------------------------------------------------------- */

#define FAST_METHOD(name)                                                      \
  { #name, _PyCFunction_CAST(builtin_##name), METH_FASTCALL, NULL }
static PyMethodDef builtin_methods[] = {
    MODULE_O("len", builtin_len),
    MODULE_O("repr", builtin_repr),
    MODULE_O("ascii", builtin_ascii),
    MODULE_O("hash", builtin_hash),
    MODULE_O("id", builtin_id),
    MODULE_O("callable", builtin_callable),
    FAST_METHOD(isinstance),
    FAST_METHOD(issubclass),
    FAST_METHOD(getattr),
    FAST_METHOD(hasattr),
    FAST_METHOD(setattr),
    FAST_METHOD(delattr),
    FAST_METHOD(format),
    FAST_METHOD(locals),
    FAST_METHOD(globals),
    FAST_METHOD(vars),
    FAST_METHOD(dir),
    FAST_METHOD(exec),
    FAST_METHOD(eval),
    {"__import__", _PyCFunction_CAST(builtin_import), METH_FASTCALL, NULL},
    {"__build_class__", _PyCFunction_CAST(_PyEval_BuildClass),
     METH_FASTCALL | METH_KEYWORDS, NULL},
    FAST_METHOD(iter),
    FAST_METHOD(next),
    MODULE_O("any", builtin_any),
    MODULE_O("all", builtin_all),
    MODULE_KEYWORDS("sum", builtin_sum),
    MODULE_KEYWORDS("sorted", builtin_sorted),
    MODULE_KEYWORDS("min", builtin_min),
    MODULE_KEYWORDS("max", builtin_max),
    MODULE_O("abs", builtin_abs),
    FAST_METHOD(divmod),
    MODULE_KEYWORDS("pow", builtin_pow),
    MODULE_KEYWORDS("round", builtin_round),
    MODULE_O("bin", builtin_bin),
    MODULE_O("oct", builtin_oct),
    MODULE_O("hex", builtin_hex),
    MODULE_O("chr", builtin_chr),
    MODULE_O("ord", builtin_ord),
    MODULE_KEYWORDS("print", Builtin_Print),
    MODULE_KEYWORDS("open", Builtin_Open),
    MODULE_VARARGS("input", Builtin_Input),
    MODULE_END};

PyObject *PyInit_builtins(void) {
  PyObject *module = Module_Create("builtins", builtin_methods);
  if (module && _PyObjects_AddBuiltins(PyModule_GetDict(module)) < 0)
    Py_CLEAR(module);
  return module;
}
