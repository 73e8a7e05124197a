#!/usr/bin/env bash
# Builds a static mimalloc, which Debian does not ship, for programs that are
# linked with -static.
#
#   tools/static_mimalloc.sh [FOLDER]      (default: build/lib/static, where ame-cc looks)
#
# From the sources of the libmimalloc-dev that is installed, fetched from Debian.
# Does nothing when FOLDER has the library.
set -euo pipefail
folder=$(realpath -m "${1:-$(dirname "$0")/../build/lib/static}")
[[ ! -e $folder/libmimalloc.a ]] || exit 0
version=$(dpkg-query -W -f '${source:Version}' libmimalloc-dev)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$folder" "$work/lists/partial"
# shellcheck disable=SC1091 # of the system
echo "deb-src http://deb.debian.org/debian $(. /etc/os-release && echo "$VERSION_CODENAME") main" \
  >"$work/sources.list"
apt=(apt-get -qq -o "Dir::Etc::SourceList=$work/sources.list" -o Dir::Etc::SourceParts=/dev/null
  -o "Dir::State::Lists=$work/lists" -o APT::Sandbox::User=root)
cd "$work"
"${apt[@]}" update
"${apt[@]}" source --download-only "mimalloc=$version"
mkdir source
tar -x --strip-components=1 -C source -f mimalloc_*.orig.tar.*
# Position-independent: for -static-pie, too.
cc -O2 -DNDEBUG -fPIC -Isource/include -c source/src/static.c -o mimalloc.o
ar rcs "$folder/libmimalloc.a" mimalloc.o
