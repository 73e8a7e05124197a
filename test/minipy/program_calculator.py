# A calculator: tokenizer, precedence climbing to a tree, evaluation, simplification.
# RUN: %run_script %s


class Token:
    def __init__(self, kind, text, column):
        self.kind, self.text, self.column = kind, text, column


def tokenize(source):
    i = 0
    while i < len(source):
        c = source[i]
        start = i
        if c.isspace():
            i += 1
            continue
        if c.isdigit():
            while i < len(source) and (source[i].isdigit() or source[i] == "."):
                i += 1
            kind = "number"
        elif c.isalpha():
            while i < len(source) and source[i].isalnum():
                i += 1
            kind = "name"
        else:
            i += 2 if source.startswith("**", i) else 1
            kind = "operator"
        yield Token(kind, source[start:i], start + 1)
    yield Token("end", "", len(source) + 1)


LEFT = {"+": 1, "-": 1, "*": 2, "/": 2, "%": 2}


class Parser:
    def __init__(self, source):
        self.tokens = tokenize(source)
        self.now = next(self.tokens)

    def advance(self):
        token, self.now = self.now, next(self.tokens, None)
        return token

    def parse(self):
        tree = self.binary(0)
        if self.now.kind != "end":
            raise SyntaxError(f"unexpected {self.now.text!r} in column {self.now.column}")
        return tree

    def binary(self, level):
        left = self.unary()
        while self.now.text in LEFT and LEFT[self.now.text] > level:
            operator = self.advance().text
            left = (operator, left, self.binary(LEFT[operator]))
        return left

    def unary(self):
        if self.now.text == "-":
            self.advance()
            return ("neg", self.unary())
        base = self.atom()
        if self.now.text == "**":
            self.advance()
            return ("**", base, self.unary())
        return base

    def atom(self):
        token = self.advance()
        if token.kind == "number":
            return float(token.text) if "." in token.text else int(token.text)
        if token.kind == "name":
            if self.now.text == "(":
                self.advance()
                argument = self.binary(0)
                self.close()
                return ("call", token.text, argument)
            return token.text
        if token.text == "(":
            inner = self.binary(0)
            self.close()
            return inner
        raise SyntaxError(f"unexpected {token.text or 'end'!r} in column {token.column}")

    def close(self):
        if self.advance().text != ")":
            raise SyntaxError("expected ')'")


OPERATIONS = {"+": lambda a, b: a + b, "-": lambda a, b: a - b, "*": lambda a, b: a * b, "/": lambda a, b: a / b, "%": lambda a, b: a % b,
              "**": lambda a, b: a ** b}


def evaluate(tree, names):
    if isinstance(tree, (int, float)):
        return tree
    if isinstance(tree, str):
        return names[tree]
    kind, *parts = tree
    if kind == "neg":
        return -evaluate(parts[0], names)
    if kind == "call":
        return names[parts[0]](evaluate(parts[1], names))
    return OPERATIONS[kind](*(evaluate(part, names) for part in parts))


def simplify(tree):
    if not isinstance(tree, tuple):
        return tree
    kind, *parts = tree
    parts = [simplify(part) if not (kind == "call" and i == 0) else part for i, part in enumerate(parts)]
    if kind in OPERATIONS and all(isinstance(p, (int, float)) for p in parts) and not (kind in "/%" and parts[1] == 0):
        return OPERATIONS[kind](*parts)
    if kind == "*" and 0 in parts:
        return 0
    if kind == "+" and 0 in parts:
        return parts[1] if parts[0] == 0 else parts[0]
    if kind == "*" and 1 in parts:
        return parts[1] if parts[0] == 1 else parts[0]
    return (kind, *parts)


names = {"x": 7, "pi": 3.14159, "abs": abs, "double": lambda n: n * 2}
for source in ["1 + 2 * 3", "(1 + 2) * 3", "2 ** 3 ** 2", "-2 ** 2", "7 - 3 - 2", "100 / 10 / 2", "x * (x - 1) % 5", "double(abs(-x)) + 1", "2 * 3 + 0 * x", "1 * x + 0",
               "2 ** 100", "1.5 * 4", "1 +", "(1", "1 2", "y + 1", "1 / 0", "$", "nope(1)", "-(-(3))"]:
    try:
        tree = Parser(source).parse()
        print(source, "->", tree, "->", simplify(tree), "=", evaluate(tree, names))
    except (SyntaxError, KeyError, ZeroDivisionError) as error:
        print(source, "->", type(error).__name__, error)
