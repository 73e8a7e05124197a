/* Which structure an object of CPython 3.11 is, for test/oracle/field_counts.c:
 * by its type, as the interpreter itself would find it. */
#include "field_counts.h"

#include <Python.h>

static bool is_metatype(const PyTypeObject *type) {
  return type == &PyType_Type ||
         (field_counts_knows(type, sizeof *type) && Py_TYPE(type) == &PyType_Type &&
          (type->tp_flags & Py_TPFLAGS_TYPE_SUBCLASS));
}

static bool is_type(const PyTypeObject *type) {
  return field_counts_knows(type, sizeof *type) &&
         ((uintptr_t)type & 7) == 0 && is_metatype(Py_TYPE(type));
}

/* What lies in front of an object: the collector's links, the managed dict. */
static size_t header_of(const PyTypeObject *type, const PyObject *object) {
  const bool collected =
      (type->tp_flags & Py_TPFLAGS_HAVE_GC) &&
      !(type == &PyType_Type &&
        !(((const PyTypeObject *)object)->tp_flags & Py_TPFLAGS_HEAPTYPE));
  return (collected ? 16 : 0) +
         (type->tp_flags & Py_TPFLAGS_MANAGED_DICT ? 2 * sizeof(PyObject *) : 0);
}

static const char *struct_of(const PyTypeObject *type) {
  const unsigned long flags = type->tp_flags;
  if (flags & Py_TPFLAGS_TUPLE_SUBCLASS)
    return "PyTupleObject";
  if (flags & Py_TPFLAGS_LONG_SUBCLASS)
    return "_longobject";
  if (flags & Py_TPFLAGS_BYTES_SUBCLASS)
    return "PyBytesObject";
  if (flags & Py_TPFLAGS_UNICODE_SUBCLASS)
    return "PyASCIIObject";
  if (flags & Py_TPFLAGS_TYPE_SUBCLASS)
    return "PyHeapTypeObject";
  if (flags & Py_TPFLAGS_DICT_SUBCLASS)
    return "PyDictObject";
  if (type == &PyCode_Type)
    return "PyCodeObject";
  if (type == &PyFloat_Type)
    return "PyFloatObject";
  if (type == &PyFunction_Type)
    return "PyFunctionObject";
  return "_object";
}

const char *field_counts_struct(const char *block, size_t size, size_t *offset) {
  for (*offset = 0; *offset <= 32 && *offset + sizeof(PyObject) <= size; *offset += 16) {
    const PyObject *object = (const PyObject *)(block + *offset);
    const PyTypeObject *type = Py_TYPE(object);
    /* An array may hold a type, too, but no such count in front of it. */
    const bool counted = Py_REFCNT(object) >= 0 && Py_REFCNT(object) >> 32 == 0;
    if (counted && is_type(type) && header_of(type, object) == *offset)
      return struct_of(type);
  }
  return NULL;
}
