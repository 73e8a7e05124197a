/* The object model: every public structure and prototype of objects/.
 *
 * Names, signatures and ownership rules are those of CPython's C API: "new
 * reference" is the default result, arguments are borrowed, and the few
 * functions that steal or lend say so beside their prototype. NULL (or -1)
 * means that an exception is set in the thread state.
 *
 * What differs from CPython, on purpose:
 * - There is no collector of cycles: cycles (and therefore classes) leak.
 * - An exception is always an instance (PyErr_Fetch never gives a bare class).
 * - Vector calls go through the type (tp_vectorcall calls an *instance* of the
 *   type), not through an offset in the object.
 * - Instances of classes written in Python keep their __dict__ in one word in
 *   front of the object (Py_TPFLAGS_MANAGED_DICT); use PyObject_Free for
 *   everything that came from PyType_GenericAlloc/PyObject_New.
 *
 * The words Py_IMMUTABLE, Py_NOTRACK, Py_REFCOUNT and Py_THREADLOCAL come from
 * mutual_exclusion.h and mean nothing in a build with a lock. */
#ifndef MINIPY_OBJECT_H
#define MINIPY_OBJECT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#include "mutual_exclusion.h"

typedef ssize_t Py_ssize_t;
typedef Py_ssize_t Py_hash_t;
typedef size_t Py_uhash_t;
typedef uint32_t Py_UCS4;
typedef uint16_t Py_UCS2;
typedef uint8_t Py_UCS1;
#define PY_SSIZE_T_MAX ((Py_ssize_t)(SIZE_MAX >> 1))

typedef struct _object PyObject;
typedef struct _typeobject PyTypeObject;
typedef struct _frame PyFrameObject; /* eval/frame.c */

/* ---- the head of every object --------------------------------------------*/
struct _object {
  Py_ssize_t ob_refcnt Py_REFCOUNT;
  PyTypeObject *ob_type Py_IMMUTABLE;
};
typedef struct {
  PyObject ob_base;
  Py_ssize_t ob_size Py_IMMUTABLE;
} PyVarObject; /* tuple, int, bytes: a list has its own, mutable, size */

#define PyObject_HEAD PyObject ob_base;
#define PyObject_VAR_HEAD PyVarObject ob_base;
/* Static objects begin with a count that no program can bring to zero. */
#define _Py_STATIC_REFCNT ((Py_ssize_t)1 << 40)
#define PyObject_HEAD_INIT(type)                                               \
  { _Py_STATIC_REFCNT, (type) }
#define Py_TYPE(o) (((PyObject *)(o))->ob_type)
#define Py_REFCNT(o) (((PyObject *)(o))->ob_refcnt)
#define Py_SIZE(o) (((PyVarObject *)(o))->ob_size)
#define Py_IS_TYPE(o, t) (Py_TYPE(o) == (t))
#define _PyObject_CAST(o) ((PyObject *)(o))

void _Py_Dealloc(PyObject *op);
void _Py_DeallocByCount(void *count_address);
Py_ssize_t _Py_LiveObjects(void);
void Py_IncRef(PyObject *op);
void Py_DecRef(PyObject *op);
static inline PyObject *_Py_NewRef(PyObject *o) {
  Py_INCREF(o);
  return o;
}
static inline PyObject *_Py_XNewRef(PyObject *o) {
  Py_XINCREF(o);
  return o;
}
#define Py_NewRef(o) _Py_NewRef((PyObject *)(o))
#define Py_XNewRef(o) _Py_XNewRef((PyObject *)(o))
#define Py_CLEAR(op)                                                           \
  do {                                                                         \
    PyObject *py_old_ = (PyObject *)(op);                                      \
    if (py_old_) {                                                             \
      (op) = NULL;                                                             \
      Py_DECREF(py_old_);                                                      \
    }                                                                          \
  } while (0)
#define Py_SETREF(op, v)                                                       \
  do {                                                                         \
    PyObject *py_before_ = (PyObject *)(op);                                   \
    (op) = (v);                                                                \
    Py_DECREF(py_before_);                                                     \
  } while (0)
#define Py_XSETREF(op, v)                                                      \
  do {                                                                         \
    PyObject *py_before_ = (PyObject *)(op);                                   \
    (op) = (v);                                                                \
    Py_XDECREF(py_before_);                                                    \
  } while (0)

/* ---- slot signatures -----------------------------------------------------*/
typedef PyObject *(*unaryfunc)(PyObject *);
typedef PyObject *(*binaryfunc)(PyObject *, PyObject *);
typedef PyObject *(*ternaryfunc)(PyObject *, PyObject *, PyObject *);
typedef int (*inquiry)(PyObject *);
typedef Py_ssize_t (*lenfunc)(PyObject *);
typedef PyObject *(*ssizeargfunc)(PyObject *, Py_ssize_t);
typedef int (*ssizeobjargproc)(PyObject *, Py_ssize_t, PyObject *);
typedef int (*objobjargproc)(PyObject *, PyObject *, PyObject *);
typedef int (*objobjproc)(PyObject *, PyObject *);
typedef void (*destructor)(PyObject *);
typedef void (*freefunc)(void *);
typedef PyObject *(*reprfunc)(PyObject *);
typedef Py_hash_t (*hashfunc)(PyObject *);
typedef PyObject *(*getattrofunc)(PyObject *, PyObject *);
typedef int (*setattrofunc)(PyObject *, PyObject *, PyObject *);
typedef PyObject *(*richcmpfunc)(PyObject *, PyObject *, int);
typedef PyObject *(*getiterfunc)(PyObject *);
typedef PyObject *(*iternextfunc)(PyObject *); /* NULL alone: exhausted */
typedef PyObject *(*descrgetfunc)(PyObject *, PyObject *, PyObject *);
typedef int (*descrsetfunc)(PyObject *, PyObject *, PyObject *);
typedef int (*initproc)(PyObject *, PyObject *, PyObject *);
typedef PyObject *(*newfunc)(PyTypeObject *, PyObject *, PyObject *);
typedef PyObject *(*allocfunc)(PyTypeObject *, Py_ssize_t);
/* nargs positional arguments, then those named in the tuple kwnames (or NULL).
 * All are borrowed. */
typedef PyObject *(*vectorcallfunc)(PyObject *callable, PyObject *const *args,
                                    size_t nargs, PyObject *kwnames);

typedef struct {
  binaryfunc nb_add, nb_subtract, nb_multiply, nb_remainder, nb_divmod;
  ternaryfunc nb_power;
  unaryfunc nb_negative, nb_positive, nb_absolute;
  inquiry nb_bool;
  unaryfunc nb_invert;
  binaryfunc nb_lshift, nb_rshift, nb_and, nb_xor, nb_or;
  unaryfunc nb_int, nb_float;
  binaryfunc nb_inplace_add, nb_inplace_subtract, nb_inplace_multiply,
      nb_inplace_remainder;
  ternaryfunc nb_inplace_power;
  binaryfunc nb_inplace_lshift, nb_inplace_rshift, nb_inplace_and,
      nb_inplace_xor, nb_inplace_or;
  binaryfunc nb_floor_divide, nb_true_divide, nb_inplace_floor_divide,
      nb_inplace_true_divide;
  unaryfunc nb_index;
  binaryfunc nb_matrix_multiply, nb_inplace_matrix_multiply;
} PyNumberMethods;

typedef struct {
  lenfunc sq_length;
  binaryfunc sq_concat;
  ssizeargfunc sq_repeat;
  ssizeargfunc sq_item;
  ssizeobjargproc sq_ass_item;
  objobjproc sq_contains;
  binaryfunc sq_inplace_concat;
  ssizeargfunc sq_inplace_repeat;
} PySequenceMethods;

typedef struct {
  lenfunc mp_length;
  binaryfunc mp_subscript;
  objobjargproc mp_ass_subscript;
} PyMappingMethods;

/* ---- methods, attributes -------------------------------------------------*/
typedef PyObject *(*PyCFunction)(PyObject *self, PyObject *arg);
typedef PyObject *(*PyCFunctionWithKeywords)(PyObject *self, PyObject *args,
                                             PyObject *kwargs);
typedef PyObject *(*_PyCFunctionFast)(PyObject *self, PyObject *const *args,
                                      Py_ssize_t nargs);
typedef PyObject *(*_PyCFunctionFastWithKeywords)(PyObject *self,
                                                  PyObject *const *args,
                                                  Py_ssize_t nargs,
                                                  PyObject *kwnames);
#define METH_VARARGS 0x01
#define METH_KEYWORDS 0x02
#define METH_NOARGS 0x04
#define METH_O 0x08
#define METH_CLASS 0x10
#define METH_STATIC 0x20
#define METH_FASTCALL 0x80
/* Through void(*)(void): a cast between function types without a warning. */
#define _PyCFunction_CAST(f) ((PyCFunction)(void (*)(void))(f))

typedef struct {
  const char *ml_name;
  PyCFunction ml_meth;
  int ml_flags;
  const char *ml_doc;
} PyMethodDef;

typedef PyObject *(*getter)(PyObject *, void *);
typedef int (*setter)(PyObject *, PyObject *, void *);
typedef struct {
  const char *name;
  getter get;
  setter set;
  const char *doc;
  void *closure;
} PyGetSetDef;

enum { T_INT = 1, T_SSIZET, T_BOOL, T_OBJECT /* NULL: None */, T_OBJECT_EX };
#define READONLY 1
typedef struct {
  const char *name;
  int type;
  Py_ssize_t offset;
  int flags;
  const char *doc;
} PyMemberDef;

/* ---- types ---------------------------------------------------------------*/
struct _typeobject {
  PyObject_VAR_HEAD const char *tp_name Py_IMMUTABLE;
  Py_ssize_t tp_basicsize Py_IMMUTABLE;
  Py_ssize_t tp_itemsize Py_IMMUTABLE;
  destructor tp_dealloc Py_IMMUTABLE;
  reprfunc tp_repr Py_IMMUTABLE;
  PyNumberMethods *tp_as_number Py_IMMUTABLE;
  PySequenceMethods *tp_as_sequence Py_IMMUTABLE;
  PyMappingMethods *tp_as_mapping Py_IMMUTABLE;
  hashfunc tp_hash Py_IMMUTABLE;
  ternaryfunc tp_call Py_IMMUTABLE;
  vectorcallfunc tp_vectorcall Py_IMMUTABLE; /* calls an instance; optional */
  reprfunc tp_str Py_IMMUTABLE;
  getattrofunc tp_getattro Py_IMMUTABLE;
  setattrofunc tp_setattro Py_IMMUTABLE;
  unsigned long tp_flags Py_IMMUTABLE;
  const char *tp_doc Py_IMMUTABLE;
  richcmpfunc tp_richcompare Py_IMMUTABLE;
  getiterfunc tp_iter Py_IMMUTABLE;
  iternextfunc tp_iternext Py_IMMUTABLE;
  PyMethodDef *tp_methods Py_IMMUTABLE;
  PyMemberDef *tp_members Py_IMMUTABLE;
  PyGetSetDef *tp_getset Py_IMMUTABLE;
  PyTypeObject *tp_base Py_IMMUTABLE;
  PyObject *tp_dict Py_IMMUTABLE;
  descrgetfunc tp_descr_get Py_IMMUTABLE;
  descrsetfunc tp_descr_set Py_IMMUTABLE;
  Py_ssize_t tp_dictoffset Py_IMMUTABLE; /* > 0: where; 0: none or managed */
  initproc tp_init Py_IMMUTABLE;
  allocfunc tp_alloc Py_IMMUTABLE;
  newfunc tp_new Py_IMMUTABLE;
  freefunc tp_free Py_IMMUTABLE;
  destructor tp_finalize Py_IMMUTABLE; /* __del__ */
  PyObject *tp_bases Py_IMMUTABLE;
  PyObject *tp_mro Py_IMMUTABLE;
  PyObject *tp_subclasses; /* a list, or NULL */
};

#define Py_TPFLAGS_HEAPTYPE (1UL << 9)
#define Py_TPFLAGS_BASETYPE (1UL << 10)
#define Py_TPFLAGS_READY (1UL << 12)
#define Py_TPFLAGS_HAVE_GC (1UL << 14) /* a container: its death may recurse   \
                                        */
#define Py_TPFLAGS_METHOD_DESCRIPTOR (1UL << 17) /* like a function: binds */
#define Py_TPFLAGS_MANAGED_DICT (1UL << 4) /* __dict__ before the object */
#define Py_TPFLAGS_DISALLOW_INSTANTIATION (1UL << 7)
#define Py_TPFLAGS_LONG_SUBCLASS (1UL << 24)
#define Py_TPFLAGS_LIST_SUBCLASS (1UL << 25)
#define Py_TPFLAGS_TUPLE_SUBCLASS (1UL << 26)
#define Py_TPFLAGS_BYTES_SUBCLASS (1UL << 27)
#define Py_TPFLAGS_UNICODE_SUBCLASS (1UL << 28)
#define Py_TPFLAGS_DICT_SUBCLASS (1UL << 29)
#define Py_TPFLAGS_BASE_EXC_SUBCLASS (1UL << 30)
#define Py_TPFLAGS_TYPE_SUBCLASS (1UL << 31)
#define Py_TPFLAGS_DEFAULT 0UL

typedef struct {
  PyTypeObject ht_type;
  PyNumberMethods as_number;
  PySequenceMethods as_sequence;
  PyMappingMethods as_mapping;
  PyObject *ht_name, *ht_qualname; /* str */
} PyHeapTypeObject;

#define PyType_HasFeature(t, f) (((t)->tp_flags & (f)) != 0)
#define PyType_FastSubclass(t, f) PyType_HasFeature(t, f)
static inline int PyObject_TypeHasFlag_(const PyObject *o, unsigned long f) {
  return (o->ob_type->tp_flags & f) != 0;
}
#define _Py_HAS(o, f) PyObject_TypeHasFlag_((const PyObject *)(o), (f))
#define PyType_Check(o) _Py_HAS(o, Py_TPFLAGS_TYPE_SUBCLASS)
#define PyLong_Check(o) _Py_HAS(o, Py_TPFLAGS_LONG_SUBCLASS)
#define PyList_Check(o) _Py_HAS(o, Py_TPFLAGS_LIST_SUBCLASS)
#define PyTuple_Check(o) _Py_HAS(o, Py_TPFLAGS_TUPLE_SUBCLASS)
#define PyBytes_Check(o) _Py_HAS(o, Py_TPFLAGS_BYTES_SUBCLASS)
#define PyUnicode_Check(o) _Py_HAS(o, Py_TPFLAGS_UNICODE_SUBCLASS)
#define PyDict_Check(o) _Py_HAS(o, Py_TPFLAGS_DICT_SUBCLASS)
#define PyExceptionInstance_Check(o) _Py_HAS(o, Py_TPFLAGS_BASE_EXC_SUBCLASS)
#define PyExceptionClass_Check(o)                                              \
  (PyType_Check(o) &&                                                          \
   PyType_HasFeature((PyTypeObject *)(o), Py_TPFLAGS_BASE_EXC_SUBCLASS))
#define PyExceptionInstance_Class(o) ((PyObject *)Py_TYPE(o))
#define PyLong_CheckExact(o) Py_IS_TYPE(o, &PyLong_Type)
#define PyFloat_CheckExact(o) Py_IS_TYPE(o, &PyFloat_Type)
#define PyList_CheckExact(o) Py_IS_TYPE(o, &PyList_Type)
#define PyTuple_CheckExact(o) Py_IS_TYPE(o, &PyTuple_Type)
#define PyUnicode_CheckExact(o) Py_IS_TYPE(o, &PyUnicode_Type)
#define PyDict_CheckExact(o) Py_IS_TYPE(o, &PyDict_Type)
#define PyBytes_CheckExact(o) Py_IS_TYPE(o, &PyBytes_Type)
#define PyBool_Check(o) Py_IS_TYPE(o, &PyBool_Type)
#define PyFloat_Check(o) PyObject_TypeCheck((PyObject *)(o), &PyFloat_Type)
#define PyAnySet_Check(o)                                                      \
  (PyObject_TypeCheck((PyObject *)(o), &PySet_Type) ||                         \
   PyObject_TypeCheck((PyObject *)(o), &PyFrozenSet_Type))
#define PySet_Check(o) PyObject_TypeCheck((PyObject *)(o), &PySet_Type)
#define PyFrozenSet_Check(o)                                                   \
  PyObject_TypeCheck((PyObject *)(o), &PyFrozenSet_Type)
#define PySlice_Check(o) Py_IS_TYPE(o, &PySlice_Type)
#define PyRange_Check(o) Py_IS_TYPE(o, &PyRange_Type)
#define PyMethod_Check(o) Py_IS_TYPE(o, &PyMethod_Type)
#define PyCFunction_Check(o) Py_IS_TYPE(o, &PyCFunction_Type)
#define PyModule_Check(o) PyObject_TypeCheck((PyObject *)(o), &PyModule_Type)
#define PyCell_Check(o) Py_IS_TYPE(o, &PyCell_Type)

extern PyTypeObject PyBaseObject_Type, PyType_Type, PyLong_Type, PyBool_Type,
    PyFloat_Type, PyUnicode_Type, PyBytes_Type, PyList_Type, PyTuple_Type,
    PyDict_Type, PyDictKeys_Type, PyDictValues_Type, PyDictItems_Type,
    PySet_Type, PyFrozenSet_Type, PySlice_Type, PyRange_Type, PyEnum_Type,
    PyZip_Type, PyMap_Type, PyFilter_Type, PyReversed_Type, PyProperty_Type,
    PyStaticMethod_Type, PyClassMethod_Type, PySuper_Type, PyMethod_Type,
    PyCFunction_Type, PyMethodDescr_Type, PyWrapperDescr_Type,
    PyGetSetDescr_Type, PyMemberDescr_Type, PyMethodWrapper_Type,
    PyClassMethodDescr_Type, PyModule_Type, PyCell_Type, PySeqIter_Type,
    PyCallIter_Type, _PyNone_Type, PyEllipsis_Type, _PyNotImplemented_Type,
    PyMappingProxy_Type, PySimpleNamespace_Type, PyGenericAlias_Type;

int PyType_Ready(PyTypeObject *type); /* EVAL: once for each of your types */
int PyType_IsSubtype(PyTypeObject *a, PyTypeObject *b);
#define PyObject_TypeCheck(o, t)                                               \
  (Py_TYPE(o) == (t) || PyType_IsSubtype(Py_TYPE(o), (t)))
PyObject *PyType_GenericAlloc(PyTypeObject *type, Py_ssize_t nitems);
PyObject *PyType_GenericNew(PyTypeObject *type, PyObject *args, PyObject *kw);
/* Borrowed, no exception set: the attribute in the classes of the MRO. */
PyObject *_PyType_Lookup(PyTypeObject *type, PyObject *name);
PyObject *_PyType_LookupString(PyTypeObject *type, const char *name);
/* The metaclass of a class statement (borrowed), or NULL with TypeError. */
PyTypeObject *_PyType_CalculateMetaclass(PyTypeObject *metatype,
                                         PyObject *bases);
/* A special method, bound to self (new reference); NULL without exception when
 * the type has none. */
PyObject *_PyObject_LookupSpecial(PyObject *self, const char *name);
PyObject *PyType_GetName(PyTypeObject *type);
PyObject *PyType_GetQualName(PyTypeObject *type);
const char *_PyType_Name(PyTypeObject *type); /* without the module */
/* All of objects/: types, small ints, exceptions. Before anything else; it
 * needs a thread state. 0 or -1. */
int _PyObjects_Init(void);
/* Names the built-in types, constants and exceptions in the builtins' dict. */
int _PyObjects_AddBuiltins(PyObject *dict);

/* ---- memory --------------------------------------------------------------*/
PyObject *_PyObject_New(PyTypeObject *type);
PyVarObject *_PyObject_NewVar(PyTypeObject *type, Py_ssize_t nitems);
#define PyObject_New(T, type) ((T *)_PyObject_New(type))
#define PyObject_NewVar(T, type, n) ((T *)_PyObject_NewVar((type), (n)))
/* size bytes for an instance, its head filled in (the rest not cleared). */
PyObject *_PyObject_Allocate(PyTypeObject *type, size_t size);
void PyObject_Free(void *op); /* an object's memory, its type still alive */
#define PyObject_Del PyObject_Free
#define PyMem_Malloc malloc
#define PyMem_Calloc calloc
#define PyMem_Realloc realloc
#define PyMem_Free free

/* ---- singletons ----------------------------------------------------------*/
extern PyObject _Py_NoneStruct, _Py_EllipsisObject, _Py_NotImplementedStruct;
#define Py_None (&_Py_NoneStruct)
#define Py_Ellipsis (&_Py_EllipsisObject)
#define Py_NotImplemented (&_Py_NotImplementedStruct)
#define Py_RETURN_NONE return Py_NewRef(Py_None)
#define Py_RETURN_NOTIMPLEMENTED return Py_NewRef(Py_NotImplemented)
#define Py_IsNone(o) ((o) == Py_None)

/* ---- the object protocol -------------------------------------------------*/
enum { Py_LT, Py_LE, Py_EQ, Py_NE, Py_GT, Py_GE };
PyObject *PyObject_Repr(PyObject *o); /* NULL argument: "<NULL>" */
PyObject *PyObject_Str(PyObject *o);
PyObject *PyObject_ASCII(PyObject *o);
PyObject *PyObject_Format(PyObject *o, PyObject *spec); /* spec may be NULL */
PyObject *PyObject_RichCompare(PyObject *a, PyObject *b, int op);
int PyObject_RichCompareBool(PyObject *a, PyObject *b, int op);
Py_hash_t PyObject_Hash(PyObject *o);
Py_hash_t PyObject_HashNotImplemented(PyObject *o);
Py_hash_t _Py_HashPointer(const void *p);
PyObject *PyObject_GetAttr(PyObject *o, PyObject *name);
PyObject *PyObject_GetAttrString(PyObject *o, const char *name);
/* 1 found (new reference), 0 absent (no exception), -1 error. */
int _PyObject_LookupAttr(PyObject *o, PyObject *name, PyObject **result);
int _PyObject_LookupAttrString(PyObject *o, const char *n, PyObject **result);
/* For method calls without a bound method: 1: *method is a function that wants
 * o as its first argument; 0: *method is the attribute itself, or NULL with an
 * exception. */
int _PyObject_GetMethod(PyObject *o, PyObject *name, PyObject **method);
int PyObject_SetAttr(PyObject *o, PyObject *name, PyObject *v); /* NULL: del */
int PyObject_SetAttrString(PyObject *o, const char *name, PyObject *v);
#define PyObject_DelAttr(o, n) PyObject_SetAttr((o), (n), NULL)
#define PyObject_DelAttrString(o, n) PyObject_SetAttrString((o), (n), NULL)
int PyObject_HasAttr(PyObject *o, PyObject *name);
int PyObject_HasAttrString(PyObject *o, const char *name);
PyObject *PyObject_GenericGetAttr(PyObject *o, PyObject *name);
int PyObject_GenericSetAttr(PyObject *o, PyObject *name, PyObject *value);
PyObject *PyObject_GenericGetDict(PyObject *o, void *context); /* for getset */
int PyObject_GenericSetDict(PyObject *o, PyObject *value, void *context);
PyObject **_PyObject_GetDictPtr(PyObject *o); /* NULL: it has no __dict__ */
PyObject *PyObject_SelfIter(PyObject *o);
int PyObject_IsTrue(PyObject *o);
int PyObject_Not(PyObject *o);
int PyCallable_Check(PyObject *o);
PyObject *PyObject_Dir(PyObject *o); /* the sorted list of names; no frame */
PyObject *PyObject_Type(PyObject *o);
int PyObject_IsInstance(PyObject *o, PyObject *cls);
int PyObject_IsSubclass(PyObject *o, PyObject *cls);
Py_ssize_t PyObject_Size(PyObject *o);
#define PyObject_Length PyObject_Size
Py_ssize_t PyObject_LengthHint(PyObject *o, Py_ssize_t otherwise);
PyObject *PyObject_GetItem(PyObject *o, PyObject *key);
int PyObject_SetItem(PyObject *o, PyObject *key, PyObject *v);
int PyObject_DelItem(PyObject *o, PyObject *key);
PyObject *PyObject_GetIter(PyObject *o);
#define PyIter_Check(o) (Py_TYPE(o)->tp_iternext != NULL)
PyObject *PyIter_Next(PyObject *it); /* NULL alone: the end */
/* ">": repr in progress of a container; < 0 error. */
int Py_ReprEnter(PyObject *o);
void Py_ReprLeave(PyObject *o);

/* ---- calls ---------------------------------------------------------------*/
PyObject *PyObject_Call(PyObject *f, PyObject *args, PyObject *kwargs);
PyObject *PyObject_CallObject(PyObject *f, PyObject *args); /* args or NULL */
PyObject *PyObject_CallNoArgs(PyObject *f);
PyObject *PyObject_CallOneArg(PyObject *f, PyObject *arg);
PyObject *PyObject_CallFunctionObjArgs(PyObject *f, ...); /* NULL-ended */
PyObject *PyObject_CallMethodObjArgs(PyObject *o, PyObject *name, ...);
PyObject *PyObject_CallMethodNoArgs(PyObject *o, PyObject *name);
PyObject *PyObject_CallMethodOneArg(PyObject *o, PyObject *name, PyObject *a);
/* The same with a C name. */
PyObject *_PyObject_CallMethodString(PyObject *o, const char *name, ...);
PyObject *PyObject_Vectorcall(PyObject *f, PyObject *const *args, size_t nargs,
                              PyObject *kwnames);
/* f(first, *args): for bound methods. */
PyObject *_PyObject_VectorcallPrepend(PyObject *f, PyObject *first,
                                      PyObject *const *args, size_t nargs,
                                      PyObject *kwnames);
PyObject *PyVectorcall_Call(PyObject *f, PyObject *args, PyObject *kwargs);

/* ---- sequences, mappings, numbers ----------------------------------------*/
int PySequence_Check(PyObject *o);
int PyMapping_Check(PyObject *o);
Py_ssize_t PySequence_Size(PyObject *o);
PyObject *PySequence_Concat(PyObject *a, PyObject *b);
PyObject *PySequence_Repeat(PyObject *o, Py_ssize_t n);
PyObject *PySequence_GetItem(PyObject *o, Py_ssize_t i);
int PySequence_SetItem(PyObject *o, Py_ssize_t i, PyObject *v);
int PySequence_DelItem(PyObject *o, Py_ssize_t i);
PyObject *PySequence_GetSlice(PyObject *o, Py_ssize_t i, Py_ssize_t j);
int PySequence_Contains(PyObject *o, PyObject *v);
Py_ssize_t PySequence_Index(PyObject *o, PyObject *v);
Py_ssize_t PySequence_Count(PyObject *o, PyObject *v);
PyObject *PySequence_List(PyObject *o);
PyObject *PySequence_Tuple(PyObject *o);
PyObject *PySequence_Fast(PyObject *o, const char *message); /* list, tuple */
#define PySequence_Fast_GET_SIZE(o)                                            \
  (PyList_Check(o) ? PyList_GET_SIZE(o) : PyTuple_GET_SIZE(o))
#define PySequence_Fast_ITEMS(o)                                               \
  (PyList_Check(o) ? ((PyListObject *)(o))->ob_item                            \
                   : ((PyTupleObject *)(o))->ob_item)
#define PySequence_Fast_GET_ITEM(o, i) (PySequence_Fast_ITEMS(o)[i])
PyObject *PyMapping_Keys(PyObject *o); /* a list */
PyObject *PyMapping_Items(PyObject *o);
PyObject *PyMapping_GetItemString(PyObject *o, const char *key);

int PyNumber_Check(PyObject *o);
int PyIndex_Check(PyObject *o);
PyObject *PyNumber_Add(PyObject *a, PyObject *b);
PyObject *PyNumber_Subtract(PyObject *a, PyObject *b);
PyObject *PyNumber_Multiply(PyObject *a, PyObject *b);
PyObject *PyNumber_MatrixMultiply(PyObject *a, PyObject *b);
PyObject *PyNumber_FloorDivide(PyObject *a, PyObject *b);
PyObject *PyNumber_TrueDivide(PyObject *a, PyObject *b);
PyObject *PyNumber_Remainder(PyObject *a, PyObject *b);
PyObject *PyNumber_Divmod(PyObject *a, PyObject *b);
PyObject *PyNumber_Power(PyObject *a, PyObject *b, PyObject *modulus);
PyObject *PyNumber_Lshift(PyObject *a, PyObject *b);
PyObject *PyNumber_Rshift(PyObject *a, PyObject *b);
PyObject *PyNumber_And(PyObject *a, PyObject *b);
PyObject *PyNumber_Xor(PyObject *a, PyObject *b);
PyObject *PyNumber_Or(PyObject *a, PyObject *b);
PyObject *PyNumber_InPlaceAdd(PyObject *a, PyObject *b);
PyObject *PyNumber_InPlaceSubtract(PyObject *a, PyObject *b);
PyObject *PyNumber_InPlaceMultiply(PyObject *a, PyObject *b);
PyObject *PyNumber_InPlaceMatrixMultiply(PyObject *a, PyObject *b);
PyObject *PyNumber_InPlaceFloorDivide(PyObject *a, PyObject *b);
PyObject *PyNumber_InPlaceTrueDivide(PyObject *a, PyObject *b);
PyObject *PyNumber_InPlaceRemainder(PyObject *a, PyObject *b);
PyObject *PyNumber_InPlacePower(PyObject *a, PyObject *b, PyObject *modulus);
PyObject *PyNumber_InPlaceLshift(PyObject *a, PyObject *b);
PyObject *PyNumber_InPlaceRshift(PyObject *a, PyObject *b);
PyObject *PyNumber_InPlaceAnd(PyObject *a, PyObject *b);
PyObject *PyNumber_InPlaceXor(PyObject *a, PyObject *b);
PyObject *PyNumber_InPlaceOr(PyObject *a, PyObject *b);
PyObject *PyNumber_Negative(PyObject *o);
PyObject *PyNumber_Positive(PyObject *o);
PyObject *PyNumber_Absolute(PyObject *o);
PyObject *PyNumber_Invert(PyObject *o);
PyObject *PyNumber_Long(PyObject *o);
PyObject *PyNumber_Float(PyObject *o);
PyObject *PyNumber_Index(PyObject *o);
/* overflow: the exception for an index out of Py_ssize_t; NULL: clamp. */
Py_ssize_t PyNumber_AsSsize_t(PyObject *o, PyObject *overflow);
PyObject *PyNumber_ToBase(PyObject *o, int base); /* bin, oct, hex */

/* ---- int and bool --------------------------------------------------------*/
#define PyLong_SHIFT 30
#define PyLong_BASE ((uint32_t)1 << PyLong_SHIFT)
#define PyLong_MASK (PyLong_BASE - 1)
typedef struct { /* magnitude in base 2**30; the size carries the sign */
  PyObject_VAR_HEAD uint32_t ob_digit[] Py_IMMUTABLE;
} PyLongObject;
typedef struct {
  PyObject_VAR_HEAD uint32_t ob_digit[2];
} _PySmallLong; /* the layout of a static int */
extern _PySmallLong _Py_FalseStruct, _Py_TrueStruct;
#define Py_False ((PyObject *)&_Py_FalseStruct)
#define Py_True ((PyObject *)&_Py_TrueStruct)
#define Py_RETURN_TRUE return Py_NewRef(Py_True)
#define Py_RETURN_FALSE return Py_NewRef(Py_False)
#define Py_IsTrue(o) ((o) == Py_True)
#define Py_IsFalse(o) ((o) == Py_False)
PyObject *PyBool_FromLong(long v);
/* At most one digit: then the value is this. */
static inline int _PyLong_IsCompact(const PyObject *o) {
  return (size_t)(Py_SIZE(o) + 1) <= 2;
}
static inline Py_ssize_t _PyLong_CompactValue(const PyObject *o) {
  Py_ssize_t n = Py_SIZE(o);
  return n == 0 ? 0 : n * (Py_ssize_t)((const PyLongObject *)o)->ob_digit[0];
}
PyObject *PyLong_FromLong(long v);
PyObject *PyLong_FromLongLong(long long v);
PyObject *PyLong_FromUnsignedLong(unsigned long v);
PyObject *PyLong_FromUnsignedLongLong(unsigned long long v);
PyObject *PyLong_FromSsize_t(Py_ssize_t v);
PyObject *PyLong_FromSize_t(size_t v);
PyObject *PyLong_FromDouble(double v);
PyObject *PyLong_FromVoidPtr(void *p);
PyObject *PyLong_FromString(const char *s, char **end, int base);
PyObject *PyLong_FromUnicodeObject(PyObject *u, int base);
long PyLong_AsLong(PyObject *o);
long long PyLong_AsLongLong(PyObject *o);
unsigned long long PyLong_AsUnsignedLongLong(PyObject *o);
unsigned long long PyLong_AsUnsignedLongLongMask(PyObject *o);
long PyLong_AsLongAndOverflow(PyObject *o, int *overflow);
Py_ssize_t PyLong_AsSsize_t(PyObject *o);
double PyLong_AsDouble(PyObject *o);
int _PyLong_AsInt(PyObject *o);
int _PyLong_Sign(PyObject *o);
size_t _PyLong_NumBits(PyObject *o);
PyObject *_PyLong_Format(PyObject *o, int base); /* with 0b, 0o, 0x */
PyObject *_PyLong_GCD(PyObject *a, PyObject *b);
PyObject *_PyLong_ISqrt(PyObject *a); /* math.isqrt; a must be >= 0 */
PyObject *_PyLong_FromBytes(const unsigned char *s, size_t n, int little,
                            int is_signed);

/* ---- float ---------------------------------------------------------------*/
typedef struct {
  PyObject_HEAD double ob_fval Py_IMMUTABLE;
} PyFloatObject;
#define PyFloat_AS_DOUBLE(o) (((PyFloatObject *)(o))->ob_fval)
PyObject *PyFloat_FromDouble(double v);
PyObject *PyFloat_FromString(PyObject *o);
double PyFloat_AsDouble(PyObject *o); /* -1.0 and PyErr_Occurred(): error */
Py_hash_t _Py_HashDouble(PyObject *owner, double v);

/* ---- str -----------------------------------------------------------------*/
typedef struct {
  PyObject_HEAD Py_ssize_t length Py_IMMUTABLE;
  Py_hash_t hash Py_NOTRACK; /* -1: not yet computed */
  char *utf8;                /* of a str that is not ASCII, once asked for */
  uint8_t kind Py_IMMUTABLE; /* 1, 2 or 4 bytes; the least that is enough */
  uint8_t ascii Py_IMMUTABLE;
  _Alignas(
      8) char data[] Py_IMMUTABLE; /* (length + 1) * kind, NUL at the end */
} PyUnicodeObject;
#define PyUnicode_GET_LENGTH(o) (((PyUnicodeObject *)(o))->length)
#define PyUnicode_KIND(o) (((PyUnicodeObject *)(o))->kind)
#define PyUnicode_IS_ASCII(o) (((PyUnicodeObject *)(o))->ascii)
#define PyUnicode_DATA(o) ((void *)((PyUnicodeObject *)(o))->data)
enum {
  PyUnicode_1BYTE_KIND = 1,
  PyUnicode_2BYTE_KIND = 2,
  PyUnicode_4BYTE_KIND = 4
};
/* One character of a str, which its maker has finished: the pointer that PyUnicode_DATA
 * gives away says no more that it never changes. */
typedef struct {
  Py_UCS1 c Py_IMMUTABLE;
} _Py_Char1;
typedef struct {
  Py_UCS2 c Py_IMMUTABLE;
} _Py_Char2;
typedef struct {
  Py_UCS4 c Py_IMMUTABLE;
} _Py_Char4;
static inline Py_UCS4 PyUnicode_READ(int kind, const void *data, Py_ssize_t i) {
  if (kind == 1)
    return ((const _Py_Char1 *)data)[i].c;
  if (kind == 2)
    return ((const _Py_Char2 *)data)[i].c;
  return ((const _Py_Char4 *)data)[i].c;
}
static inline void PyUnicode_WRITE(int kind, void *data, Py_ssize_t i,
                                   Py_UCS4 c) {
  if (kind == 1)
    ((Py_UCS1 *)data)[i] = (Py_UCS1)c;
  else if (kind == 2)
    ((Py_UCS2 *)data)[i] = (Py_UCS2)c;
  else
    ((Py_UCS4 *)data)[i] = c;
}
#define PyUnicode_READ_CHAR(o, i)                                              \
  PyUnicode_READ(PyUnicode_KIND(o), PyUnicode_DATA(o), (i))
PyObject *PyUnicode_New(Py_ssize_t length, Py_UCS4 maxchar); /* to be filled */
PyObject *PyUnicode_FromString(const char *utf8);
PyObject *PyUnicode_FromStringAndSize(const char *utf8, Py_ssize_t n);
PyObject *PyUnicode_DecodeUTF8(const char *s, Py_ssize_t n, const char *errors);
PyObject *PyUnicode_DecodeLatin1(const char *s, Py_ssize_t n, const char *err);
/* One str for equal strings, hashed and never freed. For the compiler and for
 * start-up only: a table shared by all threads is behind it. */
PyObject *PyUnicode_InternFromString(const char *utf8);
void PyUnicode_InternInPlace(PyObject **u); /* replaces *u, owned */
PyObject *PyUnicode_FromKindAndData(int kind, const void *data, Py_ssize_t n);
PyObject *PyUnicode_FromOrdinal(int c);
PyObject *PyUnicode_FromObject(PyObject *o);
/* %s %.Ns %d %i %u %ld %lu %lld %llu %zd %zu %x %c %p %% and the objects
 * %U (str) %S (str(o)) %R (repr(o)) %A (ascii(o)) %T (type name of o). */
PyObject *PyUnicode_FromFormat(const char *format, ...);
PyObject *PyUnicode_FromFormatV(const char *format, va_list ap);
const char *PyUnicode_AsUTF8(PyObject *u); /* lives as long as u */
const char *PyUnicode_AsUTF8AndSize(PyObject *u, Py_ssize_t *n);
PyObject *PyUnicode_AsUTF8String(PyObject *u); /* bytes */
PyObject *PyUnicode_AsEncodedString(PyObject *u, const char *encoding,
                                    const char *errors);
PyObject *PyUnicode_Decode(const char *s, Py_ssize_t n, const char *encoding,
                           const char *errors);
PyObject *PyUnicode_Concat(PyObject *a, PyObject *b);
void PyUnicode_Append(PyObject **left, PyObject *right); /* *left is replaced */
PyObject *PyUnicode_Join(PyObject *separator, PyObject *sequence);
PyObject *_PyUnicode_JoinArray(PyObject *separator, PyObject *const *items,
                               Py_ssize_t n); /* BUILD_STRING */
PyObject *PyUnicode_Substring(PyObject *u, Py_ssize_t start, Py_ssize_t end);
PyObject *PyUnicode_Split(PyObject *u, PyObject *sep, Py_ssize_t maxsplit);
PyObject *PyUnicode_Replace(PyObject *u, PyObject *from, PyObject *to,
                            Py_ssize_t maxcount);
Py_ssize_t PyUnicode_Find(PyObject *u, PyObject *sub, Py_ssize_t start,
                          Py_ssize_t end, int direction);
int PyUnicode_Contains(PyObject *u, PyObject *sub);
int PyUnicode_Compare(PyObject *a, PyObject *b);
int PyUnicode_CompareWithASCIIString(PyObject *u, const char *s);
int _PyUnicode_EqualToASCIIString(PyObject *u, const char *s);
int _PyUnicode_Equal(PyObject *a, PyObject *b);
PyObject *PyUnicode_Format(PyObject *format, PyObject *args); /* format % args*/
#define PyUnicode_GetLength(o) PyUnicode_GET_LENGTH(o)
Py_UCS4 PyUnicode_ReadChar(PyObject *u, Py_ssize_t i);
int PyUnicode_IsIdentifier(PyObject *u);

/* ---- bytes ---------------------------------------------------------------*/
typedef struct {
  PyObject_VAR_HEAD char ob_sval[] Py_IMMUTABLE;
} PyBytesObject;
#define PyBytes_AS_STRING(o) (((PyBytesObject *)(o))->ob_sval)
#define PyBytes_GET_SIZE(o) Py_SIZE(o)
PyObject *PyBytes_FromStringAndSize(const char *s, Py_ssize_t n);
PyObject *PyBytes_FromString(const char *s);
char *PyBytes_AsString(PyObject *o);

/* ---- tuple, list ---------------------------------------------------------*/
typedef struct {
  PyObject_VAR_HEAD PyObject *ob_item[] Py_IMMUTABLE;
} PyTupleObject;
#define PyTuple_GET_SIZE(o) Py_SIZE(o)
#define PyTuple_GET_ITEM(o, i) (((PyTupleObject *)(o))->ob_item[i])
#define PyTuple_SET_ITEM(o, i, v)                                              \
  ((void)(((PyTupleObject *)(o))->ob_item[i] = (PyObject *)(v))) /* steals v   \
                                                                  */
PyObject *PyTuple_New(Py_ssize_t n); /* items NULL, to be set */
Py_ssize_t PyTuple_Size(PyObject *o);
PyObject *PyTuple_GetItem(PyObject *o, Py_ssize_t i);        /* borrowed */
int PyTuple_SetItem(PyObject *o, Py_ssize_t i, PyObject *v); /* steals v */
PyObject *PyTuple_GetSlice(PyObject *o, Py_ssize_t i, Py_ssize_t j);
PyObject *PyTuple_Pack(Py_ssize_t n, ...);
PyObject *_PyTuple_FromArray(PyObject *const *items, Py_ssize_t n);

typedef struct {
  PyObject_HEAD Py_ssize_t ob_size;
  PyObject **ob_item;
  Py_ssize_t allocated;
} PyListObject;
#define PyList_GET_SIZE(o) (((PyListObject *)(o))->ob_size)
#define PyList_GET_ITEM(o, i) (((PyListObject *)(o))->ob_item[i])
#define PyList_SET_ITEM(o, i, v)                                               \
  ((void)(((PyListObject *)(o))->ob_item[i] = (PyObject *)(v))) /* steals v */
PyObject *PyList_New(Py_ssize_t n); /* items NULL, to be set */
Py_ssize_t PyList_Size(PyObject *o);
PyObject *PyList_GetItem(PyObject *o, Py_ssize_t i);        /* borrowed */
int PyList_SetItem(PyObject *o, Py_ssize_t i, PyObject *v); /* steals v */
int PyList_Insert(PyObject *o, Py_ssize_t i, PyObject *v);
int PyList_Append(PyObject *o, PyObject *v);
int _PyList_AppendTakeRef(PyObject *o, PyObject *v); /* steals v, even failing*/
PyObject *_PyList_Extend(PyObject *o, PyObject *iterable); /* None */
PyObject *PyList_GetSlice(PyObject *o, Py_ssize_t i, Py_ssize_t j);
int PyList_SetSlice(PyObject *o, Py_ssize_t i, Py_ssize_t j, PyObject *v);
int PyList_Sort(PyObject *o);
int PyList_Reverse(PyObject *o);
PyObject *PyList_AsTuple(PyObject *o);

/* ---- dict ----------------------------------------------------------------*/
typedef struct _dictkeys PyDictKeysObject; /* dict.c: indices and entries */
typedef struct {
  PyObject_HEAD Py_ssize_t ma_used;
  PyDictKeysObject *ma_keys; /* NULL: empty */
} PyDictObject;
#define PyDict_GET_SIZE(o) (((PyDictObject *)(o))->ma_used)
PyObject *PyDict_New(void);
PyObject *PyDict_GetItem(PyObject *d, PyObject *key); /* borrowed, no error */
PyObject *PyDict_GetItemWithError(PyObject *d, PyObject *key); /* borrowed */
PyObject *PyDict_GetItemString(PyObject *d, const char *key);  /* borrowed */
PyObject *_PyDict_GetItem_KnownHash(PyObject *d, PyObject *key, Py_hash_t h);
int PyDict_SetItem(PyObject *d, PyObject *key, PyObject *v);
int _PyDict_SetItem_KnownHash(PyObject *d, PyObject *k, PyObject *v,
                              Py_hash_t h);
int PyDict_SetItemString(PyObject *d, const char *key, PyObject *v);
int PyDict_DelItem(PyObject *d, PyObject *key); /* KeyError when absent */
int PyDict_DelItemString(PyObject *d, const char *key);
PyObject *PyDict_SetDefault(PyObject *d, PyObject *k, PyObject *v); /*borrowed*/
PyObject *_PyDict_Pop(PyObject *d, PyObject *key, PyObject *otherwise);
int PyDict_Contains(PyObject *d, PyObject *key);
Py_ssize_t PyDict_Size(PyObject *d);
void PyDict_Clear(PyObject *d);
PyObject *PyDict_Copy(PyObject *d);
int PyDict_Update(PyObject *d, PyObject *mapping);
int PyDict_Merge(PyObject *d, PyObject *mapping, int override);
int PyDict_MergeFromSeq2(PyObject *d, PyObject *pairs, int override);
PyObject *PyDict_Keys(PyObject *d); /* lists */
PyObject *PyDict_Values(PyObject *d);
PyObject *PyDict_Items(PyObject *d);
/* *pos begins at 0; key and value are borrowed; 0 at the end. */
int PyDict_Next(PyObject *d, Py_ssize_t *pos, PyObject **key, PyObject **v);
PyObject *PyDictProxy_New(PyObject *mapping);

/* ---- set -----------------------------------------------------------------*/
typedef struct {
  PyObject *key;
  Py_hash_t hash;
} setentry;
typedef struct {
  PyObject_HEAD Py_ssize_t fill, used, mask;
  setentry *table;
  Py_hash_t hash Py_NOTRACK; /* of a frozenset, or -1 */
  Py_ssize_t finger;         /* where pop() searches on */
} PySetObject;
#define PySet_GET_SIZE(o) (((PySetObject *)(o))->used)
PyObject *PySet_New(PyObject *iterable); /* may be NULL */
PyObject *PyFrozenSet_New(PyObject *iterable);
int PySet_Add(PyObject *s, PyObject *key);
int PySet_Contains(PyObject *s, PyObject *key);
int PySet_Discard(PyObject *s, PyObject *key); /* 1: it was there */
Py_ssize_t PySet_Size(PyObject *s);
int _PySet_Update(PyObject *s, PyObject *iterable);
int _PySet_NextEntry(PyObject *s, Py_ssize_t *pos, PyObject **key,
                     Py_hash_t *hash);

/* ---- slice, range, iterators, cells, modules -----------------------------*/
typedef struct {
  PyObject_HEAD PyObject *start Py_IMMUTABLE, *stop Py_IMMUTABLE,
      *step Py_IMMUTABLE;
} PySliceObject;
PyObject *PySlice_New(PyObject *start, PyObject *stop, PyObject *step);
int PySlice_Unpack(PyObject *s, Py_ssize_t *start, Py_ssize_t *stop,
                   Py_ssize_t *step);
Py_ssize_t PySlice_AdjustIndices(Py_ssize_t length, Py_ssize_t *start,
                                 Py_ssize_t *stop, Py_ssize_t step);
PyObject *PySeqIter_New(PyObject *sequence);
PyObject *PyCallIter_New(PyObject *callable, PyObject *sentinel);

typedef struct {
  PyObject_HEAD PyObject *ob_ref; /* NULL: empty */
} PyCellObject;
PyObject *PyCell_New(PyObject *v); /* v may be NULL */
PyObject *PyCell_Get(PyObject *cell);
int PyCell_Set(PyObject *cell, PyObject *v);
#define PyCell_GET(c) (((PyCellObject *)(c))->ob_ref) /* borrowed */
#define PyCell_SET(c, v) ((void)(((PyCellObject *)(c))->ob_ref = (v)))

typedef struct {
  PyObject_HEAD PyObject *md_dict Py_IMMUTABLE;
  PyObject *md_name Py_IMMUTABLE;
} PyModuleObject;
PyObject *PyModule_New(const char *name);
PyObject *PyModule_NewObject(PyObject *name);
PyObject *PyModule_GetDict(PyObject *m); /* borrowed */
int PyModule_AddObjectRef(PyObject *m, const char *name, PyObject *v);
int PyModule_AddObject(PyObject *m, const char *n, PyObject *v); /* steals v */
int PyModule_AddIntConstant(PyObject *m, const char *name, long v);
int PyModule_AddStringConstant(PyObject *m, const char *name, const char *v);
int PyModule_AddFunctions(PyObject *m, PyMethodDef *functions);

/* ---- functions, methods, descriptors -------------------------------------*/
typedef struct {
  PyObject_HEAD PyMethodDef *m_ml Py_IMMUTABLE;
  PyObject *m_self Py_IMMUTABLE;   /* passed as self, may be NULL */
  PyObject *m_module Py_IMMUTABLE; /* the module's name, may be NULL */
} PyCFunctionObject;
PyObject *PyCFunction_New(PyMethodDef *ml, PyObject *self);
PyObject *PyCFunction_NewEx(PyMethodDef *ml, PyObject *self, PyObject *module);
/* Calls a C function by its PyMethodDef, checking the number of arguments. */
PyObject *_PyMethodDef_Vectorcall(PyMethodDef *ml, PyObject *self,
                                  PyObject *const *args, size_t nargs,
                                  PyObject *kwnames);
typedef struct {
  PyObject_HEAD PyObject *im_func Py_IMMUTABLE, *im_self Py_IMMUTABLE;
} PyMethodObject;
PyObject *PyMethod_New(PyObject *function, PyObject *self);
#define PyMethod_GET_FUNCTION(m) (((PyMethodObject *)(m))->im_func)
#define PyMethod_GET_SELF(m) (((PyMethodObject *)(m))->im_self)
PyObject *PyStaticMethod_New(PyObject *callable);
PyObject *PyClassMethod_New(PyObject *callable);
PyObject *PyDescr_NewMethod(PyTypeObject *type, PyMethodDef *ml);
PyObject *PyDescr_NewGetSet(PyTypeObject *type, PyGetSetDef *gs);
PyObject *PyDescr_NewMember(PyTypeObject *type, PyMemberDef *m);
/* EVAL defines: the implicit arguments of super() (new references) from the
 * running frame's __class__ cell and first argument, or -1 with
 * RuntimeError("super(): no arguments") and the like. */
int _PyEval_SuperArguments(PyObject **type, PyObject **self);

/* ---- arguments of C functions --------------------------------------------*/
/* Formats: O (PyObject*), O! (type, PyObject**), U (str), S (bytes), i, n
 * (Py_ssize_t), l, L, d, p (int truth), s (const char*), C (int, one char);
 * '|' begins the optional ones, '$' the keyword-only, ':' the function's name.
 */
int PyArg_ParseTuple(PyObject *args, const char *format, ...);
int PyArg_ParseTupleAndKeywords(PyObject *args, PyObject *kwargs,
                                const char *format, char **keywords, ...);
int PyArg_UnpackTuple(PyObject *args, const char *name, Py_ssize_t min,
                      Py_ssize_t max, ...);
/* "name() takes no keyword arguments" unless kwargs is empty: 1 or 0. */
int _PyArg_NoKeywords(const char *name, PyObject *kwargs);
/* "name expected at least min arguments, got n": 1 or 0. */
int _PyArg_CheckPositional(const char *name, Py_ssize_t n, Py_ssize_t min,
                           Py_ssize_t max);
/* "<function>() argument must be str, not int" */
void _PyArg_BadArgument(const char *function, const char *argument,
                        const char *expected, PyObject *got);

#include "errors.h"

#endif
