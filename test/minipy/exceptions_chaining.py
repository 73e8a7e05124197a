# __cause__, __context__, raise from, suppressed context, and reraising inside handlers.
# RUN: %run_script %s


def show(error, indent=0):
    print(" " * indent + repr(error), end="")
    print(" suppressed" if error.__suppress_context__ else "")
    if error.__cause__ is not None:
        print(" " * indent + "cause:")
        show(error.__cause__, indent + 2)
    if error.__context__ is not None and error.__context__ is not error.__cause__:
        print(" " * indent + "context:")
        show(error.__context__, indent + 2)


def attempt(function):
    print(function.__name__)
    try:
        function()
    except Exception as error:
        show(error)


def explicit():
    try:
        {}["key"]
    except KeyError as error:
        raise ValueError("explicit") from error


def implicit():
    try:
        1 / 0
    except ZeroDivisionError:
        raise ValueError("implicit")


def suppressed():
    try:
        1 / 0
    except ZeroDivisionError:
        raise ValueError("suppressed") from None


def in_finally():
    try:
        raise KeyError("first")
    finally:
        raise ValueError("second")


def three_deep():
    try:
        try:
            raise KeyError("a")
        except KeyError:
            raise IndexError("b")
    except IndexError as error:
        raise TypeError("c") from error


def from_class():
    raise ValueError("x") from KeyError


def reraised():
    try:
        raise KeyError("same")
    except KeyError:
        raise


def reraised_after_another():
    try:
        raise KeyError("outer")
    except KeyError:
        try:
            raise IndexError("inner")
        except IndexError:
            pass
        raise


def error_in_handler():
    try:
        raise KeyError("handled")
    except KeyError:
        helper()


def helper():
    try:
        raise ValueError("in helper")
    except ValueError:
        raise RuntimeError("leaves helper")


def no_context_after_handler():
    try:
        raise KeyError("over")
    except KeyError:
        pass
    raise ValueError("alone")


def in_loop():
    for i in range(3):
        try:
            raise ValueError(i)
        except ValueError as error:
            kept.append(error)
    raise kept[2]


kept = []
for function in [explicit, implicit, suppressed, in_finally, three_deep, from_class, reraised, reraised_after_another,
                 error_in_handler, no_context_after_handler, in_loop]:
    attempt(function)
print([error.__context__ for error in kept])


def retry(times):
    last = None
    for i in range(times):
        try:
            raise OSError(f"attempt {i}")
        except OSError as error:
            error.__cause__ = last
            last = error
    raise RuntimeError("gave up") from last


attempt(lambda: retry(3))
try:
    raise ValueError("x") from "not an exception"
except TypeError as error:
    print(error)
