/* The syntax tree.
 *
 * Nodes live in the compilation's arena. Each knows its line (for the line
 * table) and its place in the source (for error messages). Names are str
 * objects of the arena's name table, already mangled where they are private to
 * a class (__x in class C: _C__x), so equal names are equal pointers. Binary
 * and unary operators are stored as the opcode that computes them.
 *
 * Nodes that open a scope (modules, functions, classes, comprehensions) carry a
 * pointer to it, set by the symbol table's first pass.
 */
#ifndef MINIPY_FRONTEND_AST_H
#define MINIPY_FRONTEND_AST_H

#include "source.h"

typedef struct Expr Expr;
typedef struct Stmt Stmt;
typedef struct Scope Scope;

typedef struct {
  int count;
  Expr **items;
} ExprList;

typedef struct {
  int count;
  Stmt **items;
} StmtList;

typedef enum {
  E_CONSTANT,
  E_NAME,
  E_UNARY,
  E_BINARY,
  E_BOOLEAN,
  E_COMPARE,
  E_CONDITIONAL,
  E_NAMED,
  E_LAMBDA,
  E_CALL,
  E_ATTRIBUTE,
  E_SUBSCRIPT,
  E_SLICE,
  E_STARRED,
  E_LIST,
  E_TUPLE,
  E_SET,
  E_DICT,
  E_COMPREHENSION,
  E_YIELD,
  E_YIELD_FROM,
  E_JOINED,
  E_FORMATTED,
} ExprKind;

typedef struct {
  PyObject *name;
  Expr *otherwise; /* default value or NULL */
  const char *at;
} Parameter;

typedef struct {
  int nposonly, npositional /* includes nposonly */, nkwonly;
  Parameter *items;              /* npositional + nkwonly */
  Parameter *star, *double_star; /* or NULL */
} Parameters;

/* What a def and a lambda have in common. */
typedef struct {
  PyObject *name; /* as written: not mangled */
  Parameters parameters;
  StmtList body; /* of a def */
  Expr *result;  /* of a lambda */
  Scope *scope;
} Function;

typedef struct {
  PyObject *name; /* NULL: **value */
  Expr *value;
  const char *at;
} Keyword;

typedef struct {
  int count;
  Keyword *items;
} KeywordList;

typedef enum { CMP_ORDER, CMP_IS, CMP_IN } CompareKind;
typedef struct {
  CompareKind kind;
  int argument; /* of the opcode */
  Expr *right;
} Comparison;

/* for target in iterable if conditions... */
typedef struct {
  Expr *target, *iterable;
  ExprList conditions;
} ForClause;

typedef enum {
  COMP_LIST,
  COMP_SET,
  COMP_DICT,
  COMP_GENERATOR
} ComprehensionKind;
typedef struct {
  ComprehensionKind kind;
  Expr *element, *value; /* value: of a dict */
  int nclauses;
  ForClause *clauses;
  Scope *scope;
} Comprehension;

struct Expr {
  ExprKind kind;
  int line;
  bool in_parentheses;
  const char *at;
  union {
    PyObject *constant;
    PyObject *name;
    struct {
      int opcode;
      Expr *operand;
    } unary;
    struct {
      int opcode;
      Expr *left, *right;
    } binary;
    struct {
      bool is_or;
      ExprList operands;
    } boolean;
    struct {
      Expr *left;
      int count;
      Comparison *items;
    } compare;
    struct {
      Expr *test, *yes, *no;
    } conditional;
    struct {
      Expr *target, *value;
    } named;
    Function *lambda;
    struct {
      Expr *function;
      ExprList arguments; /* may hold E_STARRED */
      KeywordList keywords;
    } call;
    struct {
      Expr *object;
      PyObject *name;
    } attribute;
    struct {
      Expr *object, *index;
    } subscript;
    struct {
      Expr *start, *stop, *step; /* NULL: absent */
    } slice;
    Expr *operand;     /* E_STARRED, E_YIELD (may be NULL), E_YIELD_FROM */
    ExprList elements; /* E_LIST, E_TUPLE, E_SET, E_JOINED */
    struct {
      ExprList keys, values; /* a NULL key: **value */
    } dict;
    Comprehension *comprehension;
    struct {
      Expr *value, *spec; /* spec: E_JOINED, E_CONSTANT or NULL */
      int conversion;     /* FORMAT_VALUE's low bits */
    } formatted;
  };
};

typedef enum {
  S_EXPRESSION,
  S_ASSIGN,
  S_AUGMENTED,
  S_ANNOTATED,
  S_DELETE,
  S_PASS,
  S_IF,
  S_WHILE,
  S_FOR,
  S_BREAK,
  S_CONTINUE,
  S_RETURN,
  S_DEF,
  S_CLASS,
  S_GLOBAL,
  S_NONLOCAL,
  S_TRY,
  S_RAISE,
  S_WITH,
  S_ASSERT,
  S_IMPORT,
  S_FROM,
} StmtKind;

typedef struct {
  Expr *type;     /* NULL: except: */
  PyObject *name; /* NULL: no `as` */
  StmtList body;
  int line;
  const char *at;
} Handler;

typedef struct {
  Expr *context, *target; /* target may be NULL */
} WithItem;

typedef struct {
  PyObject *name;  /* a.b.c of `import`, or the name after `from x import` */
  PyObject *first; /* `a` of a.b.c */
  PyObject *as;    /* NULL: no `as` */
  const char *at;
} Alias;

typedef struct {
  PyObject *name;    /* as written */
  PyObject *binding; /* mangled: what the statement assigns */
  ExprList decorators;
  Function function;
} Def;

typedef struct {
  PyObject *name, *binding;
  ExprList decorators, bases;
  KeywordList keywords;
  StmtList body;
  Scope *scope;
} Class;

struct Stmt {
  StmtKind kind;
  int line;
  const char *at;
  union {
    Expr *value; /* S_EXPRESSION, S_RETURN (may be NULL) */
    struct {
      ExprList targets;
      Expr *value;
    } assign;
    struct {
      int opcode;
      Expr *target, *value;
    } augmented;
    struct {
      Expr *target, *annotation, *value; /* value may be NULL */
    } annotated;
    ExprList targets; /* S_DELETE */
    struct {
      Expr *test;
      StmtList body, otherwise;
    } branch; /* S_IF, S_WHILE */
    struct {
      Expr *target, *iterable;
      StmtList body, otherwise;
    } loop; /* S_FOR */
    Def *def;
    Class *class;
    struct {
      int count;
      PyObject **items;
    } names; /* S_GLOBAL, S_NONLOCAL */
    struct {
      StmtList body, otherwise, finally;
      int nhandlers;
      Handler *handlers;
    } try;
    struct {
      Expr *exception, *cause; /* either may be NULL */
    } raise;
    struct {
      int count;
      WithItem *items;
      StmtList body;
    } with;
    struct {
      Expr *test, *message; /* message may be NULL */
    } assertion;
    struct {
      int count; /* 0 in S_FROM: * */
      Alias *items;
      PyObject *module; /* S_FROM: "" for `from . import` */
      int level;        /* S_FROM */
    } import;
  };
};

typedef struct {
  StmtList body;    /* of a module */
  Expr *expression; /* or this, for eval() */
  Scope *scope;
} Module;

/* "function call", "literal", ...: what an expression is called in errors. */
const char *Expr_Describe(const Expr *expr);

/* The docstring that starts a body, or NULL. */
PyObject *Body_Docstring(StmtList body);

#endif
