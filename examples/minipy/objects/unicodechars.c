/* Properties of characters, by rules instead of tables: see the header. */
#include "unicodechars.h"

int _PyChar_IsSpace(Py_UCS4 c) {
  if (c < 0x80)
    return c == ' ' || (c >= 9 && c <= 13) || (c >= 0x1c && c <= 0x1f);
  return c == 0x85 || c == 0xa0 || c == 0x1680 ||
         (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 ||
         c == 0x202f || c == 0x205f || c == 0x3000;
}

int _PyChar_IsLineBreak(Py_UCS4 c) {
  return (c >= 10 && c <= 13) || (c >= 0x1c && c <= 0x1e) || c == 0x85 ||
         c == 0x2028 || c == 0x2029;
}

/* Latin Extended-A (but for a few) alternates: even upper, odd lower; three
 * stretches of it the other way round. */
static int alternates(Py_UCS4 c, int *lower) {
  if ((c >= 0x100 && c <= 0x137) || (c >= 0x14a && c <= 0x177) ||
      (c >= 0x460 && c <= 0x481) || (c >= 0x48a && c <= 0x4bf) ||
      (c >= 0x4d0 && c <= 0x52f) || (c >= 0x1e00 && c <= 0x1e95) ||
      (c >= 0x1ea0 && c <= 0x1eff)) {
    *lower = c & 1;
    return c != 0x130 && c != 0x131;
  }
  if ((c >= 0x139 && c <= 0x148) || (c >= 0x179 && c <= 0x17e)) {
    *lower = !(c & 1);
    return 1;
  }
  return 0;
}

Py_UCS4 _PyChar_Lower(Py_UCS4 c) {
  int lower;
  if (c < 0x80)
    return c >= 'A' && c <= 'Z' ? c + 32 : c;
  if ((c >= 0xc0 && c <= 0xde && c != 0xd7) ||
      (c >= 0x391 && c <= 0x3ab && c != 0x3a2) || (c >= 0x410 && c <= 0x42f))
    return c + 32;
  if (c >= 0x400 && c <= 0x40f)
    return c + 80;
  if (c == 0x386)
    return 0x3ac;
  if (c >= 0x388 && c <= 0x38a)
    return c + 37;
  if (c == 0x38c)
    return 0x3cc;
  if (c == 0x38e || c == 0x38f)
    return c + 63;
  if (c == 0x178)
    return 0xff;
  if (c >= 0xff21 && c <= 0xff3a)
    return c + 32;
  return alternates(c, &lower) && !lower ? c + 1 : c;
}

Py_UCS4 _PyChar_Upper(Py_UCS4 c) {
  int lower;
  if (c < 0x80)
    return c >= 'a' && c <= 'z' ? c - 32 : c;
  if ((c >= 0xe0 && c <= 0xfe && c != 0xf7) ||
      (c >= 0x3b1 && c <= 0x3cb && c != 0x3c2) || (c >= 0x430 && c <= 0x44f))
    return c - 32;
  if (c >= 0x450 && c <= 0x45f)
    return c - 80;
  if (c == 0x3c2)
    return 0x3a3;
  if (c == 0x3ac)
    return 0x386;
  if (c >= 0x3ad && c <= 0x3af)
    return c - 37;
  if (c == 0x3cc)
    return 0x38c;
  if (c == 0x3cd || c == 0x3ce)
    return c - 63;
  if (c == 0xff)
    return 0x178;
  if (c == 0xb5)
    return 0x39c;
  if (c >= 0xff41 && c <= 0xff5a)
    return c - 32;
  return alternates(c, &lower) && lower ? c - 1 : c;
}

int _PyChar_IsLower(Py_UCS4 c) {
  return _PyChar_Upper(c) != c || c == 0xdf || c == 0xaa || c == 0xba ||
         c == 0x149 || c == 0x131;
}
int _PyChar_IsUpper(Py_UCS4 c) { return _PyChar_Lower(c) != c || c == 0x130; }

int _PyChar_IsAlpha(Py_UCS4 c) {
  if (c < 0x80)
    return (c | 32) >= 'a' && (c | 32) <= 'z';
  if (c < 0x100)
    return c == 0xaa || c == 0xb5 || c == 0xba ||
           (c >= 0xc0 && c != 0xd7 && c != 0xf7);
  return (c <= 0x2c1) || (c >= 0x370 && c <= 0x373) || c == 0x376 ||
         c == 0x377 || (c >= 0x37b && c <= 0x37d) || c == 0x37f || c == 0x386 ||
         (c >= 0x388 && c <= 0x481 && c != 0x3f6) ||
         (c >= 0x48a && c <= 0x556) || (c >= 0x561 && c <= 0x587) ||
         (c >= 0x5d0 && c <= 0x5ea) || (c >= 0x620 && c <= 0x64a) ||
         (c >= 0x904 && c <= 0x939) || (c >= 0x10a0 && c <= 0x10ff) ||
         (c >= 0x1e00 && c <= 0x1fbc) || (c >= 0x3041 && c <= 0x3096) ||
         (c >= 0x30a1 && c <= 0x30fa) || (c >= 0x3400 && c <= 0x4dbf) ||
         (c >= 0x4e00 && c <= 0x9fff) || (c >= 0xac00 && c <= 0xd7a3) ||
         (c >= 0xff21 && c <= 0xff3a) || (c >= 0xff41 && c <= 0xff5a) ||
         (c >= 0x20000 && c <= 0x2a6df);
}

int _PyChar_IsDigit(Py_UCS4 c) {
  return (c >= '0' && c <= '9') || c == 0xb2 || c == 0xb3 || c == 0xb9 ||
         (c >= 0x660 && c <= 0x669) || (c >= 0x966 && c <= 0x96f) ||
         (c >= 0xff10 && c <= 0xff19) || (c >= 0x2074 && c <= 0x2079) ||
         c == 0x2070 || (c >= 0x2080 && c <= 0x2089);
}

int _PyChar_IsPrintable(Py_UCS4 c) {
  if (c < 0x7f)
    return c >= ' ';
  if (c <= 0xa0 || c == 0xad)
    return 0;
  return !(c == 0x378 || c == 0x379 || c == 0x1680 ||
           (c >= 0x600 && c <= 0x605) || (c >= 0x2000 && c <= 0x200f) ||
           (c >= 0x2028 && c <= 0x202f) || (c >= 0x205f && c <= 0x206f) ||
           c == 0x3000 || (c >= 0xd7fc && c <= 0xf8ff) || c == 0xfeff ||
           (c >= 0xfff0 && c <= 0xfffb) || c == 0xfffe || c == 0xffff ||
           c >= 0xe0000);
}
