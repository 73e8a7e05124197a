/* The functions of math.h that store a second result through a pointer. */
#define _GNU_SOURCE
#include "libc_access.h"

#include <math.h>

#define STORE(to, value) ame_store(to, &(value), sizeof(value))

#define FAMILY(type, suffix)                                                   \
  AME_WRAPPER(type, frexp##suffix, (type number, int *exponent)) {             \
    int own;                                                                   \
    const type result = frexp##suffix(number, &own);                           \
    STORE(exponent, own);                                                      \
    return result;                                                             \
  }                                                                            \
  AME_WRAPPER(type, modf##suffix, (type number, type * whole)) {               \
    type own;                                                                  \
    const type result = modf##suffix(number, &own);                            \
    STORE(whole, own);                                                         \
    return result;                                                             \
  }                                                                            \
  AME_WRAPPER(type, remquo##suffix, (type a, type b, int *quotient)) {         \
    int own;                                                                   \
    const type result = remquo##suffix(a, b, &own);                            \
    STORE(quotient, own);                                                      \
    return result;                                                             \
  }                                                                            \
  AME_WRAPPER(void, sincos##suffix,                                            \
              (type angle, type * sine, type * cosine)) {                      \
    const type s = sin##suffix(angle), c = cos##suffix(angle);                 \
    STORE(sine, s);                                                            \
    STORE(cosine, c);                                                          \
  }                                                                            \
  AME_WRAPPER(type, nan##suffix, (const char *tag)) {                          \
    if (!ame_active())                                                         \
      return nan##suffix(tag);                                                 \
    const struct ame_scratch_mark mark = ame_scratch_mark();                   \
    const type result = nan##suffix(ame_string_copy(tag, SIZE_MAX));           \
    ame_scratch_release(mark);                                                 \
    return result;                                                             \
  }
FAMILY(double, )
FAMILY(float, f)
FAMILY(long double, l)

AME_WRAPPER(double, lgamma_r, (double number, int *sign)) {
  int own = 1;
  const double result = lgamma_r(number, &own);
  STORE(sign, own);
  return result;
}
