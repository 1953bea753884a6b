#!/usr/bin/env python3
"""Writes the profiles of this directory: make.py [DIR].

The bytes are always the same.  Only the standard library is used, and nothing
of profq, so that a mistake of its writer cannot hide one of its reader.
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


def packed(field, numbers):
    return blob(field, b"".join(varint(n) for n in numbers))


class Profile:
    """Field numbers are those of profile.proto."""

    def __init__(self, *types):
        self.strings = {"": 0}
        self.functions = {}
        self.locations = {}
        self.body = b""
        self.tail = b""
        for kind, unit in types:
            self.body += blob(1, self.value_type(kind, unit))

    def text(self, s):
        return self.strings.setdefault(s, len(self.strings))

    def value_type(self, kind, unit):
        return number(1, self.text(kind)) + number(2, self.text(unit))

    def mapping(self, ident, start, limit, name, build_id=""):
        self.body += blob(3, number(1, ident) + number(2, start) +
                          number(3, limit) + number(5, self.text(name)) +
                          number(6, self.text(build_id)) + number(7, 1))

    def function(self, name, file, start):
        key = (name, file, start)
        if key not in self.functions:
            ident = len(self.functions) + 1
            self.functions[key] = ident
            self.body += blob(5, number(1, ident) +
                              number(2, self.text(name)) +
                              number(3, self.text(name)) +
                              number(4, self.text(file)) + number(5, start))
        return self.functions[key]

    def location(self, mapping, address, *lines):
        """Lines are (function, file, start line, line) and maybe a column,
        innermost first."""
        key = (mapping, address) + lines
        if key not in self.locations:
            ident = len(self.locations) + 1
            self.locations[key] = ident
            body = number(1, ident) + number(2, mapping) + number(3, address)
            for name, file, start, line, *column in lines:
                body += blob(4, number(1, self.function(name, file, start)) +
                             number(2, line) + number(3, sum(column)))
            self.body += blob(4, body)
        return self.locations[key]

    def sample(self, values, stack, **labels):
        """The stack begins at the leaf.  A label is a string, or a number
        with its unit."""
        body = packed(1, stack) + packed(2, values)
        for key, value in labels.items():
            label = number(1, self.text(key))
            if isinstance(value, str):
                label += number(2, self.text(value))
            else:
                label += (number(3, value[0]) + number(4, self.text(value[1])))
            body += blob(3, label)
        self.body += blob(2, body)

    def write(self, path):
        texts = b"".join(blob(6, s.encode()) for s in self.strings)
        with open(path, "wb") as out:
            # no name and no time in the header
            with gzip.GzipFile("", "wb", 9, out, 0) as z:
                z.write(self.body + texts + self.tail)


def app(path, values, time):
    """A CPU profile with all that `top` can tell apart: see README."""
    p = Profile(("samples", "count"), ("cpu", "nanoseconds"))
    p.mapping(1, 0x400000, 0x500000, "/usr/bin/app", "abcdef0123")
    p.mapping(2, 0x7F0000, 0x800000, "/lib/libc.so.6")
    main = p.location(1, 0x401000, ("main", "/src/app/main.c", 10, 12))
    other = p.location(1, 0x401010, ("main", "/src/app/main.c", 10, 15))
    work = p.location(1, 0x402000, ("work", "/src/app/work.c", 20, 22))
    inlined = p.location(1, 0x402010,
                         ("inl_leaf", "/src/app/util.h", 5, 7),
                         ("work", "/src/app/work.c", 20, 24))
    rec = p.location(1, 0x403000, ("rec", "/src/app/work.c", 40, 42))
    same = p.location(1, 0x404000, ("helper", "/src/app/a.c", 1, 2))
    twin = p.location(1, 0x405000, ("helper", "/src/app/b.c", 3, 4))
    libc = p.location(2, 0x7F0100)
    stacks = [
        ([inlined, main], {"thread": "t1", "size": (1024, "bytes")}),
        ([work, main], {"thread": "t2", "size": (2048, "bytes")}),
        ([rec, rec, rec, other], {"thread": "t1"}),
        ([libc, work, main], {"thread": "t2"}),
        ([main], {"size": (512, "bytes")}),
        ([same, work, main], {"thread": "t3"}),
        ([twin, other], {"thread": "t3"}),
        ([other], {}),
    ]
    for (stack, labels), value in zip(stacks, values):
        if value:
            p.sample([value, value * 10000000], stack, **labels)
    p.tail = (number(9, time) + number(10, 10500000000) +
              blob(11, p.value_type("cpu", "nanoseconds")) +
              number(12, 10000000) + packed(13, [p.text("a comment")]))
    p.write(path)


def units(path):
    """One function for each order of magnitude."""
    p = Profile(("space", "bytes"))
    p.mapping(1, 0x1000, 0x9000, "u")
    sizes = [1, 1023, 1024, 1536, 3 << 20, 5 << 30]
    for i, size in enumerate(sizes):
        name = "f%d" % i
        p.sample([size], [p.location(1, 0x1000 + i, (name, "u.c", 1, i + 1))])
    p.write(path)


def names(path):
    """Names that must not reach a terminal as they are."""
    p = Profile(("widgets", "widgets"))
    texts = ["plain", "\u00b5-s\u00e9rie", "red\x1b[31m", "line\nbreak",
             "tab\there", "turn\u202eed"]
    for i, name in enumerate(texts):
        p.sample([1000 >> i], [p.location(0, i + 1, (name, "n.c", 1, 1))])
    p.write(path)


def mangled(path):
    """Names of a linker, two of which are one function to a reader."""
    p = Profile(("cpu", "nanoseconds"))
    push = "_ZNSt6vectorI%sSaI%sEE9push_backERK%s"
    texts = ["main", "_ZN3app5cache3getEi", push % ("i", "i", "i"),
             push % ("d", "d", "d"), "_ZN4core3fmt5write17h0123456789abcdefE"]
    at = [p.location(0, i + 1, (name, "m.cc", 1, i + 1))
          for i, name in enumerate(texts)]
    for i, leaf in enumerate(at[2:]):
        p.sample([100 >> i], [leaf, at[1], at[0]])
    p.write(path)


def places(path):
    """Functions named for where their sources are, or are not."""
    p = Profile(("space", "bytes"))
    lines = [
        ("plain", "src/plain.c", 2),
        ("plain", "src/plain.c", 4),
        ("pair", "src/a.c", 2),
        ("pair", "src/b.c", 1),
        ("pair", "", 0),
        ("built_elsewhere", "/build/server/src/plain.c", 2),
        ("crlf", "src/crlf.c", 2),
        ("long_line", "src/long.c", 2),
        ("long_line", "src/long.c", 4),
        ("link_out", "src/link.c", 1),
        ("link_out", "src/dir/link.c", 1),
        ("fifo", "src/fifo.c", 1),
        ("climbs", "../../etc/passwd", 1),
        ("climbs", "src/../../../etc/passwd", 1),
        ("absolute", "/etc/passwd", 1),
        ("process", "/proc/self/environ", 1),
        ("process", "./proc/self/environ", 1),
    ]
    for i, (name, file, line) in enumerate(lines):
        p.sample([100 + i], [p.location(0, i + 1, (name, file, 1, line))])
    p.write(path)


def twice(path):
    """One call twice in a stack: inlined near the leaf, not near the root."""
    p = Profile(("cpu", "nanoseconds"))
    main = p.location(0, 1, ("main", "t.c", 1, 2))
    walk = p.location(0, 2, ("walk", "t.c", 10, 12))
    visit = p.location(0, 3, ("visit", "t.c", 20, 22))
    both = p.location(0, 4, ("visit", "t.c", 20, 23), ("walk", "t.c", 10, 13))
    inner = p.location(0, 5, ("step", "t.c", 30, 31), ("visit", "t.c", 20, 24))
    p.sample([5], [both, visit, walk, main])
    p.sample([3], [inner, walk, main])
    p.sample([2], [visit, both, main])
    p.write(path)


def stale(path):
    """Functions whose lines are not those of the source that is there."""
    p = Profile(("cpu", "nanoseconds"))
    lines = [
        ("a.one", "a.go", 3, 4),       # looked for
        ("a.two", "a.go", 90, 4),      # starts below its line
        ("b.lone", "b.go", 90, 4),     # the same, and not looked for before
        ("b.next", "b.go", 3, 4),
        ("runtime.main", "$GOROOT/src/runtime/proc.go", 3, 4),
        ("runtime.(*mheap).alloc", "/usr/local/go/src/runtime/proc.go", 6, 7),
    ]
    for i, (name, file, start, line) in enumerate(lines):
        p.sample([10 + i], [p.location(0, i + 1, (name, file, start, line))])
    p.write(path)


def bare(path):
    """No addresses: places with a column and no line; a sandbox's paths."""
    p = Profile(("cpu", "nanoseconds"))
    file = "/proc/self/cwd/src/app.cc"
    root = p.location(0, 0, ("main", file, 1, 3, 5))
    line = p.location(0, 0, ("work", file, 10, 12, 7))
    column = p.location(0, 0, ("work", file, 10, 0, 9))
    nothing = p.location(0, 0, ("work", file, 10, 0))
    p.sample([5], [line, root])
    p.sample([3], [column, root])
    p.sample([2], [nothing, root])
    p.write(path)


def main():
    to = sys.argv[1] if len(sys.argv) > 1 else os.path.dirname(
        os.path.abspath(__file__))
    start = 1700000000 * 10**9
    app(os.path.join(to, "app.pb.gz"), [10, 5, 3, 2, 1, 0, 0, 0], start)
    app(os.path.join(to, "app.before.pb.gz"), [4, 9, 3, 0, 0, 2, 1, 1],
        start - 60 * 10**9)
    app(os.path.join(to, "app.twins.pb.gz"), [1, 2, 3, 4, 5, 6, 7, 8], start)
    units(os.path.join(to, "units.pb.gz"))
    names(os.path.join(to, "names.pb.gz"))
    mangled(os.path.join(to, "mangled.pb.gz"))
    places(os.path.join(to, "places.pb.gz"))
    twice(os.path.join(to, "twice.pb.gz"))
    stale(os.path.join(to, "stale.pb.gz"))
    bare(os.path.join(to, "bare.pb.gz"))


main()
