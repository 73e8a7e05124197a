# send(): values into generators; coroutines as accumulators, state machines, schedulers.
# RUN: %run_script %s


def averager():
    total, n, average = 0, 0, None
    while True:
        value = yield average
        if value is None:
            return total, n
        total += value
        n += 1
        average = total / n


a = averager()
print(next(a), a.send(10), a.send(20), a.send(3))
try:
    a.send(None)
except StopIteration as stop:
    print(stop.value)


def echo():
    received = []
    while len(received) < 3:
        received.append((yield len(received)))
    return received


e = echo()
try:
    e.send("too early")
except TypeError as error:
    print(error)
print(e.send(None), e.send("a"), next(e))
try:
    e.send("c")
except StopIteration as stop:
    print(stop.value)
try:
    e.send("ended")
except StopIteration as stop:
    print(stop.value)


def machine():
    state = "idle"
    while True:
        event = yield state
        if state == "idle" and event == "coin":
            state = "ready"
        elif state == "ready" and event == "push":
            state = "idle"
        elif event == "break":
            state = "broken"
            break
    while True:
        yield state


m = machine()
next(m)
print([m.send(event) for event in ["push", "coin", "coin", "push", "coin", "break", "push"]])


def expressions():
    x = (yield 1) + (yield 2)
    y = [(yield x), (yield "second"), *((yield "third") or [])]
    print("got", x, y)
    z = yield (yield "inner")
    yield f"z={z}"


g = expressions()
print(next(g), g.send(10), g.send(5), g.send("p"), g.send("q"), g.send("rs"), g.send("outer"), g.send("end"))


def grep(pattern, sink):
    while True:
        line = yield
        if pattern in line:
            sink.send(line)


def collect(into):
    while True:
        into.append((yield))


def started(coroutine):
    next(coroutine)
    return coroutine


lines = []
filtering = started(grep("py", started(collect(lines))))
for line in ["python", "ruby", "minipy", "c"]:
    filtering.send(line)
print(lines)


def task(name, n):
    for i in range(n):
        answer = yield f"{name}{i}"
        if answer:
            log.append(answer)
    return name


log = []
queue = [(task("a", 2), None), (task("b", 4), None), (task("c", 1), None)]
order = []
while queue:
    coroutine, message = queue.pop(0)
    try:
        request = coroutine.send(message)
        order.append(request)
        queue.append((coroutine, request.upper()))
    except StopIteration as stop:
        order.append(f"{stop.value} done")
print(order, log)


def running_max():
    best = None
    while True:
        value = yield best
        best = value if best is None or value > best else best


r = started(running_max())
print([r.send(n) for n in [3, 1, 4, 1, 5, 9, 2, 6]])
