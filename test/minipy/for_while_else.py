# Loops: else clauses, break, continue, nesting, and finally on the way out.
# RUN: %run_script %s


def search(items, wanted):
    for i, item in enumerate(items):
        if item == wanted:
            result = f"found at {i}"
            break
    else:
        result = "not found"
    return result


print(search([1, 2, 3], 2), search([1, 2, 3], 9), search([], 1))
n = 10
while n > 0:
    n -= 3
    if n == 4:
        continue
    print(n, end=" ")
else:
    print("while ended by its condition")
while True:
    n += 1
    if n > 3:
        break
else:
    print("never printed")
print(n)

for i in range(3):
    for j in range(3):
        if j == 2:
            break
        if (i + j) % 2:
            continue
        print((i, j), end=" ")
    else:
        print("inner loop was not broken")
else:
    print("outer loop was not broken")
while n:
    n -= 1
    for k in range(5):
        if k == n:
            break
    else:
        continue
    if n == 1:
        break
print(n, k)

log = []


def leave(how):
    for i in range(3):
        try:
            if i == 1:
                if how == "break":
                    break
                if how == "continue":
                    continue
                if how == "return":
                    return "returned"
                if how == "raise":
                    raise ValueError("raised")
            log.append(i)
        finally:
            log.append(f"finally{i}")
    else:
        log.append("else")
    return "end"


for how in ["break", "continue", "return", "nothing", "raise"]:
    log = []
    try:
        print(how, leave(how), log)
    except ValueError as error:
        print(how, error, log)


def finally_wins():
    for i in range(5):
        try:
            return "try"
        finally:
            if i < 2:
                continue
            return f"finally {i}"


print(finally_wins())
for i in range(3): print(i, end=",")
print()
while False: print("never")
for x in (): pass
else: print("empty loop has an else, too")
total = 0
for a in range(200):
    for b in range(200):
        if a * b > 5000:
            break
        total += a ^ b
print(total)
for box in [[0]]:
    for box[0] in range(4):
        pass
print(box)
