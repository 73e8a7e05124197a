"""Builds the benchmarks, measures all builds of each interleaved, prints tables, writes JSON.

Started by tools/bench.sh, which describes the options."""
import argparse, datetime, json, os, pathlib, platform, re, signal, subprocess, sys, time

import characteristics, goals, instructions, report, suite, threads, variants
from builds import BENCH, BUILDS, ROOT, Programs, compiler, with_options
from measure import Control, WrongResult, run_repeatedly
from results import NO_CONTROL, Results

ABOUT = "about.json"  # beside the programs: commit and compilers


def parse():
    parser = argparse.ArgumentParser(prog="tools/bench.sh", description=__doc__)
    parser.add_argument("--only", action="append", default=[], metavar="NAME",
                        help="benchmarks whose name begins with NAME (may be repeated)")
    parser.add_argument("--build", action="append", default=[], metavar="NAME",
                        help="these builds and the sequential ones only: mutex, ame, ame whole, libitm ml_wt, libitm")
    parser.add_argument("--compare", action="append", default=[], metavar="OPTIONS",
                        help="ame with these AME_OPTIONS, too (may be repeated), for example visible_after=1")
    parser.add_argument("--variants", action="store_true",
                        help="instead: ame against the pure forms of its protocol and with other parameters, one round")
    parser.add_argument("--rounds", type=int, default=3, help="how often each run is repeated (default 3)")
    parser.add_argument("--quick", action="store_true", help="one round, and less patience")
    parser.add_argument("--cpu-time", action="store_true",
                        help="ratios of processor time: for one thread on a busy machine")
    parser.add_argument("--tiny", action="store_true", help="smallest sizes, no figures: shows that every build's result is right")
    parser.add_argument("--list", action="store_true", help="name the benchmarks and end")
    parser.add_argument("--json", default=None, metavar="FILE", help="default: BUILD/bench/results.json")
    parser.add_argument("--write-readme", action="store_true", help="put the tables into bench/README.md")
    parser.add_argument("--characteristics", action="store_true",
                        help="instead: transaction lengths, sets and share of time of the applications")
    parser.add_argument("--tree", default=str(ROOT / "build"), metavar="BUILD", help="build tree of ame (default build)")
    parser.add_argument("--programs", default=None, metavar="DIR", help="where to build them (default BUILD/bench)")
    parser.add_argument("--build-only", action="store_true", help="build the programs and end: to measure them elsewhere")
    parser.add_argument("--no-build", action="store_true",
                        help="measure what --build-only has left in --programs DIR, which needs no compilers")
    parser.add_argument("--threads", default=None, metavar="N,N...",
                        help="instead: the gain of so many threads over one, for each build")
    options = parser.parse_args()
    if options.write_readme and (options.only or options.build or options.tiny):
        parser.error("--write-readme replaces whole tables: not with --only, --build or --tiny")
    unknown = [name for name in options.build if name not in BUILDS]
    if unknown:
        parser.error(f"no build is called {unknown[0]}: there are {', '.join(BUILDS)}")
    return options


def chosen(options):
    found = [benchmark for benchmark in suite.ALL
             if not options.only or any(benchmark.name.startswith(name) for name in options.only)]
    if not found:
        sys.exit(f"bench: no benchmark is called {options.only}: tools/bench.sh --list names them")
    return found


def chosen_runs(options, benchmark):
    if options.variants:
        return variants.runs_of(benchmark, variants.names())
    if options.threads:
        return threads.runs_of(benchmark, options.build, counts_of(options))
    more = [(with_options(given), run[1]) for given in options.compare for run in benchmark.runs if run[0] == "ame"]
    return [run for run in benchmark.runs + more if not options.build or run[0] in options.build
            or run[0].startswith("plain") or run in more]


def counts_of(options):
    return options.threads.split(",")


def arguments_of(benchmark, run, options):
    arguments = suite.arguments(benchmark, run[1], "tiny" if options.tiny else "full")
    # libitm's memset is known to break isolation: there it is counted, here it is an error.
    if benchmark.source.endswith("memset.c") and run[0].startswith("libitm"):
        arguments.append("tolerate=1")
    return arguments


def limit_of(benchmark, options):
    """Seconds of processor time for one run."""
    return (30 if benchmark.heavy else 6) if options.quick or options.variants else (90 if benchmark.heavy else 20)


class Interruption:
    """SIGINT and SIGTERM end the measuring after the run that is on: the tables show what there is, and the
    files that have whole ones stay as they are."""

    def __init__(self):
        self.came = False
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self.note)

    def note(self, number, _):
        self.came = True
        print(f"bench: {signal.Signals(number).name}: ends after this run", file=sys.stderr)


def measure(options, benchmarks, programs, control):
    """Round by round, benchmark by benchmark, build by build. What did not finish is not run again."""
    interruption = Interruption()
    results, wrong = Results("cpu" if options.cpu_time else "seconds"), []
    rounds = 1 if options.quick or options.tiny or options.variants else options.rounds
    for number in range(rounds):
        for benchmark in benchmarks:
            if benchmark.heavy and number > 0:
                continue
            runs = chosen_runs(options, benchmark)
            if not options.tiny and not options.variants and not options.threads:
                with_two = any(count == "2" for _, count in runs)
                results.controls.setdefault(benchmark.name, {})[number] = control.scaling() if with_two else NO_CONTROL
            for run in runs:
                if results.failure(benchmark.name, run):
                    results.add(benchmark.name, run, None)
                    continue
                try:
                    sample = run_repeatedly(programs.path(benchmark, run[0]), arguments_of(benchmark, run, options),
                                            run[0], limit_of(benchmark, options), 1 if options.tiny else benchmark.repeat)
                except WrongResult as error:
                    if run[0].startswith("libitm"):  # a peer's bug: shown in its cell, no failure of ours
                        print(f"bench: libitm: {error}", file=sys.stderr)
                    else:
                        wrong.append(str(error))
                    sample = {"failed": "WRONG RESULT"}
                if interruption.came:
                    options.write_readme = False
                    return results, wrong + ["interrupted: not all was measured"]
                results.add(benchmark.name, run, sample)
            print(f"round {number + 1}/{rounds} {benchmark.name}", file=sys.stderr, flush=True)
    return results, wrong


def about_programs():
    """What the programs were built from: goes with them to another machine."""
    commit = subprocess.run(["git", "-C", str(ROOT), "rev-parse", "--short", "HEAD"], capture_output=True, text=True).stdout.strip()
    gcc = subprocess.run(["gcc", "-dumpfullversion"], capture_output=True, text=True).stdout.strip()
    clang = subprocess.run([compiler("clang", None), "--version"], capture_output=True, text=True).stdout.split("\n")[0]
    return {"commit": commit, "compilers": f"{clang}; gcc {gcc}"}


def machine(programs):
    model = re.search(r"model name\s*: (.*)", pathlib.Path("/proc/cpuinfo").read_text())
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {**json.loads((programs.folder / ABOUT).read_text()), "date": datetime.date.today().isoformat(),
            "load": os.getloadavg()[0],
            "machine": f"{os.cpu_count()} x {model.group(1) if model else platform.machine()}, {memory:.0f} GB, "
                       f"Linux {platform.release()}"}


def write_between(marker, text, path=BENCH / "README.md"):
    begin, end = f"<!-- {marker} -->", f"<!-- end {marker} -->"
    content = path.read_text()
    if begin not in content or end not in content:
        sys.exit(f"bench: {path} has no markers {begin} and {end}")
    before, rest = content.split(begin, 1)
    path.write_text(before + begin + "\n" + text + "\n" + end + rest.split(end, 1)[1])


def tables(results, about, command, seconds):
    controls = [control for rounds in results.controls.values() for control in rounds.values() if control[0]]
    head = (f"`{command}`, {seconds / 60:.0f} minutes, {about['date']}, commit {about['commit']}, load {about['load']:.1f} at the end.  \n"
            f"{about['machine']}; {about['compilers']}.")
    if controls:
        head += f"  \nControl: two threads that share nothing gained {min(gain for gain, _, _ in controls):.2f} to " \
                f"{max(gain for gain, _, _ in controls):.2f} over one; a cache line took {min(line for _, _, line in controls):.0f} to " \
                f"{max(line for _, _, line in controls):.0f} ns from one core to the other."
    return head + "\n\n" + report.goals_table(goals.all_goals(results)), \
        report.overview_table(results), report.ratios_table(results)


def build(options, benchmarks, programs):
    if not (programs.tree / "bin/ame-cc").exists():
        sys.exit(f"bench: no ame in {programs.tree}: cmake --preset default && cmake --build --preset default")
    print("building", file=sys.stderr)
    programs.build_all([(benchmark, run[0]) for benchmark in benchmarks for run in chosen_runs(options, benchmark)])
    programs.run([compiler("clang", programs.tree), "-O2", str(BENCH / "control.c"), "-o", str(programs.folder / "control"),
                  "-lpthread"])
    (programs.folder / ABOUT).write_text(json.dumps(about_programs()))


def write_characteristics(options, programs, benchmarks):
    text = characteristics.measure(programs, [benchmark for benchmark in benchmarks if benchmark.application])
    print(text)
    if options.write_readme:
        write_between("characteristics", text)
    return 0


def main():
    options = parse()
    benchmarks = chosen(options)
    if options.list:
        print("\n".join(benchmark.name for benchmark in benchmarks))
        return 0
    tree = pathlib.Path(options.tree).resolve()
    programs = Programs(pathlib.Path(options.programs or tree / "bench").resolve(), tree)
    if options.characteristics:
        return write_characteristics(options, programs, benchmarks)
    start = time.monotonic()
    if not options.no_build:
        build(options, benchmarks, programs)
    if options.build_only:
        return 0
    results, wrong = measure(options, benchmarks, programs, Control(programs.folder / "control"))
    if options.tiny:
        return end_of_tiny(results, wrong)
    if options.variants:
        return end_of_variants(options, programs, results, wrong, time.monotonic() - start)
    if options.threads:
        return end_of_scaling(options, programs, results, wrong, time.monotonic() - start)
    instructions.add(results, programs, benchmarks)
    about = machine(programs)
    command = " ".join(["tools/bench.sh", *sys.argv[1:]])
    parts = tables(results, about, command, time.monotonic() - start)
    print("\n\n".join(parts))
    if options.compare:
        print("\n" + report.comparison_table(results, ["ame"] + [with_options(given) for given in options.compare]))
    path = pathlib.Path(options.json or programs.folder / "results.json")
    path.write_text(json.dumps({"about": about, "command": command, "controls": results.controls,
                                "goals": [vars(verdict) for verdict in goals.all_goals(results)],
                                "benchmarks": results.as_json()}, indent=1))
    if options.write_readme:
        for marker, text in zip(("goals", "overview", "ratios"), parts):
            write_between(marker, text)
    return say_wrong(wrong)


def heading(programs, seconds):
    about = machine(programs)
    return (f"`{' '.join(['tools/bench.sh', *sys.argv[1:]])}`, {seconds / 60:.0f} minutes, {about['date']}, commit {about['commit']}, "
            f"load {about['load']:.1f} at the end.  \n{about['machine']}; {about['compilers']}.")


def end_of_variants(options, programs, results, wrong, seconds):
    text = f"{heading(programs, seconds)}\n\n{variants.tables(results)}"
    print(text)
    if options.write_readme:
        write_between("variants", text, ROOT / "docs/design.md")
    return say_wrong(wrong)


def end_of_scaling(options, programs, results, wrong, seconds):
    control = Control(programs.folder / "control")
    controls = [control.once(int(count)) for count in counts_of(options)]
    text = f"{heading(programs, seconds)}\n\n{threads.table_of(results, counts_of(options), controls)}"
    print(text)
    if options.write_readme:
        write_between("threads", text)
    return say_wrong(wrong)


def say_wrong(wrong):
    for message in wrong:
        print(f"bench: {message}", file=sys.stderr)
    return 1 if wrong else 0


def end_of_tiny(results, wrong):
    runs = [(benchmark, *run) for benchmark, runs in results.samples.items() for run in runs]
    failed = [f"{benchmark} {build} {threads}: {results.failure(benchmark, (build, threads))}"
              for benchmark, build, threads in runs if results.failure(benchmark, (build, threads))
              and not build.startswith("libitm")]
    print("\n".join(failed))
    print(f"bench: {len(runs) - len(failed)} of {len(runs)} runs have the right result")
    return 1 if failed or say_wrong(wrong) else 0


if __name__ == "__main__":
    sys.exit(main())
