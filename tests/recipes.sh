#!/bin/sh
# The recipes for pipelines in examples/ do what they say; tests/recipes.py runs
# their steps.
top=${top_srcdir:-$(dirname "$0")/..}
: "${PROFQ:?}"
case $PROFQ in
*' '*) exit 77 ;; # several words, such as valgrind's
esac
python3 -c 'import yaml' 2>/dev/null || exit 77
exec python3 "$top/tests/recipes.py" "$PROFQ" "$top"
