/* minipy's main program.
 *
 *   minipy [--dis] script.py [argument...]
 *   minipy [--dis] -c source [argument...]
 *
 * --dis prints the bytecode instead of running it. The exit status is the one
 * Python would give: 1 after an uncaught exception, sys.exit()'s argument, or
 * 0. Threads that the script started are waited for. */
#include "eval/eval.h"
#include "modules/modules.h"
#include "modules/threads.h"
#include <errno.h>
#include <sys/resource.h>
#include <unistd.h>

typedef struct {
  int disassemble;
  const char *source;   /* malloc'ed, or of the command line */
  const char *filename; /* "<string>" for -c */
  const char *folder;   /* where the script's imports are */
  int argc;
  char **argv; /* argv[0]: the script, or "-c" */
} Options;

static int usage(void) {
  fprintf(stderr, "usage: minipy [--dis] script.py [argument...]\n"
                  "       minipy [--dis] -c source [argument...]\n");
  return 2;
}

/* The path as it was given, but absolute: what __file__ and tracebacks say. */
static char *absolute_path(const char *path) {
  char folder[4096], *result = NULL;
  if (path[0] == '/' || !getcwd(folder, sizeof folder) ||
      asprintf(&result, "%s/%s", folder, path) < 0)
    return strdup(path);
  return result;
}

/* The real folder of a path. */
static char *folder_of(const char *path) {
  char *real = realpath(path, NULL);
  char *slash = real ? strrchr(real, '/') : NULL;
  if (!slash)
    return strdup("");
  slash[slash == real] = 0;
  return real;
}

/* 0, or the exit status. */
static int parse_options(int argc, char **argv, Options *options) {
  int next = 1;
  if (next < argc && strcmp(argv[next], "--dis") == 0) {
    options->disassemble = 1;
    next++;
  }
  if (next >= argc)
    return usage();
  if (strcmp(argv[next], "-c") == 0) {
    if (next + 1 >= argc)
      return usage();
    options->source = argv[next + 1];
    options->filename = "<string>";
    options->folder = "";
    argv[next + 1] = "-c";
    next++;
  } else {
    size_t length;
    options->source = _PyImport_ReadFile(argv[next], &length);
    if (!options->source) {
      int error = errno ? errno : EISDIR;
      fprintf(stderr, "minipy: can't open file '%s': [Errno %d] %s\n",
              argv[next], error, strerror(error));
      return 2;
    }
    options->filename = absolute_path(argv[next]);
    options->folder = folder_of(argv[next]);
  }
  options->argc = argc - next;
  options->argv = argv + next;
  return 0;
}

static int set_list(PyObject *list, char *const *texts, int count) {
  for (int i = 0; i < count; i++) {
    PyObject *text = PyUnicode_FromString(texts[i]);
    if (!text || PyList_Append(list, text) < 0)
      return -1;
    Py_DECREF(text);
  }
  return 0;
}

/* Module __main__'s dict (borrowed), sys.argv and sys.path set. */
static PyObject *prepare_main(const Options *options) {
  PyObject *sys = PyDict_GetItemString(_PyEval_Modules, "sys");
  PyObject *argv = PyDict_GetItemString(PyModule_GetDict(sys), "argv");
  char *folder = (char *)options->folder;
  if (set_list(argv, options->argv, options->argc) < 0 ||
      set_list(_PyEval_Path, &folder, 1) < 0)
    return NULL;
  PyObject *module = PyModule_New("__main__");
  if (!module ||
      PyDict_SetItemString(_PyEval_Modules, "__main__", module) < 0 ||
      PyModule_AddObjectRef(module, "__builtins__", _PyEval_Builtins) < 0 ||
      PyModule_AddStringConstant(module, "__file__", options->filename) < 0)
    return NULL;
  Py_DECREF(module);
  return PyModule_GetDict(module);
}

/* The exit status. */
static int run_script(const Options *options) {
  PyObject *dict = prepare_main(options);
  PyCodeObject *code =
      dict ? PyFrontend_Compile(options->source, options->filename) : NULL;
  PyObject *result = NULL;
  if (code && options->disassemble) {
    PyCode_Disassemble(code, stdout);
    result = Py_NewRef(Py_None);
  } else if (code) {
    result = _PyEval_Code(code, dict, dict);
  }
  Py_XDECREF(code);
  if (!result)
    return _PyErr_PrintAndStatus();
  Py_DECREF(result);
  return 0;
}

/* Python's recursion is C's; 64 MB are enough for what scripts may ask for. */
static void allow_deep_stack(void) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_STACK, &limit) == 0 && limit.rlim_cur < 64 << 20) {
    limit.rlim_cur = limit.rlim_max < 64 << 20 ? limit.rlim_max : 64 << 20;
    setrlimit(RLIMIT_STACK, &limit);
  }
}

int main(int argc, char **argv) {
  Options options = {0};
  int status = parse_options(argc, argv, &options);
  if (status)
    return status;
  allow_deep_stack();
  Py_MUTUAL_EXCLUSION_INIT();
  PyThreadState *ts = PyThreadState_New();
  Py_GIL_TAKE();
  ts->thread_id = 1;
  if (_PyEval_Init() < 0)
    Py_FatalError("cannot start the interpreter");
  status = run_script(&options);
  Py_GIL_DROP();
  Threads_WaitForAll();
  fflush(stdout);
  return status;
}
