# str.split, rsplit, splitlines, partition, rpartition and join, with odd separators.
# RUN: %run_script %s

text = "  the quick  brown\tfox\njumps  "
print(text.split())
print(text.split(" "))
print(text.split(None, 2), text.rsplit(None, 2))
print("a,b,,c,".split(","), ",".split(","), "".split(","), "".split(), "   ".split())
print("a,b,c,d".split(",", 2), "a,b,c,d".rsplit(",", 2), "a,b,c".split(",", 0), "a,b".split(",", -1))
print("one<>two<>three".split("<>"), "aaaa".split("aa"), "abab".rsplit("ab"))
print("a b c".split(maxsplit=1), "a-b-c".split(sep="-", maxsplit=1))
print("naïve café über".split("é"), "😀 and 😎".split(" and "))

print("one\ntwo\r\nthree\rfour".splitlines())
print("one\n\ntwo\n".splitlines(), "one\n\ntwo\n".splitlines(True), "".splitlines())
print("end\n".split("\n"))

for separator in ["=", "==", "x"]:
    print("key==value".partition(separator), "key==value".rpartition(separator))

print(",".join(["a", "b", "c"]), "".join(["x", "y"]), "-".join([]), "-".join(["only"]))
print(", ".join(str(n) for n in range(5)), "ab".join("xyz"), "|".join(("p", "q")))
print("é".join(["a", "b"]), "->".join(["😀", "b"]), " ".join({"k": 1, "l": 2}))

for attempt in [lambda: "a b".split(""), lambda: ",".join([1, 2]), lambda: "a".partition(""),
                lambda: ",".join(["a", None]), lambda: ",".join(5), lambda: "a".split(1)]:
    try:
        print(attempt())
    except (TypeError, ValueError) as error:
        print(type(error).__name__ + ":", error)

words = "to be or not to be that is the question".split()
print("|".join(sorted(set(words))), len(words))
assert " ".join(words).split() == words
for separator in [",", "--", "é"]:
    assert separator.join(words).split(separator) == words
table = """name:qty:price
apple:3:1.25
pear:10:0.75"""
rows = [line.split(":") for line in table.splitlines()]
header, *body = rows
print(header, sum(int(q) * float(p) for _, q, p in body))
