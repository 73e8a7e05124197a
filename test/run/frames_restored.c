// RUN: %same_output %s -O0 -O1 "-O3 -march=x86-64-v3" -Os "-O2 -fno-omit-frame-pointer" \
// RUN:   "-O2 -fstack-protector-all" "-Og -g" "-O0 -g" "-O2 -flto" --always
// Intent: whatever a frame consists of, an undone attempt leaves it as it began: more
// values than registers, arguments on the stack (which a local may live on in, above
// the frame), frames with a base pointer, realigned frames. The registers that a
// function has saved are not in the snapshot.
#include <ame/ame.h>
#include <stdio.h>
#include <stdlib.h>

#define APART __attribute__((noinline)) static

static long shared[100];

APART long more_values_than_registers(long a, long b, long c, long d, long e, long f,
                                      long g, long h) {
  long i = a * 3, j = b * 5, k = c * 7, l = d * 11, m = e * 13, n = f * 17, o = g * 19;
  for (int turn = 0; turn < 3; turn++) {
    AME_ATOMIC {
      i += shared[0], j += i, k += j, l += k, m += l, n += m, o += n;
      shared[1] += o;
      shared[2] += i ^ j ^ k ^ l ^ m ^ n ^ o;
      a++, b += a, c += b, d += c, e += d, f += e, g += f, h += g;
      shared[3] += a ^ b ^ c ^ d ^ e ^ f ^ g ^ h;
    }
  }
  return i ^ j ^ k ^ l ^ m ^ n ^ o ^ a ^ b ^ c ^ d ^ e ^ f ^ g ^ h;
}

APART long seventh_in_memory(long a, long b, long c, long d, long e, long f,
                             volatile long g) {
  AME_ATOMIC {
    g += shared[0];
    shared[4] += g;
  }
  return a + b + c + d + e + f + g;
}

APART long double on_the_stack_anyway(long double x) {
  AME_ATOMIC {
    x += shared[0];
    shared[5] += (long)x;
  }
  return x;
}

APART void add(long *to) { *to += shared[0]; }

APART long seventh_escapes(long a, long b, long c, long d, long e, long f, long g) {
  AME_ATOMIC {
    add(&g);
    shared[6] += g;
  }
  return a + b + c + d + e + f + g;
}

APART long varying_size(int n) {
  long v[n];
  _Alignas(64) long w[8];
  for (int i = 0; i < n; i++)
    v[i] = i;
  for (int i = 0; i < 8; i++)
    w[i] = i * n;
  AME_ATOMIC {
    for (int i = 0; i < n; i++)
      v[i] += shared[i % 50];
    for (int i = 0; i < 8; i++)
      w[i] += v[i % n];
    shared[7] += w[3];
  }
  long sum = (long)w & 63;
  for (int i = 0; i < n; i++)
    sum = sum * 31 + v[i];
  for (int i = 0; i < 8; i++)
    sum = sum * 31 + w[i];
  return sum;
}

APART long realigned(int n) {
  _Alignas(64) volatile long w[8];
  for (int i = 0; i < 8; i++)
    w[i] = i * n;
  AME_ATOMIC {
    for (int i = 0; i < 8; i++)
      w[i] += shared[i];
    shared[8] += w[3];
  }
  long sum = (long)w & 63;
  for (int i = 0; i < 8; i++)
    sum = sum * 31 + w[i];
  return sum;
}

typedef long eight __attribute__((vector_size(64)));

APART long vectors(int n) {
  eight x = {n, n + 1, n + 2, 3, 4, 5, 6, 7}, y = x * x;
  AME_ATOMIC {
    x += shared[2];
    shared[9] += x[2];
    puts("a call");
    x *= y;
    y += x;
  }
  return x[0] ^ x[3] ^ y[4] ^ y[6];
}

APART long no_arguments(void) {
  AME_ATOMIC { shared[10]++; }
  return shared[10];
}

APART double floating(double x, double y) {
  double z = x * y;
  AME_ATOMIC {
    z += shared[11];
    x += z;
    shared[12] += (long)x;
  }
  return x * y * z;
}

APART _Noreturn void leave(long sum) {
  long i = sum, j = sum * 3;
  AME_ATOMIC {
    i += shared[13], j += i;
    shared[14] += i ^ j;
  }
  printf("%ld %ld %ld\n", i, j, shared[14]);
  exit(0);
}

int main(void) {
  for (int i = 0; i < 100; i++)
    shared[i] = i * i + 1;
  unsigned long sum = 0;
  for (int i = 0; i < 20; i++) {
    sum = sum * 33 + more_values_than_registers(i, i + 1, i + 2, i + 3, i + 4, i + 5,
                                                i + 6, i + 7);
    sum = sum * 33 + seventh_in_memory(1, 2, 3, 4, 5, 6, i);
    sum = sum * 33 + (long)on_the_stack_anyway(i);
    sum = sum * 33 + seventh_escapes(1, 2, 3, 4, 5, 6, i);
    sum = sum * 33 + varying_size(i + 5);
    sum = sum * 33 + realigned(i);
    sum = sum * 33 + vectors(i);
    sum = sum * 33 + no_arguments();
    sum = sum * 33 + (long)floating(i, 1.5 * i);
    printf("%lu\n", sum);
  }
  for (int i = 0; i < 100; i++)
    sum = sum * 33 + (unsigned long)shared[i];
  leave((long)(sum & 0xffff));
}
