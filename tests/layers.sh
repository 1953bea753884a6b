#!/bin/sh
# A folder of src uses only folders above it in the list below; the list is the
# table of HACKING.md, which says what each folder knows.
#
# 1. By text: every include of a header of src, in quotes or in <>.
# 2. By symbol: every global symbol that an object file uses, so that an extern
#    written into a .c file counts as well.  Two tables name their rows, which
#    lie below them: readers.def and commands.def.
# 3. First of all, what must be refused is planted, and refused.
top=${top_srcdir:-$(dirname "$0")/..}
objects=${top_builddir:-.}/src
temporary=$(mktemp -d) || exit 2
trap 'rm -rf "$temporary"' EXIT
status=0

rooms='base gzip stats profile format/text format format/legacy
	format/json format/otlp format/perf format/stacks symbolize/demangle
	symbolize/elf symbolize/dwarf symbolize source disasm graph compare report insight
	render draw export command fetch session host cli shell web tui'

# level FOLDER: its place in the list, 0 when it has none.  Front ends share
# the last places: none of them uses another one.
level() {
	n=0
	for room in $rooms; do
		n=$((n + 1))
		[ "$room" != "$1" ] || {
			echo $n
			return
		}
	done
	echo 0
}

# levels SRC: "FOLDER LEVEL" of each folder that holds code.
levels() {
	find "$1" -name '*.[ch]' -o -name '*.cc' -o -name '*.def' |
		sed -e "s|^$1/||" -e 's|/*[^/]*$||' | sort -u |
		while read -r folder; do
			[ -n "$folder" ] || continue
			echo "$folder $(level "$folder")"
		done
}

# included SRC: "FILE:LINE FOLDER OF" for each include of a header by its path.
included() {
	# What awk has in quotes is its own.
	# shellcheck disable=SC2016
	(cd "$1" && find . -name '*.[ch]' -o -name '*.cc' -o -name '*.def' |
		sort | xargs awk '
		/^[[:space:]]*#[[:space:]]*include[[:space:]]*[<"].*\/[^\/]*[>"]/ {
			file = substr(FILENAME, 3)
			folder = file
			if (!sub(/\/[^\/]*$/, "", folder))
				folder = "."
			of = $0
			sub(/^[^<"]*[<"]/, "", of)
			sub(/\/[^\/]*[>"].*$/, "", of)
			print file ":" FNR, folder, of
		}' /dev/null)
}

# refuse SRC: what points the wrong way; prints it.
refuse() {
	levels "$1" >"$temporary/levels"
	awk '$2 == 0 { print "src/" $1 ": no place in the list of tests/layers.sh" }' \
		"$temporary/levels" >"$temporary/wrong"
	included "$1" | awk -v levels="$temporary/levels" '
		BEGIN {
			while ((getline line < levels) > 0) {
				split(line, part, " ")
				level[part[1]] = part[2]
			}
		}
		$3 ~ /\.\./ { print $1 ": an include through .."; next }
		!($3 in level) { next }
		$2 == "." {
			if ($3 !~ /^(base|cli|shell|web|tui)$/)
				print $1 ": main.c includes " $3
			next
		}
		level[$3] > level[$2] || ($3 != $2 &&
				$2 ~ /^(cli|shell|web|tui)$/ &&
				$3 ~ /^(cli|shell|web|tui)$/) {
			print $1 ": " $2 " is above " $3
		}' >>"$temporary/wrong"
	cat "$temporary/wrong"
	[ ! -s "$temporary/wrong" ]
}

# objects_of OBJECTS SRC: the object files, but for one whose source has moved
# away.
objects_of() {
	find "$1" -name '*.o' | sort | while read -r object; do
		name=${object##*/}
		name=${name%.o}
		name=${name#libprofq_a-}
		beside=${object%/*}
		folder=$2${beside#"$1"}
		if [ -f "$folder/$name.c" ] || [ -f "$folder/$name.cc" ] ||
			[ -f "$beside/$name.c" ]; then
			echo "$object"
		fi
	done
}

# symbols OBJECTS SRC: "FOLDER OBJECT KIND SYMBOL" of each global symbol.
symbols() {
	objects_of "$1" "$2" | xargs nm -g -A 2>/dev/null | awk -v top="$1/" '
		NF >= 2 {
			object = $1
			sub(/:[^:]*$/, "", object)
			object = substr(object, length(top) + 1)
			folder = object
			if (!sub(/\/[^\/]*$/, "", folder))
				folder = "."
			print folder, object, $(NF - 1), $NF
		}'
}

# refuse_symbols OBJECTS SRC: uses of symbols of a folder below; prints them.
refuse_symbols() {
	levels "$2" >"$temporary/levels"
	symbols "$1" "$2" >"$temporary/symbols"
	awk -v levels="$temporary/levels" '
		BEGIN {
			while ((getline line < levels) > 0) {
				split(line, part, " ")
				level[part[1]] = part[2]
			}
		}
		NR == FNR {
			if ($3 != "U" && $3 != "w" && !($4 in home))
				home[$4] = $1
			next
		}
		$3 != "U" || !($4 in home) || !($1 in level) { next }
		$2 ~ /(^|\/|-)commands\.o$/ && $4 ~ /^pq_(report|emit|tool|batch)_/ { next }
		$2 ~ /(^|\/|-)reader\.o$/ && $4 ~ /^pq_.*_(probe|read)$/ { next }
		level[home[$4]] > level[$1] {
			print "src/" $2 ": " $1 " is above " home[$4] " (" $4 ")"
		}' "$temporary/symbols" "$temporary/symbols" >"$temporary/wrong"
	cat "$temporary/wrong"
	[ ! -s "$temporary/wrong" ]
}

# ---- what must be refused

# plant FILE LINE: a tree of a header of each room and this one line.
plant() {
	rm -rf "$temporary/plant"
	for room in $rooms; do
		mkdir -p "$temporary/plant/$room"
		: >"$temporary/plant/$room/x.h"
	done
	mkdir -p "$temporary/plant/$(dirname "$1")"
	echo "$2" >"$temporary/plant/$1"
	if refuse "$temporary/plant" >/dev/null; then
		echo "layers: $1: a planted line was not found: $2" >&2
		status=1
	fi
}

plant base/y.c '#include "graph/x.h"'
plant base/y.c '#include <graph/x.h>'
plant base/y.h '# include  "profile/x.h"'
plant format/text/y.c '#include "format/x.h"'
plant format/y.c '#include "format/legacy/x.h"'
plant graph/y.cc '#include "graph/../report/x.h"'
plant shell/y.c '#include "cli/x.h"'
plant cli/y.def '#include "web/x.h"'
plant y.c '#include "session/x.h"'
plant attic/y.c 'int x;'

# plant_extern: a base object that uses what a graph object defines.
plant_extern() {
	rm -rf "$temporary/plant"
	mkdir -p "$temporary/plant/base" "$temporary/plant/graph"
	echo 'extern int deep; int *up(void); int *up(void) { return &deep; }' \
		>"$temporary/plant/base/x.c"
	echo 'int deep = 1;' >"$temporary/plant/graph/y.c"
	for file in base/x graph/y; do
		${BUILD_CC:-cc} -c -o "$temporary/plant/$file.o" \
			"$temporary/plant/$file.c" || {
			status=1
			return
		}
	done
	if refuse_symbols "$temporary/plant" "$temporary/plant" >/dev/null; then
		echo 'layers: a planted extern was not found' >&2
		status=1
	fi
}
plant_extern

# ---- the tree

refuse "$top/src" || status=1
if find "$objects" -name '*.o' 2>/dev/null | grep -q .; then
	refuse_symbols "$objects" "$top/src" || status=1
else
	echo 'layers: no object files; build first' >&2
	status=1
fi
exit $status
