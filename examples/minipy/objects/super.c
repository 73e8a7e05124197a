/* super(): attribute lookup that begins behind a given class of the MRO. */
#include "names.h"

typedef struct {
  PyObject_HEAD PyTypeObject *type; /* lookup begins after this class */
  PyObject *obj;                    /* instance or class; NULL: unbound */
  PyTypeObject *obj_type;           /* whose MRO it is */
} Super;

static void super_dealloc(PyObject *o) {
  Super *s = (Super *)o;
  Py_XDECREF(s->type);
  Py_XDECREF(s->obj);
  Py_XDECREF(s->obj_type);
  PyObject_Free(o);
}

/* The class whose MRO counts: that of the instance, or the class itself. */
static PyTypeObject *check(PyTypeObject *type, PyObject *o) {
  if (PyType_Check(o) && PyType_IsSubtype((PyTypeObject *)o, type))
    return (PyTypeObject *)o;
  if (PyType_IsSubtype(Py_TYPE(o), type))
    return Py_TYPE(o);
  PyErr_SetString(PyExc_TypeError,
                  "super(type, obj): obj must be an instance or subtype of "
                  "type");
  return NULL;
}

static int super_init(PyObject *self, PyObject *args, PyObject *kw) {
  Super *s = (Super *)self;
  PyObject *type = NULL, *o = NULL;
  if (!_PyArg_NoKeywords("super", kw) ||
      !PyArg_UnpackTuple(args, "super", 0, 2, &type, &o))
    return -1;
  Py_XINCREF(type);
  Py_XINCREF(o);
  if (!type && _PyEval_SuperArguments(&type, &o) < 0)
    return -1;
  PyTypeObject *obj_type = NULL;
  if (!PyType_Check(type))
    PyErr_Format(PyExc_TypeError, "super() argument 1 must be a type, not %s",
                 _PyType_Name(Py_TYPE(type)));
  else if (o == Py_None)
    Py_CLEAR(o);
  else if (o)
    obj_type = check((PyTypeObject *)type, o);
  if (PyErr_Occurred()) {
    Py_DECREF(type);
    Py_XDECREF(o);
    return -1;
  }
  Py_XSETREF(s->type, (PyTypeObject *)type);
  Py_XSETREF(s->obj, o);
  Py_XSETREF(s->obj_type, (PyTypeObject *)Py_XNewRef(obj_type));
  return 0;
}

static PyObject *lookup_behind(Super *s, PyObject *name) {
  PyObject *mro = s->obj_type->tp_mro;
  Py_ssize_t n = PyTuple_GET_SIZE(mro), i = 0;
  while (i < n && PyTuple_GET_ITEM(mro, i) != (PyObject *)s->type)
    i++;
  for (i++; i < n; i++) {
    PyObject *dict = ((PyTypeObject *)PyTuple_GET_ITEM(mro, i))->tp_dict;
    PyObject *found = PyDict_GetItemWithError(dict, name);
    if (found || PyErr_Occurred())
      return Py_XNewRef(found);
  }
  return NULL;
}

static PyObject *super_getattro(PyObject *self, PyObject *name) {
  Super *s = (Super *)self;
  if (!s->obj_type || _PyUnicode_EqualToASCIIString(name, "__class__"))
    return PyObject_GenericGetAttr(self, name);
  PyObject *found = lookup_behind(s, name);
  if (!found) {
    if (!PyErr_Occurred()) {
      PyObject *r;
      if (_PyType_Lookup(&PySuper_Type, name) &&
          (r = PyObject_GenericGetAttr(self, name)))
        return r;
      PyErr_Clear();
      PyErr_Format(PyExc_AttributeError, "'super' object has no attribute '%U'",
                   name);
    }
    return NULL;
  }
  descrgetfunc bind = Py_TYPE(found)->tp_descr_get;
  if (!bind)
    return found;
  PyObject *instance = s->obj == (PyObject *)s->obj_type ? NULL : s->obj;
  PyObject *r = bind(found, instance, (PyObject *)s->obj_type);
  Py_DECREF(found);
  return r;
}

static PyObject *super_get(PyObject *self, PyObject *o, PyObject *cls) {
  (void)cls;
  Super *s = (Super *)self;
  if (!o || o == Py_None || s->obj)
    return Py_NewRef(self);
  return PyObject_CallFunctionObjArgs((PyObject *)&PySuper_Type, s->type, o,
                                      NULL);
}

static PyObject *super_repr(PyObject *self) {
  Super *s = (Super *)self;
  const char *name = s->type ? _PyType_Name(s->type) : "NULL";
  if (s->obj_type)
    return PyUnicode_FromFormat("<super: <class '%s'>, <%s object>>", name,
                                _PyType_Name(s->obj_type));
  return PyUnicode_FromFormat("<super: <class '%s'>, NULL>", name);
}

static PyMemberDef super_members[] = {
    {"__thisclass__", T_OBJECT, offsetof(Super, type), READONLY, NULL},
    {"__self__", T_OBJECT, offsetof(Super, obj), READONLY, NULL},
    {"__self_class__", T_OBJECT, offsetof(Super, obj_type), READONLY, NULL},
    {NULL, 0, 0, 0, NULL}};

PyTypeObject PySuper_Type = {
    .ob_base = {PyObject_HEAD_INIT(&PyType_Type), 0},
    .tp_name = "super",
    .tp_basicsize = sizeof(Super),
    .tp_flags = Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC,
    .tp_dealloc = super_dealloc,
    .tp_repr = super_repr,
    .tp_getattro = super_getattro,
    .tp_descr_get = super_get,
    .tp_members = super_members,
    .tp_init = super_init,
    .tp_new = PyType_GenericNew,
};
