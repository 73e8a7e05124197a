# bytes: literals, indexing, iteration, encode and decode, comparison and hashing.
# RUN: %run_script %s

data = b"hello\x00\xff\n"
print(data, len(data), data[0], data[-2], list(data))
print(b'it\'s', b"it's", b'"', b"", b"\\", b"\t\r\x7f\x80", rb"\n", b"""three""")
print([byte for byte in b"abc"], 104 in data, sum(b"\x01\x02\x03"))
print("héllo".encode("utf-8"), "日本".encode(), "".encode(), "😀".encode("utf-8"))
print(b"h\xc3\xa9llo".decode("utf-8"), b"abc".decode(), b"\xf0\x9f\x98\x80".decode())
print(b"a" == b"a", b"a" == "a", b"a" != b"b", hash(b"key") == hash(b"key"), {b"key": 1}[b"key"])
print(bool(b""), bool(b"x"), repr(b"x"), str(b"x"), type(b"x"), isinstance(b"", bytes))

for index in [8, -9]:
    try:
        data[index]
    except IndexError as error:
        print(error)
for bad in [b"\xff\xfe", b"abc\xc3", b"\xe6\x97", b"\x80"]:
    try:
        print(bad.decode("utf-8"))
    except UnicodeError as error:
        print(type(error).__name__, error)
try:
    data[0] = 1
except TypeError as error:
    print(error)
try:
    b"a" + "b"
except TypeError as error:
    print("TypeError")


def checksum(block):
    a, b = 1, 0
    for byte in block:
        a = (a + byte) % 65521
        b = (b + a) % 65521
    return b << 16 | a


print(hex(checksum(b"Wikipedia")), hex(checksum("é".encode())))


def crc32(block):
    crc = 0xffffffff
    for byte in block:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0xedb88320 if crc & 1 else 0)
    return crc ^ 0xffffffff


print(hex(crc32(b"123456789")), hex(crc32(b"")))
print("".join(f"{byte:02x}" for byte in "naïve 日本".encode()))
print({b"b": 2, b"a": 1}, (b"x",), [b"y"])
