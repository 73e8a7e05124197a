/* Module transaction: add() tasks, then run() them all on a pool of threads,
 * each as one atomic block. Tasks may add more tasks.
 *
 * The queue is no Python object: it is touched only outside of the lock (or of
 * transactions), so taking the next task is never a conflict between threads.
 * A task that add() makes enters the queue by Py_AFTER_COMMIT, that is, when
 * the task that added it is over.
 *
 * The first exception that leaves a task ends the run and is raised by run();
 * tasks that had not begun by then are dropped. */
#include "eval/eval.h"
#include "modules.h"
#include "threads.h"
#include <unistd.h>

typedef struct Task {
  struct Task *next;
  PyObject *function, *args;
} Task;

static struct {
  pthread_mutex_t mutex;
  pthread_cond_t changed;
  Task *first, **last;
  int waiting, busy; /* workers */
  int failed, running;
  PyObject *error; /* owned */
} pool = {.mutex = PTHREAD_MUTEX_INITIALIZER,
          .changed = PTHREAD_COND_INITIALIZER};

static void enqueue(void *argument) {
  Task *task = argument;
  pthread_mutex_lock(&pool.mutex);
  task->next = NULL;
  if (pool.first)
    *pool.last = task;
  else
    pool.first = task;
  pool.last = &task->next;
  if (pool.waiting)
    pthread_cond_signal(&pool.changed);
  pthread_mutex_unlock(&pool.mutex);
}

/* The next task, waiting for one while others may still add some; NULL: no
 * more. Outside of the lock. */
static Task *take_task(void) {
  pthread_mutex_lock(&pool.mutex);
  while (!pool.first && pool.busy > 0 && !pool.failed) {
    pool.waiting++;
    pthread_cond_wait(&pool.changed, &pool.mutex);
    pool.waiting--;
  }
  Task *task = pool.failed ? NULL : pool.first;
  if (task) {
    pool.first = task->next;
    pool.busy++;
  } else {
    pthread_cond_broadcast(&pool.changed);
  }
  pthread_mutex_unlock(&pool.mutex);
  return task;
}

/* `error` is owned. Returns it if another one was first. */
static PyObject *task_done(PyObject *error) {
  pthread_mutex_lock(&pool.mutex);
  pool.busy--;
  if (error && !pool.failed) {
    pool.failed = 1;
    pool.error = error;
    error = NULL;
  }
  if (pool.waiting && (pool.busy == 0 || pool.failed))
    pthread_cond_broadcast(&pool.changed);
  pthread_mutex_unlock(&pool.mutex);
  return error;
}

static void free_task(Task *task) {
  Py_DECREF(task->function);
  Py_DECREF(task->args);
  free(task);
}

/* Runs the task under the lock; the exception it raised, or NULL. */
static PyObject *perform(Task *task) {
  Py_ATOMIC_PUSH();
  PyObject *result = PyObject_Call(task->function, task->args, NULL);
  PyObject *error = result ? NULL : PyErr_GetRaisedException();
  Py_XDECREF(result);
  free_task(task);
  Py_ATOMIC_POP();
  return error;
}

static void *work(void *unused) {
  (void)unused;
  PyThreadState *ts = PyThreadState_New();
  Task *task;
  while ((task = take_task())) {
    Py_GIL_TAKE();
    PyObject *error = perform(task);
    Py_GIL_DROP();
    error = task_done(error);
    if (error) {
      Py_GIL_TAKE();
      Py_DECREF(error);
      Py_GIL_DROP();
    }
  }
  Py_GIL_TAKE();
  PyThreadState_Delete(ts);
  Py_GIL_DROP();
  return NULL;
}

/* Starts the workers and waits for them. Outside of the lock. */
static int run_workers(long count) {
  pthread_t *workers = malloc((size_t)count * sizeof *workers);
  long started = 0;
  while (workers && started < count &&
         Thread_Create(&workers[started], work, NULL) == 0)
    started++;
  for (long i = 0; i < started; i++)
    pthread_join(workers[i], NULL);
  free(workers);
  return started > 0 ? 0 : -1;
}

static Task *drain(void) {
  pthread_mutex_lock(&pool.mutex);
  Task *left = pool.first;
  pool.first = NULL;
  pool.failed = 0;
  pthread_mutex_unlock(&pool.mutex);
  return left;
}

/* --- the functions
 * ------------------------------------------------------------------ */

static PyObject *transaction_add(PyObject *self, PyObject *args) {
  (void)self;
  if (PyTuple_GET_SIZE(args) < 1) {
    PyErr_SetString(PyExc_TypeError, "add() missing 1 required positional "
                                     "argument: 'function'");
    return NULL;
  }
  Task *task = malloc(sizeof *task);
  if (!task)
    return PyErr_NoMemory();
  task->function = Py_NewRef(PyTuple_GET_ITEM(args, 0));
  task->args = PyTuple_GetSlice(args, 1, PyTuple_GET_SIZE(args));
  if (!task->args) {
    Py_DECREF(task->function);
    free(task);
    return NULL;
  }
  Py_AFTER_COMMIT(enqueue, task);
  Py_RETURN_NONE;
}

static PyObject *transaction_run(PyObject *self, PyObject *args,
                                 PyObject *kwargs) {
  static char *names[] = {"nthreads", NULL};
  PyObject *wanted = Py_None;
  (void)self;
  if (!PyArg_ParseTupleAndKeywords(args, kwargs, "|O:run", names, &wanted))
    return NULL;
  long count = wanted == Py_None ? 0 : PyLong_AsLong(wanted);
  if (count == -1 && PyErr_Occurred())
    return NULL;
  if (count <= 0)
    count = sysconf(_SC_NPROCESSORS_ONLN);
  if (Py_ATOMIC_DEPTH() > 0 || pool.running) {
    PyErr_SetString(PyExc_RuntimeError,
                    "transaction.run() cannot be called from a task");
    return NULL;
  }
  int status = 0;
  Task *left = NULL;
  pool.running = 1;
  Py_ALLOW_THREADS {
    status = run_workers(count);
    left = drain();
  }
  pool.running = 0;
  while (left) {
    Task *task = left;
    left = task->next;
    free_task(task);
  }
  if (pool.error) {
    PyObject *error = pool.error;
    pool.error = NULL;
    PyErr_SetObject((PyObject *)Py_TYPE(error), error);
    Py_DECREF(error);
    return NULL;
  }
  if (status < 0) {
    PyErr_SetString(PyExc_RuntimeError, "can't start new thread");
    return NULL;
  }
  Py_RETURN_NONE;
}

static PyMethodDef transaction_methods[] = {
    MODULE_VARARGS("add", transaction_add),
    MODULE_KEYWORDS("run", transaction_run), MODULE_END};

PyObject *PyInit_transaction(void) {
  return Module_Create("transaction", transaction_methods);
}
