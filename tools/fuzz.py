#!/usr/bin/env python3
"""Random programs: what ame makes of them must print what plain clang prints.

  tools/fuzz.py --seeds 1-100                    csmith programs
  tools/fuzz.py --generator regions --seeds 1-50 programs of random_regions.py
  tools/fuzz.py --generator loops --levels O2,O3 --seeds 1-50    of random_loops.py
  tools/fuzz.py --reduce FILE.c --levels O2 --modes regions

Each program is compiled by plain clang and by ame-cc in each mode (regions: its
main is one atomic block; always: whole-program mode, one open transaction), at
the same level, and run as it is, with force_aborts, and with force_aborts as a
transaction that is soon visible. --levels rotate takes
one level a seed, --levels all takes four. --batch N compiles N csmith programs of a
level into one binary, which saves time; what differs is then checked alone. What differs is kept in --keep. With
--record one line of JSON is appended for the whole run, so that a campaign may be
run piece by piece. The exit status is 1 when something differed.

--reduce makes a kept program small with cvise. A candidate counts only while
clang and gcc agree on its output and the sanitizers find nothing in it.
"""

import argparse
import concurrent.futures
import datetime
import json
import math
import os
import pathlib
import re
import resource
import shlex
import signal
import subprocess
import sys
import tempfile
import time

SOURCE = pathlib.Path(__file__).resolve().parent.parent
INPUTS = SOURCE / "test" / "fuzz" / "Inputs"
CSMITH_INCLUDE = "/usr/include/csmith"
LEVELS = ["O0", "O1", "O2", "O3"]
MODES = ["regions", "always"]
PLAIN_CPU_SECONDS = 0.25  # by itself; what does not end is left out
AME_CPU_SECONDS = 120  # barriers cost; the limits hold on a busy machine, too
HANGS_SECONDS = 1200  # without using the processor
CSMITH_SMALL = ["--max-funcs", "4", "--max-block-depth", "3", "--max-expr-complexity",
                "6", "--max-array-len-per-dim", "5"]
NAMES_OF_PROGRAM = re.compile(r"\b(g_\d+|func_\d+|[SU]\d+|main)\b")  # at file scope
VOLATILES_EVERY = 8  # one seed in so many has volatile variables


class Outcome:
    """What a program did: its output, or how it ended otherwise."""

    def __init__(self, status, output):
        self.status, self.output = status, output

    def __eq__(self, other):
        return (self.status, self.output) == (other.status, other.output)

    def __str__(self):
        return f"status {self.status}\n" + self.output.decode(errors="replace")[-2000:]


def run(command, cpu_seconds, environment=None):
    """CPU time is limited, not wall time: the machine may be busy."""
    def limit():
        whole = math.ceil(cpu_seconds)  # for what it starts as well
        resource.setrlimit(resource.RLIMIT_CPU, (whole, whole))
        signal.setitimer(signal.ITIMER_PROF, cpu_seconds)  # SIGPROF ends it
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, preexec_fn=limit,
                              timeout=HANGS_SECONDS,
                              env={**os.environ, **(environment or {})})
    except subprocess.TimeoutExpired as expired:
        return Outcome(-signal.SIGALRM, (expired.output or b"") + b"\nhangs")
    return Outcome(done.returncode, done.stdout)


class Case:
    """One program at one level."""

    def __init__(self, options, program, level, folder):
        self.options, self.program, self.level = options, program, level
        self.folder = pathlib.Path(folder)

    def compile_plain(self, compiler=None, extra=()):
        binary = self.folder / "plain"
        command = [*shlex.split(compiler or self.options.clang), f"-{self.level}", "-w",
                   *shlex.split(self.options.flags), f"-I{CSMITH_INCLUDE}", f"-I{SOURCE}/include", *extra, str(self.program),
                   "-o", str(binary), "-pthread"]
        return binary, run(command, AME_CPU_SECONDS)

    def compile_ame(self, mode):
        binary = self.folder / f"ame-{mode}"
        command = [self.options.ame_cc, f"-{self.level}", "-w", f"-I{CSMITH_INCLUDE}",
                   f"-fame-mode={mode}", *shlex.split(self.options.flags)]
        if "ame.h" in self.program.read_text():
            command += [str(self.program)]
        else:
            command += [f'-DPROGRAM="{self.program}"', str(INPUTS / "csmith_driver.c")]
            command += ["-DWHOLE_PROGRAM"] if mode == "always" else []
        return binary, run(command + ["-o", str(binary)], AME_CPU_SECONDS)

    def differences(self, modes):
        """(mode, AME_OPTIONS, expected, found) of everything that differs; None
        when the plain program does not end by itself."""
        binary, compiled = self.compile_plain()
        if compiled.status != 0:
            return [("clang", "", "compiles", compiled)]
        expected = run([str(binary)], PLAIN_CPU_SECONDS)
        if expected.status < 0:
            return None
        found = []
        for mode in modes:
            binary, compiled = self.compile_ame(mode)
            if compiled.status != 0:
                found.append((mode, "", "compiles", compiled))
                continue
            for setting in self.settings():
                outcome = run([str(binary)], AME_CPU_SECONDS, {"AME_OPTIONS": setting})
                if outcome != expected:
                    found.append((mode, setting, expected, outcome))
        return found

    def settings(self):
        always, forced = self.options.ame_options, self.options.force_aborts
        return [always] + ([f"{always}:force_aborts={forced}",
                            f"visible_after=64:force_aborts={forced}"] if forced else [])


class Batch:
    """csmith programs of one level in one file; the argument of its binary is a seed."""

    def __init__(self, options, level, programs, folder):
        self.options, self.level, self.programs = options, level, programs
        self.folder = pathlib.Path(folder)

    def source(self, mode):
        """All of the programs in one file: a compiler starts once, reads headers once."""
        text, cases = "", ""
        for seed, program in self.programs.items():
            text += NAMES_OF_PROGRAM.sub(rf"\1_{seed}", program.read_text())
            if mode != "plain":
                text += (f"#define main_of_program main_{seed}\n#define driver_main driver_{seed}\n"
                         f'#include "{INPUTS}/csmith_driver.c"\n'
                         "#undef main_of_program\n#undef driver_main\n")
            name = "main" if mode == "plain" else "driver"
            cases += f"  case {seed}: return {name}_{seed}(1, argv);\n"
        source = self.folder / f"{mode}.c"
        source.write_text(text + "int atoi(const char *);\nint main(int argc, char **argv) {\n"
                          f"  switch (atoi(argv[1])) {{\n{cases}  }}\n  return 99;\n}}\n")
        return str(source)

    def compile(self, mode):
        binary = self.folder / mode
        command = shlex.split(self.options.clang) if mode == "plain" else [
            self.options.ame_cc, f"-fame-mode={mode}"]
        command += ["-DWHOLE_PROGRAM"] if mode == "always" else []
        command += [f"-{self.level}", "-w", f"-I{CSMITH_INCLUDE}",
                    *shlex.split(self.options.flags), self.source(mode), "-o", str(binary)]
        return binary, run(command, len(self.programs) * AME_CPU_SECONDS)

    def check(self):
        """Returns {seed: (comparisons, difference or None)}; None: does not compile."""
        binaries = {}
        for mode in ("plain", *self.options.modes):
            binaries[mode], compiled = self.compile(mode)
            if compiled.status != 0:
                return None
        settings = Case(self.options, None, self.level, self.folder).settings()
        result = {}
        for seed in self.programs:
            expected = run([str(binaries["plain"]), str(seed)], PLAIN_CPU_SECONDS)
            if expected.status < 0:
                result[seed] = (0, None)
                continue
            found = None
            for mode in self.options.modes:
                for setting in settings:
                    outcome = run([str(binaries[mode]), str(seed)], AME_CPU_SECONDS,
                                  {"AME_OPTIONS": setting})
                    if outcome != expected:
                        found = f"{mode} {setting}\n--- expected\n{expected}\n--- found\n{outcome}"
            result[seed] = (len(self.options.modes) * len(settings), found)
        return result


def check_batch(options, level, seeds):
    """Returns {seed: (comparisons, texts of differences)}."""
    with tempfile.TemporaryDirectory(prefix="ame-fuzz-") as folder:
        programs = {seed: generate(options, seed, folder) for seed in seeds}
        result = Batch(options, level, programs, folder).check()
    if result is None:
        return {seed: check_seed(options, seed) for seed in seeds}
    texts = {seed: [] for seed in seeds}
    for seed, (_, found) in result.items():
        if found:
            texts[seed] = check_seed(options, seed)[1] or [
                f"seed {seed} {level} only in a batch of {seeds}: {found}"]
    return {seed: (count, texts[seed]) for seed, (count, _) in result.items()}


def generate(options, seed, folder):
    program = pathlib.Path(folder) / f"{options.generator}{seed}.c"
    if options.generator != "csmith":
        command = [sys.executable, str(INPUTS / f"random_{options.generator}.py"), str(seed)]
    else:
        command = ["csmith", "--seed", str(seed), *(CSMITH_SMALL if options.small else [])]
        if seed % VOLATILES_EVERY:
            command += ["--no-volatiles", "--no-volatile-pointers"]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, cwd=folder)
    program.write_bytes(done.stdout)  # csmith writes a platform.info beside
    return program


def levels_of(options, seed):
    if options.levels == "all":
        return LEVELS
    if options.levels == "rotate":
        # Each kind of seed meets each level, those with volatile variables, too.
        return [LEVELS[(seed // 2 + seed // VOLATILES_EVERY) % len(LEVELS)]]
    return options.levels.split(",")


def check_seed(options, seed):
    """Returns (comparisons, texts of differences)."""
    count, texts = 0, []
    with tempfile.TemporaryDirectory(prefix="ame-fuzz-") as folder:
        program = generate(options, seed, folder)
        for level in levels_of(options, seed):
            case = Case(options, program, level, folder)
            found = case.differences(options.modes)
            if found is None:
                continue
            count += len(options.modes) * len(case.settings())
            for mode, setting, expected, outcome in found:
                texts.append(f"seed {seed} {level} {mode} {setting}\n--- expected\n{expected}\n"
                             f"--- found\n{outcome}\n")
        if texts and options.keep:
            kept = pathlib.Path(options.keep)
            kept.mkdir(parents=True, exist_ok=True)
            (kept / program.name).write_bytes(program.read_bytes())
            (kept / (program.name + ".txt")).write_text("\n".join(texts))
    return count, texts


def check_seeds(options, seeds):
    """(seed, (comparisons, texts)) of each seed, in order."""
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        if options.batch <= 1:
            yield from zip(seeds, pool.map(lambda s: check_seed(options, s), seeds))
            return
        if options.generator != "csmith" or len(levels_of(options, 0)) != 1:
            sys.exit("fuzz: --batch is for csmith programs, each at one level")
        of_level = {}
        for seed in seeds:
            of_level.setdefault(levels_of(options, seed)[0], []).append(seed)
        batches = [(level, some[at:at + options.batch]) for level, some in of_level.items()
                   for at in range(0, len(some), options.batch)]
        results = {}
        for result in pool.map(lambda batch: check_batch(options, *batch), batches):
            results.update(result)
        yield from ((seed, results[seed]) for seed in seeds)


def commit_name():
    git = ["git", "-C", str(SOURCE)]
    name = subprocess.run([*git, "rev-parse", "--short", "HEAD"], stdout=subprocess.PIPE,
                          text=True, check=False).stdout.strip()
    changed = subprocess.run([*git, "diff", "--quiet", "HEAD", "--", "pass", "runtime", "include"],
                             check=False).returncode
    return name + ("-changed" if changed else "")


def campaign(options):
    first, _, last = options.seeds.partition("-")
    seeds = range(int(first), int(last or first) + 1)
    start, programs, comparisons, failed = time.monotonic(), 0, 0, []
    for seed, (count, texts) in check_seeds(options, seeds):
        programs += count > 0
        comparisons += count
        if texts:
            failed.append(seed)
            print("\n".join(texts), flush=True)
    record = {"commit": options.commit or commit_name(), "date": datetime.date.today().isoformat(),
              "generator": options.generator, "small": options.small, "seeds": options.seeds,
              "levels": options.levels, "flags": options.flags, "modes": options.modes,
              "force_aborts": options.force_aborts, "programs": programs,
              "comparisons": comparisons, "seconds": round(time.monotonic() - start),
              "failed_seeds": failed, "result": "FAIL" if failed else "OK"}
    compiler = pathlib.Path(options.ame_cc).name
    if compiler != "ame-cc":
        record["compiler"] = compiler
    if options.record:
        with open(options.record, "a", encoding="utf-8") as file:
            file.write(json.dumps(record) + "\n")
    print(f"fuzz: {programs} programs, {comparisons} comparisons, {len(failed)} failed")
    return 1 if failed or not programs else 0


def is_interesting(options):
    """For cvise: a valid program that still differs."""
    program = pathlib.Path(options.interesting)
    with tempfile.TemporaryDirectory(prefix="ame-fuzz-") as folder:
        case = Case(options, program, levels_of(options, 0)[0], folder)
        outputs = []
        for compiler, extra in ((options.clang, []), ("gcc", []),
                                (options.clang, ["-fsanitize=address,undefined",
                                                 "-fno-sanitize-recover=all"])):
            binary, compiled = case.compile_plain(compiler, extra)
            if compiled.status != 0:
                return 1
            outputs.append(run([str(binary)], PLAIN_CPU_SECONDS))
        if any(output.status != 0 or output != outputs[0] for output in outputs):
            return 1
        return 0 if case.differences(options.modes) else 1


def reduce(options):
    program = pathlib.Path(options.reduce).resolve()
    with tempfile.TemporaryDirectory(prefix="ame-reduce-") as folder:
        copy = pathlib.Path(folder) / program.name
        expanded = run([*shlex.split(options.clang), "-E", "-P", f"-I{CSMITH_INCLUDE}",
                        str(program)], AME_CPU_SECONDS)
        copy.write_bytes(expanded.output if "ame.h" not in program.read_text()
                         else program.read_bytes())
        script = pathlib.Path(folder) / "interesting.sh"
        again = [sys.executable, str(pathlib.Path(__file__).resolve()), "--ame-cc",
                 options.ame_cc, "--clang", options.clang, "--levels", options.levels,
                 "--modes", ",".join(options.modes), f"--flags={options.flags}", "--force-aborts",
                 str(options.force_aborts), "--ame-options", options.ame_options,
                 "--interesting", copy.name]
        script.write_text("#!/bin/sh\nexec " + shlex.join(again) + " >/dev/null 2>&1\n")
        script.chmod(0o755)
        subprocess.run(["cvise", "--n", str(options.jobs), str(script), str(copy)],
                       cwd=folder, check=True)
        reduced = program.with_suffix(".reduced.c")
        reduced.write_bytes(copy.read_bytes())
        print(reduced)
    return 0


def parse():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--generator", choices=["csmith", "regions", "loops"], default="csmith")
    parser.add_argument("--seeds", default="1-50", help="FIRST-LAST")
    parser.add_argument("--levels", default="rotate", help="rotate, all, or a list: O1,Os,...")
    parser.add_argument("--flags", default="", help="more flags for both compilers")
    parser.add_argument("--modes", default=",".join(MODES), type=lambda text: text.split(","))
    parser.add_argument("--force-aborts", type=int, default=3, help="0: do not force any")
    parser.add_argument("--ame-options", default="", help="AME_OPTIONS of every run")
    parser.add_argument("--small", action="store_true", help="small csmith programs")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--batch", type=int, default=1, help="programs compiled at once")
    parser.add_argument("--record", help="append one line of JSON to this file")
    parser.add_argument("--commit", help="of the record, when this is no git checkout")
    parser.add_argument("--keep", help="folder for the programs that differ")
    parser.add_argument("--ame-cc", default=str(SOURCE / "build" / "bin" / "ame-cc"))
    parser.add_argument("--clang", default="clang-19")
    parser.add_argument("--reduce", metavar="FILE.c")
    parser.add_argument("--interesting", metavar="FILE.c", help=argparse.SUPPRESS)
    return parser.parse_args()


def main():
    options = parse()
    os.environ.pop("AME_OPTIONS", None)
    if options.interesting:
        return is_interesting(options)
    if options.reduce:
        return reduce(options)
    return campaign(options)


if __name__ == "__main__":
    sys.exit(main())
