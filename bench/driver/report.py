"""Results as tables: the goals, the ratios, the applications' character."""
import suite


def table(header, rows):
    lines = ["| " + " | ".join(header) + " |", "| " + " | ".join("---" for _ in header) + " |"]
    return "\n".join(lines + ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows])


def goals_table(verdicts):
    said = {True: "holds", False: "**does not hold**", None: "-"}
    return table(["goal", "wanted", "measured", ""],
                 [[verdict.goal, verdict.wanted, verdict.measured, said[verdict.holds]] for verdict in verdicts])


def count(number):
    return f"{number:,.0f}" if number is not None else "-"


def ratio_row(results, benchmark, run):
    name, (build, threads) = benchmark.name, run
    failure = results.failure(name, run)
    samples = [sample for _, sample in results.of(name, run)]
    if failure or not samples:
        return [name, build, threads, failure or "not run", "-", "-", "-", "-", "-"]
    sequential = run in (("plain", "1"), ("plain gcc", "1"))
    first = sorted(samples, key=results.seconds)[len(samples) // 2]
    if benchmark.absolute:
        ratio = results.nanoseconds(name, run).text(1) + " ns"
    else:
        ratio = f"{first[results.clock]:.3f} s" if sequential else results.ratio(name, run).text()
    processors = sum(sample["cpu"] for sample in samples) / sum(sample["seconds"] for sample in samples)
    scaling = [results.scaling(name, build).text()] if threads == "2" else []
    if scaling == ["-"]:
        scaling = ["no second core"]
    elif scaling:
        scaling[0] += f" at {results.lines(name).text(0)} ns a line"
    return [name, build, threads, ratio, f"{processors:.2f}", f"{max(sample['peak_mb'] for sample in samples):.0f}",
            count(first.get("commits")), count(first.get("aborts")), "; ".join(scaling + extra(first)) or "-"]


def extra(sample):
    said = [f"{sample['instructions']:.0f} instructions"] if "instructions" in sample else []
    if "beside_longest" in sample:
        said.append(f"{sample['beside_operations']:,} beside, longest {sample['beside_longest'] * 1e3:.2f} ms")
    if sample.get("attempts"):
        said.append(f"{sample['attempts']} attempts")
    if sample.get("inevitable"):
        said.append(f"{sample['inevitable']} inevitable")
    if sample.get("inconsistent"):
        said.append(f"{sample['inconsistent']:.0f} INCONSISTENT reads")
    return said


def ratios_table(results):
    rows = [ratio_row(results, benchmark, run) for benchmark in suite.ALL if results.runs(benchmark.name)
            for run in results.runs(benchmark.name)]
    return table(["benchmark", "build", "threads", "time / sequential: median (min–max)", "CPU/wall", "peak MB", "commits",
                  "aborts", "scaling / control; beside; attempts"], rows)


def overview_table(results):
    """Medians only, one line a benchmark."""
    columns = [("mutex", "1"), ("mutex", "2"), ("ame", "1"), ("ame", "1 alone"), ("ame", "2"), ("ame whole", "1"),
               ("ame whole", "2"), ("libitm ml_wt", "1"), ("libitm ml_wt", "2"), ("libitm", "1"), ("libitm", "2")]

    def cell(benchmark, build, threads):
        if (build, threads) not in benchmark.runs and (build, "beside") in benchmark.runs and threads == "2":
            threads = "beside"
        if results.failure(benchmark.name, (build, threads)):
            return "did not finish"
        if benchmark.absolute:
            time = results.nanoseconds(benchmark.name, (build, threads))
            return f"{time.median:.1f} ns" if time else ""
        ratio = results.ratio(benchmark.name, (build, threads))
        return f"{ratio.median:.2f}" if ratio else ""

    rows = [[benchmark.name] + [cell(benchmark, *column) for column in columns]
            for benchmark in suite.ALL if results.runs(benchmark.name)]
    return table(["benchmark"] + [f"{build}, {threads}" for build, threads in columns], rows)


def comparison_table(results, builds):
    """Medians of the same program with different options; attempts per commit where they are not 1."""

    def cell(benchmark, build, threads):
        if results.failure(benchmark.name, (build, threads)):
            return "did not finish"
        ratio = results.ratio(benchmark.name, (build, threads))
        attempts = results.attempts_per_commit(benchmark.name, (build, threads)) or 1
        return (f"{ratio.median:.2f}" + (f" ({attempts:.2f})" if attempts > 1.005 else "")) if ratio else ""

    rows = [[benchmark.name, threads] + [cell(benchmark, build, threads) for build in builds]
            for benchmark in suite.ALL if results.runs(benchmark.name)
            for build, threads in benchmark.runs if build == "ame"]
    return table(["benchmark", "threads"] + builds, rows)
