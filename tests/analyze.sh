#!/bin/sh
# analyze.sh FOLDER...: clang-tidy with the checks of .clang-tidy, and gcc's
# -fanalyzer, over all files below; no finding is the rule.  What is none is
# silenced where it stands, with a reason.  `make analyze` runs it over src.
top=$(dirname "$0")/..
CPPFLAGS=${CPPFLAGS:-"-D_GNU_SOURCE -I$top/src"}
CC=${CC:-gcc}
export CPPFLAGS CC
[ $# -gt 0 ] || set -- "$top/src"
status=0

# each PATTERN COMMAND FOLDER...: runs a command on each file, as $1.
each() {
	pattern=$1 command=$2
	shift 2
	find "$@" -name "$pattern" -print0 |
		xargs -0 -r -n 1 -P "$(nproc)" sh -c "$command" each
}

if command -v clang-tidy >/dev/null; then
	# Variables and $1 are for the shell of each file.
	# shellcheck disable=SC2016
	{
		each '*.c' 'clang-tidy --quiet "$1" -- -std=gnu11 $CPPFLAGS \
			"-DPACKAGE_VERSION=\"0\"" 2>/dev/null' "$@" || status=1
		each '*.cc' 'clang-tidy --quiet "$1" -- -std=c++17 $CPPFLAGS \
			2>/dev/null' "$@" || status=1
	}
else
	echo 'analyze: no clang-tidy here'
fi

# proto_sample.c copies a packed location of which only the bytes in use were
# set, which is taken for a mistake.
if echo 'int x;' | $CC -fanalyzer -x c -c -o /dev/null - 2>/dev/null; then
	# shellcheck disable=SC2016
	each '*.c' 'case $1 in
		*/proto_sample.c)
			set -- "$1" -Wno-analyzer-use-of-uninitialized-value
			;;
		esac
		$CC -std=gnu11 $CPPFLAGS "-DPACKAGE_VERSION=\"0\"" -O2 \
			-fanalyzer -Werror -c -o /dev/null "$@"' "$@" || status=1
else
	echo "analyze: $CC has no -fanalyzer"
fi
exit $status
