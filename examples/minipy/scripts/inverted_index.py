# Builds an inverted index of texts: which words stand in which lines of which documents.
#
#     minipy inverted_index.py FILE [FILE...] THREADS
#     minipy inverted_index.py made:COUNT THREADS    (COUNT texts that it makes up: 200)
#
# All the files are read (or made up) first.  Then come two rounds of tasks.  In the first,
# each task indexes one chunk of lines into dicts of its own, parted by shard (a
# word's shard follows from its letters).  In the second, each task merges one
# shard of all the chunks.  No two tasks of a round write to the same object.

import sys
import transaction

CHUNK = 60000  # characters, about: so many make a task of some ten milliseconds
SHARDS = 64
PUNCTUATION = ".,;:!?\"'()[]{}<>*/\\=+-#&|`~_%$@^"
PRIME = 2 ** 61 - 1


class Document:
    def __init__(self, number, name):
        self.number = number
        self.name = name
        self.lines = None
        self.characters = 0

    def fill(self, text):
        self.lines = text.split("\n")
        self.characters = len(text)


class Chunk:
    """Some lines of a document; the words found in them, by shard."""

    def __init__(self, document, first, last):
        self.document = document
        self.first = first
        self.last = last
        self.shards = None
        self.words = 0


class Shard:
    def __init__(self, number):
        self.number = number
        self.index = {}
        self.top = None
        self.longest = None
        self.widest = None
        self.postings = 0
        self.digest = 0


def chunks_of(document):
    first = size = 0
    for number, line in enumerate(document.lines):
        size += len(line) + 1
        if size >= CHUNK:
            yield Chunk(document, first, number + 1)
            first, size = number + 1, 0
    if first < len(document.lines):
        yield Chunk(document, first, len(document.lines))


def shard_of(word):
    return (ord(word[0]) * 7 + ord(word[-1]) * 31 + len(word)) % SHARDS


def index_chunk(chunk):
    found = {}
    words = 0
    number = chunk.first
    for line in chunk.document.lines[chunk.first:chunk.last]:
        number += 1
        for word in line.lower().split():
            word = word.strip(PUNCTUATION)
            if word:
                words += 1
                places = found.get(word)
                if places is None:
                    found[word] = [number]
                elif places[-1] != number:
                    places.append(number)
    shards = [[] for _ in range(SHARDS)]
    for item in found.items():
        shards[shard_of(item[0])].append(item)
    chunk.shards = shards
    chunk.words = words


def merge_shard(shard, chunks):
    index = shard.index
    for chunk in chunks:
        document = chunk.document.number
        for word, places in chunk.shards[shard.number]:
            documents = index.get(word)
            if documents is None:
                documents = index[word] = {}
            if document in documents:
                documents[document].extend(places)
            else:
                documents[document] = list(places)
    summarize(shard)


def summarize(shard):
    lines_of = {}
    digest = postings = 0
    for word in sorted(shard.index):
        for letter in word:
            digest = (digest * 131 + ord(letter)) % PRIME
        lines = 0
        for document, places in shard.index[word].items():
            digest = (digest * 31 + document * 1000003 + sum(places) + len(places)) % PRIME
            lines += len(places)
        lines_of[word] = lines
        postings += lines
    shard.top = sorted(((-n, word) for word, n in lines_of.items()))[:10]
    shard.longest = sorted((-len(word), word) for word in lines_of if word.isalpha())[:5]
    shard.widest = sorted((-len(documents), word) for word, documents in shard.index.items())[:10]
    shard.postings = postings
    shard.digest = digest


SYLLABLES = "ka lo mi ne tu ra so vi pe du fan gor hal jin kel mor nat pir quo ruk sel tam ul ver wix yan zet bri cho dra".split()


def make_text(document, lines):
    """Fills in a text of made-up words, of which few are frequent and many are rare."""
    state = document.number * 7919 + 1
    out = []
    for _ in range(lines):
        words = []
        for _ in range(9):
            state = (state * 1103515245 + 12345) % 2147483648
            a, b = state // 256 % 1000, state // 65536
            rank = a * a * a // 50000 + b % (a // 20 + 1)  # 0 to 19990, low ones more often
            word = ""
            while True:
                word += SYLLABLES[rank % len(SYLLABLES)]
                rank //= len(SYLLABLES)
                if not rank:
                    break
            words.append(word)
        out.append(" ".join(words).capitalize() + ".")
    document.fill("\n".join(out))


def read_documents(names, threads):
    documents = []
    for name in names:
        if name.startswith("made:"):
            for number in range(int(name[5:])):
                document = Document(len(documents), f"made {number}")
                documents.append(document)
                transaction.add(make_text, document, 600)
        else:
            document = Document(len(documents), name)
            documents.append(document)
            with open(name) as file:
                document.fill(file.read())
    transaction.run(threads)
    return documents


def report(documents, chunks, shards):
    digest = 0
    for shard in shards:
        digest = (digest * 1000003 + shard.digest) % PRIME
    print(f"{len(documents)} documents, {sum(document.characters for document in documents)} characters, {sum(chunk.words for chunk in chunks)} words, "
          f"{sum(len(shard.index) for shard in shards)} different, {sum(shard.postings for shard in shards)} postings")
    for title, lists in [("in most lines", [shard.top for shard in shards]), ("longest", [shard.longest for shard in shards]),
                         ("in most documents", [shard.widest for shard in shards])]:
        best = sorted(entry for entries in lists for entry in entries)[:10]
        print(f"{title}:", ", ".join(f"{word} {-n}" for n, word in best))
    print(f"digest {digest:016x}")


def main():
    if len(sys.argv) < 3:
        sys.exit("usage: inverted_index.py FILE [FILE...] THREADS  (a FILE may be made:COUNT)")
    threads = int(sys.argv[-1])
    documents = read_documents(sys.argv[1:-1], threads)
    chunks = [chunk for document in documents for chunk in chunks_of(document)]
    for chunk in chunks:
        transaction.add(index_chunk, chunk)
    transaction.run(threads)

    shards = [Shard(number) for number in range(SHARDS)]
    for shard in shards:
        transaction.add(merge_shard, shard, chunks)
    transaction.run(threads)
    report(documents, chunks, shards)


main()
