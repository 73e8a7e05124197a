"""The goals, and whether a run of the suite met them."""
import dataclasses, math
import suite


@dataclasses.dataclass
class Verdict:
    goal: str
    wanted: str
    measured: str
    holds: object  # True, False, or None: not measured


def geometric_mean(values):
    return math.exp(sum(math.log(value) for value in values) / len(values))


def at_most(goal, limit, value, text=None, unit=""):
    if value is None:
        return Verdict(goal, f"≤ {limit}{unit}", "not measured", None)
    return Verdict(goal, f"≤ {limit}{unit}", text or f"{value:.2f}{unit}", value <= limit)


def median(spread):
    return spread.median if spread else None


def ratio_goal(results, goal, benchmark, run, limit, over=None):
    spread = results.ratio(benchmark, run, over)
    failure = results.failure(benchmark, run)
    if failure:
        return Verdict(goal, f"≤ {limit}", failure, False)
    return at_most(goal, limit, median(spread), spread.text())


def application_goals(results):
    names = [benchmark.name for benchmark in suite.APPLICATIONS if results.runs(benchmark.name)]
    ratios = {threads: {name: median(results.ratio(name, ("ame", threads))) for name in names}
              for threads in ("1", "1 alone")}
    ratios["2"] = {name: median(results.with_second_core(name, ("ame", "2"))) for name in names}
    verdicts = []
    for threads, limit, worst in (("1", 1.5, 3), ("1 alone", None, None), ("2", 0.9, None)):
        known = {name: value for name, value in ratios[threads].items() if value}
        mean = geometric_mean(known.values()) if known and len(known) == len(names) else None
        words = {"1": "1 thread", "1 alone": "1 thread, no other registered", "2": "2 threads"}[threads]
        if limit and not mean and known:
            verdicts.append(Verdict(f"applications, geometric mean, {words}", f"≤ {limit}", "no second core"
                                    if threads == "2" else f"{len(known)} of {len(names)} finished", None))
        elif limit:
            verdicts.append(at_most(f"applications, geometric mean, {words}", limit, mean))
        elif mean:
            verdicts.append(Verdict(f"applications, geometric mean, {words}", "reported", f"{mean:.2f}", None))
        if worst:
            name = max(known, key=known.get, default=None)
            verdicts.append(at_most(f"applications, worst, {words}", worst, known.get(name),
                                    name and f"{known[name]:.2f} ({name})"))
    verdicts.append(faster_than_libitm(results, names))
    if len(names) < len(suite.APPLICATIONS):
        for verdict in verdicts:
            verdict.holds = None
            verdict.measured += f" ({len(names)} of {len(suite.APPLICATIONS)} applications)"
    return verdicts


def faster_than_libitm(results, names):
    """Against both of libitm's methods, in seconds, not each over its own compiler."""
    slower, compared = [], 0
    for name in names:
        for peer in ("libitm ml_wt", "libitm"):
            spread = results.ratio(name, ("ame", "2"), over=(peer, "2"))
            if spread or results.failure(name, (peer, "2")):
                compared += 1
            if spread and spread.median >= 1:
                slower.append(f"{name} {spread.median:.2f} of {peer}")
    if not compared:
        return Verdict("applications, 2 threads: faster than libitm on every one", "all", "not measured", None)
    return Verdict("applications, 2 threads: faster than libitm on every one", "all",
                   "; ".join(slower) or f"{compared} of {compared} comparisons", not slower)


def attempts_goal(results, goal, benchmark, run, limit):
    values = results.values(benchmark, run, "attempts")
    return at_most(goal, limit, max(values) if values else None, values and f"{max(values)}")


def attempts_of_one(results, goal, benchmark, run, limit):
    """For programs whose only long transactions are the worker's: attempts over operations."""
    values = [sample["attempts"] / sample["operations"] for _, sample in results.of(benchmark, run)]
    return at_most(goal, limit, max(values) if values else None, values and f"{max(values):.2f}")


def memory_ratio(results, goal, benchmark, limit):
    base = dict(results.of(benchmark, ("plain", "1")))
    values = [sample["peak_mb"] / base[i]["peak_mb"] for i, sample in results.of(benchmark, ("ame", "1")) if i in base]
    return at_most(goal, limit, max(values) if values else None)


def nanoseconds(results, benchmark, run, limit):
    value = median(results.nanoseconds(benchmark, run))
    instructions = results.values(benchmark, run, "instructions")
    text = value is not None and f"{value:.1f} ns" + (f", {instructions[0]:.0f} instructions" if instructions else "")
    goal = f"{benchmark}, {'one thread registered' if run[1] == '1 alone' else 'a second one idle'}"
    if limit:
        return at_most(goal, limit, value, text, " ns")
    return Verdict(goal, "reported", text or "not measured", None)


def scaling_goal(results, benchmark):
    share = results.scaling(benchmark, "ame")
    if not share and results.of(benchmark, ("ame", "2")):
        return Verdict(f"{benchmark}, 2 threads over 1, share of the control's scaling", "≥ 0.9", "no second core", None)
    return Verdict(f"{benchmark}, 2 threads over 1, share of the control's scaling", "≥ 0.9",
                   f"{share.text()}; a line {results.lines(benchmark).text(0)} ns" if share else "not measured",
                   share.median >= 0.9 if share else None)


def stall_goal(results):
    goal = "long+short, longest stall of a short transaction, beyond the control's"
    stall = results.values("long+short", ("ame", "beside"), "beside_longest")
    control = results.values("long+short", ("plain", "beside"), "beside_longest")
    if not stall or not control:
        return Verdict(goal, "≤ 2 ms", "not measured", None)
    return Verdict(goal, "≤ 2 ms", f"{max(stall) * 1e3:.2f} ms; control {max(control) * 1e3:.2f} ms",
                   max(stall) <= max(control) + 2e-3)


def memset_goal(results):
    counts = [value for benchmark in suite.MICRO if benchmark.name.startswith("memset")
              for value in results.values(benchmark.name, ("ame", "beside"), "inconsistent")]
    return Verdict("memset of 1 to 64 MB beside 2-byte readers, inconsistent reads", "0",
                   f"{sum(counts):.0f} in {len(counts)} runs" if counts else "not measured", sum(counts) == 0 if counts else None)


def disjoint_goals(results):
    names = [benchmark.name for benchmark in suite.MICRO if benchmark.name.startswith("disjoint")]
    attempts = {name: results.attempts_per_commit(name, ("ame", "2")) for name in names}
    known = {name: value for name, value in attempts.items() if value}
    worst = max(known.values(), default=None)
    return [at_most("disjoint, attempts per commit, all sizes", 1.00, worst and round(worst, 4),
                    worst and f"{worst:.4f} (worst of {len(known)} sizes)")] + [
                        scaling_goal(results, name) for name in names]


def all_goals(results):
    scalar = ("plain scalar", "1")
    overhead = results.difference("sum in order", ("ame", "1"), scalar, "peak_mb")
    return [
        *application_goals(results),
        ratio_goal(results, "sum in order, over scalar plain code", "sum in order", ("ame", "1"), 3, over=scalar),
        at_most("sum in order, memory overhead", 12, median(overhead), unit=" MB"),
        ratio_goal(results, "sum random, 1 thread", "sum random", ("ame", "1"), 2.6),
        ratio_goal(results, "sum random, beside short committers", "sum random beside", ("ame", "beside"), 8),
        attempts_of_one(results, "the same, attempts", "sum random beside", ("ame", "beside"), 2),
        ratio_goal(results, "walk, 1 thread", "walk", ("ame", "1"), 1.15),
        ratio_goal(results, "walk, beside small writers", "walk beside", ("ame", "beside"), 1.5),
        attempts_of_one(results, "the same, attempts", "walk beside", ("ame", "beside"), 2),
        ratio_goal(results, "memcpy of 1 MB into shared memory", "copy", ("ame", "1"), 4),
        ratio_goal(results, "memcpy of 1 MB into captured memory", "copy captured", ("ame", "1"), 1.3),
        ratio_goal(results, "alloc, time", "alloc", ("ame", "1"), 2),
        memory_ratio(results, "alloc, peak memory", "alloc", 2),
        ratio_goal(results, "refcount, 1 thread", "refcount", ("ame", "1"), 1.6),
        scaling_goal(results, "refcount"),
        ratio_goal(results, "hash, 1 thread", "hash", ("ame", "1"), 1.6),
        ratio_goal(results, "tree, 1 thread", "tree", ("ame", "1"), 1.4),
        nanoseconds(results, "empty", ("ame", "1 alone"), 3),
        nanoseconds(results, "empty", ("ame", "1"), None),
        nanoseconds(results, "1 read 1 write", ("ame", "1 alone"), 15),
        nanoseconds(results, "1 read 1 write", ("ame", "1"), None),
        scaling_goal(results, "hash"),
        scaling_goal(results, "tree"),
        scaling_goal(results, "print"),
        *disjoint_goals(results),
        stall_goal(results),
        memset_goal(results),
    ]
