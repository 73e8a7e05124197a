#!/usr/bin/env python3
"""random_regions.py SEED: writes a random C program with atomic blocks.

Complements csmith, whose programs have one transaction and plain data: here
blocks nest and are left in every way (end, break, continue, return, goto), and
the data has what C programs have besides integers: bit-fields, packed structs,
unions, vectors, complex numbers, __int128, long double, thread-local variables,
structs by value, varargs, variable-length arrays, function pointers, memory
and string functions, heap blocks, output inside blocks, commit handlers, setjmp,
computed goto, atomics, inline assembler, tail calls, odd widths. Integers are unsigned,
floating-point values stay small, every index is masked: no undefined behaviour.
Compiled by plain clang the header's lock stands in for the transaction."""

import random
import sys

HEAD = r"""#include <ame/ame.h>
#include <complex.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef unsigned __int128 u128;
typedef uint32_t v4 __attribute__((vector_size(16)));
typedef double d2 __attribute__((vector_size(16)));
typedef uint32_t v8 __attribute__((vector_size(32)));
typedef uint64_t function(uint64_t, uint64_t);

struct bits { uint32_t a : 3, b : 7, c : 1, : 0, d : 13; uint64_t e : 37, f : 20; };
struct __attribute__((packed)) packed { uint8_t tag; uint32_t word; uint64_t wide; uint16_t half; };
struct small { uint16_t x; uint8_t y; };
struct mixed { uint64_t n; double d; struct small s; float f; uint8_t text[11]; };
struct large { uint64_t a[9]; struct mixed m; struct packed p; };
union any { uint64_t u; uint32_t w[2]; uint8_t bytes[8]; struct small s; };
struct odd { uint8_t a[3]; uint16_t b[5]; _Bool c; };
struct pair { uint32_t x, y; };
struct node { uint64_t value; struct node *next; struct bits bits; };

static uint64_t crc = 1;
static void sum(const void *from, size_t size) {
  const unsigned char *bytes = from;
  for (size_t i = 0; i < size; i++)
    crc = (crc ^ bytes[i]) * 1099511628211u + 7;
}
"""

# (expression, kind); kind u: any unsigned integer, d: floating point.
GLOBALS = r"""
static uint8_t g8; uint16_t g16 = 3; static uint32_t g32 = 5; uint64_t g64 = 7;
static u128 g128 = 11; static _Bool gbool; static float gf = 1; double gd = 2;
static long double gld = 3; static double _Complex gc = 1; static v4 gv = {1, 2, 3, 4};
static d2 gd2 = {1, 2}; static struct bits gbits; static struct packed gpacked;
static struct mixed gmixed; static struct large glarge, glarge2; static union any gany;
static uint64_t garray[32]; static uint8_t gbytes[64]; static struct mixed gmixeds[8];
static _Thread_local uint64_t gtls; static volatile uint32_t gvolatile;
static struct node *glist; static uint64_t *gpointer = &garray[5];
static const uint64_t gconst[4] = {17, 19, 23, 29};
static _Atomic uint64_t gatomic; static unsigned _BitInt(37) godd; static unsigned _BitInt(90) gwide;
static _Float16 ghalf = 1; static v8 gv8 = {1, 2, 3, 4, 5, 6, 7, 8}; static _Bool gflags[9];
static char gtext[64] = "text"; static function *gfunction; static struct odd godds[3];
static uint64_t handled; static struct pair gpairs[40]; static uint64_t glong[9000];
"""
LVALUES = [
    ("g8", "u"), ("g16", "u"), ("g32", "u"), ("g64", "u"), ("g128", "u"), ("gf", "d"),
    ("gd", "d"), ("gld", "d"), ("gv[2]", "u"), ("gd2[1]", "d"), ("gbits.a", "u"),
    ("gbits.b", "u"), ("gbits.c", "u"), ("gbits.d", "u"), ("gbits.e", "u"), ("gbits.f", "u"),
    ("gpacked.tag", "u"), ("gpacked.word", "u"), ("gpacked.wide", "u"), ("gpacked.half", "u"),
    ("gmixed.n", "u"), ("gmixed.d", "d"), ("gmixed.s.x", "u"), ("gmixed.f", "d"),
    ("gmixed.text[7]", "u"), ("glarge.a[3]", "u"), ("glarge.m.d", "d"), ("glarge.p.wide", "u"),
    ("gany.u", "u"), ("gany.w[1]", "u"), ("gany.bytes[3]", "u"), ("gany.s.y", "u"),
    ("gtls", "u"), ("(*gpointer)", "u"), ("__real__ gc", "d"), ("__imag__ gc", "d"),
    ("garray[{i} & 31]", "u"), ("gbytes[{i} & 63]", "u"), ("gmixeds[{i} & 7].n", "u"),
    ("glong[{i} % 9000]", "u"), ("gmixeds[{i} & 7].d", "d"), ("gmixeds[{i} & 7].text[{i} % 11]", "u"),
]
LOCALS = [("l8", "u"), ("l32", "u"), ("l64", "u"), ("ld", "d"), ("larray[{i} & 7]", "u"),
          ("lmixed.n", "u"), ("lmixed.s.x", "u"), ("lmixed.d", "d"), ("(*lpointer)", "u"),
          ("lbits.b", "u"), ("lbits.e", "u"), ("l128", "u")]
LOCAL_DECLARATIONS = """  uint8_t l8 = (uint8_t)a; uint32_t l32 = (uint32_t)(a >> 3); uint64_t l64 = a * 3, n = 0;
  u128 l128 = a; double ld = 0.5; uint64_t larray[8] = {a, 1, 2}; struct mixed lmixed = {.n = a};
  struct bits lbits = {.b = 5}; uint64_t *lpointer = %s; uint64_t k0 = 0, k1 = 0, k2 = 0, k3 = 0;
  (void)l8, (void)l32, (void)l64, (void)ld, (void)n, (void)l128, (void)larray, (void)lbits;
  (void)lmixed, (void)lpointer, (void)k0, (void)k1, (void)k2, (void)k3;
"""


class Program:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.functions = self.random.randint(3, 7)
        self.labels = 0
        self.output = []

    def chance(self, percent):
        return self.random.random() * 100 < percent

    def emit(self, depth, text):
        self.output.append("  " * depth + text)

    # --- expressions -------------------------------------------------------
    def lvalue(self, kind=None):
        names = [l for l in LVALUES + LOCALS * 2 if kind in (None, l[1])]
        name, found = self.random.choice(names)
        index = self.random.choice(["a", "n", "k0", "l64", "g32", str(self.random.randint(0, 9))])
        return name.replace("{i}", index), found

    def integer(self, depth=0):
        if depth > 2 or self.chance(30):
            return self.random.choice([
                str(self.random.randint(0, 1 << self.random.randint(1, 62))) + "u", "a", "n",
                f"(uint64_t){self.lvalue('u')[0]}", f"(uint64_t){self.lvalue('u')[0]}",
                "gconst[a & 3]"])
        left, right = self.integer(depth + 1), self.integer(depth + 1)
        return self.random.choice([
            f"({left} + {right})", f"({left} - {right})", f"({left} * {right})",
            f"({left} ^ {right})", f"({left} & {right})", f"({left} | {right})",
            f"({left} >> ({right} & 31))", f"({left} << ({right} & 31))",
            f"({left} % ({right} | 1))", f"({left} < {right})",
            f"({left} ? {right} : {left})"])

    def floating(self):
        other, _ = self.lvalue("d")
        return f"((double){other} * 0.25 + (double)({self.integer(2)} & 255))"

    # --- statements --------------------------------------------------------
    def assignment(self, depth):
        name, kind = self.lvalue()
        if kind == "d":
            self.emit(depth, f"{name} = {self.floating()};")
        elif self.chance(40):
            self.emit(depth, f"{name} {self.random.choice(['+=', '^=', '-=', '|=', '*='])} "
                             f"{self.integer()};")
        elif self.chance(20):
            self.emit(depth, f"{name}{self.random.choice(['++', '--'])};")
        else:
            self.emit(depth, f"{name} = {self.integer()};")

    def copies(self, depth):
        value = self.integer(1)
        self.emit(depth, self.random.choice([
            "glarge = glarge2;", "glarge2 = glarge;", "glarge2.m = gmixed;", "gmixed = lmixed;",
            "lmixed = gmixeds[a & 7];", "gmixeds[n & 7] = lmixed;", "gmixeds[a & 7] = gmixeds[n & 7];",
            f"memset(gbytes + ({value} & 31), (int)({value} & 255), {value} & 31);",
            f"memmove(gbytes + ({value} & 15), gbytes + (n & 15), {value} & 31);",
            f"memcpy(garray + 16, larray, {value} & 63);",
            f"memcpy(larray, garray + ({value} & 15), 64);",
            "memcpy(&lmixed, &gmixed, sizeof lmixed);",
            f"gv = gv * (v4){{3, 5, 7, 9}} + (uint32_t){value};", "gd2 = gd2 * 0.5 + gd;",
            "gc = gc * (0.25 + 0.25 * I) + 1.0;", f"gbool = {value} > 77;",
            f"gpointer = &garray[{value} & 31];", "lbits = gbits;", "gbits = lbits;",
            f"gl_push({value});", f"l64 += gl_pop({value});",
            f"l64 ^= variadic(3, {value}, {self.integer(2)}, n);",
            f"l64 += by_value(glarge, gmixed, {value}).n;", "gmixed = by_value(glarge2, lmixed, n);",
            f"n += vla({value});", f"l64 += (uint64_t)(memcmp(gbytes, gbytes + 32, {value} & 31) < 0);",
            f"snprintf((char *)gbytes, 40, \"%llu %g\", (unsigned long long){value}, gd);",
            f"l64 += strlen((char *)memset(gbytes, 'x', {value} & 31));",
            f"change(&{self.random.choice(['l64', 'larray[3]', 'g64', 'lmixed.n', '*gpointer'])}, {value});",
            f"qsort(garray, 32, sizeof *garray, compare);", "gvolatile += 3;" if self.chance(20) else "n++;",
            f"jump({value});", f"heap({value});", f"l64 ^= on_stack({value});", f"text({value});",
            f"l64 += by_goto({value});", f"tail({value}, {value} & 15);", "gv8 = gv8 ^ (gv8 >> 3);",
            f"l64 ^= many(1, n, a, {value}, 5, godds[n % 3], 7, gd, gld, gv8, g128);",
            f"gfunction = table[{value} % (sizeof table / sizeof *table)];",
            f"godds[{value} % 3] = (struct odd){{{{1, 2, 3}}, {{(uint16_t)a}}, a & 1}};",
            f"ame_on_commit(count_handled, (void *)(uintptr_t)({value} & 255));",
            f"l64 += arithmetic({value});" if self.chance(40) else "l64++;",
            f"l64 ^= ({{ struct mixed t = gmixeds[n & 7]; t.n += {value}; gmixed = t; t.n; }});"]))

    def loops(self, depth):
        """Loops that write arrays, or read them, element by element."""
        value, step = self.integer(1), self.random.randint(1, 7)
        self.emit(depth, self.random.choice([
            f"fill(garray + ({value} & 15), n & 15, {step});",
            f"fill_pairs(gpairs + ({value} & 15), n & 15, {step});",
            f"add(garray + ({value} & 15), garray + (n & 15), a & 15);",
            f"add(larray, garray + ({value} & 15), 8); l64 += larray[a & 7];",
            f"backwards(gbytes + ({value} & 31), n & 31);",
            f"l64 ^= fresh_array(({value} & 31) + 1);",
            f"for (uint64_t i = {value} & 3; i < (n & 31); i++) garray[i] = garray[i] * {step} + i;",
            f"for (uint64_t i = 0; i < 40; i++) {{ gpairs[i].y = (uint32_t){value}; gpairs[i].x += {step}; }}",
            f"for (uint64_t i = 0; i < 8; i++) gmixeds[i].n += i * {step};",
            f"for (uint64_t i = 0; i < 8; i++) {{ gmixeds[i].n = i; gmixeds[i].d = gmixeds[i].f * 0.5; }}",
            f"for (uint64_t i = 1; i < 32; i++) garray[i] += garray[i - 1] ^ {step};",
            f"for (uint8_t *p = gbytes + ({value} & 31); p != gbytes + 40; p++) *p ^= {step};",
            f"for (uint64_t i = 0; i < 24; i++) garray[i + (a & 7)] = garray[i];",
            f"for (uint64_t i = 0; i < 32; i++) {{ if (garray[i] % 13 == {step}) break; garray[i] ^= a; }}",
            f"for (uint64_t i = 0; i < 40; i++) l64 = l64 * {step} + gpairs[i].x;",
            f"for (uint64_t i = {value} & 63; i < 9000; i++) l64 = (l64 ^ glong[i]) * {step};",
            f"for (int64_t i = 8999; i >= (int64_t)({value} & 8191); i--) l32 += (uint32_t)(glong[i] ^ glong[8999 - i]);",
            f"for (uint64_t i = 0; i < ({value} & 127); i++) {{ l64 += glong[i * 2]; l128 ^= glong[i * 2 + 1]; }}",
            f"for (uint64_t i = 0; i < 64; i += 4) {{ gbytes[i] = (uint8_t)i; gbytes[i + 1] ^= 3; "
            f"gbytes[i + 2] = {step}; gbytes[i + 3] = (uint8_t)a; }}"]))

    def fields(self, depth):
        """Neighbouring fields, one after another."""
        value = self.integer(2)
        self.emit(depth, self.random.choice([
            f"l64 += glarge.a[0] + glarge.a[1] * 3 + glarge.a[2] + glarge.a[8];",
            f"l64 ^= gmixed.n + gmixed.s.x + gmixed.s.y + gmixed.text[2] + gmixed.text[3];",
            f"gmixed.n = {value}; gmixed.s.x = 3; gmixed.s.y += 1; gmixed.f = 2; gmixed.text[0] = 7;",
            f"glarge.a[4] = {value}; glarge.a[5] = n; glarge.a[6] = a; glarge.a[7] = glarge.a[4] ^ 9;",
            f"gpairs[{value} & 31].x = gpairs[n & 31].y; gpairs[{value} & 31].y = gpairs[n & 31].x;",
            f"rotate_fields(&gmixeds[{value} & 7], &gmixeds[n & 7]);",
            f"if (glist) {{ l64 += glist->value; if (glist->next) l64 ^= glist->next->value; }}",
            f"for (struct node *m = glist; m; m = m->next) m->value += m->value & {value};"]))

    def call(self, depth, function):
        if function == 0:
            self.assignment(depth)
            return
        callee = self.random.randrange(function)
        how = f"table[{callee}]" if self.chance(30) else f"f{callee}"
        self.emit(depth, f"l64 ^= {how}({self.integer(1)}, n + 1);")

    def exit_block(self, depth, loop):
        """A way out of an atomic block, taken sometimes."""
        condition = f"({self.integer(1)} & 7) == {self.random.randint(0, 7)}"
        ways = ["break;", "continue;", "return l64 + 1;", f"goto out;"]
        self.emit(depth, f"if ({condition}) {self.random.choice(ways)}")

    def region(self, depth, function, nesting):
        form = self.random.choice(["AME_ATOMIC", "AME_ATOMIC_AS(\"named\")", "AME_BEGIN"])
        loop = form == "AME_BEGIN"
        if loop:
            self.emit(depth, f"for (k{nesting} = 0; k{nesting} < {self.random.randint(1, 4)}; "
                             f"k{nesting}++) {{ AME_BEGIN")
        else:
            self.emit(depth, form + " {")
        for _ in range(self.random.randint(1, 5)):
            self.statement(depth + 1, function, nesting + 1, True)
            if self.chance(25):
                self.exit_block(depth + 1, loop)
        self.emit(depth, "AME_END }" if loop else "}")

    def statement(self, depth, function, nesting, in_region):
        roll = self.random.random() * 100
        if roll < 8:
            self.random.choice([self.fields, self.loops])(depth)
        elif roll < 40 or nesting > 3:
            self.assignment(depth)
        elif roll < 56:
            self.copies(depth)
        elif roll < 58:
            self.fields(depth)
        elif roll < 60:
            self.loops(depth)
        elif roll < 68:
            self.call(depth, function)
        elif roll < 76:
            self.emit(depth, f"if ({self.integer()} & 1) {{")
            self.statement(depth + 1, function, nesting + 1, in_region)
            self.emit(depth, "} else {")
            self.statement(depth + 1, function, nesting + 1, in_region)
            self.emit(depth, "}")
        elif roll < 84:
            self.emit(depth, f"for (k{nesting} = 0; k{nesting} < {self.random.randint(1, 9)}; "
                             f"k{nesting}++) {{")
            for _ in range(self.random.randint(1, 3)):
                self.statement(depth + 1, function, nesting + 1, in_region)
            self.emit(depth, "}")
        elif roll < 88:
            self.emit(depth, f"switch ({self.integer()} % 5) {{")
            for case in range(4):
                self.emit(depth, f"case {case}:")
                self.statement(depth + 1, function, nesting + 1, in_region)
                if self.chance(70):
                    self.emit(depth + 1, "break;")
            self.emit(depth, "default:;")
            self.emit(depth, "}")
        elif roll < 92:
            self.emit(depth, f"printf(\"%llx %g\\n\", (unsigned long long)({self.integer(1)}), ld);")
        else:
            self.region(depth, function, nesting)

    # --- the program ---------------------------------------------------------
    def helpers(self):
        self.emit(0, r"""
static __attribute__((noinline)) void change(uint64_t *p, uint64_t by) { *p = *p * 3 + by; }
static __attribute__((noinline)) void fill(uint64_t *p, uint64_t count, uint64_t by) {
  for (uint64_t i = 0; i < count; i++) p[i] = i * by + g16;
}
static __attribute__((noinline)) void fill_pairs(struct pair *p, uint64_t count, uint64_t by) {
  for (uint64_t i = 0; i < count; i++) { p[i].x = (uint32_t)(i ^ by); p[i].y = p[i].x + 1; }
}
static __attribute__((noinline)) void add(uint64_t *p, const uint64_t *from, uint64_t count) {
  for (uint64_t i = 0; i < count; i++) p[i] += from[i] ^ i;
}
static __attribute__((noinline)) void backwards(uint8_t *p, uint64_t count) {
  for (int64_t i = (int64_t)count - 1; i >= 0; i--) p[i] = (uint8_t)(p[i] + i);
}
static __attribute__((noinline)) uint64_t fresh_array(uint64_t count) {
  uint64_t *p = malloc(count * sizeof *p), result = 0;
  fill(p, count, 3); add(p, garray, count & 31);
  for (uint64_t i = 0; i < count; i++) result = result * 7 + p[i];
  free(p);
  return result;
}
static __attribute__((noinline)) void rotate_fields(struct mixed *p, struct mixed *q) {
  uint64_t n = p->n; double d = p->d; uint16_t x = p->s.x; float f = p->f;
  p->n = q->n + 1; p->d = q->d; p->s.x = q->s.x; p->f = q->f;
  q->n = n; q->d = d * 0.5; q->s.x = x; q->f = f;
}
static void gl_push(uint64_t value) {
  struct node *n = malloc(sizeof *n);
  memset(n, 0, sizeof *n);
  n->value = value; n->bits.e = value; n->bits.c = value & 1; n->next = glist; glist = n;
}
static uint64_t gl_pop(uint64_t value) {
  struct node *n = glist;
  uint64_t result = value;
  if (n) { glist = n->next; result = n->value ^ n->bits.e ^ n->bits.c; free(n); }
  return result;
}
static __attribute__((noinline)) uint64_t variadic(int count, ...) {
  va_list list, again; uint64_t result = 0;
  va_start(list, count); va_copy(again, list);
  for (int i = 0; i < count; i++) result = result * 5 + va_arg(list, uint64_t);
  result ^= va_arg(again, uint64_t);
  va_end(list); va_end(again);
  g64 += result;
  return result;
}
static __attribute__((noinline)) struct mixed by_value(struct large l, struct mixed m, uint64_t n) {
  l.a[n & 7] ^= m.n; m.n = l.a[0] + l.a[7] + l.p.wide; m.d = l.m.d * 0.5 + 1; m.text[n % 11]++;
  glarge2.a[n & 7] += l.a[n & 7];
  return m;
}
static __attribute__((noinline)) uint64_t vla(uint64_t n) {
  uint64_t count = (n & 15) + 1, array[count], result = 0;
  for (uint64_t i = 0; i < count; i++) array[i] = garray[i] + i;
  for (uint64_t i = 0; i < count; i++) result += array[i] * i;
  garray[n & 31] = result;
  return result;
}
static int compare(const void *a, const void *b) {
  const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
  return x == y ? 0 : (x < y) == (g32 < g64) ? 1 : -1; /* how often is not defined */
}
static jmp_buf target;
static __attribute__((noinline)) void deep(uint64_t n) {
  g16 += (uint16_t)n;
  if (n & 3) longjmp(target, 1 + (int)(n & 1));
  g64 ^= n;
}
static __attribute__((noinline)) void jump(uint64_t n) {
  volatile uint64_t before = n;
  AME_ATOMIC {
    switch (setjmp(target)) {
    case 0: g64 += 1; deep(n); break;
    case 1: g64 += before; break;
    default: g32 ^= (uint32_t)before;
    }
  }
}
static __attribute__((noinline)) void heap(uint64_t n) {
  struct mixed *block = calloc((n & 7) + 1, sizeof *block);
  block[n & 7 & 7].n = n; block[0].d = gd;
  block = realloc(block, ((n & 7) + 9) * sizeof *block);
  block[(n & 7) + 8] = block[n & 7];
  gmixeds[n & 7] = block[(n & 7) + 8]; g64 += block[0].n;
  free(block);
}
static uint32_t gv8_word[8];
static void atomic_swap(uint64_t *expected, uint64_t n) {
  __atomic_compare_exchange_n((uint64_t *)&gatomic, expected, n, 0, __ATOMIC_SEQ_CST, __ATOMIC_RELAXED);
}
static __attribute__((noinline)) uint64_t many(uint64_t a, uint64_t b, uint64_t c, uint64_t d,
    uint64_t e, struct odd o, uint64_t f, double g, long double h, v8 v, u128 w) {
  gatomic += a; o.b[a % 5] += (uint16_t)b; godds[b % 3] = o; gv8 += v * (uint32_t)c;
  gd = gd * 0.25 + (double)(float)g * 0.5 + (double)h * 0.125;
  return d ^ e ^ f ^ (uint64_t)(w >> 3) ^ o.b[c % 5];
}
static __attribute__((noinline)) uint64_t by_goto(uint64_t n) {
  static const void *const places[] = {&&first, &&second, &&third};
  goto *places[n % 3];
first:
  g64 += n;
second:
  g32 ^= (uint32_t)n;
  if (n & 8) { n = 2; goto *places[n]; }
third:
  return g64 + g32;
}
static __attribute__((noinline)) uint64_t on_stack(uint64_t n) {
  uint8_t *bytes = __builtin_alloca((n & 63) + 8), *shared = gbytes + (n & 31);
  uint64_t word;
  memset(bytes, (int)(n & 127), (n & 63) + 8);
  memcpy(bytes, shared, n & 31);
  memcpy(&word, gbytes + (n & 31) + 1, 8); /* unaligned */
  word ^= bytes[n & 7];
  memcpy(gbytes + (n & 15) + 3, &word, 8);
  return word;
}
static __attribute__((noinline)) void text(uint64_t n) {
  char local[80];
  snprintf(local, sizeof local, "%s-%llu", gtext, (unsigned long long)(n & 0xffff));
  local[30] = 0;
  strcpy(gtext, local + (n & 3) % (strlen(local) + 1));
  char *dash = strchr(gtext, '-');
  if (dash) g64 += strtoull(dash + 1, NULL, 10) + (uint64_t)(dash - gtext);
  strncat(gtext, "ab", 3);
  if (strcmp(gtext, "text-7") > 0) g32++;
  char *copy = strdup(gtext);
  g64 += strlen(copy) + (strstr(copy, "-1") != NULL) + (memchr(copy, '5', strlen(copy)) != NULL);
  free(copy);
}
static __attribute__((noinline)) uint64_t arithmetic(uint64_t n) {
  uint64_t low; uint32_t *p = &gv8_word[n & 7];
  if (__builtin_add_overflow(g64, n, &low)) g16++;
  __builtin_mul_overflow((uint32_t)n, g32, p);
  godd = godd * 3 + (unsigned _BitInt(37))n; gwide = (gwide << 7) ^ godd ^ (unsigned _BitInt(90))n;
  ghalf = (_Float16)((float)ghalf * 0.5f + (float)(n & 7));
  gflags[n % 9] = !gflags[(n >> 3) % 9];
  __atomic_fetch_add(&g64, n & 3, __ATOMIC_RELAXED);
  gatomic ^= low;
  uint64_t expected = gatomic;
  atomic_swap(&expected, n);
  asm volatile("" : "+r"(low) : : "memory");
  asm("addq $5, %0" : "+r"(low));
  asm volatile("addq $3, %0" : "+m"(g64));
  return low ^ *p ^ (uint64_t)gwide ^ expected;
}
static void count_handled(void *by) { handled += (uintptr_t)by; }
static uint64_t tail(uint64_t n, uint64_t depth) {
  g64 += n;
  if (depth > 20) return n;
  __attribute__((musttail)) return tail(n * 3 + 1, depth + 1);
}
static function *table[TABLE_SIZE];
""".replace("TABLE_SIZE", str(self.functions)))

    def function(self, number):
        qualifier = self.random.choice(["static ", "", "static __attribute__((noinline)) "])
        self.emit(0, f"{qualifier}uint64_t f{number}(uint64_t a, uint64_t level) {{")
        self.emit(0, LOCAL_DECLARATIONS % self.random.choice(
            ["&larray[2]", "&l64", "&garray[7]", "gpointer", "&lmixed.n"]))
        self.emit(1, "if (level > 4) return a;")
        self.emit(1, "for (n = 0; n < 2; n++) {")
        for _ in range(self.random.randint(3, 8)):
            self.statement(2, number, 0, False)
        self.region(2, number, 0)
        self.emit(1, "}")
        self.emit(1, "goto out; out:")
        self.emit(1, "return l64 ^ l32 ^ l8 ^ larray[3] ^ lmixed.n ^ lbits.e ^ (uint64_t)l128;")
        self.emit(0, "}\n")

    def text(self):
        self.output = [HEAD, GLOBALS]
        self.helpers()
        for number in range(self.functions):
            self.function(number)
        names = ", ".join(f"f{n}" for n in range(self.functions))
        self.emit(0, f"static function *table[{self.functions}] = {{{names}}};\n")
        self.emit(0, "int main(void) {")
        self.emit(1, "gld = 1;")
        for number in range(self.functions):
            self.emit(1, f"crc += f{number}({self.random.randint(0, 1 << 40)}u, 0);")
        for name in ("g8 g16 g32 g64 g128 gbool gf gd gc gv gd2 gpacked glarge.a gany "
                     "garray gbytes gtls gv8 gatomic gtext gflags gv8_word handled gpairs glong").split():
            self.emit(1, f"sum(&{name}, sizeof {name});")
            self.emit(1, f'printf("{name} %llx\\n", (unsigned long long)crc);')
        self.emit(1, "crc += gbits.a + gbits.b + gbits.c + gbits.d + gbits.e + gbits.f;")
        self.emit(1, "for (int i = 0; i < 8; i++) crc = crc * 31 + gmixeds[i].n + gmixeds[i].s.x;")
        self.emit(1, "crc += (uint64_t)godd + (uint64_t)gwide + (uint64_t)(gwide >> 50) + godds[1].b[2];")
        self.emit(1, "crc += godds[2].a[1] + (uint64_t)(ghalf * 16);")
        self.emit(1, 'printf("%llx %Lg\\n", (unsigned long long)crc, gld);')
        self.emit(1, "return 0;")
        self.emit(0, "}")
        return "\n".join(self.output) + "\n"


if __name__ == "__main__":
    sys.stdout.write(Program(int(sys.argv[1])).text())
