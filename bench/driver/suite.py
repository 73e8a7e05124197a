"""The benchmarks: source, arguments, and which builds run with how many threads.

`full` sizes are for figures, `tiny` ones show that a build works and computes
what it should."""
import dataclasses

# (build, threads as it is called in the tables). "1": one thread works, another
# is registered and idle; "1 alone": there is no other; "2": two threads share
# the work; "beside": one works, another commits short transactions meanwhile.
SEQUENTIAL = [("plain", "1"), ("plain gcc", "1")]
USUAL = SEQUENTIAL + [
    ("mutex", "1"), ("mutex", "2"),
    ("ame", "1"), ("ame", "1 alone"), ("ame", "2"),
    ("ame whole", "1"), ("ame whole", "2"),
    ("libitm ml_wt", "1"), ("libitm ml_wt", "2"),
    ("libitm", "1"), ("libitm", "2"),
]
PARALLEL_BUILDS = ["mutex", "ame", "ame whole", "libitm ml_wt", "libitm"]
ONE = SEQUENTIAL + [run for run in USUAL if run[0] not in ("plain", "plain gcc") and run[1] != "2"]
BESIDE = SEQUENTIAL + [(build, "beside") for build in PARALLEL_BUILDS]
BESIDE_SHARING_NOTHING = [("plain", "beside")] + [(build, "beside") for build in PARALLEL_BUILDS]


@dataclasses.dataclass
class Benchmark:
    name: str
    source: str
    full: str
    tiny: str
    runs: list = dataclasses.field(default_factory=lambda: USUAL)
    application: bool = False
    absolute: bool = False  # nanoseconds an operation: the sequential program does nothing to compare with
    repeat: int = 1  # a sample is this many runs: for programs that are short by nature
    heavy: bool = False  # few rounds, long time limit
    # What the literature says about such an application, for the table.
    published: dict = dataclasses.field(default_factory=dict)


def micro(name, source, full, tiny, **more):
    return Benchmark(name, f"micro/{source}.c", full, tiny, **more)


def application(name, full, tiny, repeat=1, **published):
    source = name.split(",")[0]
    return Benchmark(name, f"applications/{source}.c", full, tiny, application=True, repeat=repeat,
                     published=published)


SCALAR = [("plain scalar", "1")]
MICRO = [
    micro("empty", "short", "accesses=0 operations=10000000", "accesses=0 operations=1000", runs=ONE, absolute=True),
    micro("1 read 1 write", "short", "accesses=1 operations=5000000", "accesses=1 operations=1000", runs=ONE, absolute=True),
    micro("sum in order", "sum", "words=10000000 repeat=4", "words=20000", runs=SCALAR + ONE),
    micro("sum in order beside", "sum", "words=10000000 repeat=2", "words=20000", runs=SCALAR + BESIDE),
    micro("sum random", "sum", "words=10000000 random=1", "words=20000 random=1", runs=ONE),
    micro("sum random beside", "sum", "words=10000000 random=1", "words=20000 random=1", runs=BESIDE),
    micro("walk", "walk", "", "nodes=4000 writes=10", runs=ONE),
    micro("walk beside", "walk", "", "nodes=4000 writes=10", runs=BESIDE),
    micro("alloc", "alloc", "", "blocks=3000"),
    micro("refcount", "refcount", "transactions=200000", "transactions=50"),
    micro("hash", "hash", "keys=131072 operations=3000000", "keys=256 operations=1000"),
    micro("tree", "tree", "keys=131072 operations=2000000", "keys=256 operations=1000"),
    micro("list", "list", "keys=1024 operations=150000", "keys=64 operations=500"),
    micro("skiplist", "skiplist", "keys=131072 operations=400000", "keys=512 operations=1000"),
    micro("bank", "bank", "accounts=100000 operations=2000000", "accounts=100 operations=2000 audit_every=100"),
    micro("print", "print", "blocks=8000", "blocks=20 passes=2"),
    micro("long+short", "long_short", "", "words=20000 milliseconds=20", runs=BESIDE_SHARING_NOTHING),
    *[micro(f"disjoint {size}", "disjoint", f"accesses={size} total=200000000",
            f"accesses={min(size, 20000)} total={min(size, 20000) * 4}",
            runs=[run for run in USUAL if run[1] != "1 alone"])
      for size in (100, 1000, 10000, 100000, 1000000)],
    *[micro(f"memset {size} MB", "memset", f"kilobytes={size * 1024} rounds={max(3, 64 // size)}",
            f"kilobytes={size * 4} rounds=3", runs=BESIDE) for size in (1, 4, 16, 64)],
    micro("copy", "copy", "", "kilobytes=64 rounds=8", runs=ONE),
    micro("copy captured", "copy", "captured=1", "kilobytes=64 rounds=8 captured=1", runs=ONE),
    micro("overflow", "overflow", "megabytes=1024", "megabytes=1", runs=ONE, heavy=True),
]

# Published: of the application of the STAMP suite (Minh and others, IISWC 2008) that does the like; lengths and
# shares rounded, sets in its words. The design graph follows STMBench7 (Guerraoui and others, EuroSys 2007).
APPLICATIONS = [
    application("travel", "queries=8 reserving=90 share=60", "rows=256 tasks=600",
                length="3,200", sets="medium", share="86 %"),
    application("travel, low contention", "queries=4 reserving=98 share=90",
                "queries=4 reserving=98 share=90 rows=256 tasks=600", length="medium", sets="medium", share="86 %"),
    application("clusters", "clusters=15 points=65536", "points=600 clusters=8 iterations=3", length="120", sets="small", share="3 to 7 %"),
    application("genes", "gene=16384 segment=32 copies=1048576", "gene=256 segment=16 copies=2048",
                length="1,700", sets="medium", share="97 %"),
    application("packets", "flows=8192 length=1024", "flows=64 length=64", length="330", sets="medium", share="33 %"),
    application("maze", "width=64 height=64 depth=3 routes=64", "width=16 height=16 depth=2 routes=6", length="220,000", sets="large", share="100 %", repeat=20),
    application("mesh", "points=100000", "points=200", length="9,800", sets="large", share="100 %"),
    application("graph", "scale=17", "scale=6", length="50", sets="small", share="17 %"),
    application("learning", "variables=64 records=512", "variables=12 records=256", length="61,000", sets="large", share="83 %", repeat=20),
    application("design", "operations=12000", "levels=3 library=10 atoms=8 operations=300", length="to 1M reads", sets="to 1M reads", share="100 %"),
]

ALL = MICRO + APPLICATIONS


def arguments(benchmark, threads, size):
    """The program's arguments; `size` is "full", "quick" or "tiny"."""
    chosen = benchmark.tiny if size == "tiny" else benchmark.full
    return chosen.split() + {
        "1": ["threads=1", "idle=1"],
        "1 alone": ["threads=1"],
        "beside": ["threads=1", "beside=1"],
    }.get(threads, [f"threads={threads}"])
