# The math module: values, rounding functions and domain errors.
# RUN: %run_script %s

import math
from math import floor, ceil, gcd

print(math.pi, math.e, math.inf, -math.inf, math.nan)
print(math.sqrt(2), math.sqrt(16), math.sqrt(10 ** 20))
print(floor(2.7), floor(-2.7), ceil(2.1), ceil(-2.1), math.trunc(-2.7), floor(5), floor(1e20))
print(gcd(12, 18), gcd(0, 5), gcd(-12, 18), gcd(10 ** 30, 6 ** 20))
print(math.fabs(-3), math.fmod(7, 3), math.fmod(-7, 3))
print(math.isnan(math.nan), math.isnan(1), math.isinf(-math.inf), math.isinf(10 ** 10))
print(f"{math.sin(1):.10f} {math.cos(1):.10f} {math.tan(1):.10f}")
print(f"{math.atan(1) * 4:.10f} {math.atan2(-1, -1):.10f}")
print(f"{math.exp(1):.10f} {math.log(10):.10f} {math.log(8, 2):.10f}")
print(f"{math.log2(1024):.6f} {math.log10(1000):.6f} {math.hypot(3, 4):.6f}")
print(math.pow(2, 10), math.pow(2, 0.5) == math.sqrt(2))
print(math.factorial(20), math.factorial(0), math.isqrt(10 ** 20 + 1))
print(math.floor(math.log10(987654)), math.degrees(math.pi), math.radians(180) == math.pi)

for attempt in [lambda: math.sqrt(-1), lambda: math.log(0), lambda: math.log(-5),
                lambda: math.floor(math.inf), lambda: math.floor(math.nan),
                lambda: math.factorial(-1), lambda: math.sqrt("x"), lambda: math.exp(1000)]:
    try:
        print(attempt())
    except (ValueError, OverflowError, TypeError) as error:
        print(type(error).__name__ + ":", error)


def simpson(function, a, b, steps):
    width = (b - a) / steps
    total = function(a) + function(b)
    for i in range(1, steps):
        total += function(a + i * width) * (4 if i % 2 else 2)
    return total * width / 3


print(f"{simpson(math.sin, 0, math.pi, 100):.8f}")
print(f"{simpson(lambda x: math.sqrt(1 - x * x), 0, 1, 1000) * 4:.4f}")


class Half:
    def __float__(self):
        return 0.25


print(math.sqrt(Half()), float(Half()))
