/* Class statements, and the implicit arguments of super().
 *
 * __build_class__(body, name, *bases, **keywords) runs the body in a frame
 * whose locals are the class's future namespace, then calls the metaclass. If
 * the body has methods that use super() or __class__, it leaves the cell that
 * they share in the namespace as __classcell__; the cell gets the class. */
#include "eval.h"

/* Bases that are no classes may name others: __mro_entries__ is not there. */
static PyTypeObject *metaclass_for(PyObject *bases, PyObject *explicit_one) {
  PyTypeObject *start = &PyType_Type;
  if (explicit_one) {
    if (!PyType_Check(explicit_one))
      return NULL;
    start = (PyTypeObject *)explicit_one;
  }
  return _PyType_CalculateMetaclass(start, bases);
}

/* The metaclass's __prepare__ is not asked: the namespace is a dict. */
static PyObject *run_body(PyFunctionObject *body, PyObject *namespace) {
  PyFrameObject *frame =
      PyFrame_New(body->func_code, body->func_globals, body->func_closure);
  if (!frame)
    return NULL;
  frame->f_locals = Py_NewRef(namespace);
  PyObject *result =
      PyFrame_MakeCells(frame) < 0 ? NULL : _PyEval_Frame(frame, 0);
  PyFrame_Free(frame);
  return result;
}

/* Takes __classcell__ out of the namespace: the cell, or NULL. */
static PyObject *take_class_cell(PyObject *namespace) {
  PyObject *cell = PyDict_GetItemString(namespace, "__classcell__");
  if (!cell)
    return NULL;
  Py_INCREF(cell);
  if (PyDict_DelItemString(namespace, "__classcell__") < 0)
    PyErr_Clear();
  return cell;
}

static PyObject *make_class(PyFunctionObject *body, PyObject *name,
                            PyObject *bases, PyObject *metaclass,
                            PyObject *keywords) {
  PyObject *namespace = PyDict_New();
  PyObject *cell = NULL, *result = NULL;
  PyObject *ran = namespace ? run_body(body, namespace) : NULL;
  if (ran) {
    cell = take_class_cell(namespace);
    PyObject *args = PyTuple_Pack(3, name, bases, namespace);
    if (args)
      result = PyObject_Call(metaclass, args, keywords);
    Py_XDECREF(args);
  }
  if (result && cell && PyCell_Check(cell) && PyType_Check(result) &&
      PyCell_Set(cell, result) < 0)
    Py_CLEAR(result);
  Py_XDECREF(ran);
  Py_XDECREF(cell);
  Py_XDECREF(namespace);
  return result;
}

PyObject *_PyEval_BuildClass(PyObject *self, PyObject *const *args,
                             Py_ssize_t nargs, PyObject *kwnames) {
  (void)self;
  if (nargs < 2 || !PyFunction_Check(args[0])) {
    PyErr_SetString(PyExc_TypeError,
                    "__build_class__: func must be a function");
    return NULL;
  }
  PyObject *bases = _PyTuple_FromArray(args + 2, nargs - 2);
  PyObject *keywords = NULL, *metaclass = NULL, *result = NULL;
  Py_ssize_t count = kwnames ? PyTuple_GET_SIZE(kwnames) : 0;
  if (!bases || (count && !(keywords = PyDict_New())))
    goto done;
  for (Py_ssize_t i = 0; i < count; i++) {
    PyObject *name = PyTuple_GET_ITEM(kwnames, i), *value = args[nargs + i];
    if (_PyUnicode_EqualToASCIIString(name, "metaclass"))
      metaclass = value;
    else if (PyDict_SetItem(keywords, name, value) < 0)
      goto done;
  }
  if (!metaclass || PyType_Check(metaclass)) {
    metaclass = (PyObject *)metaclass_for(bases, metaclass);
    if (!metaclass)
      goto done;
  }
  result = make_class((PyFunctionObject *)args[0], args[1], bases, metaclass,
                      keywords && PyDict_GET_SIZE(keywords) ? keywords : NULL);
done:
  Py_XDECREF(bases);
  Py_XDECREF(keywords);
  return result;
}

/* --- super() -----------------------------------------------------------------
 */

/* The first argument, which may have moved into a cell; borrowed. */
static PyObject *first_argument(PyFrameObject *frame) {
  PyCodeObject *code = frame->f_code;
  if (frame->f_values[0])
    return frame->f_values[0];
  for (int i = 0; code->co_cell2arg && i < code->co_ncells; i++)
    if (code->co_cell2arg[i] == 0)
      return PyCell_GET(PyFrame_CELL(frame, i));
  return NULL;
}

static PyObject *class_cell(PyFrameObject *frame) {
  PyCodeObject *code = frame->f_code;
  for (int i = 0; i < code->co_nfrees; i++)
    if (_PyUnicode_EqualToASCIIString(PyTuple_GET_ITEM(code->co_freevars, i),
                                      "__class__"))
      return PyFrame_CELL(frame, code->co_ncells + i);
  return NULL;
}

int _PyEval_SuperArguments(PyObject **type, PyObject **self) {
  PyFrameObject *frame = PyThreadState_Get()->frame;
  const char *problem = NULL;
  PyObject *first = NULL, *cell = NULL;
  if (!frame)
    problem = "super(): no current frame";
  else if (frame->f_code->co_argcount == 0)
    problem = "super(): no arguments";
  else if (!(first = first_argument(frame)))
    problem = "super(): arg[0] deleted";
  else if (!(cell = class_cell(frame)))
    problem = "super(): __class__ cell not found";
  else if (!PyCell_GET(cell))
    problem = "super(): empty __class__ cell";
  if (problem) {
    PyErr_SetString(PyExc_RuntimeError, problem);
    return -1;
  }
  *type = Py_NewRef(PyCell_GET(cell));
  *self = Py_NewRef(first);
  return 0;
}
