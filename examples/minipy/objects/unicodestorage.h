/* What the files of str share. */
#ifndef MINIPY_OBJECTS_UNICODESTORAGE_H
#define MINIPY_OBJECTS_UNICODESTORAGE_H

#include "../object.h"

PyObject *_PyUnicode_CopyAs(PyTypeObject *type, PyObject *u);
Py_hash_t _PyUnicode_Hash(PyObject *u);
/* Copies the characters; `to` must be wide enough. */
void _PyUnicode_CopyInto(PyObject *to, Py_ssize_t at, PyObject *from);
/* The widest character that u's kind allows. */
Py_UCS4 _PyUnicode_Limit(PyObject *u);
/* start and stop of find(), as Python clips them. */
void _PyUnicode_ClipRange(Py_ssize_t n, Py_ssize_t *start, Py_ssize_t *stop);
PyObject *_PyUnicode_FormatSpec(PyObject *o, PyObject *spec); /* formatspec.c */
PyObject *_PyUnicode_FormatMethod(PyObject *self, PyObject *args,
                                  PyObject *kwargs); /* str.format */
PyObject *_PyUnicode_FormatMapMethod(PyObject *self, PyObject *mapping);
PyObject *_PyUnicode_Repr(PyObject *u);
/* For int() and float(): a copy in ASCII digits, without spaces around; what
 * is neither a digit nor ASCII becomes '?'. */
PyObject *_PyUnicode_ToDecimal(PyObject *u);
extern PyMethodDef _PyUnicode_Methods[];

#endif
