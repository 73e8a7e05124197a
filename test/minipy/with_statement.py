# with: order of calls, several items, suppressed exceptions, failing __enter__ and __exit__.
# RUN: %run_script %s

log = []


class Manager:
    def __init__(self, name, suppress=False, fail_enter=False, fail_exit=False):
        self.name, self.suppress, self.fail_enter, self.fail_exit = name, suppress, fail_enter, fail_exit

    def __enter__(self):
        log.append(f"enter {self.name}")
        if self.fail_enter:
            raise RuntimeError(f"enter of {self.name}")
        return self.name

    def __exit__(self, kind, value, where):
        log.append(f"exit {self.name} {kind.__name__ if kind else None} {value}")
        if self.fail_exit:
            raise RuntimeError(f"exit of {self.name}")
        return self.suppress


def run(function):
    log.clear()
    try:
        result = function()
    except Exception as error:
        result = f"{error!r} after {error.__context__!r}"
    print(function.__name__, result, log)


def plain():
    with Manager("a") as a:
        log.append("body " + a)


def two():
    with Manager("a") as a, Manager("b") as b:
        return a + b


def parenthesized():
    with (Manager("a") as a, Manager("b"), Manager("c") as c,):
        return a + c


def raised():
    with Manager("a"):
        with Manager("b"):
            raise ValueError("body")


def suppressed():
    with Manager("a"), Manager("b", suppress=True):
        raise ValueError("body")
    return "goes on"


def failing_enter():
    with Manager("a"), Manager("b", fail_enter=True):
        log.append("never")


def failing_exit():
    with Manager("a"), Manager("b", fail_exit=True):
        raise ValueError("body")


def outer_suppresses():
    with Manager("a", suppress=True), Manager("b", fail_exit=True):
        log.append("body")
    return "suppressed"


def in_loop():
    for i in range(3):
        with Manager(i):
            if i == 0:
                continue
            if i == 1:
                break
    return i


def unpacking():
    class Pair(Manager):
        def __enter__(self):
            return 1, [2, 3]
    with Pair("p") as (x, [y, z]):
        return x + y + z


def attribute_target():
    holder = {}
    with Manager("t") as holder["key"]:
        return holder


def not_a_manager():
    with 5:
        pass


def generator():
    with Manager("g"):
        yield 1
        yield 2


def early_close():
    for value in generator():
        return value


def yields_all():
    return list(generator())


class Nested:
    def __init__(self):
        self.depth = 0

    def __enter__(self):
        self.depth += 1
        return self

    def __exit__(self, *details):
        self.depth -= 1


def reentrant():
    n = Nested()
    with n, n:
        with n:
            inside = n.depth
    return inside, n.depth


for function in [plain, two, parenthesized, raised, suppressed, failing_enter, failing_exit, outer_suppresses, in_loop, unpacking, attribute_target,
                 early_close, yields_all, reentrant]:
    run(function)
try:
    not_a_manager()
except (TypeError, AttributeError) as error:
    print(error)
