#!/bin/sh
# Samples that are held, read twice and read once: the same bytes from every
# report, and a profile that a limit of memory has no room for is reported all
# the same.
: "${PROFQ:?}" "${TESTDATA:?}"
status=0
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
HOME=$work XDG_STATE_HOME=$work TZ=UTC
export HOME XDG_STATE_HOME TZ

# $PROFQ may be several words.
# shellcheck disable=SC2086
run() { # HOW COMMAND ARGUMENT...
	how=$1 command=$2
	shift 2
	$PROFQ "$command" -scan="$how" -jobs=2 "$@" >"$work/$how" 2>&1
	echo "exit status $?" >>"$work/$how"
}

# What is chosen by itself is one of the others, which a sanitizer has seen.
others='twice once auto'
[ "${BUILD_KIND-}" != testing ] || others='twice once'

compare() {
	run hold "$@"
	for other in $others; do
		run $other "$@"
		cmp -s "$work/hold" "$work/$other" && continue
		echo "scan: $*: -scan=$other differs"
		diff "$work/hold" "$work/$other" | head -n 5
		status=1
	done
}

for p in "$TESTDATA"/profiles/*.pb.gz "$TESTDATA"/stories/*/*.pb.gz \
	"$TESTDATA"/formats/cpu.le64; do
	for report in top tree traces tags raw dot folded callgrind flame info; do
		compare $report "$p"
	done
	# advice is for samples that are held
	compare top -cum -json -notes=never "$p"
	compare top -noinlines -sample_index=0 "$p"
	compare top -mean -nodecount=0 "$p"
	compare top -alloc_space "$p"
	compare top -granularity=lines -trim=false "$p"
	compare top -focus=a -hide=main -show_from=. -verbose "$p"
	compare tree -tagfocus=1: -taghide=b -relative_percentages "$p"
	compare traces -tagroot=a,key -tagleaf=bytes "$p"
	compare peek . "$p"
	compare list main -source_path=/nowhere "$p"
	compare proto -divide_by=2 -prune_from=main "$p"
	compare dot -call_tree -noinlines "$p"
	compare merge "$p" "$p"
done

# A profile of 350,000 samples, which take about 25 MB when they are held.
bench/generate M "$work/M.pb.gz" || exit 2
$PROFQ top "$work/M.pb.gz" >"$work/want" 2>&1
$PROFQ top -max_memory=36M "$work/M.pb.gz" >"$work/got" 2>&1
cmp -s "$work/want" "$work/got" || {
	echo 'scan: another result under -max_memory:'
	diff "$work/want" "$work/got" | head -n 5
	status=1
}
if $PROFQ top -max_memory=36M -scan=hold "$work/M.pb.gz" \
	>/dev/null 2>"$work/err"; then
	echo 'scan: -scan=hold did not need the memory'
	status=1
fi
grep -q 'needs more than .* of memory' "$work/err" || {
	echo 'scan: no word of memory:'
	cat "$work/err"
	status=1
}
exit $status
