#!/bin/sh
# A folder of src may include only its own headers and those of the folders
# named here; the order is explained in HACKING.md.
src=${top_srcdir:-$(dirname "$0")/..}/src
status=0

allowed() {
	case $1 in
	base)      echo base ;;
	stats)     echo base stats ;;
	profile)   echo base profile ;;
	symbolize) echo base profile symbolize ;;
	graph)     echo base stats profile symbolize graph ;;
	report)    echo base stats profile symbolize graph report ;;
	emit)      echo base stats profile symbolize graph emit ;;
	cli)       echo base stats profile symbolize graph report emit cli ;;
	shell)     echo base stats profile symbolize graph report emit cli shell ;;
	web)       echo base stats profile symbolize graph report emit cli web ;;
	esac
}

# check NAME ALLOWED FILE...: prints the includes of the files that are neither
# of a folder allowed nor generated.
check() {
	name=$1 folders=$2
	shift 2
	[ $# -gt 0 ] || return
	pattern=$(echo "$folders" | tr ' ' '|')
	found=$(grep -nE '^[[:space:]]*#[[:space:]]*include[[:space:]]*"' "$@" \
		/dev/null | grep -vE "\"(($pattern)/[^\"]*|[^\"/]*\\.pb-c\\.h)\"" |
		grep -vE '"[^"]*\.\./' ; grep -nE 'include[[:space:]]*"[^"]*\.\./' \
		"$@" /dev/null)
	if [ -n "$found" ]; then
		echo "$found"
		echo "layers: src/$name may include only: $folders" >&2
		status=1
	fi
}

for dir in "$src"/*/; do
	folder=$(basename "$dir")
	folders=$(allowed "$folder")
	if [ -z "$folders" ]; then
		echo "layers: no rule for src/$folder; add one here" >&2
		status=1
		continue
	fi
	# File names here have no white space.
	# shellcheck disable=SC2046
	check "$folder" "$folders" \
		$(find "$dir" -name '*.[ch]' -o -name '*.cc' -o -name '*.def')
done
if grep -n '#include "' "$src/main.c" |
	grep -vE '"((cli|shell|web)/[^"]*|base/banned\.h)"'; then
	echo 'layers: src/main.c may include only: cli shell web' >&2
	status=1
fi
exit $status
