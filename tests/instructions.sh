#!/bin/sh
# Instructions that top takes on two generated profiles, in one thread: not more
# than 3 % over what is written here.  They repeat to a part in a thousand, for
# one compiler and one way to link (hashes have a key by chance); other builds
# are not measured.  After a change that is worth its cost, or that saves some,
# write the new numbers.
T=8763246
S=81281510

skip() {
	echo "instructions: not measured: $1"
	exit 77
}

command -v valgrind >/dev/null || skip 'there is no valgrind'
[ "$BUILD_KIND" = plain ] || skip 'a build for testing'
[ "$BUILD_FLAGS" = '-O2 -g' ] || skip "built with $BUILD_FLAGS"
# shellcheck disable=SC2086
case $($BUILD_CC --version | sed 1q) in
'gcc (Debian 12.'*) ;;
*) skip 'the numbers are for gcc 12 of Debian' ;;
esac
case " $BUILD_STATIC " in
*re2*protobuf-c*z*deflate*) ;;
*) skip 'the numbers are for static libraries' ;;
esac
case $($PROFQ version) in
*'inflate: isal, libdeflate, zlib'*) ;;
*) skip 'the numbers are for all that can inflate' ;;
esac

work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
XDG_STATE_HOME=$work
export XDG_STATE_HOME
status=0

# measure PRESET BUDGET
measure() {
	bench/generate "$1" "$work/$1.pb.gz" || exit 2
	valgrind --tool=callgrind --callgrind-out-file=/dev/null \
		"$PROFQ" top -jobs=1 "$work/$1.pb.gz" \
		>/dev/null 2>"$work/log"
	n=$(sed -n 's/.*Collected *: *//p' "$work/log" | sort -n | tail -n 1) # not a child's
	[ -n "$n" ] || { cat "$work/log"; exit 1; }
	echo "instructions: top of $1: $n, budget $2"
	if [ "$n" -gt $(($2 / 100 * 103)) ]; then
		echo "instructions: that is more than 3 % over the budget"
		status=1
	elif [ "$n" -lt $(($2 / 100 * 97)) ]; then
		echo "instructions: less by 3 %: lower the budget in $0"
	fi
}

measure T "$T"
measure S "$S"
exit $status
