/* Simple statements: everything that fits on one line, separated by ';'. */
#include "parser.h"

#include "../code.h"

#include <string.h>

/* --- assignments and expressions
 * ------------------------------------------------------ */

static int augmented_opcode(TokenKind kind) {
  static const struct {
    TokenKind token;
    int opcode;
  } table[] = {
      {T_PLUS_EQUAL, INPLACE_ADD},
      {T_MINUS_EQUAL, INPLACE_SUBTRACT},
      {T_STAR_EQUAL, INPLACE_MULTIPLY},
      {T_SLASH_EQUAL, INPLACE_TRUE_DIVIDE},
      {T_PERCENT_EQUAL, INPLACE_MODULO},
      {T_AND_EQUAL, INPLACE_AND},
      {T_OR_EQUAL, INPLACE_OR},
      {T_XOR_EQUAL, INPLACE_XOR},
      {T_LSHIFT_EQUAL, INPLACE_LSHIFT},
      {T_RSHIFT_EQUAL, INPLACE_RSHIFT},
      {T_POWER_EQUAL, INPLACE_POWER},
      {T_FLOOR_EQUAL, INPLACE_FLOOR_DIVIDE},
      {T_AT_EQUAL, INPLACE_MATRIX_MULTIPLY},
  };
  for (size_t i = 0; i < sizeof table / sizeof *table; i++)
    if (table[i].token == kind)
      return table[i].opcode;
  return 0;
}

static Stmt *parse_chain(Parser *p, const Token *token, Expr *value) {
  Stmt *stmt = New_Stmt(p, S_ASSIGN, token);
  while (Parser_Accept(p, T_ASSIGN)) {
    if (value->kind == E_YIELD && !value->in_parentheses)
      Parser_Error(p, value->at, "assignment to yield expression not possible");
    if (stmt->assign.targets.count == 0)
      Check_Target(p, value, TARGET_ASSIGN);
    else
      Check_LaterTarget(p, value);
    ExprList_Add(p, &stmt->assign.targets, value);
    value = Parse_YieldOrStar(p);
  }
  stmt->assign.value = value;
  return stmt;
}

static Stmt *parse_annotated(Parser *p, const Token *token, Expr *target) {
  Token *colon = Parser_Next(p);
  if (Starts_Expression(p))
    Check_AnnotatedTarget(p, target);
  else
    Parser_Error(p, colon->start, "invalid syntax");
  Stmt *stmt = New_Stmt(p, S_ANNOTATED, token);
  stmt->annotated.target = target;
  stmt->annotated.annotation = Parse_Expression(p);
  if (Parser_Accept(p, T_ASSIGN))
    stmt->annotated.value = Parse_YieldOrStar(p);
  return stmt;
}

/* print "x" of Python 2 deserves more than "invalid syntax". */
static void check_print(Parser *p, const Expr *value) {
  if (value->kind != E_NAME || !Starts_Expression(p))
    return;
  const char *name = PyUnicode_AsUTF8(value->name);
  if (strcmp(name, "print") == 0 || strcmp(name, "exec") == 0)
    Parser_Error(p, value->at,
                 "Missing parentheses in call to '%s'. Did you mean %s(...)?",
                 name, name);
}

static Stmt *parse_expression_statement(Parser *p) {
  Token *token = Parser_Peek(p);
  Expr *value = Parse_YieldOrStar(p);
  TokenKind next = Parser_Peek(p)->kind;
  int opcode = augmented_opcode(next);
  if (next == T_ASSIGN)
    return parse_chain(p, token, value);
  if (next == T_COLON && value->kind != E_YIELD)
    return parse_annotated(p, token, value);
  if (opcode) {
    Check_AugmentedTarget(p, value);
    Parser_Next(p);
    Stmt *stmt = New_Stmt(p, S_AUGMENTED, token);
    stmt->augmented.opcode = opcode;
    stmt->augmented.target = value;
    stmt->augmented.value = Parse_YieldOrStar(p);
    return stmt;
  }
  check_print(p, value);
  Stmt *stmt = New_Stmt(p, S_EXPRESSION, token);
  stmt->value = value;
  return stmt;
}

/* --- imports
 * ------------------------------------------------------------------------------
 */

static void add_alias(Parser *p, Stmt *stmt, Alias alias) {
  stmt->import.items = Arena_Grow(p->arena, stmt->import.items,
                                  stmt->import.count, sizeof alias);
  stmt->import.items[stmt->import.count++] = alias;
}

/* a.b.c; *first becomes `a`. */
static PyObject *parse_dotted(Parser *p, PyObject **first) {
  const char *start = Parser_Peek(p)->start;
  Token *token = Parser_Expect(p, T_NAME);
  const char *end = token->end;
  *first = Parser_PlainName(p, token);
  while (Parser_At(p, T_DOT)) {
    Parser_Next(p);
    end = Parser_Expect(p, T_NAME)->end;
  }
  return end > start ? Arena_Name(p->arena, start, (size_t)(end - start))
                     : *first;
}

static Stmt *parse_import(Parser *p) {
  Stmt *stmt = New_Stmt(p, S_IMPORT, Parser_Next(p));
  do {
    Alias alias = {.at = Parser_Peek(p)->start};
    alias.name = parse_dotted(p, &alias.first);
    if (Parser_Accept(p, KW_AS))
      alias.as = Parser_ExpectName(p);
    add_alias(p, stmt, alias);
  } while (Parser_Accept(p, T_COMMA));
  return stmt;
}

static void parse_imported_names(Parser *p, Stmt *stmt, bool parentheses) {
  do {
    Alias alias = {.at = Parser_Peek(p)->start};
    if (stmt->import.count && parentheses && Parser_At(p, T_RPAREN))
      return;
    if (stmt->import.count && Parser_At(p, T_NEWLINE)) {
      Parser_Error(p, p->tokens[p->at].start,
                   "trailing comma not allowed without surrounding "
                   "parentheses");
      return;
    }
    Token *token = Parser_Expect(p, T_NAME);
    alias.name = alias.first = Parser_PlainName(p, token);
    if (Parser_Accept(p, KW_AS))
      alias.as = Parser_ExpectName(p);
    add_alias(p, stmt, alias);
  } while (Parser_Accept(p, T_COMMA));
}

static Stmt *parse_from(Parser *p) {
  Stmt *stmt = New_Stmt(p, S_FROM, Parser_Next(p));
  for (;;) {
    if (Parser_Accept(p, T_DOT))
      stmt->import.level++;
    else if (Parser_Accept(p, T_ELLIPSIS))
      stmt->import.level += 3;
    else
      break;
  }
  PyObject *first;
  if (stmt->import.level && Parser_At(p, KW_IMPORT))
    stmt->import.module = Arena_Name(p->arena, "", 0);
  else
    stmt->import.module = parse_dotted(p, &first);
  Parser_Expect(p, KW_IMPORT);
  if (Parser_Accept(p, T_STAR))
    return stmt;
  bool parentheses = Parser_Accept(p, T_LPAREN);
  parse_imported_names(p, stmt, parentheses);
  if (parentheses)
    Parser_Expect(p, T_RPAREN);
  return stmt;
}

/* --- the others
 * ------------------------------------------------------------------------------
 */

static Stmt *parse_keyword_only(Parser *p, StmtKind kind) {
  return New_Stmt(p, kind, Parser_Next(p));
}

static Stmt *parse_names(Parser *p, StmtKind kind) {
  Stmt *stmt = New_Stmt(p, kind, Parser_Next(p));
  do {
    stmt->names.items = Arena_Grow(p->arena, stmt->names.items,
                                   stmt->names.count, sizeof(PyObject *));
    stmt->names.items[stmt->names.count++] = Parser_ExpectName(p);
  } while (Parser_Accept(p, T_COMMA));
  return stmt;
}

static Stmt *parse_return(Parser *p) {
  Stmt *stmt = New_Stmt(p, S_RETURN, Parser_Next(p));
  if (Starts_Expression(p) || Parser_At(p, T_STAR))
    stmt->value = Parse_StarExpressions(p);
  return stmt;
}

static Stmt *parse_raise(Parser *p) {
  Stmt *stmt = New_Stmt(p, S_RAISE, Parser_Next(p));
  if (Starts_Expression(p)) {
    stmt->raise.exception = Parse_Expression(p);
    if (Parser_Accept(p, KW_FROM))
      stmt->raise.cause = Parse_Expression(p);
  }
  return stmt;
}

static Stmt *parse_assert(Parser *p) {
  Stmt *stmt = New_Stmt(p, S_ASSERT, Parser_Next(p));
  stmt->assertion.test = Parse_Expression(p);
  if (Parser_Accept(p, T_COMMA))
    stmt->assertion.message = Parse_Expression(p);
  return stmt;
}

static Stmt *parse_del(Parser *p) {
  Stmt *stmt = New_Stmt(p, S_DELETE, Parser_Next(p));
  do {
    Expr *target =
        Parser_At(p, T_STAR) ? Parse_StarExpressions(p) : Parse_Expression(p);
    Check_Target(p, target, TARGET_DELETE);
    ExprList_Add(p, &stmt->targets, target);
  } while (Parser_Accept(p, T_COMMA) && Starts_Expression(p));
  return stmt;
}

static Stmt *parse_simple(Parser *p) {
  switch (Parser_Peek(p)->kind) {
  case KW_PASS:
    return parse_keyword_only(p, S_PASS);
  case KW_BREAK:
    return parse_keyword_only(p, S_BREAK);
  case KW_CONTINUE:
    return parse_keyword_only(p, S_CONTINUE);
  case KW_RETURN:
    return parse_return(p);
  case KW_RAISE:
    return parse_raise(p);
  case KW_GLOBAL:
    return parse_names(p, S_GLOBAL);
  case KW_NONLOCAL:
    return parse_names(p, S_NONLOCAL);
  case KW_DEL:
    return parse_del(p);
  case KW_ASSERT:
    return parse_assert(p);
  case KW_IMPORT:
    return parse_import(p);
  case KW_FROM:
    return parse_from(p);
  default:
    return parse_expression_statement(p);
  }
}

void Parse_SimpleLine(Parser *p, StmtList *list) {
  StmtList_Add(p, list, parse_simple(p));
  while (Parser_Accept(p, T_SEMICOLON) && !Parser_At(p, T_NEWLINE) &&
         !p->source->failed)
    StmtList_Add(p, list, parse_simple(p));
  Parser_Expect(p, T_NEWLINE);
}

void Parse_Statement(Parser *p, StmtList *list) {
  Stmt *compound = Parse_Compound(p);
  if (compound)
    StmtList_Add(p, list, compound);
  else
    Parse_SimpleLine(p, list);
}
