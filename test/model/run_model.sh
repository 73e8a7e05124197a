#!/bin/sh
# run_model.sh FOLDER MODEL [MACRO...]: checks the model exhaustively; with macros
# that break a rule, the check must find an error. One line a run.
set -eu
folder=$1 model=$2
shift 2
mkdir -p "$folder"
cd "$folder"

# Prints "states errors".
check() {
  spin -a "$@" "$model" >spin.log || { cat spin.log; exit 1; }
  gcc -O1 -DSAFETY -DMEMLIM=2000 -DVECTORSZ=2048 -w -o pan pan.c
  ./pan -m200000 >pan.log 2>&1
  if grep -q 'max search depth too small\|out of memory\|search was not completed' pan.log; then
    cat pan.log
    exit 1
  fi
  sed -n 's/.*errors: \([0-9]*\).*/\1/p' pan.log
}

name=$(basename "$model")
errors=$(check)
[ "$errors" = 0 ] || { echo "$name: $errors errors"; cat pan.log; exit 1; }
echo "$name: no error, $(sed -n 's/^ *\([0-9]*\) states, stored.*/\1/p' pan.log) states"
for macro; do
  errors=$(check "-D$macro")
  [ "$errors" != 0 ] || { echo "$name: $macro was not found"; exit 1; }
  echo "$name: $macro is found"
done
