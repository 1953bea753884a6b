#!/usr/bin/env python3
"""Boxes of flame graphs and rows of top against folded stacks.

    tests/sums.py PROFQ FOLDER...

Every file below the folders that profq reads is one case: each box has the
sum of the stacks that begin with its path and the value of the stack that is
its path, what is merged beside boxes is the rest of their parent, and functions
of top have what the stacks say that have them.
"""
import collections
import json
import os
import subprocess
import sys

NO_STACK = ('[no stack]',)


def run(words):
    done = subprocess.run(words, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                          check=False)
    return done.stdout if done.returncode == 0 else None


def read_folded(text):
    stacks = collections.Counter()
    for line in text.decode().splitlines():
        names, value = line.rsplit(' ', 1)
        path = tuple(names.split(';'))
        stacks[() if path == NO_STACK else path] += int(value)
    return stacks


def folded_name(name):
    """A name as folded files have it; None: it has bytes that are escaped."""
    return name.replace(';', ':') if name.isprintable() else None


def path_of_box(path, box, names):
    """The path of a box that comes next in preorder."""
    path = path[:max(box['depth'] - 1, 0)]
    if box['depth'] and not box['merged']:
        path += (folded_name(names[box['name']]['name']),)
    return path


def check_boxes(flame, stacks):
    """Yields a line for each box that is not the sum of its stacks."""
    sums = collections.Counter()
    for path, value in stacks.items():
        for depth in range(len(path) + 1):
            sums[path[:depth]] += value
    parts, path = collections.Counter(), ()
    for box in flame['boxes']:
        path = path_of_box(path, box, flame['names'])
        if None in path:
            return
        parts[path if box['merged'] else path[:-1]] += \
            box['value'] if box['depth'] else 0
        if box['merged']:
            continue
        parts[path] += box['own']
        if box['value'] != sums[path] or box['own'] != stacks[path]:
            yield '%s: %d and %d of its own, in stacks %d and %d' % (
                ';'.join(path), box['value'], box['own'], sums[path],
                stacks[path])
    for path, value in parts.items():
        if value != sums[path]:
            yield '%s: its parts have %d, its stacks %d' % (
                ';'.join(path), value, sums[path])


def check_rows(top, stacks):
    """Yields a line for each name of top that is not the sum of its stacks."""
    flat, cum = collections.Counter(), collections.Counter()
    for path, value in stacks.items():
        for name in set(path):
            cum[name] += value
        flat[path[-1:]] += value
    rows = collections.defaultdict(list)
    for row in top['rows']:
        rows[folded_name(row['name'])].append(row)
    rows.pop(None, None)
    for name, same in rows.items():
        # Several functions of one name may be in one stack.
        if len(same) == 1 and same[0]['cum'] != cum[name]:
            yield '%s: cum %d, in stacks %d' % (name, same[0]['cum'],
                                                cum[name])
        if sum(row['flat'] for row in same) != flat[(name,)]:
            yield '%s: flat %d, in stacks %d' % (
                name, sum(row['flat'] for row in same), flat[(name,)])


def check_file(profq, file):
    """Lines of what is wrong; None: the file is no profile."""
    folded = run(profq + ['folded', file])
    if folded is None:
        return None
    flame = run(profq + ['flame', '-json', file])
    top = run(profq + ['top', '-json', '-trim=false', file])
    if flame is None or top is None:
        return ['flame or top fails where folded does not']
    stacks = read_folded(folded)
    return (list(check_boxes(json.loads(flame), stacks)) +
            list(check_rows(json.loads(top), stacks)))


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    passed = failed = 0
    files = sorted(os.path.join(folder, name)
                   for root in sys.argv[2:]
                   for folder, _, names in os.walk(root) for name in names)
    for file in files:
        wrong = check_file(sys.argv[1].split(), file)
        if wrong is None:
            continue
        passed += not wrong
        failed += bool(wrong)
        for line in wrong[:5]:
            print('sums: %s: %s' % (file, line))
    print('%d passed, %d failed' % (passed, failed))
    sys.exit(failed != 0 or not passed)


main()
