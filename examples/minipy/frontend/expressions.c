/* Expressions by precedence.
 *
 * The binary operators are climbed with one table instead of one function for
 * each level. Loosest first: lambda and the conditional, or, and, not, the
 * comparisons (which chain), the binary operators, unary ones, **, then the
 * primaries with their trailers: calls, subscripts and attributes.
 */
#include "parser.h"

#include "../code.h"

typedef struct {
  TokenKind token;
  int level, opcode;
} BinaryOperator;

enum { UNARY_LEVEL = 7 };

static const BinaryOperator *binary_operator(TokenKind kind) {
  static const BinaryOperator table[] = {
      {T_BAR, 1, BINARY_OR},
      {T_CARET, 2, BINARY_XOR},
      {T_AMPERSAND, 3, BINARY_AND},
      {T_LSHIFT, 4, BINARY_LSHIFT},
      {T_RSHIFT, 4, BINARY_RSHIFT},
      {T_PLUS, 5, BINARY_ADD},
      {T_MINUS, 5, BINARY_SUBTRACT},
      {T_STAR, 6, BINARY_MULTIPLY},
      {T_SLASH, 6, BINARY_TRUE_DIVIDE},
      {T_FLOOR, 6, BINARY_FLOOR_DIVIDE},
      {T_PERCENT, 6, BINARY_MODULO},
      {T_AT, 6, BINARY_MATRIX_MULTIPLY},
  };
  for (size_t i = 0; i < sizeof table / sizeof *table; i++)
    if (table[i].token == kind)
      return &table[i];
  return NULL;
}

bool Starts_Expression(Parser *p) {
  switch (Parser_Peek(p)->kind) {
  case T_NAME:
  case T_NUMBER:
  case T_STRING:
  case T_LPAREN:
  case T_LBRACKET:
  case T_LBRACE:
  case T_PLUS:
  case T_MINUS:
  case T_TILDE:
  case T_ELLIPSIS:
  case KW_NOT:
  case KW_LAMBDA:
  case KW_AWAIT:
  case KW_NONE:
  case KW_TRUE:
  case KW_FALSE:
    return true;
  default:
    return false;
  }
}

void Check_ForgottenComma(Parser *p, Expr *element) {
  Token *token = Parser_Peek(p);
  if (!Starts_Expression(p) || token->kind == KW_NOT || token->open < 0 ||
      (element->kind == E_NAME && token->kind == T_STRING) ||
      element->kind == E_STARRED || element->kind == E_LAMBDA ||
      element->kind == E_CONDITIONAL)
    return;
  /* A line that begins with a name is more likely after an unclosed bracket. */
  if (p->tokens[token->open].line < token->line &&
      p->tokens[p->at - 1].line < token->line)
    return;
  Parser_Error(p, element->at, "invalid syntax. Perhaps you forgot a comma?");
}

/* --- atoms
 * ---------------------------------------------------------------------- */

static Expr *parse_name(Parser *p) {
  Token *token = Parser_Next(p);
  Expr *expr = New_Expr(p, E_NAME, token);
  expr->name = Parser_Name(p, token);
  return expr;
}

static Expr *parse_constant(Parser *p, PyObject *value) {
  return New_Constant(p, Py_NewRef(value), Parser_Next(p));
}

static Expr *parse_atom(Parser *p) {
  switch (Parser_Peek(p)->kind) {
  case T_NAME:
    return parse_name(p);
  case T_NUMBER:
    return Parse_Number(p);
  case T_STRING:
    return Parse_Strings(p);
  case KW_NONE:
    return parse_constant(p, Py_None);
  case KW_TRUE:
    return parse_constant(p, Py_True);
  case KW_FALSE:
    return parse_constant(p, Py_False);
  case T_ELLIPSIS:
    return parse_constant(p, Py_Ellipsis);
  case T_LPAREN:
    return Parse_Parenthesis(p);
  case T_LBRACKET:
    return Parse_ListDisplay(p);
  case T_LBRACE:
    return Parse_BraceDisplay(p);
  case KW_AWAIT:
    Parser_Error(p, Parser_Peek(p)->start,
                 "'await' is not supported by minipy");
    return New_None(p, Parser_Peek(p));
  default:
    Parser_Invalid(p);
    return New_None(p, Parser_Peek(p));
  }
}

static Expr *like(Parser *p, ExprKind kind, const Expr *first) {
  Expr *expr = Arena_Alloc(p->arena, sizeof *expr);
  expr->kind = kind;
  expr->line = first->line;
  expr->at = first->at;
  return expr;
}

static Expr *parse_primary(Parser *p) {
  Expr *expr = parse_atom(p);
  for (;;) {
    Token *token = Parser_Peek(p);
    if (Parser_Accept(p, T_DOT)) {
      Expr *attribute = like(p, E_ATTRIBUTE, expr);
      attribute->line = Parser_Peek(p)->line;
      attribute->attribute.object = expr;
      attribute->attribute.name = Parser_ExpectName(p);
      expr = attribute;
    } else if (Parser_Accept(p, T_LPAREN)) {
      Expr *call = like(p, E_CALL, expr);
      call->call.function = expr;
      Parse_Arguments(p, &call->call.arguments, &call->call.keywords);
      expr = call;
    } else if (Parser_Accept(p, T_LBRACKET)) {
      Expr *subscript = Parse_Subscript(p, expr);
      subscript->line = token->line;
      expr = subscript;
    } else {
      return expr;
    }
  }
}

/* --- operators
 * -------------------------------------------------------------------- */

static Expr *parse_unary(Parser *p);

static Expr *parse_power(Parser *p) {
  Expr *base = parse_primary(p);
  if (!Parser_Accept(p, T_POWER))
    return base;
  Expr *power = like(p, E_BINARY, base);
  power->binary.opcode = BINARY_POWER;
  power->binary.left = base;
  power->binary.right = parse_unary(p);
  return power;
}

static Expr *parse_unary(Parser *p) {
  int opcode;
  switch (Parser_Peek(p)->kind) {
  case T_PLUS:
    opcode = UNARY_POSITIVE;
    break;
  case T_MINUS:
    opcode = UNARY_NEGATIVE;
    break;
  case T_TILDE:
    opcode = UNARY_INVERT;
    break;
  default:
    return parse_power(p);
  }
  Expr *expr = New_Expr(p, E_UNARY, Parser_Next(p));
  expr->unary.opcode = opcode;
  if (!Parser_Enter(p))
    return New_None(p, Parser_Peek(p));
  expr->unary.operand = parse_unary(p);
  Parser_Leave(p);
  return expr;
}

static Expr *parse_binary(Parser *p, int level) {
  Expr *left = parse_unary(p);
  for (;;) {
    const BinaryOperator *operator= binary_operator(Parser_Peek(p)->kind);
    if (!operator|| operator->level<level)
      return left;
    Parser_Next(p);
    Expr *expr = like(p, E_BINARY, left);
    expr->binary.opcode = operator->opcode;
    expr->binary.left = left;
    expr->binary.right = operator->level + 1 == UNARY_LEVEL
                             ? parse_unary(p)
                             : parse_binary(p, operator->level + 1);
    left = expr;
  }
}

Expr *Parse_BitOr(Parser *p) { return parse_binary(p, 1); }

static bool comparison_operator(Parser *p, Comparison *comparison) {
  static const struct {
    TokenKind token;
    int argument;
  } orders[] = {{T_LESS, Py_LT},    {T_LESS_EQUAL, Py_LE},
                {T_EQUAL, Py_EQ},   {T_NOT_EQUAL, Py_NE},
                {T_GREATER, Py_GT}, {T_GREATER_EQUAL, Py_GE}};
  for (size_t i = 0; i < sizeof orders / sizeof *orders; i++)
    if (Parser_Accept(p, orders[i].token)) {
      *comparison = (Comparison){CMP_ORDER, orders[i].argument, NULL};
      return true;
    }
  if (Parser_Accept(p, KW_IS)) {
    *comparison = (Comparison){CMP_IS, Parser_Accept(p, KW_NOT), NULL};
    return true;
  }
  bool negated = Parser_At(p, KW_NOT) && Parser_PeekNext(p) == KW_IN;
  if (negated)
    Parser_Next(p);
  if (!Parser_Accept(p, KW_IN))
    return false;
  *comparison = (Comparison){CMP_IN, negated, NULL};
  return true;
}

static Expr *parse_comparison(Parser *p) {
  Expr *left = Parse_BitOr(p);
  Comparison comparison;
  Expr *expr = NULL;
  while (comparison_operator(p, &comparison)) {
    if (!expr) {
      expr = like(p, E_COMPARE, left);
      expr->compare.left = left;
    }
    comparison.right = Parse_BitOr(p);
    expr->compare.items = Arena_Grow(p->arena, expr->compare.items,
                                     expr->compare.count, sizeof comparison);
    expr->compare.items[expr->compare.count++] = comparison;
  }
  return expr ? expr : left;
}

static Expr *parse_not(Parser *p) {
  if (!Parser_At(p, KW_NOT))
    return parse_comparison(p);
  Expr *expr = New_Expr(p, E_UNARY, Parser_Next(p));
  expr->unary.opcode = UNARY_NOT;
  if (!Parser_Enter(p))
    return New_None(p, Parser_Peek(p));
  expr->unary.operand = parse_not(p);
  Parser_Leave(p);
  return expr;
}

static Expr *parse_boolean(Parser *p, TokenKind kind,
                           Expr *(*parse_operand)(Parser *)) {
  Expr *first = parse_operand(p);
  if (!Parser_At(p, kind))
    return first;
  Expr *expr = like(p, E_BOOLEAN, first);
  expr->boolean.is_or = kind == KW_OR;
  ExprList_Add(p, &expr->boolean.operands, first);
  while (Parser_Accept(p, kind))
    ExprList_Add(p, &expr->boolean.operands, parse_operand(p));
  return expr;
}

static Expr *parse_conjunction(Parser *p) {
  return parse_boolean(p, KW_AND, parse_not);
}

Expr *Parse_Disjunction(Parser *p) {
  return parse_boolean(p, KW_OR, parse_conjunction);
}

/* --- the loosest
 * -------------------------------------------------------------------- */

static Expr *parse_conditional(Parser *p) {
  Expr *yes = Parse_Disjunction(p);
  if (!Parser_Accept(p, KW_IF))
    return yes;
  Expr *expr = like(p, E_CONDITIONAL, yes);
  expr->conditional.yes = yes;
  expr->conditional.test = Parse_Disjunction(p);
  if (!Parser_At(p, KW_ELSE) && !Parser_At(p, T_COLON) && !p->source->failed &&
      !Parser_At(p, T_ERROR))
    Parser_Error(p, yes->at, "expected 'else' after 'if' expression");
  Parser_Expect(p, KW_ELSE);
  expr->conditional.no = Parse_Expression(p);
  return expr;
}

Expr *Parse_Expression(Parser *p) {
  if (!Parser_Enter(p))
    return New_None(p, Parser_Peek(p));
  Expr *expr = Parser_At(p, KW_LAMBDA) ? Parse_Lambda(p) : parse_conditional(p);
  Parser_Leave(p);
  return expr;
}

Expr *Parse_NamedExpression(Parser *p) {
  Expr *value = Parse_Expression(p);
  Token *token = Parser_Peek(p);
  if (token->kind != T_WALRUS)
    return value;
  if (value->kind != E_NAME || value->in_parentheses) {
    if (value->kind == E_BINARY || value->kind == E_COMPARE)
      Parser_Invalid(p);
    else
      Parser_Error(p, value->at, "cannot use assignment expressions with %s",
                   Expr_Describe(value));
    return value;
  }
  Parser_Next(p);
  Expr *expr = like(p, E_NAMED, value);
  expr->named.target = value;
  expr->named.value = Parse_Expression(p);
  return expr;
}

static Expr *parse_starred(Parser *p) {
  Expr *expr = New_Expr(p, E_STARRED, Parser_Next(p));
  expr->operand = Parse_BitOr(p);
  return expr;
}

Expr *Parse_StarOrNamed(Parser *p) {
  return Parser_At(p, T_STAR) ? parse_starred(p) : Parse_NamedExpression(p);
}

static Expr *star_expression(Parser *p) {
  return Parser_At(p, T_STAR) ? parse_starred(p) : Parse_Expression(p);
}

Expr *Parse_StarExpressions(Parser *p) {
  Expr *first = star_expression(p);
  if (!Parser_At(p, T_COMMA))
    return first;
  Expr *tuple = like(p, E_TUPLE, first);
  ExprList_Add(p, &tuple->elements, first);
  while (Parser_Accept(p, T_COMMA) &&
         (Starts_Expression(p) || Parser_At(p, T_STAR)))
    ExprList_Add(p, &tuple->elements, star_expression(p));
  return tuple;
}

Expr *Parse_Yield(Parser *p) {
  Token *token = Parser_Next(p);
  if (Parser_Accept(p, KW_FROM)) {
    Expr *expr = New_Expr(p, E_YIELD_FROM, token);
    expr->operand = Parse_Expression(p);
    return expr;
  }
  Expr *expr = New_Expr(p, E_YIELD, token);
  if (Starts_Expression(p) || Parser_At(p, T_STAR))
    expr->operand = Parse_StarExpressions(p);
  return expr;
}

Expr *Parse_YieldOrStar(Parser *p) {
  return Parser_At(p, KW_YIELD) ? Parse_Yield(p) : Parse_StarExpressions(p);
}
