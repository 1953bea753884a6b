#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the small inputs made by hand, always with the same bytes.

usage: make.py [DIR]

One program, "server", in all of them: main 0x401000, parse 0x402000, and a
library at 0x7f0000.  Values are chosen so that a report can be added up by
hand.  The go.* files are not written here: record.sh records them.
"""

import os
import struct
import sys

MAPS = """\
00400000-00500000 r-xp 00000000 08:01 17 /srv/bin/server
00500000-00501000 rw-p 00100000 08:01 17 /srv/bin/server
007f0000-007f8000 r-xp 00000000 08:01 18 /srv/lib/libcodec.so.1
"""

BRIEF = """\
root=/srv
00400000-00500000: $root/bin/server
007f0000-007f8000: $root/lib/libcodec.so.1
"""

SAMPLES = [(3, [0x402010, 0x401100, 0x401000]),
           (2, [0x7f0100, 0x402020, 0x401000]),
           (5, [0x402030, 0x401100])]

# What a signal handler leaves behind the leaf of every stack.
HANDLER = 0x7f7000

JAVA_SYMBOLS = """\
 0x0000003 com.example.Server.main (Server.java:12)
 0x0000004 com.example.Parser.parse (Parser.java:40)
 0x0000005 crc32 (/usr/lib/jvm/libzip.so)
 0x0000006 GC
"""


def cpu(word, samples, kind, text):
    words = [0, 3, kind, 10000, 0]
    for count, stack in samples:
        words += [count, len(stack)] + stack
    words += [0, 1, 0]
    return b"".join(struct.pack(word, w) for w in words) + text.encode()


def native(word):
    samples = [(n, [s[0], HANDLER] + s[1:]) for n, s in SAMPLES]
    return cpu(word, samples, 0, MAPS)


def stack(addresses):
    return " ".join("0x%08x" % a for a in addresses)


def heap(kind, alloc="[   160:  81920]"):
    lines = ["heap profile:     10:   5120 %s @ %s" % (alloc, kind)]
    for count, addresses in SAMPLES:
        lines.append("%6d: %6d [%6d: %6d] @ %s" % (
            count, count * 512, count * 16, count * 8192, stack(addresses)))
    return "\n".join(lines) + "\n\nMAPPED_LIBRARIES:\n" + MAPS


def jemalloc():
    lines = ["heap_v2/524288", "  t*: 10: 5120 [0: 0]", "  t0: 4: 2048 [0: 0]",
             "  t1: 6: 3072 [0: 0] worker"]
    for count, addresses in SAMPLES:
        lines += ["@ " + stack(addresses),
                  "  t*: %d: %d [0: 0]" % (count, count * 512),
                  "  t0: 1: 512 [0: 0]",
                  "  t1: %d: %d [0: 0] worker" % (count - 1, (count - 1) * 512)]
    return "\n".join(lines) + "\n\nMAPPED_LIBRARIES:\n" + MAPS


def contention():
    lines = ["--- contentionz 1 ---", "cycles/second = 2000000000",
             "sampling period = 10", "ms since reset = 5000",
             "discarded samples = 0"]
    for count, addresses in SAMPLES:
        lines.append("%9d %5d @ %s" % (count * 4000, count, stack(addresses)))
    return "\n".join(lines) + "\n--- Memory map: ---\n" + BRIEF


def threadz():
    text = "--- threadz 1 ---\n\n"
    for i, (_, addresses) in enumerate(SAMPLES):
        text += "--- Thread 7f%04x (name: worker/%d) stack: ---\n" % (i, 100 + i)
        text += "  PC: " + stack(addresses) + "\n"
    text += "--- Thread 7fff00 (name: worker/103) stack: ---\n"
    text += "  [same as previous thread]\n--- Memory map: ---\n"
    return text + BRIEF


def java(header, extra, rows):
    text = "--- %s 1 ---\nformat = java\n%s" % (header, extra)
    for a, b, addresses in rows:
        text += "%14d %5d @ %s\n" % (a, b, stack(addresses))
    return text + "\n" + JAVA_SYMBOLS


JAVA_ROWS = [(2097152, 2, [4, 3]), (1048576, 1, [5, 4, 3])]

FILES = {
    "cpu.le32": native("<I"),
    "cpu.be32": native(">I"),
    "cpu.le64": native("<Q"),
    "cpu.be64": native(">Q"),
    "heap.v2": heap("heap_v2/524288"),
    "heap.gperftools": heap("heapprofile"),
    "heap.growth": heap("growthz"),
    "heap.jemalloc": jemalloc(),
    "contention": contention(),
    "threadz": threadz(),
    "java.heap": java("heapz", "resolution = bytes\n", JAVA_ROWS),
    "java.contention": java("contentionz",
                            "resolution = microseconds\n"
                            "sampling period = 100\n", JAVA_ROWS),
    "java.cpu": cpu(">I", [(3, [4, 3]), (1, [6])], 1, JAVA_SYMBOLS),
}


def main():
    where = sys.argv[1] if len(sys.argv) > 1 else os.path.dirname(
        os.path.abspath(__file__))
    for name, content in FILES.items():
        if isinstance(content, str):
            content = content.encode()
        with open(os.path.join(where, name), "wb") as f:
            f.write(content)


main()
