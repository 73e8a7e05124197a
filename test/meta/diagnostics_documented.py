# RUN: %python %s %ame_source
# Intent: every error's id has a section in docs/diagnostics.md and a test that
# expects it; every remark is named there and expected by its name in test/pass,
# those of the reasons for which a barrier is left out or does less by late-reasons.c.
import pathlib
import re
import sys

root = pathlib.Path(sys.argv[1])
document = (root / "docs" / "diagnostics.md").read_text()
tests = "".join(path.read_text() for folder in ("pass", "run")
                for path in (root / "test" / folder).rglob("*")
                if path.suffix in (".c", ".cc", ".ll", ".test"))
sources = "".join(path.read_text() for path in (root / "pass").glob("*.cpp"))
errors = re.findall(r'X\(\w+, "(ame-[a-z-]+)"\)', (root / "pass" / "Diagnostics.h").read_text())
reasons = [name for header in ("BarrierNeed.h", "LoweringRemarks.h")
           for name in re.findall(r"X\((\w+), \"", (root / "pass" / header).read_text())]
remarks = set(re.findall(r'(?:inevitable|remark|remarkMissed|becomeInevitable|OptimizationRemark)\([^;]*?"([A-Z]\w+)"', sources))
remarks |= set(re.findall(r'"((?:Read|Write)Barrier)"', sources))
assert len(errors) > 10 and len(reasons) > 10 and len(remarks) > 8, (errors, reasons, remarks)

missing = [f"no section for {error}" for error in errors if f"### {error}\n" not in document]
missing += [f"no test for {error}" for error in errors if f"[{error}]" not in tests]
told = (root / "test" / "pass" / "late-reasons.c").read_text()
missing += [f"no test for {name}" for name in reasons if f"NAME-DAG: {name}\n" not in told]
named = "".join(path.read_text() for path in (root / "test" / "pass").iterdir()
                if path.suffix in (".c", ".ll"))
missing += [f"no test for {name}" for name in remarks - set(reasons)
            if not re.search(rf"Name: {{{{ \*}}}}{name}\n", named)]
missing += [f"no row for {name}" for name in [*reasons, *sorted(remarks)] if f"`{name}`" not in document]
sys.exit("\n".join(missing) or 0)
