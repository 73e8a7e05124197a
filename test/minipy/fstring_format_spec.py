# Format specifications in f-strings: fill, align, sign, width, grouping, precision, type.
# RUN: %run_script %s

n, big, x = 42, 1234567, 3.14159265
print(f"[{n:5}] [{n:<5}] [{n:>5}] [{n:^5}] [{n:05}] [{n:*>5}] [{n:*^6}] [{-n:=6}] [{-n:06}] [{n:x=5}]")
print(f"{n:+} {-n:+} {n: } {-n: } {n:-} {0:+}")
print(f"{n:b} {n:o} {n:x} {n:X} {n:c} {n:d} {n:#b} {n:#o} {n:#x} {n:#010x} {255:08b}")
print(f"{big:,} {big:_} {-big:,} {big:15,} {big:<15,}| {big:015,} {12:,} {123:,} {1234:,} {2**70:,}")
print(f"{0xdeadbeef:_x} {1023:_b}")
print(f"{x:.2f} {x:10.3f} {x:<10.1f}| {x:+.0f} {x:010.2f} {x:e} {x:.2e} {x:g} {x:.3g} {x:.10g} {x:%} {x:.1%}")
print(f"{1e10:g} {1e-5:g} {123456789.0:g} {100000.0:g} {1e16} {1e16:.1f} {0.0:g} {-0.0:f} {1.0:g} {1234567.891:,.2f}")
print(f"{n:.1f} {n:e} {n:g} {n:%} {True:d} {True:5} {True:<5}|")
print(f"{x:5} {2.5:8} {2.5:<8}| {2.0:} {1e300:} {x:.3} {x:12.4}|")
s = "text"
print(f"[{s:8}] [{s:>8}] [{s:^8}] [{s:-^9}] [{s:.2}] [{s:8.2}] [{s:s}] [{s:<{n // 7}}] [{'é':ß^5}] [{s:😀>6}]")
inf, nan = float("inf"), float("nan")
print(f"{inf} {inf:f} {-inf:8.2f} {nan:8} {nan:.1f} {inf:+} {inf:e} {nan:F} {inf:05}")
width, precision = 10, 3
print(f"[{x:{width}.{precision}f}] [{x:{width}}] [{s:>{width}}] [{x:.{precision}}] [{n:{'0'}{width}}] [{s:{'*'}^{width}}]")
print(f"{s!r:>8} {s!s:>8} {'é'!a:>8} {[1, 2]!r:10}| {None!s:6}| {(1,)!s:>6}")
print(f"{0.5:.0f} {1.5:.0f} {2.5:.0f} {0.125:.2f} {0.375:.2f} {1e22:.0f} {9.995:.2f} {0.1:.20f}")
print(f"{1.5e-10:.3f} {123.456:.1e} {999999.5:g} {9999995.0:g} {1e100:g} {5e-324:g} {123456.0:.3g}")

for value, spec in [("x", "d"), (1.5, "d"), (1, "s"), ("x", "+"), ("x", ","), (1, ".2"), (1, ".2d"), ("x", "=5"),
                    (1, "zz"), ([1], "5"), (None, ">5"), (1.5, "x"), ({}, "d")]:
    try:
        print(f"{value:{spec}}")
    except (ValueError, TypeError) as error:
        print(repr(value), repr(spec), type(error).__name__ + ":", error)

for i in range(1, 6):
    print(f"{i:2d} {i ** 2:4d} {i ** 0.5:8.4f} {1 / i:6.1%} {'#' * i:<6}|")
