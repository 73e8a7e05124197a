# Integer literals in every base, int() of strings, and bin/oct/hex back again.
# RUN: %run_script %s

print(0, 7, 1_000_000, 0b1011, 0o755, 0xDEAD_beef)
print(0b1111_0000 == 0xF0, 0o10 == 8, 0X1f, 0B11, 0O17)

for text in ["12", " 34 ", "+5", "-6", "1_000", "007", "\t8\n"]:
    print(repr(text), int(text))

for text, base in [("ff", 16), ("0xff", 16), ("777", 8), ("0b101", 2),
                   ("zz", 36), ("-101", 2), ("0x1F", 0), ("0o17", 0), ("12", 0)]:
    print(text, base, int(text, base))

for bad in ["", " ", "1.5", "abc", "1__0", "_1", "1_", "0x10", "--1", "1 2"]:
    try:
        print("accepted", int(bad))
    except ValueError as error:
        print(error)

for bad, base in [("2", 2), ("g", 16), ("9", 8)]:
    try:
        print("accepted", int(bad, base))
    except ValueError as error:
        print(error)

for number in [0, 1, -1, 10, 255, -255, 2 ** 40, -(2 ** 70) + 1]:
    print(number, bin(number), oct(number), hex(number))
    assert int(bin(number), 2) == number
    assert int(oct(number), 8) == number
    assert int(hex(number), 16) == number
    assert int(str(number)) == number

print(int(), int(3.99), int(-3.99), int(True), int("0"))
print((5).bit_length(), (0).bit_length(), (-256).bit_length(), (2 ** 100).bit_length())
