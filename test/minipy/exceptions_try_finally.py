# try/except/else/finally in all combinations, with return, break, nested and reraised.
# RUN: %run_script %s

log = []


def run(action, *, reraise=False):
    log.clear()
    try:
        log.append("try")
        action()
    except ValueError as error:
        log.append(f"ValueError {error}")
        if reraise:
            raise
    except (KeyError, IndexError) as error:
        log.append(type(error).__name__)
    except Exception:
        log.append("other")
    else:
        log.append("else")
    finally:
        log.append("finally")
    return log


def fail(error):
    raise error


print(run(lambda: None))
print(run(lambda: fail(ValueError("v"))))
print(run(lambda: {}["missing"]))
print(run(lambda: [][0]))
print(run(lambda: 1 / 0))
try:
    run(lambda: fail(ValueError("again")), reraise=True)
except ValueError as error:
    print("outer", error, log)
try:
    run(lambda: fail(KeyboardInterrupt()))
except BaseException as error:
    print(type(error).__name__, log)


def returns():
    try:
        return "try"
    finally:
        log.append("finally of returns")


def overridden():
    try:
        return "try"
    finally:
        return "finally"


def swallowed():
    try:
        raise ValueError("lost")
    finally:
        return "swallowed"


def value_kept():
    x = 1
    try:
        return x
    finally:
        x = 2


def else_raises():
    try:
        pass
    except ValueError:
        return "not here"
    else:
        raise ValueError("from else")
    finally:
        log.append("finally of else")


log.clear()
print(returns(), overridden(), swallowed(), value_kept(), log)
try:
    else_raises()
except ValueError as error:
    print(error, log)


def nested():
    try:
        try:
            try:
                raise KeyError("deep")
            except ValueError:
                log.append("wrong")
            finally:
                log.append("first finally")
        except KeyError as error:
            log.append(f"caught {error}")
            raise TypeError("new") from None
        finally:
            log.append("second finally")
    except TypeError as error:
        log.append(str(error))
        return "done"


log.clear()
print(nested(), log)


def in_loop():
    for i in range(5):
        try:
            if i % 2:
                raise ValueError(i)
            if i == 4:
                break
        except ValueError as error:
            log.append(error.args[0])
            continue
        finally:
            log.append("f")
    return i


log.clear()
print(in_loop(), log)
for i in range(2):
    try:
        raise ValueError("name is deleted afterwards")
    except ValueError as e:
        pass
    print("e" in globals())


def handler(types):
    try:
        raise IndexError("x")
    except types as error:
        return type(error).__name__


print(handler(LookupError), handler((KeyError, IndexError)), handler((Exception,)))
try:
    handler(5)
except TypeError as error:
    print(error)
try:
    try:
        1 / 0
    finally:
        print("finally runs before the outer handler")
except ZeroDivisionError:
    print("outer handler")


def bare():
    try:
        raise SystemExit(3)
    except:
        return "bare except catches everything"


print(bare())
try:
    raise
except RuntimeError as error:
    print(error)
