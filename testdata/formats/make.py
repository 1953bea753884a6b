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


NAMES = {0x401000: "main", 0x4010ff: "parse_all", 0x401100: "parse_all",
         0x40100f: "main", 0x402010: "lex", 0x402020: "parse_all--decode",
         0x402030: "lex"}


def symbolized(section, profile):
    """As `pprof --raw' of gperftools writes it: names in front."""
    text = "--- symbol\nbinary=/srv/bin/server\n"
    for address, name in sorted(NAMES.items()):
        text += "0x%016x %s\n" % (address, name)
    text = (text + "---\n--- %s\n" % section).encode()
    return text + (profile if isinstance(profile, bytes)
                   else profile.encode())


def memprof():
    """php-memprof: a CPU profile without a period, whose counts are bytes."""
    text = "--- symbol\nbinary=todo.php\n"
    names = ["root", "main", "Cart::load", "str_repeat"]
    for i, name in enumerate(names):
        text += "0x%016x %s\n" % ((i + 1) * 8, name)
    words = [0, 3, 0, 0, 0]
    for size, stack in [(4096, [32, 24, 16, 8]), (512, [24, 16, 8])]:
        words += [size, len(stack)] + stack
    return (text + "---\n--- profile\n").encode() + b"".join(
        struct.pack("<Q", w) for w in words)


CRASH = """\
2024/05/01 12:00:00 listening on :8080
panic: runtime error: index out of range [5] with length 3

goroutine 1 [running]:
main.lookup(0x5)
	/src/shop/main.go:12 +0x1d
main.main()
	/src/shop/main.go:20 +0x25

goroutine 18 [chan receive, 2 minutes]{"tenant": "a b"}:
main.worker(0xc000012345, 0x2)
	/src/shop/main.go:42 +0x1d
created by main.start in goroutine 1
	/src/shop/main.go:30 +0x5a

exit status 2
"""

BPFTRACE = """\
Attaching 1 probe...

@[
    finish_task_switch+1
    schedule+2
,
    server::run(int)+38642
    main+3
, server]: 7
@[
    server::idle()+2
    main+3
, server]: 2
"""

DTRACE = """\
CPU     ID                    FUNCTION:NAME
  0  85108                       :tick-10s

  server
              libc.so.1`__read+0x7
              server`parse+0x10
              server`main+0x20
               12

  server
              unix`i86_mwait+0xd
              0xfffffffffb800000
                7
"""

MAC_SAMPLE = """\
Analysis of sampling server (pid 123) every 1 millisecond
Process:         server [123]

Call graph:
    100 Thread_17   DispatchQueue_1: com.apple.main-thread  (serial)
    + 100 start  (in libdyld.dylib) + 1  [0x7fff2040]
    +   90 main  (in server) + 100  [0x100001000]
    +   ! 60 server::parse(char const*)  (in server) + 10  [0x100001100]
    +   ! 20 server::decode()  (in server) + 10  [0x100001200]
    +   10 exit  (in libsystem_c.dylib) + 3  [0x7fff3000]
    5 Thread_18

Total number in stack (recursive counted multiple, when >=5):

Binary Images:
"""

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
    "heap.raw": symbolized("heap", heap("heap_v2/524288")),
    "cpu.raw": symbolized("profile", native("<Q")),
    "memprof.raw": memprof(),
    "go.crash": CRASH,
    "bpftrace": BPFTRACE,
    "dtrace": DTRACE,
    "mac.sample": MAC_SAMPLE,
    "two-counts.folded": "main;parse;lex 10 30\nmain;parse 40 20\n"
                         "main;idle 5 5\n",
    "seconds.folded": "# tool: sampler\n# rate: 100\nmain;parse;lex 1.5\n"
                      "main;parse 2.25\nmain;idle 0.25\n",
    "engine.csv": '"stack","inuse_space/bytes","label:region"\n'
                  '"main;""main"".run;a,b;two\nlines",4096,eu\n'
                  '"main;""main"".run;a,b;two\nlines",1024,us\n'
                  '"main;""main"".run;a,b;two\nlines",1024,eu\n'
                  ',7,\n',
    "utf16.folded": "main;parse;lex 5\r\nmain;µ 2\r\n".encode("utf-16"),
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
