/* A test program as a whole. */
#include "transaction_calls.h"

CALL(int, main, (int argc, char **argv), (argc, argv))
