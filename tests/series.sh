#!/bin/sh
# Recorded pairs with known truth: for each pair of expected.tsv, the sample
# counts and bytes of profq diff exactly, p to a thousandth, every verdict; and
# for each set of truth.tsv, that nothing is found that did not change.
#
#   tests/series.sh [DIRECTORY ...]
#
# By default those of testdata/series, and of $PROFQ_SERIES if that is set.
top=${top_srcdir:-$(dirname "$0")/..}
: "${PROFQ:?}"
command -v python3 >/dev/null || { echo 'series: no python3'; exit 77; }
[ $# -gt 0 ] || set -- "$top/testdata/series" ${PROFQ_SERIES:+"$PROFQ_SERIES"}
exec python3 - "$@" <<'EOF'
import json, os, subprocess, sys

profq = os.environ['PROFQ'].split()


def diff(directory, old, new, *options):
    """the rows by name, and the notes"""
    run = subprocess.run(profq + ['diff', '-json', '-all', *options, old, new],
                         cwd=directory, stdout=subprocess.PIPE, check=True)
    out = json.loads(run.stdout)
    base = sum(r['base'] for r in out['rows'])
    new = sum(r['new'] for r in out['rows'])
    total = out['change'][0]
    assert (base, new) == (total['base'], total['new']), 'sums'
    assert all(r['base'] + r['delta'] == r['new'] for r in out['rows'])
    return {r['name']: r for r in out['rows']}, [n['line'] for n in out['notes']]


def near(a, b):
    return abs(a - b) <= 1e-3 * abs(b) + 1e-300


def wrong_in_row(row, want):
    n1, n2, bytes1, bytes2, p, verdict = want
    got = (row['samples_base'], row['samples_new'],
           row['estimate_base'], row['estimate_new'])
    # what is wanted is rounded, and what is printed has its last digit rounded
    if got[:2] != (int(n1), int(n2)) or any(
            abs(a - int(b)) > 0.50001 for a, b in zip(got[2:], (bytes1, bytes2))):
        return 'counts %s' % (got,)
    if not near(row['p'], float(p)):
        return 'p %g' % row['p']
    return row['verdict'] != verdict and 'verdict %s' % row['verdict']


def check(directory):
    pairs, bad, total = {}, 0, 0
    with open(os.path.join(directory, 'expected.tsv')) as f:
        next(f)
        for line in f:
            pair, mode, name, *want = line.rstrip('\n').split('\t')
            pairs.setdefault((pair, mode), {})[name] = want
    for (pair, mode), functions in pairs.items():
        rows, notes = diff(directory, *pair.split())
        same = any(n.startswith('two snapshots of one process') for n in notes)
        if same != (mode == 'same'):
            print('%s: %s, wanted %s' % (pair, notes, mode))
            bad += 1
        if set(rows) != set(functions):
            print('%s: other functions: %s' % (pair, set(rows) ^ set(functions)))
            bad += 1
        for name, want in functions.items():
            total += 1
            wrong = name not in rows and 'no row' or wrong_in_row(rows[name], want)
            if wrong:
                print('%s %s: %s, wanted %s' % (pair, name, wrong, want))
                bad += 1
    print('%s: %d of %d rows agree' % (directory, total - bad, total))
    return bad


sys.exit(1 if sum([check(d) for d in sys.argv[1:]]) else 0)
EOF
