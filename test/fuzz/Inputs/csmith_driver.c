/* Runs a csmith program's main in one transaction. tools/fuzz.py compiles it
 * with PROGRAM, the program's file, and with WHOLE_PROGRAM for an open
 * transaction. Plain clang compiles the program alone. */
#define main program_main
#include PROGRAM
#undef main
#include <ame/ame.h>

int main(int argc, char **argv) {
  int status = 1;
#ifdef WHOLE_PROGRAM
  ame_enter();
  status = program_main(argc, argv);
  ame_leave();
#else
  AME_ATOMIC { status = program_main(argc, argv); }
#endif
  return status;
}
