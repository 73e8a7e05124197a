"""Configuration of all tests; docs/testing.md describes the substitutions.

The build tree's lit.site.cfg.py sets the paths, then loads this file. Tools of
LLVM are called by the full path of the version that the plugin is built for,
never by what happens to be on PATH."""

import os
import pathlib
import platform
import shlex
import shutil
import subprocess
import sys

import lit.formats

config.name = "ame" if config.ame_default_llvm else f"ame-llvm-{config.llvm_major}"
config.test_format = lit.formats.ShTest(execute_external=True)
config.suffixes = [".ll", ".c", ".cc", ".py", ".test"]
config.excludes = ["Inputs", "lit.cfg.py", "cmocka_format.py"]
config.test_source_root = os.path.join(config.ame_source, "test")

# lit's worker processes must find the format of test/runtime as well.
sys.path.insert(0, config.test_source_root)

if not config.ame_default_llvm:
    # What the compiler does not change is tested once; docs/testing.md.
    repeated = ("pass", "run", "counting")
    config.excludes += [folder.name for folder in pathlib.Path(config.test_source_root).iterdir()
                        if folder.is_dir() and folder.name not in repeated]

build = pathlib.Path(config.ame_build)
source = pathlib.Path(config.ame_source)
plugin = build / "lib" / "ame" / f"llvm-{config.llvm_major}" / "AMEPass.so"
tools = pathlib.Path(config.llvm_tools)
interpreters = [build / "bin" / name for name in ("minipy-gil", "minipy")]
# Those that were built; the build itself fails when one of them does not build.
config.minipys = [str(path) for path in interpreters if path.exists()]

config.environment["PATH"] = os.pathsep.join(
    [str(build / "bin"), str(tools), os.environ.get("PATH", "")])
# Tests decide about the runtime's options themselves.
for name in [name for name in config.environment if name.startswith("AME_")]:
    del config.environment[name]
# ame-cc, wherever a test calls it.
config.environment["AME_LLVM"] = config.llvm_major

filecheck = f"{tools}/FileCheck --enable-var-scope --dump-input=fail"
seconds = 120  # for one program of a test, on a slow machine
substitutions = [
    ("%ame_opt", f"{tools}/opt -load-pass-plugin={plugin} -verify-each"),
    ("%ame_plugin", str(plugin)),
    ("%ame_include", str(source / "include")),
    ("%ame_lib", str(build / "lib")),
    ("%ame_cxx", str(build / "bin" / "ame-c++")),
    ("%ame_cc", str(build / "bin" / "ame-cc")),
    ("%ame_run", f"timeout -k 5 {seconds}"),
    ("%ame_source", str(source)),
    ("%ame_build", str(build)),
    ("%llvm_cov", f"{tools}/llvm-cov"),
    ("%clangxx", f"{tools}/clang++"),
    ("%clang", f"{tools}/clang"),
    ("%python", shlex.quote(sys.executable)),
    ("%FileCheck", filecheck),
    (r"(?<![\w/%])FileCheck\b", filecheck),
    (r"(?<![\w/%-])not(?= )", f"{tools}/not"),
    (r"\bsplit-file\b", f"{tools}/split-file"),
]
config.substitutions.extend(substitutions)

config.available_features.add(f"llvm-{config.llvm_major}")
config.available_features.add(platform.machine())
# Where processes may be traced.
if shutil.which("strace") and subprocess.run(
        ["strace", "-qq", "-o", "/dev/null", "true"], check=False,
        stderr=subprocess.DEVNULL).returncode == 0:
    config.available_features.add("strace")
if shutil.which("gdb") and "exited normally" in subprocess.run(
        ["gdb", "-nx", "-batch", "-ex", "run", shutil.which("true")], check=False,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True).stdout:
    config.available_features.add("gdb")
# tools/static_mimalloc.sh
if (build / "lib" / "static" / "libmimalloc.a").exists():
    config.available_features.add("static-mimalloc")
if lit_config.params.get("long"):
    config.available_features.add("long-tests")
