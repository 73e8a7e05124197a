/* Modules os and os.path: the little of them that scripts need to find and
 * name files.
 *
 * What asks the file system is bracketed by Py_ALLOW_THREADS, with the path
 * copied out of its object first, because no object may be touched inside. */
#include "modules.h"
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char *copied_path(PyObject *path) {
  if (!PyUnicode_Check(path)) {
    PyErr_Format(PyExc_TypeError,
                 "expected str, bytes or os.PathLike object, not %s",
                 Py_TYPE(path)->tp_name);
    return NULL;
  }
  const char *text = PyUnicode_AsUTF8(path);
  char *copy = text ? strdup(text) : NULL;
  if (text && !copy)
    PyErr_NoMemory();
  return copy;
}

/* --- os.path ------------------------------------------------------------- */

static PyObject *path_join(PyObject *self, PyObject *args) {
  (void)self;
  if (PyTuple_GET_SIZE(args) < 1) {
    PyErr_SetString(PyExc_TypeError, "join() missing 1 required positional "
                                     "argument: 'a'");
    return NULL;
  }
  char *result = copied_path(PyTuple_GET_ITEM(args, 0));
  for (Py_ssize_t i = 1; result && i < PyTuple_GET_SIZE(args); i++) {
    char *part = copied_path(PyTuple_GET_ITEM(args, i));
    if (!part) {
      free(result);
      return NULL;
    }
    size_t length = strlen(result);
    if (part[0] == '/')
      length = 0;
    int slash = length > 0 && result[length - 1] != '/';
    char *longer = malloc(length + (size_t)slash + strlen(part) + 1);
    if (longer) {
      memcpy(longer, result, length);
      if (slash)
        longer[length] = '/';
      strcpy(longer + length + slash, part);
    }
    free(part);
    free(result);
    result = longer;
  }
  PyObject *joined = result ? PyUnicode_FromString(result) : NULL;
  free(result);
  return joined;
}

/* Where the last component of `path` begins. */
static size_t tail_start(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash ? (size_t)(slash - path) + 1 : 0;
}

static PyObject *path_basename(PyObject *self, PyObject *arg) {
  (void)self;
  char *path = copied_path(arg);
  PyObject *name = path ? PyUnicode_FromString(path + tail_start(path)) : NULL;
  free(path);
  return name;
}

static PyObject *path_dirname(PyObject *self, PyObject *arg) {
  (void)self;
  char *path = copied_path(arg);
  if (!path)
    return NULL;
  size_t length = tail_start(path);
  while (length > 1 && path[length - 1] == '/' && strspn(path, "/") < length)
    length--;
  PyObject *name = PyUnicode_FromStringAndSize(path, (Py_ssize_t)length);
  free(path);
  return name;
}

static PyObject *path_splitext(PyObject *self, PyObject *arg) {
  (void)self;
  char *path = copied_path(arg);
  if (!path)
    return NULL;
  char *name = path + tail_start(path);
  char *dot = strrchr(name, '.');
  size_t length = strlen(path);
  if (dot && strspn(name, ".") <= (size_t)(dot - name))
    length = (size_t)(dot - path);
  PyObject *root = PyUnicode_FromStringAndSize(path, (Py_ssize_t)length);
  PyObject *extension = PyUnicode_FromString(path + length);
  free(path);
  PyObject *pair = root && extension ? PyTuple_Pack(2, root, extension) : NULL;
  Py_XDECREF(root);
  Py_XDECREF(extension);
  return pair;
}

/* The file's mode bits, 0 when there is no such file, -1 on an exception. */
static long mode_of(PyObject *arg) {
  char *path = copied_path(arg);
  if (!path)
    return -1;
  long mode = 0;
  Py_ALLOW_THREADS {
    struct stat status;
    if (stat(path, &status) == 0)
      mode = (long)status.st_mode;
  }
  free(path);
  return mode;
}

static PyObject *path_exists(PyObject *self, PyObject *arg) {
  (void)self;
  long mode = mode_of(arg);
  return mode < 0 ? NULL : PyBool_FromLong(mode != 0);
}

static PyObject *path_isfile(PyObject *self, PyObject *arg) {
  (void)self;
  long mode = mode_of(arg);
  return mode < 0 ? NULL : PyBool_FromLong(S_ISREG(mode));
}

static PyObject *path_isdir(PyObject *self, PyObject *arg) {
  (void)self;
  long mode = mode_of(arg);
  return mode < 0 ? NULL : PyBool_FromLong(S_ISDIR(mode));
}

static PyObject *os_getcwd(PyObject *self, PyObject *unused);

static PyObject *path_abspath(PyObject *self, PyObject *arg) {
  char *path = copied_path(arg);
  if (!path)
    return NULL;
  int absolute = path[0] == '/';
  free(path);
  if (absolute)
    return Py_NewRef(arg);
  PyObject *here = os_getcwd(self, NULL);
  PyObject *pair = here ? PyTuple_Pack(2, here, arg) : NULL;
  PyObject *result = pair ? path_join(self, pair) : NULL;
  Py_XDECREF(here);
  Py_XDECREF(pair);
  return result;
}

static PyMethodDef path_methods[] = {MODULE_VARARGS("join", path_join),
                                     MODULE_O("basename", path_basename),
                                     MODULE_O("dirname", path_dirname),
                                     MODULE_O("splitext", path_splitext),
                                     MODULE_O("exists", path_exists),
                                     MODULE_O("isfile", path_isfile),
                                     MODULE_O("isdir", path_isdir),
                                     MODULE_O("abspath", path_abspath),
                                     MODULE_END};

PyObject *PyInit_os_path(void) {
  return Module_Create("posixpath", path_methods);
}

/* --- os ------------------------------------------------------------------ */

static PyObject *os_getcwd(PyObject *self, PyObject *unused) {
  (void)self, (void)unused;
  char buffer[1024];
  if (!getcwd(buffer, sizeof buffer)) {
    PyErr_SetString(PyExc_OSError, strerror(errno));
    return NULL;
  }
  return PyUnicode_FromString(buffer);
}

/* The names in a folder, each with its final NUL, one after the other, in
 * memory of malloc; NULL and errno on failure. Touches no object. */
static char *read_folder(const char *path, size_t *length) {
  DIR *folder = opendir(path);
  if (!folder)
    return NULL;
  size_t capacity = 256;
  char *names = malloc(capacity);
  struct dirent *entry;
  *length = 0;
  while (names && (entry = readdir(folder))) {
    if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
      continue;
    size_t size = strlen(entry->d_name) + 1;
    if (*length + size > capacity) {
      capacity = 2 * (*length + size);
      char *larger = realloc(names, capacity);
      if (!larger)
        free(names);
      names = larger;
    }
    if (names)
      memcpy(names + *length, entry->d_name, size);
    *length += size;
  }
  closedir(folder);
  return names;
}

static PyObject *os_listdir(PyObject *self, PyObject *args) {
  (void)self;
  if (!Builtin_ArgCount("listdir", args, 0, 1))
    return NULL;
  char *path = PyTuple_GET_SIZE(args) ? copied_path(PyTuple_GET_ITEM(args, 0))
                                      : strdup(".");
  if (!path)
    return NULL;
  char *names = NULL;
  size_t length = 0;
  int error = 0;
  Py_ALLOW_THREADS {
    names = read_folder(path, &length);
    error = errno;
  }
  if (!names) {
    errno = error;
    PyErr_SetFromErrnoWithFilename(PyExc_OSError, path);
    free(path);
    return NULL;
  }
  free(path);
  PyObject *list = PyList_New(0);
  for (char *name = names; list && name < names + length;
       name += strlen(name) + 1) {
    PyObject *item = PyUnicode_FromString(name);
    if (!item || PyList_Append(list, item) < 0) {
      Py_DECREF(list);
      list = NULL;
    }
    Py_XDECREF(item);
  }
  free(names);
  return list;
}

static PyObject *os_getpid(PyObject *self, PyObject *unused) {
  (void)self, (void)unused;
  return PyLong_FromLong((long)getpid());
}

static PyObject *os_cpu_count(PyObject *self, PyObject *unused) {
  (void)self, (void)unused;
  return PyLong_FromLong(sysconf(_SC_NPROCESSORS_ONLN));
}

static PyObject *os_remove(PyObject *self, PyObject *arg) {
  (void)self;
  char *path = copied_path(arg);
  if (!path)
    return NULL;
  int error = 0;
  Py_ALLOW_THREADS { error = unlink(path) < 0 ? errno : 0; }
  errno = error;
  if (error)
    PyErr_SetFromErrnoWithFilename(PyExc_OSError, path);
  free(path);
  if (error)
    return NULL;
  Py_RETURN_NONE;
}

static PyObject *os_getenv(PyObject *self, PyObject *args) {
  (void)self;
  if (!Builtin_ArgCount("getenv", args, 1, 2))
    return NULL;
  const char *name = PyUnicode_AsUTF8(PyTuple_GET_ITEM(args, 0));
  if (!name)
    return NULL;
  const char *value = getenv(name);
  if (value)
    return PyUnicode_FromString(value);
  return Py_NewRef(PyTuple_GET_SIZE(args) > 1 ? PyTuple_GET_ITEM(args, 1)
                                              : Py_None);
}

static PyMethodDef os_methods[] = {MODULE_NOARGS("getcwd", os_getcwd),
                                   MODULE_VARARGS("listdir", os_listdir),
                                   MODULE_NOARGS("getpid", os_getpid),
                                   MODULE_NOARGS("cpu_count", os_cpu_count),
                                   MODULE_O("remove", os_remove),
                                   MODULE_O("unlink", os_remove),
                                   MODULE_VARARGS("getenv", os_getenv),
                                   MODULE_END};

PyObject *PyInit_os(void) {
  PyObject *module = Module_Create("os", os_methods);
  if (!module || Module_AddObject(module, "path", PyInit_os_path()) < 0 ||
      Module_AddObject(module, "sep", PyUnicode_FromString("/")) < 0 ||
      Module_AddObject(module, "linesep", PyUnicode_FromString("\n")) < 0 ||
      Module_AddObject(module, "name", PyUnicode_FromString("posix")) < 0)
    return NULL;
  return module;
}
