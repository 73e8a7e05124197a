/* The calls of zlib that its own tests make. */
#include "transaction_calls.h"
#include <zlib.h>

CALL(int, compress, (Bytef *d, uLongf *n, const Bytef *s, uLong m), (d, n, s, m))
CALL(int, uncompress, (Bytef *d, uLongf *n, const Bytef *s, uLong m), (d, n, s, m))
CALL(int, deflateInit_, (z_streamp s, int l, const char *v, int n), (s, l, v, n))
CALL(int, deflateInit2_,
     (z_streamp s, int l, int m, int w, int e, int t, const char *v, int n),
     (s, l, m, w, e, t, v, n))
CALL(int, deflate, (z_streamp s, int f), (s, f))
CALL(int, deflateEnd, (z_streamp s), (s))
CALL(int, deflateParams, (z_streamp s, int l, int t), (s, l, t))
CALL(int, deflateSetDictionary, (z_streamp s, const Bytef *d, uInt n), (s, d, n))
CALL(int, inflateInit_, (z_streamp s, const char *v, int n), (s, v, n))
CALL(int, inflateInit2_, (z_streamp s, int w, const char *v, int n), (s, w, v, n))
CALL(int, inflate, (z_streamp s, int f), (s, f))
CALL(int, inflateEnd, (z_streamp s), (s))
CALL(int, inflateSync, (z_streamp s), (s))
CALL(int, inflateSetDictionary, (z_streamp s, const Bytef *d, uInt n), (s, d, n))
CALL(gzFile, gzopen, (const char *p, const char *m), (p, m))
CALL(gzFile, gzdopen, (int d, const char *m), (d, m))
CALL(int, gzread, (gzFile f, voidp b, unsigned n), (f, b, n))
CALL(int, gzwrite, (gzFile f, voidpc b, unsigned n), (f, b, n))
CALL(int, gzputc, (gzFile f, int c), (f, c))
CALL(int, gzputs, (gzFile f, const char *s), (f, s))
CALL(char *, gzgets, (gzFile f, char *b, int n), (f, b, n))
CALL(int, gzclose, (gzFile f), (f))
CALL(z_off_t, gzseek, (gzFile f, z_off_t o, int w), (f, o, w))
