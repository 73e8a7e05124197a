# throw(), close(), GeneratorExit, and finally blocks in generators.
# RUN: %run_script %s

log = []


def resilient():
    n = 0
    while True:
        try:
            n += 1
            yield n
        except ValueError as error:
            log.append(f"caught {error}")
            yield "recovered"
        finally:
            log.append(f"finally {n}")


g = resilient()
print(next(g), next(g), g.throw(ValueError("one")), next(g), log)
try:
    g.throw(KeyError("uncaught"))
except KeyError as error:
    print(repr(error), log[-1])
print(next(g, "finished"))


def closing():
    try:
        yield 1
        yield 2
    except GeneratorExit:
        log.append("closing")
        raise
    finally:
        log.append("closed")


log.clear()
g = closing()
next(g)
print(g.close(), log, next(g, "ended"), g.close())
g = closing()
print(g.close(), log, list(g))


def stubborn():
    try:
        yield 1
    except GeneratorExit:
        yield "will not close"


g = stubborn()
next(g)
try:
    g.close()
except RuntimeError as error:
    print(error)


def returns_on_close():
    try:
        yield 1
    except GeneratorExit:
        return "quiet"


g = returns_on_close()
next(g)
g.close()
print(list(g))
g = closing()
try:
    g.throw(TypeError("before it began"))
except TypeError as error:
    print(error, log[-2:], list(g))


def convert():
    try:
        yield
    except ValueError as error:
        raise KeyError("converted") from error


g = convert()
next(g)
try:
    g.throw(ValueError("original"))
except KeyError as error:
    print(repr(error), repr(error.__cause__), repr(error.__context__))
g = convert()
next(g)
try:
    g.throw(ValueError)
except KeyError as error:
    print(repr(error.__cause__))


def transaction(name):
    log.append(f"begin {name}")
    try:
        while True:
            item = yield
            log.append(f"{name} gets {item}")
    except ZeroDivisionError:
        log.append(f"rollback {name}")
        yield "rolled back"
    except GeneratorExit:
        log.append(f"commit {name}")


log.clear()
t, u = transaction("t"), transaction("u")
next(t), next(u)
t.send(1), u.send(2)
t.close()
print(u.throw(ZeroDivisionError()), log)


def dropped():
    try:
        yield 1
    finally:
        log.append("dropped")


log.clear()
g = dropped()
next(g)
del g  # the last reference: the generator is closed
print(log)
for value in dropped():
    break
print(log)


def nested_finally():
    try:
        try:
            yield 1
        finally:
            log.append("inner")
            yield 2
    finally:
        log.append("outer")


log.clear()
g = nested_finally()
print(next(g), g.throw(ValueError("x")), log)
try:
    next(g)
except ValueError as error:
    print(error, log)
try:
    closing().throw(5)
except TypeError as error:
    print(error)
