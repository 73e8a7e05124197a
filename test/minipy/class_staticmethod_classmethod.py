# staticmethod and classmethod: called through class, instance, subclass; alternative constructors.
# RUN: %run_script %s


class Date:
    separator = "-"

    def __init__(self, year, month, day):
        self.year, self.month, self.day = year, month, day

    @classmethod
    def parse(cls, text):
        return cls(*map(int, text.split(cls.separator)))

    @staticmethod
    def is_leap(year):
        return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)

    @classmethod
    def days_in(cls, year, month):
        if month == 2 and cls.is_leap(year):
            return 29
        return [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]

    def next(self):
        day, month, year = self.day + 1, self.month, self.year
        if day > self.days_in(year, month):
            day, month = 1, month + 1
        if month > 12:
            month, year = 1, year + 1
        return type(self)(year, month, day)

    def __repr__(self):
        return f"{type(self).__name__}({self.year}, {self.month}, {self.day})"


class SlashDate(Date):
    separator = "/"


print(Date.parse("2024-02-28"), SlashDate.parse("1999/12/31"), Date.is_leap(2000), Date(1, 1, 1).is_leap(1900))
print(Date.parse("2024-02-28").next(), Date(2023, 2, 28).next(), SlashDate(1999, 12, 31).next(), Date.days_in(2100, 2))
parse = SlashDate.parse
print(parse("2001/2/3"), list(map(Date.parse, ["1-2-3", "4-5-6"])), list(map(Date.is_leap, [1900, 2000, 2024])))


class Registry:
    entries = []

    @classmethod
    def add(cls, name):
        cls.entries.append(f"{cls.__name__}:{name}")
        return cls


class Own(Registry):
    entries = []


Registry.add("a").add("b")
Own.add("c")
Own().add("d")
print(Registry.entries, Own.entries)


class Tricks:
    def plain(*args):
        return len(args)

    static = staticmethod(plain)
    made = classmethod(lambda cls, *args: (cls.__name__, len(args)))
    builtin = len

    @staticmethod
    def default(x=5, *rest, k=1):
        return x, rest, k

    @classmethod
    def call_other(cls):
        return cls.default(7, 8, k=9), cls.made(1), cls.static(1, 2)


t = Tricks()
print(t.plain(1, 2), Tricks.plain(1, 2), t.static(1, 2), t.made(1, 2), Tricks.made(), t.builtin("four"), t.default(), Tricks.call_other())


class Singleton:
    instance = None
    created = 0

    @classmethod
    def get(cls):
        if cls.instance is None:
            cls.instance = cls()
            cls.created += 1
        return cls.instance


print(Singleton.get() is Singleton.get(), Singleton.created)


class Matrix:
    def __init__(self, rows):
        self.rows = rows

    @classmethod
    def identity(cls, n):
        return cls([[int(i == j) for j in range(n)] for i in range(n)])

    @classmethod
    def from_function(cls, n, function):
        return cls([[function(i, j) for j in range(n)] for i in range(n)])

    def __mul__(self, other):
        return type(self)([[sum(a * b for a, b in zip(row, column)) for column in zip(*other.rows)] for row in self.rows])


m = Matrix.from_function(2, lambda i, j: i * 2 + j + 1)
print((m * m).rows, (m * Matrix.identity(2)).rows == m.rows)
