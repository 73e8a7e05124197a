# The tree of built-in exceptions: bases, MRO, catching by base, args, str and repr.
# RUN: %run_script %s

tree = [BaseException, Exception, ArithmeticError, ZeroDivisionError, OverflowError, LookupError, KeyError, IndexError, NameError,
        UnboundLocalError, AttributeError, TypeError, ValueError, UnicodeError, RuntimeError, RecursionError, NotImplementedError,
        AssertionError, OSError, FileNotFoundError, ImportError, ModuleNotFoundError, SyntaxError, StopIteration, GeneratorExit,
        KeyboardInterrupt, SystemExit]
for kind in tree:
    print(kind.__name__, [base.__name__ for base in kind.__mro__[1:]])

for kind in tree:
    if issubclass(kind, (OSError, SyntaxError)):
        continue
    for error in [kind(), kind("one"), kind("one", 2)]:
        try:
            raise error
        except BaseException as caught:
            assert caught is error and type(caught) is kind
            assert isinstance(caught, BaseException)
        assert error.args in [(), ("one",), ("one", 2)]
print("all raised and caught")

for error in [ValueError(), ValueError("text"), ValueError("a", 1), ValueError(None), ValueError(["l"]), KeyError("k"), KeyError(),
              KeyError("a", "b"), KeyError(5), IndexError("it's"), Exception(ValueError("inner")), SystemExit(3), StopIteration(7)]:
    print(repr(error), "|", str(error), "|", error.args)

for trigger, expected in [(lambda: {}["x"], LookupError), (lambda: [][1], LookupError), (lambda: 1 / 0, ArithmeticError),
                          (lambda: int("x"), ValueError), (lambda: missing, NameError), (lambda: None.x, AttributeError),
                          (lambda: 1 + "", TypeError), (lambda: open("/no/such/file"), OSError), (lambda: b"\xff".decode(), ValueError),
                          (lambda: next(iter([])), StopIteration)]:
    try:
        trigger()
    except expected as error:
        print(type(error).__name__, "caught as", expected.__name__)
try:
    import no_such_module_anywhere
except ImportError as error:
    print(type(error).__name__, error)
try:
    from math import no_such_name
except ImportError as error:
    print(type(error).__name__)
try:
    open("/no/such/file")
except FileNotFoundError as error:
    print(error)
try:
    raise ValueError
except ValueError as error:
    print(repr(error), error.args)
for bad in [5, "text", None, object, [ValueError]]:
    try:
        raise bad
    except TypeError as error:
        print(error)
print(StopIteration(5).value, StopIteration().value, SystemExit("bye").code, SystemExit().code)
print(ValueError("a") == ValueError("a"), isinstance(KeyError(), (int, LookupError)), Exception.__name__)
