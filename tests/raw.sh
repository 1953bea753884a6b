#!/bin/sh
# No byte of a text from a file leaves but through an encoder.
#
# 1. By type: every file is compiled once more with PQ_RAW (base/raw.h) as a
#    qualifier, for which see raw/proof.h.
# 2. By list: the places where the mark is taken off, those that write to a
#    descriptor, and those that look at single characters where reports are
#    made are counted; tests/raw.list has the counts and the reasons.
# 3. By folder: what reads and counts has nothing to print with.
# 4. First of all, everything that must be refused is planted, and refused.
#
# What it cannot see: characters copied one by one in the folders that cannot
# print, a struct read as another type, and what an encoder itself does wrong.
top=${top_srcdir:-$(dirname "$0")/..}
cc=${BUILD_CC:-cc}
flags=${BUILD_CPPFLAGS:-"-D_GNU_SOURCE -I$top/src"}
temporary=$(mktemp -d) || exit 2
trap 'rm -rf "$temporary"' EXIT
status=0

# compiles OPTION... FILE...: says what is raw and not kept so.
compiles() {
	# The flags are to be split.
	# shellcheck disable=SC2086
	$cc -std=gnu11 -fsyntax-only -Wformat -Wcast-qual \
		'-DPACKAGE_VERSION="0"' \
		-include "$top/tests/raw/proof.h" $flags "$@" \
		>"$temporary/log" 2>&1 &&
		! grep -E '(error|warning):.*(volatile|raw_bytes)' \
			"$temporary/log" >/dev/null
}

sinks='write|pq_io_write_all|writev|pwrite|pwritev|send|sendto|sendmsg|splice|sendfile'
sinks="$sinks|fwrite|fputs|fputs_unlocked|puts|putchar|putc|fputc|perror"
sinks="$sinks|printf|fprintf|dprintf|vprintf|vfprintf|vdprintf|syslog|psignal"
sinks="$sinks|asprintf|vasprintf|fopencookie|open_memstream"

# found SRC: KIND FILE LINES for each file, of what the list has to know, of its
# code without strings and comments.
found() {
	# What awk has in quotes is its own.
	# shellcheck disable=SC2016
	(cd "$1" && find . -name '*.[ch]' -o -name '*.cc' | sort |
		xargs awk -v sinks="$sinks" '
		function say(kind, pattern) {
			if ($0 ~ pattern)
				n[kind " " file]++
		}
		BEGIN {
			front = "(^|[^_[:alnum:]])"
			reports = "^(report|insight|render|draw|export" \
				"|command|session|host|cli|shell|web)/"
		}
		FNR == 1 { file = substr(FILENAME, 3); inside = 0 }
		file == "base/raw.h" { next }
		{
			gsub(/"([^"\\]|\\.)*"/, "\"\"")
			sub(/\/\/.*/, "")
			sub(/\/\*.*\*\//, "")
		}
		inside { inside = !/\*\//; next }
		/\/\*/ { inside = 1; next }
		{
			say("unchecked", front "pq_unchecked_(bytes|writable)" \
				"[[:space:]]*[(]")
			say("sink", "(^|[^_[:alnum:].>])(" sinks ")" \
				"[[:space:]]*[(]")
			say("header", "include[[:space:]]*<(err|error|syslog)[.]h>")
			say("volatile", front "volatile([^_[:alnum:]]|$)")
			say("variadic", ",[[:space:]]*[.][.][.][)]")
		}
		file ~ reports {
			say("chars", "[^=!<>]=[^=].*(bytes|data|msg)[[]")
			next
		}
		file !~ /^(base|gzip)\// {
			say("print", front "pq_out_[a-z]+[(]")
		}
		END { for (what in n) print what, n[what] }' /dev/null)
}

# listed SRC LIST: whether what is found is what is listed.
listed() {
	found "$1" | sort >"$temporary/found"
	sed -e '/^#/d' -e '/^$/d' "$2" | awk '
		NF < 4 { print FILENAME ": no reason: " $0; bad = 1 }
		{ print $1, $2, $3 }' | sort >"$temporary/listed"
	diff "$temporary/listed" "$temporary/found" >"$temporary/diff"
}

# ---- what must be refused

plant() {
	cases=$(grep -cE '^#(el)?if CASE' "$top/tests/raw/plant.c")
	if ! compiles -DCASE=0 "$top/tests/raw/plant.c"; then
		cat "$temporary/log"
		echo 'raw: plant.c: what is allowed was refused'
		status=1
	fi
	case=1
	while [ $case -le "$cases" ]; do
		if compiles -DCASE=$case "$top/tests/raw/plant.c"; then
			echo "raw: plant.c: case $case was not refused"
			status=1
		fi
		case=$((case + 1))
	done
	[ "$cases" -ge 20 ] || {
		echo "raw: plant.c: only $cases cases"
		status=1
	}
}

# plant_line PATH LINE...: a tree of one file, which the list must not like.
plant_line() {
	rm -rf "$temporary/src"
	mkdir -p "$temporary/src/$(dirname "$1")"
	path=$1
	shift
	printf '%s\n' "$@" >"$temporary/src/$path"
	if listed "$temporary/src" /dev/null; then
		echo "raw: $path: a planted line was not found: $*"
		status=1
	fi
}

plant_lines() {
	plant_line report/x.c 'pq_out_raw(out, pq_unchecked_bytes(t.bytes), t.len);'
	plant_line draw/x.c 'puts( pq_unchecked_writable (b.data));'
	plant_line cli/x.c '	write(1, line, n);'
	plant_line cli/x.c '	pq_io_write_all(1, line, n);'
	plant_line base/x.h 'static inline void f(void) { puts(name); }'
	plant_line base/x.cc 'fwrite(p, 1, n, stdout);'
	plant_line graph/x.c '	pq_out_str(out, name);'
	plant_line format/legacy/x.c '	pq_out_printf(out, "%d", 1);'
	plant_line report/x.c '		line[n++] = text.bytes[i];'
	plant_line shell/x.c '		line[n++] = (char)err->msg[i];'
	plant_line draw/x.c '#define PQ_RAW volatile'
	plant_line base/x.h 'void say(struct x *x, const char *format, ...);'
	mkdir -p "$temporary/src"
	rm -rf "$temporary"/src/*
	if ! listed "$temporary/src" /dev/null; then
		echo 'raw: nothing was planted, and something was found'
		status=1
	fi
}

plant
plant_lines

# ---- the tree

# compile_tree OPTION... FILE...
compile_tree() {
	compiles "$@" || {
		cat "$temporary/log"
		status=1
	}
}

# All but out.c, where what the others call is defined, by one call.
find "$top/src" -name '*.c' ! -path '*/base/out.c' | sort >"$temporary/files"
[ "$(wc -l <"$temporary/files")" -gt 100 ] || {
	echo 'raw: less than 100 files found'
	status=1
}
# The names are to be split.
# shellcheck disable=SC2046
compile_tree $(cat "$temporary/files")
compile_tree -DRAW_OUT_ITSELF "$top/src/base/out.c"

if ! listed "$top/src" "$top/tests/raw.list"; then
	cat "$temporary/diff"
	echo 'raw: above: "<" is in tests/raw.list, ">" is in src' >&2
	status=1
fi
exit $status
