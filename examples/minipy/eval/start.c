/* Starting the interpreter: types, builtins, sys, in this order. */
#include "eval.h"
#include "modules/modules.h"

static int make_types_ready(void) {
  PyTypeObject *types[] = {&PyCode_Type, &PyFunction_Type, &PyGen_Type,
                           &PyTraceBack_Type, &PyTextFile_Type};
  for (size_t i = 0; i < sizeof types / sizeof *types; i++)
    if (PyType_Ready(types[i]) < 0)
      return -1;
  return 0;
}

/* Puts a new module into sys.modules; its dict (borrowed), or NULL. */
static PyObject *install(PyObject *module, const char *name) {
  if (!module || PyDict_SetItemString(_PyEval_Modules, name, module) < 0)
    return NULL;
  Py_DECREF(module);
  return PyModule_GetDict(module);
}

int _PyEval_Init(void) {
  if (_PyObjects_Init() < 0 || make_types_ready() < 0)
    return -1;
  _PyEval_Modules = PyDict_New();
  _PyEval_Path = PyList_New(0);
  if (!_PyEval_Modules || !_PyEval_Path)
    return -1;
  _PyEval_Builtins = install(PyInit_builtins(), "builtins");
  return _PyEval_Builtins && install(PyInit_sys(), "sys") ? 0 : -1;
}
