# Bit operators of integers: two's complement meaning for negative and big values.
# RUN: %run_script %s

for a in [0, 1, 5, 12, -1, -5, -12]:
    for b in [0, 3, 6, -2, -7]:
        print(a, b, a & b, a | b, a ^ b)

print([~n for n in [0, 1, -1, 255, 2 ** 40, -(2 ** 70)]])
print([1 << n for n in [0, 1, 29, 30, 31, 60, 64, 100]])
print([-1 << n for n in [0, 1, 30, 64]])
print([1000 >> n for n in [0, 1, 3, 9, 10, 64]])
print([-1000 >> n for n in [0, 1, 3, 9, 10, 64]])
print((2 ** 100) >> 98, -(2 ** 100) >> 98, (2 ** 100 + 1) >> 100, (-(2 ** 100) - 1) >> 100)

values = [0, 1, -1, 2 ** 30 - 1, -(2 ** 30), 2 ** 60 + 17, -(3 ** 50), 3 ** 70]
for a in values:
    assert ~a == -a - 1
    for b in values:
        assert (a & b) + (a | b) == a + b
        assert a ^ b == (a | b) - (a & b)
        assert ~(a & b) == ~a | ~b
    for n in [0, 1, 29, 30, 31, 75]:
        assert a << n == a * 2 ** n
        assert a >> n == a // 2 ** n
print("laws hold")


def population(n):
    count = 0
    while n:
        n &= n - 1
        count += 1
    return count


print([population(n) for n in [0, 1, 255, 256, 2 ** 90 - 1, 3 ** 60]])


def reverse_bits(n, width):
    result = 0
    for _ in range(width):
        result = result << 1 | n & 1
        n >>= 1
    return result


print([reverse_bits(n, 8) for n in [1, 2, 3, 128, 170]])
mask = 0
for bit in [3, 5, 64]:
    mask |= 1 << bit
mask ^= 1 << 5
mask &= ~1
print(mask, bin(mask))
for bad in [lambda: 1 << -1, lambda: 1 >> -1]:
    try:
        bad()
    except ValueError as error:
        print(error)
try:
    1.5 & 1
except TypeError as error:
    print(error)
