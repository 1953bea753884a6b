#!/bin/sh
# Names of any bytes in the database engines that are installed here: tests/
# engines.py.  DuckDB is a package of npm, which scripts/setup puts into
# build/engines; $ENGINES_NODE_DIR names another folder, with chdb too perhaps.
: "${PROFQ:?}"
command -v python3 >/dev/null || exit 77
here=$(dirname "$0")
: "${ENGINES_NODE_DIR:=$PWD/engines}"
export ENGINES_NODE_DIR
# Bytecode would be a file among the sources.
PYTHONDONTWRITEBYTECODE=1 exec python3 "$here/engines.py" "$PROFQ"
