"""Benchmarks whose threads share the work, with more threads than two.

A cell is the time over the sequential program's, and in brackets the gain over one thread of the
same build. What threads gain that share nothing, the control, is the first row."""
import suite
from report import table

BUILDS = ["mutex", "ame", "libitm ml_wt"]


def runs_of(benchmark, builds, counts):
    known = [build for build, threads in benchmark.runs if threads == "2" and build in (builds or BUILDS)]
    return [(sequential, "1") for sequential in ("plain", "plain gcc") if known] + \
           [(build, threads) for build in known for threads in ["1", *counts]]


def cell(results, name, build, threads):
    if results.failure(name, (build, threads)):
        return "did not finish"
    time, gain = results.ratio(name, (build, threads)), results.ratio(name, (build, "1"), (build, threads))
    return f"{time.median:.2f} ({gain.median:.2f})" if time and gain else ""


def table_of(results, counts, controls):
    rows = [["control", "", "", *[f"({gain:.2f})" for gain in controls]]]
    for benchmark in suite.ALL:
        builds = dict.fromkeys(build for build, threads in results.runs(benchmark.name) if threads in counts)
        rows += [[benchmark.name, build] + [cell(results, benchmark.name, build, threads) for threads in ["1", *counts]]
                 for build in builds]
    return table(["benchmark", "build", "1", *counts], rows)
