/* What holds for every object: birth and death, repr, comparison, hash, truth.
 *
 * Death: Py_DECREF calls _Py_Dealloc at zero. Destroying a container destroys
 * what it held, and a list of a million links would recurse a million times; so
 * the thread state counts the nesting, and beyond TRASH_DEPTH containers are
 * put aside in a list of the thread and destroyed when the outermost is done.
 *
 * An instance of a class written in Python has one more word *before* its
 * head: the pointer to its __dict__ (Py_TPFLAGS_MANAGED_DICT). That works
 * alike for types of fixed and of variable size. */
#include "names.h"

enum { TRASH_DEPTH = 50, HIDDEN = sizeof(PyObject *) };

PyObject *_Py_Names[_Py_NAME_COUNT];

int _PyNames_Init(void) {
#define MAKE(name)                                                             \
  if (!(_Py_ID(name) = PyUnicode_InternFromString(#name)))                     \
    return -1;
  _PY_NAMES(MAKE)
#undef MAKE
  return 0;
}

/* ---- memory --------------------------------------------------------------*/
static int has_hidden_word(PyTypeObject *type) {
  return (type->tp_flags & Py_TPFLAGS_MANAGED_DICT) != 0;
}

/* Objects that exist, for tests (sys._live_objects). */
static Py_ssize_t live_objects Py_COUNTER;

Py_ssize_t _Py_LiveObjects(void) { return live_objects; }

PyObject *_PyObject_Allocate(PyTypeObject *type, size_t size) {
  size_t before = has_hidden_word(type) ? HIDDEN : 0;
  char *memory = malloc(size + before);
  if (!memory)
    return PyErr_NoMemory();
  if (before)
    *(PyObject **)(void *)memory = NULL;
  PyObject *op = (PyObject *)(void *)(memory + before);
  live_objects++;
  op->ob_refcnt = 1;
  op->ob_type = type;
  if (type->tp_flags & Py_TPFLAGS_HEAPTYPE)
    Py_INCREF(type);
  return op;
}

void PyObject_Free(void *op) {
  size_t before = has_hidden_word(Py_TYPE(op)) ? HIDDEN : 0;
  live_objects--;
  free((char *)op - before);
}

PyObject *_PyObject_New(PyTypeObject *type) {
  return _PyObject_Allocate(type, (size_t)type->tp_basicsize);
}

PyVarObject *_PyObject_NewVar(PyTypeObject *type, Py_ssize_t n) {
  size_t size = (size_t)(type->tp_basicsize + n * type->tp_itemsize);
  PyVarObject *op = (PyVarObject *)_PyObject_Allocate(type, size);
  if (op)
    op->ob_size = n;
  return op;
}

PyObject *PyType_GenericAlloc(PyTypeObject *type, Py_ssize_t n) {
  size_t size = (size_t)(type->tp_basicsize + n * type->tp_itemsize);
  PyObject *op = _PyObject_Allocate(type, size);
  if (!op)
    return NULL;
  memset((char *)op + sizeof(PyObject), 0, size - sizeof(PyObject));
  if (type->tp_itemsize)
    ((PyVarObject *)op)->ob_size = n;
  return op;
}

PyObject *PyType_GenericNew(PyTypeObject *type, PyObject *args, PyObject *kw) {
  (void)args, (void)kw;
  return type->tp_alloc(type, 0);
}

PyObject **_PyObject_GetDictPtr(PyObject *o) {
  PyTypeObject *type = Py_TYPE(o);
  if (has_hidden_word(type))
    return (PyObject **)(void *)((char *)o - HIDDEN);
  if (type->tp_dictoffset)
    return (PyObject **)(void *)((char *)o + type->tp_dictoffset);
  return NULL;
}

/* ---- death ---------------------------------------------------------------*/
static int put_aside(PyThreadState *ts, PyObject *op) {
  if (ts->trash_count == ts->trash_room) {
    Py_ssize_t room = ts->trash_room ? 2 * ts->trash_room : 64;
    void *items = realloc(ts->trash_later, (size_t)room * sizeof(PyObject *));
    if (!items)
      return 0;
    ts->trash_later = items;
    ts->trash_room = room;
  }
  ts->trash_later[ts->trash_count++] = op;
  return 1;
}

static void destroy(PyThreadState *ts, PyObject *op) {
  ts->trash_nesting++;
  Py_TYPE(op)->tp_dealloc(op);
  ts->trash_nesting--;
}

void _Py_Dealloc(PyObject *op) {
  PyTypeObject *type = Py_TYPE(op);
  PyThreadState *ts = PyThreadState_Get();
  if (!(type->tp_flags & Py_TPFLAGS_HAVE_GC) || !ts) {
    type->tp_dealloc(op);
    return;
  }
  if (ts->trash_nesting >= TRASH_DEPTH && put_aside(ts, op))
    return;
  destroy(ts, op);
  if (ts->trash_nesting == 0)
    while (ts->trash_count > 0)
      destroy(ts, ts->trash_later[--ts->trash_count]);
}

void _Py_DeallocByCount(void *count_address) {
  _Py_Dealloc((PyObject *)(void *)((char *)count_address -
                                   offsetof(PyObject, ob_refcnt)));
}

void Py_IncRef(PyObject *op) { Py_XINCREF(op); }
void Py_DecRef(PyObject *op) { Py_XDECREF(op); }

/* ---- repr and str --------------------------------------------------------*/
static PyObject *checked_str(PyObject *result, const char *method) {
  if (result && !PyUnicode_Check(result)) {
    PyErr_Format(PyExc_TypeError, "%s returned non-string (type %.200s)",
                 method, _PyType_Name(Py_TYPE(result)));
    Py_DECREF(result);
    return NULL;
  }
  return result;
}

PyObject *PyObject_Repr(PyObject *o) {
  if (!o)
    return PyUnicode_FromString("<NULL>");
  if (Py_EnterRecursiveCall(" while getting the repr of an object") < 0)
    return NULL;
  PyObject *r = Py_TYPE(o)->tp_repr(o);
  Py_LeaveRecursiveCall();
  return checked_str(r, "__repr__");
}

PyObject *PyObject_Str(PyObject *o) {
  if (!o)
    return PyUnicode_FromString("<NULL>");
  if (PyUnicode_CheckExact(o))
    return Py_NewRef(o);
  if (Py_EnterRecursiveCall(" while getting the str of an object") < 0)
    return NULL;
  PyObject *r = Py_TYPE(o)->tp_str(o);
  Py_LeaveRecursiveCall();
  return checked_str(r, "__str__");
}

int Py_ReprEnter(PyObject *o) {
  PyThreadState *ts = PyThreadState_Get();
  if (!ts->repr_active && !(ts->repr_active = PyList_New(0)))
    return -1;
  for (Py_ssize_t i = 0; i < PyList_GET_SIZE(ts->repr_active); i++)
    if (PyList_GET_ITEM(ts->repr_active, i) == o)
      return 1;
  return PyList_Append(ts->repr_active, o);
}

void Py_ReprLeave(PyObject *o) {
  PyObject *list = PyThreadState_Get()->repr_active;
  for (Py_ssize_t i = PyList_GET_SIZE(list) - 1; i >= 0; i--)
    if (PyList_GET_ITEM(list, i) == o) {
      PyObject *type, *value, *tb;
      PyErr_Fetch(&type, &value, &tb);
      PyList_SetSlice(list, i, i + 1, NULL);
      PyErr_Restore(type, value, tb);
      return;
    }
}

/* ---- comparison ----------------------------------------------------------*/
static const int swapped_op[] = {Py_GT, Py_GE, Py_EQ, Py_NE, Py_LT, Py_LE};
static const char *const op_text[] = {"<", "<=", "==", "!=", ">", ">="};

static PyObject *compare_with(PyObject *a, PyObject *b, int op) {
  richcmpfunc f = Py_TYPE(a)->tp_richcompare;
  return f ? f(a, b, op) : Py_NewRef(Py_NotImplemented);
}

static PyObject *compare(PyObject *a, PyObject *b, int op) {
  bool reflected_first = Py_TYPE(a) != Py_TYPE(b) &&
                         Py_TYPE(b)->tp_richcompare &&
                         PyType_IsSubtype(Py_TYPE(b), Py_TYPE(a));
  PyObject *r;
  if (reflected_first) {
    r = compare_with(b, a, swapped_op[op]);
    if (r != Py_NotImplemented)
      return r;
    Py_DECREF(r);
  }
  r = compare_with(a, b, op);
  if (r != Py_NotImplemented)
    return r;
  Py_DECREF(r);
  if (!reflected_first) {
    r = compare_with(b, a, swapped_op[op]);
    if (r != Py_NotImplemented)
      return r;
    Py_DECREF(r);
  }
  if (op == Py_EQ || op == Py_NE)
    return PyBool_FromLong((a == b) == (op == Py_EQ));
  return PyErr_Format(PyExc_TypeError,
                      "'%s' not supported between instances of '%.100s' and "
                      "'%.100s'",
                      op_text[op], _PyType_Name(Py_TYPE(a)),
                      _PyType_Name(Py_TYPE(b)));
}

PyObject *PyObject_RichCompare(PyObject *a, PyObject *b, int op) {
  if (Py_EnterRecursiveCall(" in comparison") < 0)
    return NULL;
  PyObject *r = compare(a, b, op);
  Py_LeaveRecursiveCall();
  return r;
}

int PyObject_RichCompareBool(PyObject *a, PyObject *b, int op) {
  if (a == b && (op == Py_EQ || op == Py_NE))
    return op == Py_EQ;
  PyObject *r = PyObject_RichCompare(a, b, op);
  if (!r)
    return -1;
  int truth = PyObject_IsTrue(r);
  Py_DECREF(r);
  return truth;
}

/* ---- hash, truth ---------------------------------------------------------*/
Py_hash_t PyObject_HashNotImplemented(PyObject *o) {
  PyErr_Format(PyExc_TypeError, "unhashable type: '%.200s'",
               _PyType_Name(Py_TYPE(o)));
  return -1;
}

Py_hash_t PyObject_Hash(PyObject *o) {
  hashfunc f = Py_TYPE(o)->tp_hash;
  return f ? f(o) : PyObject_HashNotImplemented(o);
}

Py_hash_t _Py_HashPointer(const void *p) {
  size_t y = (size_t)p;
  y = (y >> 4) | (y << (8 * sizeof y - 4));
  return y == (size_t)-1 ? -2 : (Py_hash_t)y;
}

int PyObject_IsTrue(PyObject *o) {
  if (o == Py_True)
    return 1;
  if (o == Py_False || o == Py_None)
    return 0;
  PyTypeObject *t = Py_TYPE(o);
  if (t->tp_as_number && t->tp_as_number->nb_bool)
    return t->tp_as_number->nb_bool(o);
  Py_ssize_t n = 1;
  if (t->tp_as_mapping && t->tp_as_mapping->mp_length)
    n = t->tp_as_mapping->mp_length(o);
  else if (t->tp_as_sequence && t->tp_as_sequence->sq_length)
    n = t->tp_as_sequence->sq_length(o);
  return n > 0 ? 1 : (int)n;
}

int PyObject_Not(PyObject *o) {
  int truth = PyObject_IsTrue(o);
  return truth < 0 ? truth : !truth;
}

int PyCallable_Check(PyObject *o) { return o && Py_TYPE(o)->tp_call != NULL; }

PyObject *PyObject_SelfIter(PyObject *o) { return Py_NewRef(o); }

PyObject *PyObject_Type(PyObject *o) { return Py_NewRef(Py_TYPE(o)); }

/* ---- dir() ---------------------------------------------------------------*/
static int merge_names(PyObject *names, PyObject *dict) {
  PyObject *key, *value;
  Py_ssize_t pos = 0;
  while (PyDict_Next(dict, &pos, &key, &value))
    if (PyDict_SetItem(names, key, Py_None) < 0)
      return -1;
  return 0;
}

static int merge_class_names(PyObject *names, PyTypeObject *type) {
  for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(type->tp_mro); i++) {
    PyObject *base = PyTuple_GET_ITEM(type->tp_mro, i);
    if (merge_names(names, ((PyTypeObject *)base)->tp_dict) < 0)
      return -1;
  }
  return 0;
}

static PyObject *default_dir(PyObject *o) {
  PyObject *names = PyDict_New();
  if (!names)
    return NULL;
  PyObject **dict = _PyObject_GetDictPtr(o);
  int rc = dict && *dict && PyDict_Check(*dict) ? merge_names(names, *dict) : 0;
  if (rc == 0 && PyType_Check(o))
    rc = merge_class_names(names, (PyTypeObject *)o);
  else if (rc == 0 && !PyModule_Check(o))
    rc = merge_class_names(names, Py_TYPE(o));
  PyObject *list = rc < 0 ? NULL : PyDict_Keys(names);
  Py_DECREF(names);
  return list;
}

PyObject *PyObject_Dir(PyObject *o) {
  PyObject *method = _PyObject_LookupSpecialId(o, _Py_ID(__dir__)),
           *list = NULL;
  if (method) {
    PyObject *names = PyObject_CallNoArgs(method);
    Py_DECREF(method);
    if (names)
      list = PySequence_List(names);
    Py_XDECREF(names);
  } else if (!PyErr_Occurred()) {
    list = default_dir(o);
  }
  if (list && PyList_Sort(list) < 0)
    Py_CLEAR(list);
  return list;
}
