/* The parser's cursor over the tokens, its error reports, node construction,
 * and the two entry points (see parser.h for how errors end a parse). */
#include "parser.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

TokenKind Parser_PeekNext(Parser *p) {
  return p->at + 1 < p->count ? p->tokens[p->at + 1].kind : T_END;
}

Token *Parser_Next(Parser *p) {
  Token *token = &p->tokens[p->at];
  if (p->at + 1 < p->count)
    p->at++;
  return token;
}

bool Parser_Accept(Parser *p, TokenKind kind) {
  if (!Parser_At(p, kind))
    return false;
  Parser_Next(p);
  return true;
}

void Parser_Stop(Parser *p) { p->at = p->count - 1; }

static void report_bad_token(Parser *p, const Token *token) {
  PyObject *type = PyExc_SyntaxError;
  if (strncmp(token->message, "inconsistent use", 16) == 0)
    type = PyExc_TabError;
  else if (strncmp(token->message, "unindent", 8) == 0)
    type = PyExc_IndentationError;
  Source_ErrorOf(p->source, type, token->start, "%s", token->message);
}

/* Something that is wrong in the rest of the text, as a word or a bracket, is
 * more likely the cause than what the parser stumbled over (and CPython says
 * so, too). Reports it. */
static bool report_lexical(Parser *p, const char *at) {
  if (p->source->failed || p->in_fstring || p->count < 2)
    return p->source->failed;
  const Token *last = &p->tokens[p->count - 2], *end = last + 1;
  if (last->kind == T_ERROR) {
    bool indentation = strncmp(last->message, "inconsistent", 12) == 0 ||
                       strncmp(last->message, "unindent", 8) == 0;
    if (!indentation)
      report_bad_token(p, last);
  } else if (end->open >= 0) {
    const Token *opener = &p->tokens[end->open];
    if (opener->line < Source_Line(p->source, at))
      Source_Error(p->source, opener->start, "'%c' was never closed",
                   *opener->start);
  }
  return p->source->failed;
}

void Parser_Error(Parser *p, const char *at, const char *format, ...) {
  char text[300];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  if (!report_lexical(p, at))
    Source_Error(p->source, at, "%s%s", p->in_fstring ? "f-string: " : "",
                 text);
  Parser_Stop(p);
}

/* A bracket that an earlier line opened and nothing closed is the likely cause
 * of whatever does not fit here. */
static bool report_unclosed(Parser *p, const Token *token) {
  if (token->open < 0)
    return false;
  const Token *opener = &p->tokens[token->open];
  if (token->kind != T_END && opener->line >= token->line)
    return false;
  Parser_Error(p, opener->start, "'%c' was never closed", *opener->start);
  return true;
}

void Parser_Invalid(Parser *p) {
  const Token *token = Parser_Peek(p);
  if (p->source->failed)
    ;
  else if (token->kind == T_ERROR)
    report_bad_token(p, token);
  else if (token->kind == T_INDENT)
    Source_ErrorOf(p->source, PyExc_IndentationError, token->start,
                   "unexpected indent");
  else if (!report_unclosed(p, token))
    Parser_Error(p, token->start, "invalid syntax");
  Parser_Stop(p);
}

Token *Parser_Expect(Parser *p, TokenKind kind) {
  if (!Parser_At(p, kind))
    Parser_Invalid(p);
  return Parser_Next(p);
}

void Parser_ExpectColon(Parser *p) {
  Token *token = Parser_Peek(p);
  if (token->kind == T_COLON)
    Parser_Next(p);
  else if (token->kind == T_NEWLINE)
    Parser_Error(p, token->start, "expected ':'");
  else
    Parser_Invalid(p);
}

void Parser_ForceColon(Parser *p) {
  Token *token = Parser_Peek(p);
  if (token->kind == T_ERROR)
    Parser_Invalid(p);
  else if (token->kind != T_COLON)
    Parser_Error(p, token->start, "expected ':'");
  Parser_Next(p);
}

bool Parser_Enter(Parser *p) {
  if (++p->nesting <= MAX_NESTING)
    return true;
  Parser_Error(p, Parser_Peek(p)->start, "too many nested constructs");
  return false;
}

void Parser_Leave(Parser *p) { p->nesting--; }

PyObject *Parser_PlainName(Parser *p, const Token *token) {
  return Arena_Name(p->arena, token->start,
                    (size_t)(token->end - token->start));
}

/* __x inside class _C means _C__x; names that end in __ are nobody's. */
PyObject *Parser_Name(Parser *p, const Token *token) {
  size_t size = (size_t)(token->end - token->start);
  const char *text = token->start;
  if (!p->class_name || size < 3 || strncmp(text, "__", 2) != 0 ||
      strncmp(token->end - 2, "__", 2) == 0)
    return Parser_PlainName(p, token);
  const char *class_name = PyUnicode_AsUTF8(p->class_name);
  while (*class_name == '_')
    class_name++;
  if (!*class_name)
    return Parser_PlainName(p, token);
  size_t prefix = strlen(class_name);
  char *mangled = Arena_Alloc(p->arena, prefix + size + 2);
  mangled[0] = '_';
  memcpy(mangled + 1, class_name, prefix);
  memcpy(mangled + 1 + prefix, text, size);
  return Arena_Name(p->arena, mangled, prefix + size + 1);
}

PyObject *Parser_ExpectName(Parser *p) {
  Token *token = Parser_Expect(p, T_NAME);
  return token->kind == T_NAME ? Parser_Name(p, token)
                               : Arena_Name(p->arena, "_", 1);
}

/* --- nodes
 * -------------------------------------------------------------------------- */

Expr *New_Expr(Parser *p, ExprKind kind, const Token *token) {
  Expr *expr = Arena_Alloc(p->arena, sizeof *expr);
  expr->kind = kind;
  expr->line = token->line;
  expr->at = token->start;
  return expr;
}

Expr *New_Constant(Parser *p, PyObject *owned, const Token *token) {
  Expr *expr = New_Expr(p, E_CONSTANT, token);
  expr->constant = Arena_Own(p->arena, owned);
  return expr;
}

Expr *New_None(Parser *p, const Token *token) {
  return New_Constant(p, Py_NewRef(Py_None), token);
}

Stmt *New_Stmt(Parser *p, StmtKind kind, const Token *token) {
  Stmt *stmt = Arena_Alloc(p->arena, sizeof *stmt);
  stmt->kind = kind;
  stmt->line = token->line;
  stmt->at = token->start;
  return stmt;
}

void ExprList_Add(Parser *p, ExprList *list, Expr *item) {
  list->items =
      Arena_Grow(p->arena, list->items, list->count, sizeof *list->items);
  list->items[list->count++] = item;
}

void StmtList_Add(Parser *p, StmtList *list, Stmt *item) {
  list->items =
      Arena_Grow(p->arena, list->items, list->count, sizeof *list->items);
  list->items[list->count++] = item;
}

PyObject *Body_Docstring(StmtList body) {
  if (body.count == 0 || body.items[0]->kind != S_EXPRESSION)
    return NULL;
  Expr *value = body.items[0]->value;
  bool is_text =
      value->kind == E_CONSTANT && PyUnicode_CheckExact(value->constant);
  return is_text ? value->constant : NULL;
}

/* --- entry points
 * ------------------------------------------------------------------- */

static Parser start(Source *source) {
  TokenArray array = Tokenize(source);
  return (Parser){.source = source,
                  .arena = source->arena,
                  .tokens = array.tokens,
                  .count = array.count};
}

Module *Parse_Module(Source *source) {
  Parser p = start(source);
  Module *module = Arena_Alloc(source->arena, sizeof *module);
  while (!Parser_At(&p, T_END)) {
    if (!Parser_Accept(&p, T_NEWLINE))
      Parse_Statement(&p, &module->body);
  }
  if (!source->failed && Parser_Peek(&p)->open >= 0)
    Parser_Invalid(&p);
  return source->failed ? NULL : module;
}

Module *Parse_Eval(Source *source) {
  while (*source->text == ' ' || *source->text == '\t')
    source->text++; /* an indentation would be an error */
  Parser p = start(source);
  Module *module = Arena_Alloc(source->arena, sizeof *module);
  module->expression = Parse_StarExpressions(&p);
  while (Parser_Accept(&p, T_NEWLINE)) {
  }
  if (!Parser_At(&p, T_END) || Parser_Peek(&p)->open >= 0)
    Parser_Invalid(&p);
  return source->failed ? NULL : module;
}
