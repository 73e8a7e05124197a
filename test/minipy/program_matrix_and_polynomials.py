# Numeric classes: matrices with exact elimination, polynomials, Newton's iteration.
# RUN: %run_script %s


class Matrix:
    def __init__(self, rows):
        self.rows = [list(row) for row in rows]
        self.n, self.m = len(self.rows), len(self.rows[0])

    def __getitem__(self, key):
        i, j = key
        return self.rows[i][j]

    def __eq__(self, other):
        return self.rows == other.rows

    def __add__(self, other):
        return Matrix([[a + b for a, b in zip(r, s)] for r, s in zip(self.rows, other.rows)])

    def __mul__(self, other):
        if isinstance(other, int):
            return Matrix([[a * other for a in row] for row in self.rows])
        columns = list(zip(*other.rows))
        return Matrix([[sum(a * b for a, b in zip(row, column)) for column in columns] for row in self.rows])

    __rmul__ = __mul__

    def __pow__(self, k):
        result = Matrix([[int(i == j) for j in range(self.n)] for i in range(self.n)])
        base = self
        while k:
            if k & 1:
                result = result * base
            base = base * base
            k >>= 1
        return result

    def determinant(self):
        """Bareiss: exact, only whole numbers."""
        a, sign, before = [row[:] for row in self.rows], 1, 1
        for k in range(self.n - 1):
            if a[k][k] == 0:
                for i in range(k + 1, self.n):
                    if a[i][k]:
                        a[k], a[i], sign = a[i], a[k], -sign
                        break
                else:
                    return 0
            for i in range(k + 1, self.n):
                for j in range(k + 1, self.n):
                    a[i][j] = (a[i][j] * a[k][k] - a[i][k] * a[k][j]) // before
            before = a[k][k]
        return sign * a[-1][-1]

    def __repr__(self):
        width = max(len(str(a)) for row in self.rows for a in row)
        return "\n".join(" ".join(str(a).rjust(width) for a in row) for row in self.rows)


a = Matrix([[2, 0, 1], [1, 3, 2], [1, 1, 4]])
print(a * a)
print((a ** 5)[0, 0], a.determinant(), (a ** 3).determinant() == a.determinant() ** 3, (a + a == a * 2), 2 * a == a + a)
print((Matrix([[1, 1], [1, 0]]) ** 300)[0, 1])
hilbert_like = Matrix([[(i * 7 + j * j * 3) % 11 - 5 for j in range(9)] for i in range(9)])
print(hilbert_like.determinant(), Matrix([[i * j for j in range(1, 5)] for i in range(1, 5)]).determinant())


class Polynomial:
    def __init__(self, *coefficients):
        c = list(coefficients)
        while len(c) > 1 and c[-1] == 0:
            c.pop()
        self.c = c or [0]

    def __add__(self, other):
        n = max(len(self.c), len(other.c))
        pad = lambda c: c + [0] * (n - len(c))
        return Polynomial(*[a + b for a, b in zip(pad(self.c), pad(other.c))])

    def __mul__(self, other):
        out = [0] * (len(self.c) + len(other.c) - 1)
        for i, a in enumerate(self.c):
            for j, b in enumerate(other.c):
                out[i + j] += a * b
        return Polynomial(*out)

    def __call__(self, x):
        total = 0
        for a in reversed(self.c):
            total = total * x + a
        return total

    def derivative(self):
        return Polynomial(*[i * a for i, a in enumerate(self.c)][1:])

    def root(self, x):
        slope = self.derivative()
        for _ in range(50):
            x -= self(x) / slope(x)
        return x

    def __str__(self):
        terms = [f"{a:+}" + ("" if i == 0 else "x" if i == 1 else f"x^{i}") for i, a in enumerate(self.c) if a]
        return " ".join(reversed(terms)) or "0"


p = Polynomial(-2, 0, 1)
q = Polynomial(1, 1)
print(p, "|", q, "|", p * q, "|", p + q, "|", (p * q).derivative(), "|", Polynomial(), "|", p(10), (p * q)(3) == p(3) * q(3))
print(f"{p.root(1.0):.12f} {Polynomial(-27, 0, 0, 1).root(5.0):.9f}")
binomial = Polynomial(1)
for _ in range(20):
    binomial = binomial * q
print(binomial.c, sum(binomial.c) == 2 ** 20, binomial(10))
