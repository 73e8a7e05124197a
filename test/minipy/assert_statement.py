# assert: with and without message, lazily evaluated message, AssertionError's arguments.
# RUN: %run_script %s

log = []


def message():
    log.append("evaluated")
    return "the message"


assert True
assert 1, message()
print(log)
for check in [lambda: fail(False), lambda: fail([], "empty list"), lambda: fail(0, ("a", "tuple")), lambda: fail(None, None), lambda: fail("", 42)]:
    def fail(condition, *text):
        if text:
            assert condition, text[0]
        else:
            assert condition

    try:
        check()
        print("passed")
    except AssertionError as error:
        print(repr(error), error.args, str(error))
try:
    assert 1 > 2, message()
except AssertionError as error:
    print(error, log)


def invariant(stack):
    assert all(a <= b for a, b in zip(stack, stack[1:])), f"not sorted: {stack}"
    return len(stack)


print(invariant([1, 2, 2, 5]))
try:
    invariant([3, 1])
except AssertionError as error:
    print(error)


class Account:
    def __init__(self, balance):
        self.balance = balance

    def withdraw(self, amount):
        assert amount > 0, "amount must be positive"
        assert amount <= self.balance, f"only {self.balance} left"
        self.balance -= amount
        return self


account = Account(100)
for amount in [30, -5, 80, 70]:
    try:
        print(account.withdraw(amount).balance)
    except AssertionError as error:
        print(error)
try:
    try:
        assert False, "inner"
    finally:
        print("finally")
except AssertionError as error:
    print("caught", error)
try:
    assert (lambda: 1 / 0)(), "never reached"
except ZeroDivisionError as error:
    print(error)
try:
    raise AssertionError
except Exception as error:
    print(repr(error), isinstance(error, AssertionError))
