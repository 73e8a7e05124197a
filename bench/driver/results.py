"""Samples become ratios: each round's time over the sequential program's of the same round."""
import statistics
from builds import BUILDS


NO_CONTROL = (0, False, 0)  # gain, whether it is good enough, ns for a cache line


class Spread:
    """Median, least and greatest of some numbers."""

    def __init__(self, values):
        self.values = list(values)

    def __bool__(self):
        return bool(self.values)

    @property
    def median(self):
        return statistics.median(self.values)

    def text(self, digits=2):
        if not self:
            return "-"
        return f"{self.median:.{digits}f} ({min(self.values):.{digits}f}–{max(self.values):.{digits}f})"


class Results:
    """samples[benchmark][build, threads] = one entry a round: the program's figures, or {"failed": why}."""

    def __init__(self, clock="seconds"):
        self.samples, self.controls, self.clock = {}, {}, clock

    def add(self, benchmark, run, sample):
        self.samples.setdefault(benchmark, {}).setdefault(run, []).append(sample)

    def runs(self, benchmark):
        return self.samples.get(benchmark, {})

    def of(self, benchmark, run):
        """The rounds' samples that finished, as (round, sample)."""
        return [(i, sample) for i, sample in enumerate(self.runs(benchmark).get(run, []))
                if sample and "failed" not in sample]

    def failure(self, benchmark, run):
        failures = [sample["failed"] for sample in self.runs(benchmark).get(run, []) if sample and "failed" in sample]
        return failures[0] if failures else None

    def values(self, benchmark, run, key):
        return [sample[key] for _, sample in self.of(benchmark, run) if key in sample]

    def total(self, benchmark, run, key):
        return sum(self.values(benchmark, run, key))

    def seconds(self, sample):
        """Of an operation, so that runs of different length compare."""
        return sample[self.clock] / max(1, sample["operations"])

    @staticmethod
    def wall(sample):
        """What scaling is about, whatever the clock."""
        return sample["seconds"] / max(1, sample["operations"])

    def nanoseconds(self, benchmark, run):
        return Spread(self.seconds(sample) * 1e9 for _, sample in self.of(benchmark, run))

    def ratio(self, benchmark, run, over=None):
        """Time over that of `over` (default: the same compiler's sequential program), round by round."""
        over = over or (BUILDS[run[0]].sequential, "1")
        base = dict(self.of(benchmark, over))
        return Spread(self.seconds(sample) / self.seconds(base[i]) for i, sample in self.of(benchmark, run) if i in base)

    def with_second_core(self, benchmark, run, over=None):
        """The same, of the rounds whose control found a second core."""
        over = over or (BUILDS[run[0]].sequential, "1")
        base = dict(self.of(benchmark, over))
        return Spread(self.wall(sample) / self.wall(base[i]) for i, sample in self.of(benchmark, run)
                      if i in base and self.controls.get(benchmark, {}).get(i, NO_CONTROL)[1])

    def difference(self, benchmark, run, over, key):
        base = dict(self.of(benchmark, over))
        return Spread(sample[key] - base[i][key] for i, sample in self.of(benchmark, run) if i in base)

    def scaling(self, benchmark, build):
        """Gain of two threads over one, as a share of the control's of that round; rounds
        whose control found no second core are left out."""
        one = dict(self.of(benchmark, (build, "1")))
        shares = []
        for i, sample in self.of(benchmark, (build, "2")):
            control, good, _ = self.controls.get(benchmark, {}).get(i, NO_CONTROL)
            if good and i in one:
                shares.append(self.wall(one[i]) / self.wall(sample) / control)
        return Spread(shares)

    def lines(self, benchmark):
        """ns for a cache line, in the rounds that count for scaling."""
        return Spread(line for _, good, line in self.controls.get(benchmark, {}).values() if good)

    def attempts_per_commit(self, benchmark, run):
        commits, aborts = self.total(benchmark, run, "commits"), self.total(benchmark, run, "aborts")
        return (commits + aborts) / commits if commits else None

    def as_json(self):
        return {benchmark: [{"build": build, "threads": threads, "rounds": rounds}
                            for (build, threads), rounds in runs.items()] for benchmark, runs in self.samples.items()}
