#!/bin/sh
# Nothing recurses as deep as a file says: with a stack of 256 KiB every report
# ends by itself on stacks, names and expressions that are nested deeply.
: "${PROFQ:?}"
temp=$(mktemp -d) || exit 2
trap 'rm -rf "$temp"' EXIT
XDG_STATE_HOME=$temp
export XDG_STATE_HOME
status=0

# The first line is short, for what looks whether it is a profile.
awk 'BEGIN {
	print "main 1"
	for (i = 0; i < 20000; i++)
		printf "f%d;", i
	print "leaf 3"
	for (i = 0; i < 20000; i++)
		printf "again;"
	print "leaf 4"
}' >"$temp/stacks"

# repeat COUNT TEXT
repeat() {
	awk -v n="$1" -v text="$2" 'BEGIN { while (n--) printf "%s", text }'
}

{
	echo 'main 1'
	for name in "$(repeat 8000 'f<')$(repeat 8000 '>')" \
		"$(repeat 8000 '(')" "$(repeat 8000 'a::')b" \
		"_Z$(repeat 8000 'N1a')" "_Z1f$(repeat 8000 P)i" \
		"_Z1fI$(repeat 4000 '1aI')i$(repeat 4000 E)Ev" \
		"_RIN$(repeat 8000 R)e" "_RNvC$(repeat 8000 S)" \
		"_ZN1a$(repeat 4000 '17h0123456789abcdef')E"; do
		echo "main;$name 1"
	done
} >"$temp/names"

# run ARGUMENT...
run() {
	# shellcheck disable=SC3045 # the shells at hand have ulimit -s
	(ulimit -s 256 && exec "$PROFQ" "$@") >"$temp/out" 2>"$temp/err"
	code=$?
	if [ $code -gt 2 ]; then
		echo "profq $* | status $code" | cut -c1-200
		head -c 500 "$temp/err"
		status=1
	fi
}

for file in "$temp/stacks" "$temp/names"; do
	if ! "$PROFQ" top "$file" >"$temp/out"; then
		echo "stack: $file is not read"
		status=1
	fi
	for report in top tree traces tags raw dot callgrind flame folded \
		speedscope proto topproto; do
		run $report "$file"
		run $report -symbolize=demangle=full "$file"
		run $report -call_tree -nodefraction=0 -edgefraction=0 "$file"
	done
	run peek . "$file"
	run list . "$file"
	run svg -layout_time=1 "$file"
	run top -json "$file"
	run diff "$file" "$file"
	run top -focus="$(repeat 4000 '(')a$(repeat 4000 ')')" "$file"
	run top -focus="$(repeat 900 '(')a$(repeat 900 ')*')" "$file"
	run top -show="$(repeat 4000 'a|')b" "$file"
	run top -show="$(repeat 4000 '(?i:')" "$file"
done
exit $status
