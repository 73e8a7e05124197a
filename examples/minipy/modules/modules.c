/* The list of built-in modules, and how their tables become module objects.
 *
 * Modules are made when they are first imported (eval/import.c keeps them in
 * sys.modules after that), so a script pays only for what it uses. */
#include "modules.h"
#include <string.h>

static const struct {
  const char *name;
  PyObject *(*init)(void);
} builtin_modules[] = {
    {"math", PyInit_math},
    {"time", PyInit_time},
    {"os", PyInit_os},
    {"os.path", PyInit_os_path},
    {"random", PyInit_random},
    {"thread", PyInit_thread},
    {"transaction", PyInit_transaction},
};

PyObject *Modules_InitBuiltin(const char *name) {
  size_t count = sizeof builtin_modules / sizeof *builtin_modules;
  for (size_t i = 0; i < count; i++)
    if (strcmp(builtin_modules[i].name, name) == 0)
      return builtin_modules[i].init();
  return NULL;
}

int Module_AddFunctions(PyObject *dict, const char *module,
                        PyMethodDef *methods) {
  PyObject *module_name = PyUnicode_FromString(module);
  int status = module_name ? 0 : -1;
  for (; status == 0 && methods->ml_name; methods++) {
    PyObject *function = PyCFunction_NewEx(methods, NULL, module_name);
    status =
        function ? PyDict_SetItemString(dict, methods->ml_name, function) : -1;
    Py_XDECREF(function);
  }
  Py_XDECREF(module_name);
  return status;
}

PyObject *Module_Create(const char *name, PyMethodDef *methods) {
  PyObject *module = PyModule_New(name);
  if (!module)
    return NULL;
  if (Module_AddFunctions(PyModule_GetDict(module), name, methods) < 0) {
    Py_DECREF(module);
    return NULL;
  }
  return module;
}

int Module_AddObject(PyObject *module, const char *name, PyObject *value) {
  if (!value)
    return -1;
  int status = PyDict_SetItemString(PyModule_GetDict(module), name, value);
  Py_DECREF(value);
  return status;
}

/* --- arguments ----------------------------------------------------------- */

int Builtin_ArgCount(const char *function, PyObject *args, Py_ssize_t least,
                     Py_ssize_t most) {
  Py_ssize_t given = PyTuple_GET_SIZE(args);
  if (given >= least && given <= most)
    return 1;
  Py_ssize_t bound = given < least ? least : most;
  const char *how = least == most   ? ""
                    : given < least ? "at least "
                                    : "at most ";
  PyErr_Format(PyExc_TypeError, "%s expected %s%zd argument%s, got %zd",
               function, how, bound, bound == 1 ? "" : "s", given);
  return 0;
}

static Py_ssize_t keyword_index(const char *const *names, PyObject *key) {
  const char *text = PyUnicode_AsUTF8(key);
  for (Py_ssize_t i = 0; text && names[i]; i++)
    if (strcmp(names[i], text) == 0)
      return i;
  return -1;
}

int Builtin_ParseKeywords(const char *function, PyObject *args,
                          PyObject *kwargs, const char *const *names,
                          Py_ssize_t required, Py_ssize_t keyword_only,
                          PyObject **values) {
  Py_ssize_t given = PyTuple_GET_SIZE(args);
  if (given > keyword_only) {
    PyErr_Format(PyExc_TypeError,
                 "%s() takes at most %zd positional argument%s (%zd given)",
                 function, keyword_only, keyword_only == 1 ? "" : "s", given);
    return -1;
  }
  for (Py_ssize_t i = 0; i < given; i++)
    values[i] = PyTuple_GET_ITEM(args, i);
  PyObject *key, *value;
  Py_ssize_t position = 0;
  while (kwargs && PyDict_Next(kwargs, &position, &key, &value)) {
    Py_ssize_t index = keyword_index(names, key);
    if (index < 0) {
      PyErr_Format(PyExc_TypeError,
                   "%s() got an unexpected keyword argument '%U'", function,
                   key);
      return -1;
    }
    if (index < given) {
      PyErr_Format(PyExc_TypeError,
                   "argument for %s() given by name ('%s') and position (%zd)",
                   function, names[index], index + 1);
      return -1;
    }
    values[index] = value;
  }
  for (Py_ssize_t i = 0; i < required; i++)
    if (!values[i]) {
      PyErr_Format(PyExc_TypeError,
                   "%s() missing required argument '%s' (pos %zd)", function,
                   names[i], i + 1);
      return -1;
    }
  return 0;
}
