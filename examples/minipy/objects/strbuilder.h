/* A str under construction: it grows, and widens when a character needs it.
 *
 *   PyStrBuilder b;
 *   PyStrBuilder_Init(&b);
 *   if (PyStrBuilder_Str(&b, u) < 0) { PyStrBuilder_Discard(&b); return NULL; }
 *   return PyStrBuilder_Finish(&b);
 *
 * After a failed call only Discard is allowed; Finish ends the builder in any
 * case. An error is sticky: Finish of a failed builder returns NULL, so a run
 * of appends may be checked at its end only. */
#ifndef MINIPY_OBJECTS_STRBUILDER_H
#define MINIPY_OBJECTS_STRBUILDER_H

#include "../object.h"

typedef struct {
  void *data;
  Py_ssize_t length, room;
  int kind;
  int failed;
  Py_UCS4 all; /* the characters or-ed together: is it ASCII? */
} PyStrBuilder;

void PyStrBuilder_Init(PyStrBuilder *b);
int PyStrBuilder_Char(PyStrBuilder *b, Py_UCS4 c);
int PyStrBuilder_Fill(PyStrBuilder *b, Py_UCS4 c, Py_ssize_t n);
int PyStrBuilder_ASCII(PyStrBuilder *b, const char *s, Py_ssize_t n);
int PyStrBuilder_CString(PyStrBuilder *b, const char *s); /* ASCII */
int PyStrBuilder_UTF8(PyStrBuilder *b, const char *s, Py_ssize_t n);
int PyStrBuilder_Str(PyStrBuilder *b, PyObject *u);
int PyStrBuilder_Slice(PyStrBuilder *b, PyObject *u, Py_ssize_t i,
                       Py_ssize_t j);
int PyStrBuilder_Repr(PyStrBuilder *b, PyObject *o);
PyObject *PyStrBuilder_Finish(PyStrBuilder *b);
void PyStrBuilder_Discard(PyStrBuilder *b);

#endif
