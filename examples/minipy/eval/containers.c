/* Instructions that build containers, unpack them into variables and format
 * values into strings. */
#include "instructions.h"

static void release(PyObject **values, Py_ssize_t count) {
  for (Py_ssize_t i = 0; i < count; i++)
    Py_XDECREF(values[i]);
}

PyObject *_PyEval_ContainsOp(PyObject *container, PyObject *value,
                             int inverted) {
  int found = PySequence_Contains(container, value);
  if (found < 0)
    return NULL;
  return Py_NewRef(found != inverted ? Py_True : Py_False);
}

PyObject *_PyEval_BuildSet(PyObject **values, Py_ssize_t count) {
  PyObject *set = PySet_New(NULL);
  for (Py_ssize_t i = 0; set && i < count; i++)
    if (PySet_Add(set, values[i]) < 0)
      Py_CLEAR(set);
  release(values, count);
  return set;
}

PyObject *_PyEval_BuildMap(PyObject **pairs, Py_ssize_t count) {
  PyObject *map = PyDict_New();
  for (Py_ssize_t i = 0; map && i < count; i++)
    if (PyDict_SetItem(map, pairs[2 * i], pairs[2 * i + 1]) < 0)
      Py_CLEAR(map);
  release(pairs, 2 * count);
  return map;
}

PyObject *_PyEval_BuildConstKeyMap(PyObject *keys, PyObject **values) {
  Py_ssize_t count = PyTuple_GET_SIZE(keys);
  PyObject *map = PyDict_New();
  for (Py_ssize_t i = 0; map && i < count; i++)
    if (PyDict_SetItem(map, PyTuple_GET_ITEM(keys, i), values[i]) < 0)
      Py_CLEAR(map);
  release(values, count);
  return map;
}

PyObject *_PyEval_BuildString(PyObject **parts, Py_ssize_t count) {
  PyObject *tuple = PyTuple_New(count);
  PyObject *empty = PyUnicode_FromString("");
  PyObject *text = NULL;
  if (tuple && empty) {
    for (Py_ssize_t i = 0; i < count; i++)
      PyTuple_SET_ITEM(tuple, i, parts[i]);
    text = PyUnicode_Join(empty, tuple);
  } else {
    release(parts, count);
  }
  Py_XDECREF(empty);
  Py_XDECREF(tuple);
  return text;
}

PyObject *_PyEval_FormatValue(PyObject *value, PyObject *spec, int conversion) {
  PyObject *converted = conversion == 1   ? PyObject_Str(value)
                        : conversion == 2 ? PyObject_Repr(value)
                        : conversion == 3 ? PyObject_ASCII(value)
                                          : Py_NewRef(value);
  if (!converted || (PyUnicode_CheckExact(converted) && !spec))
    return converted;
  PyObject *text = PyObject_Format(converted, spec);
  Py_DECREF(converted);
  return text;
}

/* --- the stars in displays and calls ---------------------------------------
 */

int _PyEval_ListExtend(PyObject *list, PyObject *values) {
  if (!Py_TYPE(values)->tp_iter && !PySequence_Check(values)) {
    PyErr_Format(PyExc_TypeError, "Value after * must be an iterable, not %s",
                 Py_TYPE(values)->tp_name);
    return -1;
  }
  PyObject *none = _PyList_Extend(list, values);
  Py_XDECREF(none);
  return none ? 0 : -1;
}

static int is_mapping(PyObject *value) {
  return PyDict_Check(value) || PyObject_HasAttrString(value, "keys");
}

int _PyEval_DictUpdate(PyObject *dict, PyObject *mapping) {
  if (is_mapping(mapping))
    return PyDict_Update(dict, mapping);
  PyErr_Format(PyExc_TypeError, "'%s' object is not a mapping",
               Py_TYPE(mapping)->tp_name);
  return -1;
}

PyObject *_PyEval_FunctionName(PyObject *callable) {
  PyObject *name, *module;
  if (_PyObject_LookupAttrString(callable, "__qualname__", &name) <= 0) {
    PyErr_Clear();
    return PyObject_Str(callable);
  }
  if (_PyObject_LookupAttrString(callable, "__module__", &module) <= 0) {
    PyErr_Clear();
    module = Py_NewRef(Py_None);
  }
  PyObject *text;
  if (PyUnicode_Check(module) &&
      !_PyUnicode_EqualToASCIIString(module, "builtins"))
    text = PyUnicode_FromFormat("%S.%S()", module, name);
  else
    text = PyUnicode_FromFormat("%S()", name);
  Py_DECREF(module);
  Py_DECREF(name);
  return text;
}

static int merge_error(PyObject *callable, const char *format, PyObject *what) {
  PyObject *name = _PyEval_FunctionName(callable);
  if (name)
    PyErr_Format(PyExc_TypeError, format, name, what);
  Py_XDECREF(name);
  return -1;
}

int _PyEval_DictMerge(PyObject *dict, PyObject *mapping, PyObject *callable) {
  if (!is_mapping(mapping))
    return merge_error(
        callable, "%U argument after ** must be a mapping, not %T", mapping);
  PyObject *keys = PyMapping_Keys(mapping);
  int status = keys ? 0 : -1;
  for (Py_ssize_t i = 0; status == 0 && i < PyList_GET_SIZE(keys); i++) {
    PyObject *key = PyList_GET_ITEM(keys, i);
    int there = PyDict_Contains(dict, key);
    PyObject *value = there ? NULL : PyObject_GetItem(mapping, key);
    if (there > 0)
      status = merge_error(
          callable, "%U got multiple values for keyword argument '%S'", key);
    else if (there < 0 || !value)
      status = -1;
    else
      status = PyDict_SetItem(dict, key, value);
    Py_XDECREF(value);
  }
  Py_XDECREF(keys);
  return status;
}

static PyObject *star_arguments(PyObject *callable, PyObject *arguments) {
  if (PyTuple_CheckExact(arguments))
    return Py_NewRef(arguments);
  if (Py_TYPE(arguments)->tp_iter || PySequence_Check(arguments))
    return PySequence_Tuple(arguments);
  merge_error(callable, "%U argument after * must be an iterable, not %T",
              arguments);
  return NULL;
}

PyObject *_PyEval_CallWithStars(PyObject *callable, PyObject *arguments,
                                PyObject *keywords) {
  PyObject *tuple = star_arguments(callable, arguments);
  PyObject *result = tuple ? PyObject_Call(callable, tuple, keywords) : NULL;
  Py_XDECREF(tuple);
  return result;
}

/* --- unpacking -------------------------------------------------------------
 */

static void wrong_count(int expected, int starred, int got) {
  if (starred)
    PyErr_Format(PyExc_ValueError,
                 "not enough values to unpack (expected at least %d, got %d)",
                 expected, got);
  else
    PyErr_Format(PyExc_ValueError,
                 "not enough values to unpack (expected %d, got %d)", expected,
                 got);
}

static int unpack_array(PyObject **items, int count, PyObject **sp) {
  for (int i = 0; i < count; i++)
    *--sp = Py_NewRef(items[i]);
  return 1;
}

static PyObject *iterator_for(PyObject *sequence) {
  PyObject *iterator = PyObject_GetIter(sequence);
  if (!iterator && PyErr_ExceptionMatches(PyExc_TypeError) &&
      !Py_TYPE(sequence)->tp_iter && !PySequence_Check(sequence)) {
    PyErr_Clear();
    PyErr_Format(PyExc_TypeError, "cannot unpack non-iterable %s object",
                 Py_TYPE(sequence)->tp_name);
  }
  return iterator;
}

/* With the iterator's first `before` values taken: the others. */
static int unpack_rest(PyObject *iterator, int before, int after,
                       PyObject **sp) {
  PyObject *list = PySequence_List(iterator);
  if (!list)
    return 0;
  Py_ssize_t size = PyList_GET_SIZE(list);
  if (size < after) {
    wrong_count(before + after, 1, before + (int)size);
    Py_DECREF(list);
    return 0;
  }
  PyObject *middle = PyList_GetSlice(list, 0, size - after);
  if (middle) {
    *--sp = middle;
    for (int i = after; i > 0; i--)
      *--sp = Py_NewRef(PyList_GET_ITEM(list, size - i));
  }
  Py_DECREF(list);
  return middle != NULL;
}

static int no_more(PyObject *iterator, int expected) {
  PyObject *item = PyIter_Next(iterator);
  if (!item)
    return !PyErr_Occurred();
  Py_DECREF(item);
  PyErr_Format(PyExc_ValueError, "too many values to unpack (expected %d)",
               expected);
  return 0;
}

int _PyEval_Unpack(PyObject *sequence, int before, int after, PyObject **sp) {
  if (after < 0 && PyTuple_CheckExact(sequence) &&
      PyTuple_GET_SIZE(sequence) == before)
    return unpack_array(((PyTupleObject *)sequence)->ob_item, before, sp);
  if (after < 0 && PyList_CheckExact(sequence) &&
      PyList_GET_SIZE(sequence) == before)
    return unpack_array(((PyListObject *)sequence)->ob_item, before, sp);
  PyObject *iterator = iterator_for(sequence);
  if (!iterator)
    return 0;
  PyObject **place = sp;
  int taken = 0, done = 0;
  for (; taken < before; taken++) {
    PyObject *item = PyIter_Next(iterator);
    if (!item)
      break;
    *--place = item;
  }
  if (taken == before)
    done = after < 0 ? no_more(iterator, before)
                     : unpack_rest(iterator, before, after, place);
  else if (!PyErr_Occurred())
    wrong_count(before + (after > 0 ? after : 0), after >= 0, taken);
  if (!done)
    while (place < sp) {
      PyObject *item = *place++;
      Py_DECREF(item);
    }
  Py_DECREF(iterator);
  return done;
}
