#!/bin/sh
# Boxes of flame graphs and rows of top have the sums of folded stacks:
# tests/sums.py, here for the profiles of all formats.
: "${PROFQ:?}" "${TESTDATA:?}"
command -v python3 >/dev/null || exit 77
# Bytecode would be a file among the sources.
PYTHONDONTWRITEBYTECODE=1 exec python3 "$(dirname "$0")/sums.py" "$PROFQ" \
	"$TESTDATA/profiles" "$TESTDATA/formats"
