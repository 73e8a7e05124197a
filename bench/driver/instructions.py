"""Instructions of the shortest transactions, counted by callgrind: the difference of a
longer and a shorter run of the same program, so that nothing but the loop counts."""
import os, re, shutil, subprocess, tempfile

import suite
from builds import BUILDS

FEW, MANY = 1000, 11000
NAMES = ("empty", "1 read 1 write")


def count(path, arguments, build):
    environment = {**os.environ, **BUILDS[build].environment}
    with tempfile.TemporaryDirectory() as folder:
        # Stripped: callgrind of Debian 12 cannot read what clang 19 writes for debuggers.
        program = f"{folder}/program"
        subprocess.run(["strip", "-o", program, str(path)], check=True)
        result = subprocess.run(["valgrind", "--tool=callgrind", f"--callgrind-out-file={folder}/out",
                                 program, *arguments],
                                capture_output=True, text=True, env=environment, timeout=120)
    found = re.search(r"Collected : (\d+)", result.stderr)
    return int(found.group(1)) if found and result.returncode == 0 else None


def add(results, programs, benchmarks):
    """Puts "instructions" into the samples. Without valgrind there are none."""
    if not shutil.which("valgrind"):
        return
    for benchmark in benchmarks:
        if benchmark.name not in NAMES:
            continue
        for run in results.runs(benchmark.name):
            arguments = [[f"operations={number}" if word.startswith("operations=") else word
                          for word in suite.arguments(benchmark, run[1], "full")] for number in (FEW, MANY)]
            counts = [count(programs.path(benchmark, run[0]), words, run[0]) for words in arguments]
            if None not in counts:
                for _, sample in results.of(benchmark.name, run):
                    sample["instructions"] = (counts[1] - counts[0]) / (MANY - FEW)
