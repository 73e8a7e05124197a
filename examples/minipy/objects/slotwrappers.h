/* C slots as methods: each takes the C function and a tuple of arguments. */
#ifndef MINIPY_OBJECTS_SLOTWRAPPERS_H
#define MINIPY_OBJECTS_SLOTWRAPPERS_H

#include "typeslots.h"

#define _PY_WRAPPERS(X)                                                        \
  X(unary)                                                                     \
  X(binary) X(binary_any) X(reflected) X(power) X(reflected_power) X(inquiry)  \
      X(hash) X(call) X(setattr) X(delattr) X(lt) X(le) X(eq) X(ne) X(gt)      \
          X(ge) X(next) X(descr_get) X(descr_set) X(descr_delete) X(init)      \
              X(length) X(setitem) X(delitem) X(repeat) X(item) X(contains)
#define _PY_DECLARE_WRAPPER(n)                                                 \
  PyObject *wrap_##n(PyObject *self, PyObject *args, PyObject *kw, AnySlot f);
_PY_WRAPPERS(_PY_DECLARE_WRAPPER)
#undef _PY_DECLARE_WRAPPER

#endif
