# A JSON reader and writer: recursive descent, escapes, errors with positions.
# RUN: %run_script %s


class JsonError(ValueError):
    def __init__(self, message, position):
        super().__init__(f"{message} at {position}")


class Reader:
    ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", '"': '"', "\\": "\\", "/": "/"}

    def __init__(self, text):
        self.text, self.at = text, 0

    def fail(self, message):
        raise JsonError(message, self.at)

    def space(self):
        while self.at < len(self.text) and self.text[self.at] in " \t\r\n":
            self.at += 1

    def peek(self):
        self.space()
        return self.text[self.at] if self.at < len(self.text) else ""

    def expect(self, token):
        if not self.text.startswith(token, self.at):
            self.fail(f"expected {token!r}")
        self.at += len(token)

    def value(self):
        c = self.peek()
        if c == "{":
            return dict(self.members("{", "}", self.pair))
        if c == "[":
            return list(self.members("[", "]", self.value))
        if c == '"':
            return self.string()
        for word, meaning in [("true", True), ("false", False), ("null", None)]:
            if self.text.startswith(word, self.at):
                self.at += len(word)
                return meaning
        return self.number()

    def members(self, opening, closing, member):
        self.expect(opening)
        if self.peek() != closing:
            yield member()
            while self.peek() == ",":
                self.at += 1
                yield member()
        self.space()
        self.expect(closing)

    def pair(self):
        self.space()
        key = self.string()
        self.space()
        self.expect(":")
        return key, self.value()

    def string(self):
        self.expect('"')
        parts = []
        while True:
            if self.at >= len(self.text):
                self.fail("unterminated string")
            c = self.text[self.at]
            self.at += 1
            if c == '"':
                return "".join(parts)
            if c == "\\":
                c = self.text[self.at]
                self.at += 1
                if c == "u":
                    c = chr(int(self.text[self.at:self.at + 4], 16))
                    self.at += 4
                else:
                    c = self.ESCAPES[c]
            parts.append(c)

    def number(self):
        start = self.at
        while self.at < len(self.text) and self.text[self.at] in "+-0123456789.eE":
            self.at += 1
        literal = self.text[start:self.at]
        try:
            return float(literal) if any(c in literal for c in ".eE") else int(literal)
        except ValueError:
            self.at = start
            self.fail("unexpected character")


def loads(text):
    reader = Reader(text)
    value = reader.value()
    if reader.peek():
        reader.fail("trailing characters")
    return value


def quote(text):
    out = ['"']
    for c in text:
        out.append({'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t"}.get(c) or (c if " " <= c <= "~" else f"\\u{ord(c):04x}"))
    return "".join(out) + '"'


def dumps(value, indent="", step="  "):
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, str):
        return quote(value)
    if isinstance(value, (int, float)):
        return repr(value)
    inner = indent + step
    if isinstance(value, dict):
        items, ends = [f"{quote(k)}: {dumps(v, inner)}" for k, v in value.items()], "{}"
    else:
        items, ends = [dumps(v, inner) for v in value], "[]"
    return ends[0] + ("\n" + inner + (",\n" + inner).join(items) + "\n" + indent if items else "") + ends[1]


TEXT = r'''{"name": "minipy", "tags": ["a", "\u00e9\n\"q\"", []], "size": -12.5e2, "big": 12345678901234567890,
  "nested": {"t": true, "f": false, "n": null, "e": {}}, "list": [[1, [2, [3]]], {"k": "v"}]}'''
data = loads(TEXT)
print(data)
print(dumps(data))
print(loads(dumps(data)) == data)
for bad in ['{"a" 1}', "[1, 2", '"open', "[1,, 2]", "tru", "1 2", "", '{1: 2}', "[-]"]:
    try:
        print(loads(bad))
    except JsonError as error:
        print(repr(bad), error)
many = [{"id": i, "square": i * i, "text": str(i) * 3, "even": i % 2 == 0} for i in range(60)]
print(loads(dumps(many)) == many, len(dumps(many)))
