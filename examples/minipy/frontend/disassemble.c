/* Listings of code objects: `minipy --dis script.py`.
 *
 * Each line: source line (when it changes), unit index, `>>` at jump targets,
 * opcode, argument, and what the argument means. Code objects among the
 * constants follow, innermost last. */
#include "../code.h"

#include <stdlib.h>

typedef enum {
  ARG_NONE,
  ARG_PLAIN,
  ARG_CONST,
  ARG_NAME,
  ARG_FAST,
  ARG_DEREF,
  ARG_JUMP,
  ARG_COMPARE,
  ARG_FORMAT,
} ArgumentKind;

const char *PyCode_OpcodeName(int opcode) {
  switch (opcode) {
#define OP(name, number, has_arg, effect, text)                                \
  case number:                                                                 \
    return #name;
#include "../opcode.def"
#undef OP
  default:
    return NULL;
  }
}

static bool has_argument(int opcode) {
  switch (opcode) {
#define OP(name, number, has_arg, effect, text)                                \
  case number:                                                                 \
    return has_arg;
#include "../opcode.def"
#undef OP
  default:
    return true;
  }
}

static ArgumentKind argument_kind(int opcode) {
  switch (opcode) {
  case LOAD_CONST:
    return ARG_CONST;
  case LOAD_ATTR:
  case STORE_ATTR:
  case DELETE_ATTR:
  case LOAD_NAME:
  case STORE_NAME:
  case DELETE_NAME:
  case LOAD_GLOBAL:
  case STORE_GLOBAL:
  case DELETE_GLOBAL:
  case LOAD_METHOD:
  case IMPORT_NAME:
  case IMPORT_FROM:
    return ARG_NAME;
  case LOAD_FAST:
  case STORE_FAST:
  case DELETE_FAST:
    return ARG_FAST;
  case LOAD_DEREF:
  case STORE_DEREF:
  case DELETE_DEREF:
  case LOAD_CLOSURE:
  case LOAD_CLASSDEREF:
    return ARG_DEREF;
  case JUMP_ABSOLUTE:
  case JUMP_BACK:
  case POP_JUMP_IF_FALSE:
  case POP_JUMP_IF_TRUE:
  case JUMP_IF_FALSE_OR_POP:
  case JUMP_IF_TRUE_OR_POP:
  case FOR_ITER:
  case SETUP_FINALLY:
  case SETUP_WITH:
  case JUMP_IF_NOT_EXC_MATCH:
    return ARG_JUMP;
  case COMPARE_OP:
    return ARG_COMPARE;
  case FORMAT_VALUE:
    return ARG_FORMAT;
  default:
    return has_argument(opcode) ? ARG_PLAIN : ARG_NONE;
  }
}

/* Reads the instruction at *at with its prefixes; *at becomes the next one's
 * index. */
static int decode(const PyCodeObject *code, int *at, int *opcode) {
  unsigned argument = 0;
  for (;;) {
    _Py_CODEUNIT unit = code->co_code[(*at)++];
    argument = argument << 8 | _Py_OPARG(unit);
    *opcode = _Py_OPCODE(unit);
    if (*opcode != EXTENDED_ARG || *at >= code->co_ncode)
      return (int)argument;
  }
}

static void print_text(PyObject *text, FILE *out) {
  const char *utf8 = text ? PyUnicode_AsUTF8(text) : NULL;
  if (!utf8)
    PyErr_Clear();
  fprintf(out, "%s", utf8 ? utf8 : "?");
}

static void print_const(const PyCodeObject *code, int index, FILE *out) {
  PyObject *value = PyTuple_GET_ITEM(code->co_consts, index);
  if (PyCode_Check(value)) { /* no address: listings can be compared */
    PyCodeObject *inner = (PyCodeObject *)value;
    fprintf(out, " (<code ");
    print_text(inner->co_qualname, out);
    fprintf(out, ">)");
    return;
  }
  PyObject *repr = PyObject_Repr(value);
  fprintf(out, " (");
  print_text(repr, out);
  fprintf(out, ")");
  Py_XDECREF(repr);
}

static void print_item(PyObject *tuple, int index, FILE *out) {
  fprintf(out, " (");
  print_text(PyTuple_GET_ITEM(tuple, index), out);
  fprintf(out, ")");
}

static void print_meaning(const PyCodeObject *code, int opcode, int argument,
                          FILE *out) {
  static const char *const orders[] = {"<", "<=", "==", "!=", ">", ">="};
  static const char *const conversions[] = {"", "str", "repr", "ascii"};
  switch (argument_kind(opcode)) {
  case ARG_CONST:
    print_const(code, argument, out);
    break;
  case ARG_NAME:
    print_item(code->co_names, argument, out);
    break;
  case ARG_FAST:
    print_item(code->co_varnames, argument, out);
    break;
  case ARG_DEREF:
    if (argument < code->co_ncells)
      print_item(code->co_cellvars, argument, out);
    else
      print_item(code->co_freevars, argument - code->co_ncells, out);
    break;
  case ARG_JUMP:
    fprintf(out, " (to %d)", argument);
    break;
  case ARG_COMPARE:
    fprintf(out, " (%s)", orders[argument]);
    break;
  case ARG_FORMAT:
    fprintf(out, " (%s%s)", conversions[argument & 3],
            argument & 4 ? " with format" : "");
    break;
  case ARG_NONE:
  case ARG_PLAIN:
    break;
  }
}

static char *find_targets(const PyCodeObject *code) {
  char *targets = calloc((size_t)code->co_ncode + 1, 1);
  for (int at = 0, opcode; targets && at < code->co_ncode;) {
    int argument = decode(code, &at, &opcode);
    if (argument_kind(opcode) == ARG_JUMP && argument <= code->co_ncode)
      targets[argument] = 1;
  }
  return targets;
}

static void print_instruction(PyCodeObject *code, int *at, int *line,
                              const char *targets, FILE *out) {
  int start = *at, opcode, argument = decode(code, at, &opcode);
  int here = PyCode_Addr2Line(code, start);
  const char *name = PyCode_OpcodeName(opcode);
  if (here != *line)
    fprintf(out, "%5d", here);
  else
    fprintf(out, "%5s", "");
  *line = here;
  fprintf(out, " %s %5d ", targets && targets[start] ? ">>" : "  ", start);
  if (argument_kind(opcode) == ARG_NONE) {
    fprintf(out, "%s\n", name ? name : "?");
    return;
  }
  fprintf(out, "%-24s %5d", name ? name : "?", argument);
  print_meaning(code, opcode, argument, out);
  fprintf(out, "\n");
}

static void print_names(const char *title, PyObject *tuple, FILE *out) {
  if (PyTuple_GET_SIZE(tuple) == 0)
    return;
  fprintf(out, "  %s:", title);
  for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(tuple); i++) {
    fprintf(out, " ");
    print_text(PyTuple_GET_ITEM(tuple, i), out);
  }
  fprintf(out, "\n");
}

static void print_head(const PyCodeObject *code, FILE *out) {
  static const struct {
    int flag;
    const char *name;
  } flags[] = {{CO_VARARGS, "*args"},
               {CO_VARKEYWORDS, "**kwargs"},
               {CO_GENERATOR, "generator"},
               {CO_DOCSTRING, "docstring"}};
  fprintf(out, "code ");
  print_text(code->co_qualname, out);
  fprintf(out, ": line %d, %d+%d args, %d locals, stack %d, blocks %d",
          code->co_firstlineno, code->co_argcount, code->co_kwonlyargcount,
          code->co_nlocals, code->co_stacksize, code->co_blocksize);
  for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
    if (code->co_flags & flags[i].flag)
      fprintf(out, ", %s", flags[i].name);
  fprintf(out, "\n");
  print_names("locals", code->co_varnames, out);
  print_names("cells", code->co_cellvars, out);
  print_names("free", code->co_freevars, out);
}

void PyCode_Disassemble(PyCodeObject *code, FILE *out) {
  char *targets = find_targets(code);
  int line = -1;
  print_head(code, out);
  for (int at = 0; at < code->co_ncode;)
    print_instruction(code, &at, &line, targets, out);
  free(targets);
  for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(code->co_consts); i++) {
    PyObject *value = PyTuple_GET_ITEM(code->co_consts, i);
    if (PyCode_Check(value)) {
      fprintf(out, "\n");
      PyCode_Disassemble((PyCodeObject *)value, out);
    }
  }
}
