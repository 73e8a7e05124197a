# Floor division, remainder and divmod of integers of all sizes and signs.
# RUN: %run_script %s

for a in [7, -7]:
    for b in [2, -2, 3, -3, 7, -7, 10, -10]:
        print(a, b, a // b, a % b, divmod(a, b))

big = 10 ** 50 + 12345
for divisor in [1, -1, 7, 10 ** 9, 2 ** 30, 2 ** 30 - 1, 2 ** 60 + 1, 10 ** 25 - 3,
                10 ** 49, 10 ** 50, 10 ** 51]:
    quotient, remainder = divmod(big, divisor)
    print(quotient, remainder)
    for a in [big, -big]:
        for b in [divisor, -divisor]:
            q, r = divmod(a, b)
            assert q * b + r == a
            assert 0 <= r < b or b < r <= 0
            assert (q, r) == (a // b, a % b)

# Quotient digits that a first guess gets wrong (Knuth's D3/D6 corner cases)
base = 2 ** 30
cases = [((base ** 4) // 2, base ** 2 // 2 + 1),
         (base ** 3 - 1, base ** 2 - 1),
         (base ** 4 - base ** 2 - 1, base ** 2 - 1),
         (base ** 3 * (base // 2), (base // 2) * base + (base - 1)),
         (0, base ** 5), (base ** 5 - 1, base ** 5)]
for a, b in cases:
    q, r = divmod(a, b)
    print(q, r, q * b + r == a, 0 <= r < b)

for operation in [lambda: 1 // 0, lambda: 1 % 0, lambda: divmod(big, 0), lambda: 1 / 0,
                  lambda: 2.5 // 0, lambda: 2.5 % 0, lambda: 0 ** -1]:
    try:
        print(operation())
    except ZeroDivisionError as error:
        print(error)

print(1 / 3, 10 / 2, -7 / 2, 2 ** 80 / 2 ** 78, (10 ** 40) / (10 ** 39))
a = 100
a //= 7
print(a)
a %= 5
print(a)
print(big % 97, -big % 97, (big * 97) % 97)
