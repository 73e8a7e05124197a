#!/usr/bin/env bash
# Real programs and their own test suites, compiled by ame-cc in whole-program mode.
#
#   tools/realworld.sh [PACKAGE...]     (default: all of them)
#
# Fetches each package from Debian's sources and goes through these steps (AME_STEPS, by
# default the first three):
#
#   build   with its own build system by clang -O2 ("plain"), by ame-cc ("ame"), and by
#           ame-cc with calls in transactions of their own ("transactions",
#           test/realworld); a package with a list of facts once more, with them ("facts")
#   test    runs its tests in each of these, in the last two also with forced aborts
#   time    compiles all its files again and runs a workload (packages.sh), the variants
#           in turn, several rounds
#   oracle  builds "transactions" with the oracle of test/oracle, and runs the tests and
#           a small workload, also with forced aborts; an access that no barrier covers
#           ends the program. One line of JSON goes to test/oracle/runs.jsonl
#   check   compiles all files of "ame" again: the verifier after each pass, what happens
#           to debug information, and the same output each time (compile_checks.py). One
#           line of JSON goes to test/realworld/checks.jsonl
#
# The first three print one line of JSON, which is appended to
# test/realworld/results.jsonl (after building alone it is not).
# Ratios are of user CPU time, to plain: median, least and most of the rounds.
# What fails does not stop the rest; it is said at the end, and the status is 1.
# The times mean something where nothing else runs:
#
#   AME_STEPS="build test" tools/realworld.sh
#   AME_STEPS=time chrt -f 10 tools/realworld.sh
#
# AME_BUILD names the build tree (build), AME_WORK the working folder (build/realworld);
# AME_STEPS and AME_VARIANTS choose some of the words above, what other runs have left is
# used; AME_ROUNDS (5); AME_JOBS: how many things CPython's builds and tests and the step
# check do at once (1). What the packages need is installed first (tools/deps.sh).
set -euo pipefail
source_folder=$(cd "$(dirname "$0")/.." && pwd)
build=${AME_BUILD:-$source_folder/build}
work=${AME_WORK:-$build/realworld}
read -ra variants <<<"${AME_VARIANTS:-plain ame transactions facts}"
steps=" ${AME_STEPS:-build test time} "
rounds=${AME_ROUNDS:-5}
jobs=${AME_JOBS:-1}
unset AME_BUILD AME_WORK AME_VARIANTS AME_STEPS AME_ROUNDS AME_JOBS # unknown to ame-cc
here=$source_folder/test/realworld
oracle=$source_folder/test/oracle
commit=$(git -C "$source_folder" rev-parse --short HEAD)
"$source_folder/tools/deps.sh" realworld
mkdir -p "$work/lists/partial"

failures=$(mktemp)
trap 'rm -f "$failures"' EXIT
fails() { # what: said now, and again at the end
  echo "$package: $*" | tee -a "$failures" >&2
}

fetch() { # package: prints its folder
  local package=$1 found
  found=$(find "$work" -maxdepth 1 -type d -name "$package-*.source" | head -1)
  if [[ -z $found ]]; then
    local apt=(apt-get -qq -o "Dir::Etc::SourceList=$work/sources.list"
      -o Dir::Etc::SourceParts=/dev/null -o "Dir::State::Lists=$work/lists")
    # shellcheck disable=SC1091 # of the system
    echo "deb-src http://deb.debian.org/debian $(. /etc/os-release && echo "$VERSION_CODENAME") main" \
      >"$work/sources.list"
    (cd "$work" && "${apt[@]}" update && "${apt[@]}" source --download-only "$package") >&2
    found=$work/$package-$(date +%s).source
    dpkg-source --no-check -x "$work"/"$package"_*.dsc "$found" >&2
  fi
  echo "$found"
}

packages=() # filled by
# shellcheck source=test/realworld/packages.sh
source "$here/packages.sh"
[[ $# -eq 0 ]] || packages=("$@")

# --- building ---------------------------------------------------------------------
# Two commands that compile and note what they compile (compile_times.py reads it).
# CPython's build is a mix of plain and other calls of the compiler; all come by here.
make_compilers() { # the compiler for C, for C++
  mkdir compilers
  local name
  for name in clang clang++; do
    cat >"compilers/$name" <<END
#!/usr/bin/env bash
case " \$* " in
*" -c "*) printf '%s\0' "\$PWD" "$1" "\$@" $'\x1e' >>"$PWD/commands" ;;
esac
exec "$1" "\$@"
END
    chmod +x "compilers/$name"
    shift
  done
}

# package's wrapper: compiled into an archive, so that programs that call none of the
# functions do without; sets WRAP_FLAGS and WRAP_LIBRARY.
wrap_calls() {
  local file=$here/$package.c name
  [[ -e $file ]] || file=$here/$package.cpp
  "$CXX" -O2 -fame-mode=always -x "$([[ $file == *.c ]] && echo c || echo c++)" \
    -I"$PWD/${includes:-.}" -c "$file" -o ame_wrapper.o
  ar rcs libame_wrapper.a ame_wrapper.o
  # Behind it the library once more, for what only the wrapper calls; there is an
  # empty one until the real one is built, so that configuring finds it.
  mkdir -p "$(dirname "$text")"
  [[ -e $text ]] || ar rcs "$text"
  WRAP_LIBRARY="$PWD/libame_wrapper.a $PWD/$text"
  for name in $(nm ame_wrapper.o | sed -n 's/.* T __wrap_//p'); do
    WRAP_FLAGS+=" -Wl,--wrap=$name"
  done
}

build_variant() { # in its folder
  local CC=clang-19 CXX=clang++-19 FLAGS=-O2 WRAP_FLAGS='' WRAP_LIBRARY=''
  [[ $variant == plain ]] || CC=$build/bin/ame-cc CXX=$build/bin/ame-c++ FLAGS="-O2 -fame-mode=always"
  [[ $variant != facts ]] || FLAGS+=" -g --ame-list=$facts"
  [[ $variant != oracle ]] || CC=$oracle/oracle-cc CXX=$oracle/oracle-c++ FLAGS+=" -gline-tables-only"
  make_compilers "$CC" "$CXX"
  CC=$PWD/compilers/clang CXX=$PWD/compilers/clang++
  export CC CXX FLAGS
  case $variant in transactions | facts | oracle) wrap_calls ;; esac
  echo "$commit" >ame_commit
  "build_$id" >build.log 2>&1
}

build_variants() {
  local folder variant status
  folder=$(fetch "$package")
  for variant in "$@"; do
    rm -rf "$work/$package.$variant"
    cp -r "$folder" "$work/$package.$variant"
    cd "$work/$package.$variant"
    # Not `(...) ||`: what is called there would go on after an error.
    set +e
    (set -e && build_variant)
    status=$?
    set -e
    [[ $status -eq 0 ]] || fails "$variant does not build, see $PWD/build.log"
  done
}

# --- tests and times ----------------------------------------------------------------
run_tests() { # name options
  AME_OPTIONS=$2 "test_$id" >"$1.log" 2>&1 || true
  "tests_passed_$id" "$1.log" >"$1.passed"
  local passed plain=../$package.plain/plain.passed
  passed=$(<"$1.passed")
  [[ $1 == plain || ${passed%/*} == "${passed#*/}" ]] || cmp -s "$1.passed" "$plain" ||
    fails "$1: $passed tests passed, plain $(cat "$plain"), see $PWD/$1.log"
}

test_variants() {
  local variant
  for variant in "$@"; do
    cd "$work/$package.$variant"
    run_tests "$variant" ""
    case $variant in transactions) run_tests forced force_aborts=2 ;; esac
    case $variant in facts) run_tests facts_forced force_aborts=2 ;; esac
  done
}

# Appends the user CPU seconds of one run of the workload to a file.
time_workload() { # file
  local TIMEFORMAT=%U
  { time "work_$id" >work.log 2>&1; } 2>>"$1" ||
    fails "$variant: the workload fails, see $PWD/work.log"
}

time_variants() {
  local variant round
  for variant in "$@"; do # the first one does not count
    cd "$work/$package.$variant" && rm -f work.times && time_workload /dev/null
  done
  for ((round = 0; round < rounds; round++)); do
    for variant in "$@"; do
      cd "$work/$package.$variant" && time_workload work.times
    done
  done
  if [[ " $* " == *" plain ame "* ]]; then
    "$here/compile_times.py" "$work/$package".{plain,ame} >"$work/$package.ame/compile.ratio"
  fi
}

# --- the oracle, and what the compiler makes ------------------------------------------
ask_oracle() {
  local -x AME_ORACLE_BUILD=$build
  build_variants oracle
  local -x AME_ORACLE_REPORT=$work/$package.oracle/report.txt
  local options name start=$SECONDS shrink=100 # of the workload
  cd "$work/$package.oracle"
  rm -f "$AME_ORACLE_REPORT"
  for options in visible_after=64 visible_after=64:force_aborts=2; do
    name=oracle
    [[ $options != *:* ]] || name=oracle_forced
    run_tests "$name" "$options"
    (ulimit -t 1200 && AME_OPTIONS=$options "work_$id" >"$name.work.log" 2>&1) ||
      fails "$name: the workload fails, see $PWD/$name.work.log"
  done
  "$oracle/summary.py" "$AME_ORACLE_REPORT" commit="$commit" program="$package" \
    passed="$(<oracle.passed)" forced="$(<oracle_forced.passed)" seconds=$((SECONDS - start)) |
    tee -a "$oracle/runs.jsonl" || fails "accesses without barriers, see $AME_ORACLE_REPORT"
}

check_compilations() {
  "$here/compile_checks.py" "$work/$package.ame" commit="$commit" program="$package" jobs="$jobs" |
    tee -a "$here/checks.jsonl" || fails "see test/realworld/checks.jsonl"
}

run_package() {
  local package=$1 id=${1//[-.]/_} # the name of its functions
  local text_name=text_$id includes_name=includes_$id facts_name=facts_$id
  local text=${!text_name} includes=${!includes_name} facts=${!facts_name:-}
  local variant line chosen=()
  for variant in "${variants[@]}"; do
    [[ $variant == facts && -z $facts ]] || chosen+=("$variant")
  done
  [[ $steps != *" build "* ]] || build_variants "${chosen[@]}"
  [[ $steps != *" test "* ]] || test_variants "${chosen[@]}"
  [[ $steps != *" time "* ]] || time_variants "${chosen[@]}"
  if [[ $steps == *" build "* || $steps == *" test "* || $steps == *" time "* ]]; then
    line=$("$here/summary.py" "$work" "$package" "$text")
    echo "$line"
    [[ $steps == " build " ]] || echo "$line" >>"$here/results.jsonl"
  fi
  [[ $steps != *" oracle "* ]] || ask_oracle
  [[ $steps != *" check "* ]] || check_compilations
}

for package in "${packages[@]}"; do
  set +e
  (set -e && run_package "$package")
  status=$?
  set -e
  [[ $status -eq 0 ]] || fails "stopped with status $status"
done
if [[ -s $failures ]]; then
  echo "realworld.sh: not as it should be:" >&2
  cat "$failures" >&2
  exit 1
fi
