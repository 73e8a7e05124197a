"""What the applications' transactions are like: length, sets, share of the time."""


def measure(programs, benchmarks):
    raise SystemExit("not written yet")
