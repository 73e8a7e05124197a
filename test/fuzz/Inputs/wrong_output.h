/* For wrong_compiler.sh: each line of a program ends with one byte more. */
#include <stdio.h>
#define printf(...) (printf(__VA_ARGS__), putchar('x'))
