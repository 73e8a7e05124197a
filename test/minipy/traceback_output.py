# The traceback of an uncaught exception: files, lines, functions, source text, status 1.
# RUN: %run_script %s
# compare: stderr


class Machine:
    def __init__(self, parts):
        self.parts = parts

    def run(self):
        return [self.step(part) for part in self.parts]

    def step(self, part):
        return transform(
            part,
            10)

    def __enter__(self):
        return self

    def __exit__(self, *details):
        print("exit", details[0].__name__, details[2] is not None)


def transform(value, divisor):
    try:
        return divisor // value
    finally:
        print("transformed", value)


def generator(machine):
    yield "started"
    yield machine.run()


def main():
    print("before")
    with Machine([5, 2, 0, 1]) as machine:
        for item in generator(machine):
            print(item)
    print("never printed")


main()
print("never printed either")
