# strip, lstrip, rstrip, ljust, rjust, center and zfill.
# RUN: %run_script %s

for s in ["  both  ", "\t\ntabs\n", "none", "", "   "]:
    print(repr(s.strip()), repr(s.lstrip()), repr(s.rstrip()))
print("xxhixx".strip("x"), "xyxhiyx".strip("xy"), "www.example.com".strip("cmowz."), "aaa".strip("a") == "")
print("xxhixx".lstrip("x"), "xxhixx".rstrip("x"), "hello".strip(""), "  a ".strip(None) + "|")
print("éèhiéè".strip("éè"), "\u3000wide\u3000".strip())

for width in [0, 3, 5, 6, 9]:
    print("[" + "abcde".ljust(width) + "]", "[" + "abcde".rjust(width, ".") + "]",
          "[" + "abcde".center(width, "*") + "]")
print(["ab".center(w, "-") for w in range(8)])
print(["abc".center(w, "-") for w in range(9)])
print(["7".zfill(3), "-7".zfill(4), "+7".zfill(4), "abc".zfill(5), "".zfill(2), "12345".zfill(3)])
print("ab".ljust(5, "é"), "é".rjust(3, "-"), "x".center(5, "😀"))
for attempt in [lambda: "a".ljust(5, "xy"), lambda: "a".center(5, ""), lambda: "a".rjust("5")]:
    try:
        print(attempt())
    except TypeError as error:
        print(error)

rows = [("apple", 3, 1.25), ("watermelon", 12, 3.5), ("fig", 150, 0.1)]
widths = [max(len(str(row[i])) for row in rows) for i in range(3)]
for name, quantity, price in rows:
    print(name.ljust(widths[0], "."), str(quantity).rjust(widths[1]), str(price).rjust(widths[2]))


def box(lines):
    width = max(len(line) for line in lines)
    yield "+" + "-" * (width + 2) + "+"
    for line in lines:
        yield "| " + line.center(width) + " |"
    yield "+" + "-" * (width + 2) + "+"


for line in box(["short", "a longer line", "", "mid size"]):
    print(line)
for i in range(1, 5):
    print(("*" * (2 * i - 1)).center(9).rstrip())
