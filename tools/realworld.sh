#!/usr/bin/env bash
# Real programs and their own test suites, compiled by ame-cc in whole-program mode.
#
#   tools/realworld.sh [PACKAGE...]     (default: all of them)
#
# Fetches each package from Debian's sources, builds it with its own build system by
# clang -O2, by ame-cc, and by ame-cc with calls in transactions of their own
# (test/realworld), runs the tests of each, the last also with forced aborts,
# and prints one line of JSON, which is appended to test/realworld/results.jsonl.
# A package with a list of facts is built a fourth time, with them and in
# transactions. AME_BUILD names the build tree (build), AME_WORK the working folder
# (build/realworld); both keep what they have. AME_VARIANTS chooses some of
# "plain ame transactions facts", AME_JOBS how many things CPython's builds and tests
# do at once (1). Needs cmake and dpkg-dev.
set -euo pipefail
source_folder=$(cd "$(dirname "$0")/.." && pwd)
build=${AME_BUILD:-$source_folder/build}
work=${AME_WORK:-$build/realworld}
read -ra variants <<<"${AME_VARIANTS:-plain ame transactions facts}"
jobs=${AME_JOBS:-1}
unset AME_BUILD AME_WORK AME_VARIANTS AME_JOBS # ame-cc warns of variables that it does not know
record=$source_folder/test/realworld/results.jsonl
mkdir -p "$work/lists/partial"

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

# --- the packages: how to build and to test; the working folder is the copy ------
# CC and FLAGS are set, and for linking programs WRAP_FLAGS and WRAP_LIBRARY, whose
# place is behind what calls the library.
build_with_cmake() {
  cmake -S "$1" -B b -G Ninja -DCMAKE_C_COMPILER="$CC" -DCMAKE_C_FLAGS="$FLAGS -w" \
    -DCMAKE_BUILD_TYPE=None -DBUILD_SHARED_LIBS=OFF -DCMAKE_EXE_LINKER_FLAGS="$WRAP_FLAGS" \
    -DCMAKE_CXX_COMPILER="$CXX" -DCMAKE_CXX_FLAGS="$FLAGS -w" \
    -DCMAKE_C_STANDARD_LIBRARIES="$WRAP_LIBRARY" \
    -DCMAKE_CXX_STANDARD_LIBRARIES="$WRAP_LIBRARY" "${@:2}"
  cmake --build b -- -j1
}
test_with_ctest() { (cd b && ctest --timeout 1500 "$@"); }
tests_passed_by_ctest() {
  sed -n 's/.*tests passed, \([0-9]*\) tests failed out of \([0-9]*\)/\1 \2/p' "$1" |
    awk '{ print $2 - $1 "/" $2 }'
}

includes_zlib=.
build_zlib() {
  CC="$CC $FLAGS" CFLAGS= ./configure --static
  make -j1 CFLAGS=-w TEST_LDFLAGS="$WRAP_FLAGS $WRAP_LIBRARY libz.a" libz.a example minigzip
}
test_zlib() { make teststatic CFLAGS=-w TEST_LDFLAGS="$WRAP_FLAGS $WRAP_LIBRARY libz.a"; }
tests_passed_zlib() { echo "$(grep -c 'zlib test OK' "$1")/1"; }
text_zlib=libz.a

includes_libpng1_6=.
# With a zlib of its own that is built in the same way. The library comes first:
# libtool would put the wrapper's archive into it.
build_libpng1_6() {
  cp -r "$(fetch zlib)" zlib
  (cd zlib && CC="$CC $FLAGS" CFLAGS= ./configure --static && make -j1 CFLAGS=-w libz.a)
  ./configure --disable-shared CFLAGS="$FLAGS -w" CPPFLAGS="-I$PWD/zlib" LDFLAGS="-L$PWD/zlib $WRAP_FLAGS"
  chmod +x tests/*
  rm -f "$text"
  make -j1 libpng16.la
  make -j1 LIBS="$WRAP_LIBRARY -lz -lm" && make -j1 LIBS="$WRAP_LIBRARY -lz -lm" check TESTS=
}
# Without the tests that take half a minute each, of pictures in all formats, and one
# that Debian's makefile does not know.
test_libpng1_6() {
  # shellcheck disable=SC2046 # several names
  make -k check TESTS="$(echo $(find tests -type f ! -name '*.*' ! -name 'pngstest*' ! -name '*-full' ! -name pnggetset))"
}
tests_passed_libpng1_6() {
  sed -n 's/^# \(TOTAL\|PASS\): *//p' "$1" | xargs printf '%s/%s\n' | awk -F/ '{ print $2 "/" $1 }'
}
text_libpng1_6=.libs/libpng16.a

includes_bzip2=.
# Debian's makefile links bzip2 with the shared library; here with the archive.
build_bzip2() {
  make -j1 CC="$CC" CFLAGS="$FLAGS -w" libbz2.a bzip2.o
  # shellcheck disable=SC2086 # several flags
  $CC $FLAGS $WRAP_FLAGS -o bzip2 bzip2.o $WRAP_LIBRARY libbz2.a
}
test_bzip2() {
  local level sample
  for level in 1 2 3; do
    sample=sample$level
    ./bzip2 -$level <$sample.ref | cmp - $sample.bz2 && echo good
    ./bzip2 -d $([[ $level == 3 ]] && echo -ds) <$sample.bz2 | cmp - $sample.ref && echo good
  done
  cat manual.* *.c >all && ./bzip2 -9 <all | ./bzip2 -d | cmp - all && echo good
}
tests_passed_bzip2() { echo "$(grep -c good "$1")/7"; }
text_bzip2=libbz2.a

includes_cjson=.
# Unity without setjmp, which would make every test inevitable from its start.
build_cjson() {
  FLAGS+=" -DUNITY_EXCLUDE_SETJMP_H" build_with_cmake . -DENABLE_CJSON_UTILS=On -DENABLE_CUSTOM_COMPILER_FLAGS=Off
}
test_cjson() { test_with_ctest; }
tests_passed_cjson() { tests_passed_by_ctest "$1"; }
text_cjson=b/libcjson.a

includes_expat=expat/lib
# Debian builds expat with autoconf; its patches leave two macros to that, as numbers.
build_expat() {
  FLAGS+=" -DXML_GE=1 -DXML_DTD=1" build_with_cmake expat -DEXPAT_DTD=OFF \
    -DEXPAT_SHARED_LIBS=OFF -DEXPAT_BUILD_DOCS=OFF -DEXPAT_BUILD_EXAMPLES=OFF
}
test_expat() { b/tests/runtests; }
tests_passed_expat() {
  sed -n 's/.*Checks: \([0-9]*\), Failed: \([0-9]*\)/\1 \2/p' "$1" | awk '{ print $1 - $2 "/" $1 }'
}
text_expat=b/libexpat.a

includes_jansson=.
build_jansson() { build_with_cmake . -DJANSSON_BUILD_DOCS=OFF -DJANSSON_EXAMPLES=OFF; }
test_jansson() { test_with_ctest -E '^check-exports'; }
tests_passed_jansson() { tests_passed_by_ctest "$1"; }
text_jansson=b/lib/libjansson.a

includes_json_c=.
build_json_c() { build_with_cmake . -DBUILD_STATIC_LIBS=ON; }
test_json_c() { USE_VALGRIND=0 test_with_ctest; }
tests_passed_json_c() { tests_passed_by_ctest "$1"; }
text_json_c=b/libjson-c.a

includes_python3_11=.
# All modules static, those of the tests as well, but for the few that must be shared:
# they are not built. One of them refers to what is not there yet when the first program
# is linked, which does not use it. In transactions means: inside inevitable ones
# (python3.11.c).
build_python3_11() {
  ln -sf Setup.stdlib Modules/Setup.local
  ./configure OPT="$FLAGS -DNDEBUG -fwrapv -w" MODULE_BUILDTYPE=static --without-ensurepip \
    LDFLAGS="$WRAP_FLAGS" LIBS="$WRAP_LIBRARY"
  make -j"$jobs" -s Programs/_freeze_module \
    PY_CORE_LDFLAGS="$WRAP_FLAGS -Wl,--defsym=_Py_Get_Getpath_CodeObject=0"
  make -j"$jobs" -s libpython3.11.a python platform
}
test_python3_11() { # each file in a process of its own
  # shellcheck disable=SC2016 # expanded by the inner shell
  xargs -P "$jobs" -n 1 sh -c \
    'timeout -k 5 900 ./python -m test -q "$0" </dev/null && echo "passed $0" || echo "failed $0"' \
    <"$source_folder/test/realworld/cpython/tests.txt"
}
tests_passed_python3_11() { echo "$(grep -c '^passed ' "$1")/$(grep -c '^\(passed\|failed\) ' "$1")"; }
text_python3_11=libpython3.11.a
facts_python3_11=$source_folder/test/realworld/cpython/fields.txt

packages=(zlib libpng1.6 bzip2 cjson expat jansson json-c python3.11)

# --- one package ------------------------------------------------------------------
# Runs a command with its output in LOG; sets cpu to its user CPU seconds.
measure() { # log command...
  local log=$1
  shift
  local status=0 TIMEFORMAT=%U
  { time "$@" >"$log" 2>&1; } 2>"$log.time" || status=$?
  cpu=$(cat "$log.time")
  return $status
}

# package's wrapper: compiled into an archive, so that programs that call none of the
# functions do without; sets WRAP_FLAGS and WRAP_LIBRARY.
wrap_calls() {
  local file=$source_folder/test/realworld/$package.c name
  "$build/bin/ame-cc" -O2 -fame-mode=always -I"$PWD/${includes:-.}" -c "$file" -o ame_wrapper.o
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

text_size() { size -t "$1" | tail -1 | awk '{ print $1 }'; }
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { if (b > 0) printf "%.2f", a / b; else printf "null" }'; }

run_variant() { # variant: in its folder; sets builds[...] cpus[...] texts[...]
  local variant=$1
  CC=clang-19 CXX=clang++-19 FLAGS=-O2 WRAP_FLAGS='' WRAP_LIBRARY=''
  [[ $variant == plain ]] || CC=$build/bin/ame-cc CXX=$build/bin/ame-c++ FLAGS="-O2 -fame-mode=always"
  [[ $variant != facts ]] || FLAGS+=" -g --ame-list=$facts"
  [[ $variant != transactions && $variant != facts ]] || wrap_calls
  export CC CXX FLAGS
  measure build.log "build_$id" || {
    echo "$package: $variant does not build, see $PWD/build.log" >&2
    return 1
  }
  compile_cpu[$variant]=$cpu
  texts[$variant]=$(text_size "$text")
}

run_tests() { # name options
  AME_OPTIONS=$2 measure "$1.log" "test_$id" || true
  test_cpu[$1]=$cpu
  passed[$1]=$("tests_passed_$id" "$1.log")
}

run_package() {
  local package=$1 id=${1//[-.]/_} # the name of its functions
  local -A compile_cpu test_cpu texts passed
  local text_name=text_$id includes_name=includes_$id facts_name=facts_$id
  text=${!text_name} includes=${!includes_name}
  local folder variant facts=${!facts_name:-}
  folder=$(fetch "$package")
  for variant in "${variants[@]}"; do
    [[ $variant != facts || -n $facts ]] || continue
    rm -rf "$work/$package.$variant"
    cp -r "$folder" "$work/$package.$variant"
    cd "$work/$package.$variant"
    run_variant "$variant" || {
      passed[$variant]="does not build"
      continue
    }
    run_tests "$variant" ""
    [[ $variant != transactions ]] || run_tests forced force_aborts=2
    [[ $variant != facts ]] || run_tests facts_forced force_aborts=2
  done
  printf '{"package": "%s", "commit": "%s", "date": "%s", "plain": "%s", "ame": "%s", "transactions": "%s", "forced": "%s", "facts": "%s", "facts_forced": "%s", "slowdown_outside": %s, "slowdown_inside": %s, "compile_ratio": %s, "text_ratio": %s}\n' \
    "$(basename "$(find "$work" -maxdepth 1 -name "${package}_*.dsc")" .dsc)" \
    "$(git -C "$source_folder" rev-parse --short HEAD)" "$(date +%F)" \
    "${passed[plain]:--}" "${passed[ame]:--}" "${passed[transactions]:--}" "${passed[forced]:--}" \
    "${passed[facts]:--}" "${passed[facts_forced]:--}" \
    "$(ratio "${test_cpu[ame]:-0}" "${test_cpu[plain]:-0}")" \
    "$(ratio "${test_cpu[transactions]:-0}" "${test_cpu[plain]:-0}")" \
    "$(ratio "${compile_cpu[ame]:-0}" "${compile_cpu[plain]:-0}")" \
    "$(ratio "${texts[ame]:-0}" "${texts[plain]:-0}")" | tee -a "$record"
}

[[ $# -eq 0 ]] || packages=("$@")
for package in "${packages[@]}"; do
  (run_package "$package")
done
