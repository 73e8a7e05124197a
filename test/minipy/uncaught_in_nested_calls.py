# An exception with an unusual message leaves the program: several lines, empty, non-ASCII.
# RUN: %run_script %s
# compare: stderr


class Strange(Exception):
    def __str__(self):
        return "first line\nsecond línea"


class Silent(Exception):
    pass


def outer(steps):
    for step in steps:
        step()


def strange():
    raise Strange(1, 2)


def silent():
    try:
        strange()
    except Strange as error:
        print(error, error.args)
        raise Silent from error


outer([lambda: print("step"), silent])
