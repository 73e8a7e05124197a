"""The protocol against its pure forms and with other parameters, on the whole set.

Ratios are times over the sequential program; attempts per commit in brackets where they
are not 1. A variant is the runtime with other options, or ame built with stripes of
another size (CMake's AME_STRIPE_SHIFT)."""
import math, statistics

import suite
from builds import with_options, with_stripes
from report import table

NEVER = "visible_after=1000000000:visible_attempts=1000000000"
FORMS = ["visible_after=1", "visible_after=256", "visible_after=1024", "visible_after=16384", "visible_after=65536", NEVER]
OTHERS = ["keep_stripes=0", "quiesce_later=0", "quiesce_logs=0", "quiesce_us=50", "visible_attempts=1000000000", "membarrier=0"]
STRIPES = [16, 32, 128]
THREADS = ("1", "2", "beside")


def names():
    return [with_options(given) for given in FORMS + OTHERS] + [with_stripes(size) for size in STRIPES]


def runs_of(benchmark, compared):
    return [("plain", "1")] + [(build, threads) for build in ["ame", *compared]
                               for known, threads in benchmark.runs if known == "ame" and threads in THREADS]


def cell(results, benchmark, build, threads):
    if results.failure(benchmark.name, (build, threads)):
        return "did not finish"
    ratio = results.ratio(benchmark.name, (build, threads), ("plain", "1"))
    if not ratio:
        return ""
    attempts = results.attempts_per_commit(benchmark.name, (build, threads)) or 1
    time = f"{results.nanoseconds(benchmark.name, (build, threads)).median:.1f} ns" if benchmark.absolute \
        else f"{ratio.median:.2f}"
    return time + (f" ({attempts:.2f})" if attempts > 1.005 else "")


def mean(results, benchmarks, build, threads):
    """Geometric, of those that finished; how many did not."""
    ratios = [results.ratio(benchmark.name, (build, threads), ("plain", "1")) for benchmark in benchmarks
              if (build, threads) in results.runs(benchmark.name)]
    known = [ratio.median for ratio in ratios if ratio]
    if not known:
        return ""
    missing = len(ratios) - len(known)
    return f"{math.exp(statistics.mean(map(math.log, known))):.2f}" + (f" without {missing}" if missing else "")


def one_table(results, builds):
    measured = [benchmark for benchmark in suite.ALL if results.runs(benchmark.name)]
    rows = [[benchmark.name, threads] + [cell(results, benchmark, build, threads) for build in builds]
            for benchmark in measured for known, threads in benchmark.runs if known == "ame" and threads in THREADS]
    for title, some in (("**applications, geometric mean**", [b for b in measured if b.application]),
                        ("**the others, geometric mean**", [b for b in measured if not b.application and not b.absolute])):
        rows += [[title, threads] + [mean(results, some, build, threads) for build in builds]
                 for threads in THREADS if any(mean(results, some, build, threads) for build in builds)]
    titles = ["hybrid" if build == "ame" else build.removeprefix("ame ").replace(NEVER, "never visible")
              for build in builds]
    return table(["benchmark", "threads", *titles], rows)


def tables(results):
    every = names()
    forms, others = every[:len(FORMS)], every[len(FORMS):]
    return one_table(results, ["ame", *forms]) + "\n\n" + one_table(results, ["ame", *others])
