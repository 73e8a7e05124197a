# Strings of narrow and wide characters mixed: they compare, hash, slice and join alike.
# RUN: %run_script %s

ascii_text = "hello"
latin = "héllo"
wide = "hеllo"  # the second letter is Cyrillic
astral = "h😀llo"
texts = [ascii_text, latin, wide, astral]
print([len(t) for t in texts], [ord(t[1]) for t in texts], sorted(texts) == texts)

# Cutting the wide character off leaves a string equal to the narrow one.
for t in texts:
    narrowed = t[0] + t[2:]
    print(narrowed, narrowed == "hllo", hash(narrowed) == hash("hllo"), {"hllo": 1}[narrowed])
    assert t.replace(t[1], "e") == "hello"
    assert t[::-1][::-1] == t
    assert (t + t)[len(t):] == t
    assert (t * 3).count(t) == 3
    assert "".join(list(t)) == t
    assert t.find("llo") == 2 and t.split("l") == [t[:2], "", "o"]
    assert t.encode("utf-8").decode("utf-8") == t
    assert t.encode().decode() == t

print([len(t.encode("utf-8")) for t in texts])
print(ascii_text + latin + wide + astral)
print("-".join(texts), len("-".join(texts)))
print(latin.upper(), latin.find("é"), "é" in astral, "😀" in astral, "lo" in astral)
print(astral.center(11, "*"), astral.ljust(8) + "|", f"{latin:>8}|{wide:^9}|")
print("%s %r" % (astral, latin), "{} {!r}".format(wide, astral))

counts = {}
for c in "".join(texts):
    counts[c] = counts.get(c, 0) + 1
print(counts)
print(sorted(counts), max(counts), min(counts))

greek = "αβγδε"
print(greek.upper(), greek[1:4], greek[-1], list(enumerate(greek))[:2], greek.index("δ"))
print("ß".upper(), "ÿ".upper(), "Ω".lower(), "µ".isalpha())
naïve = "identifiers may be wide"
größe = len(naïve)
print(naïve, größe)
boundary = [chr(c) for c in [0x7f, 0x80, 0xff, 0x100, 0xffff, 0x10000, 0x10ffff]]
print([len(c.encode("utf-8")) for c in boundary], boundary == sorted(boundary))
joined = "".join(boundary)
print(len(joined), [ord(c) for c in joined], joined.encode("utf-8").decode("utf-8") == joined)
