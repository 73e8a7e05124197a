# upper, lower, title, capitalize and the is... predicates, ASCII and beyond.
# RUN: %run_script %s

samples = ["hello world", "HELLO", "Hello World", "they're bill's", "x1y2z3", "123", "",
           "ünïcödé", "ÀÉÎ", "a-b_c", "  spaced  ", "\t\n"]
for s in samples:
    print(repr(s), repr(s.upper()), repr(s.lower()), repr(s.title()), repr(s.capitalize()))

print("        alpha alnum digit space upper lower")
for s in samples + ["abc", "ABC", "Abc", "a1", "4.5", "é", "É5", "日本"]:
    flags = [s.isalpha(), s.isalnum(), s.isdigit(), s.isspace(), s.isupper(), s.islower()]
    print("".join("+" if flag else "." for flag in flags), repr(s))

for s in samples:
    assert s.upper().lower() == s.lower()
    assert s.lower().islower() == any(c.isalpha() for c in s)


def caesar(text, shift):
    result = []
    for c in text:
        if c.isalpha() and c.isupper():
            result.append(chr((ord(c) - ord("A") + shift) % 26 + ord("A")))
        elif c.isalpha():
            result.append(chr((ord(c) - ord("a") + shift) % 26 + ord("a")))
        else:
            result.append(c)
    return "".join(result)


secret = caesar("The Quick Brown Fox, 1984!", 3)
print(secret)
print(caesar(secret, -3))


def is_palindrome(text):
    letters = [c for c in text.lower() if c.isalnum()]
    return letters == letters[::-1]


print([is_palindrome(t) for t in ["A man, a plan, a canal: Panama", "No lemon, no melon", "Not one"]])


def snake(name):
    out = ""
    for i, c in enumerate(name):
        if c.isupper() and i:
            out += "_"
        out += c.lower()
    return out


def camel(name):
    return "".join(part.capitalize() for part in name.split("_"))


print(snake("HttpServerError"), camel("http_server_error"), camel(snake("RoundTrip")))
