#!/bin/sh
# Every command and every option has a golden case.
top=${top_srcdir:-$(dirname "$0")/..}
: "${PROFQ:?}"
status=0
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT

find "$top/tests/golden" -name cmd -exec cat {} + >"$work/cmds"

# A word of its own, with one dash or two, and - for _ in it.
used() {
	pattern=$(echo "$1" | sed 's/_/[-_]/g')
	grep -qE -e "(^|[ '\"])--?$pattern([= '\"]|\$)" "$work/cmds"
}

# shellcheck disable=SC2086
$PROFQ help --list-options | cut -f 1 >"$work/options"
# shellcheck disable=SC2086
$PROFQ help --list-commands | cut -f 1 >"$work/commands"
for list in options commands; do
	[ -s "$work/$list" ] || {
		echo "coverage: no list of $list"
		status=1
	}
done
while read -r name; do
	used "$name" || {
		echo "coverage: no golden case uses -$name"
		status=1
	}
done <"$work/options"
while read -r name; do
	used "$name" || grep -qE "\\\$PROFQ\"? $name( |\$)" "$work/cmds" || {
		echo "coverage: no golden case runs $name"
		status=1
	}
done <"$work/commands"
exit $status
