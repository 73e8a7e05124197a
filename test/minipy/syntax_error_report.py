# A syntax error is reported with file, line and text, before anything is run.
# RUN: %run_script %s
# compare: stderr

print("never printed: nothing runs when a line cannot be compiled")


def fine():
    return 1


total = 1 + * 2
print("never printed")
