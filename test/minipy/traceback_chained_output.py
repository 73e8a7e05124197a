# Tracebacks of chained exceptions, with cause and context, and of custom exceptions.
# RUN: %run_script %s
# compare: stderr


class StorageError(Exception):
    def __init__(self, key):
        super().__init__(f"no value for {key!r}")


def lookup(table, key):
    return table[key]


def load(table, key):
    try:
        return lookup(table, key)
    except KeyError as error:
        raise StorageError(key) from error


def report(table):
    try:
        load(table, "colour")
    except StorageError:
        print("reporting")
        missing_function()


def quiet(table):
    try:
        report(table)
    except NameError as error:
        chain = []
        while error:
            chain.append(type(error).__name__)
            error = error.__cause__ or error.__context__
        print(chain)


quiet({})
report({"color": 1})
