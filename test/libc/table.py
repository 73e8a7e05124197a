# RUN: %python %s %ame_source %ame_lib %clang
# Intent: libc_calls.def has a row for every function of the C library that its headers declare and that Debian's python3.11 imports; forms stand behind their functions; wrappers exist for exactly the rows that need one.
"""The list of python3.11's imports was made from /usr/bin/python3.11 and its
lib-dynload by `nm -D --undefined-only`, the names with a GLIBC version."""
import pathlib
import re
import subprocess
import sys

ROOT, LIBRARIES, CLANG = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), sys.argv[3]
TYPES = ["", "f", "l", "f32", "f64", "f128", "f32x", "f64x"]
WITH_WRAPPER = {"WRAPPED", "DEFERRED", "UNDONE", "FORBIDDEN"}

# Declared or imported, but never called in a transaction by compiled code.
NO_ROW = {
    "__libc_start_main": "runs before main",
    "alloca": "the compiler's",
    **dict.fromkeys(("__clog10", "__clog10f", "__clog10l"), "the library's own names"),
}
HEADERS = """stdio string strings stdlib unistd sys/socket time sys/time math ctype locale langinfo
    wchar wctype dirent inttypes search stdio_ext fcntl sys/stat complex""".split()


def table():
    policies, forms, wrong = {}, {}, []
    for line in (ROOT / "include/ame/libc_calls.def").read_text().splitlines():
        row = re.match(r"AME_LIBC_(\w+)\((\w+), (\w+)", line)
        if not row:
            continue
        kind, name, second = row.groups()
        if kind == "MATH":
            policies.update((name + suffix, "PURE") for suffix in TYPES)
        elif kind == "CALL":
            if name in policies:
                wrong.append(f"{name}: two rows")
            policies[name] = second
        else:
            if second not in policies:
                wrong.append(f"{name}: {second} has no row above")
            forms[name] = kind
            policies[name] = policies.get(second)
    return policies, forms, wrong


def exported():
    """What the C library and its mathematics define."""
    names = set()
    for library in ("libc.so.6", "libm.so.6"):
        path = subprocess.run([CLANG, f"--print-file-name={library}"],
                              capture_output=True, text=True, check=True).stdout.strip()
        symbols = subprocess.run(["nm", "-D", "--defined-only", path],
                                 capture_output=True, text=True, check=True).stdout
        names |= {line.split()[-1].split("@")[0] for line in symbols.splitlines()}
    return names


def declared():
    source = "#define _GNU_SOURCE\n" + "".join(f"#include <{h}.h>\n" for h in HEADERS)
    tree = subprocess.run([CLANG, "-x", "c", "-fsyntax-only", "-Xclang", "-ast-dump",
                           "-fno-color-diagnostics", "-"],
                          input=source, capture_output=True, text=True, check=True).stdout
    return {name for implicit, name in
            re.findall(r"^[|`]-FunctionDecl.*?( implicit)?(?: used)? (\w+) '", tree, re.M)
            if not implicit}


def wrappers():
    symbols = subprocess.run(["nm", "--defined-only", LIBRARIES / "libame.a"],
                             capture_output=True, text=True, check=True).stdout
    return set(re.findall(r" T __ame_libc_(\w+)$", symbols, re.M))


# Wrappers that make inevitable only for what AME_SAFE code cannot be judged by.
STAYS_SAFE = {
    "O_NONBLOCK, strict or unknown descriptors and streams": """write writev pwrite send lseek ftruncate close dprintf vdprintf
        printf vprintf fprintf vfprintf wprintf vwprintf fwprintf vfwprintf fputwc putwc putwchar fputws
        warn vwarn warnx vwarnx syslog vsyslog fputc putc putchar _IO_putc fputs puts fwrite fflush perror psignal""",
    "files with queued output": "stat fstat lstat access faccessat pread",
}


def becoming_inevitable():
    """Wrappers from which __ame_inevitable is reached within their own file."""
    found = set()
    for source in [*(ROOT / "runtime").glob("io_*.c"), *(ROOT / "runtime").glob("libc_*.c")]:
        calls, wrapper_of = {}, {}
        for block in re.split(r"\n}\n", source.read_text()):
            head = re.search(r"^(?:AME_WRAPPER\([^,]+, (\w+),|(?:\w[\w *]*?)\b(\w+)\()", block, re.M)
            if not head or "{" not in block:
                continue
            name = "wrapper " + head[1] if head[1] else head[2]
            calls[name] = set(re.findall(r"\b(\w+)\(", block[head.end():]))
        reaching = {"__ame_inevitable"}
        while True:
            more = {name for name, called in calls.items() if called & reaching} - reaching
            if not more:
                break
            reaching |= more
        found |= {name.split()[1] for name in reaching if name.startswith("wrapper ")}
    return found


def main():
    policies, forms, wrong = table()
    functions = declared() & exported()
    if len(functions) < 1500:
        sys.exit(f"only {len(functions)} functions were found in the headers")
    imports = set((ROOT / "test/libc/Inputs/python3.11_imports.txt").read_text().split())
    for name in sorted((functions | imports) - policies.keys() - NO_ROW.keys()):
        wrong.append(f"{name}: no row")
    needed = {name for name, policy in policies.items()
              if policy in WITH_WRAPPER and forms.get(name) != "ALIAS"}
    wrong += [f"{name}: a wrapper is missing" for name in sorted(needed - wrappers())]
    wrong += [f"{name}: no row asks for the wrapper" for name in sorted(wrappers() - needed)]
    marked = set(re.findall(r"^AME_LIBC_CALL\((\w+), .*\bMAY_BE_INEVITABLE\b",
                            (ROOT / "include/ame/libc_calls.def").read_text(), re.M))
    safe = {name for names in STAYS_SAFE.values() for name in names.split()}
    for name in sorted(becoming_inevitable() - marked - safe - forms.keys()):
        if policies.get(name) not in ("INEVITABLE", "FORBIDDEN"):
            wrong.append(f"{name}: its wrapper may make inevitable, which the row does not say")
    if wrong:
        sys.exit("\n".join(wrong))
    print(f"{len(functions)} declared functions, {len(imports)} imports, {len(policies)} rows")


main()
