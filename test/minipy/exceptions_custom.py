# User-defined exceptions: own __init__ and __str__, hierarchies, attributes, catching order.
# RUN: %run_script %s


class AppError(Exception):
    """The root of the application's errors."""


class ConfigError(AppError):
    def __init__(self, key, reason="missing"):
        super().__init__(key, reason)
        self.key = key
        self.reason = reason

    def __str__(self):
        return f"{self.key}: {self.reason}"


class NetworkError(AppError):
    code = 500

    def __init__(self, message, **details):
        super().__init__(message)
        self.details = details


class NotFound(NetworkError):
    code = 404


class Both(ConfigError, KeyError):
    pass


class NoInit(Exception):
    def __init__(self, value):
        self.value = value


class OddRepr(Exception):
    def __repr__(self):
        return "<odd>"


errors = [AppError(), AppError("text"), ConfigError("port"), ConfigError("host", "bad name"), NetworkError("down", host="h", port=1), NotFound("page"),
          Both("k"), NoInit(5), OddRepr("x")]
for error in errors:
    try:
        raise error
    except ConfigError as caught:
        print("config", repr(caught), str(caught), caught.args, caught.key)
    except NetworkError as caught:
        print("network", repr(caught), caught.code, sorted(caught.details.items()))
    except AppError as caught:
        print("app", repr(caught), str(caught) == "".join(caught.args))
    except Exception as caught:
        print("exception", repr(caught), str(caught), caught.args)

print([c.__name__ for c in Both.__mro__], issubclass(Both, LookupError), isinstance(Both("k"), AppError), AppError.__doc__)


class Retry(AppError):
    def __init__(self, delay):
        self.delay = delay
        super().__init__(f"retry after {delay}")

    @property
    def patience(self):
        return self.delay * 2

    def doubled(self):
        return Retry(self.delay * 2)


def flaky(attempts=[]):
    attempts.append(1)
    if len(attempts) < 4:
        raise Retry(len(attempts)).doubled()
    return f"succeeded after {len(attempts)}"


while True:
    try:
        print(flaky())
        break
    except Retry as retry:
        print(retry, retry.patience)


class Validation(ValueError):
    def __init__(self):
        self.problems = []

    def add(self, problem):
        self.problems.append(problem)
        return self

    def __bool__(self):
        return bool(self.problems)

    def __len__(self):
        return len(self.problems)

    def __iter__(self):
        return iter(self.problems)


def validate(record):
    found = Validation()
    for field in ["name", "age"]:
        if field not in record:
            found.add(f"no {field}")
    if not isinstance(record.get("age", 0), int):
        found.add("age is no number")
    if found:
        raise found
    return "valid"


for record in [{"name": "A", "age": 3}, {}, {"name": "B", "age": "x"}]:
    try:
        print(validate(record))
    except ValueError as error:
        print(len(error), list(error))
error = AppError("note")
error.extra = [1]
print(error.extra, error.__traceback__, error.__cause__, hasattr(error, "missing"))


class Context:
    def __init__(self, ignore):
        self.ignore = ignore

    def __enter__(self):
        return self

    def __exit__(self, kind, value, where):
        self.seen = value
        return kind is not None and issubclass(kind, self.ignore)


with Context(AppError) as context:
    raise NotFound("hidden")
print(repr(context.seen))
