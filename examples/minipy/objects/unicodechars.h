/* Properties of characters: an approximation of Unicode's database that is
 * exact for ASCII, Latin-1, Greek and Cyrillic letters. */
#ifndef MINIPY_OBJECTS_UNICODECHARS_H
#define MINIPY_OBJECTS_UNICODECHARS_H

#include "../object.h"

int _PyChar_IsSpace(Py_UCS4 c);
int _PyChar_IsLower(Py_UCS4 c);
int _PyChar_IsUpper(Py_UCS4 c);
int _PyChar_IsAlpha(Py_UCS4 c);
int _PyChar_IsDigit(Py_UCS4 c);
int _PyChar_IsPrintable(Py_UCS4 c);
int _PyChar_IsLineBreak(Py_UCS4 c);
Py_UCS4 _PyChar_Lower(Py_UCS4 c);
Py_UCS4 _PyChar_Upper(Py_UCS4 c);

#endif
