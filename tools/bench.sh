#!/usr/bin/env bash
# The benchmarks: all builds of each measured side by side, one table, JSON.
#
#   tools/bench.sh                      everything, 3 rounds (about 15 minutes)
#   tools/bench.sh --quick              one round
#   tools/bench.sh --only hash --rounds 10 --build ame
#   tools/bench.sh --tiny               smallest sizes: is every build's result right?
#   tools/bench.sh --characteristics    what the applications' transactions are like
#   tools/bench.sh --variants           ame with other forms and parameters of its protocol (with
#                                       --write-readme: the tables of docs/design.md, section 2)
#   tools/bench.sh --threads 2,4,8      what more threads gain
#   tools/bench.sh --build-only --programs DIR, then --no-build --programs DIR on another machine
#   tools/bench.sh --write-readme       the same as without, and rewrites bench/README.md
# Interrupted (Ctrl-C, SIGTERM), it ends after the run that is on and shows what it has measured.
#
# Needs a built tree (build/, or --tree DIR). bench/README.md says what is measured.
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."
exec python3 bench/driver/main.py "$@"
