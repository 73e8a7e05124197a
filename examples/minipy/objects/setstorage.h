/* Between set.c (the hash table) and setmethods.c (operators and methods). */
#ifndef MINIPY_OBJECTS_SETSTORAGE_H
#define MINIPY_OBJECTS_SETSTORAGE_H

#include "../object.h"

int _PySet_AddHashed(PySetObject *s, PyObject *key, Py_hash_t hash);
/* 1, 0 or -1. */
int _PySet_HasHashed(PySetObject *s, PyObject *key, Py_hash_t hash);
int _PySet_DropHashed(PySetObject *s, PyObject *key, Py_hash_t hash);
void _PySet_ClearAll(PySetObject *s);
/* A new set of the type (or NULL items: empty). */
PyObject *_PySet_Make(PyTypeObject *type, PyObject *iterable);
/* set or frozenset: what an operator on this set gives. */
PyTypeObject *_PySet_BaseType(PyObject *s);
/* The hash that a key looks up with: a set stands for its frozenset. */
Py_hash_t _PySet_KeyHash(PyObject *key);

extern PyNumberMethods _PySet_AsNumber, _PyFrozenSet_AsNumber;
extern PyMethodDef _PySet_Methods[], _PyFrozenSet_Methods[];
PyObject *_PySet_RichCompare(PyObject *a, PyObject *b, int op);

#endif
