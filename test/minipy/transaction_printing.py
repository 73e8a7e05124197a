# Tasks that print: what one task prints comes together; stdout is compared block by block.
# RUN: %run_script %s
# compare: blocks

import transaction


def report(n):
    divisors = [d for d in range(1, n + 1) if n % d == 0]
    print(f"-- {n}")
    for d in divisors:
        print(f"   {d} x {n // d}")
    print("   prime" if len(divisors) == 2 else f"   sum {sum(divisors)}")
    print()


for n in range(1, 40):
    transaction.add(report, n)
transaction.run(4)
print("end of the first run")
print()


def story(n):
    print("task", n, end="")
    if n:
        print(" adds", n - 1)
        transaction.add(story, n - 1)
    else:
        print(" is the last")
    print()


transaction.add(story, 10)
transaction.run(3)
try:
    transaction.add(lambda: print("printed before the error\n") or 1 / 0)
    transaction.run(2)
except ZeroDivisionError as error:
    print(error)
