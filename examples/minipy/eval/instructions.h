/* The parts of instructions that are too long, or too rare, for the loop.
 * Functions that take an array of values from the stack take them over. */
#ifndef MINIPY_EVAL_INSTRUCTIONS_H
#define MINIPY_EVAL_INSTRUCTIONS_H

#include "eval.h"

/* names.c */
PyObject *_PyEval_LoadName(PyFrameObject *frame, PyObject *name);
int _PyEval_DeleteName(PyObject *dict, PyObject *name);
PyObject *_PyEval_LoadClassDeref(PyFrameObject *frame, int index);
PyObject *_PyEval_LoadBuildClass(void);
void _PyEval_UnboundLocal(PyObject *name);
void _PyEval_UnboundDeref(PyCodeObject *code, int index);

/* containers.c */
PyObject *_PyEval_ContainsOp(PyObject *container, PyObject *value,
                             int inverted);
PyObject *_PyEval_BuildSet(PyObject **values, Py_ssize_t count);
PyObject *_PyEval_BuildMap(PyObject **pairs, Py_ssize_t count);
PyObject *_PyEval_BuildConstKeyMap(PyObject *keys, PyObject **values);
PyObject *_PyEval_BuildString(PyObject **parts, Py_ssize_t count);
int _PyEval_ListExtend(PyObject *list, PyObject *values);
int _PyEval_DictUpdate(PyObject *dict, PyObject *mapping);
int _PyEval_DictMerge(PyObject *dict, PyObject *mapping, PyObject *callable);
/* callable(*arguments, **keywords); keywords: a dict or NULL. */
PyObject *_PyEval_CallWithStars(PyObject *callable, PyObject *arguments,
                                PyObject *keywords);

/* raise.c: makes `before` (owned; None: nothing) the handled exception. */
void _PyEval_SetHandled(PyThreadState *ts, PyObject *before);
/* `with`: what __enter__ gave, and __exit__, bound; or NULL. */
PyObject *_PyEval_EnterWith(PyObject *manager, PyObject **exit);
PyObject *_PyEval_CallExit(PyObject *exit, PyObject *exception);

#endif
