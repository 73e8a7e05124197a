/* The builtin functions that do input and output (printing.c). */
#ifndef MINIPY_MODULES_BUILTINS_H
#define MINIPY_MODULES_BUILTINS_H

#include "modules.h"

PyObject *Builtin_Print(PyObject *self, PyObject *args, PyObject *kwargs);
PyObject *Builtin_Open(PyObject *self, PyObject *args, PyObject *kwargs);
PyObject *Builtin_Input(PyObject *self, PyObject *args);

#endif
