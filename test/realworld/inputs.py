#!/usr/bin/env python3
"""inputs.py json|xml|text BYTES: a document of about that size, the same each time."""
import json
import random
import sys

kind, size = sys.argv[1], int(sys.argv[2])
rng = random.Random(1)
SYLLABLES = "ka lo mi ren tu vas el on qui dra pe sto ü fi and the of".split()


def word():
    return "".join(rng.choices(SYLLABLES, k=rng.randint(1, 4)))


def sentence():
    return " ".join(word() for _ in range(rng.randint(3, 12))) + ".\n"


def record(number):
    return {
        "id": number,
        "name": word(),
        "weight": rng.uniform(0, 1000),
        "tags": [word() for _ in range(rng.randint(0, 5))],
        "note": sentence(),
        "seen": rng.random() < 0.5,
        "parent": None if number % 7 else {"id": rng.randrange(number + 1), "q": "a\"b"},
    }


def xml(number):
    entry = record(number)
    tags = "".join(f"<tag n='{i}'>{tag}</tag>" for i, tag in enumerate(entry["tags"]))
    return (
        f'<item id="{number}" name="{entry["name"]}" weight="{entry["weight"]}">'
        f"{tags}<!-- {word()} --><note>{entry['note']} &amp; &lt;</note><empty/></item>\n"
    )


def parts():
    make = {"json": lambda n: json.dumps(record(n), ensure_ascii=n % 2 == 0), "xml": xml}
    written = number = 0
    while written < size:
        part = make.get(kind, lambda _: sentence())(number)
        written += len(part)
        number += 1
        yield part


if kind == "json":
    print("[" + ",\n".join(parts()) + "]")
elif kind == "xml":
    print("<?xml version='1.0' encoding='utf-8'?>\n<list>" + "".join(parts()) + "</list>")
else:
    print("".join(parts()))
