#!/bin/sh
# The example of HACKING.md, "Add a report in five steps", is one: its row goes
# into commands.def, its code into a file, and the profq that is made of them
# has the report in every format.
: "${PROFQ:?}" "${TESTDATA:?}" "${BUILD_CC:?}" "${BUILD_LINK:?}"
top=${top_srcdir:?}
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
status=0

mkdir -p "$work/command" "$work/report"
sed -n '/^## Add a report/,/^## Add an input/{/^```c$/,/^```$/{/^```/!p;};}' \
	"$top/HACKING.md" >"$work/report/hottest.c"
row=$(sed -n 's/.*`\(CMD(hottest,.*)\)`.*/\1/p' "$top/HACKING.md")
[ -s "$work/report/hottest.c" ] && [ -n "$row" ] || {
	echo 'example: HACKING.md has no example'
	exit 1
}
cp "$top/src/command/commands.def" "$work/command/commands.def"
echo "$row" >>"$work/command/commands.def"

# What knows the table, or holds an array for each of its rows, as it comes with
# one row more.
for file in "$work/report/hottest.c" "$top"/src/command/*.c \
	"$top"/src/session/*.c "$top"/src/shell/*.c "$top"/src/cli/*.c; do
	# files of libraries that this build is without are none of it
	built=${top_builddir:-.}/src/${file#"$top"/src/}
	case $file in
	"$work"/*) ;;
	*) [ -f "${built%.c}.o" ] || continue ;;
	esac
	object=$work/$(echo "$file" | tr / _).o
	# shellcheck disable=SC2086
	$BUILD_CC -std=gnu11 -Wall -Wextra -Werror '-DPACKAGE_VERSION="0"' \
		-I"$work" $BUILD_CPPFLAGS $BUILD_FLAGS -O0 -U_FORTIFY_SOURCE \
		-c -o "$object" "$file" || exit 1
done
# shellcheck disable=SC2086
$BUILD_LINK -o "$work/profq" "$work"/*.o $BUILD_LIBS || exit 1

# run EXPECTED ARGUMENT...: what it prints first.
run() {
	expected=$1
	shift
	printed=$("$work/profq" "$@" | sed -n 1p)
	[ "$printed" = "$expected" ] || {
		echo "example: $*: $printed"
		status=1
	}
}
profile=$TESTDATA/profiles/app.pb.gz
run '     100ms  inl_leaf' hottest "$profile"
run '{"report": "hottest",' hottest -json "$profile"
run 'name,flat,unit' hottest -format=csv "$profile"
run '| name | flat |' hottest -format=md "$profile"
run '{' schema hottest
"$work/profq" help commands | grep -q 'hottest.*functions and their own values' || {
	echo 'example: not in help'
	status=1
}
# Other commands are what they were.
"$PROFQ" top "$profile" >"$work/one" && "$work/profq" top "$profile" >"$work/two" &&
	cmp "$work/one" "$work/two" || status=1
exit $status
