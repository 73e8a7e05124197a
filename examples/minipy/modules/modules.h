/* What the built-in modules share: how one is declared, and their list.
 *
 * A module is a table of C functions plus some constants. Functions that take
 * one argument or none are declared so and called without a tuple; all others
 * get (args, kwargs), where kwargs is NULL when there are none.
 *
 * Builtin_ArgCount checks the number of positional arguments of a function
 * without keywords and raises Python's TypeError; Builtin_ParseKeywords sorts
 * positional and keyword arguments into an array of borrowed references. */
#ifndef MINIPY_MODULES_H
#define MINIPY_MODULES_H

#include "object.h"

#define MODULE_O(name, function)                                               \
  { name, (PyCFunction)(void (*)(void))(function), METH_O, NULL }
#define MODULE_NOARGS(name, function)                                          \
  { name, (PyCFunction)(void (*)(void))(function), METH_NOARGS, NULL }
#define MODULE_VARARGS(name, function)                                         \
  { name, (PyCFunction)(void (*)(void))(function), METH_VARARGS, NULL }
#define MODULE_KEYWORDS(name, function)                                        \
  {                                                                            \
    name, (PyCFunction)(void (*)(void))(function),                             \
        METH_VARARGS | METH_KEYWORDS, NULL                                     \
  }
#define MODULE_END                                                             \
  { NULL, NULL, 0, NULL }

PyObject *Module_Create(const char *name, PyMethodDef *methods);
/* Takes over the reference to `value`, which may be NULL (then it fails). */
int Module_AddObject(PyObject *module, const char *name, PyObject *value);
int Module_AddFunctions(PyObject *dict, const char *module,
                        PyMethodDef *methods);

int Builtin_ArgCount(const char *function, PyObject *args, Py_ssize_t least,
                     Py_ssize_t most);
/* `names` ends with NULL; what is not given stays as it was in `values`. The
 * first `required` must be given; names from `keyword_only` on are not filled
 * by position. 0, or -1 with an exception. */
int Builtin_ParseKeywords(const char *function, PyObject *args,
                          PyObject *kwargs, const char *const *names,
                          Py_ssize_t required, Py_ssize_t keyword_only,
                          PyObject **values);

/* A new built-in module of that name; NULL without an exception: none such. */
PyObject *Modules_InitBuiltin(const char *name);

PyObject *PyInit_builtins(void);
PyObject *PyInit_sys(void);
PyObject *PyInit_math(void);
PyObject *PyInit_time(void);
PyObject *PyInit_os(void);
PyObject *PyInit_os_path(void);
PyObject *PyInit_random(void);
PyObject *PyInit_thread(void);
PyObject *PyInit_transaction(void);

/* The file objects of open() and of sys.stdin, stdout and stderr. */
extern PyTypeObject PyTextFile_Type;
PyObject *PyTextFile_Open(PyObject *path, const char *mode);
PyObject *PyTextFile_Standard(FILE *stream, const char *name);

/* Text that is to be written once what was computed so far is final. Takes a
 * copy; what one thread writes keeps its order. NULL text: only flushes. */
void Output_Write(FILE *stream, const char *text, size_t length);
void Output_Flush(FILE *stream);

#endif
