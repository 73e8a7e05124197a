#!/usr/bin/env bash
# Sets up, builds, and runs real work on minipy-gil (one lock) and on minipy
# (transactions) with one and two threads. Every output must equal that of the
# serial run. Prints one table; the last line is `demo: OK`, or the status is
# not 0.
#
#   tools/demo.sh [BUILD-FOLDER]      (default: build)
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."
build=${1:-build}

echo "== set up"
tools/deps.sh
echo "== build"
cmake --log-level=WARNING -G Ninja -S . -B "$build" -DAME_BUILD_TESTS=OFF >/dev/null
cmake --build "$build" --target minipy-gil minipy -- --quiet

echo "== run"
exec python3 tools/demo.py "$build/bin"
