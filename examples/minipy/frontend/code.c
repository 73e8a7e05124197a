/* The type of code objects: creation, destruction, line lookup and the few
 * attributes that programs look at. A code object owns plain arrays besides its
 * Python objects; all of it is written once, by PyCode_New. */
#include "../code.h"

#include <stddef.h>
#include <stdlib.h>

static void release_fields(const PyCodeObject *code) {
  Py_XDECREF(code->co_consts);
  Py_XDECREF(code->co_names);
  Py_XDECREF(code->co_varnames);
  Py_XDECREF(code->co_cellvars);
  Py_XDECREF(code->co_freevars);
  Py_XDECREF(code->co_filename);
  Py_XDECREF(code->co_name);
  Py_XDECREF(code->co_qualname);
  free(code->co_code);
  free(code->co_lines);
  free(code->co_cell2arg);
}

PyCodeObject *PyCode_New(const PyCodeObject *fields) {
  bool complete = fields->co_code && fields->co_lines && fields->co_consts &&
                  fields->co_names && fields->co_varnames &&
                  fields->co_cellvars && fields->co_freevars &&
                  fields->co_filename && fields->co_name && fields->co_qualname;
  PyCodeObject *code =
      complete ? PyObject_New(PyCodeObject, &PyCode_Type) : NULL;
  if (!code) {
    release_fields(fields);
    if (!PyErr_Occurred())
      PyErr_NoMemory();
    return NULL;
  }
  PyObject head = code->ob_base;
  *code = *fields;
  code->ob_base = head;
  return code;
}

static void code_dealloc(PyObject *op) {
  release_fields((PyCodeObject *)op);
  PyObject_Free(op);
}

int PyCode_Addr2Line(PyCodeObject *code, int unit) {
  int low = 0, high = code->co_nlines;
  while (high - low > 1) {
    int middle = (low + high) / 2;
    if (code->co_lines[middle].start <= unit)
      low = middle;
    else
      high = middle;
  }
  return code->co_nlines ? code->co_lines[low].line : code->co_firstlineno;
}

static PyObject *code_repr(PyObject *op) {
  PyCodeObject *code = (PyCodeObject *)op;
  return PyUnicode_FromFormat("<code object %U at %p, file \"%U\", line %d>",
                              code->co_name, (void *)op, code->co_filename,
                              code->co_firstlineno);
}

#define OBJECT_MEMBER(field)                                                   \
  { #field, T_OBJECT, offsetof(PyCodeObject, field), READONLY, NULL }
#define INT_MEMBER(field)                                                      \
  { #field, T_INT, offsetof(PyCodeObject, field), READONLY, NULL }

static PyMemberDef code_members[] = {
    INT_MEMBER(co_argcount),       INT_MEMBER(co_posonlyargcount),
    INT_MEMBER(co_kwonlyargcount), INT_MEMBER(co_nlocals),
    INT_MEMBER(co_stacksize),      INT_MEMBER(co_flags),
    INT_MEMBER(co_firstlineno),    OBJECT_MEMBER(co_consts),
    OBJECT_MEMBER(co_names),       OBJECT_MEMBER(co_varnames),
    OBJECT_MEMBER(co_cellvars),    OBJECT_MEMBER(co_freevars),
    OBJECT_MEMBER(co_filename),    OBJECT_MEMBER(co_name),
    OBJECT_MEMBER(co_qualname),    {NULL, 0, 0, 0, NULL},
};

PyTypeObject PyCode_Type = {
    .ob_base = {PyObject_HEAD_INIT(&PyType_Type), 0},
    .tp_name = "code",
    .tp_basicsize = sizeof(PyCodeObject),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .tp_dealloc = code_dealloc,
    .tp_repr = code_repr,
    .tp_members = code_members,
};
