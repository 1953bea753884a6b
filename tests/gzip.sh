#!/bin/sh
# What proto writes is one gzip member with the same bytes whatever the number
# of threads, and at most 1 % larger than what gzip makes of the same content.
: "${PROFQ:?}"
command -v gzip >/dev/null || { echo 'gzip: there is no gzip'; exit 77; }
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
XDG_STATE_HOME=$work
export XDG_STATE_HOME
status=0

complain() {
	echo "gzip: $*"
	status=1
}

size() {
	wc -c <"$1"
}

# proto JOBS: into $work/JOBS.gz
proto() {
	# shellcheck disable=SC2086
	$PROFQ -proto -jobs="$1" -output="$work/$1.gz" "$work/in.pb.gz" \
		2>/dev/null || complain "with $1 threads: exit status $?"
}

bench/generate S "$work/in.pb.gz" || exit 2
for jobs in 1 2 4 64; do
	proto $jobs
	gzip -t "$work/$jobs.gz" || complain "with $jobs threads"
	cmp "$work/1.gz" "$work/$jobs.gz" || status=1
done
gzip -dc "$work/1.gz" >"$work/content" && gzip -6n "$work/content" || exit 2
[ "$(size "$work/1.gz")" -le $(($(size "$work/content.gz") * 101 / 100)) ] ||
	complain "$(size "$work/1.gz") bytes, $(size "$work/content.gz") by gzip"
exit $status
