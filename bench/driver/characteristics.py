"""What the applications' transactions are like, measured on one thread, beside what the
literature says of such applications.

Three programs each: gcc's instrumentation linked with a library that counts reads and
writes (harness/counting_itm.c), the sequential program that adds up the time inside
regions, and the same under callgrind, which counts the instructions inside regions."""
import json, re, statistics, subprocess, tempfile

import report, suite

SAMPLES = 9


def counted(path, arguments):
    result = subprocess.run([str(path), *arguments], capture_output=True, text=True, timeout=600)
    found = re.search(r"counted: (\{.*\})", result.stderr)
    if result.returncode != 0 or not found:
        raise SystemExit(f"bench: {path.name}: {result.stderr}")
    return json.loads(found.group(1))


def timed(path, arguments):
    """Share of the time inside regions, median of some runs; what reading the clock costs (some 20 cycles, an
    empty region shows it) is inside, so very short regions look longer than they are."""
    shares = []
    for _ in range(SAMPLES):
        result = subprocess.run([str(path), *arguments], capture_output=True, text=True, check=True)
        sample = json.loads(result.stdout)
        shares.append(sample["region_ticks"] / (sample["seconds"] * ticks_per_second()))
    return sample["regions"], statistics.median(shares)


def ticks_per_second():
    found = re.search(r"cpu MHz\s*: ([\d.]+)", open("/proc/cpuinfo").read())
    kernel = re.search(r"tsc: (?:Refined TSC clocksource calibration|Detected) ([\d.]+) MHz",
                       subprocess.run(["dmesg"], capture_output=True, text=True).stdout)
    return float((kernel or found).group(1)) * 1e6


def instructions(path, arguments):
    with tempfile.TemporaryDirectory() as folder:
        program = f"{folder}/program"
        subprocess.run(["strip", "-o", program, str(path)], check=True)
        result = subprocess.run(["valgrind", "--tool=callgrind", "--collect-atstart=no",
                                 f"--callgrind-out-file={folder}/out", program, *arguments],
                                capture_output=True, text=True, timeout=900)
    found = re.search(r"Collected : (\d+)", result.stderr)
    sample = re.search(r"\{.*\}", result.stdout)
    if result.returncode != 0 or not found or not sample:
        raise SystemExit(f"bench: callgrind of {path.name}: {result.stderr[-500:]}")
    return int(found.group(1)) / json.loads(sample.group(0))["regions"]


def row(programs, benchmark):
    arguments = suite.arguments(benchmark, "1 alone", "full")
    sets = counted(programs.path(benchmark, "counted"), arguments)
    regions, share = timed(programs.path(benchmark, "profile"), arguments)
    length = instructions(programs.path(benchmark, "callgrind"), arguments)
    said = benchmark.published
    return [benchmark.name, f"{regions:,}", f"{length:,.0f}", f"{said.get('length', '-')}",
            f"{sets['reads']['p90']} ({sets['reads']['mean']:.0f})", f"{sets['writes']['p90']} ({sets['writes']['mean']:.0f})",
            said.get("sets", "-"), f"{share * 100:.0f} %", said.get("share", "-")]


def measure(programs, benchmarks):
    programs.build_all([(benchmark, build) for benchmark in benchmarks for build in ("counted", "profile", "callgrind")])
    return report.table(["application", "transactions", "instructions each", "published", "read set: 90 % (mean)", "write set",
                         "published", "share of time", "published"],
                        [row(programs, benchmark) for benchmark in benchmarks])
