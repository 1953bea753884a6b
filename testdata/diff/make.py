#!/usr/bin/env python3
"""Writes the small profiles beside it, each for one property of diff."""
import os


def varint(n):
    n &= (1 << 64) - 1
    out = bytearray()
    while n >= 0x80:
        out.append(n & 0x7f | 0x80)
        n >>= 7
    out.append(n)
    return bytes(out)


def number(field, n):
    return varint(field << 3) + varint(n)


def message(field, body):
    return varint(field << 3 | 2) + varint(len(body)) + body


class Profile:
    def __init__(self, types, period_type, period, duration=0):
        self.strings, self.functions, self.samples = [''], [], []
        self.types, self.period_type = types, period_type
        self.period, self.duration = period, duration

    def string(self, text):
        if text not in self.strings:
            self.strings.append(text)
        return self.strings.index(text)

    def add(self, stack, values, labels=()):
        for name in stack:
            if name not in self.functions:
                self.functions.append(name)
        ids = [self.functions.index(name) + 1 for name in stack]
        self.samples.append((ids, values, labels))

    def value_type(self, kind):
        return number(1, self.string(kind[0])) + number(2, self.string(kind[1]))

    def label(self, key, value):
        if isinstance(value, str):
            return number(1, self.string(key)) + number(2, self.string(value))
        return number(1, self.string(key)) + number(3, value)

    def write(self, path):
        out = b''.join(message(1, self.value_type(t)) for t in self.types)
        for ids, values, labels in self.samples:
            body = b''.join(number(1, i) for i in ids)
            body += b''.join(number(2, v) for v in values)
            body += b''.join(message(3, self.label(*l)) for l in labels)
            out += message(2, body)
        for i, name in enumerate(self.functions, 1):
            s = self.string(name)
            out += message(4, number(1, i) + number(3, 0x1000 * i) +
                           message(4, number(1, i) + number(2, 10 * i)))
            out += message(5, number(1, i) + number(2, s) + number(3, s))
        tail = number(10, self.duration) + message(11, self.value_type(self.period_type))
        out += tail + number(12, self.period)
        out += b''.join(message(6, s.encode()) for s in self.strings)
        with open(os.path.join(os.path.dirname(__file__), path), 'wb') as f:
            f.write(out)


def cpu(path, rows, duration=10**10):
    p = Profile([('samples', 'count'), ('cpu', 'nanoseconds')], ('cpu', 'nanoseconds'),
                10**7, duration)
    for stack, n, *labels in rows:
        p.add(stack, [n, n * 10**7], labels)
    p.write(path)


def counts(path, kind, rows):
    p = Profile([kind], kind, 1)
    for stack, value in rows:
        p.add(stack, [value])
    p.write(path)


OLD = [(['parse', 'main'], 80), (['render', 'main'], 40), (['gone', 'main'], 30),
       (['main'], 5)]
NEW = [(['parse', 'main'], 84), (['render', 'main'], 120), (['fresh', 'main'], 25),
       (['main'], 6)]
cpu('cpu-old.pb', OLD)
cpu('cpu-new.pb', NEW)
cpu('cpu-new-30s.pb', [(s, 3 * n) for s, n in NEW], 3 * 10**10)
cpu('cpu-disjoint.pb', [(['other', 'start'], 90), (['start'], 20)])
cpu('labels-old.pb', [(['work', 'main'], 50, ('tenant', 'a')), (['work', 'main'], 50, ('tenant', 'b'))])
cpu('labels-new.pb', [(['work', 'main'], 52, ('tenant', 'a')), (['work', 'main'], 150, ('tenant', 'b'))])
for i, (a, b) in enumerate([(40, 78), (37, 83), (44, 80), (41, 77)], 1):
    cpu('group-a%d.pb' % i, [(['hot', 'main'], a), (['cold', 'main'], 60 + i)])
    cpu('group-b%d.pb' % i, [(['hot', 'main'], b), (['cold', 'main'], 64 - i)])
counts('goroutines-old.pb', ('goroutine', 'count'), [(['park', 'main'], 12), (['wait', 'main'], 3)])
counts('goroutines-new.pb', ('goroutine', 'count'), [(['park', 'main'], 12), (['wait', 'main'], 40)])
counts('negative-old.pb', ('delta', 'bytes'), [(['a', 'main'], -500), (['b', 'main'], 300)])
counts('negative-new.pb', ('delta', 'bytes'), [(['a', 'main'], 200), (['b', 'main'], -100)])
counts('huge-old.pb', ('space', 'things'), [(['a', 'main'], 2**62), (['b', 'main'], 1)])
counts('huge-new.pb', ('space', 'things'), [(['a', 'main'], 2**62 + 3), (['b', 'main'], 2**61 + 1)])
counts('empty.pb', ('cpu', 'nanoseconds'), [])
