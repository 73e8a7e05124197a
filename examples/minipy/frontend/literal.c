/* The values of number and string literals.
 *
 * Numbers: the tokenizer has checked their form; only underscores are to be
 * removed. Strings: adjacent literals join into one; without an f-string among
 * them the result is a constant, else a node with parts (constants and
 * replacement fields) in which neighbouring constants are joined. */
#include "parser.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

Expr *Parse_Number(Parser *p) {
  Token *token = Parser_Next(p);
  size_t size = 0;
  char *text = Arena_Alloc(p->arena, (size_t)(token->end - token->start) + 1);
  for (const char *c = token->start; c < token->end; c++)
    if (*c != '_')
      text[size++] = *c;
  bool radix = text[0] == '0' && size > 1 && strchr("xXoObB", text[1]);
  if (!radix && strchr("jJ", text[size - 1])) {
    Parser_Error(p, token->start,
                 "complex numbers are not supported by minipy");
    return New_None(p, token);
  }
  PyObject *value;
  if (radix)
    value = PyLong_FromString(text + 2, NULL,
                              (text[1] | 32) == 'x'   ? 16
                              : (text[1] | 32) == 'o' ? 8
                                                      : 2);
  else if (strpbrk(text, ".eE"))
    value = PyFloat_FromDouble(strtod(text, NULL));
  else
    value = PyLong_FromString(text, NULL, 10);
  if (!value) {
    PyErr_Clear();
    Parser_Error(p, token->start, "invalid number");
    return New_None(p, token);
  }
  return New_Constant(p, value, token);
}

/* --- the inside of a string
 * --------------------------------------------------------- */

typedef struct {
  Parser *p;
  const Token *token;
  const char *start, *at, *end;
  uint32_t *out;
  Py_ssize_t count;
  bool bytes;
} Decoder;

static void escape_error(Decoder *d, const char *backslash, const char *what) {
  int from = (int)(backslash - d->start), to = (int)(d->at - d->start) - 1;
  if (d->bytes)
    Parser_Error(d->p, d->token->start,
                 "(value error) invalid \\x escape at position %d", from);
  else
    Parser_Error(d->p, d->token->start,
                 "(unicode error) 'unicodeescape' codec can't decode bytes in "
                 "position %d-%d: %s",
                 from, to, what);
  d->at = d->end;
}

static int digit_value(int c, int base) {
  int value = c >= '0' && c <= '9'   ? c - '0'
              : c >= 'a' && c <= 'f' ? c - 'a' + 10
              : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                     : 99;
  return value < base ? value : -1;
}

static uint32_t read_digits(Decoder *d, int base, int most, int *got) {
  uint32_t value = 0;
  for (*got = 0; *got < most && d->at < d->end; ++*got, d->at++) {
    int digit = digit_value((unsigned char)*d->at, base);
    if (digit < 0)
      break;
    value = value * (uint32_t)base + (uint32_t)digit;
  }
  return value;
}

static void put(Decoder *d, uint32_t code) { d->out[d->count++] = code; }

static void hex_escape(Decoder *d, const char *backslash, int width,
                       const char *truncated) {
  int got;
  uint32_t value = read_digits(d, 16, width, &got);
  if (got < width)
    escape_error(d, backslash, truncated);
  else if (value > 0x10FFFF)
    escape_error(d, backslash, "illegal Unicode character");
  else
    put(d, value);
}

/* After the backslash. */
static void decode_escape(Decoder *d) {
  static const char letters[] = "\\\\''\"\"a\ab\bf\fn\nr\rt\tv\v";
  const char *backslash = d->at - 1;
  int c = (unsigned char)*d->at++;
  for (int i = 0; letters[i]; i += 2)
    if (letters[i] == c) {
      put(d, (uint32_t)(unsigned char)letters[i + 1]);
      return;
    }
  int got;
  if (c == '\n')
    return;
  if (c >= '0' && c <= '7') {
    d->at--;
    put(d, read_digits(d, 8, 3, &got) & (d->bytes ? 0xFF : 0xFFF));
  } else if (c == 'x') {
    hex_escape(d, backslash, 2, "truncated \\xXX escape");
  } else if (c == 'u' && !d->bytes) {
    hex_escape(d, backslash, 4, "truncated \\uXXXX escape");
  } else if (c == 'U' && !d->bytes) {
    hex_escape(d, backslash, 8, "truncated \\UXXXXXXXX escape");
  } else if (c == 'N' && !d->bytes) {
    escape_error(d, backslash, "character names are not supported by minipy");
  } else { /* an unknown escape stays as it is */
    put(d, '\\');
    d->at--;
  }
}

/* One character of UTF-8; what is not valid is an error. */
static void decode_character(Decoder *d) {
  const unsigned char *s = (const unsigned char *)d->at;
  int size = s[0] < 0x80   ? 1
             : s[0] < 0xC2 ? 0
             : s[0] < 0xE0 ? 2
             : s[0] < 0xF0 ? 3
             : s[0] < 0xF5 ? 4
                           : 0;
  uint32_t code = size == 1 ? s[0] : s[0] & (0x7Fu >> size);
  bool good = size > 0 && d->at + size <= d->end;
  for (int i = 1; good && i < size; i++) {
    good = (s[i] & 0xC0) == 0x80;
    code = code << 6 | (s[i] & 0x3F);
  }
  if (!good) {
    Parser_Error(d->p, d->at,
                 "(unicode error) 'utf-8' codec can't decode byte 0x%02x",
                 s[0]);
    d->at = d->end;
    return;
  }
  put(d, code);
  d->at += size;
}

static void decode(Decoder *d, bool raw) {
  d->out = Arena_Alloc(d->p->arena,
                       ((size_t)(d->end - d->start) + 1) * sizeof *d->out);
  while (d->at < d->end) {
    if (*d->at == '\\' && !raw) {
      d->at++;
      decode_escape(d);
    } else {
      decode_character(d);
    }
  }
}

PyObject *Decode_Text(Parser *p, const Token *token, const char *start,
                      const char *end, bool raw) {
  Decoder d = {p, token, start, start, end, NULL, 0, false};
  decode(&d, raw);
  if (p->source->failed)
    return NULL;
  return Arena_Own(p->arena, PyUnicode_FromKindAndData(4, d.out, d.count));
}

static PyObject *decode_bytes(Parser *p, const Token *token, const char *start,
                              const char *end, bool raw) {
  for (const char *c = start; c < end; c++)
    if ((unsigned char)*c >= 0x80) {
      Parser_Error(p, token->start,
                   "bytes can only contain ASCII literal characters");
      return NULL;
    }
  Decoder d = {p, token, start, start, end, NULL, 0, true};
  decode(&d, raw);
  char *bytes = Arena_Alloc(p->arena, (size_t)d.count + 1);
  for (Py_ssize_t i = 0; i < d.count; i++)
    bytes[i] = (char)d.out[i];
  return Arena_Own(p->arena, PyBytes_FromStringAndSize(bytes, d.count));
}

/* --- adjacent literals
 * ----------------------------------------------------------------- */

static Expr *join_bytes(Parser *p, ExprList parts, const Token *token) {
  Py_ssize_t size = 0;
  for (int i = 0; i < parts.count; i++)
    size += PyBytes_GET_SIZE(parts.items[i]->constant);
  char *all = Arena_Alloc(p->arena, (size_t)size + 1), *to = all;
  for (int i = 0; i < parts.count; i++) {
    PyObject *part = parts.items[i]->constant;
    memcpy(to, PyBytes_AS_STRING(part), (size_t)PyBytes_GET_SIZE(part));
    to += PyBytes_GET_SIZE(part);
  }
  return New_Constant(p, PyBytes_FromStringAndSize(all, size), token);
}

/* Joins neighbouring constants and drops empty ones. */
static ExprList merge_parts(Parser *p, ExprList parts) {
  ExprList merged = {0};
  for (int i = 0; i < parts.count; i++) {
    Expr *part = parts.items[i];
    Expr *last = merged.count ? merged.items[merged.count - 1] : NULL;
    if (part->kind == E_CONSTANT && PyUnicode_GET_LENGTH(part->constant) == 0)
      continue;
    if (last && last->kind == E_CONSTANT && part->kind == E_CONSTANT)
      last->constant =
          Arena_Own(p->arena, PyUnicode_Concat(last->constant, part->constant));
    else
      ExprList_Add(p, &merged, part);
  }
  return merged;
}

typedef struct {
  ExprList parts;
  bool bytes, formatted;
} Literals;

static void add_literal(Parser *p, Literals *literals, const Token *token) {
  const char *start = token->start, *end = token->end;
  bool raw = false, bytes = false, formatted = false;
  for (; *start != '"' && *start != '\''; start++) {
    raw = raw || (*start | 32) == 'r';
    bytes = bytes || (*start | 32) == 'b';
    formatted = formatted || (*start | 32) == 'f';
  }
  int quotes =
      start[1] == *start && start[2] == *start && end - start >= 6 ? 3 : 1;
  start += quotes;
  end -= quotes;
  if (literals->parts.count && bytes != literals->bytes) {
    Parser_Error(p, token->start, "cannot mix bytes and nonbytes literals");
    return;
  }
  literals->bytes = bytes;
  literals->formatted = literals->formatted || formatted;
  if (formatted) {
    /* A mark keeps the count above zero even for f"". */
    ExprList_Add(p, &literals->parts,
                 New_Constant(p, PyUnicode_FromString(""), token));
    Parse_FString(p, token, start, end, raw, &literals->parts);
    return;
  }
  PyObject *value = bytes ? decode_bytes(p, token, start, end, raw)
                          : Decode_Text(p, token, start, end, raw);
  if (value)
    ExprList_Add(p, &literals->parts, New_Constant(p, Py_NewRef(value), token));
}

Expr *Parse_Strings(Parser *p) {
  Token *first = Parser_Peek(p);
  Literals literals = {0};
  while (Parser_At(p, T_STRING))
    add_literal(p, &literals, Parser_Next(p));
  if (p->source->failed)
    return New_None(p, first);
  if (literals.bytes)
    return join_bytes(p, literals.parts, first);
  ExprList parts = literals.parts;
  if (parts.count > 1 || literals.formatted)
    parts = merge_parts(p, parts);
  if (parts.count == 1 && parts.items[0]->kind == E_CONSTANT &&
      !literals.formatted)
    return parts.items[0];
  if (parts.count == 0 && !literals.formatted)
    return New_Constant(p, PyUnicode_FromString(""), first);
  Expr *joined = New_Expr(p, E_JOINED, first);
  joined->elements = parts;
  return joined;
}
