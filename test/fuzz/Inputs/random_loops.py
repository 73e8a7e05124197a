#!/usr/bin/env python3
"""random_loops.py SEED: writes a random C program of loops over arrays.

Beside random_regions.py, whose loops are short: these run for no turn, for a few, for
those around which a loop of memory that is only read gets a body without barriers, and
for more than a piece of it. They go forwards and backwards, by indices of all widths and
by pointers, with steps, over arrays of all scalars and of structures, global, from the
heap and local, and read, write, sum up, compare, choose, and end early; one or two of
them in each function, in an atomic block or called from one. Integers are unsigned,
floating-point values stay small, so nothing is undefined."""

import random
import sys

HEAD = r"""#include <ame/ame.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SIZE = 9000, SPARE = 16 };
struct pair { uint32_t x, y; };
struct triple { uint64_t n; double d; uint16_t h; uint8_t b; };
struct large { uint64_t n; uint8_t rest[152]; };
#define ARRAYS(X) X(uint8_t, bytes) X(uint16_t, halves) X(uint32_t, words) X(uint64_t, wides) \
  X(float, floats) X(double, doubles) X(struct pair, pairs) X(struct triple, triples) X(struct large, larges)
#define X(type, name) static type name[SIZE + SPARE], name##_to[SIZE + SPARE];
ARRAYS(X)
#undef X
static uint64_t state = 1, crc = 1, limit = 5;
static uint64_t next(void) { return (state = state * 6364136223846793005u + 1442695040888963407u) >> 40; }
static void fill_all(void) {
  for (int i = 0; i < SIZE + SPARE; i++) {
    bytes[i] = (uint8_t)next(); halves[i] = (uint16_t)next(); words[i] = (uint32_t)next();
    wides[i] = next() * next(); floats[i] = (float)(next() & 255); doubles[i] = (double)(next() & 255);
    pairs[i] = (struct pair){(uint32_t)next(), (uint32_t)next()};
    triples[i] = (struct triple){next(), (double)(next() & 255), (uint16_t)next(), (uint8_t)next()};
    larges[i].n = next(); larges[i].rest[9] = (uint8_t)next();
  }
}
static __attribute__((noinline)) void sum(const void *from, size_t size) {
  const unsigned char *at = from;
  for (size_t i = 0; i < size; i++)
    crc = (crc ^ at[i]) * 1099511628211u + 7;
}
"""

# name -> (type, how an element is read as an integer, how it is written)
READ = {
    "bytes": ("uint8_t", ["{}"]), "halves": ("uint16_t", ["{}"]), "words": ("uint32_t", ["{}"]),
    "wides": ("uint64_t", ["{}"]), "floats": ("float", ["(uint64_t){}"]),
    "doubles": ("double", ["(uint64_t){}"]), "pairs": ("struct pair", ["{}.x", "{}.y"]),
    "triples": ("struct triple", ["{}.n", "(uint64_t){}.d", "{}.h", "{}.b"]),
    "larges": ("struct large", ["{}.n", "{}.rest[9]"]),
}
WRITE = {
    "bytes": "{} = (uint8_t)({v});", "halves": "{} = (uint16_t)({v});", "words": "{} = (uint32_t)({v});",
    "wides": "{} = {v};", "floats": "{} = (float)(({v}) & 255);", "doubles": "{} = (double)(({v}) & 255);",
    "pairs": "{}.x = (uint32_t)({v}); {}.y = (uint32_t)s;", "triples": "{}.n = {v};",
    "larges": "{}.n = {v};",
}
COUNTS = [0, 1, 2, 3, 7, 8, 15, 16, 17, 31, 32, 33, 34, 63, 64, 65, 100, 127, 128, 129, 255, 256,
          257, 258, 300, 511, 512, 513, 1000, 1024, 2047, 2049, 4095, 4097, 8191, 8192, 8193, 8194, 8999]


class Program:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.output = [HEAD]

    def chance(self, percent):
        return self.random.random() * 100 < percent

    def one_of(self, *choices):
        return self.random.choice(choices)

    def element(self, name, array, index):
        return "(uint64_t)" + self.random.choice(READ[name][1]).format(f"{array}[{index}]")

    def statement(self, names, index, writes):
        a = self.element(names[0], "a", index)
        b = self.element(names[1], "b", index)
        near = self.element(names[0], "a", f"{index} + {self.random.randint(1, 15)}")
        if writes and self.chance(60):
            value = self.one_of(a, f"{a} + i", f"s ^ {a}", f"{a} * 3 + {b}", "i * i", "7", near)
            text = WRITE[names[2]].replace("{v}", value).replace("{}", f"w[{index}]")
            return f"if ({a} & 3) {{ {text} }}" if self.chance(20) else text
        return self.one_of(
            f"s += {a};", f"s += {a} * {b};", f"h = h * 31 + {a};", f"s ^= {a} >> (i & 7);",
            f"s = {a} > s ? {a} : s;", f"if ({a} & 1) s += {b};", f"d += (double)({a} & 63) * 0.5;",
            f"s += {a} == {self.element(names[1], 'b', 'm & 15')};", f"h ^= {a} + {near};",
            f"s += {a} / 7 + {a} % 5;", f"s += {a} ? {b} : i;", f"h = (h << 3 | h >> 61) ^ {b};",
            f"s += {self.element(names[1], 'b', f'{a} % SIZE')};", f"last = i; s += {a};",
            f"s += {a} > limit;")

    def loop(self, names, writes):
        forward = self.chance(70)
        step = self.one_of(1, 1, 1, 1, 2, 3, 4, 5)
        width = self.one_of("uint64_t", "uint64_t", "uint32_t", "int64_t", "int")
        start = self.one_of("0", "0", "0", "(m & 3)")
        body = [self.statement(names, "i", writes) for _ in range(self.random.randint(1, 3))]
        if self.chance(15):
            body.insert(self.random.randint(0, len(body)),
                        f"if ({self.element(names[0], 'a', 'i')} % 97 == 3) break;")
        if self.chance(8):
            body.insert(0, "if (i == m) break;")
        if forward:
            head = f"for ({width} i = {start}; i < ({width})n; i += {step})"
            if self.chance(20):
                head = "for (uint64_t i = 0; i != n; i++)"
        else:
            head = f"for ({width} i = ({width})n; i-- > 0;)"
        pragma = self.one_of("", "", "#pragma clang loop unroll(disable)\n",
                             "#pragma clang loop unroll_count(4)\n",
                             "#pragma clang loop vectorize(disable)\n")
        return f"{pragma}  {head} {{ {' '.join(body)} }}\n"

    def function(self, number):
        names = [self.random.choice(list(READ)) for _ in range(3)]
        writes = self.chance(35)
        types = [READ[name][0] for name in names]
        inside = self.chance(40)
        local = self.chance(15)
        text = (f"static __attribute__((noinline)) uint64_t loop{number}(const {types[0]} *a, "
                f"const {types[1]} *b, {types[2]} *w, uint64_t n, uint64_t m) {{\n"
                "  uint64_t s = m, h = 5, last = 0; double d = 0;\n")
        text += "  AME_ATOMIC {\n" if inside else ""
        if local:
            text += (f"  {types[0]} own[40]; memcpy(own, a + 3, sizeof own);\n"
                     "  for (int i = 0; i < 40; i++) "
                     f"s += {self.element(names[0], 'own', 'i')};\n")
        for _ in range(self.random.randint(1, 2)):
            text += self.loop(names, writes)
        if self.chance(20):
            text += f"  for (uint64_t k = 0; k < 3; k++) {{\n{self.loop(names, False)}  s = s * 3 + k; }}\n"
        text += "  }\n" if inside else ""
        text += "  return s * 31 + h + last + (uint64_t)d;\n}\n"
        self.output.append(text)
        return names, writes, inside

    def calls(self, number, names, writes, inside):
        a, b, w = names[0], names[1], names[2] + "_to"
        counts = [self.random.choice(COUNTS) for _ in range(5)]
        for count in counts:
            at = self.random.randint(0, min(7, 8999 - count))
            call = (f"loop{number}({a} + {at}, {b}, {w}, {count}, "
                    f"{self.random.randint(0, 400)})")
            if inside:
                self.output.append(f"  crc = crc * 3 + {call};")
            elif self.chance(25):  # memory of the transaction's own
                self.output.append(
                    f"  AME_ATOMIC {{ {READ[names[0]][0]} *fresh = malloc(sizeof {a}); "
                    f"memcpy(fresh, {a}, sizeof {a}); crc = crc * 3 + "
                    f"{call.replace(a + ' + ', 'fresh + ', 1)}; free(fresh); }}")
            else:
                self.output.append(f"  AME_ATOMIC {{ crc = crc * 3 + {call}; limit++; }}")
            self.output.append('  printf("%llx\\n", (unsigned long long)crc);')
        if writes:
            self.output.append(f"  sum({w}, sizeof {w});")

    def text(self):
        functions = [self.function(number) for number in range(self.random.randint(3, 6))]
        self.output.append("int main(void) {\n  fill_all();")
        for number, (names, writes, inside) in enumerate(functions):
            self.calls(number, names, writes, inside)
        self.output.append('  printf("%llx\\n", (unsigned long long)crc);\n  return 0;\n}')
        return "\n".join(self.output) + "\n"


if __name__ == "__main__":
    sys.stdout.write(Program(int(sys.argv[1])).text())
