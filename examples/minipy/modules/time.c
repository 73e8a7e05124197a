/* Module time: clocks and sleep.
 *
 * sleep blocks, so it lets the other threads run meanwhile (and, in the other
 * build, ends the transaction first: what the thread did before is visible to
 * the others while it sleeps). */
#include "modules.h"
#include <errno.h>
#include <time.h>

static double read_clock(clockid_t clock) {
  struct timespec now;
  clock_gettime(clock, &now);
  return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static PyObject *time_time(PyObject *self, PyObject *unused) {
  (void)self, (void)unused;
  return PyFloat_FromDouble(read_clock(CLOCK_REALTIME));
}

static PyObject *time_monotonic(PyObject *self, PyObject *unused) {
  (void)self, (void)unused;
  return PyFloat_FromDouble(read_clock(CLOCK_MONOTONIC));
}

static PyObject *time_process_time(PyObject *self, PyObject *unused) {
  (void)self, (void)unused;
  return PyFloat_FromDouble(read_clock(CLOCK_PROCESS_CPUTIME_ID));
}

static PyObject *time_time_ns(PyObject *self, PyObject *unused) {
  (void)self, (void)unused;
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  return PyLong_FromLongLong(now.tv_sec * 1000000000LL + now.tv_nsec);
}

static PyObject *time_perf_counter_ns(PyObject *self, PyObject *unused) {
  (void)self, (void)unused;
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return PyLong_FromLongLong(now.tv_sec * 1000000000LL + now.tv_nsec);
}

static PyObject *time_sleep(PyObject *self, PyObject *arg) {
  (void)self;
  double seconds = PyFloat_AsDouble(arg);
  if (seconds == -1.0 && PyErr_Occurred())
    return NULL;
  if (seconds < 0) {
    PyErr_SetString(PyExc_ValueError, "sleep length must be non-negative");
    return NULL;
  }
  time_t whole = (time_t)seconds;
  long rest = (long)((seconds - (double)whole) * 1e9);
  Py_ALLOW_THREADS {
    struct timespec left = {whole, rest};
    while (nanosleep(&left, &left) < 0 && errno == EINTR)
      ;
  }
  Py_RETURN_NONE;
}

static PyMethodDef time_methods[] = {
    MODULE_NOARGS("time", time_time),
    MODULE_NOARGS("monotonic", time_monotonic),
    MODULE_NOARGS("perf_counter", time_monotonic),
    MODULE_NOARGS("process_time", time_process_time),
    MODULE_NOARGS("time_ns", time_time_ns),
    MODULE_NOARGS("perf_counter_ns", time_perf_counter_ns),
    MODULE_O("sleep", time_sleep),
    MODULE_END};

PyObject *PyInit_time(void) { return Module_Create("time", time_methods); }
