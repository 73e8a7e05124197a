# RUN: %python %ame_source/tools/random_scripts.py %ame_build/bin/minipy --seconds 60 --scripts 12 --seed 7 --keep %ame_build
# Intent: random scripts print what they print on python3, and no object leaks.
# The record of long campaigns is random_scripts.jsonl.
