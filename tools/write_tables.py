#!/usr/bin/env python3
"""Writes what mirrors the .def files, and what tools/realworld.sh and tools/oracle.sh
have recorded: the tables of docs/, between their markers, and the special case list
share/ame/lists/libc.list.

    write_tables.py            write them
    write_tables.py --check    say which are stale, with exit status 1

A marker is `<!-- table: NAME -->`, the table ends at `<!-- end -->`."""

import json
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
TABLE = re.compile(r"(<!-- table: (\S+) -->\n).*?(<!-- end -->)", re.S)


def libc_calls(text):
    """Per section: the functions that are treated alike share a row."""
    row = re.compile(r'^AME_LIBC_(CALL|MATH|ALIAS|CHECKED)\((\w+), (.*)\)$', re.M)
    lines = []
    treatments = {}
    sections = re.split(r"/\* --- (.*?) -*\s*\*/", text)
    for title, rows in zip(sections[1::2], sections[2::2]):
        alike = {}
        for kind, name, rest in row.findall(rows):
            if kind in ("ALIAS", "CHECKED"):
                treatment = treatments[rest]
            else:
                policy, effects, note = re.fullmatch(
                    r'(?:(\w+), )??((?:NONE|MAY_BE_INEVITABLE|[A-Z_]+\(.*)), "(.*)"', rest).groups()
                treatment = policy or "PURE", effects, note
            treatments[name] = treatment
            alike.setdefault(treatment, []).append(
                f"`{name}`" + (" (all types)" if kind == "MATH" else ""))
        lines += [f"### {title[0].upper()}{title[1:]}",
                  "| calls | policy | effects | |", "| --- | --- | --- | --- |"]
        for (policy, effects, note), names in alike.items():
            effects = "" if effects == "NONE" else f"`{effects}`"
            lines.append(f"| {', '.join(names)} | {policy} | {effects} | {note} |")
        lines.append("")
    return lines[:-1]


def abi(text):
    lines = ["| function | arguments | result |", "| --- | --- | --- |"]
    for result, name, arguments in re.findall(
            r"^AME_ABI_(?:FUNCTION|BARRIER)\(([^,]+), (\w+), \((.*)\)\)$", text, re.M):
        lines.append(f"| `{name}` | `{arguments}` | `{result}` |")
    return lines


def options(text):
    lines = ["| key | kind | default | meaning |", "| --- | --- | --- | --- |"]
    for key, kind, default, meaning in re.findall(
            r'^AME_OPTION\((\w+), (\w+), (.+?),\s+"(.*)"\)$', text, re.M):
        lines.append(f"| `{key}` | {kind} | `{default}` | {meaning} |")
    return lines


def real_programs(text):
    """Each package's newest line that has all; a build with a list has a row of its own."""
    newest = {}
    for line in map(json.loads, text.splitlines()):
        if line.get("compile"):
            newest[line["package"].split("_")[0]] = line

    def ratio(values):
        if not values:
            return "-"
        median, least, most = values
        spread = f" ({least:.2f}-{most:.2f})" if most > 1.05 * least else ""
        return f"{median:.2f}{spread}"

    lines = ["| package | commit | plain | ame | in transactions | forced | CPU time, outside | inside "
             "| compile time | text size |", "| --- " * 10 + "|"]
    for name, line in sorted(newest.items()):
        builds = [("", "transactions", "forced")]
        if line["facts"]:
            builds.append((", with the list", "facts", "facts_forced"))
        for label, inside, forced in builds:
            first = not label
            lines.append("| " + " | ".join([
                line["package"].replace("_", " ") + label, line["commit"],
                line["plain"] if first else "-", line["ame"] if first else "-",
                line[inside], line[forced],
                ratio(line["slowdown_ame"]) if first else "-", ratio(line["slowdown_" + inside]),
                f"{line['compile']['ratio']:.2f}" if first else "-",
                f"{line['text']:.2f}" if first else "-"]) + " |")
    counted = [line["compile"]["seconds"] for line in newest.values()]
    plain, ame = (sum(column) for column in zip(*counted))
    lines += ["", f"Compile time, all packages together: {ame:.0f} s for {plain:.0f} s, {ame / plain:.2f}."]
    return lines


def millions(number):
    return f"{number / 1e6:,.1f}"


def oracle(text):
    """Each program's newest run: what covered its accesses, in millions."""
    newest = {line["program"]: line for line in map(json.loads, text.splitlines())}
    lines = ["| program | commit | passed | reads: barrier | none needed | declared "
             "| writes: barrier | none needed | declared | uncovered |", "| --- " * 10 + "|"]
    for name, line in sorted(newest.items()):
        passed = (f"{line['passed']}, forced {line['forced']}" if "passed" in line
                  else f"{line['runs'] - line['failed']}/{line['runs']}")
        cells = [name, line["commit"], passed]
        for access in "reads", "writes":
            for kinds in (["barrier"], ["captured", "stack", "constant", "thread"], ["declared"]):
                cells.append(millions(
                    sum(line["accesses"].get(f"{access} {kind}", 0) for kind in kinds)))
        cells.append(str(sum(line.get("violations", {}).values())))
        lines.append("| " + " | ".join(cells) + " |")
    return lines


def checks(text):
    newest = {line["program"]: line for line in map(json.loads, text.splitlines())}
    lines = ["| package | commit | files | watched at -O2 | not as it should be |", "| --- " * 5 + "|"]
    for name, line in sorted(newest.items()):
        lines.append(f"| {name} | {line['commit']} | {line['files']} "
                     f"| {line.get('watched', line['files'])} | {'; '.join(line['wrong']) or 'none'} |")
    return lines


LIBC_LIST = """\
# The functions of libc about which a special case list can say all there is to say.
# Written by tools/write_tables.py from include/ame/libc_calls.def: do not edit.
#
# ame has the whole table built in, with effects on memory that a list cannot express,
# and it counts for functions that come from another library. This list is for a program
# that defines such functions itself (an own C library, a replacement for libm):
#   ame-cc --ame-list=libc ...
# calls them as they are, or makes the transaction inevitable before.
"""
MATH_TYPES = ["", "f", "l", "f32", "f64", "f128", "f32x", "f64x"] # as the pass has them


def libc_list(text):
    lines, annotations = [], {}
    row = re.compile(r'^AME_LIBC_(CALL|MATH|ALIAS)\((\w+), (.*)\)$', re.M)
    for kind, name, rest in row.findall(text):
        if kind == "ALIAS":
            annotation = annotations.get(rest)
        else:
            policy = "PURE" if kind == "MATH" else rest.split(", ")[0]
            effects = rest if kind == "MATH" else rest.split(", ", 1)[1]
            annotation = policy.lower() if (
                policy in ("PURE", "INEVITABLE") and effects.startswith("NONE,")) else None
        annotations[name] = annotation
        if annotation:
            for suffix in MATH_TYPES if kind == "MATH" else [""]:
                lines.append(f"fun:{name}{suffix}={annotation}")
    return LIBC_LIST + "\n".join(lines) + "\n"


SOURCES = {
    "libc_calls.def": ("include/ame/libc_calls.def", libc_calls),
    "abi.def": ("include/ame/abi.def", abi),
    "options.def": ("runtime/options.def", options),
    "oracle": ("test/oracle/runs.jsonl", oracle),
    "checks": ("test/realworld/checks.jsonl", checks),
    "realworld": ("test/realworld/results.jsonl", real_programs),
}


def with_tables(text):
    def table(found):
        path, rows = SOURCES[found[2]]
        return found[1] + "\n".join(rows((ROOT / path).read_text())) + "\n" + found[3]
    return TABLE.sub(table, text)


def written():
    """Each file that is written, with its contents."""
    for document in sorted((ROOT / "docs").glob("*.md")):
        yield document, with_tables(document.read_text())
    table = (ROOT / "include/ame/libc_calls.def").read_text()
    yield ROOT / "share/ame/lists/libc.list", libc_list(table)


def main():
    stale = []
    for path, new in written():
        if path.exists() and path.read_text() == new:
            continue
        stale.append(path.relative_to(ROOT))
        if sys.argv[1:] != ["--check"]:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(new)
    if sys.argv[1:] == ["--check"] and stale:
        sys.exit(f"stale, run tools/write_tables.py: {', '.join(map(str, stale))}")


if __name__ == "__main__":
    main()
