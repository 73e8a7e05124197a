/* Module thread: starting threads, locks, and blocks that are atomic.
 *
 * What one thread does becomes visible to others only at certain points (in one
 * build), so nothing that reaches beyond memory is done at once: a thread is
 * created, and waiters are woken, by Py_AFTER_COMMIT. A lock is just a field of
 * its object; only waiting for it needs the operating system.
 *
 * Waiting without missing a release: the releases of a bucket are counted,
 * after they have become visible. A waiter reads the count, looks at the lock
 * again, and if it is still taken sleeps until the count is another one. */
#include "eval/eval.h"
#include "modules.h"
#include "threads.h"
#include <pthread.h>

enum { STACK_SIZE = 64 << 20 };

int Thread_Create(pthread_t *thread, void *(*function)(void *),
                  void *argument) {
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, STACK_SIZE);
  int error = pthread_create(thread, &attributes, function, argument);
  pthread_attr_destroy(&attributes);
  return error;
}

/* --- threads
 * --------------------------------------------------------------------- */

typedef struct {
  PyObject *function, *args, *kwargs;
  unsigned long ident;
} Start;

static pthread_mutex_t live_mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t live_changed = PTHREAD_COND_INITIALIZER;
static int live_threads;
static unsigned long last_ident = 1; /* the main thread's */

static void count_threads(int change) {
  pthread_mutex_lock(&live_mutex);
  live_threads += change;
  pthread_cond_broadcast(&live_changed);
  pthread_mutex_unlock(&live_mutex);
}

void Threads_WaitForAll(void) {
  pthread_mutex_lock(&live_mutex);
  while (live_threads > 0)
    pthread_cond_wait(&live_changed, &live_mutex);
  pthread_mutex_unlock(&live_mutex);
}

static void report_in_thread(PyObject *function) {
  if (PyErr_ExceptionMatches(PyExc_SystemExit)) {
    PyErr_Clear();
    return;
  }
  PyObject *exception = PyErr_GetRaisedException();
  PyObject *report = _PyErr_Report(exception);
  PyObject *text =
      report ? PyUnicode_FromFormat("Exception ignored in thread started by: "
                                    "%R\n%U",
                                    function, report)
             : NULL;
  const char *utf8 = text ? PyUnicode_AsUTF8(text) : NULL;
  if (utf8)
    Output_Write(stderr, utf8, strlen(utf8));
  PyErr_Clear();
  Py_XDECREF(text);
  Py_XDECREF(report);
  Py_DECREF(exception);
}

static void *run_thread(void *argument) {
  Start *start = argument;
  PyThreadState *ts = PyThreadState_New();
  Py_GIL_TAKE();
  ts->thread_id = start->ident;
  PyObject *result = PyObject_Call(start->function, start->args, start->kwargs);
  if (!result)
    report_in_thread(start->function);
  Py_XDECREF(result);
  Py_DECREF(start->function);
  Py_DECREF(start->args);
  Py_XDECREF(start->kwargs);
  free(start);
  PyThreadState_Delete(ts);
  Py_GIL_DROP();
  count_threads(-1);
  return NULL;
}

static void launch(void *start) {
  pthread_t thread;
  count_threads(+1);
  if (Thread_Create(&thread, run_thread, start)) {
    fprintf(stderr, "minipy: can't start new thread\n");
    count_threads(-1);
    return;
  }
  pthread_detach(thread);
}

static PyObject *thread_start_new_thread(PyObject *self, PyObject *args) {
  PyObject *function, *arguments, *keywords = NULL;
  (void)self;
  if (!PyArg_UnpackTuple(args, "start_new_thread", 2, 3, &function, &arguments,
                         &keywords))
    return NULL;
  if (!PyCallable_Check(function) || !PyTuple_Check(arguments) ||
      (keywords && !PyDict_Check(keywords))) {
    PyErr_SetString(PyExc_TypeError,
                    !PyCallable_Check(function) ? "first arg must be callable"
                    : !PyTuple_Check(arguments)
                        ? "2nd arg must be a tuple"
                        : "optional 3rd arg must be a dictionary");
    return NULL;
  }
  Start *start = malloc(sizeof *start);
  if (!start)
    return PyErr_NoMemory();
  start->function = Py_NewRef(function);
  start->args = Py_NewRef(arguments);
  start->kwargs = Py_XNewRef(keywords);
  start->ident = ++last_ident;
  unsigned long ident = start->ident;
  Py_AFTER_COMMIT(launch, start);
  return PyLong_FromUnsignedLong(ident);
}

static PyObject *thread_get_ident(PyObject *self, PyObject *unused) {
  (void)self, (void)unused;
  return PyLong_FromUnsignedLong(PyThreadState_Get()->thread_id);
}

/* --- locks
 * ------------------------------------------------------------------------- */

typedef struct {
  PyObject_HEAD int locked;
} LockObject;

typedef struct {
  pthread_mutex_t mutex;
  pthread_cond_t released;
  unsigned long releases;
} Bucket;

/* Locks share buckets by address: a wake-up too many does no harm, and a
 * bucket is there even if its lock is gone when its release becomes visible. */
enum { BUCKETS = 16 };
static Bucket buckets[BUCKETS] = {
    [0 ... BUCKETS - 1] = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER,
                           1}};

static Bucket *bucket_of(LockObject *lock) {
  return &buckets[((uintptr_t)lock >> 5) % BUCKETS];
}

static void wake_waiters(void *argument) {
  Bucket *bucket = argument;
  pthread_mutex_lock(&bucket->mutex);
  bucket->releases++;
  pthread_cond_broadcast(&bucket->released);
  pthread_mutex_unlock(&bucket->mutex);
}

/* Sleeps until there was another release than `seen`; their count. */
static unsigned long wait_for_release(Bucket *bucket, unsigned long seen) {
  pthread_mutex_lock(&bucket->mutex);
  while (bucket->releases == seen)
    pthread_cond_wait(&bucket->released, &bucket->mutex);
  seen = bucket->releases;
  pthread_mutex_unlock(&bucket->mutex);
  return seen;
}

static int acquire(LockObject *lock) {
  Bucket *bucket = bucket_of(lock);
  unsigned long seen = 0; /* never a count: the first wait returns at once */
  if (lock->locked && Py_ATOMIC_DEPTH() > 0) {
    PyErr_SetString(PyExc_RuntimeError,
                    "cannot wait for a lock inside an atomic block");
    return -1;
  }
  while (lock->locked)
    Py_ALLOW_THREADS { seen = wait_for_release(bucket, seen); }
  lock->locked = 1;
  return 0;
}

static PyObject *lock_acquire(PyObject *op, PyObject *args, PyObject *kwargs) {
  static char *names[] = {"blocking", NULL};
  LockObject *lock = (LockObject *)op;
  int blocking = 1;
  if (!PyArg_ParseTupleAndKeywords(args, kwargs, "|p:acquire", names,
                                   &blocking))
    return NULL;
  if (!blocking && lock->locked)
    Py_RETURN_FALSE;
  if (acquire(lock) < 0)
    return NULL;
  Py_RETURN_TRUE;
}

static PyObject *lock_release(PyObject *op, PyObject *unused) {
  (void)unused;
  LockObject *lock = (LockObject *)op;
  if (!lock->locked) {
    PyErr_SetString(PyExc_RuntimeError, "release unlocked lock");
    return NULL;
  }
  lock->locked = 0;
  Py_AFTER_COMMIT(wake_waiters, bucket_of(lock));
  Py_RETURN_NONE;
}

static PyObject *lock_locked(PyObject *op, PyObject *unused) {
  (void)unused;
  return PyBool_FromLong(((LockObject *)op)->locked);
}

static PyObject *lock_enter(PyObject *op, PyObject *unused) {
  (void)unused;
  if (acquire((LockObject *)op) < 0)
    return NULL;
  Py_RETURN_TRUE;
}

static PyObject *lock_exit(PyObject *op, PyObject *args) {
  (void)args;
  return lock_release(op, NULL);
}

static PyMethodDef lock_methods[] = {MODULE_KEYWORDS("acquire", lock_acquire),
                                     MODULE_NOARGS("release", lock_release),
                                     MODULE_NOARGS("locked", lock_locked),
                                     MODULE_NOARGS("__enter__", lock_enter),
                                     MODULE_VARARGS("__exit__", lock_exit),
                                     MODULE_END};

static PyTypeObject Lock_Type = {
    .ob_base = {PyObject_HEAD_INIT(&PyType_Type), 0},
    .tp_name = "thread.lock",
    .tp_basicsize = sizeof(LockObject),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .tp_methods = lock_methods,
};

static PyObject *thread_allocate_lock(PyObject *self, PyObject *unused) {
  (void)self, (void)unused;
  LockObject *lock = PyObject_New(LockObject, &Lock_Type);
  if (lock)
    lock->locked = 0;
  return (PyObject *)lock;
}

/* --- atomic
 * -------------------------------------------------------------------------- */

static PyObject *atomic_enter(PyObject *op, PyObject *unused) {
  (void)unused;
  Py_ATOMIC_PUSH();
  return Py_NewRef(op);
}

static PyObject *atomic_exit(PyObject *op, PyObject *args) {
  (void)op, (void)args;
  Py_ATOMIC_POP();
  Py_RETURN_FALSE;
}

static PyMethodDef atomic_methods[] = {MODULE_NOARGS("__enter__", atomic_enter),
                                       MODULE_VARARGS("__exit__", atomic_exit),
                                       MODULE_END};

static PyTypeObject Atomic_Type = {
    .ob_base = {PyObject_HEAD_INIT(&PyType_Type), 0},
    .tp_name = "thread.atomic",
    .tp_basicsize = sizeof(PyObject),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .tp_methods = atomic_methods,
};

static PyMethodDef thread_methods[] = {
    MODULE_VARARGS("start_new_thread", thread_start_new_thread),
    MODULE_NOARGS("allocate_lock", thread_allocate_lock),
    MODULE_NOARGS("get_ident", thread_get_ident), MODULE_END};

PyObject *PyInit_thread(void) {
  PyObject *module = Module_Create("thread", thread_methods);
  if (!module || PyType_Ready(&Lock_Type) < 0 ||
      PyType_Ready(&Atomic_Type) < 0 ||
      Module_AddObject(module, "LockType", Py_NewRef((PyObject *)&Lock_Type)) <
          0 ||
      Module_AddObject(module, "atomic",
                       (PyObject *)PyObject_New(PyObject, &Atomic_Type)) < 0)
    return NULL;
  return module;
}
