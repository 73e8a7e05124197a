# Integers of any size: sums, differences, products and powers, checked by identities.
# RUN: %run_script %s

print(2 ** 100)
print(-(3 ** 77))
print(10 ** 30 + 1, 10 ** 30 - 1, (10 ** 30 - 1) * (10 ** 30 + 1))
print(2 ** 30 - 1, 2 ** 30, 2 ** 30 + 1)
print(2 ** 60 - 1, 2 ** 60, 2 ** 60 + 1)
print((2 ** 63 - 1) + 1, -(2 ** 63) - 1, (2 ** 32) * (2 ** 32))


def factorial(n):
    product = 1
    for i in range(2, n + 1):
        product *= i
    return product


def fibonacci(n):
    a, b = 0, 1
    for _ in range(n):
        a, b = b, a + b
    return a


print(factorial(30))
print(factorial(60))
print(fibonacci(300))
print(sum(int(digit) for digit in str(factorial(400))))
print(len(str(factorial(400))), len(str(2 ** 5000)))

# F(m+n) = F(m)F(n+1) + F(m-1)F(n)
for m, n in [(90, 95), (200, 301), (10, 500)]:
    left = fibonacci(m + n)
    right = fibonacci(m) * fibonacci(n + 1) + fibonacci(m - 1) * fibonacci(n)
    print(m, n, left == right)

# (a+b)^2 - (a-b)^2 = 4ab, with numbers of very different lengths
values = [0, 1, -1, 2 ** 29, -(2 ** 30), 2 ** 31 + 5, 10 ** 20, -(7 ** 50), 3 ** 200]
for a in values:
    for b in values:
        assert (a + b) ** 2 - (a - b) ** 2 == 4 * a * b
        assert a - b == -(b - a) and a + b - b == a
        assert (a < b) + (a == b) + (a > b) == 1
print("identities hold for", len(values) ** 2, "pairs")

big = 1 << 200
print(big - big, big + -big, -big + big - 1, abs(-big) == big, +big is not None)
print(big == big + 0, big != big + 1, big < big + 1, -big < 0 < big)
print(hash(big) == hash(1 << 200), {big: "found"}[2 ** 200])

number = 1
number += 10 ** 40
number -= 10 ** 20
number *= -3
print(number)
print(0 ** 0, (-2) ** 3, (-2) ** 4, 2 ** -2, 10 ** -3)
