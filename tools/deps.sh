#!/usr/bin/env bash
# Installs what building and testing need and this Debian does not have yet.
# Does nothing, quickly, when all is there. Uses sudo only when not root.
#
#   tools/deps.sh [realworld]     realworld: and what tools/realworld.sh needs
set -euo pipefail

packages=(
  clang-19 llvm-19-dev llvm-19-tools lld-19 libclang-rt-19-dev  # pass, programs
  clang-22 llvm-22-dev llvm-22-tools lld-22 libclang-rt-22-dev  # the same for LLVM 22
  libmimalloc-dev                                               # runtime
  libcmocka-dev python3 python3-psutil spin relacy-dev gdb      # tests
  strace wrk                                                    # tests of I/O
  csmith libcsmith-dev cvise                                    # random programs
  valgrind                                                      # bench: counts instructions (libitm comes with gcc)
  gcc g++ libc6-dev cmake ninja-build pkg-config git            # build
  libzstd-dev zlib1g-dev                                        # for LLVM's CMake files
)
case ${1:-} in
'') ;;
realworld)
  packages+=(
    dpkg-dev make unicode-data                                  # sources, their builds; RE2's tables
    libsqlite3-dev libbz2-dev liblzma-dev libssl-dev libffi-dev # CPython's modules
    libreadline-dev libexpat1-dev uuid-dev libncurses-dev
  )
  ;;
*) echo "deps.sh: unknown argument '$1'; known: realworld" >&2 && exit 2 ;;
esac

missing=()
for package in "${packages[@]}"; do
  status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
  [[ $status == installed ]] || missing+=("$package")
done
[[ ${#missing[@]} -gt 0 ]] || exit 0

root=()
[[ $(id -u) -eq 0 ]] || root=(sudo)
echo "installing: ${missing[*]}"
"${root[@]}" apt-get update -qq
"${root[@]}" env DEBIAN_FRONTEND=noninteractive \
  apt-get install -qq -y --no-install-recommends "${missing[@]}" >/dev/null
