# shellcheck shell=bash disable=SC2034,SC2154 # part of tools/realworld.sh
# The packages. For each, with its name in the functions' names, [-.] as _:
#
#   build_     how it is built: CC, CXX and FLAGS are set, and for linking programs
#              WRAP_FLAGS and WRAP_LIBRARY, whose place is behind what calls the library
#   test_      its test suite; tests_passed_ reads "passed/run" from the output
#   work_      what is timed: most suites are over in milliseconds, or call a shell more
#              than the library
#   text_      the library; includes_ where its header is, for the calls in
#              PACKAGE.c that get transactions; facts_ a list (--ame-list)
#
# The working folder is a copy of the source, for this variant. Under the oracle, which
# takes a hundred times as long, `shrink` is set: inputs are smaller by that, and what
# would still take hours is left out.
packages=(zlib libpng1.6 bzip2 cjson expat jansson json-c libxml2 re2 python3.11)

input() { # json|xml|text BYTES: prints the name of a file
  local bytes=$(($2 / ${shrink:-1}))
  local file=$work/$1.$bytes
  [[ -e $file ]] || "$here/inputs.py" "$1" "$bytes" >"$file"
  echo "$file"
}

# --- what several packages use ----------------------------------------------------
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
test_zlib() { make teststatic; }
work_zlib() {
  ./minigzip <"$(input text 6000000)" >work.gz
  ./minigzip -d <work.gz | cmp - "$(input text 6000000)"
}
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
  make -k check TESTS="$(echo $(find tests -type f ! -name '*.*' ! -name 'pngstest*' ! -name '*-full' ! -name pnggetset \
    ${shrink:+! -name 'pngvalid-*'}))"
}
work_libpng1_6() {
  if [[ -n ${shrink:-} ]]; then ./pngvalid --size; else ./pngvalid --standard --nogamma; fi
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
work_bzip2() {
  ./bzip2 <"$(input text 3000000)" >work.bz2
  ./bzip2 -d <work.bz2 | cmp - "$(input text 3000000)"
}
tests_passed_bzip2() { echo "$(grep -c good "$1")/7"; }
text_bzip2=libbz2.a

includes_cjson=.
# Unity without setjmp, which would make every test inevitable from its start.
build_cjson() {
  FLAGS+=" -DUNITY_EXCLUDE_SETJMP_H" build_with_cmake . -DENABLE_CJSON_UTILS=On -DENABLE_CUSTOM_COMPILER_FLAGS=Off
  # shellcheck disable=SC2086 # several flags
  $CC $FLAGS $WRAP_FLAGS fuzzing/afl.c -o afl $WRAP_LIBRARY b/libcjson.a
}
test_cjson() { test_with_ctest; }
work_cjson() { # parse and print; its two first characters choose how
  { printf bf && cat "$(input json 20000000)"; } >work.json
  ./afl work.json yes >/dev/null
}
tests_passed_cjson() { tests_passed_by_ctest "$1"; }
text_cjson=b/libcjson.a

includes_expat=expat/lib
# Debian builds expat with autoconf; its patches leave two macros to that, as numbers.
build_expat() {
  FLAGS+=" -DXML_GE=1 -DXML_DTD=1" build_with_cmake expat -DEXPAT_DTD=OFF \
    -DEXPAT_SHARED_LIBS=OFF -DEXPAT_BUILD_DOCS=OFF -DEXPAT_BUILD_EXAMPLES=OFF
  # shellcheck disable=SC2086 # several flags
  $CC $FLAGS $WRAP_FLAGS -Iexpat/lib expat/tests/benchmark/benchmark.c -o benchmark $WRAP_LIBRARY b/libexpat.a
}
test_expat() { b/tests/runtests; }
work_expat() { ./benchmark "$(input xml 10000000)" 32768 5; }
tests_passed_expat() {
  sed -n 's/.*Checks: \([0-9]*\), Failed: \([0-9]*\)/\1 \2/p' "$1" | awk '{ print $1 - $2 "/" $1 }'
}
text_expat=b/libexpat.a

includes_jansson=.
build_jansson() { build_with_cmake . -DJANSSON_BUILD_DOCS=OFF -DJANSSON_EXAMPLES=OFF; }
test_jansson() { test_with_ctest -E '^check-exports'; }
work_jansson() { JSON_INDENT=2 b/bin/json_process --env <"$(input json 10000000)" >/dev/null; }
tests_passed_jansson() { tests_passed_by_ctest "$1"; }
text_jansson=b/lib/libjansson.a

includes_json_c=.
build_json_c() { build_with_cmake . -DBUILD_STATIC_LIBS=ON; }
test_json_c() { USE_VALGRIND=0 test_with_ctest; }
work_json_c() { b/apps/json_parse "$(input json 20000000)" >/dev/null; }
tests_passed_json_c() { tests_passed_by_ctest "$1"; }
text_json_c=b/libjson-c.a

includes_libxml2=include
# Debian's source lacks the tests of the W3C; the others are here. The files that
# automake makes are there, whatever their times say.
build_libxml2() {
  local make=(make -j1 ACLOCAL=: AUTOCONF=: AUTOHEADER=: AUTOMAKE=:)
  ./configure --disable-shared --without-python --without-lzma CFLAGS="$FLAGS -w" LDFLAGS="$WRAP_FLAGS"
  rm -f "$text"
  "${make[@]}" libxml2.la
  "${make[@]}" LIBS="$WRAP_LIBRARY -lz -lm" runtest xmllint
}
test_libxml2() { ./runtest; }
tests_passed_libxml2() {
  sed -n 's/^Total \([0-9]*\) tests, no errors/\1 0/p; s/^Total \([0-9]*\) tests, \([0-9]*\) errors.*/\1 \2/p' "$1" |
    awk '{ print $1 - $2 "/" $1 }'
}
work_libxml2() { ./xmllint --repeat --noout --xpath 'count(//item[tag])' "$(input xml 300000)" >/dev/null; }
text_libxml2=.libs/libxml2.a

includes_re2=.
# C++. Its tables come from Debian's unicode-data. Without the tests that take minutes each.
build_re2() {
  make REBUILD_TABLES=1 re2/perl_groups.cc re2/unicode_casefold.cc re2/unicode_groups.cc
  build_with_cmake .
}
test_re2() { test_with_ctest -E '^(exhaustive|random|dfa)'; }
work_re2() { if [[ -n ${shrink:-} ]]; then b/exhaustive3_test; else b/exhaustive2_test; fi; }
tests_passed_re2() { tests_passed_by_ctest "$1"; }
text_re2=b/libre2.a

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
test_python3_11() { # each file in a process of its own; under the oracle the quick ones
  # shellcheck disable=SC2016 # expanded by the inner shell
  xargs -P "$jobs" -n 1 sh -c \
    'timeout -k 5 900 ./python -m test -q "$0" </dev/null && echo "passed $0" || echo "failed $0"' \
    <"$source_folder/test/realworld/cpython/${shrink:+oracle_}tests.txt"
}
work_python3_11() { ./python -m test -q test_dict test_generators test_list test_struct; }
tests_passed_python3_11() { echo "$(grep -c '^passed ' "$1")/$(grep -c '^\(passed\|failed\) ' "$1")"; }
text_python3_11=libpython3.11.a
facts_python3_11=$source_folder/test/realworld/cpython/fields.txt
