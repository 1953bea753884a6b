#!/bin/sh
# Every source file is in the list of its local.mk, so that none is left out of
# a build or a release without a word.
top=${top_srcdir:-$(dirname "$0")/..}
cd "$top" || exit 2
status=0

# listed MAKEFILE FILE...
listed() {
	list=$1
	shift
	for file; do
		if ! grep -qE "(^|[[:space:]])$file([[:space:]]|\$)" "$list"; then
			echo "$file: not in $list"
			status=1
		fi
	done
}

# File names here have no white space.
# shellcheck disable=SC2046
{
	listed src/local.mk \
		$(find src -name '*.[ch]' -o -name '*.cc' -o -name '*.def')
	listed tests/local.mk $(find tests/unit tests/inject \
		-name '*.[ch]' -o -name '*.def')
	listed fuzz/local.mk $(find fuzz -name '*.[ch]' -o -name '*.def')
	listed bench/local.mk $(find bench -name '*.[ch]')
}
exit $status
