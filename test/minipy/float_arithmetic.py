# Arithmetic of floats: mixed with ints, floor division, remainder, infinities and nan.
# RUN: %run_script %s

print(7.5 // 2, -7.5 // 2, 7.5 // -2, 7.5 % 2, -7.5 % 2, 7.5 % -2, divmod(-7.5, 2))
print(1 + 0.5, 0.5 + 1, 3 * 0.5, 2 ** 0.5, 0.5 ** 2, 2.0 ** 3, 2.0 ** -1, 7 // 2.0)
print(True + 0.5, 2 - 0.5, -(-0.5), +1.5, abs(-2.5), 1 / 4)

inf = float("inf")
nan = float("nan")
print(inf, -inf, inf + 1, inf - inf, inf * 0, inf * -1, 1 / inf, -1 / inf)
print(nan == nan, nan != nan, nan < 1, nan > 1, inf == inf, inf > 10 ** 300, -inf < 0)
print(1e308 * 10, -1e308 * 10, 1e-320 / 1e10)
print(max(1.5, 2), min(1.5, 2), max([0.1, 0.3, 0.2]), sum([0.5] * 7), sum([0.25, 1], 10))

print([round(value) for value in [0.5, 1.5, 2.5, -0.5, -1.5, 2.4, 2.6, 1e15 + 0.5]])
print([round(value, 2) for value in [1.005, 2.675, 3.14159, -1.235, 1234.5678]])
print(round(1234.5678, -2), round(5, 2), round(15, -1), round(25, -1), round(2.5, 0))
print(type(round(2.5)), type(round(2.5, 0)))

for operation in [lambda: 1.0 / 0, lambda: 1.0 // 0.0, lambda: 1.0 % 0, lambda: divmod(1.0, 0.0),
                  lambda: 0.0 ** -1]:
    try:
        print(operation())
    except ZeroDivisionError as error:
        print(error)
try:
    1e200 ** 2
except OverflowError as error:
    print(type(error).__name__)
try:
    "a" + 1.0
except TypeError as error:
    print(error)
try:
    1.0 + "a"
except TypeError as error:
    print(error)


def square_root(x):
    guess = x
    for _ in range(60):
        guess = (guess + x / guess) / 2
    return guess


print([square_root(n) for n in [2.0, 9.0, 1e10]])
total = 0.0
for i in range(1, 1001):
    total += 1 / (i * i)
print(total)
print((2.0).is_integer(), (2.5).is_integer(), 1e300 == 10 ** 300, 0.5 == 1 / 2)
