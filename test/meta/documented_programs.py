# RUN: %python %s %ame_source %t.dir %ame_cc %clang
# Intent: every C block of README.md and docs/ compiles with ame-cc and, as one
# big lock, with plain clang; the README's program prints what the README says.
import pathlib
import re
import subprocess
import sys

root, work = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
ame_cc, clang = sys.argv[3], sys.argv[4]
work.mkdir(parents=True, exist_ok=True)


def run(*command):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True,
                          timeout=100).stdout


blocks = 0
for document in [root / "README.md", *sorted(root.glob("docs/*.md"))]:
    text = document.read_text()
    for at, code in enumerate(re.findall(r"^```c\n(.*?)^```", text, re.M | re.S)):
        source = work / f"{document.stem}{at}.c"
        source.write_text(code)
        blocks += 1
        flags = ["-Wall", "-Werror", "-O1", "-c", source, "-o", work / "object.o"]
        run(ame_cc, *flags)
        run(clang, f"-I{root}/include", *flags)
if blocks < 3:
    sys.exit("the blocks have not been found")

readme = (root / "README.md").read_text()
shown = re.search(r"^\$ build/bin/ame-cc .*\n((?:.*\n)*?)```", readme, re.M)[1]
run(ame_cc, "-O2", work / "README0.c", "-o", work / "accounts")
printed = run(work / "accounts")
if printed != shown:
    sys.exit(f"the README shows\n{shown}but the program prints\n{printed}")
