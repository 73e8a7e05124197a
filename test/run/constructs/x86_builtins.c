// RUN: %same_output %s -O0 -O2 --always
// REQUIRES: x86_64
// Intent: instructions that the compiler's builtins name (masked, streaming and
// unaligned stores, halves of vectors, copies without a call) change memory in a
// block that is undone before the first of them that has no barrier.
#include "../second_attempt.h"
#include <immintrin.h>

static char bytes[256] __attribute__((aligned(64)));
static int words[64];
static float floats[64];
static double doubles[16];
static struct forty {
  char c[40];
} to, from;

__attribute__((noinline)) static void copy(int k) {
  __builtin_memcpy_inline(&to, &from, sizeof to);
  from.c[k & 31] += k;
  __builtin_memset_inline(to.c + 30, k, 7);
  __m128i v = _mm_loadu_si128((void *)(bytes + 7));
  v = _mm_add_epi8(v, _mm_set1_epi8((char)k));
  _mm_storeu_si128((void *)(bytes + 57), v); /* in two stripes */
  __m128 f = _mm_loadl_pi(_mm_setzero_ps(), (void *)floats);
  f = _mm_add_ps(_mm_loadh_pi(f, (void *)(floats + 4)), _mm_set1_ps((float)k));
  _mm_storeh_pi((void *)(floats + 9), f);
  _mm_storel_pi((void *)(floats + 11), f);
  _mm_store_ss(floats + 20, f);
  floats[21] = _mm_cvtss_f32(_mm_load1_ps(floats + 9));
  _mm_storeh_pd(doubles + 3, _mm_castps_pd(f));
  _mm_storer_pd(doubles + 4, _mm_set_pd(k, 2 * k));
  unsigned long long carried;
  words[0] += _addcarry_u64(0, (unsigned)k, ~0ull, &carried);
  words[12] = (int)__builtin_bswap32((unsigned)(words[12] + k));
  __builtin_prefetch(words, 1);
}

__attribute__((noinline)) static void stream(int k) {
  const __m128i mask = _mm_setr_epi8(-1, 0, -1, 0, 0, 0, 0, -1, 0, 0, -1, 0, 0, 0, 0, -1);
  _mm_maskmoveu_si128(_mm_set1_epi8((char)k), mask, bytes + 100);
  _mm_stream_si32((int *)(bytes + 128), k);
  _mm_stream_si64((long long *)(bytes + 136), k * 3);
  _mm_stream_si128((void *)(bytes + 144), _mm_set1_epi16((short)k));
  __builtin_nontemporal_store(__builtin_nontemporal_load(&words[9]) + k, &words[10]);
  _mm_sfence();
  _mm_setcsr(_mm_getcsr());
}

int main(void) {
  for (int i = 0; i < 64; i++)
    words[i] = i * i, floats[i] = i, bytes[4 * i] = i;
  second_attempt_prepare();
  AME_ATOMIC {
    copy(3);
    second_attempt_force();
    copy(5);
    stream(4);
    copy(6);
  }
  second_attempt_check();
  for (int i = 0; i < 256; i++)
    printf("%d ", bytes[i]);
  for (int i = 0; i < 64; i++)
    printf("%d %g ", words[i], floats[i]);
  for (int i = 0; i < 16; i++)
    printf("%g ", doubles[i]);
  for (int i = 0; i < 40; i++)
    printf("%d %d ", to.c[i], from.c[i]);
  puts("");
  return 0;
}
