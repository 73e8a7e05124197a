# Conversion of big integers from and to decimal, hexadecimal and float.
# RUN: %run_script %s

digits = ""
for i in range(120):
    digits += str((i * 7 + 3) % 10)
number = int(digits)
print(number)
print(str(number) == digits.lstrip("0"), -number == int("-" + digits))
print(hex(number))
print(int(hex(number), 16) == number)
print(f"{number:,}"[:40], f"{number:_}"[-40:])

for exponent in [1, 9, 10, 18, 19, 20, 27, 28, 100, 250]:
    power = 10 ** exponent
    assert str(power) == "1" + "0" * exponent
    assert str(power - 1) == "9" * exponent
    assert int("9" * exponent) == power - 1
    assert len(str(power)) == exponent + 1
print("powers of ten have the right digits")

for exponent in [29, 30, 31, 59, 60, 61, 89, 90, 91, 300]:
    assert int(str(2 ** exponent)) == 2 ** exponent
    assert int(str(2 ** exponent - 1)) == 2 ** exponent - 1
print(2 ** 300)

print(float(2 ** 53), float(2 ** 53 + 1), float(2 ** 53 + 3))
print(float(10 ** 22), float(10 ** 23), float(-(10 ** 300)))
print(int(1e20), int(1e25), int(-1.5e300) % 1000007)
print(int(2.0 ** 100) == 2 ** 100, 2 ** 100 == 2.0 ** 100, 2 ** 100 + 1 == 2.0 ** 100)
try:
    float(10 ** 400)
except OverflowError as error:
    print(error)
for value in [float("inf"), float("-inf")]:
    try:
        int(value)
    except OverflowError as error:
        print(error)
try:
    int(float("nan"))
except ValueError as error:
    print(error)
print(round(12345678901234567890, -5), round(-(10 ** 30) - 5, 0))
print("%d %x %o" % (2 ** 70, 2 ** 70, 2 ** 70))
