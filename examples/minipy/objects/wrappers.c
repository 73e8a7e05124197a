/* Small objects that wrap others: mappingproxy (a class's __dict__),
 * SimpleNamespace (a bag of attributes) and GenericAlias (list[int]). */
#include "names.h"
#include "strbuilder.h"

/* ---- mappingproxy --------------------------------------------------------*/
typedef struct {
  PyObject_HEAD PyObject *mapping Py_IMMUTABLE;
} Proxy;
#define MAPPING(o) (((Proxy *)(o))->mapping)

PyObject *PyDictProxy_New(PyObject *mapping) {
  Proxy *p = PyObject_New(Proxy, &PyMappingProxy_Type);
  if (p)
    p->mapping = Py_NewRef(mapping);
  return (PyObject *)p;
}
static void proxy_dealloc(PyObject *o) {
  Py_DECREF(MAPPING(o));
  PyObject_Free(o);
}
static PyObject *proxy_repr(PyObject *o) {
  return PyUnicode_FromFormat("mappingproxy(%R)", MAPPING(o));
}
static Py_ssize_t proxy_length(PyObject *o) {
  return PyObject_Size(MAPPING(o));
}
static PyObject *proxy_subscript(PyObject *o, PyObject *key) {
  return PyObject_GetItem(MAPPING(o), key);
}
static int proxy_contains(PyObject *o, PyObject *key) {
  return PySequence_Contains(MAPPING(o), key);
}
static PyObject *proxy_iter(PyObject *o) {
  return PyObject_GetIter(MAPPING(o));
}
static PyObject *proxy_compare(PyObject *a, PyObject *b, int op) {
  return PyObject_RichCompare(MAPPING(a), b, op);
}
/* keys(), items(), get(), ... are those of the mapping. */
static PyObject *proxy_getattro(PyObject *o, PyObject *name) {
  static const char *const passed[] = {"get", "keys", "values", "items",
                                       "copy"};
  for (size_t i = 0; i < sizeof passed / sizeof *passed; i++)
    if (_PyUnicode_EqualToASCIIString(name, passed[i]))
      return PyObject_GetAttr(MAPPING(o), name);
  return PyObject_GenericGetAttr(o, name);
}
static PySequenceMethods proxy_as_sequence = {.sq_contains = proxy_contains};
static PyMappingMethods proxy_as_mapping = {proxy_length, proxy_subscript,
                                            NULL};

PyTypeObject PyMappingProxy_Type = {
    .ob_base = {PyObject_HEAD_INIT(&PyType_Type), 0},
    .tp_name = "mappingproxy",
    .tp_basicsize = sizeof(Proxy),
    .tp_flags = Py_TPFLAGS_HAVE_GC,
    .tp_dealloc = proxy_dealloc,
    .tp_repr = proxy_repr,
    .tp_as_sequence = &proxy_as_sequence,
    .tp_as_mapping = &proxy_as_mapping,
    .tp_getattro = proxy_getattro,
    .tp_richcompare = proxy_compare,
    .tp_iter = proxy_iter,
};

/* ---- SimpleNamespace -----------------------------------------------------*/
typedef struct {
  PyObject_HEAD PyObject *dict;
} Namespace;

static void namespace_dealloc(PyObject *o) {
  Py_XDECREF(((Namespace *)o)->dict);
  PyObject_Free(o);
}
static int namespace_init(PyObject *o, PyObject *args, PyObject *kw) {
  PyObject *dict = PyObject_GenericGetDict(o, NULL);
  int rc = !dict || !PyArg_UnpackTuple(args, "SimpleNamespace", 0, 0) ? -1
           : kw ? PyDict_Update(dict, kw)
                : 0;
  Py_XDECREF(dict);
  return rc;
}
static PyObject *namespace_repr(PyObject *o) {
  PyObject *key, *value, *dict = ((Namespace *)o)->dict;
  Py_ssize_t pos = 0;
  int inside = Py_ReprEnter(o);
  if (inside)
    return inside < 0 ? NULL : PyUnicode_FromString("namespace(...)");
  PyStrBuilder b;
  PyStrBuilder_Init(&b);
  PyStrBuilder_CString(&b, "namespace(");
  for (int first = 1;
       dict && !b.failed && PyDict_Next(dict, &pos, &key, &value); first = 0) {
    PyStrBuilder_CString(&b, first ? "" : ", ");
    PyStrBuilder_Str(&b, key);
    PyStrBuilder_Char(&b, '=');
    PyStrBuilder_Repr(&b, value);
  }
  PyStrBuilder_Char(&b, ')');
  Py_ReprLeave(o);
  return PyStrBuilder_Finish(&b);
}
static PyObject *namespace_compare(PyObject *a, PyObject *b, int op) {
  if (!Py_IS_TYPE(a, &PySimpleNamespace_Type) ||
      !Py_IS_TYPE(b, &PySimpleNamespace_Type))
    Py_RETURN_NOTIMPLEMENTED;
  PyObject *x = PyObject_GenericGetDict(a, NULL);
  PyObject *y = x ? PyObject_GenericGetDict(b, NULL) : NULL;
  PyObject *r = y ? PyObject_RichCompare(x, y, op) : NULL;
  Py_XDECREF(x);
  Py_XDECREF(y);
  return r;
}
static PyGetSetDef namespace_getset[] = {
    {"__dict__", PyObject_GenericGetDict, PyObject_GenericSetDict, NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL}};

PyTypeObject PySimpleNamespace_Type = {
    .ob_base = {PyObject_HEAD_INIT(&PyType_Type), 0},
    .tp_name = "types.SimpleNamespace",
    .tp_basicsize = sizeof(Namespace),
    .tp_flags = Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC,
    .tp_dictoffset = offsetof(Namespace, dict),
    .tp_dealloc = namespace_dealloc,
    .tp_repr = namespace_repr,
    .tp_richcompare = namespace_compare,
    .tp_getset = namespace_getset,
    .tp_init = namespace_init,
    .tp_new = PyType_GenericNew,
};

/* ---- GenericAlias --------------------------------------------------------*/
typedef struct {
  PyObject_HEAD PyObject *origin Py_IMMUTABLE, *args Py_IMMUTABLE;
} Alias;

PyObject *_Py_GenericAliasOf(PyObject *cls, PyObject *item) {
  PyObject *args =
      PyTuple_Check(item) ? Py_NewRef(item) : PyTuple_Pack(1, item);
  Alias *a = args ? PyObject_New(Alias, &PyGenericAlias_Type) : NULL;
  if (!a) {
    Py_XDECREF(args);
    return NULL;
  }
  a->origin = Py_NewRef(cls);
  a->args = args;
  return (PyObject *)a;
}
static void alias_dealloc(PyObject *o) {
  Py_DECREF(((Alias *)o)->origin);
  Py_DECREF(((Alias *)o)->args);
  PyObject_Free(o);
}
static void put_type(PyStrBuilder *b, PyObject *o) {
  if (o == Py_Ellipsis) {
    PyStrBuilder_CString(b, "...");
  } else if (PyType_Check(o)) {
    PyObject *name = PyType_GetQualName((PyTypeObject *)o);
    if (name)
      PyStrBuilder_Str(b, name);
    Py_XDECREF(name);
  } else {
    PyStrBuilder_Repr(b, o);
  }
}
static PyObject *alias_repr(PyObject *o) {
  PyObject *args = ((Alias *)o)->args;
  PyStrBuilder b;
  PyStrBuilder_Init(&b);
  put_type(&b, ((Alias *)o)->origin);
  PyStrBuilder_Char(&b, '[');
  for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(args); i++) {
    PyStrBuilder_CString(&b, i ? ", " : "");
    put_type(&b, PyTuple_GET_ITEM(args, i));
  }
  PyStrBuilder_Char(&b, ']');
  return PyStrBuilder_Finish(&b);
}
static PyObject *alias_call(PyObject *o, PyObject *args, PyObject *kw) {
  return PyObject_Call(((Alias *)o)->origin, args, kw);
}
static PyObject *alias_or(PyObject *a, PyObject *b) {
  return PyTuple_Pack(2, a, b);
}
static PyNumberMethods alias_as_number = {.nb_or = alias_or};
static PyMemberDef alias_members[] = {
    {"__origin__", T_OBJECT, offsetof(Alias, origin), READONLY, NULL},
    {"__args__", T_OBJECT, offsetof(Alias, args), READONLY, NULL},
    {NULL, 0, 0, 0, NULL}};

PyTypeObject PyGenericAlias_Type = {
    .ob_base = {PyObject_HEAD_INIT(&PyType_Type), 0},
    .tp_name = "types.GenericAlias",
    .tp_basicsize = sizeof(Alias),
    .tp_flags = Py_TPFLAGS_HAVE_GC,
    .tp_dealloc = alias_dealloc,
    .tp_repr = alias_repr,
    .tp_as_number = &alias_as_number,
    .tp_call = alias_call,
    .tp_members = alias_members,
};
