#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes small files of other recorders, always with the same bytes.

usage: make_recorders.py [DIR]

One program in all of them, "server": main calls parse and render, parse calls
read.  Values are chosen so that a report can be added up by hand.
"""

import json
import os
import struct
import sys

# ---- perf.data ----

IP, TID, TIME, CALLCHAIN, PERIOD, IDENTIFIER = 1, 2, 4, 32, 256, 1 << 16
SAMPLE_TYPE = IP | TID | TIME | CALLCHAIN | PERIOD | IDENTIFIER
SAMPLE_ID_ALL = 1 << 18
FREQUENCY = 1 << 10
KERNEL, USER = 2 ** 64 - 128, 2 ** 64 - 512
MODE_KERNEL, MODE_USER, EXEC = 1, 2, 1 << 13
SERVER, WORKER = 100, 200
BUILD_ID = bytes(range(1, 21))

# Where things are: the program at 0x400000, the kernel where it always is.
MAIN, PARSE, READ, RENDER = 0x401000, 0x401100, 0x401200, 0x401300
SYSCALL, VFS_READ = 0xffffffff81001000, 0xffffffff81002000


def record(kind, misc, body):
    body += bytes(-len(body) % 8)
    return struct.pack("<IHH", kind, misc, 8 + len(body)) + body


def trailer(pid, tid, time, ident=7):
    return struct.pack("<IIQQ", pid, tid, time, ident)


def text(s):
    raw = s.encode() + b"\0"
    return raw + bytes(-len(raw) % 8)


def mmap2(pid, start, size, offset, name, time, protection=5):
    return record(10, MODE_USER, struct.pack(
        "<IIQQQIIQQII", pid, pid, start, size, offset, 0, 0, 0, 0, protection,
        2) + text(name) + trailer(pid, pid, time))


def mmap_kernel():
    return record(1, MODE_KERNEL, struct.pack(
        "<iIQQQ", -1, 0, 0xffffffff81000000, 0x1000000, 0xffffffff81000000) +
        text("[kernel.kallsyms]_text") + trailer(0, 0, 0))


def comm(pid, tid, name, time, misc=0):
    return record(3, misc, struct.pack("<II", pid, tid) + text(name) +
                  trailer(pid, tid, time))


def fork(pid, ppid, tid, ptid, time):
    return record(7, 0, struct.pack("<IIIIQ", pid, ppid, tid, ptid, time) +
                  trailer(pid, tid, time))


def sample(pid, tid, time, chain, period, ident=7):
    mode = MODE_KERNEL if chain[0] == KERNEL else MODE_USER
    return record(9, mode, struct.pack(
        "<QQIIQQQ", ident, chain[1], pid, tid, time, period, len(chain)) +
        struct.pack("<%dQ" % len(chain), *chain))


def user(*addresses):
    return [USER] + list(addresses)


def attr(kind, config, ident):
    words = struct.pack("<IIQQQQQ", kind, 128, config, 1000, SAMPLE_TYPE, 4,
                        FREQUENCY | SAMPLE_ID_ALL)
    return words + bytes(128 - len(words)), ident


EVENTS = [attr(1, 0, 7) + ("cpu-clock",), attr(1, 2, 8) + ("page-faults",)]


def records():
    """Not in order of time: the second half is of another CPU."""
    stack = user(PARSE + 4, MAIN + 8)
    return [
        mmap_kernel(),
        comm(SERVER, SERVER, "server", 10, EXEC),
        mmap2(SERVER, 0x400000, 0x10000, 0, "/srv/bin/server", 11),
        mmap2(SERVER, 0x500000, 0x10000, 0, "/srv/data", 12, 1),
        sample(SERVER, SERVER, 100, stack, 1000000),
        sample(SERVER, SERVER, 200, stack, 1000000),
        sample(SERVER, SERVER, 300, [KERNEL, VFS_READ, SYSCALL, USER,
                                     READ + 4, PARSE + 0x20, MAIN + 8],
               1000000),
        # what the worker does before anything is known of it, in this order
        sample(WORKER, 201, 600, user(RENDER, MAIN + 0x10), 1000000),
        sample(WORKER, 201, 700, user(RENDER, MAIN + 0x10), 3, 8),
        record(68, 0, b""),
        fork(WORKER, SERVER, WORKER, SERVER, 400),
        fork(WORKER, WORKER, 201, WORKER, 450),
        comm(WORKER, 201, "io worker", 500),
        sample(SERVER, SERVER, 800, user(0x7f0000000010), 1000000),
        record(68, 0, b""),
    ]


def build_ids():
    return b"".join(record(0, mode, struct.pack("<i", pid) + ident + bytes(4)
                           + text(name)) for mode, pid, ident, name in (
        (MODE_USER, -1, BUILD_ID, "/srv/bin/server"),
        (MODE_KERNEL, -1, BUILD_ID[::-1], "[kernel.kallsyms]")))


def event_desc():
    out = struct.pack("<II", len(EVENTS), 128)
    for a, ident, name in EVENTS:
        raw = name.encode() + b"\0"
        raw += bytes(-len(raw) % 64)
        out += a + struct.pack("<II", 1, len(raw)) + raw
        out += struct.pack("<Q", ident)
    return out


def perf_data():
    ids = b"".join(struct.pack("<Q", e[1]) for e in EVENTS)
    attrs_at = 104 + len(ids)
    attrs = b"".join(a + struct.pack("<QQ", 104 + 8 * i, 8)
                     for i, (a, _, _) in enumerate(EVENTS))
    data_at = attrs_at + len(attrs)
    data = b"".join(records())
    features = {2: build_ids(), 12: event_desc()}
    at = data_at + len(data) + 16 * len(features)
    table = b""
    for number in sorted(features):
        table += struct.pack("<QQ", at, len(features[number]))
        at += len(features[number])
    bits = sum(1 << n for n in features)
    head = b"PERFILE2" + struct.pack(
        "<QQQQQQQQQQQQ", 104, 144, attrs_at, len(attrs), data_at, len(data), 0,
        0, bits, 0, 0, 0)
    return head + ids + attrs + data + table + features[2] + features[12]


def perf_pipe():
    out = b"PERFILE2" + struct.pack("<Q", 16)
    for a, ident, name in EVENTS:
        out += record(64, 0, a + struct.pack("<Q", ident))
        out += record(78, 0, struct.pack("<QQ", 2, ident) + text(name))
    out += record(80, 0, struct.pack("<Q", 2) + build_ids())
    return out + b"".join(records())


# ---- JSON ----

NAMES = ["main", "parse", "read", "render"]
STACKS = [(["main", "parse"], 2), (["main", "parse", "read"], 3),
          (["main", "render"], 4)]


def dump(value):
    return json.dumps(value, separators=(",", ":"), sort_keys=False) + "\n"


def speedscope():
    at = NAMES.index
    frames = [{"name": n, "file": "/srv/src/%s.rs" % n, "line": 10 + i}
              for i, n in enumerate(NAMES)]
    sampled = {"type": "sampled", "name": "thread 1", "unit": "milliseconds",
               "startValue": 0, "endValue": 9,
               "samples": [[at(f) for f in s] for s, _ in STACKS],
               "weights": [w + 0.5 for _, w in STACKS]}
    events = [("O", "main", 0), ("O", "parse", 1), ("C", "parse", 4),
              ("O", "render", 4), ("C", "render", 9), ("C", "main", 10)]
    evented = {"type": "evented", "name": "thread 2", "unit": "microseconds",
               "startValue": 0, "endValue": 10,
               "events": [{"type": t, "frame": at(n), "at": w}
                          for t, n, w in events]}
    return dump({
        "$schema": "https://www.speedscope.app/file-format-schema.json",
        "name": "server", "shared": {"frames": frames},
        "profiles": [sampled, evented]})


FILES = {
    "perf.data": perf_data,
    "perf.pipe.data": perf_pipe,
    "server.speedscope.json": speedscope,
}


def main():
    where = sys.argv[1] if len(sys.argv) > 1 else os.path.dirname(
        os.path.abspath(__file__))
    for name, make in FILES.items():
        content = make()
        if isinstance(content, str):
            content = content.encode()
        with open(os.path.join(where, name), "wb") as f:
            f.write(content)


main()
