#!/bin/sh
# Sessions on a pseudo-terminal; tests/shell.py says what is looked at.
top=${top_srcdir:-$(dirname "$0")/..}
: "${PROFQ:?}"
case $PROFQ in
*' '*) exit 77 ;; # several words, such as valgrind's
esac
command -v python3 >/dev/null || exit 77
exec python3 "$top/tests/shell.py" "$PROFQ" "${TESTDATA:-$top/testdata}"
