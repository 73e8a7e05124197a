#!/usr/bin/env bash
# Counts how many executed accesses to annotated fields keep their fact at -O2,
# judged by addresses (docs/fuzzing.md, "Which facts are kept").
#
#   tools/kept_facts.sh [SCRIPT...]      minipy (default: the scripts of test/minipy)
#   tools/kept_facts.sh cpython SOURCE [TEST...]
#                                        CPython 3.11, with the facts of
#                                        test/realworld/cpython/fields.txt, in its own
#                                        tests (default: test_dict test_code)
#
# SOURCE is a folder with CPython's source as it comes (tools/realworld.sh leaves one in
# its working folder); it is copied. What is counted is printed, and stays beside the
# objects: field_counts.py -p prints the places that lose facts.
#
# AME_BUILD names the build tree (build), whose targets ame-compilers, AMEPass,
# ame-static and ame-oracle must be built; AME_JOBS: how many files are compiled at
# once (as many as there are processors).
set -euo pipefail
source_folder=$(cd "$(dirname "$0")/.." && pwd)
export AME_ORACLE_BUILD=${AME_BUILD:-$source_folder/build}
jobs=${AME_JOBS:-$(nproc)}
unset AME_BUILD AME_JOBS
oracle=$source_folder/test/oracle
export oracle

# The list, the object that tells structures, and where the counts go.
count_with() { # folder, list
  objects=$1
  mkdir -p "$objects"
  export FIELD_COUNTS_LIST=$2 FIELD_COUNTS_STRUCTS=$objects/field_structs.o
  counts=$objects/counts.txt
  rm -f "$counts"
}

count_minipy() { # scripts
  export minipy=$source_folder/examples/minipy objects
  count_with "$AME_ORACLE_BUILD/test/oracle/kept-facts" "$oracle/Inputs/minipy/fields.txt"
  clang-19 -O2 -D_GNU_SOURCE -I"$oracle" -I"$minipy" -I"$source_folder/include" \
    -c "$oracle/Inputs/minipy/field_structs.c" -o "$FIELD_COUNTS_STRUCTS"
  compile() {
    local object
    object=$objects/$(tr / _ <<<"${1#"$minipy"/}").o
    [[ $object -nt $1 && -z $(find "$AME_ORACLE_BUILD/lib/ame" -name AMEPass.so -newer "$object") ]] ||
      "$oracle/field-counts-cc" -fame-mode=always -std=gnu11 -O2 -g -D_GNU_SOURCE \
        -I"$minipy" -c "$1" -o "$object"
  }
  export -f compile
  # shellcheck disable=SC2016 # expanded by the inner shell
  find "$minipy" -name '*.c' -print0 | xargs -0 -P "$jobs" -n 1 bash -c 'compile "$0"'
  "$oracle/field-counts-cc" -g "$objects"/*.c.o -o "$objects/minipy" -lm -lpthread
  local script
  for script; do
    FIELD_COUNTS=$counts timeout 600 "$objects/minipy" "$script" >/dev/null 2>&1 ||
      echo "${script##*/} ended with $?" >&2
  done
}

# All modules static, as in test/realworld/packages.sh. Configured with the plain
# compiler: programs of configure have no objects of Python.
count_cpython() { # source, tests
  local folder name flags status
  folder=$AME_ORACLE_BUILD/test/oracle/kept-facts-cpython
  rm -rf "$folder"
  cp -r "$1" "$folder"
  shift
  count_with "$folder" "$source_folder/test/realworld/cpython/fields.txt"
  flags="-O2 -fame-mode=always -g --ame-list=$FIELD_COUNTS_LIST -DNDEBUG -fwrapv -w"
  # Not `(...) ||`: what is in there would go on after an error.
  set +e
  (
    set -e
    cd "$folder"
    ln -sf Setup.stdlib Modules/Setup.local
    ./configure CC=clang-19 OPT="-O2 -w" MODULE_BUILDTYPE=static --without-ensurepip
    clang-19 -O2 -I"$oracle" -I. -IInclude -w \
      -c "$source_folder/test/realworld/cpython/field_structs.c" -o "$FIELD_COUNTS_STRUCTS"
    # What is frozen is made by the system's Python: the one that counts takes long.
    local make=(make -j"$jobs" -s CC="$oracle/field-counts-cc" OPT="$flags" PYTHON_FOR_FREEZE=/usr/bin/python3)
    "${make[@]}" Programs/_freeze_module PY_CORE_LDFLAGS=-Wl,--defsym=_Py_Get_Getpath_CodeObject=0
    "${make[@]}" libpython3.11.a python platform
  ) >"$folder.log" 2>&1
  status=$?
  set -e
  [[ $status -eq 0 ]] || { echo "CPython does not build, see $folder.log" >&2; exit 1; }
  # It reads and compiles the source of each module; each object is a block of malloc,
  # which the measure knows.
  export PYTHONDONTWRITEBYTECODE=1 PYTHONMALLOC=malloc
  find "$folder/Lib" -name __pycache__ -prune -exec rm -rf {} +
  for name; do
    (cd "$folder" && FIELD_COUNTS=$counts timeout 3000 ./python -m test -q "$name") \
      >"$folder/$name.log" 2>&1 </dev/null || echo "$name ended with $?, see $folder/$name.log" >&2
  done
}

if [[ ${1:-} == cpython ]]; then
  [[ -x ${2:-}/configure ]] || { echo "usage: $0 cpython SOURCE [TEST...]" >&2; exit 2; }
  tests=("${@:3}")
  [[ ${#tests[@]} -gt 0 ]] || tests=(test_dict test_code)
  count_cpython "$(cd "$2" && pwd)" "${tests[@]}"
else
  scripts=("$@")
  [[ ${#scripts[@]} -gt 0 ]] || for script in "$source_folder"/test/minipy/*.py; do
    [[ $script == */run_script.py ]] || scripts+=("$script")
  done
  count_minipy "${scripts[@]}"
fi
python3 "$oracle/field_counts.py" -v "$counts"
