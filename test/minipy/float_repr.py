# repr of floats: the shortest digits that read back as the same number.
# RUN: %run_script %s

for value in [0.0, -0.0, 1.0, 0.1, 0.2, 0.1 + 0.2, 1 / 3, 2 / 3, 100.0, 123456.789,
              1e15, 1e16, 123456789012345678.0, 1e17, 1e22, 1e23, 1e100, 1.5e300,
              0.001, 0.0001, 0.00001, 1.5e-7, 5e-324, 2.2250738585072014e-308,
              1.7976931348623157e308, 9007199254740993.0, 4.35, 0.3, 2.675, -1.25]:
    text = repr(value)
    print(text, str(value) == text, float(text) == value)

print(1e3, 1E3, 1.e2, .5, 1_0.2_5, 1e-3, 12e+2)
print(float("1.5"), float(" -2.5e3 "), float("1_000.5"), float("inf"), float("-Infinity"),
      float("nan"), float("5"), float(".5"), float("5."))

for bad in ["", "abc", "1.2.3", "1e", "--1", "1 2", "0x10"]:
    try:
        print(float(bad))
    except ValueError as error:
        print(error)

numbers = [0.1 * i for i in range(12)]
print(numbers)
print([1.1 * 1.1, 1.1 + 2.2, 3 * 1.1, 1e16 + 1.0, 0.1 * 3, 7 / 5])
print((1.5, -2.0), [float(3)], {0.5: 1.0})
for exponent in range(-8, 20, 3):
    print(10.0 ** exponent, 1.25 * 10.0 ** exponent)
assert all(float(repr(i / 7)) == i / 7 for i in range(-50, 500))
