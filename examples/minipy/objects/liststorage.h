/* What the files of list share. */
#ifndef MINIPY_OBJECTS_LISTSTORAGE_H
#define MINIPY_OBJECTS_LISTSTORAGE_H

#include "../object.h"

#define ITEMS(o) (((PyListObject *)(o))->ob_item)
#define SIZE(o) (((PyListObject *)(o))->ob_size)

/* Changes the number of items; new ones are not initialized. */
int _PyList_Resize(PyObject *list, Py_ssize_t size);
void _PyList_Clear(PyObject *list);
PyObject *_PyList_Repr(PyObject *list);
PyObject *_PyList_Reversed(PyObject *list, PyObject *unused);
PyObject *_PyList_SortMethod(PyObject *list, PyObject *const *args,
                             Py_ssize_t nargs, PyObject *kwnames);
extern PyMethodDef _PyList_Methods[];

#endif
