#!/bin/sh
# ame-cc, with one statement of random_regions.py's programs changed, or with a
# header in front of each.
for argument; do
  case $argument in
  *.c) sed -i 's/^  gld = 1;/&  crc += WRONG;/' "$argument" ;;
  esac
done
unset AME_CC
cc=$AME_CC_PATH
unset AME_CC_PATH
exec "$cc" ${WRONG_HEADER:+-include "$WRONG_HEADER"} -DWRONG="${WRONG:-0}" "$@"
