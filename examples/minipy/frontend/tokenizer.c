/* Splits the source into tokens (see tokenizer.h).
 *
 * The tokenizer is a cursor over the text with a stack of indentations and a
 * stack of open brackets. Indentation is measured twice, with tabs 8 and tabs 1
 * columns wide: if the two measures do not agree on which of two lines is
 * deeper, the file mixes tabs and spaces in a way that no reader can trust.
 * Literals are only delimited here; literal.c and fstring.c look inside.
 */
#include "tokenizer.h"

#include <stdarg.h>

#include <stdio.h>
#include <string.h>

enum { MAX_INDENTS = 100, MAX_BRACKETS = 200 };

typedef struct {
  Source *source;
  Token *tokens;
  int count;
  const char *at, *end;
  int line;
  int columns[MAX_INDENTS], alternatives[MAX_INDENTS], depth;
  int brackets[MAX_BRACKETS], level; /* token indices */
  int base_level;                    /* 1: an expression in an f-string */
} Tokenizer;

static const struct {
  const char *text;
  TokenKind kind;
} keywords[] =
    {
#define KEYWORD(id, text) {text, KW_##id},
#include "tokens.def"
},
  operators[] = {
#define OPERATOR(id, text) {text, T_##id},
#include "tokens.def"
};

static Token *add(Tokenizer *t, TokenKind kind, const char *start) {
  t->tokens = Arena_Grow(t->source->arena, t->tokens, t->count, sizeof(Token));
  Token *token = &t->tokens[t->count++];
  *token = (Token){
      kind, t->line, start, t->at, t->level ? t->brackets[t->level - 1] : -1,
      NULL};
  return token;
}

/* Reports at most one error: the cursor moves to the end. */
static void fail(Tokenizer *t, const char *where, const char *message) {
  const char *at = t->at;
  t->at = where;
  add(t, T_ERROR, where)->message = message;
  t->at = at < t->end ? t->end : at;
}

static bool failed(const Tokenizer *t) {
  return t->count && t->tokens[t->count - 1].kind == T_ERROR;
}

static char *format(Tokenizer *t, const char *text, ...) {
  char *buffer = Arena_Alloc(t->source->arena, 200);
  va_list arguments;
  va_start(arguments, text);
  vsnprintf(buffer, 200, text, arguments);
  va_end(arguments);
  return buffer;
}

/* --- characters
 * --------------------------------------------------------------- */

static bool is_digit(int c) { return c >= '0' && c <= '9'; }

static bool is_word(int c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) ||
         c == '_' || c >= 0x80;
}

static unsigned decode(const char *text, int *size) {
  const unsigned char *p = (const unsigned char *)text;
  int n = p[0] < 0x80 ? 1 : p[0] < 0xE0 ? 2 : p[0] < 0xF0 ? 3 : 4;
  unsigned code = n == 1 ? p[0] : p[0] & (0x7F >> n);
  for (int i = 1; i < n; i++) {
    if ((p[i] & 0xC0) != 0x80) {
      *size = i;
      return 0xFFFD;
    }
    code = code << 6 | (p[i] & 0x3F);
  }
  *size = n;
  return code;
}

/* A rough stand-in for Unicode's XID_Continue: the blocks of punctuation,
 * symbols and spaces are out, everything else beyond ASCII is a letter. */
static bool is_identifier_code(unsigned code) {
  static const unsigned out[][2] = {
      {0x80, 0xA9},     {0xAB, 0xB4},     {0xB6, 0xB6},     {0xB8, 0xB9},
      {0xBB, 0xBF},     {0xD7, 0xD7},     {0xF7, 0xF7},     {0x2000, 0x203E},
      {0x2041, 0x2053}, {0x2055, 0x2070}, {0x2074, 0x207E}, {0x2080, 0x208E},
      {0x20A0, 0x20CF}, {0x2190, 0x2BFF}, {0x2E00, 0x2E7F}, {0x3000, 0x3004},
      {0x3008, 0x3020}, {0xD800, 0xF8FF}, {0xFE30, 0xFE32}, {0xFE50, 0xFE6F},
      {0xFF00, 0xFF0F}, {0xFF1A, 0xFF20}, {0xFFE0, 0xFFFF}, {0x1F000, 0x1FAFF},
  };
  for (size_t i = 0; i < sizeof out / sizeof *out; i++)
    if (code >= out[i][0] && code <= out[i][1])
      return false;
  return code < 0x110000;
}

/* --- names, numbers, strings
 * --------------------------------------------------- */

static void read_name(Tokenizer *t) {
  const char *start = t->at;
  while (is_word((unsigned char)*t->at)) {
    int size = 1;
    if ((unsigned char)*t->at >= 0x80) {
      unsigned code = decode(t->at, &size);
      if (!is_identifier_code(code)) {
        const char *kind =
            code < 0xA1
                ? format(t, "invalid non-printable character U+%04X", code)
                : format(t, "invalid character '%.*s' (U+%04X)", size, t->at,
                         code);
        fail(t, t->at, kind);
        return;
      }
    }
    t->at += size;
  }
  TokenKind kind = T_NAME;
  size_t size = (size_t)(t->at - start);
  for (size_t i = 0; i < sizeof keywords / sizeof *keywords; i++)
    if (strlen(keywords[i].text) == size &&
        memcmp(keywords[i].text, start, size) == 0)
      kind = keywords[i].kind;
  add(t, kind, start);
}

/* Digits of a base with single underscores between them. */
static void skip_digits(Tokenizer *t, bool hexadecimal) {
  for (;; t->at++) {
    int c = (unsigned char)*t->at;
    bool digit =
        is_digit(c) ||
        (hexadecimal && ((c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F')));
    if (!digit && c != '_')
      return;
  }
}

/* `1if x else y` is (barely) legal: a keyword may follow a number at once. */
static bool keyword_follows(const char *at) {
  static const char *const allowed[] = {"and", "else", "for", "if",
                                        "in",  "is",   "or",  "not"};
  for (size_t i = 0; i < sizeof allowed / sizeof *allowed; i++)
    if (strncmp(at, allowed[i], strlen(allowed[i])) == 0)
      return true;
  return false;
}

static void check_number(Tokenizer *t, const char *start, const char *kind) {
  const char *bad = NULL;
  for (const char *p = start; p < t->at && !bad; p++)
    if (*p == '_' && (!is_word((unsigned char)p[1]) || p[1] == '_'))
      bad = p;
  if (!bad && is_word((unsigned char)*t->at) && !keyword_follows(t->at))
    bad = t->at > start ? t->at - 1 : t->at;
  if (bad)
    fail(t, bad, format(t, "invalid %s literal", kind));
  else
    add(t, T_NUMBER, start);
}

static void read_radix(Tokenizer *t, const char *start, int radix,
                       const char *kind) {
  t->at += 2;
  const char *digits = t->at;
  skip_digits(t, radix == 16);
  for (const char *p = digits; p < t->at && radix != 16; p++)
    if (*p != '_' && *p - '0' >= radix) {
      fail(t, p, format(t, "invalid digit '%c' in %s literal", *p, kind));
      return;
    }
  if (t->at == digits)
    fail(t, t->at - 1, format(t, "invalid %s literal", kind));
  else
    check_number(t, start, kind);
}

static void read_decimal(Tokenizer *t, const char *start) {
  const char *kind = "decimal";
  bool floating = false;
  skip_digits(t, false);
  const char *integer_end = t->at;
  if (*t->at == '.') {
    t->at++;
    floating = true;
    skip_digits(t, false);
  }
  const char *p = t->at;
  if (*p == 'e' || *p == 'E') {
    p += p[1] == '+' || p[1] == '-' ? 2 : 1;
    if (is_digit((unsigned char)*p)) {
      t->at = p;
      floating = true;
      skip_digits(t, false);
    }
  }
  if (*t->at == 'j' || *t->at == 'J') {
    t->at++;
    kind = "imaginary";
    floating = true;
  }
  bool zeros = true;
  for (p = start; p < integer_end; p++)
    zeros = zeros && (*p == '0' || *p == '_');
  if (*start == '0' && !zeros && !floating)
    fail(t, start,
         "leading zeros in decimal integer literals are not permitted; use an "
         "0o prefix for octal integers");
  else
    check_number(t, start, kind);
}

static void read_number(Tokenizer *t) {
  const char *start = t->at;
  int second = *start == '0' ? start[1] | 0x20 : 0;
  if (second == 'x')
    read_radix(t, start, 16, "hexadecimal");
  else if (second == 'o')
    read_radix(t, start, 8, "octal");
  else if (second == 'b')
    read_radix(t, start, 2, "binary");
  else
    read_decimal(t, start);
}

/* Length of a string's prefix if a string starts here, else -1. */
static int string_prefix(const char *at) {
  int n = 0;
  bool seen[128] = {false};
  for (; n < 3; n++) {
    int c = (unsigned char)at[n];
    if (c == '"' || c == '\'')
      return n;
    c |= 0x20;
    if (c >= 128 || !strchr("rbuf", c) || seen[c])
      return -1;
    seen[c] = true;
  }
  return -1;
}

static bool prefix_is_legal(const char *at, int n) {
  static const char *const legal[] = {"r",  "b",  "u",  "f",
                                      "rb", "br", "rf", "fr"};
  char word[3] = {0};
  for (int i = 0; i < n && i < 2; i++)
    word[i] = (char)(at[i] | 0x20);
  for (size_t i = 0; i < sizeof legal / sizeof *legal; i++)
    if (n == 0 || (n < 3 && strcmp(word, legal[i]) == 0))
      return true;
  return false;
}

static void read_string(Tokenizer *t, int prefix) {
  const char *start = t->at, *p = start + prefix;
  char quote = *p;
  int line = t->line;
  bool triple = p[1] == quote && p[2] == quote;
  int closing = 0, needed = triple ? 3 : 1;
  p += needed;
  while (closing < needed) {
    if (p >= t->end || (*p == '\n' && !triple)) {
      const char *what = triple ? "triple-quoted string" : "string";
      fail(t, start,
           format(t, "unterminated %s literal (detected at line %d)", what,
                  p >= t->end && triple && p > t->source->text && p[-1] == '\n'
                      ? t->line - 1
                      : t->line));
      t->tokens[t->count - 1].line = line;
      return;
    }
    closing = *p == quote ? closing + 1 : 0;
    if (*p == '\\' && p + 1 < t->end)
      p++;
    t->line += *p == '\n';
    p++;
  }
  t->at = p;
  add(t, T_STRING, start)->line = line;
}

/* --- brackets and operators
 * ------------------------------------------------------ */

static void open_bracket(Tokenizer *t) {
  if (t->level == MAX_BRACKETS) {
    fail(t, t->at, "too many nested parentheses");
    return;
  }
  t->brackets[t->level++] = t->count - 1;
}

static void close_bracket(Tokenizer *t, char closer) {
  const char *at = t->at - 1;
  if (t->level == 0) {
    t->count--;
    fail(t, at, format(t, "unmatched '%c'", closer));
    return;
  }
  const Token *opener = &t->tokens[t->brackets[t->level - 1]];
  char open = *opener->start;
  if ((open == '(' && closer == ')') || (open == '[' && closer == ']') ||
      (open == '{' && closer == '}')) {
    t->level--;
    return;
  }
  t->count--;
  fail(t, at,
       opener->line == t->line
           ? format(t,
                    "closing parenthesis '%c' does not match opening "
                    "parenthesis '%c'",
                    closer, open)
           : format(t,
                    "closing parenthesis '%c' does not match opening "
                    "parenthesis '%c' on line %d",
                    closer, open, opener->line));
}

static void read_operator(Tokenizer *t) {
  const char *start = t->at;
  for (size_t i = 0; i < sizeof operators / sizeof *operators; i++) {
    size_t size = strlen(operators[i].text);
    if (strncmp(start, operators[i].text, size) != 0)
      continue;
    t->at += size;
    add(t, operators[i].kind, start);
    if (strchr("([{", *start))
      open_bracket(t);
    else if (strchr(")]}", *start))
      close_bracket(t, *start);
    return;
  }
  if (*start == '$' || *start == '?' || *start == '!' || *start == '`')
    fail(t, start, "invalid syntax");
  else
    fail(t, start,
         format(t, "invalid non-printable character U+%04X",
                (unsigned)(unsigned char)*start));
}

/* --- lines
 * ------------------------------------------------------------------------ */

static void end_statement(Tokenizer *t) {
  if (t->count && t->tokens[t->count - 1].kind != T_NEWLINE &&
      t->tokens[t->count - 1].kind != T_DEDENT &&
      t->tokens[t->count - 1].kind != T_INDENT)
    add(t, T_NEWLINE, t->at);
}

static void indent_to(Tokenizer *t, int column, int alternative) {
  if (column == t->columns[t->depth]) {
    if (alternative != t->alternatives[t->depth])
      fail(t, t->at, "inconsistent use of tabs and spaces in indentation");
  } else if (column > t->columns[t->depth]) {
    if (alternative <= t->alternatives[t->depth]) {
      fail(t, t->at, "inconsistent use of tabs and spaces in indentation");
    } else if (t->depth + 1 == MAX_INDENTS) {
      fail(t, t->at, "too many levels of indentation");
    } else {
      t->depth++;
      t->columns[t->depth] = column;
      t->alternatives[t->depth] = alternative;
      add(t, T_INDENT, t->at);
    }
  } else {
    while (t->depth && column < t->columns[t->depth]) {
      t->depth--;
      add(t, T_DEDENT, t->at);
    }
    if (column != t->columns[t->depth])
      fail(t, t->at, "unindent does not match any outer indentation level");
    else if (alternative != t->alternatives[t->depth])
      fail(t, t->at, "inconsistent use of tabs and spaces in indentation");
  }
}

/* At the start of a line: measures its indentation, unless it is blank. A
 * backslash joins the next line; then the first line's indentation counts. */
static void start_line(Tokenizer *t) {
  int column = 0, alternative = 0, joined = 0;
  for (;; t->at++) {
    if (*t->at == ' ') {
      column++, alternative++;
    } else if (*t->at == '\t') {
      column = (column / 8 + 1) * 8, alternative++;
    } else if (*t->at == '\f') {
      column = alternative = 0;
    } else if (*t->at == '\\' && t->at[1] == '\n') {
      joined = joined ? joined : column;
      t->at++;
      t->line++;
    } else {
      break;
    }
  }
  if (joined)
    column = alternative = joined;
  if (t->at < t->end && !strchr("#\n\r", *t->at))
    indent_to(t, column, alternative);
}

static void read_backslash(Tokenizer *t) {
  const char *next = t->at + 1;
  if (*next == '\r')
    next++;
  if (*next == '\n' && next + 1 < t->end) {
    t->at = next + 1;
    t->line++;
  } else if (next >= t->end || *next == '\n') {
    fail(t, t->at, "unexpected EOF while parsing");
  } else {
    fail(t, t->at + 1,
         "unexpected character after line continuation character");
  }
}

static void read_token(Tokenizer *t) {
  int c = (unsigned char)*t->at;
  int prefix = string_prefix(t->at);
  if (c == '\\')
    read_backslash(t);
  else if (prefix >= 0 && prefix_is_legal(t->at, prefix))
    read_string(t, prefix);
  else if (is_digit(c) || (c == '.' && is_digit((unsigned char)t->at[1])))
    read_number(t);
  else if (is_word(c))
    read_name(t);
  else
    read_operator(t);
}

static void skip_comment(Tokenizer *t) {
  while (t->at < t->end && *t->at != '\n')
    t->at++;
}

static void run(Tokenizer *t) {
  bool fresh = !t->base_level;
  while (t->at < t->end && !failed(t)) {
    if (fresh) {
      fresh = false;
      start_line(t);
    } else if (*t->at == '\n') {
      if (t->level + t->base_level == 0) {
        end_statement(t);
        fresh = true;
      }
      t->at++;
      t->line++;
    } else if (strchr(" \t\f\r", *t->at) && *t->at) {
      t->at++;
    } else if (*t->at == '#') {
      skip_comment(t);
    } else {
      read_token(t);
    }
  }
}

TokenArray Tokenize(Source *source) {
  Tokenizer t = {
      .source = source, .at = source->text, .end = source->end, .line = 1};
  if (strncmp(t.at, "\xEF\xBB\xBF", 3) == 0)
    t.at += 3;
  run(&t);
  if (!failed(&t) && t.level == 0) {
    end_statement(&t);
    for (; t.depth; t.depth--)
      add(&t, T_DEDENT, t.at);
  }
  add(&t, T_END, t.at);
  return (TokenArray){t.tokens, t.count};
}

TokenArray Tokenize_Expression(Source *source, const char *start,
                               const char *end, int line) {
  Tokenizer t = {
      .source = source, .at = start, .end = end, .line = line, .base_level = 1};
  run(&t);
  add(&t, T_END, t.at);
  return (TokenArray){t.tokens, t.count};
}
