/* import: built-in modules first, then name.py in the folders of sys.path.
 *
 * sys.path holds just the script's folder. A package is a folder with an
 * __init__.py; its modules are files beside that. Relative imports are not
 * there. Importing is rare and happens under one's own thread alone, except
 * for reading the file. */
#include "eval.h"
#include "modules/modules.h"
#include <errno.h>
#include <sys/stat.h>

PyObject *_PyEval_Modules, *_PyEval_Path;

char *_PyImport_ReadFile(const char *path, size_t *length) {
  struct stat status;
  if (stat(path, &status) < 0 || S_ISDIR(status.st_mode))
    return NULL;
  FILE *file = fopen(path, "rb");
  if (!file)
    return NULL;
  size_t room = 1 << 14, used = 0, got;
  char *text = malloc(room);
  while (text && (got = fread(text + used, 1, room - used - 1, file)) > 0) {
    used += got;
    if (used + 1 < room)
      continue;
    char *larger = realloc(text, room *= 2);
    if (!larger)
      free(text);
    text = larger;
  }
  fclose(file);
  if (text)
    text[used] = 0;
  *length = used;
  return text;
}

PyObject *_PyImport_RunSource(const char *source, const char *filename,
                              PyObject *dict) {
  PyCodeObject *code = PyFrontend_Compile(source, filename);
  if (!code)
    return NULL;
  PyObject *result = _PyEval_Code(code, dict, dict);
  Py_DECREF(code);
  return result;
}

/* --- finding ----------------------------------------------------------------
 */

/* The path of a module (its name has / for .) in `folder`, malloc'ed, with its
 * text; or NULL. Touches no object. */
static char *find_in_folder(const char *folder, const char *name, char **source,
                            int *package) {
  static const char *const ends[] = {"/__init__.py", ".py"};
  size_t room = strlen(folder) + strlen(name) + 16, length;
  char *path = malloc(room);
  for (int i = 0; path && i < 2; i++) {
    snprintf(path, room, "%s%s%s%s", folder, *folder ? "/" : "", name, ends[i]);
    *source = _PyImport_ReadFile(path, &length);
    *package = i == 0;
    if (*source)
      return path;
  }
  free(path);
  return NULL;
}

/* Runs the file as the module. It is in sys.modules while it runs. */
static PyObject *load_source(const char *name, const char *path,
                             const char *source, int package) {
  PyObject *module = PyModule_New(name);
  if (!module)
    return NULL;
  PyObject *dict = PyModule_GetDict(module);
  PyObject *file = PyUnicode_FromString(path);
  PyObject *result = NULL;
  if (file && PyDict_SetItemString(dict, "__file__", file) == 0 &&
      (!package || PyDict_SetItemString(dict, "__path__", file) == 0) &&
      PyDict_SetItemString(dict, "__builtins__", _PyEval_Builtins) == 0 &&
      PyDict_SetItemString(_PyEval_Modules, name, module) == 0)
    result = _PyImport_RunSource(source, path, dict);
  Py_XDECREF(file);
  if (!result) {
    PyObject *pending = PyErr_GetRaisedException();
    if (PyDict_DelItemString(_PyEval_Modules, name) < 0)
      PyErr_Clear();
    PyErr_SetRaisedException(pending);
    Py_DECREF(module);
    return NULL;
  }
  Py_DECREF(result);
  return module;
}

static PyObject *load_from_path(const char *name) {
  for (Py_ssize_t i = 0; i < PyList_GET_SIZE(_PyEval_Path); i++) {
    const char *text = PyUnicode_AsUTF8(PyList_GET_ITEM(_PyEval_Path, i));
    char *folder = text ? strdup(text) : NULL, *copy = strdup(name);
    char *path = NULL, *source = NULL;
    int package = 0;
    for (char *dot = copy; dot && (dot = strchr(dot, '.'));)
      *dot = '/';
    if (folder && copy)
      Py_ALLOW_THREADS {
        path = find_in_folder(folder, copy, &source, &package);
      }
    free(folder);
    free(copy);
    if (!path)
      continue;
    PyObject *module = load_source(name, path, source, package);
    free(path);
    free(source);
    return module;
  }
  return NULL;
}

/* --- importing --------------------------------------------------------------
 */

/* One module by its full name; its parents are there already. */
static PyObject *import_one(PyObject *name) {
  PyObject *module = PyDict_GetItemWithError(_PyEval_Modules, name);
  if (module)
    return Py_NewRef(module);
  const char *text = PyUnicode_AsUTF8(name);
  if (!text)
    return NULL;
  module = Modules_InitBuiltin(text);
  if (!module && !PyErr_Occurred())
    module = load_from_path(text);
  if (!module && !PyErr_Occurred())
    PyErr_Format(PyExc_ModuleNotFoundError, "No module named '%U'", name);
  if (module && PyDict_SetItem(_PyEval_Modules, name, module) < 0)
    Py_CLEAR(module);
  return module;
}

/* `a.b.c`: imports a, a.b and a.b.c. *top gets a; the result is a.b.c. */
static PyObject *import_dotted(PyObject *name, PyObject **top) {
  const char *text = PyUnicode_AsUTF8(name);
  PyObject *parent = NULL;
  *top = NULL;
  for (const char *start = text; start;) {
    const char *dot = strchr(start, '.');
    size_t end = dot ? (size_t)(dot - text) : strlen(text);
    PyObject *prefix = PyUnicode_FromStringAndSize(text, (Py_ssize_t)end);
    PyObject *module = prefix ? import_one(prefix) : NULL;
    Py_XDECREF(prefix);
    if (module && parent) {
      PyObject *last = PyUnicode_FromStringAndSize(start, text + end - start);
      if (!last || PyObject_SetAttr(parent, last, module) < 0)
        Py_CLEAR(module);
      Py_XDECREF(last);
    }
    Py_XDECREF(parent);
    if (!module) {
      Py_CLEAR(*top);
      return NULL;
    }
    if (!*top)
      *top = Py_NewRef(module);
    parent = module;
    start = dot ? dot + 1 : NULL;
  }
  return parent;
}

PyObject *_PyImport_Import(PyObject *name, PyObject *fromlist, long level) {
  if (level > 0)
    return PyErr_Format(
        PyExc_ImportError,
        "attempted relative import with no known parent package");
  PyObject *top, *module = import_dotted(name, &top);
  if (!module)
    return NULL;
  if (fromlist == Py_None) {
    Py_DECREF(module);
    return top;
  }
  Py_DECREF(top);
  return module;
}

PyObject *_PyImport_From(PyObject *module, PyObject *name) {
  PyObject *value;
  if (_PyObject_LookupAttr(module, name, &value) != 0)
    return value;
  PyObject *own = PyObject_GetAttrString(module, "__name__");
  if (!own)
    return NULL;
  /* A module of the package that nobody has imported yet? */
  PyObject *path, *file;
  if (_PyObject_LookupAttrString(module, "__path__", &path) > 0) {
    Py_DECREF(path);
    PyObject *full = PyUnicode_FromFormat("%U.%U", own, name), *top;
    value = full ? import_dotted(full, &top) : NULL;
    if (value)
      Py_DECREF(top);
    Py_XDECREF(full);
    if (value || !PyErr_ExceptionMatches(PyExc_ModuleNotFoundError)) {
      Py_DECREF(own);
      return value;
    }
    PyErr_Clear();
  }
  if (_PyObject_LookupAttrString(module, "__file__", &file) > 0) {
    PyErr_Format(PyExc_ImportError, "cannot import name '%U' from '%U' (%S)",
                 name, own, file);
    Py_DECREF(file);
  } else {
    PyErr_Format(PyExc_ImportError,
                 "cannot import name '%U' from '%U' (unknown location)", name,
                 own);
  }
  Py_DECREF(own);
  return NULL;
}

int _PyImport_Star(PyObject *module, PyObject *locals) {
  PyObject *dict = PyModule_GetDict(module), *names;
  int all = _PyObject_LookupAttrString(module, "__all__", &names);
  if (all == 0)
    names = PyDict_Keys(dict);
  PyObject *list = names ? PySequence_List(names) : NULL;
  int status = list ? 0 : -1;
  for (Py_ssize_t i = 0; status == 0 && i < PyList_GET_SIZE(list); i++) {
    PyObject *name = PyList_GET_ITEM(list, i);
    if (!all && PyUnicode_GET_LENGTH(name) > 0 &&
        PyUnicode_READ_CHAR(name, 0) == '_')
      continue;
    PyObject *value = PyObject_GetAttr(module, name);
    status = value ? PyDict_SetItem(locals, name, value) : -1;
    Py_XDECREF(value);
  }
  Py_XDECREF(names);
  Py_XDECREF(list);
  return status;
}
