/* The TypeErrors of a call whose arguments do not fit. All return -1. */
#ifndef MINIPY_EVAL_ARGUMENTS_H
#define MINIPY_EVAL_ARGUMENTS_H

#include "eval.h"

/* Some of the parameters [from, to) are NULL in the frame. */
int Arguments_Missing(PyFunctionObject *function, PyFrameObject *frame,
                      int from, int to, const char *kind);
int Arguments_TooMany(PyFunctionObject *function, PyFrameObject *frame,
                      size_t given);
int Arguments_UnexpectedKeyword(PyFunctionObject *function, PyObject *name,
                                PyObject *kwnames);

#endif
