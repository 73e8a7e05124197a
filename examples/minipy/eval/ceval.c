/* The loop that runs bytecode.
 *
 * One C call of _PyEval_Frame per call of a Python function (so Python's
 * recursion is C's; the depth is limited). opcode.def says what each
 * instruction does to the value stack; here each is a few lines, with shortcuts
 * for what is most frequent: small integers, lists indexed by them, functions
 * that take exactly the arguments they get. Everything rarer is a function in
 * another file.
 *
 * Py_CHECKPOINT stands where a frame begins and where a loop goes back. In one
 * build other threads may take over there; in the other the transaction may end
 * there, and a thread that loses a conflict goes back to the last one: memory,
 * this function's variables and the machine's stack are as they were, so
 * nothing here needs to know. */
#include "eval.h"
#include "instructions.h"
#include "shortcuts.h"

PyObject *_PyEval_Builtins;

#define PUSH(value) (*sp++ = (value))
#define POP() (*--sp)
#define TOP() (sp[-1])
#define SECOND() (sp[-2])
#define THIRD() (sp[-3])
#define PEEK(depth) (sp[-(Py_ssize_t)(depth)])
#define DROP()                                                                 \
  do {                                                                         \
    PyObject *dropped_ = *--sp;                                                \
    Py_DECREF(dropped_);                                                       \
  } while (0)
#define CHECK(status)                                                          \
  do {                                                                         \
    if ((status) < 0)                                                          \
      goto error;                                                              \
  } while (0)
/* The top is a result, or the NULL of a failure. */
#define CHECK_TOP()                                                            \
  do {                                                                         \
    if (!TOP()) {                                                              \
      sp--;                                                                    \
      goto error;                                                              \
    }                                                                          \
  } while (0)
#define NAME() PyTuple_GET_ITEM(code->co_names, oparg)
#define JUMP_TO(target) (next = first + (target))

/* The next instruction is fetched and jumped to at the end of each one, which
 * gives the processor one indirect jump per instruction to predict. With
 * MINIPY_SWITCH it is an ordinary switch. */
#ifdef MINIPY_SWITCH
#define TARGET(name) case name
#define DISPATCH() goto fetch
#define DISPATCH_AGAIN() goto decoded
#else
#define TARGET(name) do_##name
#define DISPATCH()                                                             \
  do {                                                                         \
    unsigned unit_ = *next++;                                                  \
    oparg = unit_ >> 8;                                                        \
    goto *targets[unit_ & 0xFF];                                               \
  } while (0)
#define DISPATCH_AGAIN() goto *targets[opcode]
#endif

/* Replaces the two values on top by `expression`, in which they are a and b. */
#define BINARY(name, expression)                                               \
  TARGET(name) : {                                                             \
    PyObject *b = TOP(), *a = SECOND();                                        \
    PyObject *result = (expression);                                           \
    sp--;                                                                      \
    TOP() = result;                                                            \
    Py_DECREF(a);                                                              \
    Py_DECREF(b);                                                              \
    CHECK_TOP();                                                               \
    DISPATCH();                                                                \
  }

#define UNARY(name, function)                                                  \
  TARGET(name) : {                                                             \
    PyObject *value = TOP(), *result = function(value);                        \
    TOP() = result;                                                            \
    Py_DECREF(value);                                                          \
    CHECK_TOP();                                                               \
    DISPATCH();                                                                \
  }

#define PUSH_OR_FAIL(value)                                                    \
  do {                                                                         \
    PyObject *pushed_ = (value);                                               \
    if (!pushed_)                                                              \
      goto error;                                                              \
    PUSH(pushed_);                                                             \
  } while (0)

static inline PyObject *load_global(PyFrameObject *frame, PyObject *name) {
  Py_hash_t hash = ((PyUnicodeObject *)name)->hash;
  if (hash == -1)
    hash = PyObject_Hash(name);
  PyObject *value = _PyDict_GetItem_KnownHash(frame->f_globals, name, hash);
  if (!value)
    value = _PyDict_GetItem_KnownHash(frame->f_builtins, name, hash);
  if (!value && !PyErr_Occurred())
    PyErr_Format(PyExc_NameError, "name '%U' is not defined", name);
  return Py_XNewRef(value);
}

/* Calls with the arguments that lie at args; takes them over. */
static inline PyObject *call(PyObject *callable, PyObject **args, size_t nargs,
                             PyObject *kwnames) {
  PyObject *result;
  if (PyFunction_Check(callable)) {
    PyFunctionObject *function = (PyFunctionObject *)callable;
    PyCodeObject *code = function->func_code;
    PyFrameObject *frame;
    if (function->func_simple && !kwnames &&
        nargs == (size_t)code->co_argcount &&
        (frame = PyFrame_New(code, function->func_globals,
                             function->func_closure))) {
      for (size_t i = 0; i < nargs; i++)
        frame->f_values[i] = args[i];
      if (code->co_ncells && PyFrame_MakeCells(frame) < 0)
        result = NULL;
      else
        result = _PyEval_Frame(frame, 0);
      PyFrame_Free(frame);
      return result;
    }
    frame = PyErr_Occurred()
                ? NULL
                : _PyFunction_Frame(function, args, nargs, kwnames);
    result = frame ? _PyFunction_Enter(function, frame) : NULL;
  } else {
    result = PyObject_Vectorcall(callable, args, nargs, kwnames);
  }
  if (kwnames)
    nargs += (size_t)PyTuple_GET_SIZE(kwnames);
  while (nargs > 0) {
    PyObject *argument = args[--nargs];
    Py_DECREF(argument);
  }
  return result;
}

/* Finds the handler of the pending exception and makes the stacks as the
 * handler expects them: see opcode.def. The handler's unit, or -1: none. */
static int unwind(PyThreadState *ts, PyFrameObject *frame, PyObject ***top) {
  PyObject **sp = *top;
  while (frame->f_block_count > 0) {
    PyTryBlock *block = &frame->f_blocks[--frame->f_block_count];
    PyObject **level = frame->f_stack + block->level;
    if (block->kind == BLOCK_HANDLER) {
      while (sp > level + 1) {
        PyObject *value = *--sp;
        Py_XDECREF(value);
      }
      _PyEval_SetHandled(ts, *--sp);
      continue;
    }
    while (sp > level) {
      PyObject *value = *--sp;
      Py_XDECREF(value);
    }
    int handler = block->handler;
    block->kind = BLOCK_HANDLER;
    frame->f_block_count++;
    PyObject *exception = PyErr_GetRaisedException();
    PyObject *before = ts->exc_info->exc_value;
    *sp++ = before ? before : Py_NewRef(Py_None);
    ts->exc_info->exc_value = Py_NewRef(exception);
    *sp++ = exception;
    *top = sp;
    return handler;
  }
  while (sp > frame->f_stack) {
    PyObject *value = *--sp;
    Py_XDECREF(value);
  }
  *top = sp;
  return -1;
}

#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Winitializer-overrides"
PyObject *_PyEval_Frame(PyFrameObject *frame, int raising) {
#ifndef MINIPY_SWITCH
  static const void *const targets[256] = {
      [0 ... 255] = &&unknown,
#define OP(name, number, has_arg, effect, text) [number] = &&do_##name,
#include "opcode.def"
#undef OP
  };
#endif
  PyThreadState *ts = PyThreadState_Get();
  PyCodeObject *const code = frame->f_code;
  PyObject **const fast = frame->f_values;
  PyObject **sp = frame->f_top;
  const _Py_CODEUNIT *const first = code->co_code;
  const _Py_CODEUNIT *next = first + frame->f_next;
  PyObject *returned = NULL;
  unsigned oparg = 0, opcode;

  if (Py_EnterRecursiveCall("") < 0)
    return NULL;
  frame->f_back = ts->frame;
  frame->f_yielded = 0;
  ts->frame = frame;
  Py_CHECKPOINT();
  if (raising)
    goto error;
#ifdef MINIPY_SWITCH
fetch:
  opcode = *next & 0xFF;
  oparg = *next++ >> 8;
decoded:
  switch (opcode) {
  default:
    goto unknown;
#else
  DISPATCH();
#endif

    TARGET(NOP) : DISPATCH();
    TARGET(EXTENDED_ARG) : {
      unsigned unit = *next++;
      opcode = unit & 0xFF;
      oparg = oparg << 8 | unit >> 8;
      DISPATCH_AGAIN();
    }

    /* --- moving values ---------------------------------------------------- */
    TARGET(POP_TOP) : {
      DROP();
      DISPATCH();
    }
    TARGET(ROT_TWO) : {
      PyObject *top = TOP();
      TOP() = SECOND();
      SECOND() = top;
      DISPATCH();
    }
    TARGET(ROT_THREE) : {
      PyObject *top = TOP();
      TOP() = SECOND();
      SECOND() = THIRD();
      THIRD() = top;
      DISPATCH();
    }
    TARGET(ROT_FOUR) : {
      PyObject *top = TOP();
      TOP() = SECOND();
      SECOND() = THIRD();
      THIRD() = PEEK(4);
      PEEK(4) = top;
      DISPATCH();
    }
    TARGET(DUP_TOP) : {
      PyObject *top = Py_NewRef(TOP());
      PUSH(top);
      DISPATCH();
    }
    TARGET(DUP_TOP_TWO) : {
      PyObject *second = Py_NewRef(SECOND()), *top = Py_NewRef(TOP());
      PUSH(second);
      PUSH(top);
      DISPATCH();
    }
    TARGET(LOAD_CONST) : {
      PUSH(Py_NewRef(PyTuple_GET_ITEM(code->co_consts, oparg)));
      DISPATCH();
    }

    /* --- operators -------------------------------------------------------- */
    UNARY(UNARY_POSITIVE, PyNumber_Positive)
    UNARY(UNARY_NEGATIVE, PyNumber_Negative)
    UNARY(UNARY_INVERT, PyNumber_Invert)
    TARGET(UNARY_NOT) : {
      int truth = truth_of(TOP());
      DROP();
      if (truth < 0)
        goto error;
      PUSH(Py_NewRef(truth ? Py_False : Py_True));
      DISPATCH();
    }
    BINARY(BINARY_POWER, PyNumber_Power(a, b, Py_None))
    BINARY(BINARY_MULTIPLY, multiply(a, b))
    BINARY(BINARY_MATRIX_MULTIPLY, PyNumber_MatrixMultiply(a, b))
    BINARY(BINARY_MODULO, remainder_of(a, b))
    BINARY(BINARY_ADD, add(a, b))
    BINARY(BINARY_SUBTRACT, subtract(a, b))
    BINARY(BINARY_FLOOR_DIVIDE, floor_divide(a, b))
    BINARY(BINARY_TRUE_DIVIDE, PyNumber_TrueDivide(a, b))
    BINARY(BINARY_LSHIFT, PyNumber_Lshift(a, b))
    BINARY(BINARY_RSHIFT, PyNumber_Rshift(a, b))
    BINARY(BINARY_AND, PyNumber_And(a, b))
    BINARY(BINARY_XOR, PyNumber_Xor(a, b))
    BINARY(BINARY_OR, PyNumber_Or(a, b))
    BINARY(INPLACE_POWER, PyNumber_InPlacePower(a, b, Py_None))
    BINARY(INPLACE_MULTIPLY,
           both_compact(a, b) ? multiply(a, b) : PyNumber_InPlaceMultiply(a, b))
    BINARY(INPLACE_MATRIX_MULTIPLY, PyNumber_InPlaceMatrixMultiply(a, b))
    BINARY(INPLACE_MODULO, PyNumber_InPlaceRemainder(a, b))
    BINARY(INPLACE_ADD,
           both_compact(a, b) ? add(a, b) : PyNumber_InPlaceAdd(a, b))
    BINARY(INPLACE_SUBTRACT,
           both_compact(a, b) ? subtract(a, b) : PyNumber_InPlaceSubtract(a, b))
    BINARY(INPLACE_FLOOR_DIVIDE, PyNumber_InPlaceFloorDivide(a, b))
    BINARY(INPLACE_TRUE_DIVIDE, PyNumber_InPlaceTrueDivide(a, b))
    BINARY(INPLACE_LSHIFT, PyNumber_InPlaceLshift(a, b))
    BINARY(INPLACE_RSHIFT, PyNumber_InPlaceRshift(a, b))
    BINARY(INPLACE_AND, PyNumber_InPlaceAnd(a, b))
    BINARY(INPLACE_XOR, PyNumber_InPlaceXor(a, b))
    BINARY(INPLACE_OR, PyNumber_InPlaceOr(a, b))
    BINARY(COMPARE_OP, compare(a, b, oparg))
    BINARY(IS_OP, Py_NewRef((a == b) != (int)oparg ? Py_True : Py_False))
    BINARY(CONTAINS_OP, _PyEval_ContainsOp(b, a, (int)oparg))

    /* --- subscripts and attributes ---------------------------------------- */
    BINARY(BINARY_SUBSCR, subscript(a, b))
    TARGET(STORE_SUBSCR) : {
      PyObject *key = TOP(), *container = SECOND(), *value = THIRD();
      int status = store_subscript(container, key, value);
      sp -= 3;
      Py_DECREF(value);
      Py_DECREF(container);
      Py_DECREF(key);
      CHECK(status);
      DISPATCH();
    }
    TARGET(DELETE_SUBSCR) : {
      PyObject *key = POP(), *container = POP();
      int status = PyObject_DelItem(container, key);
      Py_DECREF(container);
      Py_DECREF(key);
      CHECK(status);
      DISPATCH();
    }
    TARGET(BUILD_SLICE) : {
      PyObject *step = oparg == 3 ? POP() : NULL;
      PyObject *stop = POP(), *start = POP();
      PyObject *slice = PySlice_New(start, stop, step);
      Py_DECREF(start);
      Py_DECREF(stop);
      Py_XDECREF(step);
      PUSH_OR_FAIL(slice);
      DISPATCH();
    }
    TARGET(LOAD_ATTR) : {
      PyObject *owner = TOP(), *value = PyObject_GetAttr(owner, NAME());
      TOP() = value;
      Py_DECREF(owner);
      CHECK_TOP();
      DISPATCH();
    }
    TARGET(STORE_ATTR) : {
      PyObject *owner = POP(), *value = POP();
      int status = PyObject_SetAttr(owner, NAME(), value);
      Py_DECREF(value);
      Py_DECREF(owner);
      CHECK(status);
      DISPATCH();
    }
    TARGET(DELETE_ATTR) : {
      PyObject *owner = POP();
      int status = PyObject_DelAttr(owner, NAME());
      Py_DECREF(owner);
      CHECK(status);
      DISPATCH();
    }

    /* --- variables -------------------------------------------------------- */
    TARGET(LOAD_FAST) : {
      PyObject *value = fast[oparg];
      if (!value) {
        _PyEval_UnboundLocal(PyTuple_GET_ITEM(code->co_varnames, oparg));
        goto error;
      }
      PUSH(Py_NewRef(value));
      DISPATCH();
    }
    TARGET(STORE_FAST) : {
      PyObject *before = fast[oparg];
      fast[oparg] = POP();
      Py_XDECREF(before);
      DISPATCH();
    }
    TARGET(DELETE_FAST) : {
      PyObject *before = fast[oparg];
      if (!before) {
        _PyEval_UnboundLocal(PyTuple_GET_ITEM(code->co_varnames, oparg));
        goto error;
      }
      fast[oparg] = NULL;
      Py_DECREF(before);
      DISPATCH();
    }
    TARGET(LOAD_NAME) : {
      PUSH_OR_FAIL(_PyEval_LoadName(frame, NAME()));
      DISPATCH();
    }
    TARGET(STORE_NAME) : {
      PyObject *value = POP();
      int status = PyDict_SetItem(frame->f_locals, NAME(), value);
      Py_DECREF(value);
      CHECK(status);
      DISPATCH();
    }
    TARGET(DELETE_NAME) : {
      if (_PyEval_DeleteName(frame->f_locals, NAME()) < 0)
        goto error;
      DISPATCH();
    }
    TARGET(LOAD_GLOBAL) : {
      PUSH_OR_FAIL(load_global(frame, NAME()));
      DISPATCH();
    }
    TARGET(STORE_GLOBAL) : {
      PyObject *value = POP();
      int status = PyDict_SetItem(frame->f_globals, NAME(), value);
      Py_DECREF(value);
      CHECK(status);
      DISPATCH();
    }
    TARGET(DELETE_GLOBAL) : {
      if (_PyEval_DeleteName(frame->f_globals, NAME()) < 0)
        goto error;
      DISPATCH();
    }
    TARGET(LOAD_DEREF) : {
      PyObject *value = PyCell_GET(PyFrame_CELL(frame, oparg));
      if (!value) {
        _PyEval_UnboundDeref(code, (int)oparg);
        goto error;
      }
      PUSH(Py_NewRef(value));
      DISPATCH();
    }
    TARGET(STORE_DEREF) : {
      PyObject *cell = PyFrame_CELL(frame, oparg), *before = PyCell_GET(cell);
      PyCell_SET(cell, POP());
      Py_XDECREF(before);
      DISPATCH();
    }
    TARGET(DELETE_DEREF) : {
      PyObject *cell = PyFrame_CELL(frame, oparg), *before = PyCell_GET(cell);
      if (!before) {
        _PyEval_UnboundDeref(code, (int)oparg);
        goto error;
      }
      PyCell_SET(cell, NULL);
      Py_DECREF(before);
      DISPATCH();
    }
    TARGET(LOAD_CLOSURE) : {
      PUSH(Py_NewRef(PyFrame_CELL(frame, oparg)));
      DISPATCH();
    }
    TARGET(LOAD_CLASSDEREF) : {
      PUSH_OR_FAIL(_PyEval_LoadClassDeref(frame, (int)oparg));
      DISPATCH();
    }

    /* --- building containers ---------------------------------------------- */
    TARGET(BUILD_TUPLE) : {
      PyObject *tuple = PyTuple_New(oparg);
      if (!tuple)
        goto error;
      for (unsigned i = oparg; i-- > 0;)
        PyTuple_SET_ITEM(tuple, i, POP());
      PUSH(tuple);
      DISPATCH();
    }
    TARGET(BUILD_LIST) : {
      PyObject *list = PyList_New(oparg);
      if (!list)
        goto error;
      for (unsigned i = oparg; i-- > 0;)
        PyList_SET_ITEM(list, i, POP());
      PUSH(list);
      DISPATCH();
    }
    TARGET(BUILD_SET) : {
      sp -= oparg;
      PyObject *set = _PyEval_BuildSet(sp, (Py_ssize_t)oparg);
      PUSH_OR_FAIL(set);
      DISPATCH();
    }
    TARGET(BUILD_MAP) : {
      sp -= 2 * oparg;
      PyObject *map = _PyEval_BuildMap(sp, (Py_ssize_t)oparg);
      PUSH_OR_FAIL(map);
      DISPATCH();
    }
    TARGET(BUILD_CONST_KEY_MAP) : {
      PyObject *keys = POP();
      sp -= oparg;
      PyObject *map = _PyEval_BuildConstKeyMap(keys, sp);
      Py_DECREF(keys);
      PUSH_OR_FAIL(map);
      DISPATCH();
    }
    TARGET(BUILD_STRING) : {
      sp -= oparg;
      PyObject *text = _PyEval_BuildString(sp, (Py_ssize_t)oparg);
      PUSH_OR_FAIL(text);
      DISPATCH();
    }
    TARGET(FORMAT_VALUE) : {
      PyObject *spec = oparg & 4 ? POP() : NULL, *value = POP();
      PyObject *text = _PyEval_FormatValue(value, spec, (int)(oparg & 3));
      Py_DECREF(value);
      Py_XDECREF(spec);
      PUSH_OR_FAIL(text);
      DISPATCH();
    }
    TARGET(LIST_APPEND) : {
      PyObject *value = POP();
      int status = PyList_Append(PEEK(oparg), value);
      Py_DECREF(value);
      CHECK(status);
      DISPATCH();
    }
    TARGET(SET_ADD) : {
      PyObject *value = POP();
      int status = PySet_Add(PEEK(oparg), value);
      Py_DECREF(value);
      CHECK(status);
      DISPATCH();
    }
    TARGET(MAP_ADD) : {
      PyObject *value = POP(), *key = POP();
      int status = PyDict_SetItem(PEEK(oparg), key, value);
      Py_DECREF(key);
      Py_DECREF(value);
      CHECK(status);
      DISPATCH();
    }
    TARGET(LIST_EXTEND) : {
      PyObject *values = POP();
      int status = _PyEval_ListExtend(PEEK(oparg), values);
      Py_DECREF(values);
      CHECK(status);
      DISPATCH();
    }
    TARGET(SET_UPDATE) : {
      PyObject *values = POP();
      int status = _PySet_Update(PEEK(oparg), values);
      Py_DECREF(values);
      CHECK(status);
      DISPATCH();
    }
    TARGET(DICT_UPDATE) : {
      PyObject *mapping = POP();
      int status = _PyEval_DictUpdate(PEEK(oparg), mapping);
      Py_DECREF(mapping);
      CHECK(status);
      DISPATCH();
    }
    TARGET(DICT_MERGE) : {
      PyObject *mapping = POP();
      int status = _PyEval_DictMerge(PEEK(oparg), mapping, PEEK(oparg + 2));
      Py_DECREF(mapping);
      CHECK(status);
      DISPATCH();
    }
    UNARY(LIST_TO_TUPLE, PyList_AsTuple)
    TARGET(UNPACK_SEQUENCE) : {
      PyObject *sequence = POP();
      int done = _PyEval_Unpack(sequence, (int)oparg, -1, sp + oparg);
      Py_DECREF(sequence);
      if (!done)
        goto error;
      sp += oparg;
      DISPATCH();
    }
    TARGET(UNPACK_EX) : {
      PyObject *sequence = POP();
      int before = (int)(oparg & 0xFF), after = (int)(oparg >> 8);
      int done =
          _PyEval_Unpack(sequence, before, after, sp + before + 1 + after);
      Py_DECREF(sequence);
      if (!done)
        goto error;
      sp += before + 1 + after;
      DISPATCH();
    }

    /* --- jumps ------------------------------------------------------------ */
    TARGET(JUMP_ABSOLUTE) : {
      JUMP_TO(oparg);
      DISPATCH();
    }
    TARGET(JUMP_BACK) : {
      JUMP_TO(oparg);
      Py_CHECKPOINT();
      DISPATCH();
    }
    TARGET(POP_JUMP_IF_FALSE) : {
      int truth = truth_of(TOP());
      DROP();
      if (truth <= 0) {
        if (truth < 0)
          goto error;
        JUMP_TO(oparg);
      }
      DISPATCH();
    }
    TARGET(POP_JUMP_IF_TRUE) : {
      int truth = truth_of(TOP());
      DROP();
      if (truth != 0) {
        if (truth < 0)
          goto error;
        JUMP_TO(oparg);
      }
      DISPATCH();
    }
    TARGET(JUMP_IF_FALSE_OR_POP) : {
      int truth = truth_of(TOP());
      if (truth < 0)
        goto error;
      if (truth)
        DROP();
      else
        JUMP_TO(oparg);
      DISPATCH();
    }
    TARGET(JUMP_IF_TRUE_OR_POP) : {
      int truth = truth_of(TOP());
      if (truth < 0)
        goto error;
      if (truth)
        JUMP_TO(oparg);
      else
        DROP();
      DISPATCH();
    }
    UNARY(GET_ITER, PyObject_GetIter)
    TARGET(FOR_ITER) : {
      PyObject *iterator = TOP();
      PyObject *value = Py_TYPE(iterator)->tp_iternext(iterator);
      if (value) {
        PUSH(value);
        DISPATCH();
      }
      if (ts->current_exception) {
        if (!PyErr_ExceptionMatches(PyExc_StopIteration))
          goto error;
        PyErr_Clear();
      }
      DROP();
      JUMP_TO(oparg);
      DISPATCH();
    }

    /* --- calls and functions ---------------------------------------------- */
    TARGET(CALL_FUNCTION) : {
      sp -= oparg;
      PyObject *callable = TOP();
      PyObject *result = call(callable, sp, oparg, NULL);
      TOP() = result;
      Py_DECREF(callable);
      CHECK_TOP();
      DISPATCH();
    }
    TARGET(CALL_FUNCTION_KW) : {
      PyObject *names = POP();
      sp -= oparg;
      PyObject *callable = TOP();
      PyObject *result =
          call(callable, sp, oparg - (size_t)PyTuple_GET_SIZE(names), names);
      TOP() = result;
      Py_DECREF(names);
      Py_DECREF(callable);
      CHECK_TOP();
      DISPATCH();
    }
    TARGET(CALL_FUNCTION_EX) : {
      PyObject *keywords = oparg & 1 ? POP() : NULL;
      PyObject *arguments = POP(), *callable = POP();
      PyObject *result = _PyEval_CallWithStars(callable, arguments, keywords);
      Py_XDECREF(keywords);
      Py_DECREF(arguments);
      Py_DECREF(callable);
      PUSH_OR_FAIL(result);
      DISPATCH();
    }
    TARGET(LOAD_METHOD) : {
      PyObject *owner = TOP(), *method;
      if (_PyObject_GetMethod(owner, NAME(), &method)) {
        TOP() = method;
        PUSH(owner);
        DISPATCH();
      }
      sp--;
      Py_DECREF(owner);
      if (!method)
        goto error;
      PUSH(NULL);
      PUSH(method);
      DISPATCH();
    }
    TARGET(CALL_METHOD) : {
      PyObject **args = sp - oparg, *result, *callable;
      if (args[-2]) { /* a function and its first argument */
        callable = args[-2];
        sp = args - 1;
        result = call(callable, args - 1, oparg + 1, NULL);
      } else {
        callable = args[-1];
        sp = args - 1;
        result = call(callable, args, oparg, NULL);
      }
      TOP() = result;
      Py_DECREF(callable);
      CHECK_TOP();
      DISPATCH();
    }
    TARGET(MAKE_FUNCTION) : {
      PyObject *body = POP();
      PyObject *made = PyFunction_New((PyCodeObject *)body, frame->f_globals);
      Py_DECREF(body);
      if (!made)
        goto error;
      PyFunctionObject *function = (PyFunctionObject *)made;
      if (oparg & MAKE_FUNCTION_CLOSURE)
        function->func_closure = POP();
      if (oparg & MAKE_FUNCTION_KWDEFAULTS)
        function->func_kwdefaults = POP();
      if (oparg & MAKE_FUNCTION_DEFAULTS)
        function->func_defaults = POP();
      PUSH(made);
      DISPATCH();
    }
    TARGET(RETURN_VALUE) : {
      returned = POP();
      goto leave;
    }
    TARGET(YIELD_VALUE) : {
      returned = POP();
      goto yield;
    }
    TARGET(GET_YIELD_FROM_ITER) : {
      PyObject *receiver = TOP();
      if (!PyGen_Check(receiver)) {
        PyObject *iterator = PyObject_GetIter(receiver);
        TOP() = iterator;
        Py_DECREF(receiver);
        if (!iterator) {
          sp--;
          goto error;
        }
      }
      DISPATCH();
    }
    TARGET(YIELD_FROM) : {
      PyObject *sent = POP(), *result;
      int status = _PyGen_Delegate(TOP(), sent, &result);
      Py_DECREF(sent);
      CHECK(status);
      if (status > 0) {
        returned = result;
        next--; /* this instruction again */
        goto yield;
      }
      DROP();
      PUSH(result);
      DISPATCH();
    }
    TARGET(LOAD_BUILD_CLASS) : {
      PUSH_OR_FAIL(_PyEval_LoadBuildClass());
      DISPATCH();
    }

    /* --- exceptions, with ------------------------------------------------- */
    TARGET(SETUP_FINALLY) : {
      PyTryBlock *block = &frame->f_blocks[frame->f_block_count++];
      *block =
          (PyTryBlock){BLOCK_SETUP, (int)oparg, (int)(sp - frame->f_stack)};
      DISPATCH();
    }
    TARGET(SETUP_WITH) : {
      PyObject *manager = TOP(), *exit = NULL;
      PyObject *entered = _PyEval_EnterWith(manager, &exit);
      if (!entered)
        goto error;
      TOP() = exit;
      Py_DECREF(manager);
      PyTryBlock *block = &frame->f_blocks[frame->f_block_count++];
      *block =
          (PyTryBlock){BLOCK_SETUP, (int)oparg, (int)(sp - frame->f_stack)};
      PUSH(entered);
      DISPATCH();
    }
    TARGET(POP_BLOCK) : {
      frame->f_block_count--;
      DISPATCH();
    }
    TARGET(POP_EXCEPT) : {
      frame->f_block_count--;
      _PyEval_SetHandled(ts, POP());
      DISPATCH();
    }
    TARGET(RERAISE) : {
      PyErr_SetRaisedException(POP());
      goto unwinding;
    }
    TARGET(JUMP_IF_NOT_EXC_MATCH) : {
      PyObject *classes = POP(), *exception = POP();
      int matches = _PyEval_ExceptionMatches(exception, classes);
      Py_DECREF(classes);
      Py_DECREF(exception);
      if (matches < 0)
        goto error;
      if (!matches)
        JUMP_TO(oparg);
      DISPATCH();
    }
    TARGET(WITH_EXCEPT_START) : {
      PUSH_OR_FAIL(_PyEval_CallExit(PEEK(3), TOP()));
      DISPATCH();
    }
    TARGET(RAISE_VARARGS) : {
      PyObject *cause = oparg == 2 ? POP() : NULL;
      PyObject *exception = oparg >= 1 ? POP() : NULL;
      if (_PyEval_Raise(exception, cause))
        goto unwinding;
      goto error;
    }
    TARGET(LOAD_ASSERTION_ERROR) : {
      PUSH(Py_NewRef(PyExc_AssertionError));
      DISPATCH();
    }

    /* --- imports ---------------------------------------------------------- */
    TARGET(IMPORT_NAME) : {
      PyObject *names = POP(), *level = POP();
      PyObject *module = _PyImport_Import(NAME(), names, PyLong_AsLong(level));
      Py_DECREF(names);
      Py_DECREF(level);
      PUSH_OR_FAIL(module);
      DISPATCH();
    }
    TARGET(IMPORT_FROM) : {
      PUSH_OR_FAIL(_PyImport_From(TOP(), NAME()));
      DISPATCH();
    }
    TARGET(IMPORT_STAR) : {
      PyObject *module = POP();
      int status = _PyImport_Star(module, frame->f_locals);
      Py_DECREF(module);
      CHECK(status);
      DISPATCH();
    }
#ifdef MINIPY_SWITCH
  }
#endif

unknown:
  PyErr_SetString(PyExc_SystemError, "unknown opcode");

error:
  PyTraceBack_Here(frame, (int)(next - first) - 1);
unwinding : {
  int at = (int)(next - first);
  int handler = unwind(ts, frame, &sp);
  if (handler >= 0) {
    JUMP_TO(handler);
    DISPATCH();
  }
  frame->f_next = at;
  returned = NULL;
  goto leave;
}

yield:
  frame->f_yielded = 1;
  frame->f_next = (int)(next - first);
leave:
  frame->f_top = sp;
  ts->frame = frame->f_back;
  Py_LeaveRecursiveCall();
  return returned;
}
#pragma clang diagnostic pop

PyObject *_PyEval_Code(PyCodeObject *code, PyObject *globals,
                       PyObject *locals) {
  PyFrameObject *frame = PyFrame_New(code, globals, NULL);
  if (!frame)
    return NULL;
  frame->f_locals = Py_NewRef(locals);
  PyObject *result =
      PyFrame_MakeCells(frame) < 0 ? NULL : _PyEval_Frame(frame, 0);
  PyFrame_Free(frame);
  return result;
}
