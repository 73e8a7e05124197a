/* The table behind a dict: an open-addressed array of small indices into a
 * dense array of entries in insertion order. */
#ifndef MINIPY_OBJECTS_DICTKEYS_H
#define MINIPY_OBJECTS_DICTKEYS_H

#include "../object.h"

typedef struct {
  Py_hash_t hash;
  PyObject *key; /* NULL with value NULL: a deleted entry */
  PyObject *value;
} PyDictEntry;

enum { DICT_EMPTY = -1, DICT_DUMMY = -2 };

/* One block of memory: this head, the indices, the entries. */
struct _dictkeys {
  Py_ssize_t size;   /* number of indices, a power of two */
  Py_ssize_t usable; /* how many entries may still be appended */
  Py_ssize_t filled; /* entries in use, deleted ones included */
  PyDictEntry *entries;
  _Alignas(8) char indices[]; /* int8_t, int16_t or int32_t */
};

/* 1: found, *value (borrowed) is set; 0: absent; -1: error. */
int _PyDict_Lookup(PyObject *d, PyObject *key, Py_hash_t hash,
                   PyObject **value);
/* An iterator over keys, values or items, forwards or backwards. */
enum { DICT_KEYS, DICT_VALUES, DICT_ITEMS };
PyObject *_PyDict_NewIterator(PyObject *d, int what, int backwards);
PyObject *_PyDict_NewView(PyObject *d, int what);
int _PyDictViews_Init(void);
extern PyMethodDef _PyDict_Methods[]; /* dictmethods.c */
PyObject *_PyDict_GenericNew(PyTypeObject *type, PyObject *args, PyObject *kw);
int _PyDict_InitFrom(PyObject *self, PyObject *args, PyObject *kw);
PyObject *_PyDict_Or(PyObject *a, PyObject *b);
PyObject *_PyDict_InPlaceOr(PyObject *a, PyObject *b);

#endif
