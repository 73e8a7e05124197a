"""One run of one program: time, processor time, peak memory, commits and aborts."""
import json, os, pathlib, resource, signal, subprocess, tempfile, time
from builds import BUILDS


# `limit` is processor time; a program that sleeps for ever is ended, too.
WALL_FACTOR = 6


class WrongResult(Exception):
    pass


def run_program(path, arguments, build, limit):
    """The program's JSON line as a dictionary, with peak_mb, and commits and aborts where the runtime
    counts them. {"failed": why} when it did not finish in `limit` seconds of processor time or
    ran out of memory; WrongResult when it says that its result is wrong."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("AME_", "ITM_"))}
    environment.update(BUILDS[build].environment)
    with tempfile.TemporaryDirectory() as folder:
        statistics = pathlib.Path(folder) / "statistics.json"
        if build.startswith("ame"):
            environment["AME_OPTIONS"] = ":".join([f"stats_file={statistics}:stats_regions=0",
                                                    *filter(None, [BUILDS[build].options])])
        output, errors = pathlib.Path(folder) / "output", pathlib.Path(folder) / "errors"
        with output.open("wb") as out, errors.open("wb") as err:
            process = subprocess.Popen([str(path), *arguments], stdout=out, stderr=err, env=environment)
            resource.prlimit(process.pid, resource.RLIMIT_CPU, (limit, limit))
            status = wait(process, WALL_FACTOR * limit)
        if status in (None, -signal.SIGXCPU, -signal.SIGKILL):
            return {"failed": f"not finished in {limit} s"}
        message = errors.read_text(errors="replace").strip()
        if "WRONG RESULT" in message:
            raise WrongResult(f"{path.name} {' '.join(arguments)}: {message}")
        if status != 0:
            return {"failed": f"status {status}: {message[-300:]}"}
        sample = json.loads(output.read_text())
        if statistics.exists():
            counts = json.loads(statistics.read_text())["all"]
            sample["commits"] = counts["commits"]
            sample["aborts"] = counts["aborts"]
            sample["inevitable"] = counts["inevitable"]
        return sample


def wait(process, limit):
    """The status; None when the limit was reached."""
    try:
        return process.wait(limit)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return None


def run_repeatedly(path, arguments, build, limit, times):
    """The sum of several runs, as if they were one."""
    samples = []
    for _ in range(times):
        samples.append(run_program(path, arguments, build, limit))
        if "failed" in samples[-1]:
            return samples[-1]
    total = dict(samples[0])
    for sample in samples[1:]:
        for key in ("seconds", "cpu", "operations", "commits", "aborts", "inevitable"):
            if key in sample:
                total[key] += sample[key]
        total["peak_mb"] = max(total["peak_mb"], sample["peak_mb"])
    return total


class Control:
    """What two threads that share nothing gain over one, at this moment, and how long a
    cache line takes from one core to the other."""
    WANTED, TRIES = 1.8, 5

    def __init__(self, binary):
        self.binary = binary

    def once(self, many=2):
        seconds = [float(subprocess.run([str(self.binary), str(threads), "25"], check=True, capture_output=True,
                                        text=True).stdout) for threads in (1, many)]
        return many * seconds[0] / seconds[1]

    def line(self):
        return float(subprocess.run([str(self.binary), "line"], check=True, capture_output=True, text=True).stdout)

    def scaling(self):
        """(the first gain of at most five that is good enough, else the best; whether it is; ns for a line)"""
        best = 0
        for _ in range(self.TRIES):
            found = self.once()
            best = max(best, found)
            if found >= self.WANTED:
                return found, True, self.line()
        return best, False, self.line()
