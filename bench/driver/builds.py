"""How one source becomes each of the programs that are compared."""
import concurrent.futures, dataclasses, os, pathlib, re, shutil, subprocess, sys

BENCH = pathlib.Path(__file__).resolve().parent.parent
ROOT = BENCH.parent
HARNESS = [BENCH / "harness" / name for name in ("bench.c", "meeting.c")]
COMMON = ["-std=gnu11", "-O2", "-g", "-Wall", "-Wextra"]
# The last flag: gcc 12 restores wrong locals in a region whose function it has inlined.
LIBITM = ["-DBENCH_LIBITM", "-fgnu-tm", "-Wno-clobbered", "-Wno-attributes", "-fno-inline-functions-called-once"]


@dataclasses.dataclass
class Build:
    compiler: str
    flags: list
    environment: dict = dataclasses.field(default_factory=dict)
    binary: str = ""  # whose binary it runs, when only the environment differs
    sequential: str = "plain"  # the sequential program of the same compiler
    options: str = ""  # AME_OPTIONS of ame's runtime
    stripe: int = 0  # bytes of a stripe, where ame is built with another size


BUILDS = {
    "plain": Build("clang", ["-DBENCH_PLAIN"]),
    # Without vectors: what a program pays that looks at each word.
    "plain scalar": Build("clang", ["-DBENCH_PLAIN", "-fno-vectorize", "-fno-slp-vectorize"]),
    "plain gcc": Build("gcc", ["-DBENCH_PLAIN"]),
    "mutex": Build("clang", [f"-I{ROOT}/include"]),
    "ame": Build("ame", []),
    "ame whole": Build("ame", ["-fame-mode=always"]),
    "libitm ml_wt": Build("gcc", LIBITM, {"ITM_DEFAULT_METHOD": "ml_wt"},
                          sequential="plain gcc"),
    "libitm": Build("gcc", [], binary="libitm ml_wt", sequential="plain gcc"),
    "profile": Build("clang", ["-DBENCH_PLAIN", "-DBENCH_PROFILE"]),
    "callgrind": Build("clang", ["-DBENCH_PLAIN", "-DBENCH_PROFILE", "-DBENCH_CALLGRIND"]),
    "counted": Build("gcc", LIBITM),
}


def with_options(options):
    """A build that is ame with other options of the runtime; its name."""
    name = f"ame {options}"
    BUILDS[name] = Build("ame", [], binary="ame", options=options)
    return name


def with_stripes(size):
    """The same for ame with stripes of so many bytes."""
    name = f"ame stripes of {size}"
    shift = f"-ame-stripe-shift={size.bit_length() - 1}"
    BUILDS[name] = Build("ame", ["-Xclang", "-mllvm", "-Xclang", shift], stripe=size)
    return name


def tree_with_stripes(tree, size):
    """A runtime with such stripes, in a tree of its own with the same plugin."""
    folder = tree / f"stripes-{size}"
    cache = dict(re.findall(r"^(CMAKE_BUILD_TYPE|CMAKE_C(?:XX)?_COMPILER(?:_LAUNCHER)?):[A-Z]*=(.+)$",
                            (tree / "CMakeCache.txt").read_text(), re.M))
    Programs.run(["cmake", "-G", "Ninja", "-S", str(ROOT), "-B", str(folder), "-DAME_BUILD_PASS=OFF", "-DAME_BUILD_EXAMPLES=OFF",
                  "-DAME_BUILD_TESTS=OFF", f"-DAME_STRIPE_SHIFT={size.bit_length() - 1}",
                  *[f"-D{key}={value}" for key, value in cache.items()]])
    Programs.run(["cmake", "--build", str(folder), "--target", "ame-static", "ame-compilers"])
    plugins = folder / "lib/ame"
    if not plugins.is_symlink():
        plugins.symlink_to(tree / "lib/ame")
    return folder


def compiler(name, tree):
    if name == "ame":
        return str(tree / "bin/ame-cc")
    if name == "clang":
        return os.environ.get("AME_CC") or shutil.which("clang-19") or "/usr/lib/llvm-19/bin/clang"
    return shutil.which("gcc") or sys.exit("bench: gcc not found: run tools/deps.sh")


class Programs:
    """Builds into `folder`, on demand; all that is asked for at once in parallel."""

    def __init__(self, folder, tree):
        self.folder, self.tree = folder, tree
        self.built = {}
        self.trees = {0: tree}  # by the size of stripes, 0: the usual one
        folder.mkdir(parents=True, exist_ok=True)

    def path(self, benchmark, build):
        build = BUILDS[build].binary or build
        return self.folder / f"{pathlib.Path(benchmark.source).stem}.{build.replace(' ', '-')}"

    def build_all(self, wanted):
        """wanted: pairs (benchmark, build)."""
        todo = {}
        for benchmark, build in wanted:
            name = BUILDS[build].binary or build
            target = self.path(benchmark, name)
            if target not in self.built:
                todo[target] = (benchmark, name)
        for build in {BUILDS[name].compiler for _, name in todo.values()} | {"clang"}:
            self.build_harness("gcc" if build == "gcc" else "clang")
        for size in sorted({BUILDS[name].stripe for _, name in todo.values()} - {0}):
            self.trees[size] = tree_with_stripes(self.tree, size)
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            list(pool.map(lambda item: self.build_one(item[0], *item[1]), todo.items()))
        self.built.update(todo)

    def build_harness(self, name):
        target = self.folder / f"bench.{name}.o"
        if target not in self.built:
            self.run([compiler(name, self.tree), *COMMON, "-DBENCH_PLAIN", "-r", *map(str, HARNESS), "-o", str(target)])
            self.built[target] = None

    def build_one(self, target, benchmark, name):
        build = BUILDS[name]
        harness = self.folder / f"bench.{'gcc' if build.compiler == 'gcc' else 'clang'}.o"
        more = [str(BENCH / "harness/counting_itm.c")] if name == "counted" else []
        self.run([compiler(build.compiler, self.trees[build.stripe]), *COMMON, *build.flags, str(BENCH / benchmark.source), *more,
                  str(harness), "-o", str(target), "-lm", "-lpthread"])

    @staticmethod
    def run(command):
        result = subprocess.run(command, capture_output=True, text=True)
        if result.returncode != 0:
            sys.exit(f"bench: cannot build:\n{' '.join(command)}\n{result.stderr}")
