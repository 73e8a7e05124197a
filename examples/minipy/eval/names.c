/* Looking up variables by name, and the errors for those that are not bound. */
#include "instructions.h"

PyObject *_PyEval_LoadName(PyFrameObject *frame, PyObject *name) {
  PyObject *places[] = {frame->f_locals, frame->f_globals, frame->f_builtins};
  for (int i = 0; i < 3; i++) {
    PyObject *value =
        places[i] ? PyDict_GetItemWithError(places[i], name) : NULL;
    if (value)
      return Py_NewRef(value);
    if (PyErr_Occurred())
      return NULL;
  }
  return PyErr_Format(PyExc_NameError, "name '%U' is not defined", name);
}

int _PyEval_DeleteName(PyObject *dict, PyObject *name) {
  if (PyDict_DelItem(dict, name) == 0)
    return 0;
  if (PyErr_ExceptionMatches(PyExc_KeyError)) {
    PyErr_Clear();
    PyErr_Format(PyExc_NameError, "name '%U' is not defined", name);
  }
  return -1;
}

static PyObject *deref_name(PyCodeObject *code, int index) {
  if (index < code->co_ncells)
    return PyTuple_GET_ITEM(code->co_cellvars, index);
  return PyTuple_GET_ITEM(code->co_freevars, index - code->co_ncells);
}

PyObject *_PyEval_LoadClassDeref(PyFrameObject *frame, int index) {
  PyObject *name = deref_name(frame->f_code, index);
  PyObject *value = PyDict_GetItemWithError(frame->f_locals, name);
  if (!value && !PyErr_Occurred()) {
    value = PyCell_GET(PyFrame_CELL(frame, index));
    if (!value)
      _PyEval_UnboundDeref(frame->f_code, index);
  }
  return Py_XNewRef(value);
}

PyObject *_PyEval_LoadBuildClass(void) {
  PyObject *build = PyDict_GetItemString(_PyEval_Builtins, "__build_class__");
  if (!build)
    PyErr_SetString(PyExc_NameError, "__build_class__ not found");
  return Py_XNewRef(build);
}

void _PyEval_UnboundLocal(PyObject *name) {
  PyErr_Format(PyExc_UnboundLocalError,
               "cannot access local variable '%U' where it is not associated "
               "with a value",
               name);
}

void _PyEval_UnboundDeref(PyCodeObject *code, int index) {
  PyObject *name = deref_name(code, index);
  if (index < code->co_ncells)
    _PyEval_UnboundLocal(name);
  else
    PyErr_Format(PyExc_NameError,
                 "cannot access free variable '%U' where it is not associated "
                 "with a value in enclosing scope",
                 name);
}
