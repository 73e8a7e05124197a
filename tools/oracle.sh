#!/usr/bin/env bash
# Builds minipy with the oracle of test/oracle and runs the scripts of
# test/minipy on it, undisturbed and with forced aborts. An access that no
# barrier covers ends the script, which then differs from python3.
#
#   tools/oracle.sh [RECORD] [SCRIPT...]
#
# Appends one line of JSON to RECORD. AME_BUILD names the build tree (build);
# its targets ame-compilers, AMEPass, ame-static and ame-oracle must be built.
set -euo pipefail
source_folder=$(cd "$(dirname "$0")/.." && pwd)
build=${AME_BUILD:-$source_folder/build}
unset AME_BUILD
record=${1:-/dev/null}
scripts=("${@:2}")
[[ ${#scripts[@]} -gt 0 ]] || for script in "$source_folder"/test/minipy/*.py; do
  [[ $script == */run_script.py ]] || scripts+=("$script")
done

objects=$build/test/oracle/minipy
mkdir -p "$objects"
export AME_ORACLE_BUILD=$build
compile() { # an object is made anew when its source or a compiler is newer
  local source=$1 object
  object=$objects/$(tr / _ <<<"${source#"$minipy"/}").o
  [[ $object -nt $source && $object -nt $build/test/oracle/AccessOracle.so &&
    -z $(find "$build/lib/ame" -name AMEPass.so -newer "$object") ]] ||
    "$source_folder/test/oracle/oracle-cc" -fame-mode=always -std=gnu11 -O2 -g \
      -D_GNU_SOURCE -I"$minipy" -c "$source" -o "$object"
}
export -f compile
export minipy=$source_folder/examples/minipy objects build source_folder
find "$minipy" -name '*.c' -print0 | xargs -0 -P "$(nproc)" -n 1 bash -c 'compile "$0"'
"$source_folder/test/oracle/oracle-cc" -g "$objects"/*.o -o "$objects/minipy" -lm -lpthread

start=$SECONDS failed=0 runs=0
export AME_ORACLE_REPORT=$objects/report.txt
rm -f "$AME_ORACLE_REPORT"
for options in visible_after=64 visible_after=64:force_aborts=2; do
  for script in "${scripts[@]}"; do
    runs=$((runs + 1))
    AME_OPTIONS=$options timeout 1200 python3 "$source_folder/test/minipy/run_script.py" --timeout 1000 \
      --minipy "$objects/minipy" "$script" >"$objects/output.txt" 2>&1 || {
      failed=$((failed + 1))
      echo "$options ${script##*/}"
      grep -a 'oracle:' "$objects/output.txt" | sort -u | head -3 || tail -3 "$objects/output.txt"
    }
  done
done
"$source_folder/test/oracle/summary.py" "$AME_ORACLE_REPORT" program=minipy runs=$runs failed=$failed \
  commit="$(git -C "$source_folder" rev-parse --short HEAD)" seconds=$((SECONDS - start)) |
  tee -a "$record"
[[ $failed -eq 0 ]]
