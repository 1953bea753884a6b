#!/usr/bin/env python3
"""Writes the profiles of this directory: make.py [DIR].

They have addresses and no names.  The bytes are always the same; only the
standard library is used, and nothing of profq.
"""
import gzip
import os
import sys


def varint(n):
    n &= (1 << 64) - 1
    out = bytearray()
    while n >= 0x80:
        out.append(n & 0x7F | 0x80)
        n >>= 7
    out.append(n)
    return bytes(out)


def number(field, n):
    return varint(field << 3) + varint(n) if n else b""


def blob(field, data):
    return varint(field << 3 | 2) + varint(len(data)) + data


def profile(mappings, stacks):
    """mappings: (start, limit, offset, file, build id); stacks: (value, addresses)."""
    strings = [""]

    def text(s):
        if s not in strings:
            strings.append(s)
        return strings.index(s)

    body = blob(1, number(1, text("cpu")) + number(2, text("nanoseconds")))
    ids = {}
    for value, addresses in stacks:
        for a in addresses:
            ids.setdefault(a, len(ids) + 1)
        body += blob(2, blob(1, b"".join(varint(ids[a]) for a in addresses)) +
                     blob(2, varint(value * 1000000)))
    for i, (start, limit, offset, name, build_id) in enumerate(mappings, 1):
        body += blob(3, number(1, i) + number(2, start) + number(3, limit) +
                     number(4, offset) + number(5, text(name)) +
                     number(6, text(build_id)))
    for a, ident in ids.items():
        at = [i for i, m in enumerate(mappings, 1) if m[0] <= a < m[1]]
        body += blob(4, number(1, ident) + number(2, at[0] if at else 0) +
                     number(3, a))
    for s in strings:
        body += blob(6, s.encode())
    return gzip.compress(body, mtime=0)


ID = "eb1470a1ae1147efb468973cde1b7b84540a5362"  # of shop
SHOP = (0x400000, 0x401000, 0, "/srv/bin/shop", ID)
SPLIT = (0x400000, 0x401000, 0, "/srv/bin/split",
         "e5b69d2ff148d88539ea92dbfc7e6e5e43f1ca10")
KERNEL = (0xffffffff81000000, 0xffffffff82000000, 0, "[kernel.kallsyms]", "")
STACKS = [(130, (0x400164, 0x4001bb, 0x4001ee)),
          (70, (0x400187, 0x4001bb, 0x4001ee)),
          (30, (0x4001c6, 0x4001ee)),
          (10, (0x4001b0, 0x4001ee)),
          (20, (0x4001e6,))]

OUT = {
    "shop.pb.gz": profile([SHOP], STACKS),
    "split.pb.gz": profile([SPLIT], STACKS),
    "shop.no-id.pb.gz": profile([SHOP[:4] + ("",)], STACKS),
    "shop.other-id.pb.gz": profile([SHOP[:4] + ("00" * 20,)], STACKS),
    "kernel.pb.gz": profile([SHOP, KERNEL],
                            STACKS + [(40, (0xffffffff81000123, 0x4001e6)),
                                      (50, (0xffffffff81200010, 0x4001e6))]),
}

for name, data in OUT.items():
    where = sys.argv[1] if len(sys.argv) > 1 else os.path.dirname(__file__)
    with open(os.path.join(where, name), "wb") as f:
        f.write(data)
