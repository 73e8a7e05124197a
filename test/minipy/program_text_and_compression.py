# Text programs: word statistics, wrapping, run lengths, Huffman and LZW coding.
# RUN: %run_script %s

TEXT = """It was the best of times, it was the worst of times, it was the age of
wisdom, it was the age of foolishness, it was the epoch of belief, it was the
epoch of incredulity, it was the season of Light, it was the season of Darkness"""


def words(text):
    cleaned = "".join(c.lower() if c.isalpha() else " " for c in text)
    return cleaned.split()


counts = {}
for word in words(TEXT):
    counts[word] = counts.get(word, 0) + 1
for word, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:6]:
    print(f"{word:<10}{count:>3} {'*' * count}")


def wrap(text, width):
    line = ""
    for word in text.split():
        if line and len(line) + 1 + len(word) > width:
            yield line
            line = word
        else:
            line = f"{line} {word}".strip()
    if line:
        yield line


def justify(line, width):
    parts = line.split()
    if len(parts) == 1:
        return line
    spaces, extra = divmod(width - sum(map(len, parts)), len(parts) - 1)
    return "".join(p + " " * (spaces + (i < extra)) for i, p in enumerate(parts[:-1])) + parts[-1]


wrapped = list(wrap(TEXT, 34))
for line in wrapped[:-1]:
    print("|" + justify(line, 34) + "|")
print("|" + wrapped[-1].ljust(34) + "|")


def run_lengths(text):
    out, i = [], 0
    while i < len(text):
        j = i
        while j < len(text) and text[j] == text[i]:
            j += 1
        out.append((text[i], j - i))
        i = j
    return out


print(run_lengths("aaabccdddd"), "".join(c * n for c, n in run_lengths("aaabccdddd")))


def huffman(text):
    weights = {}
    for c in text:
        weights[c] = weights.get(c, 0) + 1
    nodes = [(n, c, c) for c, n in sorted(weights.items())]
    while len(nodes) > 1:
        nodes.sort(key=lambda node: (node[0], node[1]))
        a, b, *nodes = nodes
        nodes.append((a[0] + b[0], min(a[1], b[1]), (a[2], b[2])))
    codes = {}

    def walk(tree, code):
        if isinstance(tree, tuple):
            walk(tree[0], code + "0")
            walk(tree[1], code + "1")
        else:
            codes[tree] = code or "0"
    walk(nodes[0][2], "")
    return codes


def decode(bits, codes):
    back, out, code = {code: c for c, code in codes.items()}, [], ""
    for bit in bits:
        code += bit
        if code in back:
            out.append(back[code])
            code = ""
    return "".join(out)


codes = huffman(TEXT)
bits = "".join(codes[c] for c in TEXT)
print(len(TEXT) * 8, len(bits), decode(bits, codes) == TEXT, sorted(codes.items(), key=lambda kv: (len(kv[1]), kv[0]))[:4])


def lzw(text):
    table, out, w = {chr(i): i for i in range(256)}, [], ""
    for c in text:
        if w + c in table:
            w += c
        else:
            out.append(table[w])
            table[w + c] = len(table)
            w = c
    return out + [table[w]]


def unlzw(codes):
    table = {i: chr(i) for i in range(256)}
    w = out = table[codes[0]]
    for code in codes[1:]:
        entry = table[code] if code in table else w + w[0]
        out += entry
        table[len(table)] = w + entry[0]
        w = entry
    return out


packed = lzw(TEXT)
print(len(packed), packed[:8], unlzw(packed) == TEXT, unlzw(lzw("a" * 50)) == "a" * 50)
anagrams = {}
for word in "listen silent enlist google elbow below banana state taste".split():
    anagrams.setdefault("".join(sorted(word)), []).append(word)
print([group for group in anagrams.values() if len(group) > 1])
print(" ".join(w[::-1] if i % 2 else w.title() for i, w in enumerate(words(TEXT)[:8])), sum(map(len, words(TEXT))))
