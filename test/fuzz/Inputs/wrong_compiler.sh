#!/bin/sh
# ame-cc, with one statement of random_regions.py's programs changed.
for argument; do
  case $argument in
  *.c) sed -i 's/^  gld = 1;/&  crc += WRONG;/' "$argument" ;;
  esac
done
unset AME_CC
cc=$AME_CC_PATH
unset AME_CC_PATH
exec "$cc" -DWRONG="${WRONG:-0}" "$@"
