#!/bin/sh
# Compares `top` of the three stories with what `go tool pprof` prints, byte for
# byte.  Skipped (status 77) where Go is not installed.
#
# The pprof of an older Go differs in known ways; each is a rule of `newer`.

PROFQ=${PROFQ:-$(dirname "$0")/../build/profq}
stories=${TESTDATA:-$(dirname "$0")/../testdata}/stories

if ! command -v go >/dev/null; then
	echo "oracle: skipped: there is no go to compare with"
	exit 77
fi
if ! go tool -n pprof >/dev/null 2>&1; then
	echo "oracle: skipped: this go has no tool pprof"
	exit 77
fi
if ! command -v "${PROFQ%% *}" >/dev/null; then
	echo "oracle: no program '$PROFQ'; build it or set PROFQ" >&2
	exit 2
fi

tmp=$(mktemp -d "${TMPDIR:-/tmp}/profq-oracle.XXXXXX") || exit 2
trap 'rm -rf "$tmp"' EXIT
trap 'exit 130' HUP INT TERM
unset PPROF_BINARY_PATH PPROF_TOOLS DEBUGINFOD_URLS PROFQ_PROFILE
export LC_ALL=C TZ=UTC HOME="$tmp" XDG_CONFIG_HOME="$tmp" XDG_STATE_HOME="$tmp"
export PPROF_TMPDIR="$tmp"

# Both outputs without what depends on the version.
newer() {
	# Go 1.19 prints the time as "Nov 14, 2023 at 10:13pm (UTC)".  That has
	# no seconds, so that the new form cannot be made of it: both lose it.
	sed 's/^Time: [A-Z][a-z]* .*/Time:/; s/^Time: [0-9].*/Time:/' |
		# Go 1.19 has no line for the address of the documentation.
		sed '/^Doc: /d'
}

passed=0 failed=0

# same ARGUMENT... : do both print the same?
same() {
	go tool pprof -symbolize=none "$@" >"$tmp/go" 2>"$tmp/go.err"
	want_status=$?
	# PROFQ may hold a program and its arguments.
	# shellcheck disable=SC2086
	$PROFQ -symbolize=none "$@" >"$tmp/profq" 2>"$tmp/profq.err"
	status=$?
	newer <"$tmp/go" >"$tmp/go.out"
	newer <"$tmp/profq" >"$tmp/profq.out"
	if [ "$want_status" = 0 ] && [ $status = 0 ] &&
		cmp -s "$tmp/go.out" "$tmp/profq.out"; then
		passed=$((passed + 1))
		return
	fi
	echo "FAIL $*: status $status, go $want_status"
	cat "$tmp/profq.err"
	diff -u -L go -L profq "$tmp/go.out" "$tmp/profq.out"
	failed=$((failed + 1))
}

# Every story with the options that change what a row is, or which there are.
for file in "$stories"/story?/*.pb.gz; do
	for options in '' -cum -lines -filefunctions -addresses -noinlines \
		'-cum -nodecount=10' '-nodefraction=0.05' '-trim=false' \
		'-sample_index=0' '-unit=auto' '-focus=main -hide=runtime' \
		'-show_from=main' '-relative_percentages -ignore=runtime'; do
		# Several words are meant to be several arguments.
		# shellcheck disable=SC2086
		same -top $options "$file"
	done
done

# And the questions that their README asks.
heap=$stories/story1/heap.pb.gz
same -top -cum "$stories/story1/cpu.pb.gz"
same -top -sample_index=inuse_space "$heap"
same -top -sample_index=inuse_objects "$heap"
first=$stories/story2/heap.1.pb.gz
last=$stories/story2/heap.6.pb.gz
same -top -sample_index=inuse_space "$last"
same -top -sample_index=inuse_space -diff_base="$first" "$last"
same -top -sample_index=inuse_space -base="$first" "$last"
same -top -tagfocus=16b -sample_index=inuse_space "$last"
same -top -sample_index=inuse_space "$stories/story3/heap.pb.gz"

echo "$passed passed, $failed failed"
[ $failed = 0 ]
