#!/usr/bin/env bash
# Runs every stress program at -O0 and -O2 and keeps a record of each run.
#
#   tools/stress.sh LOG [SECONDS] [THREADS] [SEED] [PROGRAM...]
#
# Appends to LOG one line of JSON for each run, so that a campaign may be run
# piece by piece: commit, program, level, threads, seed, seconds, result. SEED
# "random" draws one for each run. AME_BUILD names the build tree (build).
# The exit status is the number of runs that failed (255 at most).
set -u

[[ $# -ge 1 ]] || {
  sed -n '2,9s/^# \{0,1\}//p' "$0"
  exit 2
}
log=$1 seconds=${2:-10} threads=${3:-3} seed=${4:-random}
shift $(($# < 4 ? $# : 4))

source_folder=$(cd "$(dirname "$0")/.." && pwd)
build=${AME_BUILD:-$source_folder/build}
unset AME_BUILD # ame-cc warns of variables that it does not know
binaries=$(mktemp -d)
trap 'rm -rf "$binaries"' EXIT
commit=$(git -C "$source_folder" rev-parse --short HEAD)
git -C "$source_folder" diff --quiet HEAD -- include pass runtime ||
  commit+=-changed

if [[ $# -gt 0 ]]; then
  programs=("$@")
  for name in "${programs[@]}"; do
    grep -q '"harness.h"' "$source_folder/test/stress/$name.c" || {
      echo "stress: test/stress/$name.c does not take these arguments" >&2
      exit 2
    }
  done
else
  programs=()
  # Those of the harness take these arguments; the others have their own.
  for file in $(grep -l '"harness.h"' "$source_folder"/test/stress/*.c); do
    name=${file##*/}
    programs+=("${name%.c}")
  done
fi

# The flags that the program's own RUN lines use besides the level.
flags_of() {
  sed -n 's/^\/\/ RUN: %ame_cc \(.*\)-O0 %s .*/\1/p' "$1" | head -1
}

record() { # program level seed result
  printf '{"commit":"%s","program":"%s","level":"%s","threads":%s,"seed":%s,"seconds":%s,"result":"%s"}\n' \
    "$commit" "$1" "$2" "$threads" "$3" "$seconds" "$4" >>"$log"
}

run_one() { # program level: prints the verdict, records it
  local program=$1 level=$2 file=$source_folder/test/stress/$1.c
  local binary=$binaries/$1$2 output result own_seed=$seed
  [[ $own_seed == random ]] && own_seed=$((RANDOM * 32768 + RANDOM))
  # shellcheck disable=SC2046 # several flags
  if ! "$build/bin/ame-cc" $(flags_of "$file") "$level" "$file" -o "$binary"; then
    result="does not compile"
  else
    output=$(timeout -k 5 $((${seconds%.*} + 120)) "$binary" "$threads" \
      "$seconds" "$own_seed" 2>&1)
    case $? in
    0) result=OK ;;
    124 | 137) result="hangs" ;;
    *) result=$(tail -1 <<<"$output" | tr -cd '[:print:]' | tr -d '"\\')
       result="FAIL: $result" ;;
    esac
  fi
  record "$program" "$level" "$own_seed" "$result"
  printf '%s %s threads=%s seed=%s: %s\n' "$program" "$level" "$threads" \
    "$own_seed" "$result"
  [[ $result == OK ]]
}

failed=0
for program in "${programs[@]}"; do
  for level in -O0 -O2; do
    run_one "$program" "$level" || failed=$((failed + 1))
  done
done
echo "stress: $failed failed"
exit $((failed < 255 ? failed : 255))
