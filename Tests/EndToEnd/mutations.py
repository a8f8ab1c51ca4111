#!/usr/bin/env python3
"""Writes 10,000 lines that began as good web events and then were damaged, with a fixed seed."""

import json
import random
import sys
import time

LINES = 10_000


def event(number, start):
    when = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(start + number // 10))
    return json.dumps({
        "id": f"m-{number}", "eventName": "page_viewed", "createdDate": when, "customerId": f"c-{number % 97}",
        "page": {"url": "https://shop.example.com/", "title": "Grüße ☕"}, "searchQuery": "bike",
        "attributes": {"n": number, "flag": True, "text": "\u0000 \u001b[31m \" \\"},
    }, ensure_ascii=False).encode()


def truncate(rng, line):
    return line[: rng.randrange(1, len(line))]


def flip(rng, line):
    damaged = bytearray(line)
    for _ in range(rng.randrange(1, 4)):
        damaged[rng.randrange(len(damaged))] ^= 1 << rng.randrange(8)
    return bytes(damaged)


def nest(rng, line):
    depth = 100_000 if rng.random() < 0.02 else rng.choice([10, 33, 1_000])
    opening, closing = rng.choice([(b"[", b"]"), (b'{"a":', b"}")])
    inner = opening * depth + b"1" + closing * depth
    return line[:-1] + b',"deep":' + inner + b"}" if rng.random() < 0.5 else inner


def number(rng, line):
    huge = rng.choice([b"1e999", b"-" + b"9" * 400, b"1" * 20, b"0." + b"3" * 5_000, b"-0", b"18446744073709551616"])
    return line.replace(b'"n": ', b'"n": ' + huge + b',"m": ', 1) if rng.random() < 0.5 else line.replace(
        b'"createdDate": "', b'"createdDate": ' + huge + b',"was": "', 1)


def encoding(rng, line):
    bad = rng.choice([b"\xff", b"\xc0\xaf", b"\xed\xa0\x80", b"\xf5\x80\x80\x80", b"\xe2\x98"])
    at = rng.randrange(len(line))
    return line[:at] + bad + line[at:]


def nul(rng, line):
    at = rng.randrange(len(line))
    return line[:at] + b"\x00" * rng.randrange(1, 5) + line[at:]


def other(rng, line):
    return rng.choice([
        b"null", b"[]", b"{}", b"1", b'""', b"true", b" ", b"\r", b"{" * 500, b"\xef\xbb\xbf" + line, line + line,
        line.replace(b'"customerId": "', b'"customerId": "' + b"x" * 5_000), line.replace(b"page_viewed", b"page viewed"),
        line.replace(b'"customerId"', b'"customer"'), line.replace(b'"2', b'"9'), b'{"a":' * 40 + b"1" + b"}" * 40,
        b'{"attributes":{' + b",".join(b'"k%d":%d' % (k, k) for k in range(5_000)) + b"}," + line[1:],
    ])


def main():
    rng = random.Random(20_260_105)
    start = int(time.time()) - 1_800
    ways = [truncate, flip, nest, number, encoding, nul, other, lambda _, line: line]
    with open(sys.argv[1], "wb") as file:
        for index in range(LINES - 1):
            file.write(rng.choice(ways)(rng, event(index, start)) + b"\n")
            if index % 100 == 0:
                file.write(b"\n")
        # 10 MiB in one line, well-formed.
        line = event(LINES, start)
        file.write(line[:-1] + b',"filler":"' + b"x" * (10 << 20) + b'"}\n')
    with open(sys.argv[1], "rb") as file:
        # A flipped bit may have made a line end; a line of white space is no record.
        print(sum(1 for line in file.read().split(b"\n") if line.strip(b" \t\r")))


if __name__ == "__main__":
    main()
