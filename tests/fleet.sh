#!/bin/sh
# Tables in an engine against reports on the files: SQLite, which runs the
# schema, the loading and the questions that profq prints.  Its answers are
# what top, peek and folded say of the same profiles; they stay the same when
# everything is loaded again; names of any bytes come back, or what is no text
# comes back repaired; and the manual's lines for SQLite are run as they stand.
: "${PROFQ:?}" "${TESTDATA:?}"
top=${top_srcdir:-$(dirname "$0")/..}
command -v sqlite3 >/dev/null || {
	echo 'fleet: no sqlite3 here'
	exit 77
}
status=0
case $TESTDATA in
/*) ;;
*) TESTDATA=$PWD/$TESTDATA ;;
esac
manual=$(cd "$top/man" && pwd)/profq-fleet.7
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 2
export HOME="$work" XDG_STATE_HOME="$work"

complain() {
	echo "fleet: $*"
	status=1
}

# $PROFQ may be several words, such as valgrind's.
profq() {
	# shellcheck disable=SC2086
	$PROFQ "$@"
}

# load FOLDER: into fleet.sqlite, as the manual has it.
load() {
	profq export -ddl=sqlite | sqlite3 fleet.sqlite &&
		profq export -load=sqlite "$1" | sqlite3 fleet.sqlite ||
		complain "$1 does not load"
}

# ask REPORT OPTION...: the answer as CSV with a header.
ask() {
	report=$1
	shift
	profq export -sql="$report" -engine=sqlite "$@" >question.sql &&
		sqlite3 -header -csv fleet.sqlite <question.sql
}

# same WHAT: whether is.csv and want.csv are equal, in any order of rows.
same() {
	[ -s want.csv ] || complain "$1: there is nothing to compare with"
	sort is.csv >is.sorted
	sort want.csv >want.sorted
	cmp -s is.sorted want.sorted || {
		complain "$1 differs"
		diff want.sorted is.sorted | sed 10q
	}
}

# reports WHAT OPTION...: the engine's answers against reports on the files,
# which are named in files.txt.
reports() {
	what=$1
	shift
	ask top "$@" | sed 1d | tr -d '\r' >is.csv
	profq top -format=csv -trim=false -files_from=files.txt "$@" |
		sed 1d | sed 's/,[a-z]*,[a-z]*$//' >want.csv
	same "$what: top"
	ask folded "$@" >folded.csv
	profq top -format=csv -trim=false "$@" folded.csv |
		sed 1d | sed 's/,[a-z]*,[a-z]*$//' >is.csv
	same "$what: the answer of folded as a profile"
}

# ---- real profiles, loaded twice and in another order

ls "$TESTDATA"/series/series/*/*.pb.gz "$TESTDATA"/stories/*/heap*.pb.gz |
	sed 8q >files.txt
[ -s files.txt ] || complain 'there are no profiles'
tac files.txt >backwards.txt
profq export -output=there -set=service=api -files_from=files.txt ||
	complain 'no export'
profq export -output=back -set=service=api -compress=gzip \
	-files_from=backwards.txt || complain 'no compressed export'
load there
reports 'loaded once' -sample_index=inuse_space
before=$(sqlite3 fleet.sqlite 'SELECT count(*) FROM samples')
load back
load there
reports 'loaded again' -sample_index=inuse_space
reports 'another type' -sample_index=alloc_objects
[ "$(sqlite3 fleet.sqlite 'SELECT count(*) FROM samples')" = "$before" ] ||
	complain 'loading again adds rows'
cp fleet.sqlite whole.sqlite

# ---- names of any bytes

{
	printf 'stack,cpu/nanoseconds\n'
	printf '"main;say ""x"" and ''y'';a, b;two\nlines",1\n'
	printf '"main;tab\there;cr\rhere; [br]{ace}\\n ",20\n'
	printf '"main;bad \377\376;cut \303;null \000 here",300\n'
	printf '"main;=1+1;%%d $HOME `x`;'"'"' OR 1=1 --",4000\n'
	printf '"main;\303\251\342\234\223;\360\237\216\210",50000\n'
	printf '"<html>&amp;",600000\n'
} >odd.csv
profq convert -o odd.pb.gz odd.csv 2>/dev/null || complain 'no odd profile'
rm fleet.sqlite
echo odd.pb.gz >files.txt
profq export -output=odd -set=service="it's, \\ \"odd\"" odd.pb.gz ||
	complain 'no export of odd names'
load odd
ask folded -sample_index=cpu -where="service=it's, \\ \"odd\"" >folded.csv
profq convert -o back.pb.gz -sample_index=cpu folded.csv 2>/dev/null
profq traces -sample_index=cpu odd.pb.gz | sed 's/[\\]xff[\\]xfe/\xef\xbf\xbd\xef\xbf\xbd/
	s/[\\]xc3/\xef\xbf\xbd/
	s/[\\]x00/\xef\xbf\xbd/' | sort >want.csv
profq traces -sample_index=cpu back.pb.gz | sort >is.csv
same 'odd names'
grep -q 'say "x" and ' is.csv && grep -q "OR 1=1 --" is.csv || complain 'quotes are not in the names'

# ---- the manual's lines for SQLite

cp whole.sqlite fleet.sqlite
cp -r there api-1
sed -n '/^\.\\" RUN sqlite$/,/^\.\\" END$/p' "$manual" |
	sed -e '/^\./d' -e 's/\\e/\\/g' -e 's/\\-/-/g' -e 's/^\$ //' >lines.sh
[ -s lines.sh ] || complain 'the manual has no lines for SQLite'
(
	mkdir shim && printf '#!/bin/sh\nexec %s "$@"\n' "$PROFQ" >shim/profq &&
		chmod +x shim/profq && mkdir heaps &&
		cp "$TESTDATA"/stories/story2/heap.*.pb.gz heaps &&
		PATH=$PWD/shim:$PATH && export PATH && sh -e lines.sh >lines.out
) || complain 'a line of the manual fails'
grep -q '<svg' api.svg 2>/dev/null || complain 'the manual draws no picture'
exit $status
