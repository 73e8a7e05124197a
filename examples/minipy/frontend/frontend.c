/* The front end's door: source text in, code object out. The phases: split the
 * text into tokens and parse them (parser.h), find out what the names mean
 * (symtable.h), emit code (compiler.h). All their memory is one arena. */
#include "compiler.h"
#include "parser.h"

static PyCodeObject *compile(const char *text, const char *filename,
                             Module *(*parse)(Source *)) {
  Arena arena;
  Source source;
  PyCodeObject *code = NULL;
  Arena_Init(&arena);
  Source_Init(&source, &arena, text, filename);
  Module *module = parse(&source);
  if (module && Symtable_Build(&source, module))
    code = Compile_Module(&source, module);
  Arena_Free(&arena);
  return code;
}

PyCodeObject *PyFrontend_Compile(const char *source, const char *filename) {
  return compile(source, filename, Parse_Module);
}

PyCodeObject *PyFrontend_CompileExpression(const char *source,
                                           const char *filename) {
  return compile(source, filename, Parse_Eval);
}
