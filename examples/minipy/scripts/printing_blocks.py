# Tasks that compute and print three lines each; a block's lines come out together.
#   printing_blocks.py TASKS THREADS
import sys
import transaction


def task(number):
    value = 0
    for k in range(30000):
        value = (value * 31 + k + number) % 1000003
    for line in range(3):
        print("block", number, "line", line, value)


for number in range(int(sys.argv[1])):
    transaction.add(task, number)
transaction.run(int(sys.argv[2]))
