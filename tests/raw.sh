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

# compiles FILE OPTION...: says what is raw and not kept so.
compiles() {
	file=$1
	shift
	case $file in
	*/src/base/out.c) set -- -DRAW_OUT_ITSELF "$@" ;;
	esac
	# The flags are to be split.
	# shellcheck disable=SC2086
	$cc -std=gnu11 -fsyntax-only -Wformat -Wcast-qual \
		'-DPACKAGE_VERSION="0"' \
		-include "$top/tests/raw/proof.h" $flags "$@" "$file" \
		>"$temporary/log" 2>&1 &&
		! grep -E '(error|warning):.*(volatile|raw_bytes)' \
			"$temporary/log" >/dev/null
}

# code FILE: without comments and strings, keeping the line numbers.
code() {
	sed -e 's/"\([^"\\]\|\\.\)*"/""/g' -e 's,//.*,,' -e 's,/\*.*\*/,,' \
		-e '/\/\*/,/\*\//s/.*//' "$1"
}

sinks='write|pq_io_write_all|writev|pwrite|pwritev|send|sendto|sendmsg|splice|sendfile'
sinks="$sinks|fwrite|fputs|fputs_unlocked|puts|putchar|putc|fputc|perror"
sinks="$sinks|printf|fprintf|dprintf|vprintf|vfprintf|vdprintf|syslog|psignal"
sinks="$sinks|asprintf|vasprintf|fopencookie|open_memstream"

# found SRC: KIND FILE LINES for each file, of what the list has to know.
found() {
	for file in $(cd "$1" && find . -name '*.[ch]' -o -name '*.cc' |
		sed 's,^\./,,' | sort); do
		code "$1/$file" >"$temporary/code"
		case $file in
		base/raw.h) continue ;;
		esac
		say unchecked "$file" '(^|[^_[:alnum:]])pq_unchecked_(bytes|writable)[[:space:]]*\('
		say sink "$file" "(^|[^_[:alnum:].>])($sinks)[[:space:]]*\\("
		say header "$file" 'include[[:space:]]*<(err|error|syslog)\.h>'
		say volatile "$file" '(^|[^_[:alnum:]])volatile([^_[:alnum:]]|$)'
		say variadic "$file" ',[[:space:]]*\.\.\.\)'
		case $file in
		report/* | insight/* | render/* | draw/* | export/* | \
			command/* | session/* | host/* | cli/* | shell/* | web/*)
			say chars "$file" \
				'[^=!<>]=[^=].*(bytes|data|msg)\['
			;;
		base/* | gzip/*) ;;
		*)
			say print "$file" '(^|[^_[:alnum:]])pq_out_[a-z]+\('
			;;
		esac
	done
}

# say KIND FILE PATTERN
say() {
	n=$(grep -cE "$3" "$temporary/code")
	[ "$n" = 0 ] || echo "$1 $2 $n"
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
	if ! compiles "$top/tests/raw/plant.c" -DCASE=0; then
		cat "$temporary/log"
		echo 'raw: plant.c: what is allowed was refused'
		status=1
	fi
	case=1
	while [ $case -le "$cases" ]; do
		if compiles "$top/tests/raw/plant.c" -DCASE=$case; then
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

n=0
for file in $(find "$top/src" -name '*.c' | sort); do
	compiles "$file" || {
		cat "$temporary/log"
		status=1
	}
	n=$((n + 1))
done
[ $n -gt 100 ] || {
	echo "raw: only $n files found"
	status=1
}

if ! listed "$top/src" "$top/tests/raw.list"; then
	cat "$temporary/diff"
	echo 'raw: above: "<" is in tests/raw.list, ">" is in src' >&2
	status=1
fi
exit $status
