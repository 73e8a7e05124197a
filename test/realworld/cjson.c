/* Each test function of Unity, cJSON's test framework, which not all programs have. */
#include "transaction_calls.h"

#pragma weak __real_UnityDefaultTestRun

CALL_VOID(UnityDefaultTestRun, (void (*f)(void), const char *n, const int l), (f, n, l))

/* Called outside of them by programs without Unity. Its header is in its source. */
typedef struct cJSON cJSON;

CALL(cJSON *, cJSON_Parse, (const char *s), (s))
CALL(char *, cJSON_Print, (const cJSON *j), (j))
CALL(char *, cJSON_PrintBuffered, (const cJSON *j, int n, int f), (j, n, f))
CALL_VOID(cJSON_Delete, (cJSON * j), (j))
