/* From a filled-in PyTypeObject to a class that can be used.
 *
 * PyType_Ready gives a type its bases, its MRO (the C3 linearization), its
 * __dict__ with the methods of its tables and of its slots, and the slots that
 * it inherits. C types pass through it once at start-up, classes of Python
 * when they are made. */
#include "names.h"
#include "typeslots.h"

/* ---- the method resolution order -----------------------------------------*/
/* Is `c` in the tail (behind the head) of any of the remaining sequences? */
static int in_some_tail(PyObject **lists, Py_ssize_t *heads, Py_ssize_t n,
                        PyObject *c) {
  for (Py_ssize_t i = 0; i < n; i++)
    for (Py_ssize_t j = heads[i] + 1; j < PyTuple_GET_SIZE(lists[i]); j++)
      if (PyTuple_GET_ITEM(lists[i], j) == c)
        return 1;
  return 0;
}

static PyObject *inconsistent(PyTypeObject *type) {
  PyObject *names = PyUnicode_FromString("");
  for (Py_ssize_t i = 0; names && i < PyTuple_GET_SIZE(type->tp_bases); i++) {
    PyObject *base = PyTuple_GET_ITEM(type->tp_bases, i);
    PyObject *longer = PyUnicode_FromFormat("%U%s%s", names, i ? ", " : "",
                                            _PyType_Name((PyTypeObject *)base));
    Py_DECREF(names);
    names = longer;
  }
  if (names)
    PyErr_Format(PyExc_TypeError,
                 "Cannot create a consistent method resolution\n"
                 "order (MRO) for bases %U",
                 names);
  Py_XDECREF(names);
  return NULL;
}

/* The next class: the first head that is in no tail. */
static PyObject *next_class(PyObject **lists, Py_ssize_t *heads, Py_ssize_t n,
                            int *done) {
  *done = 1;
  for (Py_ssize_t i = 0; i < n; i++) {
    if (heads[i] >= PyTuple_GET_SIZE(lists[i]))
      continue;
    *done = 0;
    PyObject *c = PyTuple_GET_ITEM(lists[i], heads[i]);
    if (!in_some_tail(lists, heads, n, c))
      return c;
  }
  return NULL;
}

static PyObject *merge(PyTypeObject *type, PyObject **lists, Py_ssize_t *heads,
                       Py_ssize_t n) {
  PyObject *order = PyList_New(0);
  if (!order || PyList_Append(order, (PyObject *)type) < 0) {
    Py_XDECREF(order);
    return NULL;
  }
  for (;;) {
    int done;
    PyObject *c = next_class(lists, heads, n, &done);
    if (!c && !done)
      inconsistent(type);
    if (!c || PyList_Append(order, c) < 0)
      break;
    for (Py_ssize_t i = 0; i < n; i++)
      if (heads[i] < PyTuple_GET_SIZE(lists[i]) &&
          PyTuple_GET_ITEM(lists[i], heads[i]) == c)
        heads[i]++;
  }
  PyObject *mro = PyErr_Occurred() ? NULL : PyList_AsTuple(order);
  Py_DECREF(order);
  return mro;
}

PyObject *_PyType_ComputeMRO(PyTypeObject *type) {
  Py_ssize_t n = PyTuple_GET_SIZE(type->tp_bases);
  PyObject **lists = malloc((size_t)(n + 1) * sizeof *lists);
  Py_ssize_t *heads = calloc((size_t)(n + 1), sizeof *heads);
  PyObject *mro = NULL;
  if (lists && heads) {
    for (Py_ssize_t i = 0; i < n; i++)
      lists[i] = ((PyTypeObject *)PyTuple_GET_ITEM(type->tp_bases, i))->tp_mro;
    lists[n] = type->tp_bases;
    mro = merge(type, lists, heads, n + 1);
  } else {
    PyErr_NoMemory();
  }
  free(lists);
  free(heads);
  return mro;
}

/* ---- the namespace -------------------------------------------------------*/
/* dict[name] = value unless there is one; takes the reference to value. */
static int add(PyObject *dict, const char *name, PyObject *value) {
  PyObject *u = value ? PyUnicode_InternFromString(name) : NULL;
  int rc = u ? (PyDict_SetDefault(dict, u, value) ? 0 : -1) : -1;
  Py_XDECREF(u);
  Py_XDECREF(value);
  return rc;
}

static PyObject *method_object(PyTypeObject *type, PyMethodDef *m) {
  if (m->ml_flags & METH_STATIC) {
    PyObject *f = PyCFunction_New(m, NULL);
    PyObject *s = f ? PyStaticMethod_New(f) : NULL;
    Py_XDECREF(f);
    return s;
  }
  return PyDescr_NewMethod(type, m); /* knows METH_CLASS */
}

static int add_tables(PyTypeObject *type) {
  PyObject *d = type->tp_dict;
  for (PyMethodDef *m = type->tp_methods; m && m->ml_name; m++)
    if (add(d, m->ml_name, method_object(type, m)) < 0)
      return -1;
  for (PyMemberDef *m = type->tp_members; m && m->name; m++)
    if (add(d, m->name, PyDescr_NewMember(type, m)) < 0)
      return -1;
  for (PyGetSetDef *g = type->tp_getset; g && g->name; g++)
    if (add(d, g->name, PyDescr_NewGetSet(type, g)) < 0)
      return -1;
  return 0;
}

static int add_doc_and_module(PyTypeObject *type) {
  if (type->tp_flags & Py_TPFLAGS_HEAPTYPE)
    return add(type->tp_dict, "__doc__", Py_NewRef(Py_None));
  const char *dot = strrchr(type->tp_name, '.');
  PyObject *module =
      dot ? PyUnicode_FromStringAndSize(type->tp_name, dot - type->tp_name)
          : PyUnicode_FromString("builtins");
  PyObject *doc =
      type->tp_doc ? PyUnicode_FromString(type->tp_doc) : Py_NewRef(Py_None);
  if (add(type->tp_dict, "__module__", module) < 0) {
    Py_XDECREF(doc);
    return -1;
  }
  return add(type->tp_dict, "__doc__", doc);
}

/* A class that defines equality but no hash cannot be hashed. */
static int set_hash(PyTypeObject *type) {
  if (type->tp_hash && type->tp_hash != PyObject_HashNotImplemented)
    return 0;
  if (PyDict_Contains(type->tp_dict, _Py_ID(__hash__)))
    return 0;
  if (!type->tp_hash &&
      !(type->tp_richcompare || PyDict_Contains(type->tp_dict, _Py_ID(__eq__))))
    return 0; /* both are inherited */
  type->tp_hash = PyObject_HashNotImplemented;
  return PyDict_SetItem(type->tp_dict, _Py_ID(__hash__), Py_None);
}

static int register_subclass(PyTypeObject *type) {
  for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(type->tp_bases); i++) {
    PyTypeObject *base = (PyTypeObject *)PyTuple_GET_ITEM(type->tp_bases, i);
    if (!base->tp_subclasses && !(base->tp_subclasses = PyList_New(0)))
      return -1;
    if (PyList_Append(base->tp_subclasses, (PyObject *)type) < 0)
      return -1;
  }
  return 0;
}

static int set_bases(PyTypeObject *type) {
  if (!type->tp_base && type != &PyBaseObject_Type)
    type->tp_base = &PyBaseObject_Type;
  if (type->tp_base && !(type->tp_base->tp_flags & Py_TPFLAGS_READY) &&
      PyType_Ready(type->tp_base) < 0)
    return -1;
  if (!type->ob_base.ob_base.ob_type)
    type->ob_base.ob_base.ob_type = &PyType_Type;
  if (type->ob_base.ob_base.ob_refcnt == 0)
    type->ob_base.ob_base.ob_refcnt = _Py_STATIC_REFCNT;
  if (!type->tp_bases)
    type->tp_bases =
        type->tp_base ? PyTuple_Pack(1, type->tp_base) : PyTuple_New(0);
  return type->tp_bases ? 0 : -1;
}

int PyType_Ready(PyTypeObject *type) {
  if (type->tp_flags & Py_TPFLAGS_READY)
    return 0;
  int is_heap = (type->tp_flags & Py_TPFLAGS_HEAPTYPE) != 0;
  if (set_bases(type) < 0)
    return -1;
  if (!type->tp_dict && !(type->tp_dict = PyDict_New()))
    return -1;
  if (!(type->tp_mro = _PyType_ComputeMRO(type)))
    return -1;
  if (!is_heap && _PyType_AddSlotWrappers(type) < 0)
    return -1;
  if (add_tables(type) < 0 || add_doc_and_module(type) < 0 ||
      set_hash(type) < 0)
    return -1;
  if (!is_heap && type->tp_new && _PyType_AddNewMethod(type) < 0)
    return -1;
  _PyType_InheritSlots(type);
  type->tp_flags |= Py_TPFLAGS_READY;
  if (is_heap)
    _PyType_FixupSlots(type);
  return register_subclass(type);
}
