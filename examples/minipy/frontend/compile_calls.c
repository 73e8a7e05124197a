/* Calls. The plain forms push the arguments one by one; as soon as there is a
 * *iterable or **mapping, all positional arguments go into a tuple and all
 * keywords into a dict. */
#include "compiler.h"

static bool is_plain(ExprList arguments, KeywordList keywords) {
  for (int i = 0; i < arguments.count; i++)
    if (arguments.items[i]->kind == E_STARRED)
      return false;
  for (int i = 0; i < keywords.count; i++)
    if (!keywords.items[i].name)
      return false;
  return true;
}

static PyObject *keyword_names(Compiler *c, const Keyword *keywords,
                               int count) {
  PyObject *names = PyTuple_New(count);
  for (int i = 0; names && i < count; i++)
    PyTuple_SET_ITEM(names, i, Py_NewRef(keywords[i].name));
  return Arena_Own(c->arena, names);
}

static void compile_keyword_dict(Compiler *c, KeywordList keywords) {
  bool built = false;
  for (int i = 0; i < keywords.count;) {
    int end = i;
    for (; end < keywords.count && keywords.items[end].name; end++)
      Compile_Expr(c, keywords.items[end].value);
    if (end > i) {
      Emit_Const(c, keyword_names(c, keywords.items + i, end - i));
      Emit(c, BUILD_CONST_KEY_MAP, end - i);
    } else {
      if (!built) {
        Emit(c, BUILD_MAP, 0);
        built = true;
      }
      Compile_Expr(c, keywords.items[end++].value);
    }
    if (built)
      Emit(c, DICT_MERGE, 1);
    built = true;
    i = end;
  }
}

void Compile_Arguments(Compiler *c, int on_stack, ExprList arguments,
                       KeywordList keywords) {
  if (!is_plain(arguments, keywords)) {
    if (on_stack == 0 && arguments.count == 1 &&
        arguments.items[0]->kind == E_STARRED)
      Compile_Expr(c, arguments.items[0]->operand); /* f(*it): as it is */
    else
      Compile_Sequence(c, arguments, E_TUPLE, on_stack);
    compile_keyword_dict(c, keywords);
    Emit(c, CALL_FUNCTION_EX, keywords.count > 0);
    return;
  }
  for (int i = 0; i < arguments.count; i++)
    Compile_Expr(c, arguments.items[i]);
  for (int i = 0; i < keywords.count; i++)
    Compile_Expr(c, keywords.items[i].value);
  int count = on_stack + arguments.count + keywords.count;
  if (keywords.count) {
    Emit_Const(c, keyword_names(c, keywords.items, keywords.count));
    Emit(c, CALL_FUNCTION_KW, count);
  } else {
    Emit(c, CALL_FUNCTION, count);
  }
}

void Compile_Call(Compiler *c, Expr *expr) {
  Expr *function = expr->call.function;
  ExprList arguments = expr->call.arguments;
  KeywordList keywords = expr->call.keywords;
  bool method = function->kind == E_ATTRIBUTE && keywords.count == 0 &&
                is_plain(arguments, keywords);
  if (!method) {
    Compile_Expr(c, function);
    Compile_Arguments(c, 0, arguments, keywords);
    return;
  }
  int line = c->unit->line;
  Compile_Expr(c, function->attribute.object);
  c->unit->line = function->line;
  Emit_Name(c, LOAD_METHOD, function->attribute.name);
  for (int i = 0; i < arguments.count; i++)
    Compile_Expr(c, arguments.items[i]);
  Emit(c, CALL_METHOD, arguments.count);
  c->unit->line = line;
}
