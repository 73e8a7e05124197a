/* The compiler: from the syntax tree, with its scopes resolved, to code.
 *
 * Every function emits into the current unit. There are no error results: the
 * first error is kept in the source, later ones are ignored, and the entry
 * point checks at the end. opcode.def describes the code that try, with, class
 * and the others become. The files: compiler.c (units, names, entry points),
 * compile_expressions.c, compile_calls.c, compile_conditions.c,
 * compile_scopes.c (functions, classes, comprehensions), compile_statements.c,
 * compile_try.c (try, with, and leaving statements early).
 */
#ifndef MINIPY_FRONTEND_COMPILER_H
#define MINIPY_FRONTEND_COMPILER_H

#include "unit.h"

typedef struct {
  Source *source;
  Arena *arena;
  Unit *unit;
} Compiler;

typedef enum { NAME_LOAD, NAME_STORE, NAME_DELETE } NameUse;

/* --- compiler.c
 * ---------------------------------------------------------------- */
PyCodeObject *Compile_Module(Source *source, Module *module);

static inline void Emit(Compiler *c, int opcode, int argument) {
  Unit_Emit(c->unit, opcode, argument);
}
static inline void Jump(Compiler *c, int opcode, Label target) {
  Unit_Jump(c->unit, opcode, target);
}
static inline Label New_Label(Compiler *c) { return Unit_NewLabel(c->unit); }
static inline void Place(Compiler *c, Label label) {
  Unit_Place(c->unit, label);
}
void Emit_Const(Compiler *c, PyObject *value);
void Emit_None(Compiler *c);
/* An instruction whose argument is a name (attributes, imports). */
void Emit_Name(Compiler *c, int opcode, PyObject *name);
/* Loads, stores or deletes a variable, whatever kind it is. */
void Emit_Variable(Compiler *c, PyObject *name, NameUse use);
PyObject *Name_Of(Compiler *c, const char *text);

Unit *Enter_Unit(Compiler *c, Scope *scope, PyObject *name, int flags,
                 int line);
/* Assembles the current unit and goes back to the outer one. NULL: error. */
PyCodeObject *Leave_Unit(Compiler *c);
/* MAKE_FUNCTION for the code (consumed), with a closure if it needs one.
 * `flags`: of the values that are already on the stack. */
void Emit_Function(Compiler *c, PyCodeObject *code, int flags);

/* --- expressions
 * ------------------------------------------------------------------- */
void Compile_Expr(Compiler *c, Expr *expr);
void Compile_Store(Compiler *c, Expr *target);
void Compile_Delete(Compiler *c, Expr *target);
/* The elements of a list, tuple or set, starred ones included. */
void Compile_Sequence(Compiler *c, ExprList elements, ExprKind kind,
                      int on_stack);
/* An iterable or container that nobody can keep: constants become a tuple. */
void Compile_Transient(Compiler *c, Expr *expr);
void Compile_Call(Compiler *c, Expr *expr);
/* The call itself, when the callee and `on_stack` arguments are on the stack.
 */
void Compile_Arguments(Compiler *c, int on_stack, ExprList arguments,
                       KeywordList keywords);
/* Jumps to the label if the condition's truth is `when`. */
void Compile_JumpIf(Compiler *c, Expr *condition, Label target, bool when);
void Compile_Boolean(Compiler *c, Expr *expr);
void Compile_Compare(Compiler *c, Expr *expr);
/* 1 true, 0 false, -1 not a constant. */
int Constant_Truth(const Expr *expr);

/* --- scopes
 * -------------------------------------------------------------------------- */
void Compile_Lambda(Compiler *c, Expr *expr);
void Compile_Comprehension(Compiler *c, Expr *expr);
void Compile_Def(Compiler *c, Stmt *stmt);
void Compile_Class(Compiler *c, Stmt *stmt);

/* --- statements
 * ---------------------------------------------------------------------- */
void Compile_Body(Compiler *c, StmtList body);
void Compile_Statement(Compiler *c, Stmt *stmt);
void Compile_Import(Compiler *c, Stmt *stmt);
void Compile_From(Compiler *c, Stmt *stmt);
void Compile_Try(Compiler *c, Stmt *stmt);
void Compile_With(Compiler *c, Stmt *stmt);
void Push_Around(Compiler *c, Around *around, AroundKind kind);
void Pop_Around(Compiler *c);
/* Undoes what surrounds the current statement, up to (not including) the
 * innermost loop, which is returned, or all of it. keep: a value on top of the
 * stack survives. */
Around *Unwind(Compiler *c, bool keep, bool to_loop);

#endif
