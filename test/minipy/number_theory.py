# Primes, modular powers, Euclid and RSA in miniature: long integer programs.
# RUN: %run_script %s


def sieve(limit):
    flags = [True] * (limit + 1)
    flags[0] = flags[1] = False
    for i in range(2, limit + 1):
        if i * i > limit:
            break
        if flags[i]:
            flags[i * i::i] = [False] * len(range(i * i, limit + 1, i))
    return [i for i, flag in enumerate(flags) if flag]


def gcd(a, b):
    while b:
        a, b = b, a % b
    return a


def bezout(a, b):
    if b == 0:
        return a, 1, 0
    g, x, y = bezout(b, a % b)
    return g, y, x - a // b * y


def power(base, exponent, modulus):
    result = 1
    while exponent:
        if exponent & 1:
            result = result * base % modulus
        base = base * base % modulus
        exponent >>= 1
    return result


def is_prime(n):
    if n < 2:
        return False
    for p in [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37]:
        if n % p == 0:
            return n == p
    odd, twos = n - 1, 0
    while odd % 2 == 0:
        odd //= 2
        twos += 1
    for witness in [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37]:
        x = pow(witness, odd, n)
        if x in (1, n - 1):
            continue
        for _ in range(twos - 1):
            x = x * x % n
            if x == n - 1:
                break
        else:
            return False
    return True


primes = sieve(1000)
print(len(primes), primes[:10], primes[-5:])
print(all(is_prime(p) for p in primes), sum(is_prime(n) for n in range(1000)))
print([e for e in range(2, 130) if is_prime(e) and is_prime(2 ** e - 1)])
print(gcd(2 ** 60 - 1, 2 ** 48 - 1), bezout(240, 46), bezout(10 ** 20 + 39, 10 ** 15 + 37))
print(power(3, 10 ** 30, 10 ** 9 + 7) == pow(3, 10 ** 30, 10 ** 9 + 7))

p, q = 2 ** 61 - 1, 2 ** 89 - 1
n, e = p * q, 65537
g, d, _ = bezout(e, (p - 1) * (q - 1))
d %= (p - 1) * (q - 1)
message = int("".join(f"{ord(c):03d}" for c in "minipy!"))
cipher = pow(message, e, n)
print(g, message, cipher)
print(pow(cipher, d, n) == message)


def collatz(n):
    steps = 0
    while n != 1:
        n = 3 * n + 1 if n % 2 else n // 2
        steps += 1
    return steps


print(max(range(1, 3000), key=collatz), collatz(27), collatz(2 ** 200 + 1))
