# RUN: %python %s %ame_source
# Intent: every path in the README's table "Where is it?" exists, and so does every relative link of every document.
import pathlib
import re
import sys

root = pathlib.Path(sys.argv[1])
missing = []
rows = re.search(r"## Where is it\?\n(.*?)\n## ", (root / "README.md").read_text(), re.S)[1]
paths = [path for line in rows.splitlines()[2:] if line for path in
         (cell.strip() for cell in line.strip("|").split("|")[1:])]
if len(paths) < 30:
    sys.exit("the table has not been found")
missing += [f"README.md: {path}" for path in paths if not (root / path).exists()]
for document in [*root.glob("*.md"), *root.glob("docs/*.md")]:
    for link in re.findall(r"\]\(([^)#:]+)[^)]*\)", document.read_text()):
        if not (document.parent / link).exists():
            missing.append(f"{document.name}: {link}")
if missing:
    sys.exit("\n".join(["these do not exist:", *missing]))
