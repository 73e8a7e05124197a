/* F-strings: text with {expression = !conversion : format} fields.
 *
 * A field's expression is found by scanning to the first `!`, `:`, `=` or `}`
 * outside of brackets and strings; then the tokenizer and the parser run on
 * just that piece of the source, so that positions in it stay true. A format
 * may itself hold fields, one level deep. */
#include "parser.h"

#include <string.h>

typedef struct {
  Parser *p;
  const Token *token;
  const char *at, *end;
  bool raw;
} FString;

static void fail(FString *f, const char *message) {
  Source_Error(f->p->source, f->token->start, "f-string%s%s",
               strncmp(message, "expression part", 15) == 0 ? " " : ": ",
               message);
  Parser_Stop(f->p);
  f->at = f->end;
}

static Expr *text_constant(FString *f, const char *start, const char *end,
                           bool raw) {
  PyObject *text = Decode_Text(f->p, f->token, start, end, raw);
  return text ? New_Constant(f->p, Py_NewRef(text), f->token) : NULL;
}

/* Text up to the next field; a doubled brace stands for one. */
static void read_text(FString *f, bool in_format, ExprList *parts) {
  const char *start = f->at;
  while (f->at < f->end) {
    char c = *f->at;
    if (c == '\\' && !f->raw && f->at + 1 < f->end) {
      /* \N{...} is an escape, not a field (and an error of Decode_Text). */
      f->at += f->at[1] == '{' || f->at[1] == '}' ? 1 : 2;
      if (f->at[-1] == 'N' && *f->at == '{')
        while (f->at < f->end && *f->at != '}')
          f->at++;
      continue;
    }
    if (c != '{' && c != '}') {
      f->at++;
      continue;
    }
    bool doubled = !in_format && f->at + 1 < f->end && f->at[1] == c;
    Expr *text = text_constant(f, start, f->at + doubled, f->raw);
    if (text)
      ExprList_Add(f->p, parts, text);
    if (!doubled)
      return;
    f->at += 2;
    start = f->at;
  }
  Expr *text = text_constant(f, start, f->at, f->raw);
  if (text)
    ExprList_Add(f->p, parts, text);
}

/* Skips a string literal inside of an expression. */
static void skip_string(FString *f) {
  char quote = *f->at;
  int width =
      f->end - f->at >= 3 && f->at[1] == quote && f->at[2] == quote ? 3 : 1;
  f->at += width;
  int closing = 0;
  while (f->at < f->end && closing < width) {
    if (*f->at == '\\') {
      fail(f, "expression part cannot include a backslash");
      return;
    }
    closing = *f->at++ == quote ? closing + 1 : 0;
  }
  if (closing < width)
    fail(f, "unterminated string");
}

static bool ends_expression(FString *f) {
  char c = *f->at, next = f->at + 1 < f->end ? f->at[1] : 0;
  if (c == '!' || c == '=' || c == '<' || c == '>') {
    if (next == '=') {
      f->at++; /* != == <= >=: the caller skips the rest */
      return false;
    }
    return c == '!' || c == '=';
  }
  return c == ':' || c == '}' || c == ')' || c == ']';
}

/* Moves to the end of the expression that starts here. */
static void scan_expression(FString *f) {
  int depth = 0;
  while (f->at < f->end) {
    char c = *f->at;
    if (c == '\\') {
      fail(f, "expression part cannot include a backslash");
    } else if (c == '#') {
      fail(f, "expression part cannot include '#'");
    } else if (c == '\'' || c == '"') {
      skip_string(f);
    } else if (depth == 0 && ends_expression(f)) {
      return;
    } else {
      depth += (c == '(' || c == '[' || c == '{');
      depth -= (c == ')' || c == ']' || c == '}');
      f->at++;
    }
  }
}

static int line_of(FString *f, const char *at) {
  int line = f->token->line;
  for (const char *c = f->token->start; c < at; c++)
    line += *c == '\n';
  return line;
}

static Expr *parse_inside(FString *f, const char *start, const char *end) {
  Parser *p = f->p;
  bool blank = true;
  for (const char *c = start; c < end; c++)
    blank = blank && strchr(" \t\n\f", *c);
  if (blank) {
    fail(f, "empty expression not allowed");
    return NULL;
  }
  TokenArray array =
      Tokenize_Expression(p->source, start, end, line_of(f, start));
  Parser inner = *p;
  inner.tokens = array.tokens;
  inner.count = array.count;
  inner.at = 0;
  inner.in_fstring = true;
  Expr *value = NULL;
  if (Parser_Enter(&inner)) {
    value = Parser_At(&inner, KW_YIELD) ? Parse_Yield(&inner)
                                        : Parse_StarExpressions(&inner);
    if (value->kind == E_NAME && Parser_At(&inner, T_WALRUS))
      Parser_Invalid(&inner);
    if (Starts_Expression(&inner))
      Parser_Error(&inner, value->at,
                   "invalid syntax. Perhaps you forgot a comma?");
    if (!Parser_At(&inner, T_END) || Parser_Peek(&inner)->open >= 0)
      Parser_Invalid(&inner);
  }
  if (p->source->failed) {
    Parser_Stop(p);
    f->at = f->end;
  }
  return value;
}

static int read_conversion(FString *f) {
  f->at++;
  char c = f->at < f->end ? *f->at++ : 0;
  if (c == 's' || c == 'r' || c == 'a')
    return c == 's' ? 1 : c == 'r' ? 2 : 3;
  fail(f, "invalid conversion character: expected 's', 'r', or 'a'");
  return 0;
}

static void read_parts(FString *f, int depth, ExprList *parts);

static Expr *read_format(FString *f, int depth) {
  f->at++;
  Expr *spec = New_Expr(f->p, E_JOINED, f->token);
  read_parts(f, depth + 1, &spec->elements);
  return spec;
}

static void read_field(FString *f, int depth, ExprList *parts) {
  if (depth >= 2) {
    fail(f, "expressions nested too deeply");
    return;
  }
  const char *start = ++f->at;
  scan_expression(f);
  Expr *field = New_Expr(f->p, E_FORMATTED, f->token);
  field->line = line_of(f, start);
  const char *end = f->at;
  if (f->p->source->failed)
    return;
  if (end >= f->end) {
    fail(f, "expecting '}'");
    return;
  }
  if (*end == ')' || *end == ']') {
    fail(f, *end == ')' ? "unmatched ')'" : "unmatched ']'");
    return;
  }
  field->formatted.value = parse_inside(f, start, end);
  bool debug = f->at < f->end && *f->at == '=';
  if (debug) {
    f->at++;
    while (f->at < f->end && strchr(" \t\n\f", *f->at))
      f->at++;
    Expr *text = text_constant(f, start, f->at, true);
    if (text)
      ExprList_Add(f->p, parts, text);
  }
  if (f->at < f->end && *f->at == '!')
    field->formatted.conversion = read_conversion(f);
  if (f->at < f->end && *f->at == ':')
    field->formatted.spec = read_format(f, depth);
  if (debug && !field->formatted.spec && !field->formatted.conversion)
    field->formatted.conversion = 2;
  if (f->p->source->failed)
    return;
  if (f->at >= f->end || *f->at != '}') {
    fail(f, "expecting '}'");
    return;
  }
  f->at++;
  ExprList_Add(f->p, parts, field);
}

static void read_parts(FString *f, int depth, ExprList *parts) {
  while (f->at < f->end && !f->p->source->failed) {
    if (*f->at == '{' && !(depth == 0 && f->at + 1 < f->end && f->at[1] == '{'))
      read_field(f, depth, parts);
    else if (*f->at == '}' && depth > 0)
      return;
    else if (*f->at == '}' && (f->at + 1 >= f->end || f->at[1] != '}'))
      fail(f, "single '}' is not allowed");
    else
      read_text(f, depth > 0, parts);
  }
}

void Parse_FString(Parser *p, const Token *token, const char *start,
                   const char *end, bool raw, ExprList *parts) {
  FString f = {p, token, start, end, raw};
  read_parts(&f, 0, parts);
}
