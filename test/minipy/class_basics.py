# Classes: attributes of class and instance, methods, bodies as code, names and types.
# RUN: %run_script %s


class Dog:
    """A dog."""
    legs = 4
    tricks_of_all = []

    def __init__(self, name, age=1):
        self.name = name
        self.age = age
        self.tricks = []

    def learn(self, trick):
        self.tricks.append(trick)
        self.tricks_of_all.append(trick)
        return self

    def describe(self, prefix=""):
        return f"{prefix}{self.name} ({self.age}): {', '.join(self.tricks) or 'no tricks'}"


rex, bo = Dog("Rex"), Dog("Bo", age=3)
rex.learn("sit").learn("roll")
bo.learn("beg")
print(rex.describe(), "|", bo.describe(prefix="* "), "|", Dog.describe(rex), Dog.tricks_of_all)
print(Dog.__name__, Dog.__doc__, type(rex) is Dog, rex.__class__.__name__, isinstance(rex, Dog), type(Dog).__name__)

rex.legs = 3
print(rex.legs, bo.legs, Dog.legs)
Dog.legs = 5
print(rex.legs, bo.legs)
del rex.legs
print(rex.legs, sorted(rex.__dict__), "legs" in Dog.__dict__)
rex.bark = lambda: "woof"
print(rex.bark())
Dog.speak = lambda self: self.name + " speaks"
print(rex.speak(), bo.speak())
method = bo.describe
bo.name = "Bobo"
print(method("bound: "), method.__self__ is bo, method.__func__ is Dog.describe, bo.describe == bo.describe, rex.describe == bo.describe)


class Computed:
    print("the body of a class is run once")
    table = {}
    for i in range(3):
        table[i] = i * i
    del i
    if len(table) == 3:
        def conditional(self):
            return "defined conditionally"
    total = sum(table.values())

    class Inner:
        value = "inner"

        def get(self):
            return self.value


print(Computed.table, Computed.total, Computed().conditional(), Computed.Inner().get(), hasattr(Computed, "i"))


def make(n):
    class Made:
        number = n

        def times(self, k):
            return n * k
    return Made


A, B = make(2), make(3)
print(A().times(10), B().times(10), A is B, A.number + B.number, A.__name__)


class Empty:
    pass


one, two = Empty(), Empty()
one.x = 1
print(one == two, one == one, one != two, hash(one) == hash(one), hasattr(two, "x"), len({one, two, one}), bool(one))


class Stack:
    def __init__(self, *items):
        self._items = list(items)

    def push(self, item):
        self._items.append(item)

    def pop(self):
        if not self._items:
            raise IndexError("pop from an empty stack")
        return self._items.pop()

    def __len__(self):
        return len(self._items)


stack = Stack(1, 2)
stack.push(3)
print(stack.pop(), len(stack), bool(stack), bool(Stack()))
try:
    Stack().pop()
except IndexError as error:
    print(error)
for bad in [lambda: Dog(), lambda: rex.missing, lambda: Dog.missing, lambda: Dog.learn("x"), lambda: Empty(1), lambda: rex()]:
    try:
        print(bad())
    except (TypeError, AttributeError) as error:
        print(error)
