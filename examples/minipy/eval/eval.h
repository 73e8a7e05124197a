/* What the files of eval/ offer each other and the modules.
 *
 * The interpreter runs a script so: frontend -> code object -> function ->
 * frame -> the loop (ceval.c). Each step is a file here. */
#ifndef MINIPY_EVAL_H
#define MINIPY_EVAL_H

#include "code.h"
#include "frame.h"
#include "object.h"

/* --- set up once, before threads ----------------------------------------- */
extern PyObject *_PyEval_Builtins; /* the dict of module builtins */
extern PyObject *_PyEval_Modules;  /* sys.modules */
extern PyObject *_PyEval_Path;     /* sys.path, a list */
int _PyEval_Init(void);            /* types of eval/, builtins, sys; 0 or -1 */

/* --- ceval.c -------------------------------------------------------------- */
/* Runs a frame until it returns or yields (f_yielded tells which); does not
 * free it. With `raising`, the pending exception is raised at once where the
 * frame stands. */
PyObject *_PyEval_Frame(PyFrameObject *frame, int raising);
/* Runs a module's or expression's code; locals may equal globals. */
PyObject *_PyEval_Code(PyCodeObject *code, PyObject *globals, PyObject *locals);

/* --- function.c ----------------------------------------------------------- */
typedef struct {
  PyObject_HEAD PyCodeObject *func_code Py_IMMUTABLE;
  PyObject *func_globals Py_IMMUTABLE;
  PyObject *func_closure Py_IMMUTABLE; /* tuple of cells or NULL */
  PyObject *func_defaults;             /* tuple or NULL */
  PyObject *func_kwdefaults;           /* dict or NULL */
  PyObject *func_name, *func_qualname, *func_module, *func_doc;
  PyObject *func_dict;          /* NULL until something is stored there */
  int func_simple Py_IMMUTABLE; /* only positional parameters, no generator */
} PyFunctionObject;
extern PyTypeObject PyFunction_Type;
#define PyFunction_Check(o) Py_IS_TYPE(o, &PyFunction_Type)

PyObject *PyFunction_New(PyCodeObject *code, PyObject *globals);
PyObject *_PyFunction_Vectorcall(PyObject *function, PyObject *const *args,
                                 size_t nargs, PyObject *kwnames);
/* A frame for a call, arguments bound; NULL with TypeError. */
PyFrameObject *_PyFunction_Frame(PyFunctionObject *function,
                                 PyObject *const *args, size_t nargs,
                                 PyObject *kwnames);
/* Runs and frees a frame that is bound; for generators, makes the generator. */
PyObject *_PyFunction_Enter(PyFunctionObject *function, PyFrameObject *frame);

/* --- generator.c ---------------------------------------------------------- */
extern PyTypeObject PyGen_Type;
#define PyGen_Check(o) Py_IS_TYPE(o, &PyGen_Type)
PyObject *PyGen_New(PyFrameObject *frame, PyFunctionObject *function);
/* The next step of `yield from`: *result gets what was yielded (1), or what the
 * receiver returned (0); -1 with an exception. */
int _PyGen_Delegate(PyObject *receiver, PyObject *sent, PyObject **result);

/* --- traceback.c, report.c ------------------------------------------------ */
extern PyTypeObject PyTraceBack_Type;
/* Puts the frame, at that unit, on top of the pending exception's traceback. */
void PyTraceBack_Here(PyFrameObject *frame, int unit);
/* The same for an entry of its own. */
void _PyTraceBack_Add(PyObject *exception, PyCodeObject *code, int line);
/* For each entry, outermost first. */
int _PyTraceBack_Entry(PyObject *traceback, PyCodeObject **code, int *line,
                       PyObject **next);
/* The whole report of an exception, as CPython prints it, as a str; or NULL. */
PyObject *_PyErr_Report(PyObject *exception);
/* Prints the pending exception to stderr and clears it. */
void PyErr_Print(void);
/* The same, but SystemExit yields its status instead. */
int _PyErr_PrintAndStatus(void);

/* --- import.c ------------------------------------------------------------- */
PyObject *_PyImport_Import(PyObject *name, PyObject *fromlist, long level);
PyObject *_PyImport_From(PyObject *module, PyObject *name);
int _PyImport_Star(PyObject *module, PyObject *locals);
/* Runs source text as the module `module`; the result of the code, or NULL. */
PyObject *_PyImport_RunSource(const char *source, const char *filename,
                              PyObject *dict);
/* A file's bytes, malloc'ed, with a final NUL; NULL and errno. No objects. */
char *_PyImport_ReadFile(const char *path, size_t *length);

/* --- buildclass.c, unpack.c, raise.c ---------------------------------------
 */
PyObject *_PyEval_BuildClass(PyObject *self, PyObject *const *args,
                             Py_ssize_t nargs, PyObject *kwnames);
/* Fill sp[-1], sp[-2].. downwards from the first value on; 1 or 0. */
int _PyEval_Unpack(PyObject *sequence, int before, int after, PyObject **sp);
/* raise [exception [from cause]]; takes over both. 1: without a new entry in
 * the traceback (it was the handled exception), 0: as usual. */
int _PyEval_Raise(PyObject *exception, PyObject *cause);
/* 1, 0, or -1 with TypeError. */
int _PyEval_ExceptionMatches(PyObject *exception, PyObject *classes);
PyObject *_PyEval_FormatValue(PyObject *value, PyObject *spec, int conversion);

/* How a callable is named in messages: "f()", or "A object". New str. */
PyObject *_PyEval_FunctionName(PyObject *callable);

#endif
