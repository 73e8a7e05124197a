# str.find, rfind, index, count, replace, startswith, endswith and `in`.
# RUN: %run_script %s

text = "she sells sea shells on the sea shore"
print(text.find("sea"), text.rfind("sea"), text.find("xyz"), text.rfind("xyz"), text.find(""))
print(text.find("sea", 11), text.find("sea", 11, 20), text.find("s", -5), text.rfind("s", 0, 10))
print(text.index("shells"), text.count("s"), text.count("sea"), text.count("she", 5), "aaaa".count("aa"))
print("abc".count(""), "".count(""), "".find(""), "abc".find("", 3), "abc".find("", 4), "abc".rfind(""))
try:
    text.index("whale")
except ValueError as error:
    print(error)
try:
    text.rindex("whale")
except (ValueError, AttributeError) as error:
    print(type(error).__name__ == "ValueError")

print(text.replace("sea", "lake"), "aaa".replace("a", "bb"), "aaa".replace("aa", "b"))
print("aaaa".replace("a", "x", 2), "abc".replace("", "-"), "abc".replace("", "-", 2), "abc".replace("z", "y"))
print("naïve".replace("ï", "i"), "smile :)".replace(":)", "😀"), "😀😀".replace("😀", "é"))

print(text.startswith("she"), text.startswith("sells", 4), text.startswith("x"), text.startswith(""))
print(text.endswith("shore"), text.endswith(("x", "ore")), text.startswith(("a", "b")), text.endswith("sea", 0, 31))
print("sea" in text, "whale" not in text, "" in "", "a" in "", "shore" in text[-5:])
try:
    5 in text
except TypeError as error:
    print(error)

# A search against the plain definition
def find_slowly(text, pattern, start):
    for i in range(start, len(text) - len(pattern) + 1):
        if text[i:i + len(pattern)] == pattern:
            return i
    return -1


sample = "abaababaabaababaababaabaababaabaab"
checked = 0
for length in range(1, 7):
    for start in range(0, len(sample) - length, 3):
        pattern = sample[start:start + length]
        for begin in [0, 5, 20, 40]:
            assert sample.find(pattern, begin) == find_slowly(sample, pattern, begin)
            checked += 1
        assert sample.replace(pattern, "") == "".join(sample.split(pattern))
        assert sample.count(pattern) == len(sample.split(pattern)) - 1
print("checked", checked)
print("mississippi".find("issip"), "aaaaaaab".find("aab"), "é😀x".find("x"), "日本語テキスト".find("テキ"))
