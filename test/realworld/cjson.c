/* Each test function of Unity, cJSON's test framework. */
#include "transaction_calls.h"

CALL_VOID(UnityDefaultTestRun, (void (*f)(void), const char *n, const int l), (f, n, l))
