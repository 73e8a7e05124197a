/* The parser: tokens to syntax tree, by recursive descent.
 *
 * After an error the token stream ends: every further look sees T_END, so all
 * loops come to their end, and the parsing functions can return any harmless
 * node instead of checking each other's results. Only the entry points look at
 * source->failed. The files: parser.c (cursor, errors, entry points),
 * expressions.c, displays.c (brackets, calls, comprehensions, lambdas),
 * statements.c, compound.c (statements with bodies), targets.c (what may be
 * assigned to), literal.c and fstring.c.
 */
#ifndef MINIPY_FRONTEND_PARSER_H
#define MINIPY_FRONTEND_PARSER_H

#include "ast.h"
#include "tokenizer.h"

enum { MAX_NESTING = 400 };

typedef struct {
  Source *source;
  Arena *arena;
  Token *tokens;
  int count, at;
  int nesting;          /* of constructs, against overflow of the C stack */
  PyObject *class_name; /* innermost class: for mangling; or NULL */
  bool in_fstring;
} Parser;

/* --- parser.c
 * ------------------------------------------------------------------ */
/* A module's tree, or NULL with an error set. */
Module *Parse_Module(Source *source);
/* The tree of one expression, for eval(). */
Module *Parse_Eval(Source *source);

static inline Token *Parser_Peek(Parser *p) { return &p->tokens[p->at]; }
static inline bool Parser_At(Parser *p, TokenKind kind) {
  return p->tokens[p->at].kind == kind;
}
TokenKind Parser_PeekNext(Parser *p); /* the kind of the token after */
Token *Parser_Next(Parser *p);
bool Parser_Accept(Parser *p, TokenKind kind);
/* Takes the token or reports "invalid syntax". */
Token *Parser_Expect(Parser *p, TokenKind kind);
/* Takes a ':' or reports "expected ':'". */
void Parser_ExpectColon(Parser *p);
/* The same where nothing else but a ':' can come. */
void Parser_ForceColon(Parser *p);
/* Reports "invalid syntax" (or a better guess) at the current token. */
void Parser_Invalid(Parser *p);
/* Reports another message, at a place. */
void Parser_Error(Parser *p, const char *at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Stops the token stream. */
void Parser_Stop(Parser *p);
/* Counts nesting; false (and an error) when it is too deep. */
bool Parser_Enter(Parser *p);
void Parser_Leave(Parser *p);
/* A name token's text, mangled or not. */
PyObject *Parser_Name(Parser *p, const Token *token);
PyObject *Parser_PlainName(Parser *p, const Token *token);
/* Takes an identifier; an error if there is none. */
PyObject *Parser_ExpectName(Parser *p);

Expr *New_Expr(Parser *p, ExprKind kind, const Token *token);
Expr *New_Constant(Parser *p, PyObject *owned, const Token *token);
Expr *New_None(Parser *p, const Token *token);
Stmt *New_Stmt(Parser *p, StmtKind kind, const Token *token);
void ExprList_Add(Parser *p, ExprList *list, Expr *item);
void StmtList_Add(Parser *p, StmtList *list, Stmt *item);

/* --- expressions.c
 * ---------------------------------------------------------------- */
Expr *Parse_Expression(Parser *p);      /* conditional, lambda and below */
Expr *Parse_NamedExpression(Parser *p); /* := too */
Expr *Parse_BitOr(Parser *p);           /* operators above comparisons */
Expr *Parse_Disjunction(Parser *p);     /* or, and, not, comparisons */
Expr *Parse_StarOrNamed(Parser *p);     /* *bitor, or a named expression */
Expr *Parse_StarExpressions(Parser *p); /* a, *b, c: maybe a tuple */
Expr *Parse_YieldOrStar(Parser *p);     /* also yield */
Expr *Parse_Yield(Parser *p);
bool Starts_Expression(Parser *p);
/* In brackets, after `element`: an expression at once is a forgotten comma. */
void Check_ForgottenComma(Parser *p, Expr *element);

/* --- displays.c
 * -------------------------------------------------------------------- */
Expr *Parse_Parenthesis(Parser *p);
Expr *Parse_ListDisplay(Parser *p);
Expr *Parse_BraceDisplay(Parser *p);
Expr *Parse_Lambda(Parser *p);
/* After the '('; takes the ')'. */
void Parse_Arguments(Parser *p, ExprList *arguments, KeywordList *keywords);
Expr *Parse_Subscript(Parser *p, Expr *object);
/* Parameters up to the token `end` (not taken), with annotations or without. */
void Parse_Parameters(Parser *p, Parameters *parameters, TokenKind end,
                      bool annotations);

/* --- statements.c, compound.c
 * --------------------------------------------------------- */
void Parse_Statement(Parser *p, StmtList *list);
void Parse_SimpleLine(Parser *p, StmtList *list);
/* A compound statement or NULL if none starts here. */
Stmt *Parse_Compound(Parser *p);
Expr *Parse_TargetList(Parser *p); /* of a for: ends at `in` */

/* --- targets.c
 * ------------------------------------------------------------------------- */
typedef enum {
  TARGET_ASSIGN,
  TARGET_FOR,
  TARGET_WITH,
  TARGET_DELETE
} TargetUse;
void Check_Target(Parser *p, Expr *target, TargetUse use);
/* The b of a = b = c. */
void Check_LaterTarget(Parser *p, Expr *target);
void Check_AugmentedTarget(Parser *p, Expr *target);
void Check_AnnotatedTarget(Parser *p, Expr *target);

/* --- literal.c, fstring.c
 * -------------------------------------------------------------- */
Expr *Parse_Number(Parser *p);
Expr *Parse_Strings(Parser *p); /* one or more adjacent literals */
/* Adds the parts of an f-string's inside [start, end) to a list. */
void Parse_FString(Parser *p, const Token *token, const char *start,
                   const char *end, bool raw, ExprList *parts);
/* The text of a literal's inside; owned by the arena, NULL after an error. */
PyObject *Decode_Text(Parser *p, const Token *token, const char *start,
                      const char *end, bool raw);

#endif
