/* Which structure an object of minipy is, for test/oracle/field_counts.c: by its
 * type, as the interpreter itself would find it. */
#include "field_counts.h"

#include "object.h"

#include <string.h>

static bool is_metatype(const PyTypeObject *type) {
  return type == &PyType_Type ||
         (field_counts_knows(type, sizeof *type) &&
          type->ob_base.ob_base.ob_type == &PyType_Type &&
          type->tp_flags & Py_TPFLAGS_TYPE_SUBCLASS);
}

static bool is_type(const PyTypeObject *type) {
  return ((uintptr_t)type & 7) == 0 && field_counts_knows(type, sizeof *type) &&
         is_metatype(type->ob_base.ob_base.ob_type);
}

static const char *struct_of(const PyTypeObject *type) {
  static const struct {
    unsigned long flag;
    const char *name;
  } by_flag[] = {
      {Py_TPFLAGS_TYPE_SUBCLASS, "_typeobject"},
      {Py_TPFLAGS_LONG_SUBCLASS, "PyLongObject"},
      {Py_TPFLAGS_TUPLE_SUBCLASS, "PyTupleObject"},
      {Py_TPFLAGS_BYTES_SUBCLASS, "PyBytesObject"},
      {Py_TPFLAGS_UNICODE_SUBCLASS, "PyUnicodeObject"},
  };
  static const char *const by_name[][2] = {
      {"float", "PyFloatObject"},        {"function", "PyFunctionObject"},
      {"code", "_PyCodeObject"},         {"method", "PyMethodObject"},
      {"module", "PyModuleObject"},      {"slice", "PySliceObject"},
      {"range", "Range"},                {"set", "PySetObject"},
      {"frozenset", "PySetObject"},      {"generator", "PyGenObject"},
      {"dict_keys", "DictView"},         {"dict_values", "DictView"},
      {"dict_items", "DictView"},        {"traceback", "PyTracebackObject"},
      {"_io.TextIOWrapper", "TextFile"}, {"wrapper_descriptor", "PyWrapperDescrObject"},
      {"builtin_function_or_method", "PyCFunctionObject"},
  };
  for (size_t i = 0; i < sizeof by_flag / sizeof *by_flag; i++)
    if (type->tp_flags & by_flag[i].flag)
      return by_flag[i].name;
  for (size_t i = 0; i < sizeof by_name / sizeof *by_name; i++)
    if (strcmp(type->tp_name, by_name[i][0]) == 0)
      return by_name[i][1];
  return "_object";
}

const char *field_counts_struct(const char *block, size_t size, size_t *offset) {
  for (*offset = 0; *offset <= 16 && *offset + sizeof(PyObject) <= size; *offset += 8) {
    const PyObject *object = (const PyObject *)(block + *offset);
    /* An array may hold a type, too, but no such count in front of it. */
    if (object->ob_refcnt < 0 || object->ob_refcnt > _Py_STATIC_REFCNT + 100000000 ||
        !is_type(object->ob_type))
      continue;
    const size_t dict = object->ob_type->tp_flags & Py_TPFLAGS_MANAGED_DICT ? sizeof(void *) : 0;
    if (*offset >= dict)
      return struct_of(object->ob_type);
  }
  return NULL;
}
