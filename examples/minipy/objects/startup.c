/* Bringing the objects to life, in the one order that works: first what needs
 * nothing but memory (small ints, the intern table), then the names, then the
 * slots' names, the types, and the exceptions. */
#include "dictkeys.h"
#include "names.h"

extern PyTypeObject _PyTupleIter_Type, _PyListIter_Type, _PyListRevIter_Type,
    _PyStrIter_Type, _PySetIter_Type, _PyRangeIter_Type;

static PyTypeObject *const types[] = {&PyBaseObject_Type,
                                      &PyType_Type,
                                      &PyLong_Type,
                                      &PyBool_Type,
                                      &PyFloat_Type,
                                      &PyUnicode_Type,
                                      &PyBytes_Type,
                                      &PyTuple_Type,
                                      &PyList_Type,
                                      &PyDict_Type,
                                      &PySet_Type,
                                      &PyFrozenSet_Type,
                                      &PySlice_Type,
                                      &PyRange_Type,
                                      &PyEnum_Type,
                                      &PyZip_Type,
                                      &PyMap_Type,
                                      &PyFilter_Type,
                                      &PyReversed_Type,
                                      &PyProperty_Type,
                                      &PyStaticMethod_Type,
                                      &PyClassMethod_Type,
                                      &PySuper_Type,
                                      &PyMethod_Type,
                                      &PyCFunction_Type,
                                      &PyMethodDescr_Type,
                                      &PyWrapperDescr_Type,
                                      &PyGetSetDescr_Type,
                                      &PyMemberDescr_Type,
                                      &PyMethodWrapper_Type,
                                      &PyClassMethodDescr_Type,
                                      &PyModule_Type,
                                      &PyCell_Type,
                                      &PySeqIter_Type,
                                      &PyCallIter_Type,
                                      &_PyNone_Type,
                                      &PyEllipsis_Type,
                                      &_PyNotImplemented_Type,
                                      &PyMappingProxy_Type,
                                      &PySimpleNamespace_Type,
                                      &PyGenericAlias_Type,
                                      &_PyTupleIter_Type,
                                      &_PyListIter_Type,
                                      &_PyListRevIter_Type,
                                      &_PyStrIter_Type,
                                      &_PySetIter_Type,
                                      &_PyRangeIter_Type};

int _PyTypes_Init(void) {
  for (size_t i = 0; i < sizeof types / sizeof *types; i++)
    if (PyType_Ready(types[i]) < 0)
      return -1;
  return _PyDictViews_Init();
}

int _PyObjects_Init(void) {
  if (_PyLong_Init() < 0 || _PyUnicode_Init() < 0 || _PyNames_Init() < 0 ||
      _PySlots_Init() < 0 || _PyTypes_Init() < 0)
    return -1;
  return _PyExceptions_Init();
}

static int add(PyObject *dict, const char *name, PyObject *v) {
  PyObject *u = PyUnicode_InternFromString(name);
  int rc = u ? PyDict_SetItem(dict, u, v) : -1;
  Py_XDECREF(u);
  return rc;
}

int _PyObjects_AddBuiltins(PyObject *dict) {
  static PyTypeObject *const visible[] = {
      &PyBaseObject_Type,  &PyType_Type,     &PyLong_Type,
      &PyBool_Type,        &PyFloat_Type,    &PyUnicode_Type,
      &PyBytes_Type,       &PyTuple_Type,    &PyList_Type,
      &PyDict_Type,        &PySet_Type,      &PyFrozenSet_Type,
      &PySlice_Type,       &PyRange_Type,    &PyEnum_Type,
      &PyZip_Type,         &PyMap_Type,      &PyFilter_Type,
      &PyReversed_Type,    &PyProperty_Type, &PyStaticMethod_Type,
      &PyClassMethod_Type, &PySuper_Type};
  for (size_t i = 0; i < sizeof visible / sizeof *visible; i++)
    if (add(dict, visible[i]->tp_name, (PyObject *)visible[i]) < 0)
      return -1;
#define ADD(name)                                                              \
  if (add(dict, #name, PyExc_##name) < 0)                                      \
    return -1;
  _PY_EXCEPTIONS(ADD)
#undef ADD
  return add(dict, "None", Py_None) < 0 || add(dict, "True", Py_True) < 0 ||
                 add(dict, "False", Py_False) < 0 ||
                 add(dict, "Ellipsis", Py_Ellipsis) < 0 ||
                 add(dict, "NotImplemented", Py_NotImplemented) < 0 ||
                 add(dict, "EnvironmentError", PyExc_OSError) < 0 ||
                 add(dict, "IOError", PyExc_OSError) < 0
             ? -1
             : 0;
}
