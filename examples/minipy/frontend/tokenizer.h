/* Tokens: the words of the language.
 *
 * A source is split into an array of tokens before parsing; the last one is
 * always T_END. Newlines inside brackets vanish, indentation turns into
 * T_INDENT and T_DEDENT. A lexical error becomes a T_ERROR token (the last but
 * one) that the parser reports when, and only if, it gets there: a mistake in
 * an earlier line is the more helpful message.
 */
#ifndef MINIPY_FRONTEND_TOKENIZER_H
#define MINIPY_FRONTEND_TOKENIZER_H

#include "source.h"

typedef enum {
  T_END,
  T_NEWLINE,
  T_INDENT,
  T_DEDENT,
  T_NAME,
  T_NUMBER,
  T_STRING,
  T_ERROR,
#define KEYWORD(id, text) KW_##id,
#define OPERATOR(id, text) T_##id,
#include "tokens.def"
} TokenKind;

typedef struct {
  TokenKind kind;
  int line;
  const char *start, *end;
  int open;            /* index of the innermost open bracket's token, or -1 */
  const char *message; /* of a T_ERROR */
} Token;

typedef struct {
  Token *tokens;
  int count;
} TokenArray;

TokenArray Tokenize(Source *source);

/* The tokens of an expression in an f-string, which lies in [start, end) of the
 * text: newlines mean nothing, as if it were in parentheses. */
TokenArray Tokenize_Expression(Source *source, const char *start,
                               const char *end, int line);

#endif
