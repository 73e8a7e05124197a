# Indexing and slicing of strings: negative indices, steps, bounds; repetition; comparison.
# RUN: %run_script %s

s = "abcdefgh"
print(s[0], s[-1], s[7], s[-8], len(s))
for index in [8, -9, 100]:
    try:
        s[index]
    except IndexError as error:
        print(error)
try:
    s["a"]
except TypeError as error:
    print(error)
try:
    s[0] = "x"
except TypeError as error:
    print(error)
try:
    del s[0]
except TypeError as error:
    print(error)

print(s[2:5], s[:3], s[5:], s[:], s[-3:], s[:-3], s[-5:-2], s[5:2], s[3:3])
print(s[::2], s[1::2], s[::-1], s[::-3], s[6:1:-2], s[-1:-9:-1], s[100:], s[-100:3], s[2:100])
for start in [None, 0, 2, -3, 20, -20]:
    for stop in [None, 0, 5, -1, 20, -20]:
        for step in [None, 1, 3, -1, -2]:
            expected = "".join([s[i] for i in range(*slice(start, stop, step).indices(len(s)))])
            assert s[start:stop:step] == expected
try:
    s[::0]
except ValueError as error:
    print(error)

print("ab" * 3, 3 * "ab", "ab" * 0, "ab" * -1, "" * 5, "é" * 3)
print("abc" < "abd", "abc" < "ab", "Z" < "a", "" < "a", "abc" == "abc", "é" > "z", "a" <= "a")
print(sorted(["banana", "Apple", "cherry", "apple", "apple pie", "äpfel", ""]))
print([c for c in "héllo"], list("日本語")[::-1], tuple("ab"), "".join(reversed("stressed")))
print(min("hello"), max("hello"), sorted("hello"), "l" in "hello", set("aab") == {"a", "b"})
print(ord("a"), ord("é"), ord("😀"), chr(97), chr(233), chr(128512), chr(0) == "\0")
for attempt in [lambda: ord("ab"), lambda: ord(""), lambda: chr(-1), lambda: chr(0x110000)]:
    try:
        print(attempt())
    except (TypeError, ValueError) as error:
        print(error)
accumulated = ""
for i in range(300):
    accumulated += chr(ord("a") + i % 26)
print(len(accumulated), accumulated[250:260], accumulated[::50])
print("implicit " "concatenation " 'of "literals"')
