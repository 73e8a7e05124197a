/* Decimal text of doubles. */
#ifndef MINIPY_OBJECTS_FLOATTEXT_H
#define MINIPY_OBJECTS_FLOATTEXT_H

#include "../object.h"

/* Python's repr into text (at least 40 bytes); the length. */
size_t _PyFloat_ShortestRepr(double v, char *text);
/* v rounded to so many digits behind the point (before it, if negative). */
double _PyFloat_RoundDecimal(double v, int digits);
/* As printf's %.*c for 'e' 'f' 'g' (also upper case), for any precision; with
 * alternate form ('#') if asked. The caller frees the result; NULL: no memory.
 * Infinity and NaN give inf and nan. */
char *_PyFloat_Printf(double v, char type, int precision, int alternate);
PyObject *_PyFloat_FormatSpec(PyObject *o, PyObject *spec); /* formatspec.c */

#endif
