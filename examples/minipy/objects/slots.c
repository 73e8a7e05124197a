/* Slots and dunder methods: two views of the same thing.
 *
 * `table` says which slot each dunder method belongs to, which C function calls
 * the method when a class defines it in Python (slot_...), and which wrapper
 * makes a C slot callable as a method (wrap_..., in slotwrappers.c).
 *
 * For a class of Python every slot is recomputed from the MRO: if the method
 * found is the wrapper of a C slot, that C function is used directly; anything
 * else means the general slot_... function. */
#include "names.h"
#include "slotwrappers.h"
#include "typeslots.h"

/* ---- calling methods -----------------------------------------------------*/
/* The method `name` of self's class, unbound (*unbound = 1) or bound; a new
 * reference, NULL without exception when there is none. */
static PyObject *find_method(PyObject *self, PyObject *name, int *unbound) {
  PyObject *f = _PyType_Lookup(Py_TYPE(self), name);
  if (!f)
    return NULL;
  Py_INCREF(f);
  *unbound = (Py_TYPE(f)->tp_flags & Py_TPFLAGS_METHOD_DESCRIPTOR) != 0;
  descrgetfunc bind = Py_TYPE(f)->tp_descr_get;
  if (!*unbound && bind) {
    PyObject *bound = bind(f, self, (PyObject *)Py_TYPE(self));
    Py_DECREF(f);
    return bound;
  }
  return f;
}

/* args[0] is self. */
static PyObject *call_found(PyObject *f, int unbound, PyObject *const *args,
                            size_t n) {
  PyObject *r = unbound ? PyObject_Vectorcall(f, args, n, NULL)
                        : PyObject_Vectorcall(f, args + 1, n - 1, NULL);
  Py_DECREF(f);
  return r;
}

static PyObject *call_method(PyObject *name, PyObject *const *args, size_t n) {
  int unbound;
  PyObject *f = find_method(args[0], name, &unbound);
  if (!f) {
    if (!PyErr_Occurred())
      PyErr_Format(PyExc_AttributeError, "'%.50s' object has no attribute '%U'",
                   _PyType_Name(Py_TYPE(args[0])), name);
    return NULL;
  }
  return call_found(f, unbound, args, n);
}

static PyObject *call0(PyObject *self, PyObject *name) {
  return call_method(name, &self, 1);
}
static PyObject *call1(PyObject *self, PyObject *name, PyObject *a) {
  PyObject *args[] = {self, a};
  return call_method(name, args, 2);
}
static PyObject *call2(PyObject *self, PyObject *name, PyObject *a,
                       PyObject *b) {
  PyObject *args[] = {self, a, b};
  return call_method(name, args, 3);
}

static int done(PyObject *r) {
  Py_XDECREF(r);
  return r ? 0 : -1;
}

/* ---- the type's own slots ------------------------------------------------*/
static PyObject *slot_repr(PyObject *o) { return call0(o, _Py_ID(__repr__)); }
static PyObject *slot_str(PyObject *o) { return call0(o, _Py_ID(__str__)); }
static PyObject *slot_iter(PyObject *o) {
  PyObject *f = _PyType_Lookup(Py_TYPE(o), _Py_ID(__iter__));
  if (f == Py_None)
    return PyErr_Format(PyExc_TypeError, "'%.200s' object is not iterable",
                        _PyType_Name(Py_TYPE(o)));
  if (f)
    return call0(o, _Py_ID(__iter__));
  return PySeqIter_New(o); /* it has __getitem__ */
}
/* A StopIteration stays set: it may carry the value of a `yield from`. */
static PyObject *slot_iternext(PyObject *o) {
  return call0(o, _Py_ID(__next__));
}

static Py_hash_t slot_hash(PyObject *o) {
  PyObject *r = call0(o, _Py_ID(__hash__));
  if (!r)
    return -1;
  if (!PyLong_Check(r)) {
    PyErr_SetString(PyExc_TypeError,
                    "__hash__ method should return an integer");
    Py_DECREF(r);
    return -1;
  }
  Py_ssize_t h = PyLong_AsSsize_t(r);
  if (h == -1 && PyErr_Occurred()) { /* too big: its own hash */
    PyErr_Clear();
    h = PyLong_Type.tp_hash(r);
  }
  Py_DECREF(r);
  return h == -1 ? -2 : h;
}

static PyObject *slot_call(PyObject *o, PyObject *args, PyObject *kw) {
  int unbound;
  PyObject *f = find_method(o, _Py_ID(__call__), &unbound);
  if (f && unbound) {
    PyObject *bound = PyMethod_New(f, o);
    Py_DECREF(f);
    f = bound;
  }
  PyObject *r = f ? PyObject_Call(f, args, kw) : NULL;
  Py_XDECREF(f);
  return r;
}

static PyObject *slot_getattribute(PyObject *o, PyObject *name) {
  return call1(o, _Py_ID(__getattribute__), name);
}

/* __getattribute__ first, and __getattr__ when it finds nothing. */
static PyObject *slot_getattr(PyObject *o, PyObject *name) {
  PyObject *first = _PyType_Lookup(Py_TYPE(o), _Py_ID(__getattribute__)), *r;
  if (first && Py_IS_TYPE(first, &PyWrapperDescr_Type))
    r = ((getattrofunc)((PyWrapperDescrObject *)first)->d_wrapped)(o, name);
  else
    r = slot_getattribute(o, name);
  if (r || !PyErr_ExceptionMatches(PyExc_AttributeError) ||
      !_PyType_Lookup(Py_TYPE(o), _Py_ID(__getattr__)))
    return r;
  PyErr_Clear();
  return call1(o, _Py_ID(__getattr__), name);
}

static int slot_setattr(PyObject *o, PyObject *name, PyObject *v) {
  return done(v ? call2(o, _Py_ID(__setattr__), name, v)
                : call1(o, _Py_ID(__delattr__), name));
}

static const char *const compare_names[] = {"__lt__", "__le__", "__eq__",
                                            "__ne__", "__gt__", "__ge__"};
static PyObject *compare_objects[6];

static PyObject *slot_richcompare(PyObject *a, PyObject *b, int op) {
  int unbound;
  PyObject *f = find_method(a, compare_objects[op], &unbound);
  if (!f) {
    if (PyErr_Occurred())
      return NULL;
    Py_RETURN_NOTIMPLEMENTED;
  }
  if (f == Py_None) {
    Py_DECREF(f);
    Py_RETURN_NOTIMPLEMENTED;
  }
  PyObject *args[] = {a, b};
  return call_found(f, unbound, args, 2);
}

static PyObject *slot_descr_get(PyObject *o, PyObject *instance,
                                PyObject *cls) {
  return call2(o, _Py_ID(__get__), instance ? instance : Py_None,
               cls ? cls : Py_None);
}
static int slot_descr_set(PyObject *o, PyObject *instance, PyObject *v) {
  return done(v ? call2(o, _Py_ID(__set__), instance, v)
                : call1(o, _Py_ID(__delete__), instance));
}

int _PySlot_InitPython(PyObject *o, PyObject *args, PyObject *kw) {
  int unbound;
  PyObject *f = find_method(o, _Py_ID(__init__), &unbound);
  if (f && unbound) {
    PyObject *bound = PyMethod_New(f, o);
    Py_DECREF(f);
    f = bound;
  }
  PyObject *r = f ? PyObject_Call(f, args, kw) : NULL;
  Py_XDECREF(f);
  if (r && r != Py_None) {
    PyErr_Format(PyExc_TypeError, "__init__() should return None, not '%.200s'",
                 _PyType_Name(Py_TYPE(r)));
    Py_CLEAR(r);
  }
  return done(r);
}

PyObject *_PySlot_NewPython(PyTypeObject *type, PyObject *args, PyObject *kw) {
  PyObject *f = PyObject_GetAttr((PyObject *)type, _Py_ID(__new__));
  if (!f)
    return NULL;
  Py_ssize_t n = PyTuple_GET_SIZE(args);
  PyObject *all = PyTuple_New(n + 1), *r = NULL;
  if (all) {
    PyTuple_SET_ITEM(all, 0, Py_NewRef(type));
    for (Py_ssize_t i = 0; i < n; i++)
      PyTuple_SET_ITEM(all, i + 1, Py_NewRef(PyTuple_GET_ITEM(args, i)));
    r = PyObject_Call(f, all, kw);
    Py_DECREF(all);
  }
  Py_DECREF(f);
  return r;
}

static void slot_finalize(PyObject *o) {
  PyObject *raised = PyErr_GetRaisedException();
  PyObject *r = call0(o, _Py_ID(__del__));
  Py_XDECREF(r);
  PyErr_Clear(); /* an exception in __del__ goes nowhere */
  PyErr_SetRaisedException(raised);
}

/* ---- numbers -------------------------------------------------------------*/
/* One of the two operands' classes has this very function in its slot: that
 * operand's method is called, the reflected one for the right operand. */
typedef struct {
  PyObject *name, *reflected;
} BinaryNames;

static binaryfunc slot_of(PyObject *o, size_t offset) {
  binaryfunc f = NULL;
  if (Py_TYPE(o)->tp_as_number)
    memcpy(&f, (char *)Py_TYPE(o)->tp_as_number + offset, sizeof f);
  return f;
}

static PyObject *try_method(PyObject *self, PyObject *name, PyObject *other) {
  int unbound;
  PyObject *f = find_method(self, name, &unbound);
  if (!f) {
    if (PyErr_Occurred())
      return NULL;
    Py_RETURN_NOTIMPLEMENTED;
  }
  if (f == Py_None) {
    Py_DECREF(f);
    Py_RETURN_NOTIMPLEMENTED;
  }
  PyObject *args[] = {self, other};
  return call_found(f, unbound, args, 2);
}

static PyObject *binary(PyObject *a, PyObject *b, size_t offset, binaryfunc own,
                        const BinaryNames *names) {
  int left = slot_of(a, offset) == own;
  int right = Py_TYPE(a) != Py_TYPE(b) && slot_of(b, offset) == own;
  PyObject *r;
  if (left) {
    if (right && PyType_IsSubtype(Py_TYPE(b), Py_TYPE(a)) &&
        _PyType_Lookup(Py_TYPE(b), names->reflected) !=
            _PyType_Lookup(Py_TYPE(a), names->reflected)) {
      r = try_method(b, names->reflected, a);
      if (r != Py_NotImplemented)
        return r;
      Py_DECREF(r);
      right = 0;
    }
    r = try_method(a, names->name, b);
    if (r != Py_NotImplemented || Py_TYPE(a) == Py_TYPE(b))
      return r;
    Py_DECREF(r);
  }
  if (right)
    return try_method(b, names->reflected, a);
  Py_RETURN_NOTIMPLEMENTED;
}

/* X(slot, method without its underscores) */
#define BINARY_SLOTS(X)                                                        \
  X(nb_add, add)                                                               \
  X(nb_subtract, sub) X(nb_multiply, mul) X(nb_remainder, mod)                 \
      X(nb_divmod, divmod) X(nb_lshift, lshift) X(nb_rshift, rshift)           \
          X(nb_and, and) X(nb_xor, xor) X(nb_or, or)                           \
              X(nb_floor_divide, floordiv) X(nb_true_divide, truediv)          \
                  X(nb_matrix_multiply, matmul)
#define INPLACE_SLOTS(X)                                                       \
  X(nb_inplace_add, iadd)                                                      \
  X(nb_inplace_subtract, isub) X(nb_inplace_multiply, imul)                    \
      X(nb_inplace_remainder, imod) X(nb_inplace_lshift, ilshift)              \
          X(nb_inplace_rshift, irshift) X(nb_inplace_and, iand)                \
              X(nb_inplace_xor, ixor) X(nb_inplace_or, ior)                    \
                  X(nb_inplace_floor_divide, ifloordiv)                        \
                      X(nb_inplace_true_divide, itruediv)                      \
                          X(nb_inplace_matrix_multiply, imatmul)
#define UNARY_SLOTS(X)                                                         \
  X(nb_negative, neg)                                                          \
  X(nb_positive, pos) X(nb_absolute, abs) X(nb_invert, invert) X(nb_int, int)  \
      X(nb_float, float) X(nb_index, index)

#define NAME_INDEX(slot, method) NAMES_##slot,
enum {
  BINARY_SLOTS(NAME_INDEX) INPLACE_SLOTS(NAME_INDEX) UNARY_SLOTS(NAME_INDEX)
      NAMES_power,
  NAMES_COUNT
};
static BinaryNames names_of[NAMES_COUNT];

#define DEFINE_BINARY(slot, method)                                            \
  static PyObject *slot_##slot(PyObject *a, PyObject *b) {                     \
    return binary(a, b, offsetof(PyNumberMethods, slot), slot_##slot,          \
                  &names_of[NAMES_##slot]);                                    \
  }
BINARY_SLOTS(DEFINE_BINARY)
#define DEFINE_INPLACE(slot, method)                                           \
  static PyObject *slot_##slot(PyObject *a, PyObject *b) {                     \
    return call1(a, names_of[NAMES_##slot].name, b);                           \
  }
INPLACE_SLOTS(DEFINE_INPLACE)
#define DEFINE_UNARY(slot, method)                                             \
  static PyObject *slot_##slot(PyObject *a) {                                  \
    return call0(a, names_of[NAMES_##slot].name);                              \
  }
UNARY_SLOTS(DEFINE_UNARY)

static PyObject *power_of_two_operands(PyObject *a, PyObject *b);

static PyObject *slot_nb_power(PyObject *a, PyObject *b, PyObject *m) {
  if (m == Py_None)
    return power_of_two_operands(a, b);
  if (Py_TYPE(a)->tp_as_number->nb_power == slot_nb_power)
    return call2(a, names_of[NAMES_power].name, b, m);
  Py_RETURN_NOTIMPLEMENTED;
}

/* `binary` compares slots bit by bit, so the ternary one may pass through. */
static PyObject *power_of_two_operands(PyObject *a, PyObject *b) {
  return binary(a, b, offsetof(PyNumberMethods, nb_power),
                (binaryfunc)(void (*)(void))slot_nb_power,
                &names_of[NAMES_power]);
}

static int slot_nb_bool(PyObject *o) {
  PyObject *f = _PyType_Lookup(Py_TYPE(o), _Py_ID(__bool__));
  if (!f) { /* its class has __len__ */
    PyObject *n = call0(o, _Py_ID(__len__));
    int truth = n ? PyObject_IsTrue(n) : -1;
    Py_XDECREF(n);
    return truth;
  }
  PyObject *r = call0(o, _Py_ID(__bool__));
  if (!r)
    return -1;
  int truth = r == Py_True;
  if (!PyBool_Check(r)) {
    PyErr_Format(PyExc_TypeError, "__bool__ should return bool, returned %s",
                 _PyType_Name(Py_TYPE(r)));
    truth = -1;
  }
  Py_DECREF(r);
  return truth;
}

/* ---- containers ----------------------------------------------------------*/
static Py_ssize_t slot_length(PyObject *o) {
  PyObject *r = call0(o, _Py_ID(__len__));
  PyObject *n = r ? PyNumber_Index(r) : NULL;
  Py_XDECREF(r);
  if (!n)
    return -1;
  Py_ssize_t length = PyLong_AsSsize_t(n);
  if (_PyLong_Sign(n) < 0) {
    PyErr_SetString(PyExc_ValueError, "__len__() should return >= 0");
    length = -1;
  }
  Py_DECREF(n);
  return length;
}
static PyObject *slot_subscript(PyObject *o, PyObject *key) {
  return call1(o, _Py_ID(__getitem__), key);
}
static int slot_ass_subscript(PyObject *o, PyObject *key, PyObject *v) {
  return done(v ? call2(o, _Py_ID(__setitem__), key, v)
                : call1(o, _Py_ID(__delitem__), key));
}
static PyObject *slot_item(PyObject *o, Py_ssize_t i) {
  PyObject *key = PyLong_FromSsize_t(i);
  PyObject *r = key ? slot_subscript(o, key) : NULL;
  Py_XDECREF(key);
  return r;
}
static int slot_ass_item(PyObject *o, Py_ssize_t i, PyObject *v) {
  PyObject *key = PyLong_FromSsize_t(i);
  int rc = key ? slot_ass_subscript(o, key, v) : -1;
  Py_XDECREF(key);
  return rc;
}
static int slot_contains(PyObject *o, PyObject *v) {
  PyObject *f = _PyType_Lookup(Py_TYPE(o), _Py_ID(__contains__));
  if (f == Py_None) {
    PyErr_Format(PyExc_TypeError, "'%.200s' object is not a container",
                 _PyType_Name(Py_TYPE(o)));
    return -1;
  }
  PyObject *r = call1(o, _Py_ID(__contains__), v);
  int truth = r ? PyObject_IsTrue(r) : -1;
  Py_XDECREF(r);
  return truth;
}

/* ---- the table -----------------------------------------------------------*/
#define FN(f) ((AnySlot)(f))
#define TP(name, slot, fn, wrap)                                               \
  { name, SLOT_TYPE, offsetof(PyTypeObject, slot), FN(fn), wrap, NULL }
#define NB(name, slot, fn, wrap)                                               \
  { name, SLOT_NUMBER, offsetof(PyNumberMethods, slot), FN(fn), wrap, NULL }
#define SQ(name, slot, fn, wrap)                                               \
  { name, SLOT_SEQUENCE, offsetof(PySequenceMethods, slot), FN(fn), wrap, NULL }
#define MP(name, slot, fn, wrap)                                               \
  { name, SLOT_MAPPING, offsetof(PyMappingMethods, slot), FN(fn), wrap, NULL }
#define BINARY_ROWS(slot, name)                                                \
  NB("__" #name "__", slot, slot_##slot, wrap_binary),                         \
      NB("__r" #name "__", slot, slot_##slot, wrap_reflected),
#define INPLACE_ROWS(slot, name)                                               \
  NB("__" #name "__", slot, slot_##slot, wrap_binary_any),
#define UNARY_ROWS(slot, name)                                                 \
  NB("__" #name "__", slot, slot_##slot, wrap_unary),

/* Rows that share a slot follow each other. */
static SlotDef table[] = {
    TP("__repr__", tp_repr, slot_repr, wrap_unary),
    TP("__str__", tp_str, slot_str, wrap_unary),
    TP("__hash__", tp_hash, slot_hash, wrap_hash),
    TP("__call__", tp_call, slot_call, wrap_call),
    TP("__getattribute__", tp_getattro, slot_getattr, wrap_binary_any),
    TP("__getattr__", tp_getattro, slot_getattr, NULL),
    TP("__setattr__", tp_setattro, slot_setattr, wrap_setattr),
    TP("__delattr__", tp_setattro, slot_setattr, wrap_delattr),
    TP("__lt__", tp_richcompare, slot_richcompare, wrap_lt),
    TP("__le__", tp_richcompare, slot_richcompare, wrap_le),
    TP("__eq__", tp_richcompare, slot_richcompare, wrap_eq),
    TP("__ne__", tp_richcompare, slot_richcompare, wrap_ne),
    TP("__gt__", tp_richcompare, slot_richcompare, wrap_gt),
    TP("__ge__", tp_richcompare, slot_richcompare, wrap_ge),
    TP("__iter__", tp_iter, slot_iter, wrap_unary),
    TP("__next__", tp_iternext, slot_iternext, wrap_next),
    TP("__get__", tp_descr_get, slot_descr_get, wrap_descr_get),
    TP("__set__", tp_descr_set, slot_descr_set, wrap_descr_set),
    TP("__delete__", tp_descr_set, slot_descr_set, wrap_descr_delete),
    TP("__init__", tp_init, _PySlot_InitPython, wrap_init),
    TP("__new__", tp_new, _PySlot_NewPython, NULL),
    TP("__del__", tp_finalize, slot_finalize, NULL),
    BINARY_SLOTS(BINARY_ROWS) INPLACE_SLOTS(INPLACE_ROWS)
        UNARY_SLOTS(UNARY_ROWS)
            NB("__pow__", nb_power, slot_nb_power, wrap_power),
    NB("__rpow__", nb_power, slot_nb_power, wrap_reflected_power),
    NB("__bool__", nb_bool, slot_nb_bool, wrap_inquiry),
    MP("__len__", mp_length, slot_length, wrap_length),
    MP("__getitem__", mp_subscript, slot_subscript, wrap_binary_any),
    MP("__setitem__", mp_ass_subscript, slot_ass_subscript, wrap_setitem),
    MP("__delitem__", mp_ass_subscript, slot_ass_subscript, wrap_delitem),
    SQ("__len__", sq_length, slot_length, wrap_length),
    SQ("__add__", sq_concat, NULL, wrap_binary_any),
    SQ("__mul__", sq_repeat, NULL, wrap_repeat),
    SQ("__rmul__", sq_repeat, NULL, wrap_repeat),
    SQ("__getitem__", sq_item, slot_item, wrap_item),
    SQ("__setitem__", sq_ass_item, slot_ass_item, NULL),
    SQ("__delitem__", sq_ass_item, slot_ass_item, NULL),
    SQ("__contains__", sq_contains, slot_contains, wrap_contains),
    SQ("__iadd__", sq_inplace_concat, NULL, wrap_binary_any),
    SQ("__imul__", sq_inplace_repeat, NULL, wrap_repeat),
};
enum { ROWS = sizeof table / sizeof *table };

int _PySlots_Init(void) {
  for (int i = 0; i < ROWS; i++)
    if (!(table[i].name_object = PyUnicode_InternFromString(table[i].name)))
      return -1;
  for (int i = 0; i < 6; i++)
    compare_objects[i] = PyUnicode_InternFromString(compare_names[i]);
#define SET_BINARY(slot, n)                                                    \
  names_of[NAMES_##slot].name = PyUnicode_InternFromString("__" #n "__");      \
  names_of[NAMES_##slot].reflected = PyUnicode_InternFromString("__r" #n "_"   \
                                                                         "_");
  BINARY_SLOTS(SET_BINARY)
  INPLACE_SLOTS(SET_BINARY)
  UNARY_SLOTS(SET_BINARY)
  names_of[NAMES_power].name = PyUnicode_InternFromString("__pow__");
  names_of[NAMES_power].reflected = PyUnicode_InternFromString("__rpow__");
  return PyErr_Occurred() ? -1 : 0;
}

/* Where the slot of a row lies in a type, or NULL. */
static void *address(PyTypeObject *type, const SlotDef *row) {
  char *base = row->group == SLOT_TYPE       ? (char *)type
               : row->group == SLOT_NUMBER   ? (char *)type->tp_as_number
               : row->group == SLOT_SEQUENCE ? (char *)type->tp_as_sequence
                                             : (char *)type->tp_as_mapping;
  return base ? base + row->offset : NULL;
}

static AnySlot load(PyTypeObject *type, const SlotDef *row) {
  AnySlot f = NULL;
  void *at = address(type, row);
  if (at)
    memcpy(&f, at, sizeof f);
  return f;
}

static int same_slot(const SlotDef *a, const SlotDef *b) {
  return a->group == b->group && a->offset == b->offset;
}

int _PyType_AddSlotWrappers(PyTypeObject *type) {
  for (const SlotDef *row = table; row < table + ROWS; row++) {
    AnySlot f = load(type, row);
    if (!f || !row->wrap)
      continue;
    if (row->group == SLOT_TYPE && f == FN(PyObject_HashNotImplemented)) {
      if (!PyDict_SetDefault(type->tp_dict, row->name_object, Py_None))
        return -1;
      continue;
    }
    PyObject *w = _PyWrapperDescr_New(type, row, f);
    int ok = w && PyDict_SetDefault(type->tp_dict, row->name_object, w);
    Py_XDECREF(w);
    if (!ok)
      return -1;
  }
  return 0;
}

/* ---- inheritance ---------------------------------------------------------*/
static void inherit_struct(void *to, const void *from, size_t size) {
  for (size_t at = 0; at < size; at += sizeof(AnySlot)) {
    AnySlot f;
    memcpy(&f, (char *)to + at, sizeof f);
    if (!f)
      memcpy((char *)to + at, (const char *)from + at, sizeof f);
  }
}

static void inherit_from(PyTypeObject *type, PyTypeObject *base) {
#define COPY(slot)                                                             \
  if (!type->slot)                                                             \
  type->slot = base->slot
  if (type->tp_flags & Py_TPFLAGS_HEAPTYPE) {
    /* FixupSlots does the rest. */
    COPY(tp_vectorcall);
    COPY(tp_alloc);
    COPY(tp_free);
    return;
  }
  if (!type->tp_call)
    COPY(tp_vectorcall);
  if (!type->tp_richcompare && !type->tp_hash) {
    type->tp_richcompare = base->tp_richcompare;
    type->tp_hash = base->tp_hash;
  }
  COPY(tp_dealloc);
  COPY(tp_repr);
  COPY(tp_str);
  COPY(tp_call);
  COPY(tp_getattro);
  COPY(tp_setattro);
  COPY(tp_iter);
  COPY(tp_iternext);
  COPY(tp_descr_get);
  COPY(tp_descr_set);
  COPY(tp_init);
  COPY(tp_alloc);
  COPY(tp_free);
  COPY(tp_as_number);
  COPY(tp_as_sequence);
  COPY(tp_as_mapping);
  if (base->tp_as_number)
    inherit_struct(type->tp_as_number, base->tp_as_number,
                   sizeof(PyNumberMethods));
  if (base->tp_as_sequence)
    inherit_struct(type->tp_as_sequence, base->tp_as_sequence,
                   sizeof(PySequenceMethods));
  if (base->tp_as_mapping)
    inherit_struct(type->tp_as_mapping, base->tp_as_mapping,
                   sizeof(PyMappingMethods));
  /* A C type directly below object says itself whether it can be made. */
  if (base != &PyBaseObject_Type)
    COPY(tp_new);
#undef COPY
  if (!type->tp_dictoffset)
    type->tp_dictoffset = base->tp_dictoffset;
  if (!type->tp_basicsize)
    type->tp_basicsize = base->tp_basicsize;
  if (!type->tp_itemsize)
    type->tp_itemsize = base->tp_itemsize;
  type->tp_flags |= base->tp_flags & 0xff000000UL; /* ..._SUBCLASS */
}

void _PyType_InheritSlots(PyTypeObject *type) {
  if (type->tp_flags & Py_TPFLAGS_HEAPTYPE) {
    inherit_from(type, type->tp_base);
    return;
  }
  for (Py_ssize_t i = 1; i < PyTuple_GET_SIZE(type->tp_mro); i++)
    inherit_from(type, (PyTypeObject *)PyTuple_GET_ITEM(type->tp_mro, i));
}

/* ---- classes of Python ---------------------------------------------------*/
/* What `method`, found for this row, asks for in the slot. */
static AnySlot wish(PyTypeObject *type, const SlotDef *row, PyObject *method) {
  if (Py_IS_TYPE(method, &PyWrapperDescr_Type)) {
    PyWrapperDescrObject *w = (PyWrapperDescrObject *)method;
    if (strcmp(w->d_base->name, row->name) == 0) {
      if (!same_slot(w->d_base, row))
        return NULL; /* another slot of the same name does it */
      if (PyType_IsSubtype(type, w->d_type))
        return w->d_wrapped;
    }
  } else if (row->function == FN(_PySlot_NewPython) &&
             Py_IS_TYPE(method, &PyCFunction_Type) &&
             ((PyCFunctionObject *)method)->m_ml == &_PyType_NewMethod) {
    return FN(((PyTypeObject *)((PyCFunctionObject *)method)->m_self)->tp_new);
  } else if (method == Py_None && row->function == FN(slot_hash)) {
    return FN(PyObject_HashNotImplemented);
  }
  return row->function;
}

/* Sets the slot of this row and of those after it that share the slot; returns
 * the first row behind them. */
static const SlotDef *fix(PyTypeObject *type, const SlotDef *row) {
  const SlotDef *first = row;
  AnySlot result = NULL;
  int general = 0;
  void *at = address(type, row);
  for (; row < table + ROWS && same_slot(row, first); row++) {
    PyObject *method = _PyType_Lookup(type, row->name_object);
    AnySlot f = method ? wish(type, row, method) : NULL;
    if (!f)
      continue;
    if (result && f != result)
      general = 1;
    result = general ? row->function : f;
  }
  if (at)
    memcpy(at, &result, sizeof result);
  return row;
}

static void fix_truth_and_iteration(PyTypeObject *type) {
  /* Iteration by __getitem__, for classes without __iter__. */
  if (!type->tp_iter && type->tp_as_mapping->mp_subscript == slot_subscript)
    type->tp_iter = NULL; /* PyObject_GetIter falls back by itself */
  PyTypeObject *base = type->tp_base;
  type->tp_vectorcall =
      type->tp_call == base->tp_call ? base->tp_vectorcall : NULL;
}

void _PyType_FixupSlots(PyTypeObject *type) {
  for (const SlotDef *row = table; row < table + ROWS;)
    row = fix(type, row);
  fix_truth_and_iteration(type);
}

static void update(PyTypeObject *type, PyObject *name) {
  for (const SlotDef *row = table; row < table + ROWS;) {
    const SlotDef *next = row + 1;
    int affected = _PyUnicode_Equal(row->name_object, name);
    while (next < table + ROWS && same_slot(next, row))
      affected |= _PyUnicode_Equal((next++)->name_object, name);
    if (affected)
      fix(type, row);
    row = next;
  }
  fix_truth_and_iteration(type);
  for (Py_ssize_t i = 0;
       type->tp_subclasses && i < PyList_GET_SIZE(type->tp_subclasses); i++)
    update((PyTypeObject *)PyList_GET_ITEM(type->tp_subclasses, i), name);
}

void _PyType_UpdateSlot(PyTypeObject *type, PyObject *name) {
  Py_ssize_t n = PyUnicode_GET_LENGTH(name);
  if (n > 4 && PyUnicode_READ_CHAR(name, 0) == '_' &&
      PyUnicode_READ_CHAR(name, 1) == '_')
    update(type, name);
}
