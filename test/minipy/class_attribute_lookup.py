# Attribute access: __getattr__, __getattribute__-free order, __setattr__, __dict__, builtins.
# RUN: %run_script %s


class Lazy:
    class_attribute = "class"

    def __init__(self):
        self.own = "own"

    def __getattr__(self, name):
        if name.startswith("make_"):
            value = name[5:].upper()
            setattr(self, name, value)
            made.append(name)
            return value
        raise AttributeError(f"{type(self).__name__} has no {name}")


made = []
lazy = Lazy()
print(lazy.own, lazy.class_attribute, lazy.make_x, lazy.make_x, lazy.make_y, made, sorted(lazy.__dict__))
print(hasattr(lazy, "nothing"), getattr(lazy, "nothing", "default"), getattr(lazy, "own"), hasattr(lazy, "make_z"), len(made))
try:
    lazy.nothing
except AttributeError as error:
    print(error)


class Recorder:
    def __init__(self):
        object.__setattr__(self, "log", [])

    def __setattr__(self, name, value):
        self.log.append(("set", name, value))
        object.__setattr__(self, name, value)

    def __delattr__(self, name):
        self.log.append(("del", name))
        object.__delattr__(self, name)


r = Recorder()
r.a = 1
r.a += 5
r.b = r.a
del r.b
setattr(r, "c d", 2)
print(r.log, getattr(r, "c d"), r.__dict__ == {"log": r.log, "a": 6, "c d": 2})


class Record:
    def __init__(self, **fields):
        self.__dict__.update(fields)

    def __repr__(self):
        return "Record(" + ", ".join(f"{k}={v!r}" for k, v in self.__dict__.items()) + ")"


record = Record(x=1, y="two")
record.z = None
record.__dict__["w"] = 4
print(record, record.w, vars(record) is record.__dict__)


class Proxy:
    def __init__(self, target):
        self._target = target

    def __getattr__(self, name):
        return getattr(self._target, name)


proxy = Proxy([3, 1, 2])
proxy.sort()
proxy.append(9)
print(proxy._target, proxy.index(2), proxy.count(9))
try:
    proxy.nope
except AttributeError as error:
    print(error)


class Chain:
    def __init__(self, path=""):
        self.path = path

    def __getattr__(self, name):
        return Chain(f"{self.path}/{name}")

    def __call__(self, *args):
        return f"{self.path}{list(args)}"

    def __getitem__(self, key):
        return Chain(f"{self.path}[{key!r}]")


api = Chain()
print(api.users.list(1, 2), api.a["k"].b[0](), (api.x).path)
for name in ["upper", "no_such"]:
    print(name, hasattr("text", name), hasattr(str, name), callable(getattr("x", name, None)))


class Shadow:
    @property
    def fixed(self):
        return "property"

    def method(self):
        return "method"


s = Shadow()
s.__dict__["fixed"] = "instance"
s.method = lambda: "instance method"
print(s.fixed, s.method(), Shadow.method(s))
for action in [lambda: setattr(s, "fixed", 1), lambda: delattr(s, "nothing"), lambda: setattr(5, "x", 1), lambda: getattr(s, "gone"), lambda: len.__name__]:
    try:
        print(action())
    except AttributeError as error:
        print(error)
function = lambda: None
function.note = "functions have attributes"
print(function.note, type(s).__name__, s.__class__ is Shadow, isinstance(Shadow.fixed, property))
