/* The calls of libbz2 that bzip2 makes. */
#include "transaction_calls.h"
#include <stdio.h>
#include <bzlib.h>

CALL(BZFILE *, BZ2_bzWriteOpen, (int *e, FILE *f, int b, int v, int w), (e, f, b, v, w))
CALL_VOID(BZ2_bzWrite, (int *e, BZFILE *f, void *b, int n), (e, f, b, n))
CALL_VOID(BZ2_bzWriteClose64,
          (int *e, BZFILE *f, int a, unsigned *p, unsigned *q, unsigned *r, unsigned *s),
          (e, f, a, p, q, r, s))
CALL(BZFILE *, BZ2_bzReadOpen, (int *e, FILE *f, int v, int s, void *u, int n),
     (e, f, v, s, u, n))
CALL(int, BZ2_bzRead, (int *e, BZFILE *f, void *b, int n), (e, f, b, n))
CALL_VOID(BZ2_bzReadClose, (int *e, BZFILE *f), (e, f))
CALL_VOID(BZ2_bzReadGetUnused, (int *e, BZFILE *f, void **u, int *n), (e, f, u, n))
