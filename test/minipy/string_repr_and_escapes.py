# Escapes in literals, raw and triple-quoted strings, and repr's choice of quotes.
# RUN: %run_script %s

print("tab\there", "new\nline", "back\\slash", 'single\'s', "double\"s", "bell" + repr("\a\b\f\v\r"))
print("\x41\x7a", "\u00e9", "\U0001F600", "\101\60", "\0" == chr(0), len("\0\0"), len("\
joined"))
print(r"raw \n \t \\", R'\d+', len(r"\n"), r"quote\"inside")
print("""triple "quoted" text
over 'several'
lines""")
print('''ends with a quote\'''', """"starts with one""")

for s in ["plain", "it's", 'say "hi"', "both ' and \"", "back\\slash", "\n\t\r", "\0\x01\x1f\x7f",
          "é", "\x80\xa0\xad", "日本", "😀", "\u200b", "\ud7ff", "", "\u2028", "a\\nb"]:
    print(repr(s), len(s))

print(["it's", "x"], {"k\n": 'v"'}, ("\t",))
print("%r %s" % ("it's", "it's"), f"{'a' + chr(10)!r}")
print(repr(repr("a'b")), repr(repr(repr("'"))))
print(ascii("é😀\n"), ascii(["ÿ"]))

for code in [0, 9, 10, 13, 27, 31, 32, 39, 34, 92, 126, 127, 128, 159, 160, 161, 173, 174, 255, 256,
             0x378, 0x2028, 0xfeff, 0xffff, 0x10000, 0x1f600, 0xe000]:
    print(hex(code), repr(chr(code)))

print(str(5) + repr("5") + str("5"), str(None), str([None, "x"]), str(b"x"), str())
print(len("é"), len("日本語"), len("😀é"))
