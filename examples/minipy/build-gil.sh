#!/bin/sh
# Builds minipy-gil with clang alone, without CMake: build-gil.sh [folder]
# [more flags]. CMakeLists.txt is the real build; this is for a quick try.
set -e
here=$(cd "$(dirname "$0")" && pwd)
out=${1:-$here/build-gil}
[ $# -gt 0 ] && shift
mkdir -p "$out"
flags="-std=gnu11 -D_GNU_SOURCE -O2 -g -Wall -Wextra -I$here $*"
for source in "$here"/main.c "$here"/eval/*.c "$here"/modules/*.c \
              "$here"/objects/*.c "$here"/frontend/*.c; do
  object=$out/$(echo "${source#"$here"/}" | tr / _).o
  # A header of the same folder or of the top is newer, too: build again.
  newer=$(find "$here" "${source%/*}" -maxdepth 1 -name '*.[hd]*' \
               -newer "$object" 2>/dev/null | head -1)
  if [ ! "$object" -nt "$source" ] || [ -n "$newer" ]; then
    echo "$source $object"
  fi
done | xargs -r -n 2 -P 2 sh -c "clang $flags -c \$0 -o \$1 || echo \"failed: \$0\" >&2"
clang $flags "$out"/*.o -o "$out"/minipy-gil -lm -lpthread
