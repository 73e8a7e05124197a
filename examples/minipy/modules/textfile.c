/* File objects: what open() returns, and sys.stdin, stdout, stderr.
 *
 * A file that is read is read as a whole when it is opened (or, standard input,
 * when it is first asked for); after that all is memory, and no thread need
 * stop in the middle of a loop over lines. What is written gathers in memory
 * and goes out through Output_Write when there is much of it, or at flush() and
 * close(). Text is UTF-8, and the end of a line in a file that is read as text
 * is "\n", "\r\n" or "\r"; with "b" in the mode lines and results are bytes. */
#include "eval/eval.h"
#include "modules.h"
#include <errno.h>

enum { WRITE_AT_ONCE = 1 << 16 };

typedef struct {
  PyObject_HEAD PyObject *name Py_IMMUTABLE, *mode Py_IMMUTABLE;
  FILE *stream; /* NULL: closed, or a file that is read */
  char *buffer; /* what was read, or is to be written */
  size_t length, position, room;
  int readable Py_IMMUTABLE, writable Py_IMMUTABLE, binary Py_IMMUTABLE;
  int standard Py_IMMUTABLE; /* a stream that is not ours to close */
  int loaded, closed;
} TextFile;

static void close_stream(void *stream) { fclose(stream); }

static PyObject *closed_error(void) {
  PyErr_SetString(PyExc_ValueError, "I/O operation on closed file.");
  return NULL;
}

static PyObject *unsupported(const char *what) {
  PyObject *io = PyExc_OSError;
  return PyErr_Format(io, "not %s", what);
}

/* --- opening
 * -------------------------------------------------------------------- */

/* Line ends become "\n", in place; the new length. */
static size_t with_plain_line_ends(char *text, size_t length) {
  if (!memchr(text, '\r', length))
    return length;
  size_t to = 0;
  for (size_t from = 0; from < length; from++) {
    if (text[from] != '\r')
      text[to++] = text[from];
    else if (from + 1 == length || text[from + 1] != '\n')
      text[to++] = '\n';
  }
  text[to] = 0;
  return to;
}

static TextFile *new_file(PyObject *name, const char *mode) {
  TextFile *self = PyObject_New(TextFile, &PyTextFile_Type);
  if (!self)
    return NULL;
  memset((char *)self + sizeof(PyObject), 0, sizeof *self - sizeof(PyObject));
  self->name = Py_NewRef(name);
  self->mode = PyUnicode_FromString(mode);
  return self;
}

static int check_mode(const char *mode) {
  size_t kinds = 0;
  for (const char *c = mode; *c; c++) {
    if (!strchr("rwaxbt", *c)) {
      PyErr_Format(PyExc_ValueError, "invalid mode: '%s'", mode);
      return -1;
    }
    kinds += strchr("rwax", *c) != NULL;
  }
  if (kinds == 1)
    return 0;
  PyErr_SetString(PyExc_ValueError,
                  "must have exactly one of create/read/write/append mode");
  return -1;
}

PyObject *PyTextFile_Open(PyObject *path, const char *mode) {
  if (!PyUnicode_Check(path))
    return PyErr_Format(PyExc_TypeError,
                        "expected str, bytes or os.PathLike object, not %s",
                        _PyType_Name(Py_TYPE(path)));
  if (check_mode(mode) < 0)
    return NULL;
  const char *text = PyUnicode_AsUTF8(path);
  char *copy = text ? strdup(text) : NULL;
  if (!copy)
    return NULL;
  int reading = strchr(mode, 'r') != NULL, error = 0;
  const char *how = strchr(mode, 'w') ? "w" : strchr(mode, 'a') ? "a" : "wx";
  FILE *stream = NULL;
  char *buffer = NULL;
  size_t length = 0;
  Py_ALLOW_THREADS {
    errno = 0;
    if (reading)
      buffer = _PyImport_ReadFile(copy, &length);
    else
      stream = fopen(copy, how);
    error = errno ? errno : EISDIR;
  }
  if (!buffer && !stream) {
    errno = error;
    PyErr_SetFromErrnoWithFilename(PyExc_OSError, copy);
    free(copy);
    return NULL;
  }
  free(copy);
  TextFile *self = new_file(path, mode);
  if (!self)
    return NULL;
  self->readable = self->loaded = reading;
  self->writable = !reading;
  self->binary = strchr(mode, 'b') != NULL;
  self->stream = stream;
  self->buffer = buffer;
  self->length =
      buffer && !self->binary ? with_plain_line_ends(buffer, length) : length;
  return (PyObject *)self;
}

PyObject *PyTextFile_Standard(FILE *stream, const char *name) {
  PyObject *text = PyUnicode_FromString(name);
  TextFile *self = text ? new_file(text, stream == stdin ? "r" : "w") : NULL;
  Py_XDECREF(text);
  if (!self)
    return NULL;
  self->readable = stream == stdin;
  self->writable = !self->readable;
  self->standard = 1;
  self->stream = stream;
  return (PyObject *)self;
}

/* --- reading
 * ---------------------------------------------------------------------- */

static char *read_stream(FILE *stream, size_t *length) {
  size_t room = 1 << 12, used = 0, got;
  char *text = malloc(room);
  while (text && (got = fread(text + used, 1, room - used - 1, stream)) > 0) {
    used += got;
    if (used + 1 < room)
      continue;
    char *larger = realloc(text, room *= 2);
    if (!larger)
      free(text);
    text = larger;
  }
  if (text)
    text[used] = 0;
  *length = text ? used : 0;
  return text;
}

static int ready_to_read(TextFile *self) {
  if (self->closed) {
    closed_error();
    return -1;
  }
  if (!self->readable) {
    unsupported("readable");
    return -1;
  }
  if (self->loaded)
    return 0;
  FILE *stream = self->stream;
  char *text = NULL;
  size_t length = 0;
  Py_ALLOW_THREADS { text = read_stream(stream, &length); }
  self->buffer = text;
  self->length = text ? with_plain_line_ends(text, length) : 0;
  self->loaded = 1;
  return 0;
}

static PyObject *taken(TextFile *self, size_t size) {
  const char *start = self->buffer + self->position;
  self->position += size;
  if (self->binary)
    return PyBytes_FromStringAndSize(start, (Py_ssize_t)size);
  return PyUnicode_DecodeUTF8(start, (Py_ssize_t)size, NULL);
}

static size_t next_line_size(TextFile *self) {
  size_t left = self->length - self->position;
  const char *start = self->buffer + self->position;
  const char *end = left ? memchr(start, '\n', left) : NULL;
  return end ? (size_t)(end - start) + 1 : left;
}

/* How many bytes the next `characters` characters take. */
static size_t size_of(TextFile *self, size_t characters) {
  size_t left = self->length - self->position, size = 0;
  if (self->binary)
    return characters < left ? characters : left;
  const char *start = self->buffer + self->position;
  while (size < left && characters-- > 0) {
    size++;
    while (size < left && (start[size] & 0xC0) == 0x80)
      size++;
  }
  return size;
}

static PyObject *file_read(PyObject *op, PyObject *args) {
  TextFile *self = (TextFile *)op;
  Py_ssize_t limit = -1;
  if (!Builtin_ArgCount("read", args, 0, 1) || ready_to_read(self) < 0)
    return NULL;
  if (PyTuple_GET_SIZE(args) == 1 && PyTuple_GET_ITEM(args, 0) != Py_None) {
    limit = PyLong_AsSsize_t(PyTuple_GET_ITEM(args, 0));
    if (limit == -1 && PyErr_Occurred())
      return NULL;
  }
  return taken(self, limit < 0 ? self->length - self->position
                               : size_of(self, (size_t)limit));
}

static PyObject *file_readline(PyObject *op, PyObject *unused) {
  (void)unused;
  TextFile *self = (TextFile *)op;
  return ready_to_read(self) < 0 ? NULL : taken(self, next_line_size(self));
}

static PyObject *file_iternext(PyObject *op) {
  TextFile *self = (TextFile *)op;
  if (ready_to_read(self) < 0 || self->position == self->length)
    return NULL;
  return taken(self, next_line_size(self));
}

static PyObject *file_readlines(PyObject *op, PyObject *unused) {
  (void)unused;
  if (ready_to_read((TextFile *)op) < 0)
    return NULL;
  return PySequence_List(op);
}

/* --- writing
 * ---------------------------------------------------------------------- */

static void push_out(TextFile *self) {
  if (self->length)
    Output_Write(self->stream, self->buffer, self->length);
  self->length = 0;
}

static int gather(TextFile *self, const char *text, size_t size) {
  if (self->standard) {
    Output_Write(self->stream, text, size);
    return 0;
  }
  if (self->length + size > self->room) {
    size_t room = 2 * (self->length + size);
    char *larger = realloc(self->buffer, room);
    if (!larger) {
      PyErr_NoMemory();
      return -1;
    }
    self->buffer = larger;
    self->room = room;
  }
  memcpy(self->buffer + self->length, text, size);
  self->length += size;
  if (self->length > WRITE_AT_ONCE)
    push_out(self);
  return 0;
}

static PyObject *file_write(PyObject *op, PyObject *arg) {
  TextFile *self = (TextFile *)op;
  if (self->closed)
    return closed_error();
  if (!self->writable)
    return unsupported("writable");
  Py_ssize_t size, count;
  const char *text;
  if (self->binary && PyBytes_Check(arg)) {
    text = PyBytes_AS_STRING(arg);
    size = count = PyBytes_GET_SIZE(arg);
  } else if (!self->binary && PyUnicode_Check(arg)) {
    text = PyUnicode_AsUTF8AndSize(arg, &size);
    count = PyUnicode_GET_LENGTH(arg);
  } else {
    return PyErr_Format(PyExc_TypeError,
                        self->binary
                            ? "a bytes-like object is required, not '%s'"
                            : "write() argument must be str, not %s",
                        _PyType_Name(Py_TYPE(arg)));
  }
  if (!text || gather(self, text, (size_t)size) < 0)
    return NULL;
  return PyLong_FromSsize_t(count);
}

static PyObject *file_writelines(PyObject *op, PyObject *lines) {
  PyObject *iterator = PyObject_GetIter(lines), *line;
  if (!iterator)
    return NULL;
  while ((line = PyIter_Next(iterator))) {
    PyObject *written = file_write(op, line);
    Py_DECREF(line);
    Py_XDECREF(written);
    if (!written)
      break;
  }
  Py_DECREF(iterator);
  if (PyErr_Occurred())
    return NULL;
  Py_RETURN_NONE;
}

static PyObject *file_flush(PyObject *op, PyObject *unused) {
  (void)unused;
  TextFile *self = (TextFile *)op;
  if (self->closed)
    return closed_error();
  if (self->writable) {
    push_out(self);
    Output_Flush(self->stream);
  }
  Py_RETURN_NONE;
}

/* --- closing
 * ---------------------------------------------------------------------- */

static void close_file(TextFile *self) {
  if (self->closed)
    return;
  self->closed = 1;
  if (self->writable)
    push_out(self);
  if (self->stream && !self->standard)
    Py_AFTER_COMMIT(close_stream, self->stream);
  self->stream = NULL;
  free(self->buffer);
  self->buffer = NULL;
}

static PyObject *file_close(PyObject *op, PyObject *unused) {
  (void)unused;
  close_file((TextFile *)op);
  Py_RETURN_NONE;
}

static PyObject *file_enter(PyObject *op, PyObject *unused) {
  (void)unused;
  return ((TextFile *)op)->closed ? closed_error() : Py_NewRef(op);
}

static PyObject *file_exit(PyObject *op, PyObject *unused) {
  (void)unused;
  close_file((TextFile *)op);
  Py_RETURN_NONE;
}

static void file_dealloc(PyObject *op) {
  TextFile *self = (TextFile *)op;
  close_file(self);
  Py_XDECREF(self->name);
  Py_XDECREF(self->mode);
  PyObject_Free(op);
}

/* --- the type
 * --------------------------------------------------------------------- */

static PyObject *file_iter(PyObject *op) {
  return ((TextFile *)op)->closed ? closed_error() : Py_NewRef(op);
}

static PyObject *file_repr(PyObject *op) {
  TextFile *self = (TextFile *)op;
  return PyUnicode_FromFormat(
      "<_io.TextIOWrapper name=%R mode=%R encoding='utf-8'>", self->name,
      self->mode);
}

static PyObject *file_readable(PyObject *op, PyObject *unused) {
  (void)unused;
  return PyBool_FromLong(((TextFile *)op)->readable);
}

static PyObject *file_writable(PyObject *op, PyObject *unused) {
  (void)unused;
  return PyBool_FromLong(((TextFile *)op)->writable);
}

static PyObject *file_isatty(PyObject *op, PyObject *unused) {
  (void)op, (void)unused;
  Py_RETURN_FALSE;
}

static PyObject *get_closed(PyObject *op, void *unused) {
  (void)unused;
  return PyBool_FromLong(((TextFile *)op)->closed);
}

static PyMethodDef file_methods[] = {MODULE_VARARGS("read", file_read),
                                     MODULE_NOARGS("readline", file_readline),
                                     MODULE_NOARGS("readlines", file_readlines),
                                     MODULE_O("write", file_write),
                                     MODULE_O("writelines", file_writelines),
                                     MODULE_NOARGS("flush", file_flush),
                                     MODULE_NOARGS("close", file_close),
                                     MODULE_NOARGS("__enter__", file_enter),
                                     MODULE_VARARGS("__exit__", file_exit),
                                     MODULE_NOARGS("readable", file_readable),
                                     MODULE_NOARGS("writable", file_writable),
                                     MODULE_NOARGS("isatty", file_isatty),
                                     MODULE_END};

static PyMemberDef file_members[] = {
    {"name", T_OBJECT, offsetof(TextFile, name), READONLY, NULL},
    {"mode", T_OBJECT, offsetof(TextFile, mode), READONLY, NULL},
    {NULL, 0, 0, 0, NULL}};

static PyGetSetDef file_getset[] = {{"closed", get_closed, NULL, NULL, NULL},
                                    {NULL, NULL, NULL, NULL, NULL}};

PyTypeObject PyTextFile_Type = {
    .ob_base = {PyObject_HEAD_INIT(&PyType_Type), 0},
    .tp_name = "_io.TextIOWrapper",
    .tp_basicsize = sizeof(TextFile),
    .tp_dealloc = file_dealloc,
    .tp_repr = file_repr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .tp_iter = file_iter,
    .tp_iternext = file_iternext,
    .tp_methods = file_methods,
    .tp_members = file_members,
    .tp_getset = file_getset,
};
