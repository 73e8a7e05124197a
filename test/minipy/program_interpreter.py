# Two interpreters in an interpreter: a Lisp with closures, and a tape machine.
# RUN: %run_script %s


class Symbol(str):
    pass


def read(tokens):
    token = tokens.pop(0)
    if token == "(":
        items = []
        while tokens[0] != ")":
            items.append(read(tokens))
        tokens.pop(0)
        return items
    try:
        return int(token)
    except ValueError:
        return Symbol(token)


def parse(source):
    tokens = source.replace("(", " ( ").replace(")", " ) ").split()
    while tokens:
        yield read(tokens)


class Scope:
    def __init__(self, names, outer=None):
        self.names, self.outer = names, outer

    def find(self, name):
        if name in self.names:
            return self
        if self.outer is None:
            raise NameError(f"unbound {name}")
        return self.outer.find(name)


def evaluate(x, scope):
    while True:
        if isinstance(x, Symbol):
            return scope.find(x).names[x]
        if not isinstance(x, list):
            return x
        head = x[0]
        if head == "quote":
            return x[1]
        if head == "if":
            x = x[2] if evaluate(x[1], scope) else x[3]
        elif head == "define":
            scope.names[x[1]] = evaluate(x[2], scope)
            return None
        elif head == "set":
            scope.find(x[1]).names[x[1]] = evaluate(x[2], scope)
            return None
        elif head == "lambda":
            return (x[1], x[2], scope)
        elif head == "begin":
            for part in x[1:-1]:
                evaluate(part, scope)
            x = x[-1]
        else:
            function, *arguments = [evaluate(part, scope) for part in x]
            if callable(function):
                return function(*arguments)
            parameters, x, outer = function
            scope = Scope(dict(zip(parameters, arguments)), outer)


def show(value):
    return "(" + " ".join(map(show, value)) + ")" if isinstance(value, list) else str(value)


BUILTINS = {"+": lambda *a: sum(a), "*": lambda a, b: a * b, "-": lambda a, b: a - b, "<": lambda a, b: a < b, "=": lambda a, b: a == b,
            "mod": lambda a, b: a % b, "list": lambda *a: list(a), "car": lambda l: l[0], "cdr": lambda l: l[1:], "cons": lambda a, l: [a] + l,
            "null": lambda l: l == [], "show": lambda v: output.append(show(v))}
output = []
PROGRAM = """
(define fact (lambda (n) (if (< n 2) 1 (* n (fact (- n 1))))))
(show (fact 25))
(define map (lambda (f l) (if (null l) (list) (cons (f (car l)) (map f (cdr l))))))
(define range (lambda (a b) (if (= a b) (list) (cons a (range (+ a 1) b)))))
(show (map (lambda (x) (* x x)) (range 0 10)))
(define counter (lambda (n) (lambda (k) (begin (set n (+ n k)) n))))
(define c (counter 100))
(c 1)
(show (c 10))
(define loop (lambda (i total) (if (= i 0) total (loop (- i 1) (+ total i)))))
(show (loop 3000 0))
(define compose (lambda (f g) (lambda (x) (f (g x)))))
(show ((compose (lambda (x) (+ x 1)) fact) 5))
(show (quote (a (b 1) ())))
(define gcd (lambda (a b) (if (= b 0) a (gcd b (mod a b)))))
(show (gcd 1071 462))
"""
scope = Scope(BUILTINS)
for form in parse(PROGRAM):
    evaluate(form, scope)
print("\n".join(output))
try:
    evaluate([Symbol("+"), 1, Symbol("nowhere")], scope)
except NameError as error:
    print(error)


def run_tape(program, data=""):
    jumps, stack = {}, []
    for i, c in enumerate(program):
        if c == "[":
            stack.append(i)
        elif c == "]":
            j = stack.pop()
            jumps[i], jumps[j] = j, i
    tape, at, i, out, data = [0] * 100, 0, 0, [], list(data)
    while i < len(program):
        c = program[i]
        if c == ">":
            at += 1
        elif c == "<":
            at -= 1
        elif c == "+":
            tape[at] = (tape[at] + 1) % 256
        elif c == "-":
            tape[at] = (tape[at] - 1) % 256
        elif c == ".":
            out.append(chr(tape[at]))
        elif c == ",":
            tape[at] = ord(data.pop(0)) if data else 0
        elif c == "[" and not tape[at] or c == "]" and tape[at]:
            i = jumps[i]
        i += 1
    return "".join(out)


HELLO = "++++++++[>++++[>++>+++>+++>+<<<<-]>+>+>->>+[<]<-]>>.>---.+++++++..+++.>>.<-.<.+++.------.--------.>>+."
print(run_tape(HELLO), run_tape(",[>,]<[.<]", "reversed"))
