/* Module random: Python's interface over a generator of our own
 * (xoshiro256**, seeded by splitmix64). Deterministic by seed, but the numbers
 * are not CPython's.
 *
 * A Random object owns its state. The functions of the module are the bound
 * methods of one hidden object, as in CPython; threads that share it take
 * turns (or conflict, in the other build), so parallel tasks better make a
 * Random each. */
#include "modules.h"
#include <math.h>
#include <stdint.h>
#include <time.h>

typedef struct {
  PyObject ob_base;
  uint64_t state[4];
} RandomObject;

static uint64_t splitmix(uint64_t *seed) {
  uint64_t z = (*seed += 0x9E3779B97F4A7C15u);
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return z ^ (z >> 31);
}

static uint64_t rotated(uint64_t x, int by) {
  return (x << by) | (x >> (64 - by));
}

static uint64_t next_bits(RandomObject *self) {
  uint64_t *s = self->state;
  uint64_t result = rotated(s[1] * 5, 7) * 9, shifted = s[1] << 17;
  s[2] ^= s[0];
  s[3] ^= s[1];
  s[1] ^= s[2];
  s[0] ^= s[3];
  s[2] ^= shifted;
  s[3] = rotated(s[3], 45);
  return result;
}

static double next_double(RandomObject *self) {
  return (double)(next_bits(self) >> 11) * 0x1p-53;
}

/* Uniform in [0, bound) without bias: what does not fit is thrown away. */
static uint64_t next_below(RandomObject *self, uint64_t bound) {
  uint64_t limit = UINT64_MAX - UINT64_MAX % bound, bits;
  do
    bits = next_bits(self);
  while (bits >= limit);
  return bits % bound;
}

static int seed_with(RandomObject *self, PyObject *value) {
  uint64_t seed;
  if (!value || value == Py_None) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    seed = (uint64_t)now.tv_nsec ^ ((uint64_t)now.tv_sec << 30) ^
           (uint64_t)(uintptr_t)self;
  } else {
    Py_hash_t hash = PyObject_Hash(value);
    if (hash == -1)
      return -1;
    seed = (uint64_t)hash;
  }
  for (int i = 0; i < 4; i++)
    self->state[i] = splitmix(&seed);
  return 0;
}

static PyObject *random_seed(RandomObject *self, PyObject *args) {
  if (!Builtin_ArgCount("seed", args, 0, 1))
    return NULL;
  if (seed_with(self,
                PyTuple_GET_SIZE(args) ? PyTuple_GET_ITEM(args, 0) : NULL) < 0)
    return NULL;
  Py_RETURN_NONE;
}

static PyObject *random_random(RandomObject *self, PyObject *unused) {
  (void)unused;
  return PyFloat_FromDouble(next_double(self));
}

static PyObject *random_getrandbits(RandomObject *self, PyObject *arg) {
  long count = PyLong_AsLong(arg);
  if (count == -1 && PyErr_Occurred())
    return NULL;
  if (count < 0) {
    PyErr_SetString(PyExc_ValueError, "number of bits must be non-negative");
    return NULL;
  }
  PyObject *result = PyLong_FromLong(0);
  while (result && count > 0) {
    int bits = count < 32 ? (int)count : 32;
    PyObject *width = PyLong_FromLong(bits);
    PyObject *low =
        PyLong_FromLongLong((long long)(next_bits(self) >> (64 - bits)));
    PyObject *high = width ? PyNumber_Lshift(result, width) : NULL;
    Py_DECREF(result);
    result = high && low ? PyNumber_Or(high, low) : NULL;
    Py_XDECREF(width);
    Py_XDECREF(low);
    Py_XDECREF(high);
    count -= bits;
  }
  return result;
}

/* --- integers in a range ------------------------------------------------- */

static PyObject *in_steps(RandomObject *self, long long start, long long stop,
                          long long step) {
  uint64_t count = 0;
  if (step > 0 && start < stop)
    count = ((uint64_t)stop - (uint64_t)start - 1) / (uint64_t)step + 1;
  else if (step < 0 && start > stop)
    count = ((uint64_t)start - (uint64_t)stop - 1) / (0 - (uint64_t)step) + 1;
  if (count == 0) {
    PyErr_Format(PyExc_ValueError, "empty range for randrange() (%lld, %lld)",
                 start, stop);
    return NULL;
  }
  return PyLong_FromLongLong(start + (long long)next_below(self, count) * step);
}

static int long_long_item(PyObject *args, Py_ssize_t index, long long *value) {
  if (index >= PyTuple_GET_SIZE(args))
    return 0;
  *value = PyLong_AsLongLong(PyTuple_GET_ITEM(args, index));
  return *value == -1 && PyErr_Occurred() ? -1 : 0;
}

static PyObject *random_randrange(RandomObject *self, PyObject *args) {
  long long start = 0, stop = 0, step = 1;
  if (!Builtin_ArgCount("randrange", args, 1, 3))
    return NULL;
  int one = PyTuple_GET_SIZE(args) == 1;
  if (long_long_item(args, 0, one ? &stop : &start) < 0 ||
      long_long_item(args, 1, &stop) < 0 || long_long_item(args, 2, &step) < 0)
    return NULL;
  return in_steps(self, start, stop, step);
}

static PyObject *random_randint(RandomObject *self, PyObject *args) {
  long long least = 0, most = 0;
  if (!Builtin_ArgCount("randint", args, 2, 2) ||
      long_long_item(args, 0, &least) < 0 || long_long_item(args, 1, &most) < 0)
    return NULL;
  return in_steps(self, least, most + 1, 1);
}

/* --- floats -------------------------------------------------------------- */

static PyObject *random_uniform(RandomObject *self, PyObject *args) {
  if (!Builtin_ArgCount("uniform", args, 2, 2))
    return NULL;
  double a = PyFloat_AsDouble(PyTuple_GET_ITEM(args, 0));
  double b = PyErr_Occurred() ? 0 : PyFloat_AsDouble(PyTuple_GET_ITEM(args, 1));
  if (PyErr_Occurred())
    return NULL;
  return PyFloat_FromDouble(a + (b - a) * next_double(self));
}

static PyObject *random_gauss(RandomObject *self, PyObject *args) {
  double mean = 0, deviation = 1;
  if (!Builtin_ArgCount("gauss", args, 0, 2))
    return NULL;
  if (PyTuple_GET_SIZE(args) > 0)
    mean = PyFloat_AsDouble(PyTuple_GET_ITEM(args, 0));
  if (PyTuple_GET_SIZE(args) > 1 && !PyErr_Occurred())
    deviation = PyFloat_AsDouble(PyTuple_GET_ITEM(args, 1));
  if (PyErr_Occurred())
    return NULL;
  double radius = sqrt(-2 * log(1 - next_double(self)));
  double angle = 2 * M_PI * next_double(self);
  return PyFloat_FromDouble(mean + deviation * radius * cos(angle));
}

static PyObject *random_expovariate(RandomObject *self, PyObject *arg) {
  double rate = PyFloat_AsDouble(arg);
  if (rate == -1.0 && PyErr_Occurred())
    return NULL;
  return PyFloat_FromDouble(-log(1 - next_double(self)) / rate);
}

/* --- sequences ----------------------------------------------------------- */

static PyObject *any_item(RandomObject *self, PyObject *sequence,
                          Py_ssize_t size) {
  Py_ssize_t index = (Py_ssize_t)next_below(self, (uint64_t)size);
  PyObject *key = PyLong_FromSsize_t(index);
  PyObject *item = key ? PyObject_GetItem(sequence, key) : NULL;
  Py_XDECREF(key);
  return item;
}

static PyObject *random_choice(RandomObject *self, PyObject *sequence) {
  Py_ssize_t size = PyObject_Size(sequence);
  if (size < 0)
    return NULL;
  if (size == 0) {
    PyErr_SetString(PyExc_IndexError, "Cannot choose from an empty sequence");
    return NULL;
  }
  return any_item(self, sequence, size);
}

static PyObject *random_choices(RandomObject *self, PyObject *args,
                                PyObject *kwargs) {
  static const char *const names[] = {"population", "k", NULL};
  PyObject *values[2] = {NULL, NULL};
  if (Builtin_ParseKeywords("choices", args, kwargs, names, 1, 1, values) < 0)
    return NULL;
  Py_ssize_t count = values[1] ? PyLong_AsSsize_t(values[1]) : 1;
  Py_ssize_t size = PyObject_Size(values[0]);
  if (PyErr_Occurred())
    return NULL;
  if (size == 0 && count > 0) {
    PyErr_SetString(PyExc_IndexError, "Cannot choose from an empty population");
    return NULL;
  }
  PyObject *result = PyList_New(0);
  for (Py_ssize_t i = 0; result && i < count; i++) {
    PyObject *item = any_item(self, values[0], size);
    if (!item || PyList_Append(result, item) < 0) {
      Py_DECREF(result);
      result = NULL;
    }
    Py_XDECREF(item);
  }
  return result;
}

/* Fisher and Yates: the last `count` places of the list get random items. */
static void shuffle_tail(RandomObject *self, PyObject *list, Py_ssize_t count) {
  Py_ssize_t size = PyList_GET_SIZE(list);
  for (Py_ssize_t i = size - 1; i > 0 && i >= size - count; i--) {
    Py_ssize_t other = (Py_ssize_t)next_below(self, (uint64_t)i + 1);
    PyObject *kept = PyList_GET_ITEM(list, i);
    PyList_SET_ITEM(list, i, PyList_GET_ITEM(list, other));
    PyList_SET_ITEM(list, other, kept);
  }
}

static PyObject *random_shuffle(RandomObject *self, PyObject *list) {
  if (!PyList_Check(list)) {
    PyErr_Format(PyExc_TypeError,
                 "'%s' object does not support item assignment",
                 Py_TYPE(list)->tp_name);
    return NULL;
  }
  shuffle_tail(self, list, PyList_GET_SIZE(list));
  Py_RETURN_NONE;
}

static PyObject *random_sample(RandomObject *self, PyObject *args,
                               PyObject *kwargs) {
  static const char *const names[] = {"population", "k", NULL};
  PyObject *values[2] = {NULL, NULL};
  if (Builtin_ParseKeywords("sample", args, kwargs, names, 2, 2, values) < 0)
    return NULL;
  Py_ssize_t count = PyLong_AsSsize_t(values[1]);
  if (count == -1 && PyErr_Occurred())
    return NULL;
  PyObject *list = PySequence_List(values[0]);
  if (!list)
    return NULL;
  Py_ssize_t size = PyList_GET_SIZE(list);
  PyObject *result = NULL;
  if (count < 0 || count > size) {
    PyErr_SetString(PyExc_ValueError,
                    "Sample larger than population or is negative");
  } else {
    shuffle_tail(self, list, count);
    result = PyList_GetSlice(list, size - count, size);
  }
  Py_DECREF(list);
  return result;
}

/* --- the type ------------------------------------------------------------ */

static PyObject *random_new(PyTypeObject *type, PyObject *args,
                            PyObject *kwargs) {
  (void)kwargs;
  if (!Builtin_ArgCount("Random", args, 0, 1))
    return NULL;
  RandomObject *self = (RandomObject *)type->tp_alloc(type, 0);
  if (self && seed_with(self, PyTuple_GET_SIZE(args) ? PyTuple_GET_ITEM(args, 0)
                                                     : NULL) < 0) {
    Py_DECREF(self);
    return NULL;
  }
  return (PyObject *)self;
}

static PyMethodDef random_methods[] = {
    MODULE_VARARGS("seed", random_seed),
    MODULE_NOARGS("random", random_random),
    MODULE_O("getrandbits", random_getrandbits),
    MODULE_VARARGS("randrange", random_randrange),
    MODULE_VARARGS("randint", random_randint),
    MODULE_VARARGS("uniform", random_uniform),
    MODULE_VARARGS("gauss", random_gauss),
    MODULE_VARARGS("normalvariate", random_gauss),
    MODULE_O("expovariate", random_expovariate),
    MODULE_O("choice", random_choice),
    MODULE_KEYWORDS("choices", random_choices),
    MODULE_O("shuffle", random_shuffle),
    MODULE_KEYWORDS("sample", random_sample),
    MODULE_END};

static PyTypeObject Random_Type = {
    .ob_base = {PyObject_HEAD_INIT(&PyType_Type), 0},
    .tp_name = "random.Random",
    .tp_basicsize = sizeof(RandomObject),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .tp_methods = random_methods,
    .tp_new = random_new,
};

PyObject *PyInit_random(void) {
  static PyMethodDef none[] = {MODULE_END};
  PyObject *module = Module_Create("random", none);
  if (!module || PyType_Ready(&Random_Type) < 0 ||
      Module_AddObject(module, "Random", Py_NewRef((PyObject *)&Random_Type)) <
          0)
    return NULL;
  PyObject *hidden = PyObject_CallNoArgs((PyObject *)&Random_Type);
  if (!hidden)
    return NULL;
  for (PyMethodDef *method = random_methods; method->ml_name; method++)
    if (Module_AddObject(module, method->ml_name,
                         PyObject_GetAttrString(hidden, method->ml_name)) < 0)
      return NULL;
  Py_DECREF(hidden);
  return module;
}
