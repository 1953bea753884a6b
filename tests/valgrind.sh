#!/bin/sh
# valgrind.sh CORPUS [N]: N cases (50) of a conformance corpus, of all reports
# and inputs, each command under valgrind.  An error of memory, or a block that
# nothing points to at the end, is a failed case.
corpus=${1:?which corpus}
n=${2:-50}
PROFQ=${PROFQ:-$PWD/profq}
suppressions=$(cd "$(dirname "$0")" && pwd)/valgrind.supp
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT

# The sandbox refuses what valgrind itself does at the end.
cat >"$work/profq" <<EOF
#!/bin/sh
exec valgrind -q --error-exitcode=99 --leak-check=full \
	--suppressions=$suppressions --log-file=$work/log.%p \
	$PROFQ -sandbox=false "\$@"
EOF
chmod +x "$work/profq"

# Every so many-th case; those that belong together stand together.
names=$(awk -F '\t' -v n="$n" '!/^#/ { name[++all] = $1 }
	END {
		for (i = 0; i < n; i++) {
			gsub(/[^[:alnum:]_-]/, ".", name[int(i * all / n) + 1])
			printf "%s%s", i ? "|" : "", name[int(i * all / n) + 1]
		}
	}' "$corpus/cases.tsv")
python3 "$corpus/run" --profq "$work/profq" --corpus "$corpus" --timeout 300 \
	--jobs "$(nproc)" --failures "$work/failures" --filter "^($names) "
status=$?
cat "$work/failures"
# openat2, which valgrind does not know, is told of in lines of another kind.
cat "$work"/log.* 2>/dev/null | grep "^=="
exit $status
