/* The attribute names that the objects themselves look up, made once at start.
 * _Py_ID(__init__) is a borrowed, interned str. */
#ifndef MINIPY_OBJECTS_NAMES_H
#define MINIPY_OBJECTS_NAMES_H

#include "../object.h"

#define _PY_NAMES(X)                                                           \
  X(__abs__)                                                                   \
  X(__bool__) X(__bases__) X(__class__) X(__class_getitem__) X(__classcell__)  \
      X(__contains__) X(__del__) X(__delete__) X(__delattr__) X(__delitem__)   \
          X(__dict__) X(__dir__) X(__doc__) X(__eq__) X(__format__) X(__get__) \
              X(__getattr__) X(__getattribute__) X(__getitem__) X(__hash__) X( \
                  __index__) X(__init__) X(__init_subclass__)                  \
                  X(__instancecheck__) X(__int__) X(__float__) X(__iter__) X(  \
                      __len__) X(__length_hint__) X(__missing__) X(__module__) \
                      X(__name__) X(__new__) X(__next__) X(__qualname__)       \
                          X(__repr__) X(__reversed__) X(__round__) X(__set__)  \
                              X(__set_name__) X(__setattr__) X(__setitem__)    \
                                  X(__slots__) X(__str__) X(__subclasscheck__) \
                                      X(__mro_entries__) X(__weakref__)        \
                                          X(__trunc__) X(__bytes__)            \
                                              X(__isabstractmethod__)          \
                                                  X(__abstractmethods__)       \
                                                      X(__call__)              \
                                                          X(__wrapped__)       \
                                                              X(keys) X(items)

#define _PY_NAME_INDEX(name) _Py_NAME_##name,
enum { _PY_NAMES(_PY_NAME_INDEX) _Py_NAME_COUNT };
#undef _PY_NAME_INDEX
extern PyObject *_Py_Names[_Py_NAME_COUNT];
#define _Py_ID(name) (_Py_Names[_Py_NAME_##name])

/* _PyObject_LookupSpecial with a name that is a str already. */
PyObject *_PyObject_LookupSpecialId(PyObject *self, PyObject *name);

/* The one-time steps of _PyObjects_Init, in the files that own them. */
int _PyNames_Init(void);
int _PyLong_Init(void);
int _PyUnicode_Init(void);
int _PyTypes_Init(void);
int _PySlots_Init(void);
int _PyExceptions_Init(void);

#endif
