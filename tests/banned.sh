#!/bin/sh
# No source calls a function whose misuse is a hole.  base/banned.h makes the
# calls compile errors; this checks that every .c file includes it, as the last
# of its includes, and covers headers and C++, which do not.
src=${top_srcdir:-$(dirname "$0")/..}/src
words='strcpy|strcat|strncpy|strncat|stpcpy|sprintf|vsprintf|gets|strtok'
words="$words|atoi|atol|atoll|atof|gmtime|localtime|ctime|asctime"
words="$words|system|popen|mktemp|tmpnam|alloca"
status=0

for file in $(find "$src" -name '*.[ch]' -o -name '*.cc' | sort); do
	case $file in
	*/base/banned.h) continue ;;
	esac
	# Without comments and strings, keeping the line numbers.
	found=$(sed -e 's/"\([^"\\]\|\\.\)*"/""/g' -e 's,//.*,,' \
		-e 's,/\*.*\*/,,' -e '/\/\*/,/\*\//s/.*//' "$file" |
		grep -nE "(^|[^_[:alnum:].>])($words)[[:space:]]*\\(")
	if [ -n "$found" ]; then
		echo "$found" | sed "s|^|$file:|"
		status=1
	fi
	case $file in
	*.c)
		last=$(grep '^[[:space:]]*#[[:space:]]*include.*\.h[">]' "$file" |
			tail -n 1)
		case $last in
		*'"base/banned.h"'*) ;;
		*)
			echo "$file: base/banned.h is not its last include"
			status=1
			;;
		esac
		;;
	esac
done
exit $status
