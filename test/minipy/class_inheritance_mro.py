# Single and multiple inheritance: overriding, the C3 order, inconsistent bases.
# RUN: %run_script %s


class Base:
    name = "base"

    def __init__(self):
        self.made = ["Base"]

    def who(self):
        return "Base.who"

    def greet(self):
        return "greetings from " + self.who()


class Left(Base):
    name = "left"

    def who(self):
        return "Left.who"


class Right(Base):
    def who(self):
        return "Right.who"

    def only_right(self):
        return "only right"


class Bottom(Left, Right):
    def __init__(self):
        Base.__init__(self)
        self.made.append("Bottom")


class Other(Right, Left):
    who = Base.who


for cls in [Base, Left, Right, Bottom, Other]:
    obj = cls()
    print(cls.__name__, [c.__name__ for c in cls.__mro__], [c.__name__ for c in cls.__bases__], obj.greet(), obj.name, obj.made)
print(Bottom().only_right(), issubclass(Bottom, Right), issubclass(Left, Right), isinstance(Other(), Base), issubclass(Bottom, (int, Left)))


class A: pass
class B(A): pass
class C(A): pass
class D(B, C): pass
class E(C): pass
class F(D, E): pass
class G(A, object): pass


def order(cls):
    return "".join(c.__name__[0] for c in cls.__mro__)


print(order(D), order(E), order(F), order(G))
for bases in [(A, B), (D, C, B), (B, B)]:
    try:
        class Bad(*bases):
            pass
        print("accepted", order(Bad))
    except TypeError as error:
        print("TypeError", [base.__name__ for base in bases])


# The textbook example of C3
class O: pass
class K1(O): x = "K1"
class K2(O): x = "K2"
class K3(O): y = "K3"
class Z1(K1, K2): pass
class Z2(K2, K3): pass
class Z(Z1, Z2): pass


print([c.__name__ for c in Z.__mro__], Z.x, Z.y, Z().x)
Base.late = "added to the base later"
K2.x = "changed"
print(Bottom.late, Other().late, Z2.x, Z.x)
del K1.x
print(Z.x)


class Animal:
    sound = "..."

    def __init__(self, name):
        self.name = name

    def speak(self):
        return f"{self.name} says {self.sound}"

    def __str__(self):
        return f"{type(self).__name__}<{self.name}>"


class Cat(Animal):
    sound = "meow"


class Puma(Cat):
    def speak(self):
        return Cat.speak(self).upper()


print([animal.speak() for animal in [Animal("it"), Cat("Tom"), Puma("Pam")]], str(Puma("Pam")), [str(Cat("x"))])


class Parent:
    def __private(self):
        return "parent's private"

    def call(self):
        return self.__private()


class Child(Parent):
    def __private(self):
        return "child's private"

    def call_own(self):
        return self.__private()


child = Child()
print(child.call(), child.call_own(), child._Parent__private(), hasattr(child, "__private"))
