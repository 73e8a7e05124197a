/* Everything between brackets: parentheses, list, set and dict displays,
 * comprehensions, subscripts, the arguments of calls and the parameters of
 * functions (and so lambdas, too). */
#include "parser.h"

/* --- comprehensions
 * ------------------------------------------------------------------ */

static bool at_comprehension(Parser *p) {
  return Parser_At(p, KW_FOR) || Parser_At(p, KW_ASYNC);
}

static void parse_clause(Parser *p, Comprehension *comprehension) {
  comprehension->clauses =
      Arena_Grow(p->arena, comprehension->clauses, comprehension->nclauses,
                 sizeof *comprehension->clauses);
  ForClause *clause = &comprehension->clauses[comprehension->nclauses++];
  *clause = (ForClause){0};
  Parser_Next(p);
  clause->target = Parse_TargetList(p);
  Parser_Expect(p, KW_IN);
  clause->iterable = Parse_Disjunction(p);
  while (Parser_Accept(p, KW_IF))
    ExprList_Add(p, &clause->conditions, Parse_Disjunction(p));
}

/* At the `for` after the element (and, of a dict, the value). */
static Expr *parse_comprehension(Parser *p, const Token *start,
                                 ComprehensionKind kind, Expr *element,
                                 Expr *value) {
  if (element->kind == E_STARRED)
    Parser_Error(p, element->at,
                 "iterable unpacking cannot be used in comprehension");
  Expr *expr = New_Expr(p, E_COMPREHENSION, start);
  Comprehension *comprehension = Arena_Alloc(p->arena, sizeof *comprehension);
  expr->comprehension = comprehension;
  comprehension->kind = kind;
  comprehension->element = element;
  comprehension->value = value;
  while (Parser_At(p, KW_FOR))
    parse_clause(p, comprehension);
  if (Parser_At(p, KW_ASYNC))
    Parser_Error(p, Parser_Peek(p)->start,
                 "'async' is not supported by minipy");
  if (comprehension->nclauses == 0) /* only after an error */
    Parser_Invalid(p);
  return expr;
}

/* --- displays
 * ------------------------------------------------------------------------- */

/* The rest of `first, second, ...` before a closing bracket. */
static void parse_elements(Parser *p, ExprList *list, TokenKind closer,
                           Expr *first) {
  ExprList_Add(p, list, first);
  Check_ForgottenComma(p, first);
  while (Parser_Accept(p, T_COMMA) && !Parser_At(p, closer)) {
    Expr *element = Parse_StarOrNamed(p);
    ExprList_Add(p, list, element);
    Check_ForgottenComma(p, element);
  }
}

static Expr *finish_group(Parser *p, Expr *inside) {
  Parser_Expect(p, T_RPAREN);
  inside->in_parentheses = true;
  return inside;
}

Expr *Parse_Parenthesis(Parser *p) {
  Token *token = Parser_Next(p);
  if (Parser_At(p, KW_YIELD))
    return finish_group(p, Parse_Yield(p));
  if (Parser_Accept(p, T_RPAREN)) {
    Expr *empty = New_Expr(p, E_TUPLE, token);
    empty->in_parentheses = true;
    return empty;
  }
  Expr *first = Parse_StarOrNamed(p);
  if (at_comprehension(p))
    return finish_group(
        p, parse_comprehension(p, token, COMP_GENERATOR, first, NULL));
  if (!Parser_At(p, T_COMMA)) {
    if (first->kind == E_STARRED && Parser_At(p, T_RPAREN))
      Parser_Error(p, first->at, "cannot use starred expression here");
    Check_ForgottenComma(p, first);
    return finish_group(p, first);
  }
  Expr *tuple = New_Expr(p, E_TUPLE, token);
  parse_elements(p, &tuple->elements, T_RPAREN, first);
  return finish_group(p, tuple);
}

Expr *Parse_ListDisplay(Parser *p) {
  Token *token = Parser_Next(p);
  Expr *list = New_Expr(p, E_LIST, token);
  if (!Parser_At(p, T_RBRACKET)) {
    Expr *first = Parse_StarOrNamed(p);
    if (at_comprehension(p))
      list = parse_comprehension(p, token, COMP_LIST, first, NULL);
    else
      parse_elements(p, &list->elements, T_RBRACKET, first);
  }
  Parser_Expect(p, T_RBRACKET);
  return list;
}

/* key: value or **mapping; the key of the latter is NULL. */
static void parse_item(Parser *p, Expr **key, Expr **value) {
  *key = NULL;
  if (Parser_Accept(p, T_POWER)) {
    *value = Parse_BitOr(p);
    return;
  }
  *key = Parse_Expression(p);
  if (Parser_At(p, T_COMMA) || Parser_At(p, T_RBRACE))
    Parser_Error(p, Parser_Peek(p)->start - 1,
                 "':' expected after dictionary key");
  Check_ForgottenComma(p, *key);
  Parser_Expect(p, T_COLON);
  if (Parser_At(p, T_COMMA) || Parser_At(p, T_RBRACE))
    Parser_Error(p, Parser_Peek(p)->start - 1,
                 "expression expected after dictionary key and ':'");
  *value = Parse_Expression(p);
  Check_ForgottenComma(p, *value);
}

static Expr *parse_dict(Parser *p, const Token *token, Expr *key, Expr *value) {
  if (at_comprehension(p)) {
    if (!key) {
      Parser_Error(p, token->start + 1,
                   "dict unpacking cannot be used in dict comprehension");
      key = value;
    }
    return parse_comprehension(p, token, COMP_DICT, key, value);
  }
  Expr *dict = New_Expr(p, E_DICT, token);
  for (;;) {
    ExprList_Add(p, &dict->dict.keys, key);
    ExprList_Add(p, &dict->dict.values, value);
    if (!Parser_Accept(p, T_COMMA) || Parser_At(p, T_RBRACE))
      return dict;
    parse_item(p, &key, &value);
  }
}

Expr *Parse_BraceDisplay(Parser *p) {
  Token *token = Parser_Next(p);
  Expr *result, *key, *value;
  if (Parser_At(p, T_RBRACE)) {
    result = New_Expr(p, E_DICT, token);
  } else if (Parser_At(p, T_POWER)) {
    parse_item(p, &key, &value);
    result = parse_dict(p, token, key, value);
  } else {
    key = Parse_StarOrNamed(p);
    if (Parser_Accept(p, T_COLON)) {
      value = Parse_Expression(p);
      Check_ForgottenComma(p, value);
      result = parse_dict(p, token, key, value);
    } else if (at_comprehension(p)) {
      result = parse_comprehension(p, token, COMP_SET, key, NULL);
    } else {
      result = New_Expr(p, E_SET, token);
      parse_elements(p, &result->elements, T_RBRACE, key);
    }
  }
  Parser_Expect(p, T_RBRACE);
  return result;
}

/* --- subscripts
 * ----------------------------------------------------------------------- */

static bool at_slice_end(Parser *p) {
  return Parser_At(p, T_COLON) || Parser_At(p, T_COMMA) ||
         Parser_At(p, T_RBRACKET);
}

static Expr *parse_slice(Parser *p) {
  Token *token = Parser_Peek(p);
  Expr *start = Parser_At(p, T_COLON) ? NULL : Parse_StarOrNamed(p);
  if (!Parser_At(p, T_COLON))
    return start;
  Parser_Next(p);
  Expr *slice = New_Expr(p, E_SLICE, token);
  slice->slice.start = start;
  if (!at_slice_end(p))
    slice->slice.stop = Parse_Expression(p);
  if (Parser_Accept(p, T_COLON) && !at_slice_end(p))
    slice->slice.step = Parse_Expression(p);
  return slice;
}

Expr *Parse_Subscript(Parser *p, Expr *object) {
  Token *token = Parser_Peek(p);
  Expr *subscript = New_Expr(p, E_SUBSCRIPT, token);
  subscript->at = object->at;
  Expr *first = parse_slice(p);
  if (Parser_At(p, T_COMMA) || first->kind == E_STARRED) {
    Expr *tuple = New_Expr(p, E_TUPLE, token);
    ExprList_Add(p, &tuple->elements, first);
    while (Parser_Accept(p, T_COMMA) && !Parser_At(p, T_RBRACKET))
      ExprList_Add(p, &tuple->elements, parse_slice(p));
    first = tuple;
  }
  Check_ForgottenComma(p, first);
  Parser_Expect(p, T_RBRACKET);
  subscript->subscript.object = object;
  subscript->subscript.index = first;
  return subscript;
}

/* --- arguments of a call
 * ------------------------------------------------------------------ */

static void add_keyword(Parser *p, KeywordList *list, PyObject *name,
                        Expr *value, const char *at) {
  for (int i = 0; name && i < list->count; i++)
    if (list->items[i].name == name)
      Parser_Error(p, at, "keyword argument repeated: %s",
                   PyUnicode_AsUTF8(name));
  list->items =
      Arena_Grow(p->arena, list->items, list->count, sizeof *list->items);
  list->items[list->count++] = (Keyword){name, value, at};
}

static bool has_double_star(const KeywordList *list) {
  for (int i = 0; i < list->count; i++)
    if (!list->items[i].name)
      return true;
  return false;
}

static void parse_keyword(Parser *p, KeywordList *keywords) {
  Token *token = Parser_Peek(p);
  PyObject *name = Parser_ExpectName(p);
  Parser_Expect(p, T_ASSIGN);
  if (Parser_At(p, T_COMMA) || Parser_At(p, T_RPAREN))
    Parser_Error(p, token->start, "expected argument value expression");
  add_keyword(p, keywords, name, Parse_Expression(p), token->start);
}

/* f(1 = 2), f(a.b = 2), f(True = 1) */
static void report_bad_keyword(Parser *p, Expr *value) {
  bool constant = value->kind == E_CONSTANT &&
                  (value->constant == Py_True || value->constant == Py_False ||
                   value->constant == Py_None);
  if (constant)
    Parser_Error(p, value->at, "cannot assign to %s", Expr_Describe(value));
  else
    Parser_Error(p, value->at,
                 "expression cannot contain assignment, perhaps you meant "
                 "\"==\"?");
}

static void parse_positional(Parser *p, const Token *opener,
                             ExprList *arguments, KeywordList *keywords) {
  Token *token = Parser_Peek(p);
  Expr *value;
  if (Parser_Accept(p, T_STAR)) { /* looser than in a display */
    value = New_Expr(p, E_STARRED, token);
    value->operand = Parse_Expression(p);
  } else {
    value = Parse_NamedExpression(p);
  }
  if (at_comprehension(p)) {
    bool alone = arguments->count + keywords->count == 0;
    value = parse_comprehension(p, alone ? opener : token, COMP_GENERATOR,
                                value, NULL);
    if (!alone || (Parser_At(p, T_COMMA) && Parser_PeekNext(p) != T_RPAREN))
      Parser_Error(p, token->start,
                   "Generator expression must be parenthesized");
  }
  if (Parser_At(p, T_ASSIGN))
    report_bad_keyword(p, value);
  Check_ForgottenComma(p, value);
  if (value->kind == E_STARRED) {
    if (has_double_star(keywords))
      Parser_Error(p, token->start,
                   "iterable argument unpacking follows "
                   "keyword argument unpacking");
  } else if (has_double_star(keywords)) {
    Parser_Error(p, p->tokens[p->at - 1].start,
                 "positional argument follows keyword argument unpacking");
  } else if (keywords->count) {
    Parser_Error(p, Parser_Peek(p)->start,
                 "positional argument follows keyword argument");
  }
  ExprList_Add(p, arguments, value);
}

void Parse_Arguments(Parser *p, ExprList *arguments, KeywordList *keywords) {
  const Token *opener = &p->tokens[p->at - 1];
  while (!Parser_At(p, T_RPAREN) && !p->source->failed) {
    Token *token = Parser_Peek(p);
    if (Parser_Accept(p, T_POWER)) {
      Expr *mapping = Parse_Expression(p);
      add_keyword(p, keywords, NULL, mapping, token->start);
    } else if (Parser_At(p, T_NAME) && Parser_PeekNext(p) == T_ASSIGN) {
      parse_keyword(p, keywords);
      Check_ForgottenComma(p, keywords->items[keywords->count - 1].value);
    } else {
      parse_positional(p, opener, arguments, keywords);
    }
    if (!Parser_Accept(p, T_COMMA))
      break;
  }
  Parser_Expect(p, T_RPAREN);
}

/* --- parameters
 * ----------------------------------------------------------------------------
 */

typedef struct {
  Parser *p;
  Parameters *parameters;
  TokenKind end;
  bool annotations;
  bool seen_star, seen_slash, seen_default;
} ParameterReader;

static Parameter read_parameter(ParameterReader *r, bool star) {
  Parser *p = r->p;
  Token *token = Parser_Peek(p);
  if (token->kind == T_LPAREN && !star)
    Parser_Error(p, token->start, "%s parameters cannot be parenthesized",
                 r->annotations ? "Function" : "Lambda expression");
  Parameter parameter = {Parser_ExpectName(p), NULL, token->start};
  /* Annotations are checked for syntax and dropped: they are not evaluated. */
  if (r->annotations && Parser_Accept(p, T_COLON)) {
    if (star)
      Parse_StarOrNamed(p);
    else
      Parse_Expression(p);
  }
  return parameter;
}

static void add_parameter(ParameterReader *r) {
  Parser *p = r->p;
  Parameters *parameters = r->parameters;
  Parameter parameter = read_parameter(r, false);
  if (Parser_Accept(p, T_ASSIGN)) {
    if (Parser_At(p, T_COMMA) || Parser_At(p, r->end))
      Parser_Error(p, p->tokens[p->at - 1].start,
                   "expected default value expression");
    parameter.otherwise = Parse_Expression(p);
    r->seen_default = true;
  } else if (r->seen_default && !r->seen_star) {
    Parser_Error(p, parameter.at,
                 "non-default argument follows default argument");
  }
  int count = parameters->npositional + parameters->nkwonly;
  parameters->items =
      Arena_Grow(p->arena, parameters->items, count, sizeof parameter);
  parameters->items[count] = parameter;
  if (r->seen_star)
    parameters->nkwonly++;
  else
    parameters->npositional++;
}

static Parameter *keep(Parser *p, Parameter parameter) {
  Parameter *copy = Arena_Alloc(p->arena, sizeof *copy);
  *copy = parameter;
  return copy;
}

static void read_star(ParameterReader *r, const Token *token) {
  Parser *p = r->p;
  if (r->seen_star)
    Parser_Error(p, token->start, "* argument may appear only once");
  r->seen_star = true;
  if (Parser_At(p, T_NAME))
    r->parameters->star = keep(p, read_parameter(r, true));
  else if (Parser_At(p, r->end) ||
           (Parser_At(p, T_COMMA) &&
            (Parser_PeekNext(p) == r->end || Parser_PeekNext(p) == T_POWER)))
    Parser_Error(p, token->start, "named arguments must follow bare *");
  else if (Parser_At(p, T_ASSIGN))
    Parser_Error(p, Parser_Peek(p)->start,
                 "var-positional argument cannot have default value");
}

static void read_slash(ParameterReader *r, const Token *token) {
  Parser *p = r->p;
  if (r->seen_slash)
    Parser_Error(p, token->start, "/ may appear only once");
  else if (r->seen_star)
    Parser_Error(p, token->start, "/ must be ahead of *");
  else if (r->parameters->npositional == 0) {
    p->at--;
    Parser_Invalid(p);
  }
  r->seen_slash = true;
  r->parameters->nposonly = r->parameters->npositional;
}

static void read_double_star(ParameterReader *r) {
  Parser *p = r->p;
  r->parameters->double_star = keep(p, read_parameter(r, false));
  if (Parser_At(p, T_ASSIGN))
    Parser_Error(p, Parser_Peek(p)->start,
                 "var-keyword argument cannot have default value");
  if (Parser_At(p, T_COMMA) && Parser_PeekNext(p) != r->end)
    Parser_Error(p, p->tokens[p->at + 1].start,
                 "arguments cannot follow var-keyword argument");
}

void Parse_Parameters(Parser *p, Parameters *parameters, TokenKind end,
                      bool annotations) {
  ParameterReader reader = {p, parameters, end, annotations, 0, 0, 0};
  while (!Parser_At(p, end) && !p->source->failed) {
    Token *token = Parser_Peek(p);
    if (Parser_Accept(p, T_STAR))
      read_star(&reader, token);
    else if (Parser_Accept(p, T_SLASH))
      read_slash(&reader, token);
    else if (Parser_Accept(p, T_POWER))
      read_double_star(&reader);
    else
      add_parameter(&reader);
    if (!Parser_Accept(p, T_COMMA))
      break;
  }
}

Expr *Parse_Lambda(Parser *p) {
  Token *token = Parser_Next(p);
  Expr *expr = New_Expr(p, E_LAMBDA, token);
  Function *function = Arena_Alloc(p->arena, sizeof *function);
  function->name = Arena_Name(p->arena, "<lambda>", 8);
  Parse_Parameters(p, &function->parameters, T_COLON, false);
  Parser_ForceColon(p);
  function->result = Parse_Expression(p);
  expr->lambda = function;
  return expr;
}
