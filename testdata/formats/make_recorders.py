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


def perf_pipe(rows=None):
    out = b"PERFILE2" + struct.pack("<Q", 16)
    for a, ident, name in EVENTS:
        out += record(64, 0, a + struct.pack("<Q", ident))
        out += record(78, 0, struct.pack("<QQ", 2, ident) + text(name))
    out += record(80, 0, struct.pack("<Q", 2) + build_ids())
    return out + b"".join(rows or records())


def perf_second():
    """Of two events only the second one happened."""
    stack = user(PARSE + 4, MAIN + 8)
    return perf_pipe([
        comm(SERVER, SERVER, "server", 10, EXEC),
        mmap2(SERVER, 0x400000, 0x10000, 0, "/srv/bin/server", 11),
        sample(SERVER, SERVER, 100, stack, 3, 8)])


def perf_processes():
    """Two processes of one program; kernel and library come before it."""
    library, twin = 0x600000, 0x800000
    return perf_pipe([
        mmap_kernel(),
        comm(SERVER, SERVER, "server", 10, EXEC),
        mmap2(SERVER, library, 0x10000, 0, "/srv/lib/libcodec.so.1", 11),
        mmap2(SERVER, 0x400000, 0x10000, 0, "/srv/bin/server", 12),
        comm(WORKER, WORKER, "server", 20, EXEC),
        mmap2(WORKER, twin, 0x10000, 0, "/srv/bin/server", 21),
        sample(SERVER, SERVER, 100, [KERNEL, VFS_READ, USER, library + 0x10,
                                     PARSE + 4], 2000000),
        sample(WORKER, WORKER, 200, user(twin + 0x1104), 1000000)])


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


# ---- Firefox ----

def stacks():
    """Frames and prefixes of STACKS, as a tree."""
    rows, index = [], {}
    for names, _ in STACKS:
        for i in range(1, len(names) + 1):
            path = tuple(names[:i])
            if path not in index:
                index[path] = len(rows)
                rows.append((NAMES.index(path[-1]), index.get(path[:-1])))
    return rows, [index[tuple(s)] for s, _ in STACKS]


LIB = {"name": "server", "path": "/srv/bin/server", "debugName": "server",
       "breakpadId": "0403020106050807090A0B0C0D0E0F100",
       "codeId": BUILD_ID.hex()}


def firefox():
    """Version 66: shared tables, offsets; "read" is inlined into a frame."""
    rows, leaves = stacks()
    n = len(NAMES)
    inlined = [0, 0, 1, 0]
    frames = {"length": n, "func": list(range(n)), "line": [3, 5, 7, None],
              "address": [-1, 0x1100, 0x1100, 0x1300], "inlineDepth": inlined}
    shared = {
        "stringArray": NAMES[:3] + ["0x1300", "/srv/src/main.rs", "server"],
        "stackTable": {
            "length": len(rows), "frame": [f for f, _ in rows],
            "prefixOffset": [0 if p is None else i - p
                             for i, (_, p) in enumerate(rows)]},
        "frameTable": frames,
        "funcTable": {"length": n, "name": [0, 1, 2, 3],
                      "resource": [-1, 0, 0, 0], "source": [0, 0, None, None]},
        "resourceTable": {"length": 1, "lib": [0], "name": [5]},
        "sources": {"length": 1, "filename": [4]}}
    samples = {"length": 4, "stack": leaves + [None], "weightType": "samples",
               "weight": [w for _, w in STACKS] + [1],
               "threadCPUDelta": [900, 800, 700, None],
               "timeDeltas": [0, 1, 1, 1]}
    threads = [{"name": "main thread", "processName": "server", "pid": "100",
                "tid": 100, "samples": samples},
               {"name": "pool", "processName": "server", "pid": "100.1",
                "tid": "7", "samples": dict(samples, weight=None)}]
    return dump({"meta": {
        "interval": 0.5, "preprocessedProfileVersion": 66, "version": 24,
        "sampleUnits": {"time": "ms", "threadCPUDelta": "\u00b5s"}},
        "libs": [LIB], "threads": threads, "shared": shared})


def gecko():
    """As Firefox writes it, and perf's script: tables with a schema."""
    rows, leaves = stacks()
    strings = ["main (/srv/src/main.js:10:5)", "parse (in server)[3]", "read",
               "render (a) (/srv/src/b.js:12)"]
    thread = {
        "name": "main thread", "processType": "default", "pid": 100,
        "tid": 101, "stringTable": strings,
        "samples": {"schema": {"stack": 0, "time": 1},
                    "data": [[s, i] for i, s in enumerate(leaves)] + [[]]},
        "stackTable": {"schema": {"prefix": 0, "frame": 1},
                       "data": [[p, f] for f, p in rows]},
        "frameTable": {"schema": {"location": 0, "relevantForJS": 1,
                                  "line": 2},
                       "data": [[0], [1, False, 4], [2, False, None], [3]]}}
    return dump({"meta": {"interval": 2, "version": 27, "processType": 0},
                 "libs": [], "threads": [thread],
                 "processes": [{"meta": {"interval": 2, "version": 27},
                                "threads": [dict(thread, name="child",
                                                 tid=102)]}]})


# ---- Chrome ----

def v8_nodes():
    rows, leaves = stacks()
    nodes = [{"id": 1, "callFrame": {"functionName": "(root)", "url": "",
                                     "lineNumber": -1, "columnNumber": -1}}]
    for i, (frame, prefix) in enumerate(rows):
        nodes.append({"id": i + 2, "parent": 1 if prefix is None
                      else prefix + 2,
                      "callFrame": {"functionName": NAMES[frame],
                                    "url": "https://a.example/%s.js" % frame,
                                    "lineNumber": 9 + frame,
                                    "columnNumber": 1}})
    return nodes, [s + 2 for s in leaves]


def chrome():
    nodes, leaves = v8_nodes()
    event = {"ph": "P", "cat": "v8", "pid": 1, "id": "0x1"}
    chunks = [({"nodes": nodes[:3], "samples": leaves[:1]}, [10]),
              ({"nodes": nodes[3:], "samples": leaves[1:]}, [2000, 3000])]
    out = [{"name": "RunTask", "ph": "X", "pid": 1, "tid": 2, "ts": 5,
            "dur": 3, "args": {"data": {"startTime": 1.5}}}]
    for i, (profile, deltas) in reversed(list(enumerate(chunks))):
        data = {"cpuProfile": profile, "timeDeltas": deltas}
        if i:
            data["endTime"] = 15010
        out.append(dict(event, name="ProfileChunk", tid=9, ts=20.5 + i,
                        args={"data": data}))
    out.append(dict(event, name="Profile", tid=2, ts=10,
                    args={"data": {"startTime": 6000}}))
    out.append({"name": "thread_name", "ph": "M", "pid": 1, "tid": 2,
                "args": {"name": "CrRendererMain"}})
    children = [dict(n) for n in nodes]
    for n in children:
        parent = n.pop("parent", None)
        if parent:
            children[parent - 1].setdefault("children", []).append(n["id"])
    out.append({"name": "CpuProfile", "ph": "I", "pid": 3, "tid": 4, "ts": 1,
                "args": {"data": {"cpuProfile": {
                    "nodes": children, "samples": leaves,
                    "timeDeltas": [0, 10, 20], "startTime": 0,
                    "endTime": 60}}}})
    return dump({"traceEvents": out})


# ---- OTLP ----

def varint(v):
    v &= 2 ** 64 - 1
    out = b""
    while v > 127:
        out += bytes([v & 127 | 128])
        v >>= 7
    return out + bytes([v])


def number(field, v):
    return varint(field << 3) + varint(v) if v else b""


def part(field, raw):
    raw = raw.encode() if isinstance(raw, str) else raw
    return varint(field << 3 | 2) + varint(len(raw)) + raw


def packed(field, values):
    return part(field, b"".join(varint(v) for v in values)) if values else b""


def fixed(field, v):
    return varint(field << 3 | 1) + struct.pack("<Q", v)


STRINGS = ["", "cpu", "nanoseconds"] + NAMES + [
    "/srv/src/main.go", "/srv/bin/server", "thread.name", "pool-1", "size",
    "bytes", "process.executable.build_id.gnu", BUILD_ID.hex(), "hot"]


def at(s):
    return STRINGS.index(s)


# mapping, address, lines: the last location has an address only
LOCATIONS = [(0, 0, []), (1, 0x1000, [(1, 10)]),
             (1, 0x1100, [(3, 30), (2, 20)]), (1, 0x1300, [])]
OTLP_STACKS = [[], [2, 1], [3, 1]]
# stack, value, attributes, link
OTLP_SAMPLES = [(1, 5000000, [1, 2, 4], 1), (2, 7000000, [3], 0)]
TRACE, SPAN = bytes(range(16)), bytes(range(8))


def attribute(key, value, unit, old):
    if isinstance(value, bool):
        v = varint(2 << 3) + varint(int(value))
    elif isinstance(value, int):
        v = varint(3 << 3) + varint(value)
    else:
        v = part(1, value)
    if old:
        return part(1, key) + part(2, v)
    return number(1, at(key)) + part(2, v) + number(3, at(unit))


ATTRIBUTES = [("", "", ""), ("thread.name", "pool-1", ""),
              ("size", 64, "bytes"), ("hot", True, ""),
              ("size", -2, "bytes")]
BUILD = ("process.executable.build_id.gnu", BUILD_ID.hex(), "")


def dictionary(old):
    out = part(1, b"") + part(1, number(1, 0x1000) + number(2, 0x9000) +
                              number(4, at("/srv/bin/server")) +
                              packed(5, [len(ATTRIBUTES)]))
    for mapping, address, lines in LOCATIONS:
        out += part(2, number(1, mapping) + number(2, address) + b"".join(
            part(3, number(1, f) + number(2, n)) for f, n in lines))
    out += part(3, b"")
    for name in NAMES[:3]:
        out += part(3, number(1, at(name)) + number(3, at("/srv/src/main.go"))
                    + number(4, 1))
    out += part(4, b"") + part(4, part(1, TRACE) + part(2, SPAN))
    out += b"".join(part(5, s) for s in STRINGS)
    out += b"".join(part(6, attribute(*a, old)) for a in ATTRIBUTES + [BUILD])
    if old:
        return out + part(7, number(1, at("size")) + number(2, at("bytes")))
    return out + b"".join(part(7, packed(1, s)) for s in OTLP_STACKS)


def value_type():
    return number(1, at("cpu")) + number(2, at("nanoseconds"))


def resource(name):
    return part(1, part(1, part(1, "service.name") + part(2, part(1, name))))


def otlp():
    """1.10."""
    out = b""
    for i, (stack, value, attrs, link) in enumerate(OTLP_SAMPLES):
        times = struct.pack("<Q", 10 ** 18) * 2
        profile = part(1, value_type()) + part(2, number(1, stack) + packed(
            2, attrs) + number(3, link) + packed(4, [value]) + part(5, times))
        # a sample without values: each of its times is one
        profile += part(2, number(1, stack) + part(5, times))
        profile += fixed(3, 10 ** 18) + number(4, 10 ** 10) + part(
            5, value_type()) + number(6, 10 ** 7)
        out += part(1, resource("service %d" % i) + part(2, part(2, profile)))
    return out + part(2, dictionary(False))


def otlp_old():
    """1.7: stacks are parts of a list, units have one."""
    profile, places = part(1, value_type()), []
    for stack, value, attrs, link in OTLP_SAMPLES:
        locations = OTLP_STACKS[stack]
        profile += part(2, number(1, len(places)) + number(
            2, len(locations)) + packed(3, [value]) + packed(4, attrs) +
            number(5, link) + packed(6, [10 ** 18]))
        places += locations
    profile += packed(3, places) + number(4, 10 ** 18) + number(
        5, 10 ** 10) + part(6, value_type()) + number(7, 10 ** 7)
    return part(1, resource("one") + part(2, part(2, profile))) + part(
        2, dictionary(True))


def otlp_json():
    """Lines, each with a dictionary of its own."""
    lines = ""
    for i, (stack, value, attrs, link) in enumerate(OTLP_SAMPLES):
        sample = {"stackIndex": stack, "values": [str(value)],
                  "attributeIndices": attrs, "linkIndex": link,
                  "timestampsUnixNano": [str(10 ** 18)]}
        profile = {"sampleType": {"typeStrindex": at("cpu"),
                                  "unitStrindex": at("nanoseconds")},
                   "samples": [sample], "timeUnixNano": str(10 ** 18),
                   "durationNano": str(10 ** 10), "period": "10000000",
                   "periodType": {"typeStrindex": 1, "unit_strindex": 2}}
        listed = [{"keyStrindex": at(k), "unitStrindex": at(u), "value":
                   {"boolValue": v} if v is True else {"intValue": str(v)}
                   if isinstance(v, int) else {"stringValue": v}}
                  for k, v, u in ATTRIBUTES + [BUILD]]
        tables = {
            "mappingTable": [{}, {
                "memoryStart": "4096", "memoryLimit": "36864",
                "filenameStrindex": at("/srv/bin/server"),
                "attributeIndices": [len(ATTRIBUTES)]}],
            "locationTable": [{
                "mappingIndex": m, "address": str(a),
                "lines": [{"functionIndex": f, "line": str(n)}
                          for f, n in ls]} for m, a, ls in LOCATIONS],
            "functionTable": [{}] + [{
                "nameStrindex": at(n), "startLine": "1",
                "filenameStrindex": at("/srv/src/main.go")}
                for n in NAMES[:3]],
            "linkTable": [{}, {"traceId": TRACE.hex(), "spanId": SPAN.hex()}],
            "stringTable": STRINGS, "attributeTable": listed,
            "stackTable": [{"locationIndices": s} for s in OTLP_STACKS]}
        attributes = [{"key": "service.name",
                       "value": {"stringValue": "service %d" % i}}]
        lines += dump({"resourceProfiles": [{
            "resource": {"attributes": attributes},
            "scopeProfiles": [{"profiles": [profile]}]}],
            "dictionary": tables})
    return lines


FILES = {
    "firefox.json": firefox,
    "gecko.json": gecko,
    "chrome.trace.json": chrome,
    "otlp.pb": otlp,
    "otlp.1.7.pb": otlp_old,
    "otlp.lines.json": otlp_json,
    "perf.data": perf_data,
    "perf.pipe.data": perf_pipe,
    "perf.second.data": perf_second,
    "perf.processes.data": perf_processes,
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
