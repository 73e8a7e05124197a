/* What the files of set share: the open-addressed table. */
#ifndef MINIPY_OBJECTS_SETTABLE_H
#define MINIPY_OBJECTS_SETTABLE_H

#include "../object.h"

#define SET(o) ((PySetObject *)(o))

PyObject *_PySet_Make(PyTypeObject *type, PyObject *iterable);
int _PySet_ContainsEntry(PyObject *s, PyObject *key, Py_hash_t hash);
int _PySet_AddEntry(PyObject *s, PyObject *key, Py_hash_t hash);
int _PySet_DiscardEntry(PyObject *s, PyObject *key, Py_hash_t hash);
void _PySet_Clear(PyObject *s);
/* After many removals: a smaller table, without the dummies. */
int _PySet_Compact(PyObject *s);
PyObject *_PySet_Pop(PyObject *s);
/* The operators and methods, setoperations.c. */
extern PyMethodDef _PySet_Methods[], _PyFrozenSet_Methods[];
extern PyNumberMethods _PySet_AsNumber, _PyFrozenSet_AsNumber;
PyObject *_PySet_Compare(PyObject *a, PyObject *b, int op);

#endif
