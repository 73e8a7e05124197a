# RUN: %python %s %ame_source
# Intent: docs/verification.md says for each order of the protocol which mutation shows
# that it is needed: all mutations that are named exist, and none is missing there.
"""orders_documented.py SOURCE"""

import importlib.util
import pathlib
import re
import sys

sys.dont_write_bytecode = True
# Not of one of the lists: shown by a schedule stepped by hand.
BY_HAND = {"READER_ENDS_LATE"}


def of_the_model(source):
    """Those of the protocol, and those of the models of counts and output."""
    path = source / "test" / "model" / "model.py"
    spec = importlib.util.spec_from_file_location("model", path)
    model = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(model)
    others = {name for file in path.parent.glob("*.pml")
              for name in re.findall(r"\bMUT_\w+", file.read_text())}
    return {*model.BROKEN, *model.BROKEN_LONG}, others


def of_relacy(source):
    text = (source / "test" / "relacy" / "orders.hpp").read_text()
    return {name for name, program in re.findall(r'X\((\w+), "([^"]*)"\)', text) if program}


def of_the_runtime(source):
    text = (source / "runtime" / "recording.h").read_text()
    return set(re.findall(r"AME_RULE_(\w+)", text)) - {"NONE"}


def main():
    source = pathlib.Path(sys.argv[1])
    text = (source / "docs" / "verification.md").read_text()
    table = text[text.index("## Which order"):text.index("## From outside")]
    named = set(re.findall(r"`([A-Z][A-Z_]+)`", table))
    protocol, others = of_the_model(source)
    needed = protocol | of_relacy(source) | of_the_runtime(source)
    for name in sorted(named - needed - others - BY_HAND):
        print(f"docs/verification.md names a mutation that there is not: {name}")
    for name in sorted(needed - named):
        print(f"docs/verification.md does not say which order this mutation breaks: {name}")
    return named - needed - others != BY_HAND or not needed <= named


if __name__ == "__main__":
    sys.exit(main())
