/* Puts calls of a library into transactions of their own: the linker's --wrap
 * sends each call of NAME from another file to __wrap_NAME. */
#ifndef TRANSACTION_CALLS_H
#define TRANSACTION_CALLS_H

#include <ame/ame.h>

#define CALL(type, name, parameters, arguments)                                \
  type __real_##name parameters;                                               \
  type __wrap_##name parameters;                                               \
  type __wrap_##name parameters {                                              \
    type result = 0;                                                           \
    AME_ATOMIC_AS(#name) { result = __real_##name arguments; }                 \
    return result;                                                             \
  }
#define CALL_VOID(name, parameters, arguments)                                 \
  void __real_##name parameters;                                               \
  void __wrap_##name parameters;                                               \
  void __wrap_##name parameters {                                              \
    AME_ATOMIC_AS(#name) { __real_##name arguments; }                          \
  }

#endif
