#!/usr/bin/env bash
# Counts how many executed accesses to the annotated fields of minipy keep their
# fact at -O2, judged by addresses (docs/fuzzing.md, "Which facts are kept").
#
#   tools/kept_facts.sh [SCRIPT...]      (default: the scripts of test/minipy)
#
# AME_BUILD names the build tree (build), whose targets ame-compilers, AMEPass,
# ame-static and ame-oracle must be built.
set -euo pipefail
source_folder=$(cd "$(dirname "$0")/.." && pwd)
export AME_ORACLE_BUILD=${AME_BUILD:-$source_folder/build}
unset AME_BUILD
minipy=$source_folder/examples/minipy
oracle=$source_folder/test/oracle
objects=$AME_ORACLE_BUILD/test/oracle/kept-facts
mkdir -p "$objects"
scripts=("$@")
[[ ${#scripts[@]} -gt 0 ]] || for script in "$source_folder"/test/minipy/*.py; do
  [[ $script == */run_script.py ]] || scripts+=("$script")
done

export FIELD_COUNTS_LIST=$oracle/Inputs/minipy/fields.txt FIELD_COUNTS_STRUCTS=$objects/field_structs.o
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
export minipy objects oracle
find "$minipy" -name '*.c' -print0 | xargs -0 -P "$(nproc)" -n 1 bash -c 'compile "$0"'
"$oracle/field-counts-cc" -g "$objects"/*.c.o -o "$objects/minipy" -lm -lpthread

export FIELD_COUNTS=$objects/counts.txt
rm -f "$FIELD_COUNTS"
for script in "${scripts[@]}"; do
  timeout 600 "$objects/minipy" "$script" >/dev/null 2>&1 || echo "${script##*/} ended with $?" >&2
done
python3 "$oracle/field_counts.py" -v "$FIELD_COUNTS"
