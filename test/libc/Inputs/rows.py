"""Writes a C program that tests the rows of libc_calls.def (see rows.test).

usage: rows.py SOURCE CLANG OUTPUT-FOLDER

Each row becomes a function after its policy. Arguments come from recipes.py or,
without a recipe, from the prototype in the headers and the row's effects."""
import pathlib
import re
import subprocess
import sys

from recipes import ARGUMENTS, NOT_CALLED, UNSTABLE

ROOT, CLANG, OUT = pathlib.Path(sys.argv[1]), sys.argv[2], pathlib.Path(sys.argv[3])
INPUTS = pathlib.Path(__file__).parent
REASONS = {name: reason for reason, names in NOT_CALLED.items() for name in names.split()}
TEXT_OF = {"PURE": "12 ab,cd", "WRAPPED": "12 ab,cd"}  # others get a path that does not exist


def rows():
    """(name, policy, effects, recipe's name) in the table's order."""
    found, kinds = [], {}
    for line in (ROOT / "include/ame/libc_calls.def").read_text().splitlines():
        row = re.match(r'AME_LIBC_(CALL|MATH|ALIAS|CHECKED)\((\w+), (.*)\)$', line)
        if not row:
            continue
        kind, name, rest = row.groups()
        if kind in ("ALIAS", "CHECKED"):
            policy, effects, base = kinds[rest]
            kinds[name] = policy, effects, base
            found.append((name, policy, effects, base if kind == "ALIAS" else name))
            continue
        policy, effects = re.match(r"(?:(\w+), )??((?:NONE|MAY_BE_INEVITABLE|[A-Z_]+\(.*)), \"", rest).groups()
        for suffix in ("", "f", "l") if kind == "MATH" else ("",):
            kinds[name + suffix] = policy or "PURE", effects, name + suffix
            found.append((name + suffix, policy or "PURE", effects, name + suffix))
    return found


def prototypes():
    """name: (result type, [(type, parameter name)], variadic)."""
    tree = subprocess.run([CLANG, "-fsyntax-only", "-Xclang", "-ast-dump", "-fno-color-diagnostics",
                           str(INPUTS / "headers.h")], capture_output=True, text=True, check=True).stdout
    found, parameters = {}, []
    for line in tree.splitlines():
        function = re.match(r"[|`]-FunctionDecl .*?(\w+) '(.*?)'(?::'.*')?(?: |$)", line)
        parameter = re.match(r"[| ] [|`]-ParmVarDecl .*?(?:(\w+) )?'([^']*)'(?::'.*')?$", line)
        if function:
            name, kind = function.groups()
            parameters = []
            result = kind.split("(")[0].strip() if "(*" not in kind else "void *"
            found[name] = result, parameters, "..." in kind
        elif parameter and line[0] in "| ":
            parameters.append((parameter[2], (parameter[1] or "").strip("_")))
        elif re.match(r"[|`]-", line):
            parameters = []
    return found


def exported():
    names = set()
    for library in ("libc.so.6", "libm.so.6", "libcrypt.so.1"):
        path = subprocess.run([CLANG, f"--print-file-name={library}"],
                              capture_output=True, text=True, check=True).stdout.strip()
        if pathlib.Path(path).exists():
            symbols = subprocess.run(["nm", "-D", "--defined-only", path],
                                     capture_output=True, text=True, check=True).stdout
            names |= {line.split()[-1].split("@")[0] for line in symbols.splitlines()}
    return names


# --- arguments ---------------------------------------------------------------

def effect_list(effects):
    """[(kind, argument, rest)], e.g. ("WRITES", 1, "SIZE(int)")."""
    return [(kind, int(argument), rest) for kind, argument, rest in
            re.findall(r"([A-Z_]+)\((\d+)(?:, ((?:[^()]|\([^()]*\))*))?\)(?= |$)", effects)]


def size_arguments(effects):
    sizes = {}
    for kind, argument, rest in effect_list(effects):
        for k, value in (("BYTES", "24"), ("ITEMS", "4")):
            for index in re.findall(rf"{k}\((\d+)", rest or ""):
                sizes[int(index)] = value
        for one, other in re.findall(r"PRODUCT\((\d+), (\d+)\)", rest or ""):
            sizes[int(one)], sizes[int(other)] = "4", "6"
        if kind in ("TEXT_UP_TO", "WIDE_TEXT_UP_TO", "VECTOR_READS", "VECTOR_WRITES"):
            sizes[int(rest)] = "1" if "VECTOR" in kind else "5"
        if "POINTED_TO" in (rest or ""):
            sizes[-1] = re.search(r"POINTED_TO\((\d+)", rest)[1]
    return sizes


def number_for(kind, name):
    if name in ("fd", "filedes", "fildes", "sockfd", "s", "oldfd", "outfd", "infd", "dirfd", "out_fd",
                "in_fd", "fdin", "fdout", "epfd", "fromfd", "tofd", "ufd", "dfd"):
        return "-1"
    if re.search(r"double|float|Float", kind):
        return "2.5"
    return "3"


def made_up(name, policy, effects, prototype):
    """Arguments from the types and the effects; None when a type is unknown."""
    fills, arguments = [], []
    sizes = size_arguments(effects)
    of = {}
    for kind, argument, _ in effect_list(effects):
        of.setdefault(argument, kind)
    text = TEXT_OF.get(policy, "/nonexistent/ame")
    for index, (kind, parameter) in enumerate(prototype[1]):
        effect = of.get(index)
        pointer = kind.endswith("*") or "*" in kind or "[" in kind
        if effect in ("TEXT", "TEXT_UP_TO", "UPDATES_TEXT"):
            value = "/nonexistent/ameXXXXXX" if effect == "UPDATES_TEXT" and policy == "INEVITABLE" else text
            fills.append(f'text({index}, "{value}");')
            arguments.append(f"(void *)m({index})")
        elif effect in ("WIDE_TEXT", "WIDE_TEXT_UP_TO"):
            fills.append(f'wide_text({index}, L"12 ab,cd");')
            arguments.append(f"(void *)m({index})")
        elif effect == "NUMBER":
            fills.append(f'text({index}, "  12.5e1xyz");')
            arguments.append(f"(void *)m({index})")
        elif effect == "WIDE_NUMBER":
            fills.append(f'wide_text({index}, L"  12.5e1xyz");')
            arguments.append(f"(void *)m({index})")
        elif effect in ("READS", "WRITES", "UPDATES", "END"):
            if sizes.get(-1) == str(index):
                fills.append(f"number({index}, 24);")
            arguments.append(f"(void *)m({index})")
        elif effect in ("VECTOR_READS", "VECTOR_WRITES"):
            fills.append(f"vector({index}, m(7), 16);")
            arguments.append(f"(void *)m({index})")
        elif "(*)" in kind:
            return None
        elif index in sizes:
            arguments.append(sizes[index])
        elif "FILE *" in kind:
            arguments.append("stream")
        elif kind == "DIR *":
            arguments.append("directory")
        elif kind == "locale_t":
            arguments.append("locale")
        elif pointer:
            arguments.append(f"(void *)m({index})")
        elif re.search(r"struct|union", kind):
            return None
        else:
            arguments.append(number_for(kind, parameter))
    return " ".join(fills) + " " + ", ".join(arguments)


def recipe_of(name, recipe, policy, effects, known):
    for key in (name, recipe):
        if key in ARGUMENTS:
            return ARGUMENTS[key]
    prototype = known.get(name) or known.get(recipe)
    if prototype and not prototype[2]:
        return made_up(name, policy, effects, prototype)
    return None


# --- tests ---------------------------------------------------------------------

def barrier_checks(effects, arguments, policy):
    """Checks of what the pass has to emit for PURE and INEVITABLE rows."""
    checks = []
    for kind, argument, rest in effect_list(effects):
        given = arguments[argument] if argument < len(arguments) else ""
        where = re.search(r"\bm\((\d+)\)", given)
        if not where or "?" in given or given.count("m(") > 1:
            continue
        size = re.match(r"SIZE\((.*)\)$", rest or "")
        if kind in ("WRITES", "UPDATES") and size:
            checks.append(f"row_owned(memory[{where[1]}], sizeof({size[1]}));")
        elif kind == "READS" and size and policy == "PURE":
            checks.append(f"row_logged(memory[{where[1]}], sizeof({size[1]}));")
        elif kind in ("TEXT", "WIDE_TEXT", "NUMBER", "WIDE_NUMBER") and policy == "PURE":
            checks.append(f"row_logged(memory[{where[1]}], 1);")
    return " ".join(checks)


def split_arguments(text):
    parts, depth, start, quote = [], 0, 0, ""
    for i, c in enumerate(text):
        if quote:
            quote = "" if c == quote and text[i - 1] != "\\" else quote
        elif c in "\"'":
            quote = c
        elif c in "([{":
            depth += 1
        elif c in ")]}":
            depth -= 1
        elif c == "," and depth == 0:
            parts.append(text[start:i].strip())
            start = i + 1
    return parts + [text[start:].strip()] if text.strip() else []


def fills_and_arguments(recipe):
    fills, rest = [], recipe
    while True:
        fill = re.match(r'\s*((?:text|wide_text|bytes|number|pointer|pointer_at|vector)'
                        r'\((?:[^"()]|"(?:[^"\\]|\\.)*"|\([^()]*\))*\);)', rest)
        if not fill:
            return " ".join(fills), rest.strip()
        fills.append(fill[1])
        rest = rest[fill.end():]


def test_of(name, policy, effects, recipe, result):
    fills, text = fills_and_arguments(recipe)
    if policy == "WRAPPED" and "MAY_BE_INEVITABLE" in effects:
        policy = "INEVITABLE"
    call = f"{name}({text})"
    is_void = result == "void"
    declare = "" if is_void else f"__typeof__({call}) result;"
    take = "" if is_void else "result = "
    value = "&(char){0}, 1, false" if is_void else \
        f"&result, sizeof result, {'true' if result.endswith('*') else 'false'}"
    unstable = "row_unstable();" if name in UNSTABLE or name.replace("_unlocked", "") in UNSTABLE else ""
    checks = barrier_checks(effects, split_arguments(text), policy) if policy in ("PURE", "INEVITABLE") else ""
    begin = f'row_begin("{name}"); {fills} {unstable} row_ready();'
    if policy in ("PURE", "WRAPPED"):
        body = f"""{begin} {declare}
  {take}{call}; row_expect({value});
  AME_ATOMIC {{ row_attempt(); {take}{call}; {checks} row_abort_once(); }}
  row_compare({value}); row_end("{policy.lower()}");"""
    elif policy == "DEFERRED":
        body = f"""{begin} {declare}
  row_redirect(); {take}{call}; row_expect({value}); row_take_output(); row_redirect();
  AME_ATOMIC {{ row_attempt(); row_nothing_out(); {take}{call}; row_nothing_out(); row_abort_once(); }}
  row_compare({value}); row_same_output(); row_end("deferred");"""
    elif policy == "UNDONE":
        body = f"""{begin} {declare} row_count_descriptors();
  AME_ATOMIC {{ row_attempt(); row_same_descriptors(); {take}{call}; row_abort_once(); }}
  row_committed(); row_close_new(); row_end("undone");"""
    elif policy == "FORBIDDEN":
        return f"""NOINLINE static void run_{name}(void) {{ AME_ATOMIC {{ {call}; }} }}
NOINLINE static void row_{name}(void) {{ {begin} row_is_refused("{name}", run_{name}); row_end("forbidden"); }}
"""
    else:
        body = f"""{begin} row_redirect();
  AME_ATOMIC {{ row_attempt(); write(fd, "q", 1); row_abort_once(); {call}; row_is_inevitable(); {checks} }}
  row_committed(); row_end("inevitable");"""
    return f"NOINLINE static void row_{name}(void) {{\n  {body}\n}}\n"


def main():
    known, symbols = prototypes(), exported()
    tests, names, reasons, lost = [], [], {}, []
    for name, policy, effects, recipe in rows():
        reason = REASONS.get(name) or REASONS.get(recipe)
        if not reason and name not in symbols:
            reason = "not in this C library"
        elif not reason and name not in known:
            reason = "for types that clang does not have, or data"
        if reason:
            reasons.setdefault(reason, []).append(name)
            continue
        arguments = recipe_of(name, recipe, policy, effects, known)
        if arguments is None:
            lost.append(name)
            continue
        tests.append(test_of(name, policy, effects, arguments, known[name][0]))
        names.append(name)
    text = (INPUTS / "preamble.h").read_text() + "".join(tests)
    text += "int main(int argc, char **argv) {\n  const int from = argc > 1 ? atoi(argv[1]) : 0;\n"
    text += "".join(f"  if ({i} >= from) row_{name}();\n" for i, name in enumerate(names))
    (OUT / "rows.c").write_text(text + "  row_report();\n}\n")
    for reason, which in reasons.items():
        print(f"not called, {reason} ({len(which)}): {' '.join(which)}")
    print(f"{len(tests)} rows are called")
    print(f"{len(lost)} rows without recipe or reason", *lost)


main()
