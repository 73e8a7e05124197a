/* Making and freeing frames (frame.h tells what a frame is).
 *
 * There is no cache of frames: a cache shared by threads would make them wait
 * for each other, and malloc has caches of its own, one per thread. */
#include "frame.h"
#include "eval.h"

PyFrameObject *PyFrame_New(PyCodeObject *code, PyObject *globals,
                           PyObject *closure) {
  size_t own = (size_t)(code->co_nlocals + code->co_ncells);
  size_t fixed = own + (size_t)code->co_nfrees;
  size_t values = fixed + (size_t)code->co_stacksize;
  PyFrameObject *frame =
      malloc(sizeof *frame + values * sizeof(PyObject *) +
             (size_t)code->co_blocksize * sizeof(PyTryBlock));
  if (!frame) {
    PyErr_NoMemory();
    return NULL;
  }
  frame->f_back = NULL;
  frame->f_code = code;
  frame->f_globals = globals;
  frame->f_builtins = _PyEval_Builtins;
  frame->f_locals = NULL;
  frame->f_function = NULL;
  frame->f_stack = frame->f_top = frame->f_values + fixed;
  frame->f_blocks = (PyTryBlock *)(frame->f_values + values);
  frame->f_block_count = 0;
  frame->f_next = 0;
  frame->f_yielded = 0;
  for (size_t i = 0; i < own; i++)
    frame->f_values[i] = NULL;
  for (size_t i = own; i < fixed; i++)
    frame->f_values[i] = PyTuple_GET_ITEM(closure, i - own);
  return frame;
}

int PyFrame_MakeCells(PyFrameObject *frame) {
  PyCodeObject *code = frame->f_code;
  for (int i = 0; i < code->co_ncells; i++) {
    int argument = code->co_cell2arg ? code->co_cell2arg[i] : -1;
    PyObject *value = NULL;
    if (argument >= 0) {
      value = frame->f_values[argument];
      frame->f_values[argument] = NULL;
    }
    PyObject *cell = PyCell_New(value);
    Py_XDECREF(value);
    if (!cell)
      return -1;
    PyFrame_CELL(frame, i) = cell;
  }
  return 0;
}

void PyFrame_Free(PyFrameObject *frame) {
  int own = frame->f_code->co_nlocals + frame->f_code->co_ncells;
  for (int i = 0; i < own; i++)
    Py_XDECREF(frame->f_values[i]);
  while (frame->f_top > frame->f_stack) {
    PyObject *value = *--frame->f_top;
    Py_XDECREF(value);
  }
  Py_XDECREF(frame->f_locals);
  PyObject *function = frame->f_function;
  free(frame);
  Py_XDECREF(function);
}
