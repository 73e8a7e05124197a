/* Compound statements: those with a header, a colon and an indented body. */
#include "parser.h"

#include <string.h>

/* `what` and the header's line go into the error when there is no body. */
static StmtList parse_body(Parser *p, const char *what, int line) {
  StmtList body = {0};
  TokenKind header = p->tokens[p->at - 1].kind;
  if (header == KW_ELSE || header == KW_TRY || header == KW_FINALLY)
    Parser_ForceColon(p);
  else
    Parser_ExpectColon(p);
  if (!Parser_Accept(p, T_NEWLINE)) {
    Parse_SimpleLine(p, &body);
    return body;
  }
  if (!Parser_Accept(p, T_INDENT)) {
    const Token *token = Parser_Peek(p);
    if (token->kind == T_ERROR)
      Parser_Invalid(p);
    Source_ErrorOf(p->source, PyExc_IndentationError, token->start,
                   "expected an indented block after %s on line %d", what,
                   line);
    Parser_Stop(p);
    return body;
  }
  while (!Parser_At(p, T_DEDENT) && !Parser_At(p, T_END))
    Parse_Statement(p, &body);
  if (!Parser_Accept(p, T_DEDENT))
    Parser_Invalid(p);
  return body;
}

/* The test of if, elif, while. */
static Expr *parse_test(Parser *p) {
  Expr *test = Parse_NamedExpression(p);
  if (Parser_At(p, T_ASSIGN)) {
    if (test->kind == E_NAME)
      Parser_Error(p, test->at,
                   "invalid syntax. Maybe you meant '==' or ':=' instead of "
                   "'='?");
    else if (test->kind == E_ATTRIBUTE || test->kind == E_SUBSCRIPT)
      Parser_Error(p, test->at,
                   "cannot assign to %s here. Maybe you meant '==' instead of "
                   "'='?",
                   Expr_Describe(test));
    else
      Check_Target(p, test, TARGET_ASSIGN);
  }
  return test;
}

static StmtList parse_else(Parser *p) {
  Token *token = Parser_Peek(p);
  if (!Parser_Accept(p, KW_ELSE))
    return (StmtList){0};
  return parse_body(p, "'else' statement", token->line);
}

static Stmt *parse_if(Parser *p) {
  Token *token = Parser_Next(p);
  Stmt *stmt = New_Stmt(p, S_IF, token);
  stmt->branch.test = parse_test(p);
  stmt->branch.body = parse_body(
      p, token->kind == KW_IF ? "'if' statement" : "'elif' statement",
      token->line);
  if (Parser_At(p, KW_ELIF))
    StmtList_Add(p, &stmt->branch.otherwise, parse_if(p));
  else
    stmt->branch.otherwise = parse_else(p);
  return stmt;
}

static Stmt *parse_while(Parser *p) {
  Token *token = Parser_Next(p);
  Stmt *stmt = New_Stmt(p, S_WHILE, token);
  stmt->branch.test = parse_test(p);
  stmt->branch.body = parse_body(p, "'while' statement", token->line);
  stmt->branch.otherwise = parse_else(p);
  return stmt;
}

Expr *Parse_TargetList(Parser *p) {
  Token *start = Parser_Peek(p);
  Expr *first = NULL, *tuple = NULL;
  do {
    if (tuple && Parser_At(p, KW_IN))
      break;
    Token *token = Parser_Peek(p);
    Expr *target;
    if (Parser_Accept(p, T_STAR)) {
      target = New_Expr(p, E_STARRED, token);
      target->operand = Parse_BitOr(p);
    } else {
      target = Parse_BitOr(p);
    }
    if (!first)
      first = target;
    if (!tuple && Parser_At(p, T_COMMA))
      tuple = New_Expr(p, E_TUPLE, start);
    if (tuple)
      ExprList_Add(p, &tuple->elements, target);
  } while (Parser_Accept(p, T_COMMA));
  Expr *result = tuple ? tuple : first;
  if (Parser_At(p, KW_IN))
    Check_Target(p, result, TARGET_FOR);
  return result;
}

static Stmt *parse_for(Parser *p) {
  Token *token = Parser_Next(p);
  Stmt *stmt = New_Stmt(p, S_FOR, token);
  stmt->loop.target = Parse_TargetList(p);
  Parser_Expect(p, KW_IN);
  stmt->loop.iterable = Parse_StarExpressions(p);
  stmt->loop.body = parse_body(p, "'for' statement", token->line);
  stmt->loop.otherwise = parse_else(p);
  return stmt;
}

/* --- try
 * ----------------------------------------------------------------------------------
 */

static void parse_handler(Parser *p, Stmt *stmt) {
  Token *token = Parser_Next(p);
  Handler handler = {.line = token->line, .at = token->start};
  if (Parser_At(p, T_STAR))
    Parser_Error(p, token->start, "'except*' is not supported by minipy");
  if (!Parser_At(p, T_COLON)) {
    handler.type = Parse_Expression(p);
    if (Parser_At(p, T_COMMA))
      Parser_Error(p, handler.type->at,
                   "multiple exception types must be parenthesized");
    if (Parser_Accept(p, KW_AS))
      handler.name = Parser_ExpectName(p);
  }
  handler.body = parse_body(p, "'except' statement", token->line);
  stmt->try.handlers = Arena_Grow(p->arena, stmt->try.handlers,
                                  stmt->try.nhandlers, sizeof handler);
  stmt->try.handlers[stmt->try.nhandlers++] = handler;
}

static Stmt *parse_try(Parser *p) {
  Token *token = Parser_Next(p);
  Stmt *stmt = New_Stmt(p, S_TRY, token);
  stmt->try.body = parse_body(p, "'try' statement", token->line);
  while (Parser_At(p, KW_EXCEPT))
    parse_handler(p, stmt);
  for (int i = 0; i + 1 < stmt->try.nhandlers; i++)
    if (!stmt->try.handlers[i].type)
      Parser_Error(p, stmt->try.handlers[i].at,
                   "default 'except:' must be last");
  if (stmt->try.nhandlers)
    stmt->try.otherwise = parse_else(p);
  token = Parser_Peek(p);
  if (Parser_Accept(p, KW_FINALLY))
    stmt->try.finally = parse_body(p, "'finally' statement", token->line);
  else if (stmt->try.nhandlers == 0 && token->kind != T_ERROR)
    Parser_Error(p, token->start, "expected 'except' or 'finally' block");
  else if (stmt->try.nhandlers == 0)
    Parser_Invalid(p);
  return stmt;
}

/* --- with
 * ------------------------------------------------------------------------------------
 */

static void parse_item(Parser *p, Stmt *stmt) {
  WithItem item = {Parse_Expression(p), NULL};
  if (Parser_Accept(p, KW_AS)) {
    Token *token = Parser_Peek(p);
    if (token->kind == T_STAR) {
      item.target = Parse_StarOrNamed(p);
    } else {
      item.target = Parse_BitOr(p);
    }
    Check_Target(p, item.target, TARGET_WITH);
  }
  stmt->with.items =
      Arena_Grow(p->arena, stmt->with.items, stmt->with.count, sizeof item);
  stmt->with.items[stmt->with.count++] = item;
}

/* Is this '(' a parenthesis around all items: is its ')' followed by ':', and
 * has it an `as` at its own level? Otherwise it begins an expression. */
static bool items_in_parentheses(Parser *p) {
  int depth = 0;
  bool has_as = false;
  for (int i = p->at; i < p->count; i++) {
    TokenKind kind = p->tokens[i].kind;
    if (kind == T_LPAREN || kind == T_LBRACKET || kind == T_LBRACE)
      depth++;
    else if (kind == T_RPAREN || kind == T_RBRACKET || kind == T_RBRACE)
      depth--;
    has_as = has_as || (kind == KW_AS && depth == 1) ||
             (kind == T_COMMA && depth == 1);
    if (depth == 0)
      return has_as && p->tokens[i + 1].kind == T_COLON;
  }
  return false;
}

static Stmt *parse_with(Parser *p) {
  Token *token = Parser_Next(p);
  Stmt *stmt = New_Stmt(p, S_WITH, token);
  bool parentheses = Parser_At(p, T_LPAREN) && items_in_parentheses(p);
  if (parentheses)
    Parser_Next(p);
  do {
    if (parentheses && stmt->with.count && Parser_At(p, T_RPAREN))
      break;
    parse_item(p, stmt);
  } while (Parser_Accept(p, T_COMMA));
  if (parentheses)
    Parser_Expect(p, T_RPAREN);
  stmt->with.body = parse_body(p, "'with' statement", token->line);
  return stmt;
}

/* --- def, class, decorators
 * ---------------------------------------------------------------- */

static Stmt *parse_def(Parser *p, ExprList decorators) {
  Token *token = Parser_Next(p);
  Stmt *stmt = New_Stmt(p, S_DEF, token);
  Def *def = Arena_Alloc(p->arena, sizeof *def);
  stmt->def = def;
  def->decorators = decorators;
  Token *name = Parser_Expect(p, T_NAME);
  def->name = def->function.name = Parser_PlainName(p, name);
  def->binding = Parser_Name(p, name);
  if (!Parser_At(p, T_LPAREN) && !p->source->failed)
    Parser_Error(p, Parser_Peek(p)->start, "expected '('");
  Parser_Expect(p, T_LPAREN);
  Parse_Parameters(p, &def->function.parameters, T_RPAREN, true);
  Parser_Expect(p, T_RPAREN);
  if (Parser_Accept(p, T_ARROW))
    Parse_Expression(p);
  if (!Parser_At(p, T_COLON))
    Parser_ForceColon(p);
  def->function.body = parse_body(p, "function definition", token->line);
  return stmt;
}

static Stmt *parse_class(Parser *p, ExprList decorators) {
  Token *token = Parser_Next(p);
  Stmt *stmt = New_Stmt(p, S_CLASS, token);
  Class *class = Arena_Alloc(p->arena, sizeof *class);
  stmt->class = class;
  class->decorators = decorators;
  Token *name = Parser_Expect(p, T_NAME);
  class->name = Parser_PlainName(p, name);
  class->binding = Parser_Name(p, name);
  if (Parser_Accept(p, T_LPAREN))
    Parse_Arguments(p, &class->bases, &class->keywords);
  if (class->bases.count == 1 &&
      class->bases.items[0]->kind == E_COMPREHENSION &&
      class->bases.items[0]->comprehension->kind == COMP_GENERATOR)
    Parser_Error(p, class->bases.items[0]->at, "invalid syntax");
  PyObject *outer = p->class_name;
  p->class_name = class->name;
  class->body = parse_body(p, "class definition", token->line);
  p->class_name = outer;
  return stmt;
}

static Stmt *parse_decorated(Parser *p) {
  ExprList decorators = {0};
  while (Parser_Accept(p, T_AT)) {
    ExprList_Add(p, &decorators, Parse_NamedExpression(p));
    Parser_Expect(p, T_NEWLINE);
  }
  if (Parser_At(p, KW_DEF))
    return parse_def(p, decorators);
  if (Parser_At(p, KW_CLASS))
    return parse_class(p, decorators);
  if (Parser_At(p, KW_ASYNC))
    Parser_Error(p, Parser_Peek(p)->start,
                 "'async' is not supported by minipy");
  Parser_Invalid(p);
  return New_Stmt(p, S_PASS, Parser_Peek(p));
}

static Stmt *parse_compound(Parser *p) {
  ExprList none = {0};
  switch (Parser_Peek(p)->kind) {
  case KW_IF:
    return parse_if(p);
  case KW_WHILE:
    return parse_while(p);
  case KW_FOR:
    return parse_for(p);
  case KW_TRY:
    return parse_try(p);
  case KW_WITH:
    return parse_with(p);
  case KW_DEF:
    return parse_def(p, none);
  case KW_CLASS:
    return parse_class(p, none);
  case T_AT:
    return parse_decorated(p);
  case KW_ASYNC:
    Parser_Error(p, Parser_Peek(p)->start,
                 "'async' is not supported by minipy");
    return NULL;
  default:
    return NULL;
  }
}

Stmt *Parse_Compound(Parser *p) {
  if (!Parser_Enter(p))
    return NULL;
  Stmt *stmt = parse_compound(p);
  Parser_Leave(p);
  return stmt;
}
