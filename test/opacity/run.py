"""Builds the recording runtime and checks random transactions on it.

    run.py good SOURCE BUILD CLANG FOLDER [THREADS ROUNDS TRANSACTIONS SEED]
    run.py broken SOURCE BUILD CLANG FOLDER [RULE...]

good: all variants of the protocol (when transactions turn visible), little and much
memory to meet in; its other forms (FORMS). broken: for each rule that the runtime lets a build break
(runtime/recording.h), the check must find a contradiction, in one of a few runs.
FOLDER keeps the objects."""

import itertools
import os
import pathlib
import re
import subprocess
import sys
import time

COMPILE = ["-std=gnu11", "-O2", "-g", "-fPIC", "-fno-omit-frame-pointer",
           "-fno-strict-aliasing", "-D_GNU_SOURCE=", "-DAME_RECORDING"]
LIMIT = 300  # seconds for one run, on a loaded machine
# visible_after: nearly at once, in the middle of most transactions, never.
VARIANTS = [1, 24, 1000000]
SPREADS = [64, 1024, 65536]  # 64: mostly counts
# Without kept stripes, owed quiescence, reading others' logs, the kernel's help.
FORMS = ["keep_stripes=0", "quiesce_later=0", "quiesce_logs=0", "membarrier=0"]
RUNS = [(visible_after, spread, "") for visible_after in VARIANTS for spread in SPREADS] + \
       [(VARIANTS[1], SPREADS[1], form) for form in FORMS]
# Where chance finds what breaks a rule; the others need a schedule (directed.c).
DIRECTED = ["EXTEND_BEFORE_OWNING", "SWAP_COMPARES", "VERSION_AFTER_UNDO", "NEW_VERSION_ON_ABORT",
            "WAIT_FOR_VICTIMS", "END_AFTER_UNDO", "TICKET_BEFORE_VALIDATION", "KEPT_IS_OWED",
            "STOPS_ARE_COUNTED"]

# Chance finds it too rarely: test/runtime/test_count_schedules.c shows that one.
BY_HAND = ["TAKING_EXTENDS"]
PATIENCE = 90  # seconds of random transactions until a break must have been found


class Builder:
    def __init__(self, source, build, clang, folder):
        self.source, self.build = pathlib.Path(source), pathlib.Path(build)
        self.clang, self.folder = clang, pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.runtime = self.source / "runtime"
        self.tests = self.source / "test" / "opacity"

    def compile_runtime(self, files, folder, flags=()):
        """Objects of the recording runtime, two at a time."""
        folder.mkdir(exist_ok=True)
        objects, running = [], []
        for file in files:
            out = folder / (file.name + ".o")
            objects.append(out)
            command = [self.clang, *COMPILE, *flags, f"-I{self.source}/include",
                       f"-I{self.runtime}", *self.file_flags(file), "-c", file, "-o", out]
            running.append(subprocess.Popen(command))
            if len(running) == 2 and running.pop(0).wait():
                sys.exit("the recording runtime does not compile")
        if any(process.wait() for process in running):
            sys.exit("the recording runtime does not compile")
        return objects

    def file_flags(self, file):
        """What runtime/CMakeLists.txt compiles this file with besides."""
        text = (self.runtime / "CMakeLists.txt").read_text()
        special = re.findall(r"set_source_files_properties\(([^)]*?)\s+PROPERTIES\s+"
                             r"COMPILE_OPTIONS\s+([^)]*)\)", text)
        return [flag for files, flags in special if file.name in files.split()
                for flag in re.split(r"[;\s\"]+", flags) if flag]

    def compile_program(self):
        self.program = []
        for name in ("recorder", "checker", "directed"):
            out = self.folder / f"{name}.o"
            subprocess.run([self.clang, "-std=gnu11", "-D_GNU_SOURCE=", "-O2", "-g",
                            f"-I{self.source}/include", f"-I{self.runtime}", "-c",
                            self.tests / f"{name}.c", "-o", out], check=True)
            self.program.append(out)
        self.directed = [self.program.pop()]
        out = self.folder / "random_transactions.o"
        subprocess.run([self.build / "bin" / "ame-cc", "-O2", "-g", "-c",
                        self.tests / "random_transactions.c", "-o", out], check=True)
        self.program.append(out)

    def compile_base(self):
        files = sorted(self.runtime.glob("*.c")) + sorted(self.runtime.glob("*.S"))
        self.base = self.compile_runtime(files, self.folder / "base")
        self.compile_program()

    def link(self, name, replaced=(), program=None):
        by_name = {path.name: path for path in self.base}
        by_name.update({path.name: path for path in replaced})
        out = self.folder / name
        subprocess.run([self.clang, *(program or self.program), *by_name.values(), "-lmimalloc",
                        "-lpthread", "-lm", "-o", out], check=True)
        return out


def run(command, options):
    """Status, what it printed, seconds."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("AME_")}
    environment["AME_OPTIONS"] = options
    start = time.monotonic()
    try:
        result = subprocess.run([str(word) for word in command], env=environment,
                                capture_output=True, text=True, timeout=LIMIT)
        status, output = result.returncode, result.stdout + result.stderr
    except subprocess.TimeoutExpired:
        status, output = "hangs", ""
    return status, output.strip(), time.monotonic() - start


def run_random(program, visible_after, form, *numbers):
    # Otherwise what loses on a loaded machine soon runs inevitably.
    # Threads that lose a stripe to others keep none for a while: here for one commit.
    options = f"visible_after={visible_after}:max_attempts=100000:keep_pause=1"
    return run([program, *numbers], f"{options}:{form}" if form else options)


def check_good(builder, threads=3, rounds=4, transactions=1000, seed=1):
    status, output, _ = run([builder.link("directed", program=builder.directed)], "")
    print(output)
    failed = int(status != 0)
    program = builder.link("good")
    for visible_after, spread, form in RUNS:
        status, output, seconds = run_random(program, visible_after, form, threads, rounds,
                                             transactions, seed, spread)
        failed += status != 0
        print(f"visible_after={visible_after} {form} {seconds:.1f} s: {output}", flush=True)
        if status != 0:
            print(f"FAIL: status {status}")
    return failed


def rules(builder):
    text = (builder.runtime / "recording.h").read_text()
    return [rule for rule in re.findall(r"AME_RULE_(\w+)[,\n]", text) if rule not in ["NONE", *BY_HAND]]


def find_break(builder, rule, objects):
    """The check must fail; a crash is a contradiction, too: a doomed attempt has used
    what it saw."""
    if rule in DIRECTED:
        program = builder.link(f"broken-{rule}", objects, builder.directed)
        status, output, seconds = run([program], "")
        lines = [line for line in output.splitlines() if line.endswith(" FAIL")]
        return status, lines, seconds
    program = builder.link(f"broken-{rule}", objects)
    spread = 64 if re.search("ANSWERS|MERGE|TAKING", rule) else 512
    begun = time.monotonic()
    for seed in itertools.count(1):
        status, output, seconds = run_random(program, 24, "", 4, 60, 300, seed, spread)
        if status != 0 or time.monotonic() - begun > PATIENCE:
            return status, output.splitlines(), time.monotonic() - begun


def check_broken(builder, chosen):
    missed = 0
    for rule in chosen or rules(builder):
        files = [path for path in sorted(builder.runtime.glob("*.c"))
                 if f"ame_keeps({rule})" in path.read_text()]
        if not files:
            sys.exit(f"no line of the runtime keeps the rule {rule}")
        flag = f"-DAME_BROKEN_RULE=AME_RULE_{rule}"
        objects = builder.compile_runtime(files, builder.folder / rule, [flag])
        status, lines, seconds = find_break(builder, rule, objects)
        missed += status == 0
        what = f"found, {seconds:.1f} s: {lines[0] if lines else status}"
        print(f"{rule}: {what if status else 'NOT FOUND'}", flush=True)
    return missed


def main():
    mode, source, build, clang, folder, *rest = sys.argv[1:]
    builder = Builder(source, build, clang, folder)
    builder.compile_base()
    if mode == "good":
        failed = check_good(builder, *map(int, rest))
    else:
        failed = check_broken(builder, rest)
    print("opacity: OK" if failed == 0 else f"opacity: {failed} FAILED")
    return min(failed, 255)


if __name__ == "__main__":
    sys.exit(main())
