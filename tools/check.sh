#!/usr/bin/env bash
# Builds everything and runs all tests. The last line is `N passed, N failed`;
# the exit status is 0 when nothing failed and everything was built.
#
#   tools/check.sh [--long] [BUILD-FOLDER]      (default: build)
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."

lit_options=()
if [[ ${1:-} == --long ]]; then
  lit_options=(--param long=1)
  shift
fi
build=${1:-build}

# A failure before the first test is one failed test, by its name.
failed_before_tests=0
step() {
  local name=$1
  shift
  echo "== $name"
  "$@" || {
    echo "FAILED: $name"
    failed_before_tests=$((failed_before_tests + 1))
    return 1
  }
}
end_without_tests() {
  echo "0 passed, $failed_before_tests failed"
  exit 1
}

step "install what is missing" tools/deps.sh || end_without_tests
step "configure" cmake --log-level=WARNING -G Ninja -S . -B "$build" -DAME_BUILD_TESTS=ON >/dev/null || end_without_tests
# The tests of what was built run even when something else was not.
step "build" cmake --build "$build" -- -k 0 --quiet || true
step "build the unit tests" cmake --build "$build" --target ame-unit-tests -- -k 0 --quiet || true
# Tests of -static need it; it takes a download of Debian's sources.
tools/static_mimalloc.sh "$build/lib/static" 2>&1 | tail -n 3 || echo "no static mimalloc: -static is not tested"

echo "== test"
lit=$(sed -n 's/^AME_LIT:[A-Z]*=//p' "$build/CMakeCache.txt")
suites=("$build"/test "$build"/test/llvm-*/)
[[ -d ${suites[-1]} ]] || unset 'suites[-1]'
results=$build/test/results.json
rm -f "$results"
# Debian's python3 has the psutil that time limits need, another on PATH may not.
/usr/bin/python3 "$lit" --quiet --no-progress-bar --timeout 600 "${lit_options[@]}" \
  --output "$results" "${suites[@]}" || true

python3 - "$results" "$failed_before_tests" <<'PYTHON'
import collections, json, sys

failed = int(sys.argv[2])
try:
    tests = json.load(open(sys.argv[1]))["tests"]
except (OSError, ValueError):
    print("lit wrote no results")
    tests = [{"code": "UNRESOLVED"}]
for test in tests:
    if test["code"] in ("FAIL", "TIMEOUT", "UNRESOLVED", "XPASS"):
        print(f"== {test['code']}: {test.get('name', '?')}")
        print("\n".join(test.get("output", "").splitlines()[-60:]))
counts = collections.Counter(test["code"] for test in tests)
unsupported = counts.pop("UNSUPPORTED", 0) + counts.pop("EXCLUDED", 0) + counts.pop("SKIPPED", 0)
passed = counts.pop("PASS", 0) + counts.pop("XFAIL", 0) + counts.pop("FLAKYPASS", 0)
failed += sum(counts.values())
if unsupported:
    print(f"{unsupported} unsupported here")
print(f"{passed} passed, {failed} failed")
sys.exit(1 if failed or not passed else 0)
PYTHON
