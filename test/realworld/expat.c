/* The calls of expat that make up parsing; its handlers run inside them. */
#include "transaction_calls.h"
#include <expat.h>

CALL(XML_Parser, XML_ParserCreate, (const XML_Char *e), (e))
CALL(XML_Parser, XML_ParserCreateNS, (const XML_Char *e, XML_Char s), (e, s))
CALL(XML_Parser, XML_ExternalEntityParserCreate,
     (XML_Parser p, const XML_Char *c, const XML_Char *e), (p, c, e))
CALL(enum XML_Status, XML_Parse, (XML_Parser p, const char *s, int n, int f), (p, s, n, f))
CALL(enum XML_Status, XML_ParseBuffer, (XML_Parser p, int n, int f), (p, n, f))
CALL(void *, XML_GetBuffer, (XML_Parser p, int n), (p, n))
CALL(XML_Bool, XML_ParserReset, (XML_Parser p, const XML_Char *e), (p, e))
CALL(enum XML_Status, XML_ResumeParser, (XML_Parser p), (p))
CALL_VOID(XML_ParserFree, (XML_Parser p), (p))
