/* Runs a csmith program's main in one transaction. tools/fuzz.py compiles it
 * with PROGRAM, the program's file, or includes it behind each of many programs
 * whose main has another name; with WHOLE_PROGRAM for an open transaction. */
#ifdef PROGRAM
#define main main_of_program
#include PROGRAM
#undef main
#define driver_main main
#endif
#include <ame/ame.h>

int driver_main(int argc, char **argv) {
  int status = 1;
#ifdef WHOLE_PROGRAM
  ame_enter();
  status = main_of_program(argc, argv);
  ame_leave();
#else
  AME_ATOMIC { status = main_of_program(argc, argv); }
#endif
  return status;
}
